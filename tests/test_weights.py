"""The shipped weights fit the features they are for. Their values are learned, and not tested here."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from qa import confidence, quoting, retrieval
from qa.weights import FILE, Reading, Subjects, load, vector


def test_every_weight_is_finite_and_of_a_feature_that_there_is() -> None:
    weights = load()
    for given, features in (
        (weights.retrieval, retrieval.FEATURES),
        (weights.subjects.retrieval, retrieval.FEATURES),
        (weights.subjects.confidence, confidence.FEATURES),
        (weights.read.sentences, quoting.FEATURES),
        (weights.plain.sentences, quoting.FEATURES),
        (weights.read.confidence, confidence.FEATURES),
        (weights.plain.confidence, confidence.FEATURES),
        (weights.read.passages, quoting.FEATURES),
        (weights.plain.passages, quoting.FEATURES),
    ):
        assert set(given) <= set(features)
        assert all(math.isfinite(value) for value in given.values())
    for reading in (weights.read, weights.plain):
        assert 0 < reading.threshold < 1
        assert reading.sentences
        assert reading.confidence
    assert weights.retrieval
    assert weights.subjects.retrieval
    assert weights.subjects.confidence


def test_features_have_names_of_their_own() -> None:
    for names in (retrieval.FEATURES, quoting.FEATURES, confidence.FEATURES):
        assert len(names) == len(set(names))


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    reading = {"sentences": {"cosine": 2}, "passages": {}, "confidence": {"bias": -1}, "threshold": 0.25}
    saved = {
        "retrieval": {"bm25": 1.5}, "read": reading,
        "subjects": {"retrieval": {"extent": -1}, "confidence": {"bias": 1}},
        "plain": {**reading, "threshold": 0.75},
    }  # fmt: skip
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(saved))
    weights = load(path)
    assert weights.retrieval == {"bm25": 1.5}
    assert weights.subjects == Subjects({"extent": -1}, {"bias": 1})
    assert weights.read == Reading({"cosine": 2}, {}, {"bias": -1}, 0.25)
    assert weights.plain.threshold == 0.75


def test_an_unknown_part_is_not_passed_over(tmp_path: Path) -> None:
    saved = json.loads(FILE.read_text("utf-8"))
    saved["plain"]["treshold"] = saved["plain"].pop("threshold")
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(saved))
    with pytest.raises(TypeError):
        load(path)


def test_a_vector_has_each_weight_at_its_feature() -> None:
    assert vector({"b": 2.5, "other": 9.0}, ("a", "b", "c")).tolist() == [0.0, 2.5, 0.0]
