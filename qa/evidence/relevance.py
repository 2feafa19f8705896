"""Any cross-encoder in place of the learned order of passages: for people who have a stronger one than fits
into a package."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.encoding import stay_offline
from qa.errors import UsageError
from qa.types import ScoredPassage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

JUDGED = 50
"""Passages, the best by retrieval, that the cross-encoder puts in order; those behind stay as they are."""

BATCH = 16


class CrossEncoderRelevance:
    """A sentence-transformers CrossEncoder, by name or folder, with one score a pair. Loaded when first
    used, safe to share by threads."""

    def __init__(self, model: str) -> None:
        self.name = model
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Loads the model now. Raises UsageError where it cannot be had or gives more than one score."""
        with self._lock:
            if self._model is None:
                self._model = _load(self.name)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts),) logits, higher where a text answers the question better; comparable within one
        question."""
        self.load()
        assert self._model is not None
        if not texts:
            return np.zeros(0, np.float32)
        import torch

        with self._lock:
            found: Any = self._model.predict(
                [(question, text) for text in texts],
                batch_size=BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
            )
        return np.asarray(found, np.float32).reshape(len(texts))

    def order(self, question: str, ranked: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """The first JUDGED passages in this model's order, the others behind them. The scores keep the mean
        and the spread that retrieval gave, because what is learned of sentences rests on their size."""
        judged, rest = ranked[:JUDGED], ranked[JUDGED:]
        if len(judged) < 2:
            return list(ranked)
        texts = [" — ".join(part for part in (s.passage.context, s.passage.clean) if part) for s in judged]
        logits = self.scores(question, texts)
        before = np.array([scored.score for scored in judged], np.float32)
        spread = float(before.std()) / (float(logits.std()) or 1.0)
        moved = before.mean() + (logits - logits.mean()) * spread
        order = sorted(range(len(judged)), key=lambda i: (-float(moved[i]), i))
        floor = float(moved.min())
        return [
            *(replace(judged[i], score=float(moved[i])) for i in order),
            *(replace(scored, score=min(scored.score, floor)) for scored in rest),
        ]


def _load(model: str) -> CrossEncoder:
    stay_offline(model)
    from sentence_transformers import CrossEncoder

    try:
        loaded: CrossEncoder = CrossEncoder(model, device="cpu")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The cross-encoder {model!r} cannot be loaded: {str(error).splitlines()[0]}. "
            "Give a folder that holds one, or leave out --cross-encoder."
        ) from error
    if loaded.num_labels != 1:
        raise UsageError(
            f"The cross-encoder {model!r} gives {loaded.num_labels} scores a pair; one that gives a single "
            "score of relevance is needed."
        )
    return loaded
