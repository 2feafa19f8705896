"""From scored sentences to quotes: one place, one voice, each words once, the phrase inside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.evidence.model import Finding
from qa.quoting import (
    FEATURES,
    MOST_SENTENCES,
    Candidate,
    Read,
    Selection,
    features,
    prepare,
    select,
    sigmoid,
)
from qa.retrieval import QueryTerms
from qa.splitting import passages, sentences, view_of
from qa.types import Document, Mark, ScoredPassage

DUEL = "Molotov refused outright. Litvinov hoped for better times. Harriman reported to Byrnes."
OTHER = "Wheat was dear in Kansas all that summer. Cotton was cheap in Texas until the autumn came."


def stems(text: str) -> list[str]:
    return [word.strip(".,?“”").lower() for word in text.split()]


def read_of(document: Document, *, score: float = 0.0, evidence: Sequence[float] | None = None) -> Read:
    """The document's one passage, read; ``evidence`` are the model's logits of its sentences."""
    (passage,) = passages(document)
    read = prepare(ScoredPassage(passage, score, 0.5, 1.0), view_of(document), sentences(document))
    if evidence is None:
        return read
    assert len(evidence) == len(read.sentences)
    offsets, at = [], 0
    for word in read.text.split():
        at = read.text.index(word, at)
        offsets.append((at, at + len(word)))
        at += len(word)
    flat: NDArray[np.float32] = np.arange(len(offsets), dtype=np.float32) * -0.01
    finding = Finding(1.0, tuple(evidence), flat, flat, np.array(offsets, np.int64).reshape(-1, 2), 0.0)
    return replace(read, finding=finding)


def table_of(
    reads: Sequence[Read],
    question: str = "",
    terms: Mapping[str, float] | None = None,
    told: Selection | None = None,
    replies: Mapping[str, float] | None = None,
) -> tuple[list[Candidate], NDArray[np.float32]]:
    return features(question, QueryTerms(terms or {}, ()), reads, stems, told=told, replies=replies)


def chosen(
    reads: Sequence[Read], scores: Sequence[float], limit: int = 3, question: str = ""
) -> list[Selection]:
    candidates, table = table_of(reads, question)
    assert len(candidates) == len(scores)
    return select(candidates, np.array(scores, np.float32), table, reads, limit, question=question)


def words_of(selection: Selection, *documents: Document) -> str:
    return {d.name: d.text for d in documents}[selection.document][selection.start : selection.end]


def column(table: NDArray[np.float32], name: str) -> list[float]:
    return [float(value) for value in table[:, FEATURES.index(name)]]


# --- what is known of a sentence ---


def test_a_row_for_each_sentence_of_each_passage() -> None:
    reads = [read_of(Document("a", DUEL), score=2.0), read_of(Document("b", OTHER), score=1.5)]
    candidates, table = table_of(reads)
    assert [(c.row, c.column, c.document) for c in candidates] == [
        (0, 0, "a"), (0, 1, "a"), (0, 2, "a"), (1, 0, "b"), (1, 1, "b"),
    ]  # fmt: skip
    assert table.shape == (5, len(FEATURES))
    assert column(table, "passage") == [0, 0, 0, -0.5, -0.5]


def test_coverage_of_the_sentence_and_of_the_passage() -> None:
    _, table = table_of([read_of(Document("a", DUEL))], "", {"molotov": 0.6, "byrnes": 0.4})
    assert column(table, "coverage") == pytest.approx([0.6, 0, 0.4])
    assert column(table, "coverage_passage") == pytest.approx([1, 1, 1])


def test_the_kind_of_thing_that_is_asked_for() -> None:
    document = Document("a", "Four men came. They came in May 1945. They left because of Molotov.")
    kinds = {
        "How many men came?": [1, 1, 0],
        "When did they come?": [0, 1, 0],
        "Why did they leave?": [0, 0, 1],
        "Who sent them away?": [1, 1, 1],
        "Tell it.": [0, 0, 0],
    }
    for question, wanted in kinds.items():
        _, table = table_of([read_of(document)], question)
        if question.startswith("Who"):
            assert column(table, "kind")[2] == 1
        else:
            assert column(table, "kind") == wanted, question


def test_voices_and_short_sentences_are_told() -> None:
    text = "He lied. What can you do about it, we asked him there?"
    _, table = table_of([read_of(Document("a", text, (Mark("note", 0, len(text), "1", "n"),)))])
    assert column(table, "note") == [1, 1]
    assert column(table, "short") == [1, 0]


def test_what_comes_soon_after_the_letter_that_was_told_may_be_the_reply() -> None:
    reads = [read_of(Document(name, "He thanks him for it.")) for name in ("a", "b", "c")]
    _, table = table_of(reads, replies={"b": 1.0, "c": 0.5})
    assert column(table, "reply") == [0, 1, 0.5]
    assert column(table, "reply_asked") == [0, 0, 0]
    _, asked = table_of(reads, "And what did he answer?", replies={"b": 1.0, "c": 0.5})
    assert column(asked, "reply_asked") == column(asked, "reply") == [0, 1, 0.5]
    _, plain = table_of(reads, "And what did he answer?")
    assert column(plain, "reply") == column(plain, "reply_asked") == [0, 0, 0]


def test_who_made_a_paper_stands_in_its_heading_and_front_matter() -> None:
    head = Document(
        "a", "711.61/11: Telegram\nHarriman to Byrnes", (Mark("front", 0, 19), Mark("heading", 20, 38))
    )
    reads = [read_of(head), read_of(Document("b", "He sent the letter on."))]
    _, table = table_of(reads, "Who sent the telegram?")
    assert column(table, "provenance") == [0.5, 0.5, 0]
    _, named = table_of(reads, "Who wrote the telegram to Byrnes?", terms={"byrnes": 0.8, "sent": 0.2})
    assert column(named, "provenance") == [0.5, pytest.approx(0.9), 0], "and names the paper asked for"
    _, other = table_of(reads, "Who sent the troops?")
    assert column(other, "provenance") == [0, 0, 0]


def test_a_reply_that_the_source_reports_to_this_question_is_evidence() -> None:
    text = "I asked what we could do about it. He replied “Nothing”. He left."
    read = read_of(Document("a", text), evidence=[-3.0, -6.0, -4.0])
    _, table = table_of([read], "What did he think he could do about it?")
    assert column(table, "evidence") == [-3.0, 1.0, -4.0]
    assert column(table, "phrase")[1] >= 0
    _, other = table_of([read], "What did he think of it?")
    assert column(other, "evidence") == [-3.0, -6.0, -4.0]
    _, unread = table_of([read_of(Document("a", text))], "What did he think he could do about it?")
    assert column(unread, "evidence") == [0, 0, 0], "without the evidence model there is none"


def test_what_the_evidence_model_found_is_taken_over_within_bounds() -> None:
    _, table = table_of([read_of(Document("a", DUEL), evidence=[2.0, -math.inf, -1.0])])
    assert column(table, "evidence") == [2.0, -12.0, -1.0]
    assert np.isfinite(table).all()
    _, bare = table_of([read_of(Document("a", DUEL))])
    assert column(bare, "evidence") == column(bare, "phrase") == [0, 0, 0]


def test_nothing_read_gives_an_empty_table() -> None:
    candidates, table = table_of([])
    assert candidates == []
    assert table.shape == (0, len(FEATURES))
    assert select([], np.zeros(0, np.float32), table, [], 3) == []


def test_print_is_no_word_of_a_sentence_and_the_phrase_is_the_true_text() -> None:
    text = "Nothing at the Confe[Page 922]rence pleased the inter-\nnational of\ufb01ce at all. It ended."
    start = text.index("[")
    document = Document("a", text, (Mark("page", start, start + 10, "922"),))
    read = read_of(document, evidence=[1.0, 0.0])
    assert read.text == "Nothing at the Conference pleased the international office at all. It ended."
    assert [read.text[a:b] for a, b in read.places] == [read.text[:66], "It ended."]
    at = read.text.index("international")
    assert text[slice(*read.true(at, at + len("international office")))] == "inter-\nnational of\ufb01ce"
    # The model's phrase is the first words; what is quoted of it is what the file says.
    offsets = np.array([[15, 25], [26, 33]])
    finding = Finding(1.0, (1.0, -9.0), *np.zeros((2, 2), np.float32), offsets, 0.0)
    (found,) = chosen([replace(read, finding=replace(finding, ends=np.array([0, 1], np.float32)))], [1, 0], 1)
    assert found.phrase is not None
    assert text[slice(*found.phrase)] == "Confe[Page 922]rence pleased"
    assert words_of(found, document) == text[: text.index(" It ended")]


# --- which are shown ---


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
    (found,) = select(candidates, np.array([0, 5, 0], np.float32), table, reads, 1)
    assert words_of(found, document) == "Litvinov hoped for better times. Harriman reported to Byrnes."


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


# --- the phrase ---


def test_the_phrase_lies_inside_the_best_sentence_with_the_model_and_without() -> None:
    document = Document("a", "\n\n" + DUEL)
    for evidence in (None, [-3.0, 2.0, -3.0]):
        (first,) = chosen([read_of(document, evidence=evidence)], [0, 1, 0], 1, "What did Litvinov do?")
        assert first.phrase is not None
        start, end = first.phrase
        assert first.start <= start < end <= first.end
        assert document.text[start:end].split()[-1] != "times."


def test_a_sentence_without_a_token_has_no_phrase() -> None:
    read = read_of(Document("a", DUEL), evidence=[1.0, 2.0, 3.0])
    assert read.finding is not None
    gone = np.full_like(read.finding.offsets, -1)
    cut = replace(read, finding=replace(read.finding, offsets=gone))
    assert chosen([cut], [0, 1, 0], 1)[0].phrase is None


def test_sigmoid_is_safe_and_right() -> None:
    assert sigmoid(0) == 0.5
    assert math.isclose(sigmoid(2) + sigmoid(-2), 1)
    assert 0 <= sigmoid(-1e9) < 1e-20
    assert sigmoid(1e9) <= 1
