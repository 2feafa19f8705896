"""An earlier run to compare with: one that was kept, a report, or saved output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.evaluation import runs
from qa.evaluation.measures import (
    Values,
)

if TYPE_CHECKING:
    from qa.evaluation.manifest import Manifest


QUESTIONS = "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run: per-question values by set and id where they were kept, else measures by set."""

    path: Path
    questions: Mapping[str, Mapping[str, Values]]
    summary: Mapping[str, Mapping[str, Any]]
    manifest: Manifest | None = None


def baseline(path: str | Path) -> Baseline:
    """Reads an earlier run: the folder of a kept run (finished or not) or a report, its questions.jsonl or
    summary.json, or the saved output of `qa evaluate --json`. A summary beside a questions.jsonl is read
    through the latter. Raises UsageError where it is none of these; better learnt before an hour's run than
    after it."""
    path = Path(path)
    folder = path if path.is_dir() else path.parent
    manifest = runs.find(folder).manifest if (folder / runs.MANIFEST).is_file() else None
    if path.is_dir() and manifest is not None and not (path / QUESTIONS).is_file():
        kept = runs.load(path)
        questions = {
            one.name: {o.question.id: row for o, row in zip(one.outcomes, one.values, strict=True)}
            for one in kept
        }
        return Baseline(path, questions, {}, manifest)
    return Baseline(path, *_read(path), manifest)


def _read(path: Path) -> tuple[dict[str, dict[str, Values]], dict[str, Any]]:
    """Per-question values by set and id, or else measures by set."""
    if path.is_dir():
        path = path / QUESTIONS
    elif path.name == "summary.json" and path.with_name(QUESTIONS).is_file():
        path = path.with_name(QUESTIONS)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: the baseline cannot be read ({reason}).") from error
    try:
        if text.lstrip().startswith("["):
            return {}, {row["set"]: row["measures"] for row in json.loads(text)}
        questions: dict[str, dict[str, Values]] = {}
        for line in text.split("\n"):
            if line.strip():
                row = json.loads(line)
                questions.setdefault(row["set"], {})[row["id"]] = row["values"]
        return questions, {}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not an earlier run. Give a folder written by `qa evaluate --report`, or its files."
        ) from error
