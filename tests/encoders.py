"""Encoders that need no model, for tests where the model does not matter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_BLOCK = 128


class HashEncoder:
    """Bags of hashed words: each distinct lower-cased word has a fixed random direction, a text is the
    sum of its words' directions at length 1. The same on every machine and in every process; texts that
    share words are close, equal texts have cosine 1, others about 0."""

    def __init__(self, name: str = "hash", dimension: int = 384) -> None:
        self.name = name
        self.dimension = dimension

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dimension) float32, rows of length 1. ``progress`` is told how many are done."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for i, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                rows[i] += _direction(word, self.dimension)
            length = float(np.linalg.norm(rows[i]))
            rows[i] = rows[i] / length if length else _direction("", self.dimension)
            if progress is not None and ((i + 1) % _BLOCK == 0 or i + 1 == len(texts)):
                progress(i + 1)
        return rows


@lru_cache(maxsize=100_000)
def _direction(word: str, dimension: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    drawn = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    drawn /= np.linalg.norm(drawn)
    drawn.setflags(write=False)
    return drawn
