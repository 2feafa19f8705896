"""The pages of an OpenDocument text, as far as the file itself tells them.

The program that saved the file may have written ``soft-page-break`` where it broke pages by itself. Pages
that begin by a paragraph's style (break-before, a new master page) carry no such mark and are counted from
the styles. The number of pages among the file's statistics proves the count: where it disagrees, some
boundary is missing or too many and no page is cited; without soft breaks pages are cited only where it
agrees. Numbers start and look (roman, arabic) as the page styles say.
"""

from __future__ import annotations

from qa.reading.composing import Composer
from qa.reading.docx_pages import as_numeral
from qa.reading.odt_styles import Styles

State = tuple[int, int, str]
"""Pages begun so far, the number of the present one, and its kind (master page)."""

_FORMATS = {"1": "decimal", "i": "lowerRoman", "I": "upperRoman", "a": "lowerLetter", "A": "upperLetter"}


class PageCount:
    """Follows the pages through the text and writes a page mark where one begins."""

    def __init__(self, out: Composer, styles: Styles) -> None:
        self._out = out
        self._styles = styles
        self._state: State = (0, 0, "Standard")
        self._soft = False
        self._by_hand = False
        self._ends = False
        self._empty = 0
        self._fresh_at = -1

    def paragraph(self, style: str) -> None:
        """A paragraph of a style begins."""
        count, number, master = self._state
        own = self._styles.master_of(style)
        if count == 0:
            self._begin(self._styles.page_number(style) or 1, own or master)
        elif self._styles.breaks_before(style) or self._ends:
            self._by_hand = True
            start = self._styles.page_number(style)
            kind = own or self._styles.next_master(master)
            self._begin(self._facing(number, start, kind), kind)
            self._fresh_at = self._out.length
        self._ends = False

    def _facing(self, last: int, start: int | None, master: str) -> int:
        """The number of a page after page ``last``: odd numbers stand on the right, so where a page's
        number or kind puts it on the side of the last one, an empty page comes between."""
        number = last + 1 if start is None else start
        wanted = {"right": 1, "left": 0}.get(self._styles.usage(master))
        if start is None and wanted is not None and number % 2 != wanted:
            number += 1
        self._empty += number % 2 == last % 2
        return number

    def end_of_paragraph(self, style: str) -> None:
        """A paragraph of a style ends."""
        self._ends = self._styles.breaks_after(style)

    def something(self) -> None:
        """Something stands on the present page that is not read."""
        self._fresh_at = -1

    def soft(self) -> None:
        """A break where the program broke the page by itself: where a style has just begun one, the same."""
        self._soft = True
        if self._fresh_at == self._out.length:
            self._fresh_at = -1
            return
        _, number, master = self._state
        self._begin(number + 1, self._styles.next_master(master))

    def now(self) -> State:
        """Where the count stands."""
        return self._state

    def back_to(self, state: State) -> None:
        """Goes back, or on, to where the count stood."""
        if state != self._state:
            self._state = state
            self._show()

    def trusted(self, said: int | None) -> bool:
        """Whether the pages counted may be cited, ``said`` being the file's own count."""
        count = self._state[0]
        agrees = said in (count, count + self._empty)
        return agrees or said is None if self._soft else self._by_hand and agrees

    def _begin(self, number: int, master: str) -> None:
        self._state = (self._state[0] + 1, number, master)
        self._show()

    def _show(self) -> None:
        _, number, master = self._state
        form = _FORMATS.get(self._styles.number_format(master), "decimal")
        self._out.page(as_numeral(number, form))
