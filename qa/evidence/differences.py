"""Weights told as their differences from others', four bits each: a second set costs a quarter of the first.

The sets come from one training, so the differences are a fortieth of the weights, and rounding them moves a
weight by a third of a hundredth: as much as half precision at work does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

GROUP = 32
"""Neighbouring differences that share a scale."""
STEPS = 7
"""Steps on each side of 0: fifteen of the sixteen that four bits tell apart."""
SCALE = ".scale"


def save(trained: Mapping[str, Tensor], base: Path, path: Path) -> None:
    """Writes to ``path`` by what ``trained`` differs from the weights in ``base`` (both safetensors, the same
    names and shapes)."""
    from safetensors.torch import load_file, save_file

    told: dict[str, Tensor] = {}
    for name, value in load_file(str(base)).items():
        difference = trained[name].float() - value.float()
        if difference.dim() < 2 or difference.numel() % (2 * GROUP):
            told[name] = difference.half().contiguous()
            continue
        groups = difference.reshape(-1, GROUP)
        scale = (groups.abs().amax(1, keepdim=True) / STEPS).half()
        steps = (
            (groups / scale.float().clamp_min(1e-12)).round().clamp(-STEPS, STEPS).to(torch.int16).flatten()
        )
        halves = (steps + STEPS + 1).to(torch.uint8)
        told[name] = (halves[0::2] * 16 + halves[1::2]).contiguous()
        told[name + SCALE] = scale.flatten()
    save_file(told, str(path))


def added(base: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """The float32 weights that differ from ``base`` by what ``path`` tells."""
    from safetensors.torch import load_file

    told = load_file(str(path))
    return {
        name: _difference(told[name], told.get(name + SCALE)).view_as(value).add_(value)
        for name, value in base.items()
    }


def _difference(told: Tensor, scale: Tensor | None) -> Tensor:
    if scale is None:
        return told.float()
    # Two float32 as one of eight bytes, looked up by the byte that tells both: told apart by arithmetic they
    # take several times as long.
    both = np.arange(256)
    pairs = (np.stack([both // 16, both % 16], axis=1) - STEPS - 1).astype(np.float32).view(np.float64)[:, 0]
    steps = pairs[told.numpy()].view(np.float32).reshape(-1, GROUP)
    steps *= scale.float().numpy()[:, None]
    return torch.from_numpy(steps)
