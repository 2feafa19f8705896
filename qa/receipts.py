"""Answers as JSON, and the check of saved JSON against the sources as they are now."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qa import reading
from qa.errors import UnreadableFile, UsageError
from qa.types import Answer, Document, Phrase, Place, Quote, QuotedNote, Searched, SourceFile

Status = Literal["exact", "moved", "changed", "gone"]

_NEAR = 0.5
"""At least this share of a quote's words must stand together for a place to be called nearest to it."""


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """One quote as `qa ask --json` gives it; offsets are into the text of its document."""
    return {
        "number": quote.number,
        "text": quote.text,
        "clean": quote.clean,
        "document": quote.document,
        "document_id": quote.document_id,
        "start": quote.start,
        "end": quote.end,
        "voice": quote.voice,
        "pages": quote.pages,
        "section": quote.section,
        "phrase": asdict(quote.phrase) if quote.phrase else None,
        "score": quote.score,
        "notes": [asdict(note) for note in quote.notes],
        "citation": quote.citation,
        "csl": dict(quote.csl),
        "url": quote.url,
        "source_file": quote.source_file,
        "source_sha256": quote.source_sha256,
        "reader": quote.reader,
        "also_at": [asdict(place) for place in quote.also_at],
    }


def answer_to_dict(answer: Answer, *, paths: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An answer as `qa ask --json` gives it: dicts, lists, texts, numbers, in the contract's words.
    ``paths`` gives source files' names their paths; with it each quote carries ``source_path``, by which
    ``verify`` finds the file even when no library holds it any more."""

    def told(quote: Quote) -> dict[str, Any]:
        path = (paths or {}).get(quote.source_file)
        return {**quote_to_dict(quote), **({"source_path": path} if path else {})}

    return {
        "question": answer.question,
        "after": list(answer.after),
        "answered": answer.answered,
        "confidence": answer.confidence,
        "quotes": [told(quote) for quote in answer.quotes],
        "nearest": [told(quote) for quote in answer.nearest],
        "searched": asdict(answer.searched),
        "seconds": answer.seconds,
    }


def answer_from_dict(saved: Mapping[str, Any]) -> Answer:
    """The answer that ``answer_to_dict`` wrote, without the ranking behind it. Raises UsageError where
    ``saved`` is none."""
    try:
        return Answer(
            question=saved["question"],
            after=tuple(saved["after"]),
            answered=saved["answered"],
            confidence=saved["confidence"],
            quotes=tuple(_quote(quote) for quote in saved["quotes"]),
            nearest=tuple(_quote(quote) for quote in saved["nearest"]),
            searched=Searched(**saved["searched"]),
            seconds=saved["seconds"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"This is not an answer that `qa ask --json` wrote: {error!r} is amiss.") from error


def _quote(saved: Mapping[str, Any]) -> Quote:
    phrase = saved["phrase"]
    return Quote(
        **{
            **{name: value for name, value in saved.items() if name != "source_path"},
            "phrase": Phrase(**phrase) if phrase else None,
            "notes": tuple(QuotedNote(**note) for note in saved["notes"]),
            "also_at": tuple(Place(**place) for place in saved.get("also_at", ())),
        }
    )


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one saved quote.

    status   exact: its words stand where they stood. moved: they stand elsewhere, at ``start``…``end`` of
             ``found_in``. changed: the document holds them no more; ``start``…``end`` is what comes nearest
             (None: nothing near). gone: the file or the document is missing or cannot be read.
    reason   one line for a person; "" where exact and on the pages that were cited.
    found    the words that stand there now, None where gone or nothing is near.
    difference  word by word, what the quote had [-so-] and the source has {+so+}; "" unless changed.
    same_file   whether the file is the same to the byte as when the answer was given.
    """

    number: int
    question: str
    document: str
    source_file: str
    text: str
    status: Status
    reason: str = ""
    found_in: str | None = None
    start: int | None = None
    end: int | None = None
    found: str | None = None
    difference: str = ""
    same_file: bool = False


def verify(saved: Mapping[str, Any] | Sequence[Any], *, sources: Sequence[SourceFile] = ()) -> list[Check]:
    """Checks every quote, answered or nearest, of saved JSON: one answer or a list of them. Each source
    file is read anew, once; where the JSON has no path of it, ``sources`` (what a library holds) says
    where it lies, and in any case in what encoding it is. Raises UsageError where ``saved`` holds no
    answer."""
    opened: dict[str, _Source] = {}
    checks = []
    for answer in _answers(saved):
        for quote in _quotes(answer):
            path, encoding = _place(quote, sources)
            if path not in opened:
                opened[path] = _open(path, quote["document"], encoding)
            checks.append(_check(quote, str(answer.get("question", "")), opened[path]))
    return checks


def _place(quote: Mapping[str, Any], sources: Sequence[SourceFile]) -> tuple[str, str | None]:
    """Path and encoding of a quote's file. Of files of one name the one that has not changed comes first."""
    name, path = quote["source_file"], quote.get("source_path")
    same = [source for source in sources if source.path == path or (not path and source.name == name)]
    same.sort(key=lambda source: source.sha256 != quote.get("source_sha256"))
    if same:
        return same[0].path, same[0].encoding
    return str(path or name), None


def _answers(saved: Any) -> Iterator[Mapping[str, Any]]:
    answers = list(saved) if isinstance(saved, list | tuple) else [saved]
    for answer in answers:
        if not isinstance(answer, Mapping) or not {"quotes", "nearest"} <= answer.keys():
            raise UsageError(
                "This is not what `qa ask --json` wrote: it has no quotes. Save its output and check that."
            )
        yield answer


def _quotes(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    kinds = {"number": int, "text": str, "document": str, "start": int, "end": int, "source_file": str}
    for quote in [*answer["quotes"], *answer["nearest"]]:
        missing = [
            name for name, kind in kinds.items()
            if not isinstance(quote, Mapping) or not isinstance(quote.get(name), kind)
        ]  # fmt: skip
        if missing:
            raise UsageError(
                f"A quote in this file lacks {', '.join(missing)}: it is not what `qa ask --json` wrote."
            )
        yield quote


@dataclass(frozen=True, slots=True)
class _Source:
    documents: Mapping[str, Document]
    sha256: str = ""
    trouble: str = ""


def _open(path: str, document: str, encoding: str | None) -> _Source:
    file = Path(path)
    if not file.is_file():
        return _Source({}, trouble=f"There is no file {path} any more.")
    try:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        # A file of one document is named as it was when it was added; a volume names its own documents.
        read = reading.read(file, document, encoding=encoding)
    except UnreadableFile as error:
        return _Source({}, trouble=str(error))
    except OSError as error:
        return _Source({}, trouble=f"{path}: cannot be read: {error.strerror}.")
    return _Source({each.name: each for each in read.documents}, sha256)


def _check(quote: Mapping[str, Any], question: str, source: _Source) -> Check:
    text, start, end, name = quote["text"], quote["start"], quote["end"], quote["document"]
    said = {
        "number": quote["number"],
        "question": question,
        "document": name,
        "source_file": quote["source_file"],
        "text": text,
        "same_file": bool(source.sha256) and source.sha256 == str(quote.get("source_sha256", "")),
    }
    document = source.documents.get(name)
    # The emptiest of quotes would be found everywhere.
    if document is not None and text.strip() and 0 <= start <= end and document.text[start:end] == text:
        pages = reading.pages_of(document, start, end)
        reason = (
            ""
            if pages == quote.get("pages")
            else f"It stands on {_on(pages)} now, not {_on(quote.get('pages'))}."
        )
        return Check(**said, status="exact", reason=reason, found_in=name, start=start, end=end, found=text)
    elsewhere = [each for each in source.documents.values() if each is not document]
    for place in ([document] if document else []) + elsewhere:
        at = _closest(place.text, text, start)
        if at is not None:
            where = "the document" if place is document else place.name
            moved = f"The words stand at {at} of {where} now, not at {start} of {name}."
            return Check(
                **said, status="moved", reason=moved, found_in=place.name,
                start=at, end=at + len(text), found=text,
            )  # fmt: skip
    if document is None:
        reason = source.trouble or f"The file no longer holds a document {name}."
        return Check(**said, status="gone", reason=reason)
    near = _nearest(document.text, text)
    if near is None:
        return Check(**said, status="changed", reason="The document holds nothing like it any more.")
    found = document.text[slice(*near)]
    return Check(
        **said, status="changed", reason="The document's words differ.", found_in=name,
        start=near[0], end=near[1], found=found, difference=_difference(text, found),
    )  # fmt: skip


def _on(pages: str | None) -> str:
    return f"p. {pages}" if pages else "no page"


def _closest(text: str, words: str, start: int) -> int | None:
    """Where ``words`` stand in ``text``, the place closest to ``start``."""
    if not words.strip():
        return None
    before, after = text.rfind(words, 0, max(start, 0) + len(words)), text.find(words, max(start, 0))
    places = [at for at in (before, after) if at >= 0]
    return min(places, key=lambda at: abs(at - start)) if places else None


def _nearest(text: str, words: str) -> tuple[int, int] | None:
    """The run of ``text`` that shares the most words with ``words``, cut to begin and end with shared
    ones; None where less than half of them stand together. Linear in the length of ``text``."""
    wanted = Counter(word.casefold() for word in re.findall(r"\w+", words))
    size = sum(wanted.values())
    if not size:
        return None
    spans = [(match.start(), match.end(), match[0].casefold()) for match in re.finditer(r"\w+", text)]
    inside: Counter[str] = Counter()
    shared, best, best_at = 0, 0, 0
    # Half as long again as the quote, for words put in.
    width = size + size // 2
    for i, (_, _, word) in enumerate(spans):
        inside[word] += 1
        shared += inside[word] <= wanted[word]
        if i >= width:
            left = spans[i - width][2]
            shared -= inside[left] <= wanted[left]
            inside[left] -= 1
        if shared > best:
            best, best_at = shared, i
    if best < _NEAR * size:
        return None
    window = spans[max(0, best_at - width + 1) : best_at + 1]
    matcher = difflib.SequenceMatcher(
        None, [word for *_, word in window], [w.casefold() for w in re.findall(r"\w+", words)], autojunk=False
    )
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    first, last = window[blocks[0].a], window[blocks[-1].a + blocks[-1].size - 1]
    end = last[1]
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return first[0], end


def _difference(was: str, now: str) -> str:
    old, new = was.split(), now.split()
    parts: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(" ".join(old[a:b]))
            continue
        if a < b:
            parts.append(f"[-{' '.join(old[a:b])}-]")
        if c < d:
            parts.append(f"{{+{' '.join(new[c:d])}+}}")
    return " ".join(parts)
