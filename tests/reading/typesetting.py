"""A small typesetter: known sentences to a PDF as printers make them, keeping the page that each stands on.

It sets justified or ragged lines in one column or two, hyphenates at line and page ends, puts footnotes at
the foot (a long one goes on on the next page), running heads, folios and page labels.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.reading.finding import Expected

SUBJECTS = (
    "the Ambassador|the Commission|Mr. Litvinov|the delegation|Marshal Tito|the Foreign Office|the Committee|"
    "General Clark|the Soviet Government|the Secretary|an officer of the Legation|Count Bernstorff"
).split("|")
VERBS = (
    "replied that|had no doubt that|reported confidentially that|refused to believe that|insisted that|"
    "telegraphed that|was informed that|considered it unlikely that|gave the assurance that"
).split("|")
NOUNS = (
    "negotiations|correspondence|representatives|administration|reconstruction|agreement|conference|frontier|"
    "shipments|railway|instructions|communication|settlement|proposal|delegates|government|memorandum|armistice|"
    "evacuation|understanding|circumstances|office|fleet|officials|financial affairs"
).split("|")
PLACES = (
    "Moscow|Trieste|Washington|Vladivostok|Paris|Archangel|Geneva|Belgrade|Murmansk|Constantinople".split("|")
)
ENDS = (
    "before the winter|without further delay|in spite of the protests|at the earliest opportunity|"
    "under any circumstances|as had been agreed|on the following morning|for the time being"
).split("|")


@dataclass(eq=False)
class Sentence:
    """``words`` are its text; ``pages`` the labels of the pages it came to stand on, in order; ``note`` is
    the label of the note that it belongs to (None: the body); ``marker`` the note it is followed by."""

    words: str
    note: str | None = None
    pages: list[str] = field(default_factory=list)
    marker: Footnote | None = None
    kind: str = "text"


@dataclass(eq=False)
class Footnote:
    label: str
    sentences: list[Sentence]


class Writer:
    """Invents sentences, no two alike."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 100

    def sentence(self) -> Sentence:
        pick = self.chance.choice
        self.number += self.chance.randint(1, 3)
        subject = pick(SUBJECTS)
        words = (
            f"{subject[0].upper()}{subject[1:]} {pick(VERBS)} the {pick(NOUNS)} of {pick(PLACES)} and the "
            f"{pick(NOUNS)}, under No. {self.number}, would require {pick(NOUNS)} with {pick(PLACES)} "
            f"{pick(ENDS)}."
        )
        if self.chance.random() < 0.15:
            words = words[:-1] + f"; he added, “the {pick(NOUNS)} are well-known.”"
        return Sentence(words)

    def paragraph(self, low: int = 3, high: int = 7) -> list[Sentence]:
        return [self.sentence() for _ in range(self.chance.randint(low, high))]

    def footnote(self, label: str, count: int = 1) -> Footnote:
        sentences = [self.sentence() for _ in range(count)]
        for sentence in sentences:
            sentence.note = label
        return Footnote(label, sentences)


@dataclass
class _Word:
    text: str
    sentence: Sentence
    note: Footnote | None = None
    label: str = ""  # a raised marker behind the word
    glued: bool = False  # the second half of a hyphenated word stands at a line's beginning
    mark_first: bool = False  # the marker stands before the word: it opens a note


Head = Callable[[str, int], tuple[str, str, str]]
"""(label, page of the file from 0) to what stands left, in the middle and right."""


@dataclass
class Style:
    font: str = "Times-Roman"
    bold: str = "Times-Bold"
    size: float = 11
    leading: float = 13
    note_size: float = 8.5
    note_leading: float = 10
    indent: float = 14
    between: float = 0  # points between paragraphs
    justified: bool = True
    hyphens: bool = True
    by_word: bool = False  # each word placed by itself, with no space characters
    rule: bool = True
    columns: int = 1
    gutter: float = 18
    page: tuple[float, float] = (432, 648)
    margin: float = 54
    raised: bool = True
    recognised: bool = False  # invisible words over a picture, a little askew, as scanners' programs add them


def nothing(_label: str, _page: int) -> tuple[str, str, str]:
    return "", "", ""


class Book:
    """Sets text page by page. ``label`` gives the label of each page of the file, from 0; ``head`` and
    ``foot`` what is printed above and below the text."""

    def __init__(
        self,
        path: Path,
        style: Style,
        *,
        label: Callable[[int], str],
        head: Head = nothing,
        foot: Head = nothing,
        seed: int = 1,
        title: str = "",
        author: str = "",
        **canvas: object,
    ) -> None:
        self.canvas = Canvas(str(path), pagesize=style.page, **canvas)  # type: ignore[arg-type]
        if title:
            self.canvas.setTitle(title)
        if author:
            self.canvas.setAuthor(author)
        self.style = style
        self.label, self.head, self.foot = label, head, foot
        self.chance = random.Random(seed)
        self.page = 0
        self.bare = False  # no running head on this page
        self.sentences: list[Sentence] = []
        self.frame = 0
        self.carried: list[tuple[list[_Word], bool]] = []
        self.top = style.page[1] - style.margin
        self._open_frame()

    # -- what is set -----------------------------------------------------------------------------------

    def paragraph(
        self, sentences: list[Sentence], *, indent: float | None = None, inset: float = 0, size: float = 0,
        after: float | None = None,
    ) -> None:  # fmt: skip
        style = self.style
        size = size or style.size
        leading = style.leading * size / style.size
        words = self._words(sentences)
        self.sentences += sentences
        first = style.indent if indent is None else indent
        _, width = self._column()
        for line, last in self._broken(words, width - 2 * inset, first, size, style.font):
            self._place(line, inset + first, width - 2 * inset - first, size, leading, last)
            first = 0.0
        self.y -= style.between if after is None else after

    def heading(self, text: str, size: float = 15, *, wide: bool = False) -> None:
        """A line in bold type in the middle of the column."""
        self._need(3 * size)
        x, width = self._column()
        self.y -= 1.6 * size
        self.canvas.setFont(self.style.bold, size)
        self.canvas.drawCentredString(x + width / 2, self.y, text)
        self.sentences.append(Sentence(text, pages=[self.label(self.page)], kind="heading"))
        self.y -= 0.8 * size

    def wide(self, title: str, sentences: list[Sentence]) -> None:
        """A title and a paragraph over the whole width, at the top of a page of two columns."""
        style = self.style
        columns, style.columns = style.columns, 1
        self.heading(title, 17)
        self.paragraph(sentences, indent=0, inset=20, after=16)
        style.columns = columns
        self.top = self.y
        self._open_frame()

    def lines(self, lines: list[str], x: float = 0) -> None:
        """Lines as they are: an address, a signature. Each counts as a sentence."""
        for line in lines:
            self._need(self.style.leading)
            left, _ = self._column()
            self.y -= self.style.leading
            self.canvas.setFont(self.style.font, self.style.size)
            self.canvas.drawString(left + x, self.y, line)
            self.sentences.append(Sentence(line, pages=[self.label(self.page)], kind="line"))
        self.y -= self.style.leading / 2

    def table(self, rows: list[list[str]], stops: list[float]) -> None:
        """Each row counts as a sentence, its cells in order."""
        self.y -= 4
        for row in rows:
            self._need(self.style.leading)
            left, _ = self._column()
            self.y -= self.style.leading
            self.canvas.setFont(self.style.font, self.style.size)
            for cell, stop in zip(row, stops, strict=True):
                self.canvas.drawString(left + stop, self.y, cell)
            self.sentences.append(Sentence(" ".join(row), pages=[self.label(self.page)], kind="row"))
        self.y -= self.style.leading

    def new_page(self, *, bare: bool = False) -> None:
        """Goes to the next page; ``bare`` sets it without a running head."""
        self._finish_frame()
        self._finish_page()
        self.bare = bare
        self._open_frame()

    def save(self) -> list[Sentence]:
        """Writes the file; every sentence with its pages."""
        self._finish_frame()
        while self.carried:
            self._next_frame(finish=False)
            self._finish_frame()
        self._finish_page()
        self.canvas.save()
        return self.sentences

    # -- words to lines --------------------------------------------------------------------------------

    def _words(self, sentences: list[Sentence]) -> list[_Word]:
        words = []
        for sentence in sentences:
            parts = sentence.words.split()
            words += [_Word(part, sentence) for part in parts]
            if sentence.marker is not None:
                words[-1].label = sentence.marker.label
                words[-1].note = sentence.marker
        return words

    def _width(self, word: _Word, size: float, font: str) -> float:
        return stringWidth(word.text, font, size) + stringWidth(word.label, font, 0.62 * size)

    def _broken(
        self, words: list[_Word], width: float, first: float, size: float, font: str
    ) -> list[tuple[list[_Word], bool]]:
        """Lines of words, each with whether it ends a paragraph."""
        space = stringWidth(" ", font, size)
        lines: list[tuple[list[_Word], bool]] = []
        line: list[_Word] = []
        room = width - first
        queue = list(words)
        while queue:
            word = queue.pop(0)
            wide = self._width(word, size, font) + (space if line else 0)
            if wide <= room:
                line.append(word)
                room -= wide
                continue
            halves = self._hyphenated(word, room - (space if line else 0), size, font)
            if halves:
                line.append(halves[0])
                queue.insert(0, halves[1])
            else:
                queue.insert(0, word)
            lines.append((line, False))
            line, room = [], width
        lines.append((line, True))
        return lines

    def _hyphenated(self, word: _Word, room: float, size: float, font: str) -> tuple[_Word, _Word] | None:
        letters = word.text.rstrip(".,;”")
        if not self.style.hyphens or len(letters) < 8 or not letters.isalpha() or word.mark_first:
            return None
        for cut in range(len(letters) - 3, 2, -1):
            if stringWidth(word.text[:cut] + "-", font, size) <= room:
                return replace(word, text=word.text[:cut] + "-", note=None, label=""), replace(
                    word, text=word.text[cut:]
                )
        return None

    # -- lines to pages --------------------------------------------------------------------------------

    def _column(self) -> tuple[float, float]:
        style = self.style
        whole = style.page[0] - 2 * style.margin
        width = (whole - style.gutter * (style.columns - 1)) / style.columns
        return style.margin + self.frame * (width + style.gutter), width

    def _open_frame(self) -> None:
        self.y = self.top
        self.notes: list[tuple[list[_Word], bool]] = []
        carried, self.carried = self.carried, []
        for line in carried:
            if self._room() > 6 * self.style.leading:
                self.notes.append(line)
            else:
                self.carried.append(line)

    def _notes_height(self) -> float:
        return len(self.notes) * self.style.note_leading + (14 if self.notes else 0)

    def _room(self) -> float:
        return self.y - self.style.margin - self._notes_height()

    def _need(self, height: float) -> None:
        if self._room() < height:
            self._next_frame()

    def _next_frame(self, *, finish: bool = True) -> None:
        if finish:
            self._finish_frame()
        self.frame += 1
        if self.frame >= self.style.columns:
            self._finish_page()
        self._open_frame()

    def _place(
        self, line: list[_Word], inset: float, width: float, size: float, leading: float, last: bool
    ) -> None:
        style = self.style
        noted = [word.note for word in line if word.note is not None]
        least = leading + (style.note_leading + (0 if self.notes else 14)) * bool(noted)
        self._need(least)
        self.y -= leading
        left, column = self._column()
        self._draw(line, left + inset, self.y, width, size, last)
        for note in noted:
            opening = _Word("", note.sentences[0], label=note.label, mark_first=True)
            self.sentences += note.sentences
            for broken in self._broken(
                [opening, *self._words(note.sentences)], column, 0, style.note_size, style.font
            ):
                if not self.carried and self._room() >= style.note_leading + (0 if self.notes else 14):
                    self.notes.append(broken)
                else:
                    self.carried.append(broken)

    def _finish_frame(self) -> None:
        style = self.style
        x, width = self._column()
        y = style.margin + len(self.notes) * style.note_leading
        if self.notes and style.rule:
            self.canvas.setLineWidth(0.5)
            self.canvas.line(x, y + 2, x + 0.3 * width, y + 2)
        for line, last in self.notes:
            y -= style.note_leading
            self._draw(line, x, y, width, style.note_size, last)
        self.notes = []

    def _finish_page(self) -> None:
        style = self.style
        label = self.label(self.page)
        across, down = style.page
        if not self.bare:
            for y, parts in ((down - 34, self.head(label, self.page)), (30, self.foot(label, self.page))):
                left, middle, right = parts
                self.canvas.setFont(style.font, style.size - 2)
                if left:
                    self.canvas.drawString(style.margin, y, left)
                if middle:
                    self.canvas.drawCentredString(across / 2, y, middle)
                if right:
                    self.canvas.drawRightString(across - style.margin, y, right)
        self.canvas.showPage()
        self.page += 1
        self.frame = 0
        self.bare = False
        self.top = down - style.margin

    def _draw(self, line: list[_Word], x: float, y: float, width: float, size: float, last: bool) -> None:
        style = self.style
        label = self.label(self.page)
        for word in line:
            if label not in word.sentence.pages:
                word.sentence.pages.append(label)
        natural = sum(self._width(word, size, style.font) for word in line)
        gaps = sum(1 for one in line[:-1] if not (one.mark_first and not one.text))
        space = stringWidth(" ", style.font, size)
        if style.justified and not last and gaps:
            space = min((width - natural) / gaps, 4 * space)
        for number, word in enumerate(line):
            if word.mark_first and word.label:
                x = self._marker(word.label, x, y, size)
            text = word.text
            if not style.by_word and number < len(line) - 1 and text and not word.label:
                text += " "
            self.canvas.setFont(style.font, size)
            if text and style.recognised:
                self.canvas.setFont(style.font, size * self.chance.uniform(0.93, 1.07))
                askew = 0.008 * (x - style.page[0] / 2) + self.chance.uniform(-0.6, 0.6)
                text = word.text + ("" if word.mark_first else word.label)
                self.canvas.drawString(x, y + askew, f"{text} ", mode=3)
                x += stringWidth(text, style.font, size)
            elif text:
                self.canvas.drawString(x, y, text)
                x += stringWidth(word.text, style.font, size)
            if word.label and not word.mark_first and not style.recognised:
                x = self._marker(word.label, x, y, size)
            if word.text or not word.mark_first:
                x += space

    def _marker(self, label: str, x: float, y: float, size: float) -> float:
        small = 0.62 * size if self.style.raised else size
        self.canvas.setFont(self.style.font, small)
        mode = 3 if self.style.recognised else 0
        self.canvas.drawString(
            x, y + (0.35 * size if self.style.raised else 0), f"{label} " if mode else label, mode=mode
        )
        return x + stringWidth(label, self.style.font, small) + (0 if self.style.raised else 3)


def expected(sentences: list[Sentence]) -> list[Expected]:
    """What a reader should say of sentences that were set."""
    return [
        Expected(each.words, "–".join(dict.fromkeys((each.pages[0], each.pages[-1]))), each.note)
        for each in sentences
    ]
