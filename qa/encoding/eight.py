"""A linear layer that multiplies whole numbers of eight bits, each row of its input on a scale of its own.

Weights are rounded to 127 steps either side of zero for each output (as W8A8 in Dettmers et al. 2022, section
2); a token's numbers to 254 steps between their least and greatest. So no token's rounding depends on
another's, and the sums, of whole numbers, are exact.
"""

from __future__ import annotations

import torch
from torch import Tensor

STEPS = 254


class EightBitLinear:
    """``weight`` (out, in) and ``bias`` (out,) in float32."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._scale = weight.abs().amax(1).clamp_(min=1e-12).div_(127)
        rounded = weight.div(self._scale[:, None]).round_()
        self._weight = rounded.to(torch.int8).t()
        # What the middle of a token's range, taken off before rounding, gives in each output.
        self._sums = rounded.sum(1).mul_(self._scale)
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        """(n, in) float32 to (n, out) float32."""
        # Not torch.aminmax: along rows it is ten times slower than the two apart.
        least, greatest = rows.amin(1, keepdim=True), rows.amax(1, keepdim=True)
        middle = (greatest + least).div_(2)
        step = (greatest - least).clamp_(min=1e-12).div_(STEPS)
        near = torch.sub(rows, middle).mul_(step.reciprocal()).round_().to(torch.int8)
        whole = torch._int_mm(near, self._weight).to(torch.float32)
        exact: Tensor = whole.mul_(step).mul_(self._scale).add_(self._bias)
        return exact.addcmul_(middle, self._sums)
