"""Which passages are read: the first ones, and more where these hold no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from qa.conversation import standalone
from qa.documents import Documents, Prepared
from qa.evidence.model import EvidenceModel, Finding, Pair
from qa.quoting.passages import ENOUGH, FIRST, MOST, PLAIN, read
from qa.splitting import passages, sentences, view_of
from qa.types import Document, ScoredPassage

QUESTION = standalone("Who stood at the door?", ())
SUBJECT = standalone("Report on the harbour at Odessa and its guns", ())

DOCUMENTS = [Document(f"d{n:02}", f"Guard number {n} stood there. It rained that day.") for n in range(30)]
RANKED = [ScoredPassage(passages(document)[0], -float(n), 0.5, 1.0) for n, document in enumerate(DOCUMENTS)]


class _Shelf(Documents):
    def __init__(self) -> None:
        self._by_name = {document.name: document for document in DOCUMENTS}

    def prepared(self, name: str) -> Prepared:
        document = self._by_name[name]
        return Prepared(document, view_of(document), tuple(sentences(document)))


@dataclass
class _Model(EvidenceModel):
    """Finds the evidence that it is told to, by the words of a passage; says what it was given to read."""

    evidence: Mapping[str, float] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Finding]:
        self.given += [pair.text for pair in pairs]
        return [self._of(pair) for pair in pairs]

    def _of(self, pair: Pair) -> Finding:
        own = next((logit for words, logit in self.evidence.items() if words in pair.text), -9.0)
        nothing = np.zeros(0, np.float32)
        logits = (own, *(-9.0 for _ in pair.sentences[1:]))
        return Finding(own, logits, nothing, nothing, np.zeros((0, 2), np.int64), 0.0)


def test_no_more_is_read_where_the_first_passages_hold_an_answer() -> None:
    model = _Model({f"Guard number {FIRST - 1} ": ENOUGH})
    reads = read(QUESTION, RANKED, _Shelf(), model)
    assert [one.scored for one in reads] == RANKED[:FIRST]
    assert all(one.finding for one in reads)


def test_more_is_read_where_one_of_the_next_holds_a_reply_to_the_very_question() -> None:
    text = "I then asked him, who stood at the open door? He replied, that it was the guard."
    told = ScoredPassage(passages(Document("d15", text))[0], -15.0, 0.5, 1.0)
    model = _Model({"Guard number 0 ": 5.0})
    asked = standalone("Who stood at the open door?", ())
    assert len(read(asked, [*RANKED[:15], told, *RANKED[16:]], _Shelf(), model)) == MOST
    assert len(read(asked, [*RANKED[:MOST], told], _Shelf(), model)) == FIRST


@pytest.mark.parametrize(
    "evidence", [{}, {"Guard number 3 ": ENOUGH - 0.01}, {f"Guard number {FIRST} ": 5.0}]
)
def test_more_is_read_where_they_hold_none(evidence: dict[str, float]) -> None:
    model = _Model(evidence)
    reads = read(QUESTION, RANKED, _Shelf(), model)
    assert [one.scored for one in reads] == RANKED[:MOST]
    assert len(model.given) == MOST, "none twice"


def test_of_a_subject_all_is_read() -> None:
    assert SUBJECT.names_subject
    model = _Model({"Guard number 0 ": 5.0})
    assert len(read(SUBJECT, RANKED, _Shelf(), model)) == MOST


def test_fewer_passages_than_would_be_read() -> None:
    assert len(read(QUESTION, RANKED[:3], _Shelf(), _Model())) == 3
    assert read(QUESTION, [], _Shelf(), _Model()) == []


def test_without_an_evidence_model_the_first_are_looked_at_and_none_is_read() -> None:
    reads = read(QUESTION, RANKED, _Shelf(), None)
    assert [one.scored for one in reads] == RANKED[:PLAIN]
    assert not any(one.finding for one in reads)
