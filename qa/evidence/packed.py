"""Reads pairs of any length in one pass without padding: what one pair gives does not depend on the others.

The network's linear layers, norms and activations treat each token by itself, so the tokens of all pairs go
through them in one row; attention, which looks from token to token, is computed pair by pair. Padding would
cost a sixth more time, and moves logits by up to 0.06 at half precision, because attention adds up in
another order where a row is longer.

The row is filled up to a whole number of steps all the same, and so is what each pair's sentences are
averaged over: for every shape of a multiplication that it meets, oneDNN prepares and keeps a kernel of half a
megabyte, for each thread anew; with every shape that occurs a question left megabytes behind, and preparing
took longer than multiplying. Zeros beside it change no digit of what is multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad, scaled_dot_product_attention

from qa.evidence.network import Encoded, EvidenceNetwork

STEP = 64
"""Tokens that the length of the row is a multiple of."""

SENTENCES = 8
"""Sentences that a pair's averages are a multiple of."""


def read_packed(network: EvidenceNetwork, pairs: Sequence[Encoded]) -> list[tuple[Tensor, Tensor, Tensor]]:
    """For each pair the float32 logits that the network gives for it alone: span (tokens, 2), sentence
    (sentences,) and pair (). For inference: without dropout."""
    if not pairs:
        return []
    sizes = [len(pair.ids) for pair in pairs]
    taken = sum(sizes)
    filling = -taken % STEP
    hidden = network.bert.embeddings(
        input_ids=_row([token for pair in pairs for token in pair.ids], filling),
        token_type_ids=_row([kind for pair in pairs for kind in pair.types], filling),
        position_ids=_row([place for size in sizes for place in range(size)], filling),
    )[0]
    for layer in network.bert.encoder.layer:
        seen = _attention(layer.attention.self, hidden, sizes)
        hidden = layer.attention.output(seen, hidden)
        hidden = layer.output(layer.intermediate(hidden), hidden)
    spans = network.span(hidden).float()[:taken].split(sizes)
    owns = hidden[:taken].split(sizes)
    return [(span, *_heads(network, pair, own)) for pair, own, span in zip(pairs, owns, spans, strict=True)]


def _row(values: list[int], filling: int) -> Tensor:
    return torch.tensor([values + [0] * filling])


def _attention(attention: Any, hidden: Tensor, sizes: Sequence[int]) -> Tensor:
    """(tokens, width): what each token takes from those of its own pair; nothing for what fills the row."""
    taken, width = sum(sizes), hidden.shape[1]
    split = [
        of(hidden)[:taken].view(taken, -1, attention.attention_head_size).split(sizes)
        for of in (attention.query, attention.key, attention.value)
    ]
    seen = []
    for query, key, value in zip(*split, strict=True):
        own = [each.transpose(0, 1).unsqueeze(0) for each in (query, key, value)]
        seen.append(scaled_dot_product_attention(*own)[0].transpose(0, 1).reshape(-1, width))
    return torch.cat([*seen, hidden.new_zeros(len(hidden) - taken, width)])


def _heads(network: EvidenceNetwork, pair: Encoded, hidden: Tensor) -> tuple[Tensor, Tensor]:
    tokens, sentences = len(pair.ids), max(1, len(pair.sentences))
    averages = torch.zeros(sentences + -sentences % SENTENCES, tokens + -tokens % STEP)
    for row, (first, last) in zip(averages, pair.sentences, strict=False):
        if last > first:
            row[first:last] = 1 / (last - first)
    filled = pad(hidden, (0, 0, 0, averages.shape[1] - tokens))
    per_sentence = network.sentence(averages.to(hidden.dtype) @ filled).squeeze(-1).float()
    passage = hidden[pair.types.index(1) :]
    whole = torch.cat([hidden[0], passage.sum(0) / len(passage)])
    return per_sentence[:sentences], network.pair(whole).squeeze(-1).float()
