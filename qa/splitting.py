"""Documents to sentences and passages. Pure: no files, no models.

Both are ranges of the document's text. A passage is a run of whole sentences of one kind of voice, so a
quote made of its sentences never mixes an editor's note with the document's own words.
"""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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

QUOTATION = 160
"""Characters within which a quotation open at a full stop must close to keep its sentences together."""

MAX_SENTENCE = 1_500
"""Characters after which a sentence is cut at white space, or in its absence anywhere: text without
sentences (a table dumped in one line) must not become one endless passage."""

_ABBREVIATIONS = frozenset(
    """mr mrs ms messrs dr prof st sen rep gov gen lt col maj capt cmdr adm sgt brig amb hon rev fr sr jr
    govt dept deptel embtel amer brit sov cong comm asst secy sec min mins pres vice chm dir no nos vol vols
    p pp ch chap art arts par pars para paras sect fig ed eds cf viz vs etc ibid op cit al e.g i.e a.m p.m u.s
    u.s.s.r u.n u.k d.c n.s.c b.c a.d jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu
    thurs fri sat sun rs ca approx ref encl enc inc ltd co corp bros ave mt ft s.s h.m h.e i.e""".split()
)
_ALWAYS_CONTINUED = frozenset(
    "mr mrs ms messrs dr no nos p pp vol vols gen prof par paras art arts cf".split()
)
_STARTERS = frozenset(
    """the a an in on at it he she they we i this that these those there then thus therefore however but and
    as if when while after before although since because for from to with no not his her its our their my
    your such both all any some each every one two under mr our""".split()
)
"""Words that open a sentence even after an abbreviation: "of the U.S. The President …"."""

# Not strftime's %B: that speaks the language of the machine, and a library must read alike everywhere.
_MONTHS = ("January February March April May June July August September October November December").split()

# Possessive, and from the first of a run of stops only: a line of leader dots takes one look, not one
# from each dot.
_BOUNDARY = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>[\"'”’»)\]]*+)(?P<gap>\s++)(?=[\"'“‘«(\[—–-]*+[\w$£€])"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*|\f\s*")
_LINE = re.compile(r"\n")
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"\s*(?:[-*•–—]|\(?\w{1,3}[.)])\s")
_APPARATUS = ("page", "marker", "apparatus")


def masked(document: Document) -> str:
    """The document's text with each page mark and note marker as spaces, so that offsets stay."""
    pieces: list[str] = []
    at = 0
    for mark in document.marks:
        if mark.kind in _APPARATUS and mark.end > max(mark.start, at):
            start = max(mark.start, at)
            pieces += [document.text[at:start], " " * (mark.end - start)]
            at = mark.end
    return "".join(pieces) + document.text[at:] if pieces else document.text


def clean(document: Document, start: int, end: int) -> str:
    """The words of ``text[start:end]`` without apparatus, white space run together: for reading, never
    for quoting."""
    return _collapse(_without_apparatus(document, start, end))


def _without_apparatus(document: Document, start: int, end: int) -> str:
    text, pieces, at = document.text, [], start
    for mark in _overlapping(document.marks, start, end):
        if mark.kind in _APPARATUS and mark.end > max(mark.start, at):
            pieces.append(text[at : max(at, mark.start)])
            at = max(at, min(mark.end, end))
    pieces.append(text[at:end])
    return "".join(pieces)


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _overlapping(marks: Sequence[Mark], start: int, end: int) -> Iterator[Mark]:
    for mark in marks:
        if mark.start >= end:
            return
        if mark.end > start:
            yield mark


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text[start:end]`` of a document; ``block`` numbers the paragraph that it stands in."""

    start: int
    end: int
    voice: Voice
    block: int


def sentences(document: Document) -> list[Sentence]:
    """All sentences of a document in order, without the white space between them. Together they cover
    every character that is not white space or apparatus."""
    text = masked(document)
    found: list[Sentence] = []
    block = 0
    for start, end, voice in _voices(document):
        at = start
        for stop, following in _paragraphs(text, start, end):
            # A line of front matter is a field, not prose: "Vershinin A.A. 2023. Diplomatic activities …".
            split = _lines if voice == "front" else _sentences_between
            for first, last in (piece for cut in split(text, at, stop) for piece in _bounded(text, *cut)):
                found.append(Sentence(first, last, voice, block))
            at = following
            block += 1
    return found


def _voices(document: Document) -> list[tuple[int, int, Voice]]:
    """The text as consecutive ranges of one voice each; what no mark claims is voice "text"."""
    ranges: list[tuple[int, int, Voice]] = []
    at = 0
    for mark in document.marks:
        if mark.kind not in ("note", "heading", "front") or mark.end <= at:
            continue
        start = max(mark.start, at)
        if start > at:
            ranges.append((at, start, "text"))
        ranges.append((start, mark.end, mark.kind))
        at = mark.end
    if at < len(document.text):
        ranges.append((at, len(document.text), "text"))
    return ranges


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _PARAGRAPH.finditer(text, start, end):
        yield match.start(), match.end()
    yield end, end


def _sentences_between(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for first, last in _lines(text, start, end):
        at = first
        for match in _BOUNDARY.finditer(text, first, last):
            if not _ends_sentence(text, at, match) or _inside_quotation(text, at, match.end("close"), last):
                continue
            yield from _bounded(text, at, match.end("close"))
            at = match.end()
        yield from _bounded(text, at, last)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A line break ends a sentence where the line is a list item, a table row or a closed sentence;
    elsewhere it is the wrapping of running text."""
    at = line = start
    for match in _LINE.finditer(text, start, end):
        # The last line alone: those before it were looked at when they ended.
        before = text[line : match.start()].rstrip()
        line = match.end()
        rest = text[match.end() : min(end, match.end() + 60)]
        if before and (before[-1] in '.!?:;”"' or "\t" in before or "\t" in rest or _ITEM.match(rest)):
            yield at, match.start()
            at = match.end()
    yield at, end


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 24].lstrip("\"'“‘«([—–-")
    if not following:
        return True
    word = _WORD.match(following)
    next_word = word.group().lower() if word else ""
    if (match["stop"] in (".", "…", "...") or match["close"]) and following[0].islower():
        return False  # also: He asked “Why?” and left.
    if match["stop"] != "." or match["close"]:
        return True
    before = text[max(start, match.start() - 24) : match.start()]
    last = before.split()[-1].lstrip("\"'“‘«([—–").lower() if before.split() else ""
    if not last:
        return True
    if len(last) == 1 and last.isalpha():  # an initial: "J. V. Stalin"; "plan B. The" is rarer
        return False
    if last in _ABBREVIATIONS:
        return last not in _ALWAYS_CONTINUED and following[0].isupper() and next_word in _STARTERS
    if re.fullmatch(r"(?:\w\.)+\w", last):  # U.S.S.R, a.m
        return following[0].isupper() and next_word in _STARTERS
    # "3930. At the theatre" and "1. Maxim": a number alone opens what follows it.
    return not (
        last.isdigit() and not before[: -len(last)].strip() and match.start() - start <= len(last) + 2
    )


def _inside_quotation(text: str, start: int, stop: int, end: int) -> bool:
    """Whether a quotation that began in the sentence closes soon: replied, “Nothing. I am powerless”."""
    if text.rfind("“", start, stop) <= text.rfind("”", start, stop):
        return False
    closing = text.find("”", stop, min(end, stop + QUOTATION))
    return closing >= 0 and text.find("“", stop, closing) < 0


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """[start, end) without outer white space, in pieces of at most MAX_SENTENCE characters."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        last = cut
        while text[last - 1].isspace():
            last -= 1
        yield start, last
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end


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
    anchored = _anchors(document, masked_text, cut)

    def close() -> None:
        note = _note_at(notes, run[0].start) if run[0].voice == "note" else None
        about = anchored.get(note.ref, "") if note else ""
        found.append(_passage(document, run, " — ".join(part for part in (context, about) if part)))

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


def _anchors(document: Document, text: str, cut: Sequence[Sentence]) -> dict[str, str]:
    """For each note's ref, the words before its marker, back to the sentence's beginning."""
    starts = [sentence.start for sentence in cut]
    found: dict[str, str] = {}
    for mark in document.marks:
        if mark.kind != "marker" or not mark.ref:
            continue
        at = bisect.bisect_right(starts, max(0, mark.start - 1)) - 1
        if at >= 0 and cut[at].voice == "text":
            found[mark.ref] = _collapse(text[max(cut[at].start, mark.start - ANCHOR) : mark.start])
    return found


def _note_at(notes: Sequence[Mark], offset: int) -> Mark | None:
    at = bisect.bisect_right(notes, offset, key=lambda mark: mark.start) - 1
    return notes[at] if at >= 0 and offset < notes[at].end else None


def _kind(voice: Voice) -> str:
    return "front" if voice in ("heading", "front") else voice


def _passage(document: Document, run: Sequence[Sentence], context: str) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(
        document=document.name,
        start=start,
        end=end,
        voice=run[0].voice,
        text=document.text[start:end],
        clean=clean(document, start, end),
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


def sentences_within(found: Sequence[Sentence], start: int, end: int) -> list[Sentence]:
    """Of a document's sentences (in order), those that lie inside [start, end)."""
    first = bisect.bisect_left(found, start, key=lambda sentence: sentence.start)
    chosen = []
    for sentence in found[first:]:
        if sentence.end > end:
            break
        chosen.append(sentence)
    return chosen
