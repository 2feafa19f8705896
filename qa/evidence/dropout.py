"""Dropout that a seed determines, however many threads compute side by side."""

from __future__ import annotations

import threading

import torch

from qa.evidence.network import EvidenceNetwork

_drawing = threading.local()
"""The generator that this thread's dropout draws from, where one is set."""


class Dropout(torch.nn.Module):
    """Dropout that draws from the generator of its own thread: a batch's parts are computed side by side, and
    torch's one generator would give each what its turn happens to be."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """The values, ``share`` of them 0 and the others the larger for it; all as they are where no
        generator is set."""
        generator = getattr(_drawing, "generator", None)
        if generator is None:
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.share, generator=generator)
        return values * kept / (1 - self.share)


def draw_from(seed: int | None) -> None:
    """Sets what this thread's dropout draws from; None: nothing is left out."""
    _drawing.generator = None if seed is None else torch.Generator().manual_seed(seed)


def put_dropout(network: EvidenceNetwork, share: float) -> None:
    """Into each layer, where the network has a place for it."""
    for layer in network.bert.encoder.layer:
        layer.attention.output.dropout = Dropout(share)
        layer.output.dropout = Dropout(share)
