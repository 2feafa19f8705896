"""Sentences to passages, and what a passage is about beyond its own words."""

from __future__ import annotations

import bisect
import sys
from collections.abc import Mapping, Sequence
from datetime import date

from qa.folding import Folded
from qa.splitting.cutting import Sentence, sentences
from qa.splitting.views import clean_in, masked, view_of
from qa.types import Document, Mark, Passage, Voice

PASSAGE_WORDS = 120
"""A passage closes before it would grow past this many words (about 160 word pieces, of the 256 that
all-MiniLM reads)."""

MINIMUM_WORDS: Mapping[str, int] = {"text": 40, "front": 25}
"""A paragraph's end closes a passage only from this many words on: one-line paragraphs stay together, and so
does the block of lines that heads a telegram; the fields of a record come apart."""

WORD_CHARACTERS = 12
"""A sentence counts as at least one word for this many characters: Chinese has no spaces, and neither has
a table dumped in one line. English has about six to a word with its space."""

ANCHOR = 240
"""Characters before a note's marker that count as what the note is about."""

# Not strftime's %B: that speaks the language of the machine, and a library must read alike everywhere.
_MONTHS = ("January February March April May June July August September October November December").split()


def passages(document: Document) -> list[Passage]:
    """The document cut into passages, in order. The sentences of each note stay among themselves, headings
    and front matter stay among themselves, and so does the text. A note's context ends with the words that
    it is a note to: "Tito has broken with Subasic" says whom the note is about."""
    context = context_of(document)
    found: list[Passage] = []
    run: list[Sentence] = []
    words = 0
    masked_text = masked(document)
    cut = sentences(document)
    notes = [mark for mark in document.marks if mark.kind == "note"]
    view = view_of(document)
    anchored = _anchors(document, view, cut)

    def close() -> None:
        note = _note_at(notes, run[0].start) if run[0].voice == "note" else None
        about = anchored.get(note.ref, "") if note else ""
        found.append(_passage(document, view, run, " — ".join(part for part in (context, about) if part)))

    for sentence in cut:
        shown = masked_text[sentence.start : sentence.end].split()
        size = max(len(shown), sum(map(len, shown)) // WORD_CHARACTERS)
        if run and (
            _kind(run[0].voice) != _kind(sentence.voice)
            or words + size > PASSAGE_WORDS
            or (sentence.block != run[-1].block and words >= MINIMUM_WORDS.get(run[0].voice, sys.maxsize))
            or (
                sentence.voice == "note"
                and _note_at(notes, sentence.start) is not _note_at(notes, run[-1].start)
            )
        ):
            close()
            run, words = [], 0
        run.append(sentence)
        words += size
    if run:
        close()
    return [passage for passage in found if passage.clean]


def _anchors(document: Document, view: Folded, cut: Sequence[Sentence]) -> dict[str, str]:
    """For each note's ref, the words before its marker, back to the sentence's beginning."""
    starts = [sentence.start for sentence in cut]
    found: dict[str, str] = {}
    for mark in document.marks:
        if mark.kind != "marker" or not mark.ref:
            continue
        at = bisect.bisect_right(starts, max(0, mark.start - 1)) - 1
        if at >= 0 and cut[at].voice == "text":
            found[mark.ref] = clean_in(view, max(cut[at].start, mark.start - ANCHOR), mark.start)
    return found


def _note_at(notes: Sequence[Mark], offset: int) -> Mark | None:
    at = bisect.bisect_right(notes, offset, key=lambda mark: mark.start) - 1
    return notes[at] if at >= 0 and offset < notes[at].end else None


def _kind(voice: Voice) -> str:
    return "front" if voice in ("heading", "front") else voice


def _passage(document: Document, view: Folded, run: Sequence[Sentence], context: str) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(
        document=document.name,
        start=start,
        end=end,
        voice=run[0].voice,
        text=document.text[start:end],
        clean=clean_in(view, start, end),
        context=context,
    )


def context_of(document: Document) -> str:
    """A document's title and date in words: what a passage of it is about beyond its own words."""
    known = document.metadata
    parts = [known.title]
    if known.date and (words := date_in_words(known.date)) and words not in known.title:
        parts.append(words)
    return ", ".join(part for part in parts if part)


def date_in_words(iso: str) -> str:
    """ "1945-11-22" → "November 22, 1945"; "1945-11" → "November 1945"; "1945" → "1945"; else ""."""
    numbers = iso.split("T", maxsplit=1)[0].split("-")
    try:
        if len(numbers) == 3:
            day = date(*(int(number) for number in numbers))
            return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
        if len(numbers) == 2:
            return f"{_MONTHS[date(int(numbers[0]), int(numbers[1]), 1).month - 1]} {int(numbers[0])}"
        return str(int(numbers[0]))
    except ValueError:
        return ""


def embedded_text(passage: Passage) -> str:
    """What is embedded for a passage: its context, then its clean words."""
    return f"{passage.context}\n{passage.clean}" if passage.context else passage.clean
