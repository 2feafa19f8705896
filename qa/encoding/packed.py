"""Encodes texts of any length in one row without padding (qa.encoding.rows), on one core, at a chosen
precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import gelu, linear, normalize

from qa import cores
from qa.encoding.eight import EightBitLinear
from qa.encoding.rows import attended, embedded

ROW = 1_024
"""Tokens in a row, about: all that a layer holds of them stays in a core's cache."""

LEAST_ROW = 128
"""Tokens below which a row is not cut so that each core has one: short rows take longer in all."""

SHORT = 16
"""Tokens of a text below which it is not encoded in eight bits."""

AT_ONCE = 16
"""Rows for each core before progress is told."""

Linear = Callable[[Tensor], Tensor]


class PackedEncoder:
    """A BERT with the mean of its tokens' vectors, at one precision. Safe to share by threads."""

    def __init__(self, bert: Any, precision: str) -> None:
        """``bert`` is a transformers BertModel that ``can_be_packed``; it is not changed."""
        self.precision = precision
        # Over few tokens errors of rounding do not even out.
        self._for_short = PackedEncoder(bert, "float32") if precision == "int8" else None
        self._embeddings = bert.embeddings
        self._heads = int(bert.config.num_attention_heads)
        self._layers = [_Layer(layer, precision) for layer in bert.encoder.layer]

    def encode_texts(
        self, tokens: Any, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dimension), of length 1; rows of texts of like length, shared out among the cores.
        ``tokens`` is what ``tokenizer`` gives; ``progress`` is told how many texts are done."""
        ids: list[Sequence[int]] = [
            one
            for part in cores.each(lambda part: tokenized(tokens, part), _parts(texts, cores.at_hand()))
            for one in part
        ]
        order = sorted(range(len(texts)), key=lambda at: len(ids[at]))
        rows = _cut(order, [len(ids[at]) for at in order], cores.at_hand())
        vectors: NDArray[np.float32] | None = None
        step, done = AT_ONCE * cores.at_hand(), 0
        for first in range(0, len(rows), step):
            now = rows[first : first + step]
            for row, block in zip(
                now, cores.each(lambda r: self.encode([ids[i] for i in r]), now), strict=True
            ):
                if vectors is None:
                    vectors = np.empty((len(texts), block.shape[1]), np.float32)
                vectors[row] = block
                done += len(row)
            if progress is not None:
                progress(done)
        assert vectors is not None
        return vectors

    def encode(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """(len(rows), dimension), of length 1, for the token ids of texts, each with its special tokens."""
        if not rows:
            raise ValueError("no rows")
        if self._for_short is not None and (short := [at for at, row in enumerate(rows) if len(row) < SHORT]):
            long = [at for at, row in enumerate(rows) if len(row) >= SHORT]
            parts = [self._for_short.encode([rows[at] for at in short])]
            parts += [self.encode([rows[at] for at in long])] if long else []
            return np.concatenate(parts)[np.argsort([*short, *long])]
        sizes = [len(row) for row in rows]
        with torch.inference_mode():
            hidden = embedded(self._embeddings, rows)
            for layer in self._layers:
                hidden = layer(hidden, sizes, self._heads)
            means = [of.mean(0) for of in torch.split(hidden[: sum(sizes)], sizes)]
            vectors: NDArray[np.float32] = normalize(torch.stack(means), dim=1).numpy()
            return vectors


class _Layer:
    def __init__(self, layer: Any, precision: str) -> None:
        own, out = layer.attention.self, layer.attention.output
        # The three read the same: one multiplication.
        self.seen = _linear([own.query, own.key, own.value], precision)
        self.told = _linear([out.dense], precision)
        self.wide = _linear([layer.intermediate.dense], precision, stays=True)
        self.narrow = _linear([layer.output.dense], precision)
        self.first, self.second = out.LayerNorm, layer.output.LayerNorm

    def __call__(self, hidden: Tensor, sizes: Sequence[int], heads: int) -> Tensor:
        """(tokens, width) to (tokens, width), float32."""
        # (tokens, 3 x width) to three of (tokens, heads, width of a head)
        query, key, value = self.seen(hidden).view(len(hidden), 3, heads, -1).unbind(1)
        seen = attended(query, key, value, sizes)
        hidden = self.first(self.told(seen).add_(hidden))
        after: Tensor = self.second(self.narrow(gelu(self.wide(hidden))).add_(hidden))
        return after


def _linear(layers: Sequence[Any], precision: str, *, stays: bool = False) -> Linear:
    """With ``stays`` a result at bfloat16 is left so, for a function that works in float32 and rounds again:
    the same numbers, with half of the memory to go through."""
    weight = torch.cat([layer.weight.detach() for layer in layers])
    bias = torch.cat([layer.bias.detach() for layer in layers])
    if precision == "int8":
        return EightBitLinear(weight, bias)
    if precision == "bfloat16":
        half, half_bias = weight.bfloat16(), bias.bfloat16()
        if stays:
            return lambda rows: linear(rows.bfloat16(), half, half_bias)
        return lambda rows: linear(rows.bfloat16(), half, half_bias).float()
    return lambda rows: linear(rows, weight, bias)


def _parts(texts: Sequence[str], count: int) -> list[Sequence[str]]:
    size = max(64, -(-len(texts) // count))
    return [texts[first : first + size] for first in range(0, len(texts), size)]


def _cut(order: Sequence[int], sizes: Sequence[int], among: int) -> list[list[int]]:
    """``order`` in rows of about ROW tokens, or of fewer where all are less than a row for each of ``among``
    cores. What a text gives is the same in any row."""
    length = min(ROW, max(LEAST_ROW, -(-sum(sizes) // among)))
    rows: dict[int, list[int]] = {}
    for at, so_far in zip(order, accumulate(sizes, initial=0), strict=False):
        rows.setdefault(so_far // length, []).append(at)
    return list(rows.values())


def tokenizer(model: Any) -> Any:
    """The tokenizer of a SentenceTransformer that ``can_be_packed``, a copy for use by many threads."""
    from tokenizers import Tokenizer

    own = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    own.no_padding()
    own.enable_truncation(model.max_seq_length)
    return own


def tokenized(tokens: Any, texts: Sequence[str]) -> list[Sequence[int]]:
    """The token ids of each text, with the special ones, cut as the model wants it."""
    return [encoded.ids for encoded in tokens.encode_batch_fast(list(texts))]


def can_be_packed(model: Any) -> bool:
    """Whether a SentenceTransformer is a plain BERT, mean of its tokens, and nothing that is done besides."""
    modules = [type(module).__name__ for module in model]
    if modules[:2] != ["Transformer", "Pooling"] or set(modules[2:]) - {"Normalize"}:
        return False
    config: Any = getattr(getattr(model[0], "model", None), "config", None)
    pooling = model[1].get_config_dict()
    modes = {pooling.get("pooling_mode")} | {
        name.removeprefix("pooling_mode_").removesuffix("_tokens")
        for name, on in pooling.items()
        if name.startswith("pooling_mode_") and on is True
    }
    return (
        getattr(config, "model_type", "") == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and modes - {None} == {"mean"}
        and not model.default_prompt_name
        and model.tokenizer.is_fast
        and bool(model.max_seq_length)
    )
