"""What is learned of an example: the phrase, the sentences, the passage."""

from __future__ import annotations

import pytest
import torch

from qa.evidence import loss
from qa.evidence.examples import Example, sentence_ranges
from qa.evidence.network import encode_pair
from tests.evidence import tiny
from tests.evidence.given import PASSAGE


def test_the_right_sentence_must_win_against_the_other_passages() -> None:
    wanted = torch.tensor([[1.0, 0.0], [0.0, loss.IGNORE]])
    scores = torch.tensor([[2.0, 1.0], [0.0, 50.0]])
    told = loss.competition(scores, wanted, ["a", "a"])
    by_hand = -torch.log(torch.exp(torch.tensor(2.0)) / torch.exp(torch.tensor([2.0, 1.0, 0.0])).sum())
    assert torch.isclose(told, by_hand)
    assert loss.competition(scores, wanted, ["", ""]) == 0  # no group, no competition
    alone = -torch.log_softmax(scores[0], 0)[0]
    assert torch.isclose(loss.competition(scores, wanted, ["b", "c"]), alone)


def words_asked_for(example: Example) -> str | None:
    """The words that the loss asks for as the phrase; "" for none, None where nothing is asked."""
    pair = encode_pair(
        tiny.tokenizer(), example.question, "", example.passage, sentence_ranges(example.passage)
    )
    first, last = loss.span_target(example, pair)
    if first == loss.IGNORE:
        return None
    return example.passage[pair.offsets[first][0] : pair.offsets[last][1]] if first else ""


def test_the_phrase_that_is_learned_is_the_answer() -> None:
    at = PASSAGE.index("disturbed")
    told = Example("How was he?", PASSAGE, True, None, ((at, at + len("disturbed by")),))
    assert words_asked_for(told) == "disturbed by"
    assert words_asked_for(Example("How was he?", PASSAGE, False, None, None)) == ""
    assert words_asked_for(Example("How was he?", PASSAGE, True, None, None)) is None
    beyond = PASSAGE * 40 + "The end."
    cut = Example("How was it?", beyond, True, None, ((len(beyond) - 8, len(beyond)),))
    assert words_asked_for(cut) is None


@pytest.mark.parametrize("answers", [True, False])
def test_what_is_not_labelled_is_not_learned(answers: bool) -> None:
    network = tiny.network()
    unlabelled = Example("How was he?", PASSAGE, answers, None, None)
    loss.loss_of(network, tiny.tokenizer(), [unlabelled]).backward()
    assert network.sentence.weight.grad is None or not network.sentence.weight.grad.any()
    assert network.pair.weight.grad is not None
    assert network.pair.weight.grad.any()
    assert bool(network.span.weight.grad.any()) is not answers  # "no phrase" is a label too
