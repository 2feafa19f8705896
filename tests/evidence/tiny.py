"""A network of the real kind and of no size, with the real tokenizer."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from tokenizers import Tokenizer

from qa.encoding import packaged_model
from qa.evidence.network import EvidenceNetwork


@cache
def tokenizer() -> Any:
    """Words to word pieces as the shipped model has them."""
    made = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


def network(seed: int = 0) -> EvidenceNetwork:
    """One layer of width 32; the same weights for the same seed."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokenizer().get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    return EvidenceNetwork(BertModel(config, add_pooling_layer=False))
