"""Candidates and their features over a small real library; no learned weight is taken for granted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.conversation import Query
from qa.library import Library
from qa.retrieval import (
    CARRIED_WEIGHT,
    FEATURES,
    Candidates,
    QueryTerms,
    find,
    nearness,
    query_terms,
    rank,
)
from qa.types import Passage, ScoredPassage
from tests.encoders import HashEncoder
from tests.library.shelf import document, opened, put

THEATRE = "Litvinov spoke with Harriman at the theatre about the London Conference and what came after it."
BASES = "Renewed pressure has been brought on Norway and Turkey for bases by the Soviet Government that year."
PRICES = "The price of wheat rose in Kansas while the price of cotton fell in Texas during the whole summer."
SHORT = "Signed Harriman."


@pytest.fixture(scope="module")
def library(shared_place: str) -> Iterator[Library]:
    made = opened(shared_place)
    put(
        made,
        "/a.txt",
        document("a", "Telegram from Moscow", THEATRE, SHORT, date="1945-11-22", title="Moscow"),
    )
    put(made, "/b.txt", document("b", "Telegram from Oslo", BASES, date="1946-03-01", title="Oslo"))
    put(made, "/c.txt", document("c", "Market report", PRICES, title="Markets"))
    yield made
    made.close()


def found(library: Library, query: Query | str, **more: object) -> Candidates:
    asked = Query(query) if isinstance(query, str) else query
    return find(library, HashEncoder(), asked, **more)  # type: ignore[arg-type]


def feature(candidates: Candidates, name: str, start: str) -> float:
    """One feature of the one candidate that begins with these words."""
    (row,) = [i for i, p in enumerate(candidates.passages) if p.text.startswith(start)]
    return float(candidates.features[row, FEATURES.index(name)])


# --- a query's words ---


def test_rare_words_weigh_more_and_all_weigh_one_together(library: Library) -> None:
    terms = query_terms(library, Query("price in Texas, Telegram?"), library.searched().passages)
    assert math.isclose(sum(terms.weights.values()), 1)
    assert set(terms.weights) == {"price", "texa", "telegram"}
    assert terms.weights["texa"] == terms.weights["price"] > terms.weights["telegram"]
    assert terms.pairs == (("price", "texa"), ("texa", "telegram"))


def test_lent_words_weigh_less_than_a_questions_own(library: Library) -> None:
    terms = query_terms(library, Query("And Norway?", ("What of Texas and Norway?",)), 7)
    assert math.isclose(terms.weights["texa"], CARRIED_WEIGHT * terms.weights["norway"])
    assert terms.pairs == ()


def test_a_question_of_stop_words_covers_nothing(library: Library) -> None:
    terms = query_terms(library, Query("What is it?"), 7)
    assert terms.weights == {}
    assert terms.coverage({"what", "it"}) == 0


def test_coverage_is_the_weight_of_what_was_found() -> None:
    terms = QueryTerms({"a": 0.5, "b": 0.3, "c": 0.2}, ())
    assert terms.coverage(set()) == 0
    assert math.isclose(terms.coverage({"a", "c", "z"}), 0.7)


def test_what_was_covered_once_is_covered_again_and_adds_up_in_order() -> None:
    weights = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4}
    terms = QueryTerms(weights, (), {"b": frozenset({"x", "y"})})
    assert terms.telling == {"a", "b", "c", "d", "x", "y"}
    for found in ({"a", "y", "c", "z"}, {"a", "b", "x", "c"}, {"c", "b", "a"}, {"a", "y", "c", "q"}):
        assert terms.coverage(found) == 0.1 + 0.2 + 0.3  # to the last digit
    assert terms.coverage({"d", "z"}) == 0.4


def test_other_names_count_as_the_word_itself(library: Library) -> None:
    terms = query_terms(library, Query("Why did the Kremlin press Ankara?"), 7)
    assert {"soviet", "russian"} <= terms.other["kremlin"]
    assert terms.coverage({"soviet", "turkey"}) == pytest.approx(
        terms.weights["kremlin"] + terms.weights["ankara"]
    )
    assert "press" not in terms.other


def test_a_passage_is_found_by_another_name(library: Library) -> None:
    assert feature(found(library, "Ankara"), "bm25", BASES) == 1
    assert feature(found(library, "Ankara"), "coverage", BASES) == pytest.approx(1)
    assert feature(found(library, "Ankara"), "bm25", PRICES) == 0


# --- candidates ---


def test_each_candidate_comes_once_with_finite_features(library: Library) -> None:
    candidates = found(library, "What did Litvinov say to Harriman at the theatre?")
    ids = [passage.id for passage in candidates.passages]
    assert len(ids) == len(set(ids)) == library.searched().passages
    assert candidates.features.shape == (len(ids), len(FEATURES))
    assert np.isfinite(candidates.features).all()
    assert feature(candidates, "bm25", THEATRE) == 1 == candidates.features[:, FEATURES.index("bm25")].max()


def test_cosine_is_that_of_query_and_passage(library: Library) -> None:
    candidates = found(library, THEATRE)
    assert feature(candidates, "cosine", THEATRE) == pytest.approx(1, abs=2e-3)
    assert feature(candidates, "cosine", PRICES) < 0.7
    follow_up = found(library, Query(THEATRE, (PRICES,)))
    assert feature(follow_up, "cosine_of_question", THEATRE) == pytest.approx(1, abs=2e-3)
    assert feature(follow_up, "cosine", THEATRE) < 0.95


def test_words_of_the_heading_count_beside_those_of_the_passage(library: Library) -> None:
    candidates = found(library, "wheat markets")
    plain, with_context = (
        feature(candidates, name, PRICES) for name in ("coverage", "coverage_with_context")
    )
    assert 0 < plain < with_context == pytest.approx(1)


def test_neighbouring_words_count_as_neighbours_only(library: Library) -> None:
    assert feature(found(library, "Norway, Turkey"), "pairs", BASES) == 0  # "and" stands between them
    assert feature(found(library, "renewed pressure"), "pairs", BASES) == 1
    assert feature(found(library, "pressure renewed"), "pairs", BASES) == 0


def test_dates_agree_or_not(library: Library) -> None:
    dates = {d.name: d.date for d in library.documents()}
    candidates = found(library, "What was said on 22 November 1945?", dates=dates)
    assert feature(candidates, "date", THEATRE) == 1
    assert feature(candidates, "date", BASES) < 0
    assert feature(candidates, "date", PRICES) == 0
    assert feature(found(library, "What was said?", dates=dates), "date", THEATRE) == 0


def test_short_passages_and_nearness_are_told(library: Library) -> None:
    candidates = found(library, "Harriman", near={"a": 0.75})
    assert feature(candidates, "short", SHORT) == 1
    assert feature(candidates, "short", THEATRE) == 0
    assert feature(candidates, "near", THEATRE) == 0.75
    assert feature(candidates, "near", BASES) == 0


def test_a_scope_lets_nothing_else_through(library: Library) -> None:
    candidates = found(library, "Litvinov at the theatre", scope=library.scope(["b"]))
    assert {passage.document for passage in candidates.passages} == {"b"}


def test_an_empty_library_has_no_candidates(place: str) -> None:
    empty = opened(place)
    candidates = found(empty, "Litvinov")
    assert candidates.passages == ()
    assert candidates.features.shape == (0, len(FEATURES))
    assert rank(candidates, {"cosine": 1.0}) == []
    empty.close()


# --- their order ---


def candidates_of(*cosines: float) -> Candidates:
    table: NDArray[np.float32] = np.zeros((len(cosines), len(FEATURES)), np.float32)
    table[:, FEATURES.index("cosine")] = cosines
    table[:, FEATURES.index("note")] = [i % 2 for i in range(len(cosines))]
    parts = tuple(Passage("d", i, i + 1, "text", "x", "x", id=100 - i) for i in range(len(cosines)))
    dense = np.array(cosines, np.float32)
    return Candidates(Query("x"), parts, table, dense, dense * 10)


def test_order_follows_the_weights() -> None:
    candidates = candidates_of(0.1, 0.9, 0.5)
    best = rank(candidates, {"cosine": 1.0})
    assert [s.passage.start for s in best] == [1, 2, 0]
    assert [s.score for s in best] == pytest.approx([0.9, 0.5, 0.1])
    assert (best[0].dense, best[0].lexical) == (pytest.approx(0.9), pytest.approx(9))
    assert [s.passage.start for s in rank(candidates, {"cosine": 1.0, "note": -1.0})] == [2, 0, 1]


def test_equal_scores_come_in_the_order_of_ids() -> None:
    assert [s.passage.id for s in rank(candidates_of(0.5, 0.5, 0.5), {"cosine": 1.0})] == [98, 99, 100]


def test_a_weight_of_no_feature_changes_nothing() -> None:
    assert rank(candidates_of(0.1, 0.9), {"cosine": 1.0, "gone": 5.0}) == rank(
        candidates_of(0.1, 0.9), {"cosine": 1.0}
    )


# --- nearness ---


def scored(name: str) -> ScoredPassage:
    return ScoredPassage(Passage(name, 0, 1, "text", "x", "x"), 1.0, 1.0, 1.0)


def test_nearness_falls_with_each_document_between() -> None:
    order = [f"d{n:02}" for n in range(30)]
    near = nearness(order, [scored("d10")])
    values = [near.get(name, 0.0) for name in order[10:20]]
    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert near["d12"] == near["d08"] == 0.5
    assert "d20" not in near


def test_nearness_ends_at_the_ends_and_takes_the_best_places_alone() -> None:
    order = ["a", "b", *(f"x{n}" for n in range(20)), "y", "z"]
    assert nearness(order, [scored("a")])["b"] > 0
    near = nearness(order, [scored("a"), scored("z")], best=1)
    assert "z" not in near
    assert nearness(order, [scored("gone")]) == {}
    assert nearness([], []) == {}
    both = nearness(order, [scored("a"), scored("z")])
    assert both["a"] == 1 > both["z"] > both["y"] > 0


def test_the_extent_of_a_document_is_the_logarithm_of_its_passages(library: Library) -> None:
    of = found(library, "pressure on Norway for bases and the price of wheat", sizes={"b": 8, "c": 1})
    assert feature(of, "extent", BASES) == pytest.approx(math.log(8))
    assert feature(of, "extent", PRICES) == 0
    assert feature(found(library, "bases"), "extent", BASES) == 0
