"""Imports point down only, and opening the package loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FLOORS = [
    {"types", "errors", "weights", "folding", "hyphenation", "edtf", "aliases", "question_map"}
    | {"ahead", "cores", "timing", "logs"},
    {"reading", "splitting", "encoding", "citing", "query", "phrasing", "evidence", "kinds"}
    | {"provenance", "replying", "dialogue", "leaning"},
    {"library", "conversation"},
    {"retrieval", "quoting", "confidence", "presenting", "documents"},
    {"assistant", "finding", "adding", "editing", "receipts", "exporting", "concordance", "chronology"}
    | {"draft", "preparing", "machines"},
    {"evaluation", "page"},
    {"cli"},
    {"__main__"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

HEAVY = {
    "torch", "transformers", "sentence_transformers", "faiss", "gradio", "lxml", "citeproc", "tantivy",
    "ir_measures", "pypdfium2", "PIL", "bibtexparser", "pylatexenc", "rispy", "pytesseract", "psycopg",
    "ray",
}  # fmt: skip


def part_of(path: Path) -> str:
    """The part of the house that a file belongs to: "reading" for qa/reading/tei.py."""
    return path.relative_to(ROOT / "qa").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of every import of a file, inside functions too. Fails for relative ones."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by dots; name the module"
            assert node.module
            if node.module == "qa":
                yield from ((node.lineno, f"qa.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module


def files() -> list[Path]:
    return sorted((ROOT / "qa").rglob("*.py"))


def test_every_part_has_a_floor() -> None:
    assert {part_of(path) for path in files()} - {"__init__"} == set(FLOOR)


def test_imports_point_down() -> None:
    upward = []
    for path in files():
        part = part_of(path)
        for line, module in imports(path):
            names = module.split(".")
            if names[0] != "qa" or len(names) == 1 or names[1] == part:
                continue
            # Parts of one floor may use each other (quoting → retrieval, evidence → splitting) …
            if part != "__init__" and FLOOR[names[1]] > FLOOR[part]:
                upward.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert upward == []


def test_parts_do_not_import_each_other_in_a_circle() -> None:
    # … as long as they do not use each other in turn.
    uses: dict[str, set[str]] = {part: set() for part in FLOOR}
    for path in files():
        if part_of(path) in uses:
            uses[part_of(path)] |= {
                module.split(".")[1] for _, module in imports(path) if module.startswith("qa.")
            }
    for part, used in uses.items():
        used.discard(part)
    while free := [part for part, used in uses.items() if not used]:
        for part in free:
            del uses[part]
        for used in uses.values():
            used.difference_update(free)
    assert uses == {}


def test_tests_and_benchmarks_are_not_part_of_the_program() -> None:
    for path in [*files(), ROOT / "app.py"]:
        used = {module.split(".")[0] for _, module in imports(path)}
        assert not used & {"tests", "benchmarks"}, path


@pytest.mark.parametrize(
    "module", ["qa", "qa.types", "qa.errors", "qa.library", "qa.assistant", "qa.adding", "app"]
)
def test_nothing_heavy_is_loaded_before_it_is_used(module: str) -> None:
    script = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, timeout=300
    )
    assert done.stdout.split() == []
