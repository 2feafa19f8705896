"""From scored sentences to quotes: one place, one voice, each words once, the phrase inside."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from qa.quoting import (
    MOST_SENTENCES,
    select,
)
from qa.types import Document
from tests.quoting.passages import DUEL, OTHER, chosen, column, read_of, table_of, words_of

ONE = np.zeros(1, np.float32)


def test_the_best_sentences_come_first_each_at_its_place() -> None:
    a, b = Document("a", DUEL), Document("b", OTHER)
    found = chosen([read_of(a), read_of(b)], [0.1, 0.9, 0.3, 0.2, 0.8], limit=2)
    assert [words_of(s, a, b) for s in found] == [
        "Litvinov hoped for better times.",
        "Cotton was cheap in Texas until the autumn came.",
    ]
    assert [s.score for s in found] == pytest.approx([0.9, 0.8])
    assert [s.row for s in found] == [0, 1]


def test_equal_scores_keep_the_order_of_the_ranking() -> None:
    a, b = Document("a", DUEL), Document("b", OTHER)
    found = chosen([read_of(a), read_of(b)], [0, 1, 0, 1, 0], limit=1)
    assert found[0].document == "a"


def test_neighbours_that_are_evidence_join_and_no_more_than_that() -> None:
    text = " ".join(f"Sentence number {n} tells of something." for n in "ABCDE")
    document = Document("a", text)
    read = read_of(document, evidence=[-3.0, 2.0, 2.0, -3.0, 2.0])
    first, second, *_ = chosen([read], [0, 5, 1, 0, 3])
    assert (
        words_of(first, document)
        == "Sentence number B tells of something. Sentence number C tells of something."
    )
    assert words_of(second, document) == "Sentence number E tells of something."
    all_evidence = read_of(document, evidence=[2.0] * 5)
    longest = chosen([all_evidence], [0, 0, 5, 0, 0], limit=1)[0]
    assert words_of(longest, document).count("Sentence") == MOST_SENTENCES


def test_without_the_evidence_model_a_quote_is_one_sentence() -> None:
    document = Document("a", DUEL)
    assert words_of(chosen([read_of(document)], [0, 5, 4.9], limit=1)[0], document).count(".") == 1


def test_a_neighbour_that_is_about_as_likely_joins_a_best_one_in_doubt_and_an_unlikely_one_does_not() -> None:
    document = Document("a", DUEL)
    (both,) = chosen([read_of(document, evidence=[-3.0, -0.4, -1.0])], [0, 5, 0], limit=1)
    assert words_of(both, document) == "Litvinov hoped for better times. Harriman reported to Byrnes."
    (only,) = chosen([read_of(document, evidence=[-2.5, -2.4, -2.5])], [0, 5, 0], limit=1)
    assert words_of(only, document) == "Litvinov hoped for better times."


def test_what_answered_the_question_before_does_not_join() -> None:
    document = Document("a", DUEL)
    reads = [read_of(document, evidence=[2.0, 2.0, 2.0])]
    first = replace(chosen(reads, [5, 0, 0], limit=1)[0], end=reads[0].sentences[0].end)
    candidates, table = table_of(reads, told=first)
    assert column(table, "told") == [1, 0, 0]
    assert column(table, "next") == [0, 0, 0]
    (found,) = select(candidates, np.array([0, 5, 0], np.float32), table, reads, 1)
    assert words_of(found, document) == "Litvinov hoped for better times. Harriman reported to Byrnes."


def test_a_quote_that_ends_with_a_colon_takes_along_what_it_announces() -> None:
    text = "They agreed on two points:\n1. Wheat goes first.\n2. Rails go next.\n3. Men go last.\n\nHe left."
    document = Document("a", text)
    (quote, *others) = chosen([read_of(document, evidence=[2.0] + [-9.0] * 4)], [5, 4, 3, 2, 1], limit=5)
    assert words_of(quote, document) == text[: text.index("\n3.")]
    assert [words_of(one, document) for one in others] == ["3. Men go last.", "He left."]


def test_what_is_announced_may_stand_behind_the_passage_and_may_be_taken_already() -> None:
    text = "They agreed on this:\n\nWheat goes first.\n\nRails go next.\n\nMen go last."
    document = Document("a", text)
    whole = read_of(document)
    here, behind = whole.sentences[:1], whole.sentences[1:]
    read = replace(whole, sentences=here, places=whole.places[:1], following=behind[:2])
    after = replace(whole, sentences=behind, places=whole.places[1:])
    first, second = chosen([read, after], [5, 4, 3, 2], limit=5)
    assert words_of(first, document) == text[: text.index("\n\nMen")]
    assert words_of(second, document) == "Men go last."
    apart = chosen([read, after], [4, 5, 3, 2], limit=5)
    assert [words_of(one, document) for one in apart][:2] == ["Wheat goes first.", "They agreed on this:"]


def test_no_two_quotes_share_a_word() -> None:
    text = f"{DUEL} {OTHER}"
    document = Document("a", text)
    for scores in ([1, 2, 3, 4, 5], [5, 1, 4, 2, 3], [1, 2, 5, 4, 3], [1, 4, 2, 5, 3]):
        found = chosen([read_of(document, evidence=[2.0] * 5)], scores, limit=5)
        spans = sorted((s.start, s.end) for s in found)
        assert len(spans) > 1
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        assert spans[0][0] == 0
        assert spans[-1][1] == len(text)


def test_the_same_words_come_once_with_the_other_places() -> None:
    text = "The Foreign Ministers should meet again in Moscow before Christmas."
    near = text.replace("should", "shall")
    documents = [Document("a", text), Document("b", "No. " + near), Document("c", OTHER)]
    reads = [read_of(d) for d in documents]
    found = chosen(reads, [3, *([2] * len(reads[1].sentences)), 1, 0.5], limit=2)
    assert [s.document for s in found] == ["a", "c"]
    (place,) = found[0].also
    assert place[0] == "b"
    assert documents[1].text[place[1] : place[2]].endswith(near)
    assert found[1].also == ()


def test_short_words_must_be_the_same_to_come_once() -> None:
    documents = [
        Document("a", "He replied “Nothing” to me."),
        Document("b", "He replied “Everything” to me."),
    ]
    assert len(chosen([read_of(d) for d in documents], [2, 1])) == 2
    twins = [Document("a", "He replied “Nothing” to me."), Document("b", "He replied: Nothing to me.")]
    (only,) = chosen([read_of(d) for d in twins], [2, 1])
    assert [place[0] for place in only.also] == ["b"]


def test_never_more_than_asked_for() -> None:
    documents = [
        Document(n, f"Sentence {n}{n} of {n * 5} has words of its {n * 3} own alone.") for n in "abcdef"
    ]
    reads = [read_of(d) for d in documents]
    for limit in range(1, 8):
        assert len(chosen(reads, [1, 2, 3, 4, 5, 6], limit)) == min(limit, 6)


def test_the_phrase_lies_inside_the_best_sentence_with_the_model_and_without() -> None:
    document = Document("a", "\n\n" + DUEL)
    for evidence in (None, [-3.0, 2.0, -3.0]):
        (first,) = chosen([read_of(document, evidence=evidence)], [0, 1, 0], 1, "What did Litvinov do?")
        assert first.phrase is not None
        start, end = first.phrase
        assert first.start <= start < end <= first.end
        assert document.text[start:end].split()[-1] != "times."


def test_a_phrase_of_which_tidying_leaves_nothing_is_none() -> None:
    document = Document("a", DUEL)
    read = read_of(document, evidence=[2.0, -3.0, -3.0])
    assert read.finding is not None
    stop = DUEL.index(".")
    only = replace(read.finding, offsets=np.array([(stop, stop + 1)]), starts=ONE, ends=ONE)
    (selection,) = chosen([replace(read, finding=only)], [5, 0, 0], limit=1)
    assert selection.phrase is None


def test_a_quote_does_not_reach_over_marks_of_omission() -> None:
    document = Document("a", "Molotov refused outright.\n\n. . . . . . .\n\nLitvinov hoped for better times.")
    read = read_of(document, evidence=[2.0, 2.0, 2.0])
    assert [words_of(one, document) for one in chosen([read], [5, 4])] == [
        "Molotov refused outright.",
        "Litvinov hoped for better times.",
    ]


def test_a_sentence_without_a_token_has_no_phrase() -> None:
    read = read_of(Document("a", DUEL), evidence=[1.0, 2.0, 3.0])
    assert read.finding is not None
    gone = np.full_like(read.finding.offsets, -1)
    cut = replace(read, finding=replace(read.finding, offsets=gone))
    assert chosen([cut], [0, 1, 0], 1)[0].phrase is None
