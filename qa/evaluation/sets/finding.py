"""What a person names → the evaluation set: by its shipped name, or a file or folder in any of the forms."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.evaluation.sets import beir, jsonlines, squad, tables, trec
from qa.evaluation.sets import qrels as judgements
from qa.evaluation.sets.question import Corpus, EvaluationSet, Evidence, Question
from qa.evaluation.sets.source import as_text, carefully, read_bytes

QUESTIONS = Path(__file__).parent.parent / "questions"
"""Where the sets that come with the package lie; they are known by their bare names."""

ROLES = tuple(tables.NAMES)
"""What a column may be chosen for."""

MAX_PROBLEMS = 50
"""Lines that are named one by one; of more than these the number is told."""

TABLES = (".csv", ".tsv", ".tab")
JSON_LINES = (".jsonl", ".ndjson")
_KINDS = (EvaluationSet, Question, Evidence, Corpus, beir.Texts, squad.Paragraphs)
_HALF = re.compile("[\ud800-\udfff]")


def shipped() -> list[str]:
    """The names of the sets that come with the package, in alphabetical order."""
    return sorted(path.stem for path in QUESTIONS.glob("*.jsonl"))


def load(
    name_or_path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    qrels: str | Path | None = None,
) -> EvaluationSet:
    """An evaluation set by its shipped name ("seeds"), or by the path of a file or folder in any form.

    ``columns`` chooses, for tables, JSON lines and topics, which column holds what (the keys are ROLES):
    ``{"question": "Frage", "document": "Datei"}``. ``qrels`` are the judgements of topics where they do not
    lie beside them. Parts that are no questions are left out and named in ``problems``. Raises UsageError
    where there is no such set, it cannot be read, or nothing of it is a question."""
    for role in columns or {}:
        if role not in ROLES:
            raise UsageError(
                f'"{role}" is nothing that a column can be chosen for. There are: {", ".join(ROLES)}.'
            )
    path = find_set(name_or_path)
    judged = Path(qrels) if qrels else None
    files = [] if path.parent == QUESTIONS else _files(path, judged)
    chosen = dict(columns) if columns else None
    found: EvaluationSet = carefully(files, __name__, "load_here", path, chosen, judged, kinds=_KINDS)
    return found


def load_here(path: Path, columns: Mapping[str, str] | None, qrels: Path | None) -> EvaluationSet:
    """The set at ``path``, read in this process. Raises UsageError."""
    found = _without_broken(_load(path, columns, qrels))
    if (more := len(found.problems) - MAX_PROBLEMS) > 0:
        told = (*found.problems[:MAX_PROBLEMS], f"{path}: {more:,} more parts were left out.")
        found = replace(found, problems=told)
    return found


def _files(path: Path, qrels: Path | None) -> Iterator[Path]:
    """The files that may belong to a set, with others that lie beside them under such names."""
    if path.is_file():
        yield path
    if qrels is not None:
        yield qrels
    with contextlib.suppress(OSError):
        for each in (path if path.is_dir() else path.parent).iterdir():
            if each.name == beir.QRELS and each.is_dir():
                yield from each.glob("*.tsv")
            elif path.is_dir() or each.name in (beir.QUERIES, beir.CORPUS) or "qrel" in each.name.lower():
                yield each


def find_set(name_or_path: str | Path) -> Path:
    """The file or folder of a set. Raises UsageError where there is none."""
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    # Before a folder: the seeds themselves lie in one called so.
    bundled = QUESTIONS / f"{name_or_path}.jsonl"
    if len(path.parts) == 1 and bundled.is_file():
        return bundled
    if path.is_dir():
        return path
    raise UsageError(
        f'No evaluation set "{name_or_path}": neither a file or folder nor one that comes with the program. '
        f"Those are {', '.join(shipped())}."
    )


def _without_broken(one: EvaluationSet) -> EvaluationSet:
    """The set without questions that hold half a character (JSON can), which no model can read."""
    broken = [q for q in one.questions if _HALF.search("".join((q.question, *q.after)))]
    if not broken:
        return one
    told = tuple(f'{one.path}: question "{q.id}" holds half a character; left out.' for q in broken)
    kept = tuple(q for q in one.questions if q not in broken)
    if not kept:
        raise UsageError(f"{one.path}: no question in it. First problem: {told[0]}")
    return replace(one, questions=kept, problems=(*one.problems, *told))


def _load(path: Path, columns: Mapping[str, str] | None, qrels: Path | None) -> EvaluationSet:
    if qrels is not None and not qrels.is_file():
        raise UsageError(f"{qrels}: no such file of relevance judgements.")
    if path.is_dir():
        return _folder(path, columns, qrels)
    folder = path.parent
    if path.name in (beir.QUERIES, beir.CORPUS) and beir.is_folder(folder) and qrels is None:
        return _beir(folder, None, columns)
    if folder.name == beir.QRELS and beir.is_folder(folder.parent):
        return _beir(folder.parent, path.stem, columns)
    if qrels is not None:
        return trec.load(path, qrels, columns)
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return tables.load(path, columns)
    if suffix in JSON_LINES:
        return jsonlines.load(path, columns)
    text = as_text(path, read_bytes(path))
    if text.lstrip()[:1] in ("{", "["):
        content = _json(path, text)
        if squad.is_squad(content):
            _no_columns(path, columns, "SQuAD")
            return squad.load(path, content)
        return jsonlines.load(path, columns)
    if trec.is_topics(text) or judgements.is_qrels(text) or _named_topics(path):
        return trec.load(path, None, columns)
    # Text that is nothing else: its first line says best what is wrong with it.
    return jsonlines.load(path, columns)


def _folder(folder: Path, columns: Mapping[str, str] | None, qrels: Path | None) -> EvaluationSet:
    if beir.is_folder(folder):
        split = None
        if qrels is not None:
            if qrels.resolve().parent != (folder / beir.QRELS).resolve():
                raise UsageError(f"{qrels}: not one of the judgements in {folder / beir.QRELS}.")
            split = qrels.stem
        return _beir(folder, split, columns)
    if (pair := trec.pair_in(folder)) is not None:
        return trec.load(pair[0], qrels or pair[1], columns, folder.resolve().name)
    raise UsageError(
        f"{folder}: a folder that is no evaluation set. Such a folder holds queries.jsonl and qrels/*.tsv "
        "(BEIR),\nor a file of topics and one of qrels (TREC). Name a file, or a set: "
        f"{', '.join(shipped())}."
    )


def _beir(folder: Path, split: str | None, columns: Mapping[str, str] | None) -> EvaluationSet:
    _no_columns(folder, columns, "BEIR")
    return beir.load(folder, split)


def _no_columns(path: Path, columns: Mapping[str, str] | None, form: str) -> None:
    if columns:
        raise UsageError(
            f"{path}: is in {form}'s form, which has no columns to choose. They are for tables, JSON lines "
            "and topics."
        )


def _json(path: Path, text: str) -> Any:
    """The JSON of a whole file; None where each line may be JSON of its own. Raises UsageError for one in
    SQuAD's form that is broken."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if re.search(r'"(?:paragraphs|qas|context)"\s*:', text[:200_000]) and error.msg != "Extra data":
            raise UsageError(
                f"{path}, line {error.lineno}, column {error.colno}: not JSON ({error.msg}). "
                "Fetch or save it again."
            ) from error
        return None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        return None


def _named_topics(path: Path) -> bool:
    return path.suffix.lower() in (".trec", ".topics") or any(
        word in path.name.lower() for word in ("topics", "queries")
    )
