"""What the evidence model is trained to make small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from qa.evidence.examples import Example, sentence_ranges
from qa.evidence.network import Encoded, EvidenceNetwork, collate, encode_pair

COMPETING = 0.5
"""What the sentences' competition over a question's passages weighs beside the other losses."""

IGNORE = -1


def loss_of(network: EvidenceNetwork, tokenizer: Any, examples: Sequence[Example]) -> torch.Tensor:
    """Span cross-entropy + sentence and pair binary cross-entropy, each over the examples that are labelled
    for it."""
    ranges = [sentence_ranges(example.passage) for example in examples]
    pairs = [
        encode_pair(tokenizer, example.question, example.context, example.passage, found)
        for example, found in zip(examples, ranges, strict=True)
    ]
    ids, types, attention, averages = collate(pairs)
    span, sentence, pair = network(ids, types, attention, averages)
    hidden = (types == 0) & (torch.arange(ids.shape[1]) > 0) | (attention == 0)
    span = span.masked_fill(hidden.unsqueeze(-1), -1e4)
    targets = torch.tensor([span_target(e, p) for e, p in zip(examples, pairs, strict=True)])
    by_span = functional.cross_entropy(span[..., 0], targets[:, 0], ignore_index=IGNORE, reduction="sum")
    by_span = by_span + functional.cross_entropy(
        span[..., 1], targets[:, 1], ignore_index=IGNORE, reduction="sum"
    )
    by_span = by_span / (2 * max(1, int((targets[:, 0] != IGNORE).sum())))
    wanted = torch.full(sentence.shape, float(IGNORE))
    for row, (example, found, encoded) in enumerate(zip(examples, ranges, pairs, strict=True)):
        if example.evidence is None:
            continue
        for column, (start, end) in enumerate(found):
            if encoded.sentences[column][1] > encoded.sentences[column][0]:
                shared = sum(max(0, min(b, end) - max(a, start)) for a, b in example.evidence)
                wanted[row, column] = float(2 * shared >= end - start)
    labelled = wanted != IGNORE
    by_sentence = functional.binary_cross_entropy_with_logits(sentence[labelled], wanted[labelled])
    answers = torch.tensor([float(example.answers) for example in examples])
    by_pair = functional.binary_cross_entropy_with_logits(pair, answers)
    competing = competition(sentence, wanted, [example.group for example in examples])
    return by_span + (2 * by_sentence if labelled.any() else 0) + by_pair + COMPETING * competing


def competition(sentence: torch.Tensor, wanted: torch.Tensor, groups: Sequence[str]) -> torch.Tensor:
    """Mean over the groups of the cross-entropy of their evidence among all their sentences (ListNet with
    binary relevance, Cao et al. 2007): the right sentence must win against those of the other passages
    found, as it must at work. 0 where no group holds evidence."""
    losses = []
    for group in dict.fromkeys(filter(None, groups)):
        rows = [row for row, name in enumerate(groups) if name == group]
        scores, labels = sentence[rows], wanted[rows]
        right, known = labels == 1, labels != IGNORE
        if right.any() and (known & ~right).any():
            losses.append(torch.logsumexp(scores[known], 0) - torch.logsumexp(scores[right], 0))
    return torch.stack(losses).mean() if losses else sentence.new_zeros(())


def span_target(example: Example, pair: Encoded) -> tuple[int, int]:
    """The answer's first and last token; (0, 0) for no answer; IGNORE where it is not labelled."""
    if not example.answers:
        return 0, 0
    if not example.answer:
        return IGNORE, IGNORE
    start, end = example.answer[0]
    inside = [i for i, (a, b) in enumerate(pair.offsets) if a >= 0 and a < end and b > start]
    return (inside[0], inside[-1]) if inside else (IGNORE, IGNORE)
