"""Names and dates narrow a library, and both of its searches, to what they mean."""

from __future__ import annotations

import pytest

from qa.errors import UnknownDocument, UsageError
from qa.library import Library
from qa.types import Searched
from tests.library.shelf import (
    ENCODER,
    NOTES,
    TELEGRAM,
    VOLUME,
)  # fmt: skip


@pytest.mark.parametrize(
    ("names", "start", "end", "expected"),
    [
        (["v1"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1/"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1.xml"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["/papers/v1.xml"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1/d30", "telegram.txt"], None, None, {"v1/d30", "telegram.txt"}),
        (["notes"], None, None, {"notes/reading.md"}),
        ([], "1961", "1961", {"v1/d1", "v1/d2"}),
        ([], "1961-03-05", None, {"v1/d2", "v1/d30"}),  # dated to the month, it may be of that day
        ([], None, "1961-02", {"telegram.txt", "v1/d1"}),
        ([], "1963-05-01", "1963-05-02", {"v1/d30"}),
        (["v1"], "1945", "1945", set()),
    ],
)  # fmt: skip
def test_a_scope_is_what_was_named_and_dated(
    library: Library, names: list[str], start: str | None, end: str | None, expected: set[str]
) -> None:
    scope = library.scope(names, start, end)
    assert scope is not None
    assert library.within(names, start, end) == set(expected)
    ids = scope.passages.tolist()
    assert {passage.document for passage in library.passages(ids)} == expected
    assert ids == sorted(ids)
    assert scope.searched == Searched(len(expected), 2 * len(expected))
    everything = " ".join(d.text for d in (TELEGRAM, *VOLUME, NOTES))
    assert {i for i, _ in library.nearest(ENCODER.encode([everything])[0], 99, scope)} == set(ids)
    assert {i for i, _ in library.matching(everything, 99, scope)} == set(ids)


def test_scopes_that_cannot_be(library: Library) -> None:
    assert library.scope() is None
    assert library.within() is None
    with pytest.raises(UnknownDocument, match="v1/d3"):
        library.scope(["v1/d3"])  # d30 is another document
    for wrong in ("61", "1961-13", "1961-02-30", "yesterday", "1961-2", "١٩٦١"):
        with pytest.raises(UsageError, match="is no date"):
            library.scope(date_from=wrong)
    with pytest.raises(UsageError, match="ends before"):
        library.scope(date_from="1962", date_to="1961")
