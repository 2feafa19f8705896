"""Which precision encodes the fastest on this processor: measured once, and kept with the library."""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qa import cores
from qa.encoding.packed import tokenized

if TYPE_CHECKING:
    from qa.encoding.packed import PackedEncoder

TEXTS = 12
"""Texts that are encoded at each precision, spread over those that there are."""

LEAST_COSINE = 0.995
"""What a text's vector must have to that of float32, for vectors of both to stand in one library."""

WORTH = 1.1
"""How many times as fast as the finer one a coarser precision must be to be taken."""

SLOW = 3.0
"""How many times as long as the fastest so far a precision takes over one text to be left at that: without
its instructions a processor takes 8 to 26 times as long."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``precision`` is the fastest that is close enough; ``seconds`` a core's for a hundred texts, and
    ``cosine`` the lowest to float32, at each that was not slow at first glance. ``processor`` and ``torch``
    say where this holds."""

    precision: str
    seconds: Mapping[str, float]
    cosine: Mapping[str, float]
    processor: str
    torch: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def measure(networks: Mapping[str, PackedEncoder], tokens: Any, texts: Sequence[str]) -> Measured:
    """``networks`` from the finest to the coarsest, float32 first."""
    chosen = [texts[i] for i in np.linspace(0, len(texts) - 1, min(TEXTS, len(texts))).astype(int)]
    ids = tokenized(tokens, chosen)
    halves = [ids[::2], ids[1::2] or ids]
    longest = max(ids, key=len)
    seconds, cosine, exact = {}, {}, None
    fastest = math.inf
    for name, network in networks.items():
        glance = cores.alone(lambda network=network: _glance(network, longest))  # type: ignore[misc]
        if glance > SLOW * fastest:
            continue
        fastest = min(fastest, glance)
        took, vectors = cores.alone(lambda network=network: _timed(network, halves))  # type: ignore[misc]
        exact = vectors if exact is None else exact
        seconds[name] = round(took * 100 / len(ids), 4)
        cosine[name] = round(float((vectors * exact).sum(1).min()), 5)
    best = ""
    for name, took in seconds.items():
        if not best or (cosine[name] >= LEAST_COSINE and took * WORTH <= seconds[best]):
            best = name
    return Measured(best, seconds, cosine, processor(), torch.__version__)


def _glance(network: PackedEncoder, text: Sequence[int]) -> float:
    """The seconds that one text takes."""
    took = 0.0
    for _ in range(2):  # kernels are made at the first use
        began = time.thread_time()
        network.encode([text])
        took = time.thread_time() - began
    return took


def _timed(network: PackedEncoder, halves: Sequence[Sequence[Sequence[int]]]) -> tuple[float, Any]:
    network.encode(halves[0])  # kernels are made at the first use
    vectors, took = [], 0.0
    for half in halves:
        tries = []
        for _ in range(2):
            # The thread's own time: what else the machine does counts for nothing.
            began = time.thread_time()
            made = network.encode(half)
            tries.append(time.thread_time() - began)
        vectors.append(made)
        took += min(tries)
    return took, np.concatenate(vectors)


def read(kept: str | None) -> Measured | None:
    """What was measured on a processor like this one; None where it was on another, or cannot be read."""
    try:
        known = Measured(**json.loads(kept or ""))
    except (ValueError, TypeError):
        return None
    here = (processor(), torch.__version__)
    return known if (known.processor, known.torch) == here and known.precision in known.seconds else None


def processor() -> str:
    """What decides which precision is fast."""
    from qa.encoding import bfloat16_is_native

    names = (platform.machine(), torch.backends.cpu.get_cpu_capability())
    return " ".join((*names, "bfloat16")) if bfloat16_is_native() else " ".join(names)
