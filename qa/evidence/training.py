"""Trains the evidence model: `python -m qa.evidence.training --data DIR --out FILE`.

Two stages with the same loop: open question answering sets first, then the archive's own questions (see
MODEL_CARD.md for what went into the shipped weights). Saves a checkpoint every few hundred steps and goes on
from it when started again. On a CPU with bfloat16 the layers are kept in bfloat16 with float32 masters.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from qa.evidence.examples import (
    Example,
    cut_negatives,
    from_pairs,
    hard_negatives,
    read_rows,
    sentence_ranges,
)
from qa.evidence.network import Encoded, EvidenceNetwork, collate, encode_pair, load_base

BATCH = 32
POOL = 64
"""Batches that are sorted by length together: little padding, and still shuffled."""
CHECKPOINT_EVERY = 200
IGNORE = -1


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, from a start or a checkpoint, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl.gz")
    parser.add_argument("--archive", type=Path, help="JSON lines of archive examples (stage two)")
    parser.add_argument("--start", type=Path, help="weights to start from (stage two)")
    parser.add_argument("--out", type=Path, required=True, help="where the weights go (.pt)")
    parser.add_argument("--examples", type=int, default=0, help="examples to see in all (0: one epoch)")
    parser.add_argument("--open-share", type=float, default=1.0, help="share of the open sets to mix in")
    parser.add_argument("--cap", type=int, default=0, help="rows of one source at most (0: all)")
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    examples = open_examples(options.data, options.cap, rng)
    if options.open_share < 1:
        examples = rng.sample(examples, int(options.open_share * len(examples)))
    if options.archive:
        examples += archive_examples(options.archive)
    network, tokenizer = load_base()
    if options.start:
        network.load_state_dict(torch.load(options.start, weights_only=True)["network"])
    train(network, tokenizer, examples, options.out, rate=options.rate, seen=options.examples, rng=rng)


def open_examples(data: Path, cap: int, rng: random.Random) -> list[Example]:
    """The open sets, at most ``cap`` rows of each source (0: all), with their negatives."""
    rows = from_pairs(read_rows(data / "train.jsonl.gz"))
    rng.shuffle(rows)
    taken: Counter[str] = Counter()
    positives = []
    for row in rows:
        taken[row.source] += 1
        if not cap or taken[row.source] <= cap:
            positives.append(row)
    return [*positives, *hard_negatives(positives, 0.35, rng), *cut_negatives(positives, 0.2, rng)]


def archive_examples(path: Path) -> list[Example]:
    """Examples as benchmarks/archive_pairs.py writes them."""
    return [
        Example(
            row["question"],
            row["passage"],
            row["answers"],
            None if row["evidence"] is None else tuple((a, b) for a, b in row["evidence"]),
            None if row["answer"] is None else tuple((a, b) for a, b in row["answer"]),
            row["context"],
            row["source"],
        )
        for row in read_rows(path)
    ]


def train(
    network: EvidenceNetwork,
    tokenizer: Any,
    examples: list[Example],
    out: Path,
    *,
    rate: float,
    seen: int,
    rng: random.Random,
) -> None:
    """One pass over ``seen`` examples drawn from ``examples``, the rate falling linearly to a twentieth."""
    network.bert.embeddings.requires_grad_(False)
    half = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    network.to(torch.bfloat16 if half else torch.float32)
    live = [p for p in network.parameters() if p.requires_grad]
    masters = [p.detach().clone().float().requires_grad_() for p in live]
    optimiser = torch.optim.AdamW(masters, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    order = _order(examples, seen or len(examples), rng)
    steps = math.ceil(len(order) / BATCH)
    first = 0
    checkpoint = out.with_suffix(".checkpoint")
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        first = state["step"]
        for master, value in zip(masters, state["masters"], strict=True):
            master.data.copy_(value)
        optimiser.load_state_dict(state["optimiser"])
        _publish(masters, live)
    began, losses = time.monotonic(), []
    for step in range(first, steps):
        chosen = [examples[i] for i in order[step * BATCH : (step + 1) * BATCH]]
        loss = _loss(network, tokenizer, chosen)
        loss.backward()  # type: ignore[no-untyped-call]
        for parameter, master in zip(live, masters, strict=True):
            master.grad = parameter.grad.float() if parameter.grad is not None else None
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        warm = min(1.0, (step + 1) / (0.05 * steps + 1))
        for group in optimiser.param_groups:
            group["lr"] = rate * warm * (1 - 0.95 * step / steps)
        optimiser.step()
        _publish(masters, live)
        losses.append(loss.item())
        if (step + 1) % 50 == 0:
            pace = (step + 1 - first) * BATCH / (time.monotonic() - began)
            print(
                f"step {step + 1}/{steps} loss {sum(losses[-50:]) / 50:.3f} {pace:.1f} examples/s", flush=True
            )
        if (step + 1) % CHECKPOINT_EVERY == 0:
            torch.save(
                {"step": step + 1, "masters": masters, "optimiser": optimiser.state_dict()}, checkpoint
            )
    network.float()
    for parameter, master in zip(live, masters, strict=True):
        parameter.data.copy_(master.data)
    torch.save({"network": network.state_dict()}, out)
    checkpoint.unlink(missing_ok=True)


def _publish(masters: Sequence[torch.Tensor], live: Sequence[torch.Tensor]) -> None:
    with torch.no_grad():
        for parameter, master in zip(live, masters, strict=True):
            parameter.data.copy_(master.data)


def _order(examples: Sequence[Example], seen: int, rng: random.Random) -> list[int]:
    """Indices of the examples in the order of training: shuffled, then sorted by length within pools, the
    pools' batches shuffled again."""
    indices: list[int] = []
    while len(indices) < seen:
        epoch = list(range(len(examples)))
        rng.shuffle(epoch)
        indices += epoch
    indices = indices[:seen]
    ordered: list[int] = []
    for start in range(0, len(indices), POOL * BATCH):
        pool = sorted(indices[start : start + POOL * BATCH], key=lambda i: len(examples[i].passage))
        batches = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        tail = [batches.pop()] if len(batches[-1]) < BATCH else []
        rng.shuffle(batches)
        ordered += [i for batch in batches + tail for i in batch]
    return ordered


def _loss(network: EvidenceNetwork, tokenizer: Any, examples: Sequence[Example]) -> torch.Tensor:
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
    targets = torch.tensor([_span_target(e, p) for e, p in zip(examples, pairs, strict=True)])
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
    return by_span + (2 * by_sentence if labelled.any() else 0) + by_pair


def _span_target(example: Example, pair: Encoded) -> tuple[int, int]:
    """The answer's first and last token; (0, 0) for no answer; IGNORE where it is not labelled."""
    if not example.answers:
        return 0, 0
    if not example.answer:
        return IGNORE, IGNORE
    start, end = example.answer[0]
    inside = [i for i, (a, b) in enumerate(pair.offsets) if a >= 0 and a < end and b > start]
    return (inside[0], inside[-1]) if inside else (IGNORE, IGNORE)


if __name__ == "__main__":
    main()
