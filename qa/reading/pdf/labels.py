"""The printed number of each page: as the file says, as its folios say, or in brackets.

"[5]" is the fifth page of a file whose pages bear no number: counted, as brackets mean in a citation, not
printed.
"""

from __future__ import annotations

from collections.abc import Sequence


def page_labels(said: Sequence[str], found: Sequence[str | None]) -> list[str]:
    """A label for each page. ``said`` are the file's own labels ("" where it has none), ``found`` what
    heads and feet of the pages print (None where they print nothing).

    Where most of the printed numbers contradict the file's, they are right: many programs label a scan's
    pages by counting them."""
    printed = [(one, two) for one, two in zip(said, found, strict=True) if one and two]
    against = sum(one.strip().lower() != two.lower() for one, two in printed)
    trusted = len(printed) < 3 or 2 * against <= len(printed)
    labels = []
    for page, (one, two) in enumerate(zip(said, found, strict=True), 1):
        own = one.strip() if trusted else ""
        labels.append(own or two or f"[{page}]")
    return labels
