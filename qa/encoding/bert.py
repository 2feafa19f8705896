"""The packaged model's network without transformers, whose import takes several times as long as reading the
weights: what qa.encoding.packed needs of a BERT, under the names that transformers gives its parts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

UNUSED = ("pooler.", "embeddings.position_ids")
"""How the names of weights begin that nothing here is computed with."""


class Bert(nn.Module):
    """The layers of a BERT with their weights. How they are gone through, ``PackedEncoder`` knows."""

    def __init__(self, config: SimpleNamespace) -> None:
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config)
        layers = nn.ModuleList(_layer(config) for _ in range(config.num_hidden_layers))
        self.encoder = _Parts({"layer": layers})


class _Embeddings(nn.Module):
    def __init__(self, config: SimpleNamespace) -> None:
        super().__init__()
        width = config.hidden_size
        self.word_embeddings = _rows(config.vocab_size, width)
        self.position_embeddings = _rows(config.max_position_embeddings, width)
        self.token_type_embeddings = _rows(config.type_vocab_size, width)
        self.LayerNorm = _norm(config)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, position_ids: Tensor) -> Tensor:
        # Added up in the order of transformers: the same to the last digit.
        known = self.word_embeddings(input_ids) + self.token_type_embeddings(token_type_ids)
        made: Tensor = self.LayerNorm(known + self.position_embeddings(position_ids))
        return made


def _rows(count: int, width: int) -> nn.Embedding:
    # Weights drawn at random, as nn.Embedding draws them, would import torch's compiler where there is no
    # memory for them: a second.
    return nn.Embedding(count, width, _weight=torch.empty(count, width))


class _Parts(nn.Module):
    """Parts by their names, one of which may be "self"."""

    def __init__(self, parts: Mapping[str, nn.Module]) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


def _layer(config: SimpleNamespace) -> nn.Module:
    width, wide = config.hidden_size, config.intermediate_size
    read = {name: nn.Linear(width, width) for name in ("query", "key", "value")}
    told = _Parts({"dense": nn.Linear(width, width), "LayerNorm": _norm(config)})
    narrow = _Parts({"dense": nn.Linear(wide, width), "LayerNorm": _norm(config)})
    return _Parts(
        {
            "attention": _Parts({"self": _Parts(read), "output": told}),
            "intermediate": _Parts({"dense": nn.Linear(width, wide)}),
            "output": narrow,
        }
    )


def _norm(config: SimpleNamespace) -> nn.LayerNorm:
    return nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)


def load(folder: Path) -> Bert:
    """The network that lies in ``folder`` as transformers keeps it. Its weights are mapped from their file.
    Raises RuntimeError where a weight is missing or one too many."""
    config = SimpleNamespace(**json.loads((folder / "config.json").read_bytes()))
    with torch.device("meta"):  # no weights are made up that are to be replaced
        bert = Bert(config)
    weights: dict[str, Any] = load_file(folder / "model.safetensors")
    bert.load_state_dict(
        {name: weight for name, weight in weights.items() if not name.startswith(UNUSED)}, assign=True
    )
    return bert.requires_grad_(False).eval()
