"""Marks: what people say of the answers they were given, kept as JSON lines beside the library.

A line is a ``Judgement``: who, when, of which question, and what. The file is only ever added to; what a
person says later stands in place of what they said before (``standing``), and the file keeps both. How marks
become an evaluation set stands in ``marked_set.py``, how far two people agree in ``agreement.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from qa.conversation import standalone
from qa.errors import LibraryBusy, LibraryError, UsageError
from qa.library.address import name_of
from qa.library.locks import file_lock

Verdict = Literal["answers", "does not answer", "nothing answers", "withdrawn"]
"""Of a place: it answers, or does not. Of a question: the library holds no answer. Or: what was said before
of this place (without a place: that nothing answers) no longer stands."""
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FILE = "marks.jsonl"
LONGEST_NAME = 80
_WAIT = 10.0  # seconds for another process that is writing a line


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a document, ``quote`` its exact words, ``pages`` the printed pages they stand on."""

    document: str
    start: int
    end: int
    quote: str
    pages: str | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from another place."""
        return self.document, self.start, self.end


@dataclass(frozen=True, slots=True)
class Judgement:
    """One mark. ``after`` are the earlier questions that the question leans on, oldest first; ``at`` is UTC
    in ISO 8601; ``spot`` is None where the question itself is judged; ``seen`` are the places that were
    shown to a person who says that nothing answers."""

    question: str
    after: tuple[str, ...]
    verdict: Verdict
    by: str
    at: str
    spot: Spot | None = None
    seen: tuple[Spot, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The question with those before it, last."""
        return (*self.after, self.question)

    @property
    def id(self) -> str:
        """A short name of the question, the same for everybody who marks it: "m" and ten hexadecimal digits
        of the SHA-256 of its words."""
        return question_id(self.question, self.after)


def question_id(question: str, after: Sequence[str] = ()) -> str:
    """See ``Judgement.id``."""
    words = json.dumps([*after, question], ensure_ascii=False)
    return "m" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def judgement(
    question: str,
    after: Sequence[str],
    verdict: Verdict,
    by: str,
    *,
    spot: Spot | None = None,
    seen: Iterable[Spot] = (),
) -> Judgement:
    """A mark made now. Of the earlier questions those are kept that the question leans on: the others make no
    difference to its answer, and the same question asked in another conversation is the same question.

    Raises UsageError where the name is empty or overlong, or a verdict of a place has none."""
    if (verdict in ("answers", "does not answer") and spot is None) or (
        verdict == "nothing answers" and spot is not None
    ):
        raise UsageError(f'"{verdict}" is said of {"a place" if spot is None else "a question"}.')
    carried = len(standalone(question, after).carried)
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    leant = tuple(after[len(after) - carried :])
    return Judgement(question.strip(), leant, verdict, person(by), now, spot, tuple(seen))


def person(name: str) -> str:
    """A person's name as marks carry it, on one line without control characters. Raises UsageError where
    nothing is left of it or it is longer than ``LONGEST_NAME``."""
    printable = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in name)
    plain = unicodedata.normalize("NFC", " ".join(printable.split()))
    if not plain:
        raise UsageError("Write your name first: a mark says who made it.")
    if len(plain) > LONGEST_NAME:
        raise UsageError(f"The name has {len(plain)} characters; {LONGEST_NAME} are enough.")
    return plain


def marks_file(location: str | Path) -> Path:
    """Where the marks of a library lie: in its folder; for a library on a server in the platform's user data
    folder, under a name made from its address."""
    if "://" in str(location):
        import platformdirs

        digest = name_of(str(location))
        return Path(platformdirs.user_data_dir("ibid", False)) / f"marks-{digest}.jsonl"
    return Path(location).expanduser() / FILE


def keep(file: Path, made: Judgement) -> None:
    """Adds one mark; it is on the disk when this returns. Processes and threads may do so at once.

    Raises LibraryBusy, LibraryError where the file cannot be written."""
    line = json.dumps(to_dict(made), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(file.with_suffix(".lock"), _WAIT), file.open("ab+") as out:
            # A line that a crash cut short must not swallow this one.
            if out.seek(0, os.SEEK_END) > 0:
                out.seek(-1, os.SEEK_END)
                line = line if out.read(1) == b"\n" else b"\n" + line
            out.write(line)
            out.flush()
            os.fsync(out.fileno())
    except TimeoutError as error:
        raise LibraryBusy(f"{file}: another process is writing marks. Try again in a moment.") from error
    except OSError as error:
        raise LibraryError(f"{file}: the mark could not be kept ({error.strerror or error}).") from error


def read(file: Path) -> tuple[list[Judgement], list[str]]:
    """The marks in a file in the order in which they were made, none where there is no file, and a plain line
    for each line that is none: file, number, what is wrong. Raises LibraryError where it cannot be read."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise LibraryError(f"{file}: the marks cannot be read ({error.strerror or error}).") from error
    found, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(from_dict(json.loads(line.decode("utf-8-sig"))))
        except (ValueError, RecursionError) as error:
            what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else "not JSON"
            told = str(error) if type(error) is ValueError else what
            problems.append(f"{file}, line {number}: no mark: {told}; left out.")
    return found, problems


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """What still stands of marks given in the order in which they were made, in that order.

    For each person and question: of one place the last word counts; "nothing answers" takes back what was
    said to answer, and "answers" takes back that nothing does."""
    kept: dict[tuple[str, tuple[str, ...]], dict[tuple[str, int, int] | None, Judgement]] = {}
    for one in judgements:
        mine = kept.setdefault((one.by, one.asked), {})
        mine.pop(one.spot.key if one.spot else None, None)
        if one.verdict == "withdrawn":
            continue
        if one.verdict == "answers":
            mine.pop(None, None)
        elif one.verdict == "nothing answers":
            for key in [key for key, other in mine.items() if other.verdict == "answers"]:
                del mine[key]
        mine[one.spot.key if one.spot else None] = one
    return [one for mine in kept.values() for one in mine.values()]


def to_dict(made: Judgement) -> dict[str, Any]:
    """A mark as plain data, in the words of its line."""
    row: dict[str, Any] = {
        "id": made.id,
        "question": made.question,
        "after": list(made.after),
        "verdict": made.verdict,
        "by": made.by,
        "at": made.at,
    }
    if made.spot is not None:
        row |= spot_to_dict(made.spot)
    if made.seen:
        row["seen"] = [spot_to_dict(spot) for spot in made.seen]
    return row


def spot_to_dict(spot: Spot) -> dict[str, Any]:
    """A place as plain data."""
    row: dict[str, Any] = {
        "document": spot.document,
        "start": spot.start,
        "end": spot.end,
        "quote": spot.quote,
    }
    return row | ({"pages": spot.pages} if spot.pages else {})


def from_dict(row: Any) -> Judgement:
    """The mark that ``to_dict`` wrote. Raises ValueError in words for the person where it is none."""
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    question, by = row.get("question"), row.get("by")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or empty')
    if not isinstance(by, str) or not by.strip():
        raise ValueError('"by" is missing or empty')
    verdict = next((known for known in _VERDICTS if known == row.get("verdict")), None)
    if verdict is None:
        raise ValueError(f'"verdict" is none of: {", ".join(_VERDICTS)}')
    after, at, seen = row.get("after", []), row.get("at", ""), row.get("seen", [])
    if not isinstance(after, list) or not all(isinstance(earlier, str) for earlier in after):
        raise ValueError('"after" is not a list of texts')
    if not isinstance(at, str) or not isinstance(seen, list):
        raise ValueError('"at" is not a text, or "seen" not a list')
    spot = spot_from_dict(row) if "document" in row else None
    if spot is None and verdict in ("answers", "does not answer"):
        raise ValueError(f'"{verdict}" names no "document"')
    if spot is not None and verdict == "nothing answers":
        raise ValueError(f'"{verdict}" is said of a question, not of a "document"')
    return Judgement(question, tuple(after), verdict, by, at, spot, tuple(map(spot_from_dict, seen)))


def spot_from_dict(row: Any) -> Spot:
    """The place that ``spot_to_dict`` wrote. Raises ValueError."""
    names: tuple[tuple[str, type], ...] = (("document", str), ("quote", str), ("start", int), ("end", int))
    for name, kind in names:
        if not isinstance(row, dict) or not isinstance(row.get(name), kind) or isinstance(row[name], bool):
            raise ValueError(f'"{name}" of a place is missing or of another kind')
    pages = row.get("pages")
    if pages is not None and not isinstance(pages, str):
        raise ValueError('"pages" of a place is not a text')
    return Spot(row["document"], row["start"], row["end"], row["quote"], pages or None)
