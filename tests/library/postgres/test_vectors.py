"""Vectors on a server: exact as FAISS is while they are few or a scope leaves few; HNSW beyond."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.postgres import PostgresLibrary, vectors
from qa.library.protocol import Scope
from qa.library.vectors import VectorIndex
from qa.types import Document, Passage, Searched, SourceFile
from tests.library.shelf import opened
from tests.postgres_server import Server

MANY = 3_000
RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def both(server: Server) -> Iterator[tuple[PostgresLibrary, VectorIndex]]:
    """The same vectors, in clusters as those of texts are, on the server and in FAISS."""
    centres = RNG.normal(size=(60, 384))
    made = centres[RNG.integers(0, 60, MANY)] + 0.7 * RNG.normal(size=(MANY, 384))
    made = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    library = opened(server.library())
    text = " ".join(f"w{n}" for n in range(MANY))
    parts = [Passage("d", 0, 2, "text", "w0", "w0") for _ in range(MANY)]
    library.add(SourceFile("/d", "d", "0", 1, 1, "plain/1"), [Document("d", text)], parts, made)
    index = VectorIndex(384)
    index.add(np.arange(1, MANY + 1), made)
    yield library, index
    library.close()


def query() -> np.ndarray:
    found = RNG.normal(size=384).astype(np.float32)
    return found / np.linalg.norm(found)


def part(*ranges: tuple[int, int]) -> Scope:
    ids = np.concatenate([np.arange(first, last, dtype=np.int64) for first, last in ranges])
    return Scope(ids, Searched(1, len(ids)))


def same(mine: list[tuple[int, float]], theirs: list[tuple[int, float]]) -> None:
    """The same vectors, but where two are as near to within what half precision keeps of a query."""
    np.testing.assert_allclose([s for _, s in mine], [s for _, s in theirs], atol=1e-3)
    others = {i for i, _ in mine} ^ {i for i, _ in theirs}
    least = theirs[-1][1]
    assert all(abs(score - least) < 1e-3 for i, score in [*mine, *theirs] if i in others)
    assert mine[0][0] == theirs[0][0]


SCOPES = [None, part((1, 20)), part((5, 6), (90, 95), (1000, 1700)), part((2, 3000))]


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_nearest_is_what_faiss_finds(
    both: tuple[PostgresLibrary, VectorIndex], scope: Scope | None
) -> None:
    library, index = both
    for _ in range(5):
        asked = query()
        mine = library.nearest(asked, 40, scope)
        theirs = index.search(asked, 40, None if scope is None else scope.passages)
        same(mine, theirs)


def test_nothing_is_nearest_to_nothing(both: tuple[PostgresLibrary, VectorIndex]) -> None:
    library, _ = both
    assert library.nearest(query(), 0) == []
    assert library.nearest(query(), 5, Scope(np.empty(0, np.int64), Searched(0, 0))) == []
    assert len(library.nearest(query(), 10 * MANY)) == MANY


def test_many_are_searched_by_an_index_and_filters_leave_enough(
    both: tuple[PostgresLibrary, VectorIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, index = both
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 500)
    with library._store.reading() as connection:
        assert not vectors._is_indexed(connection)
    library.flush()
    library.flush()  # there already
    with library._store.reading() as connection:
        assert vectors._is_indexed(connection)
    wide = part((1, 700), (1500, 2800))
    for scope in (None, wide):
        found = []
        for _ in range(10):
            asked = query()
            mine = library.nearest(asked, 20, scope)
            assert len(mine) == 20
            assert [s for _, s in mine] == sorted((s for _, s in mine), reverse=True)
            theirs = index.search(asked, 20, None if scope is None else scope.passages)
            found.append(len({i for i, _ in mine} & {i for i, _ in theirs}) / 20)
            if scope is not None:
                assert {i for i, _ in mine} <= set(scope.passages.tolist())
        assert np.mean(found) > 0.9
    few = part((10, 300))  # searched exactly
    asked = query()
    same(library.nearest(asked, 40, few), index.search(asked, 40, few.passages))


@given(st.sets(st.integers(1, 60)))
def test_ids_as_ranges(ids: set[int]) -> None:
    written = vectors.multirange(np.array(sorted(ids), np.int64))
    pairs = [pair.split(",") for pair in written.strip("{}[]").split("],[") if pair]
    ranges = [(int(first), int(last)) for first, last in pairs]
    assert [n for first, last in ranges for n in range(first, last + 1)] == sorted(ids)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))
