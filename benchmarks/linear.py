"""Linear scores fitted on choices (which of a question's options is right) and on yes and no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Choice:
    """One question's options (options, features) and which of them are right (options,)."""

    table: Floats
    right: NDArray[np.bool_]
    weight: float = 1.0


def fit_choice(choices: Sequence[Choice], l2: float = 1e-3) -> Floats:
    """Weights (features,) that make the right options likely under a softmax over each question's options:
    the mean of -log Σ_right p, plus ``l2`` on standardised weights (multinomial logit; McFadden 1974)."""
    usable = [choice for choice in choices if choice.right.any() and not choice.right.all()]
    scale = np.concatenate([choice.table for choice in usable]).std(0) + 1e-6
    tables = [torch.tensor(choice.table / scale, dtype=torch.float64) for choice in usable]
    rights = [torch.tensor(choice.right) for choice in usable]
    weights = torch.tensor([choice.weight for choice in usable], dtype=torch.float64)
    theta = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        parts = []
        for table, right in zip(tables, rights, strict=True):
            scores = table @ theta
            parts.append(torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0))
        return (torch.stack(parts) * weights).sum() / weights.sum() + l2 * (theta**2).sum()

    _minimise(loss, theta)
    fitted: Floats = (theta.detach().numpy() / scale).astype(np.float32)
    return fitted


def fit_logistic(table: Floats, target: NDArray[np.bool_] | Floats, l2: float = 1e-2) -> Floats:
    """Weights (features,) of a logistic regression whose first column is the bias (not shrunk). ``target``
    may be a share in [0, 1]."""
    scale = table.std(0) + 1e-6
    scale[0] = 1.0
    x, y = torch.tensor(table / scale, dtype=torch.float64), torch.tensor(target, dtype=torch.float64)
    theta = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        fit = torch.nn.functional.binary_cross_entropy_with_logits(x @ theta, y)
        return fit + l2 * (theta[1:] ** 2).sum()

    _minimise(loss, theta)
    fitted: Floats = (theta.detach().numpy() / scale).astype(np.float32)
    return fitted


def _minimise(loss: Callable[[], torch.Tensor], theta: torch.Tensor) -> None:
    optimiser = torch.optim.LBFGS([theta], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]


def named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    """Weights by their names, rounded as they are kept."""
    return dict(zip(names, (round(float(weight), 4) for weight in weights), strict=True))
