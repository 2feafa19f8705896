"""Footnotes at the foot of a page, told from the body: below a rule, or smaller and begun by a marker that
the body refers to; and what goes on from a note of the page before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.reading.pdf.lines import Line
from qa.reading.pdf.paragraphs import ends_sentence

SMALLER = 0.93
"""The size of notes as a share of the body's, at most, where no rule parts them."""

_SYMBOLS = "*∗†‡§¶‖#"
_RAISED_LABEL = re.compile(rf"\d{{1,4}}|[{_SYMBOLS}]{{1,4}}|[a-z]")
_PLAIN_MARKER = re.compile(rf"(?P<label>\d{{1,4}}|[{_SYMBOLS}]{{1,4}})(?P<after>[.)\]]*\s*)(?=\S)")
_GLUED = re.compile(r"(?:[^\W\d_]{2}|[^\W\d_][.,;:!?”’»)\"']{1,3})(\d{1,3})(?=[\s—–]|$)")  # "Litvinov.7"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(slots=True)
class Note:
    """``label`` is its marker as printed ("" for a note without one); the first ``prefix`` characters of its
    first line are the marker and what follows it."""

    label: str
    prefix: int
    lines: list[Line]


@dataclass(slots=True)
class Foot:
    """The notes at the foot of a page; ``continued`` are lines that belong to the last note before it."""

    continued: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Before:
    """What the page before says of its last note: ``open`` where its sentence is not finished, ``full``
    where its last line reaches the margin, so that it may go on; ``number`` is its label's (0: none)."""

    open: bool = False
    full: bool = False
    number: int = 0


def raised_labels(line: Line) -> list[tuple[int, int, str]]:
    """(start, end, label) of what may be the marker of a note in a line: raised, or a symbol after a word."""
    found = []
    for start, end in line.raised:
        words = line.text[start:end]
        label = words.strip(" ,.;").translate(_SUPERSCRIPTS)
        if _RAISED_LABEL.fullmatch(label):
            at = start + words.index(words.strip(" ,.;"))
            found.append((at, at + len(label), label))
        elif re.fullmatch(r"\d{1,3}(?:[,; ]+\d{1,3})+", label):
            found += [
                (start + m.start(), start + m.end(), m.group().translate(_SUPERSCRIPTS))
                for m in re.finditer(r"\w+", words)
            ]
    taken = {at for at, *_ in found}
    for m in re.finditer(rf"(?<=[^\s\d(])[{_SYMBOLS[:-1]}]{{1,3}}(?=[\s,.;:)”’]|$)", line.text):
        if m.start() not in taken:
            found.append((m.start(), m.end(), m.group()))
    return sorted(found)


def take_notes(
    regions: Sequence[list[Line]], rules: Sequence[tuple[float, float, float]], body: float, before: Before
) -> Foot:
    """Takes the notes of a page out of its ``regions`` (their lines are removed there). ``rules`` are its
    horizontal lines (left, right, y), ``body`` the size of the document's text."""
    foot = Foot()
    labels = {label for lines in regions for line in lines for _, _, label in raised_labels(line)}
    labels |= {m[1] for lines in regions for line in lines for m in _GLUED.finditer(line.text)}
    for lines in regions:
        if not lines or not _lowest(lines, regions, body):
            continue
        start = _start(lines, rules, body, before, labels, foot)
        if start is None:
            continue
        _collect(lines[start:], foot, before, labels)
        del lines[start:]
    return foot


def _lowest(lines: list[Line], regions: Sequence[list[Line]], body: float) -> bool:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    last = lines[-1].baseline
    return not any(
        line.baseline > last + 1 and line.left < right and line.right > left and line.size > SMALLER * body
        for other in regions if other is not lines for line in other
    )  # fmt: skip


def _start(
    lines: list[Line], rules: Sequence[tuple[float, float, float]], body: float, before: Before,
    labels: set[str], foot: Foot,
) -> int | None:  # fmt: skip
    """The first line of the notes in a region; None where it has none."""
    small = len(lines)
    while small and lines[small - 1].size <= SMALLER * body:
        small -= 1
    ruled = _below_rule(lines, rules, small, labels)
    going_on = not foot.notes and (before.open or before.full)
    if ruled is not None:
        return ruled
    if small == len(lines):
        return None
    last = before.number if not foot.notes else _number(foot.notes[-1].label)
    first = next(
        (at for at in range(small, len(lines)) if _begins(lines[at], labels, last) is not None), None
    )
    if first is None:
        # The end of a note alone: only where the sentence before it has still to end.
        alone = before.open and going_on and small > 0 and _gap(lines, small) > 1.1
        return small if alone else None
    if first > small and going_on and (small == 0 or _gap(lines, small) > 1.1):
        return small
    # Where all is small there is no body that it could be the notes of, unless they are raised.
    if first == 0 and len(lines) > 1 and not lines[first].raised and small == 0 and not labels:
        return None
    return first


def _below_rule(
    lines: list[Line], rules: Sequence[tuple[float, float, float]], small: int, labels: set[str]
) -> int | None:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    size = lines[-1].size
    for x0, x1, y in sorted(rules, key=lambda rule: rule[2]):
        if x1 < left or x0 > right or x0 > left + 3 * size:
            continue
        at = next((i for i, line in enumerate(lines) if line.baseline - 0.3 * line.size > y), len(lines))
        if at in (0, len(lines)) or lines[at - 1].baseline > y + 1:
            continue
        # Below the last rule of a table stands text of the body's size, without a marker.
        if at >= small and (x1 - x0 < 0.75 * (right - left) or _begins(lines[at], labels, 0) is not None):
            return at
        begun = _begins(lines[at], labels, 0)
        if begun is not None and begun[0] in labels and x1 - x0 < 0.75 * (right - left):
            return at
    return None


def _gap(lines: list[Line], at: int) -> float:
    """The distance between a line and the one before it, in single-spaced lines of the latter."""
    return (lines[at].baseline - lines[at - 1].baseline) / (1.2 * lines[at].size) if at else 99.0


def _begins(line: Line, labels: set[str], last: int) -> tuple[str, int] | None:
    """(label, characters of the marker) where a line begins a note; ``last`` is the number of the note
    before it."""
    if line.raised and line.raised[0][0] == 0:
        end = line.raised[0][1]
        label = line.text[:end].strip(" .,").translate(_SUPERSCRIPTS)
        if _RAISED_LABEL.fullmatch(label) and len(line.text) > end:
            rest = line.text[end:]
            return label, end + len(rest) - len(rest.lstrip(" \t.)"))
    match = _PLAIN_MARKER.match(line.text)
    if match is None:
        return None
    label, after = match["label"], match["after"]
    if label.isdigit():
        if not after or (label not in labels and int(label) != last + 1):
            return None
        if not last and label not in labels:
            return None
    return label, match.end()


def _collect(lines: list[Line], foot: Foot, before: Before, labels: set[str]) -> None:
    last = _number(foot.notes[-1].label) if foot.notes else before.number
    for line in lines:
        begun = _begins(line, labels, last)
        if begun is not None:
            foot.notes.append(Note(begun[0], begun[1], [line]))
            last = _number(begun[0]) or last
        elif foot.notes:
            foot.notes[-1].lines.append(line)
        elif before.open or before.full:
            foot.continued.append(line)
        else:
            foot.notes.append(Note("", 0, [line]))


def after(foot: Foot, before: Before) -> Before:
    """What the next page has to know of this one's last note."""
    lines = foot.notes[-1].lines if foot.notes else foot.continued
    if not lines:
        return Before(number=before.number)
    every = [line for note in foot.notes for line in note.lines] + foot.continued
    right = max(line.right for line in every)
    number = _number(foot.notes[-1].label) if foot.notes else before.number
    return Before(
        open=not ends_sentence(lines[-1].text),
        full=lines[-1].right > right - 3 * lines[-1].size,
        number=number or before.number,
    )


def _number(label: str) -> int:
    return int(label) if label.isdigit() else 0
