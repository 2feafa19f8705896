"""Texts of any length in one row without padding, for the encoder as for the evidence model.

A BERT's linear layers, norms and activations treat each token by itself, so the tokens of all texts go
through them in one row; attention, which looks from token to token, is computed text by text. What a text
gives does not depend on those beside it, and nothing is computed for padding.

The row is filled up to a whole number of steps all the same: for every shape of a multiplication that it
meets, oneDNN prepares and keeps a kernel of half a megabyte, for each thread anew. Zeros beside it change no
digit of what is multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

STEP = 64
"""Tokens that the length of a row is a multiple of, …"""

SMALL_STEP = 16
"""… and of one shorter than a step, as a question alone makes it: filled up to a whole step, most
of what is computed would be of no use."""


def filling(tokens: int) -> int:
    """How many tokens a row of so many wants to be filled up with."""
    return -tokens % (STEP if tokens > STEP else SMALL_STEP)


def embedded(
    embeddings: Any, texts: Sequence[Sequence[int]], kinds: Sequence[Sequence[int]] | None = None
) -> Tensor:
    """The token ids of ``texts`` through a BERT's embeddings as one row, (tokens, width), filled up;
    ``kinds`` are the tokens' types (default: 0)."""
    fill = filling(sum(map(len, texts)))
    ids = _row(texts, fill)
    hidden: Tensor = embeddings(
        input_ids=ids,
        token_type_ids=torch.zeros_like(ids) if kinds is None else _row(kinds, fill),
        position_ids=_row([range(len(text)) for text in texts], fill),
    )[0]
    return hidden


def _row(parts: Sequence[Sequence[int]], fill: int) -> Tensor:
    return torch.tensor([[value for part in parts for value in part] + [0] * fill])


def attended(query: Tensor, key: Tensor, value: Tensor, sizes: Sequence[int]) -> Tensor:
    """(tokens, width): what each token takes from those of its own text, zeros for what fills the row.
    ``query``, ``key`` and ``value`` are (tokens, heads, width of a head), of texts of ``sizes`` tokens."""
    seen = query.new_zeros(query.shape)
    at = 0
    for size, alike in groupby(sizes):
        # Neighbours of one length at once: attention looks at each alone all the same.
        count = len(list(alike))
        end = at + count * size
        # (tokens, heads, width of a head) to (texts, heads, tokens of each, width of a head)
        asking, asked, told, found = (
            of[at:end].view(count, size, *of.shape[1:]).transpose(1, 2) for of in (query, key, value, seen)
        )
        found.copy_(scaled_dot_product_attention(asking, asked, told))
        at = end
    return seen.flatten(1)
