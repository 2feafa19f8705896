"""What stands on a page: runs of words, rules, and whether it is a picture.

Places are in points (1/72 inch) from the top left of the page as it is read: a page whose text runs up its
side is turned first. ``Sheet.fractions`` turns places back to those on the page's picture.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

SAME_SIZE = 0.16
"""The share by which a line's size in a scan may differ from that of most, and be the same: it is guessed
from the letters that happen to stand in it."""


@dataclass(slots=True)
class Run:
    """``text`` has one space between words; ``edges`` the left and right of each word in turn. ``order``
    counts the runs as the file has them. ``spaced`` says that the file has white space (before, after)."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    order: int
    edges: array[float]
    before: bool = False
    after: bool = False


@dataclass(slots=True)
class Sheet:
    """What stands on a page (``index`` counts from 0). ``aside`` are words at another angle than the
    page's text: stamps up the margin, watermarks. ``rules`` are horizontal lines (left, right, y).
    ``turn`` counts the quarter turns clockwise that the page's text was turned by to be read.
    ``is_picture`` says that it shows a picture and holds no text to read: a scan."""

    index: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    aside: list[Run] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    turn: int = 0
    is_picture: bool = False

    def fractions(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """A place on the page's picture: left, top, right, bottom in [0, 1]."""
        x0, y0, x1, y1 = left / self.width, top / self.height, right / self.width, bottom / self.height
        for _ in range(self.turn):
            # A quarter turn back, clockwise: what was the top is the right.
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return x0, y0, x1, y1


def steady_sizes(runs: list[Run]) -> None:
    """Gives the lines of a scan that are nearly of one size one size, as the print has it."""
    ordered = sorted((run.size, len(run.text)) for run in runs)
    half, middle = sum(length for _, length in ordered) / 2, 0.0
    for size, length in ordered:
        half -= length
        if half <= 0:
            middle = size
            break
    for run in runs:
        share = run.size / middle if middle else 1.0
        # Notes and headings keep apart, in steps so wide that each of them is of one size.
        run.size = middle if abs(share - 1) <= SAME_SIZE else middle * max(0.4, round(share * 5) / 5)
