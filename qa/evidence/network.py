"""The network: all-MiniLM-L6-v2 read as a cross-encoder, with three small heads over one pass.

The packaged model's embeddings stay as they are and are not shipped again; its six layers and the heads
are trained and shipped (see MODEL_CARD.md beside this file).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

MAX_TOKENS = 224
"""Question, context and passage together, in word pieces."""

MAX_QUESTION_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Encoded:
    """One question–passage pair in word pieces. ``offsets`` gives for each token of the passage the range
    of characters it covers in the passage, (-1, -1) for every other token; ``sentences`` gives for each
    of the passage's sentences the tokens [first, last) that it covers (first == last: cut off)."""

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]
    sentences: list[tuple[int, int]]


class EvidenceNetwork(nn.Module):
    """BERT with heads for the span (start, end; position 0 stands for "no answer"), for each sentence
    (mean of its tokens) and for the pair (first token and mean of the passage)."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        width = bert.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.sentence = nn.Linear(width, 1)
        self.pair = nn.Linear(2 * width, 1)

    def forward(
        self, ids: Tensor, types: Tensor, attention: Tensor, sentences: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """ids, types, attention: (batch, tokens) int64; sentences: (batch, sentences, tokens), rows that
        sum to 1 over a sentence's tokens (or to 0 for padding). Returns float32 logits: span
        (batch, tokens, 2), sentence (batch, sentences), pair (batch,)."""
        hidden = self.bert(input_ids=ids, token_type_ids=types, attention_mask=attention).last_hidden_state
        span = self.span(hidden).float()
        per_sentence = self.sentence(sentences.to(hidden.dtype) @ hidden).squeeze(-1).float()
        passage = ((types == 1) & (attention == 1)).to(hidden.dtype).unsqueeze(-1)
        mean = (hidden * passage).sum(1) / passage.sum(1).clamp(min=1)
        pair = self.pair(torch.cat([hidden[:, 0], mean], dim=-1)).squeeze(-1).float()
        return span, per_sentence, pair


def encode_pair(
    tokenizer: Any,
    question: str,
    context: str,
    passage: str,
    sentences: Sequence[tuple[int, int]],
) -> Encoded:
    """[CLS] question [SEP] context passage [SEP], cut at MAX_TOKENS from the end of the passage.
    ``sentences`` are ranges of characters in the passage."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
    about = tokenizer.encode(context, add_special_tokens=False).ids[:48] if context else []
    read = tokenizer.encode(passage, add_special_tokens=False)
    room = MAX_TOKENS - len(asked) - len(about) - 3
    ids, offsets = read.ids[:room], read.offsets[:room]
    head = 2 + len(asked) + len(about)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    spans = []
    token = 0
    for start, end in sentences:
        while token < len(offsets) and offsets[token][1] <= start:
            token += 1
        first = token
        while token < len(offsets) and offsets[token][0] < end:
            token += 1
        spans.append((head + first, head + token))
    return Encoded(
        ids=[cls, *asked, sep, *about, *ids, sep],
        types=[0] * (len(asked) + 2) + [1] * (len(about) + len(ids) + 1),
        offsets=[(-1, -1)] * head + [(int(a), int(b)) for a, b in offsets] + [(-1, -1)],
        sentences=spans,
    )


def collate(pairs: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """ids, types, attention (batch, tokens) and the sentence averages (batch, sentences, tokens)."""
    tokens = max(len(pair.ids) for pair in pairs)
    most = max([len(pair.sentences) for pair in pairs] + [1])
    ids = torch.zeros(len(pairs), tokens, dtype=torch.long)
    types = torch.zeros_like(ids)
    attention = torch.zeros_like(ids)
    averages = torch.zeros(len(pairs), most, tokens)
    for row, pair in enumerate(pairs):
        size = len(pair.ids)
        ids[row, :size] = torch.tensor(pair.ids)
        types[row, :size] = torch.tensor(pair.types)
        attention[row, :size] = 1
        for column, (first, last) in enumerate(pair.sentences):
            if last > first:
                averages[row, column, first:last] = 1 / (last - first)
    return ids, types, attention, averages


def load_base() -> tuple[EvidenceNetwork, Any]:
    """The untrained network (the packaged model's layers, fresh heads) and its tokenizer, to be trained."""
    from transformers import BertModel, logging

    from qa.encoding import packaged_model

    # Not to be told that the pooler, which is not used, was left out.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = packaged_model()
    bert = BertModel.from_pretrained(
        str(folder),
        add_pooling_layer=False,
        attn_implementation="eager",  # fused attention is slow backwards on a CPU
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return EvidenceNetwork(bert), _tokenizer(folder)


def load_to_read() -> tuple[EvidenceNetwork, Any]:
    """As ``load_base``, for qa.evidence.packed alone: without transformers, and with no ``forward``."""
    from qa.encoding import packaged_model
    from qa.encoding.bert import load

    folder = packaged_model()
    return EvidenceNetwork(load(folder)), _tokenizer(folder)


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made
