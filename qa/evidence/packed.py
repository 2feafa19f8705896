"""Reads pairs of any length in one pass without padding: what one pair gives does not depend on the others.

All pairs go through the network in one row (qa.encoding.rows). Padding would cost a sixth more time, and
moves logits by up to 0.06 at half precision, because attention adds up in another order where a row is
longer.

What each pair's sentences are averaged over is filled up to a whole number of steps as the row is: with every
shape that occurs a question left megabytes behind, and preparing took longer than multiplying.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import gelu, pad

from qa.encoding.rows import STEP, attended, embedded
from qa.evidence.network import Encoded, EvidenceNetwork

SENTENCES = 8
"""Sentences that a pair's averages are a multiple of."""


def read_packed(network: EvidenceNetwork, pairs: Sequence[Encoded]) -> list[tuple[Tensor, Tensor, Tensor]]:
    """For each pair the float32 logits that the network gives for it alone: span (tokens, 2), sentence
    (sentences,) and pair (). For inference: without dropout."""
    if not pairs:
        return []
    sizes = [len(pair.ids) for pair in pairs]
    taken = sum(sizes)
    hidden = embedded(network.bert.embeddings, [pair.ids for pair in pairs], [pair.types for pair in pairs])
    heads = network.bert.config.num_attention_heads
    for layer in network.bert.encoder.layer:
        hidden = _through(layer, hidden, sizes, heads)
    spans = network.span(hidden).float()[:taken].split(sizes)
    owns = torch.split(hidden[:taken], sizes)
    return [(span, *_heads(network, pair, own)) for pair, own, span in zip(pairs, owns, spans, strict=True)]


def _through(layer: Any, hidden: Tensor, sizes: Sequence[int], heads: int) -> Tensor:
    own, out = layer.attention.self, layer.attention.output
    query, key, value = (of(hidden).view(len(hidden), heads, -1) for of in (own.query, own.key, own.value))
    hidden = out.LayerNorm(out.dense(attended(query, key, value, sizes)) + hidden)
    wide = gelu(layer.intermediate.dense(hidden))
    after: Tensor = layer.output.LayerNorm(layer.output.dense(wide) + hidden)
    return after


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
