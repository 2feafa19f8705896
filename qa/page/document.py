"""A document as HTML: the source as it stands, with page breaks, notes and lit ranges. Pure.

Every character of the text comes out, in order and escaped; what the page adds for the eye (a page number
or note marker that is no text in its source, a link back) carries the class ``added``. So stripping the
added elements and the tags gives the text again, and a test holds the page to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from urllib.parse import urlsplit

from qa.folding import fold, hyphenation_of
from qa.hyphenation import LINE_END
from qa.types import Document, Mark

WINDOW = 150_000
"""Characters of one document shown at once: a browser stays quick well beyond this, and the longest
document of the archive is shorter. Of a longer one, the part around the lit quote is shown."""

_GAP = re.compile(r"\s*\n\s*\n\s*")
_SPACE = re.compile(r"\s*")
_MARKER = re.compile(r'(<sup class="marker(?: added)?">)([^<]*)</sup>')
_APPARATUS = ("page", "marker", "apparatus")
_SHORT = 10
"""Characters that a page mark's words may have beside the number and still be a page mark's: "[Page 8]"."""
_VOICES = ("heading", "front", "note")
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of one voice; ``mark`` is None for the document's own text."""

    start: int
    end: int
    mark: Mark | None


def web_address(url: str | None) -> str | None:
    """The address if it is http or https, else None: a document may name any scheme, a link may not."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def outside_link(url: str | None, words: str) -> str:
    """A link that opens beside the page and tells the other side nothing; empty where there is none."""
    address = web_address(url)
    if address is None:
        return ""
    return (
        f'<a class="outside" href="{escape(address)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(words)}</a>"
    )


def header(document: Document, source: str = "", citation: str = "") -> str:
    """What is known about a document, as a heading and a short list."""
    about = document.metadata
    title = about.title or document.name
    rows = [
        ("Date", about.date),
        ("From", about.sender),
        ("To", about.recipient),
        ("Place", about.place),
        ("File number", about.file_number),
        ("Document", document.name if document.name != title else None),
        ("File", source if source not in {document.name, ""} else None),
        ("Cite as", citation or None),
    ]
    lines = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    link = outside_link(about.url, "Open on the web")
    return (
        f'<header class="about"><h2 tabindex="-1">{escape(title)}</h2>'
        f"<dl>{lines}</dl>{f'<p>{link}</p>' if link else ''}</header>"
    )


def body(
    document: Document, lit: Sequence[_Range] = (), phrase: _Range | None = None, window: int = WINDOW
) -> str:
    """The text of a document, paragraphs as ``<p>``, notes and headings in their own voice.

    lit      ranges of the text to light up; the first is the one that is scrolled to
    phrase   the answer phrase, lit more strongly
    window   how many characters are shown of a document that is longer
    """
    first, last = _shown(document, lit, window)
    anchors = {mark.ref: number for number, mark in enumerate(document.marks) if mark.kind == "marker"}
    pieces = []
    for block in _blocks(document, first, last):
        inner = "".join(_paragraphs(document, block, lit, phrase))
        if block.mark is None:
            pieces.append(inner)
        elif block.mark.kind == "note":
            number = anchors.get(block.mark.ref)
            pieces.append(_note_open(document, number) + inner + "</aside>")
        else:
            pieces.append(f'<div class="{block.mark.kind}">{inner}</div>')
    before = _left_out(first, "before")
    after = _left_out(len(document.text) - last, "after")
    # ``data-first`` is the offset at which the shown text begins, for whoever selects in it.
    return f'<div class="text" data-first="{first}">{before}{"".join(pieces)}{after}</div>'


def inline(
    document: Document,
    start: int,
    end: int,
    phrase: _Range | None = None,
    opens: Mapping[str, str] | None = None,
) -> str:
    """``text[start:end]`` for a card: apparatus set apart as such, the phrase marked, nothing lit; hyphens at
    line ends that are no part of their words can be hidden. The markers that ``opens`` has are buttons
    (``data-do="note"``), with what it says of them as their name."""
    hidden = _line_ends(document, start, end)
    words = "".join(_spans(document, start, end, (), phrase, links=False, hidden=hidden))
    if not opens:
        return words
    # What stands in the text is escaped: an element here is one of our own.
    return _MARKER.sub(lambda found: _opener(found, opens), words)


def _opener(marker: re.Match[str], opens: Mapping[str, str]) -> str:
    name = opens.get(unescape(marker[2]))
    if name is None:
        return marker[0]
    return (
        f'{marker[1]}<button type="button" data-do="note" data-note="{marker[2]}" '
        f'aria-label="{escape(name)}">{marker[2]}</button></sup>'
    )


def _line_ends(document: Document, start: int, end: int) -> list[_Range]:
    text = document.text[start:end]
    if LINE_END.search(text) is None:
        return []
    folded = fold(text, hyphenation=hyphenation_of(document.text))
    return [(start + edit.start, start + edit.end) for edit in folded.edits if edit.at == edit.to]


def _shown(document: Document, lit: Sequence[_Range], window: int) -> _Range:
    length = len(document.text)
    if length <= window:
        return 0, length
    middle = sum(lit[0]) // 2 if lit else 0
    first = min(max(0, middle - window // 2), length - window)
    last = first + window
    # A paragraph's end near the cut is a better place to cut.
    line = document.text.rfind("\n", first, first + window // 10)
    if first > 0 and line >= 0 and not (lit and line > lit[0][0]):
        first = line + 1
    line = document.text.find("\n", last - window // 10, last)
    if last < length and line >= 0 and not (lit and line < lit[0][1]):
        last = line
    return first, last


def _left_out(count: int, where: str) -> str:
    if count <= 0:
        return ""
    return f'<p class="added left-out">{count:,} characters {where} this are not shown here.</p>'


def _blocks(document: Document, first: int, last: int) -> Iterator[_Block]:
    """Cuts [first, last) where the voice changes. Of overlapping voices the earlier mark has the text."""
    position = first
    for mark in document.marks:
        if mark.kind not in _VOICES or mark.end <= position or mark.start >= last:
            continue
        start, end = max(mark.start, position), min(mark.end, last)
        if start > position:
            yield _Block(position, start, None)
        yield _Block(start, end, mark)
        position = end
    if position < last:
        yield _Block(position, last, None)


def _paragraphs(
    document: Document, block: _Block, lit: Sequence[_Range], phrase: _Range | None
) -> Iterator[str]:
    """Blank lines stay between the paragraphs, where a browser does not draw them."""
    text = document.text
    position = block.start
    while position < block.end:
        gap = _GAP.search(text, position, block.end)
        end = gap.start() if gap else block.end
        lead = _SPACE.match(text, position, end)
        start = lead.end() if lead else position
        if start > position:
            yield from _spans(document, position, start, (), None, links=True)
        if start < end:
            inner = "".join(_spans(document, start, end, lit, phrase, links=True))
            yield f"<p>{inner}</p>"
        if gap:
            yield from _spans(document, gap.start(), gap.end(), (), None, links=True)
        position = gap.end() if gap else block.end


def _spans(
    document: Document,
    start: int,
    end: int,
    lit: Sequence[_Range],
    phrase: _Range | None,
    *,
    links: bool,
    hidden: Sequence[_Range] = (),
) -> Iterator[str]:
    """The text of [start, end), cut at every mark and lit range, each piece in one element at most."""
    text = document.text
    marks = _marks_at(document, start, end)
    ranges = [*lit, *([phrase] if phrase else []), *hidden, *((m.start, m.end) for m in marks.all)]
    cuts = sorted({start, end, *(point for pair in ranges for point in pair if start < point < end)})
    for here, there in pairwise(cuts):
        for number, mark in marks.before.get(here, ()):
            # A quote's first page is said below it.
            if links or here > start or mark.kind != "page":
                yield _apparatus(mark, number, "", links=links)
        words = text[here:there]
        whole = next(((n, m) for n, m in marks.printed if m.start <= here and there <= m.end), None)
        if whole is not None:
            yield _printed(whole[1], whole[0], words, text, links=links)
        elif any(a <= here and there <= b for a, b in hidden):
            yield f'<span class="line-end">{escape(words)}</span>'
        else:
            inner = escape(words)
            if phrase is not None and phrase[0] <= here and there <= phrase[1]:
                inner = f'<mark class="phrase">{inner}</mark>'
            if any(a <= here and there <= b for a, b in lit):
                inner = f'<span class="lit">{inner}</span>'
            yield inner
        for number, mark in marks.behind.get(there, ()):
            yield _apparatus(mark, number, "", links=links)


@dataclass(frozen=True, slots=True)
class _Marks:
    """The apparatus of a range by number: what is text of the source, and what the page adds before or
    behind an offset."""

    printed: list[tuple[int, Mark]]
    before: dict[int, list[tuple[int, Mark]]]
    behind: dict[int, list[tuple[int, Mark]]]
    all: list[Mark]


def _marks_at(document: Document, start: int, end: int) -> _Marks:
    text = document.text
    found = _Marks([], {}, {}, [])
    for number, mark in enumerate(document.marks):
        if mark.kind not in _APPARATUS or mark.start > end or mark.end < start:
            continue
        found.all.append(mark)
        if mark.start < mark.end:
            found.printed.append((number, mark))
            if mark.kind == "page" and not _says_its_page(mark, text) and start < mark.end <= end:
                # Its words are shown as what they are, and the page's number where the page begins.
                found.behind.setdefault(mark.end, []).append((number, mark))
        elif mark.kind == "apparatus":
            continue
        elif mark.kind == "marker" and mark.start > 0 and not text[mark.start - 1].isspace():
            found.behind.setdefault(mark.start, []).append((number, mark))
        elif mark.start < end:
            found.before.setdefault(mark.start, []).append((number, mark))
        elif end == len(text):
            found.behind.setdefault(mark.start, []).append((number, mark))
    return found


def _says_its_page(mark: Mark, text: str) -> bool:
    """Whether a page mark's words are no more than the page's number ("[Page 8]"); they may be the foot of a
    page and the running head of the next."""
    words = text[mark.start : mark.end].strip()
    return mark.label in words and len(words) <= len(mark.label) + _SHORT and "\n" not in words


def _printed(mark: Mark, number: int, words: str, text: str, *, links: bool) -> str:
    """A piece of apparatus that is text of the source."""
    if not words.strip():
        return words
    if mark.kind == "marker" or (mark.kind == "page" and _says_its_page(mark, text)):
        return _apparatus(mark, number, words, links=links)
    return f'<span class="apparatus">{escape(words)}</span>'


def _apparatus(mark: Mark, number: int, words: str, *, links: bool) -> str:
    """A page break or a note's marker; ``words`` is empty where it is no text in its source."""
    added = "" if words else " added"
    if mark.kind == "page":
        if not links:
            title = f' title="Page {escape(mark.label)} begins here"'
            label = mark.label.strip("[]")  # "[5]" is a number that the file counts, not one that is printed
            shown = escape(words or f"[{label}]")
            return f'<span class="page-mark{added}"{title}>{shown}</span>'
        shown = escape(words or f"Page {mark.label}")
        name = f'role="separator" aria-label="Page {escape(mark.label)}"'
        return f'<span class="page{added}" {name}><span>{shown}</span></span>'
    shown = escape(words or mark.label)
    if not links or not mark.ref:
        return f'<sup class="marker{added}">{shown}</sup>'
    return (
        f'<sup class="marker{added}" id="marker-{number}"><a href="#note-{number}" '
        f'data-to="note-{number}" aria-label="Note {escape(mark.label)}">{shown}</a></sup>'
    )


def _note_open(document: Document, anchor: int | None) -> str:
    if anchor is None:
        return '<aside class="note">'
    marker = escape(document.marks[anchor].label)
    return (
        f'<aside class="note" id="note-{anchor}"><a class="added back" href="#marker-{anchor}" '
        f'data-to="marker-{anchor}" aria-label="Back to note {marker} in the text">{marker}</a>'
    )
