"""The trained evidence model at work: loads the shipped weights and reads passages."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa import cores
from qa.errors import IbidError

if TYPE_CHECKING:
    from torch import Tensor

    from qa.evidence.network import Encoded, EvidenceNetwork

WEIGHTS = Path(__file__).with_name("weights.safetensors")
"""Half-precision layers and heads; the embeddings are those of the packaged all-MiniLM-L6-v2."""

LONGEST_PHRASE = 30
"""Word pieces in an answer phrase at the most."""

KEPT = 160
"""Findings that are kept: those of about eight questions, 6 KB each. What a follow-up leans on has just been
read, and so has what is asked again with another threshold or more places."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with one passage to read: ``text`` with sentences as ranges of its characters."""

    text: str
    context: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading one passage gave, all as logits (no range). ``answers``: that it answers;
    ``sentences``: for each sentence, that it is evidence (-inf where it was cut off);
    ``starts``/``ends`` (tokens,): that the answer phrase starts/ends with a token, whose characters are
    ``offsets`` (tokens, 2), -1 where the token is not of the passage; ``none``: that there is no phrase."""

    answers: float
    sentences: tuple[float, ...]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    offsets: NDArray[np.int64]
    none: float

    def phrase(self, start: int, end: int) -> tuple[int, int, float] | None:
        """The likeliest answer phrase within characters [start, end) of the passage: its characters and
        its score (start + end logit); None where no token lies inside."""
        inside = np.flatnonzero(
            (self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end) & (self.offsets[:, 0] >= 0)
        )
        if not len(inside):
            return None
        first, last = int(inside[0]), int(inside[-1]) + 1
        scores = self.starts[first:last, None] + self.ends[None, first:last]
        size = last - first
        reach = np.arange(size)[None, :] - np.arange(size)[:, None]
        scores = np.where((reach >= 0) & (reach < LONGEST_PHRASE), scores, -np.inf)
        i, j = np.unravel_index(int(np.argmax(scores)), scores.shape)
        return int(self.offsets[first + i, 0]), int(self.offsets[first + j, 1]), float(scores[i, j])


@dataclass(frozen=True, slots=True)
class _Loaded:
    network: EvidenceNetwork
    tokenizer: Any


class EvidenceModel:
    """Reads question and passage together. Loaded when first used; safe to share by threads."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self._loaded: _Loaded | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Pair], Finding] = OrderedDict()

    @property
    def available(self) -> bool:
        """Whether the weights are there; without them the program answers with its plain scores."""
        return self._weights.exists()

    def load(self) -> None:
        """Loads the weights now. Raises IbidError where they are damaged."""
        self._load()

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._weights)
            return self._loaded

    @cached_property
    def sha256(self) -> str:
        """The weights' checksum. Raises OSError where there are none."""
        return hashlib.sha256(self._weights.read_bytes()).hexdigest()

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Finding]:
        """A Finding for each pair, in order; the same to the last digit whatever else is read with it."""
        kept = self._kept
        with self._lock:
            known = {pair: kept[question, pair] for pair in pairs if (question, pair) in kept}
        new = list(dict.fromkeys(pair for pair in pairs if pair not in known))
        known.update(zip(new, self._read_anew(question, new), strict=True))
        with self._lock:
            for pair in pairs:
                kept[question, pair] = known[pair]
                kept.move_to_end((question, pair))
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return [known[pair] for pair in pairs]

    def _read_anew(self, question: str, pairs: Sequence[Pair]) -> list[Finding]:
        from qa.evidence.network import encode_pair

        if not pairs:
            return []
        loaded = self._load()
        tokenizer = loaded.tokenizer
        encoded = [
            encode_pair(tokenizer, question, pair.context, pair.text, pair.sentences) for pair in pairs
        ]
        groups = _shared_out([len(item.ids) for item in encoded], cores.at_hand())
        made = cores.each(partial(_read, loaded.network), [[encoded[i] for i in group] for group in groups])
        found = {
            i: f for group, own in zip(groups, made, strict=True) for i, f in zip(group, own, strict=True)
        }
        return [found[i] for i in range(len(pairs))]


def _read(network: EvidenceNetwork, encoded: Sequence[Encoded]) -> list[Finding]:
    import torch

    from qa.evidence.packed import read_packed

    with torch.inference_mode():
        read = read_packed(network, encoded)
    return [_finding(item, *logits) for item, logits in zip(encoded, read, strict=True)]


def _shared_out(sizes: Sequence[int], parts: int) -> list[list[int]]:
    """The places of ``sizes`` in at most ``parts`` groups of about the same sum, none empty."""
    groups: list[list[int]] = [[] for _ in range(max(1, parts))]
    sums = [0] * len(groups)
    for place in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        least = sums.index(min(sums))
        groups[least].append(place)
        sums[least] += sizes[place]
    return [group for group in groups if group]


def _finding(item: Encoded, span: Tensor, sentence: Tensor, pair: Tensor) -> Finding:
    logits = span.numpy()
    return Finding(
        answers=float(pair),
        sentences=tuple(
            float(sentence[column]) if last > first else float("-inf")
            for column, (first, last) in enumerate(item.sentences)
        ),
        starts=logits[:, 0],
        ends=logits[:, 1],
        offsets=np.array(item.offsets, np.int64),
        none=float(logits[0, 0] + logits[0, 1]),
    )


def _load(weights: Path) -> _Loaded:
    import torch
    from safetensors.torch import load_file

    from qa.encoding import bfloat16_is_native
    from qa.evidence.network import load_to_read

    _confirm(weights)
    network, tokenizer = load_to_read()
    layers = load_file(str(weights))
    network.load_state_dict({name: of.float() for name, of in layers.items()}, strict=False, assign=True)
    network.eval()
    network.to(torch.bfloat16 if bfloat16_is_native() else torch.float32)
    return _Loaded(network, tokenizer)


def _confirm(file: Path) -> None:
    card = file.with_suffix(".json")
    if not (file.exists() and card.exists()):
        return
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if json.loads(card.read_text())["sha256"] != digest:
        raise IbidError(
            f"The evidence model's weights are damaged (sha256 {digest[:12]}…). Reinstall ibid, or delete "
            f"{file.name} to answer without it."
        )


def save(network: EvidenceNetwork, weights: Path, about: dict[str, Any]) -> None:
    """Writes the trained part in half precision, and beside it a card with its checksum and ``about``."""
    from safetensors.torch import save_file

    trained = {
        name: value.half().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith("bert.embeddings.")
    }
    save_file(trained, str(weights))
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    weights.with_suffix(".json").write_text(json.dumps({"sha256": digest, **about}, indent=2) + "\n")
