"""Words on a server: BM25 as Tantivy computes it, from statistics that are always those of what is in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.changes import State
from qa.library.postgres import PostgresLibrary, words
from qa.library.protocol import Revision
from qa.library.words import WordIndex
from tests.library.shelf import ENCODER, TELEGRAM, document, filled, opened, passages, put
from tests.postgres_server import Server

RNG = random.Random(7)
STEMS = "wheat treaty berlin geneva consul embassy note cable minister visit".split()
VOCABULARY = [stem + ending for stem in STEMS for ending in ("", "s", "x", "y", "ed", "q")]
COMMON = "the of and in to".split()


def paragraph(length: int) -> str:
    """Words by a law like that of any text: few of them make up most."""
    rare = [VOCABULARY[min(int(RNG.paretovariate(0.7)), len(VOCABULARY)) - 1] for _ in range(length)]
    return " ".join(RNG.choice(COMMON) if RNG.random() < 0.5 else word for word in rare)


@pytest.fixture(scope="module")
def both(server: Server) -> Iterator[tuple[PostgresLibrary, WordIndex]]:
    """The same passages on the server and in Tantivy, under the same ids."""
    library = opened(server.library())
    made = [
        document(
            f"d{n}", *(paragraph(RNG.choice([3, 20, 40, 90, 700])) for _ in range(6)), title=paragraph(4)
        )
        for n in range(120)
    ]
    put(library, "/all.xml", *made)
    index = WordIndex.in_memory()
    inside = [part for one in made for part in library.passages_of(one.name)]
    index.apply(State(1, "s", 0), [], [(p.id, p.clean, p.context) for p in inside], len(inside))
    yield library, index
    library.close()


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_scores_are_those_of_tantivy(both: tuple[PostgresLibrary, WordIndex], weight: float) -> None:
    library, index = both
    every = len(index)
    for _ in range(15):
        query = paragraph(RNG.choice([1, 3, 12]))
        mine, theirs = (
            dict(library.matching(query, every, context_weight=weight)),
            dict(index.words.search(query, every, weight)),
        )
        assert mine.keys() == theirs.keys()
        ids = list(mine)
        # Tantivy keeps its state in one passage more, and counts in single precision.
        np.testing.assert_allclose([mine[i] for i in ids], [theirs[i] for i in ids], rtol=0.01, atol=0.01)


def test_the_best_are_the_same_when_not_all_are_scored(both: tuple[PostgresLibrary, WordIndex]) -> None:
    library, index = both
    shared, pruned = [], 0
    for _ in range(30):
        query = paragraph(14)
        best = dict(library.matching(query, 10, context_weight=0.5))
        # By score: words that many passages share give many the same one.
        least = index.words.search(query, 10, 0.5)[-1][1]
        theirs = dict(index.words.search(query, len(index), 0.5))
        shared.append(sum(theirs[i] >= least * 0.99 for i in best) / 10)
        pruned += len(best) == 10
    assert pruned == 30
    assert np.mean(shared) > 0.99


def test_only_the_scope_answers(both: tuple[PostgresLibrary, WordIndex]) -> None:
    library, index = both
    scope = library.scope(["d3", "d7", "d8", "d50"])
    assert scope is not None
    for limit in (3, 100):
        mine = library.matching("the treaty of berlin", limit, scope, 0.5)
        theirs = index.words.search("the treaty of berlin", limit, 0.5, scope.passages)
        assert [score for _, score in mine] == pytest.approx([score for _, score in theirs], rel=0.01)
        assert {i for i, _ in mine} <= set(scope.passages.tolist())


def test_many_words_and_odd_signs_are_searched(both: tuple[PostgresLibrary, WordIndex]) -> None:
    library, _ = both
    odd = "O'Brien \\ 'quoted' a:b|c & !d <-> (e) %s %(f)s ? ?1 ; DROP TABLE words; -- \0 \ufdd0"
    put(library, "/odd.txt", document("odd", "Odd", odd))
    assert "odd" in {p.document for p in library.passages([i for i, _ in library.matching(odd, 5)])}
    assert library.matching(" ".join(f"nothing{n}" for n in range(900)), 5) == []
    assert library.matching(" ".join([*VOCABULARY, *(f"w{n}" for n in range(900))]), 5)
    assert library.matching("", 5) == library.matching("wheat", 0) == []
    library.remove(["odd"])


def recounted(library: PostgresLibrary) -> dict[str, tuple[int, int]]:
    body: Counter[str] = Counter()
    context: Counter[str] = Counter()
    for one in library.documents():
        for part in library.passages_of(one.name):
            body.update(set(library.terms(part.clean)))
            context.update(set(library.terms(part.context)))
    return {word: (body[word], context[word]) for word in body.keys() | context.keys()}


def kept(library: PostgresLibrary) -> dict[str, tuple[int, int]]:
    with library._store.reading() as connection:
        rows = connection.ask(
            "SELECT term, body, context FROM terms WHERE body > 0 OR context > 0"
        ).fetchall()
        wrong = connection.ask("SELECT FROM terms WHERE body < 0 OR context < 0").fetchall()
    assert wrong == []
    return {word: (body, context) for word, body, context in rows}


def test_statistics_follow_whatever_comes_and_goes(server: Server) -> None:
    library = filled(server.library())
    assert kept(library) == recounted(library)
    put(library, "/papers/telegram.txt", replace(TELEGRAM, text="Other words\n\nLitvinov alone."))
    put(library, "/moved/v1.xml", *[library.document("v1/d2")], instead_of="/papers/v1.xml")
    assert kept(library) == recounted(library)
    one = library.document("telegram.txt")
    known = replace(one.metadata, title="Another heading")
    parts = passages(replace(one, metadata=known))
    library.revise([Revision(replace(one, metadata=known), one.metadata, {"title": "Another heading"}, parts,
                             ENCODER.encode([p.clean for p in parts]))])  # fmt: skip
    assert kept(library) == recounted(library)
    library.remove(["reading.md", "v1/d2"])
    assert kept(library) == recounted(library)
    library.remove(["telegram.txt"])
    assert kept(library) == {}
    with library._store.reading() as connection:
        assert connection.ask("SELECT body_words, context_words FROM meta").fetchall() == [(0, 0)]
    library.close()


@given(st.integers(0, 100_000))
def test_lengths_are_rounded_down_by_less_than_an_eighth(length: int) -> None:
    kept = words.rounded(length)
    assert kept <= length < kept * 1.125 + 1
    assert words.rounded(kept) == kept


def test_lengths_are_rounded_as_in_lucene() -> None:
    # https://lucene.apache.org SmallFloat.byte4ToInt: the first lengths that are not kept to the word.
    steps = sorted({words.rounded(length) for length in range(300)})
    assert steps[38:62] == [38, 39, 40, 42, 44, 46, 48, 50, 52, 54, 56, 60, 64, 68, 72, 76, 80, 84, 88, 96,
                            104, 112, 120, 128]  # fmt: skip


def test_a_tsvector_is_bounded() -> None:
    made = words.vector(["a"] * 1000 + [f"w{n}" for n in range(20_000)])
    first, _, rest = made.partition(" ")
    assert first.count(",") == 254
    assert max(int(place.rpartition(":")[2]) for place in rest.split()) == 16_383
