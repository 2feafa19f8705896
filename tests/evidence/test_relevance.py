"""A cross-encoder from a folder in place of retrieval's order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.encoding import packaged_model
from qa.errors import UsageError
from qa.evidence.relevance import JUDGED, CrossEncoderRelevance
from qa.types import Passage, ScoredPassage


def made(folder: Path, labels: int = 1) -> Path:
    """A cross-encoder over the packaged layers with a fresh head, saved as a hub would hold it."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    torch.manual_seed(7)
    network = BertForSequenceClassification.from_pretrained(str(packaged_model()), num_labels=labels)
    network.save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(packaged_model())).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def relevance(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoderRelevance:
    return CrossEncoderRelevance(str(made(tmp_path_factory.mktemp("cross"))))


def ranked(*texts: str) -> list[ScoredPassage]:
    return [
        ScoredPassage(Passage("letter", 0, len(text), "text", text, text, "", number), 9.0 - number, 0.5, 1.0)
        for number, text in enumerate(texts)
    ]


def test_the_order_is_the_models_and_the_scores_keep_mean_and_spread(
    relevance: CrossEncoderRelevance,
) -> None:
    texts = ["Molotov spoke first.", "The harbour froze early.", "Wheat was dear.", "He said nothing."]
    before = ranked(*texts)
    after = relevance.order("Who spoke first?", before)
    logits = relevance.scores("Who spoke first?", texts)
    assert [scored.passage.text for scored in after] == [texts[i] for i in np.argsort(-logits)]
    old, new = ([scored.score for scored in some] for some in (before, after))
    assert np.mean(new) == pytest.approx(np.mean(old), abs=1e-4)
    assert np.std(new) == pytest.approx(np.std(old), abs=1e-4)
    assert new == sorted(new, reverse=True)


def test_what_lies_behind_the_judged_stays_behind_in_its_order(relevance: CrossEncoderRelevance) -> None:
    before = ranked(*(f"Line {number}." for number in range(JUDGED + 3)))
    after = relevance.order("Which line?", before)
    assert [scored.passage.id for scored in after[JUDGED:]] == [JUDGED, JUDGED + 1, JUDGED + 2]
    assert after[JUDGED].score <= after[JUDGED - 1].score


def test_nothing_to_judge_is_left_as_it_is(relevance: CrossEncoderRelevance) -> None:
    assert relevance.order("Who?", []) == []
    one = ranked("Alone.")
    assert relevance.order("Who?", one) == one


def test_a_model_that_is_not_there_is_told_of_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="cannot be loaded") as told:
        CrossEncoderRelevance(str(tmp_path / "empty")).load()
    assert "--cross-encoder" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gives 3 scores a pair"):
        CrossEncoderRelevance(str(made(tmp_path / "three", labels=3))).load()
