"""Documents to sentences."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.hyphenation import LINE_END
from qa.splitting.views import masked
from qa.types import Document, Voice

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

# Possessive, and from the first of a run of stops only: a line of leader dots takes one look, not one
# from each dot.
_BOUNDARY = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>[\"'”’»)\]]*+)(?P<gap>\s++)(?=[\"'“‘«(\[—–-]*+[\w$£€])"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*|\f\s*")
_LINE = re.compile(r"\n")
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"\s*(?:[-*•–—]|\(?\w{1,3}[.)])\s")

_NUMBERED = re.compile(r"\s*(?:[Nn]os?|pp?|[Vv]ols?)\.\s\d")
"""What looks like an item and is a number in running text: "under⏎No. 159"."""


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
        # "commit-⏎tee. The rest": no item of a list but the end of a word.
        within_word = LINE_END.match(text, line + len(before) - 1) if before else None
        line = match.end()
        rest = text[match.end() : min(end, match.end() + 60)]
        item = within_word is None and _ITEM.match(rest) and not _NUMBERED.match(rest)
        # "under No.⏎159": whether the sentence ends at an abbreviation is looked at below.
        closed = before[-1:] in '.!?:;”"' and not _is_abbreviation(before[-20:].rpartition(" ")[2])
        if before and (closed or "\t" in before or "\t" in rest or item):
            yield at, match.start()
            at = match.end()
    yield at, end


def _is_abbreviation(word: str) -> bool:
    """Whether a word always goes on behind its full stop: "No.", "Mr."."""
    return word[-1:] == "." and word[:-1].lstrip("([“‘\"'").lower() in _ALWAYS_CONTINUED


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


def sentences_within(found: Sequence[Sentence], start: int, end: int) -> list[Sentence]:
    """Of a document's sentences (in order), those that lie inside [start, end)."""
    first = bisect.bisect_left(found, start, key=lambda sentence: sentence.start)
    chosen = []
    for sentence in found[first:]:
        if sentence.end > end:
            break
        chosen.append(sentence)
    return chosen
