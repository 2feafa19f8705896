"""Trains the evidence model: `python -m qa.evidence.training --data DIR --out FILE`.

Two stages with the same loop: open question answering sets first, then the archive's own questions (see
MODEL_CARD.md for what went into the shipped weights). Saves a checkpoint every few hundred steps and goes on
from it when started again. On a CPU with bfloat16 the layers are kept in bfloat16 with float32 masters.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch.nn import functional

from qa import cores
from qa.evidence.altering import altered_negatives
from qa.evidence.examples import (
    Example,
    cut_negatives,
    from_pairs,
    hard_negatives,
    read_rows,
    sentence_ranges,
    written_over,
)
from qa.evidence.model import WEIGHTS
from qa.evidence.network import Encoded, EvidenceNetwork, collate, encode_pair, load_base

BATCH = 32
GROUP = 6
"""Passages of one question that are seen together at the most: those that answer, and others by lot."""
COMPETING = 0.5
"""What the sentences' competition over a question's passages weighs beside the other losses."""
PART = 6
"""Examples of a batch that one core computes at once, not fewer than GROUP: little enough for its cache."""
POOL = 64
"""Batches that are sorted by length together: little padding, and still shuffled."""
CHECKPOINT_EVERY = 200
IGNORE = -1


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, from a start or a checkpoint, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl.gz")
    parser.add_argument(
        "--archive", type=Path, nargs="*", default=[], help="JSON lines of archive examples (stage two)"
    )
    parser.add_argument("--start", help='weights to start from (.pt), or "shipped"')
    parser.add_argument("--out", type=Path, required=True, help="where the weights go (.pt)")
    parser.add_argument("--examples", type=int, default=0, help="examples to see in all (0: one epoch)")
    parser.add_argument("--open-share", type=float, default=1.0, help="share of the open sets to mix in")
    parser.add_argument("--cap", type=int, default=0, help="rows of one source at most (0: all)")
    parser.add_argument(
        "--whole", nargs="*", default=[], metavar="SOURCE", help="sources of which all is taken all the same"
    )
    parser.add_argument(
        "--written",
        type=Path,
        help="JSON lines of questions written over the open sets' passages; taken whole",
    )
    parser.add_argument(
        "--altered",
        type=float,
        default=0.0,
        help="share of answered open questions to alter as well",
    )
    parser.add_argument(
        "--archive-share", type=float, default=1.0, help="share of the archive's questions to mix in"
    )
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--dropout", type=float, default=0.0, help="share of the layers' outputs left out")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    examples = open_examples(
        options.data,
        options.cap,
        rng,
        whole=frozenset(options.whole),
        altered=options.altered,
        written=options.written,
    )
    if options.open_share < 1:
        examples = rng.sample(examples, int(options.open_share * len(examples)))
    for number, path in enumerate(options.archive):
        examples += drawn(archive_examples(path, number), options.archive_share, rng)
    network, tokenizer = load_base()
    if options.start:
        network.load_state_dict(weights_of(options.start), strict=False)
    if options.dropout:
        put_dropout(network, options.dropout)
    train(network, tokenizer, examples, options.out, rate=options.rate, seen=options.examples, rng=rng)


def weights_of(start: str) -> dict[str, torch.Tensor]:
    """The weights in a .pt, or those that are shipped (no embeddings)."""
    if start != "shipped":
        network: dict[str, torch.Tensor] = torch.load(start, weights_only=True)["network"]
        return network
    return {name: values.float() for name, values in load_file(str(WEIGHTS)).items()}


def open_examples(
    data: Path,
    cap: int,
    rng: random.Random,
    *,
    whole: frozenset[str] = frozenset(),
    altered: float = 0.0,
    written: Path | None = None,
) -> list[Example]:
    """The open sets, at most ``cap`` rows of each source (0: all) but those of ``whole``, and the questions
    ``written`` over their passages, with their negatives: hard, cut, and for a share of ``altered`` the
    question itself altered."""
    pairs = list(read_rows(data / "train.jsonl.gz"))
    near = written_over(read_rows(written), pairs) if written else []
    whole |= {row["source"] for row in near}
    rows = from_pairs([*pairs, *near])
    rng.shuffle(rows)
    taken: Counter[str] = Counter()
    positives = []
    for row in rows:
        taken[row.source] += 1
        if not cap or taken[row.source] <= cap or row.source in whole:
            positives.append(row)
    return [
        *positives,
        *hard_negatives(positives, 0.35, rng),
        *cut_negatives(positives, 0.2, rng),
        *altered_negatives(positives, altered, rng),
    ]


def drawn(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """About ``share`` of the examples, a group whole or not at all."""
    taken = {number for unit in _units(examples) if rng.random() < share for number in unit}
    return [example for number, example in enumerate(examples) if number in taken]


def archive_examples(path: Path, number: int = 0) -> list[Example]:
    """Examples as benchmarks/archive_pairs.py and passage_pairs.py write them. ``number`` keeps the groups
    of several files (or of one given twice) apart."""
    return [
        Example(
            row["question"],
            row["passage"],
            row["answers"],
            None if row["evidence"] is None else tuple((a, b) for a, b in row["evidence"]),
            None if row["answer"] is None else tuple((a, b) for a, b in row["answer"]),
            row["context"],
            row["source"],
            f"{number}:{row['group']}" if row.get("group") else "",
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
    batches = _batches(examples, seen or len(examples), rng)
    steps = len(batches)
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
        chosen = [examples[i] for i in batches[step]]
        loss, gradients = _gradients(network, tokenizer, chosen, live, step)
        for master, gradient in zip(masters, gradients, strict=True):
            master.grad = gradient
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        warm = min(1.0, (step + 1) / (0.05 * steps + 1))
        for group in optimiser.param_groups:
            group["lr"] = rate * warm * (1 - 0.95 * step / steps)
        optimiser.step()
        _publish(masters, live)
        losses.append(loss)
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


_drawing = threading.local()
"""The generator that this thread's dropout draws from, where one is set."""


class Dropout(torch.nn.Module):
    """Dropout that draws from the generator of its own thread: a batch's parts are computed side by side, and
    torch's one generator would give each what its turn happens to be."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """The values, ``share`` of them 0 and the others the larger for it; all as they are where no
        generator is set."""
        generator = getattr(_drawing, "generator", None)
        if generator is None:
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.share, generator=generator)
        return values * kept / (1 - self.share)


def put_dropout(network: EvidenceNetwork, share: float) -> None:
    """Into each layer, where the network has a place for it."""
    for layer in network.bert.encoder.layer:
        layer.attention.output.dropout = Dropout(share)
        layer.output.dropout = Dropout(share)


def _gradients(
    network: EvidenceNetwork,
    tokenizer: Any,
    examples: Sequence[Example],
    live: Sequence[torch.Tensor],
    seed: int,
) -> tuple[float, list[torch.Tensor]]:
    """The loss of a batch, as the mean over its parts by their examples, and its gradients in float32. A part
    is one core's work: two cores so do a fourth more than together at one batch."""

    def of(numbered: tuple[int, Sequence[Example]]) -> tuple[float, list[torch.Tensor]]:
        number, part = numbered
        _drawing.generator = torch.Generator().manual_seed(seed * BATCH + number)
        loss = _loss(network, tokenizer, part) * (len(part) / len(examples))
        found = torch.autograd.grad(loss, live, allow_unused=True, materialize_grads=True)
        return loss.item(), [gradient.float() for gradient in found]

    with cores.short_turns():
        losses, gradients = zip(*cores.each(of, list(enumerate(_parts(examples)))), strict=True)
    return sum(losses), [torch.stack(each).sum(0) for each in zip(*gradients, strict=True)]


def _parts(examples: Sequence[Example]) -> list[list[Example]]:
    """A batch's examples in parts of at most PART, or of one group; what is of one group in one of them."""
    return [[examples[number] for number in part] for part in _filled(_units(examples), PART)]


def _publish(masters: Sequence[torch.Tensor], live: Sequence[torch.Tensor]) -> None:
    with torch.no_grad():
        for parameter, master in zip(live, masters, strict=True):
            parameter.data.copy_(master.data)


def _batches(examples: Sequence[Example], seen: int, rng: random.Random) -> list[list[int]]:
    """Indices of the examples in batches, in the order of training, until ``seen`` have been taken:
    shuffled, sorted by length within pools, the pools' batches shuffled again. What is of one group is
    in one batch."""
    groups = _units(examples)
    batches: list[list[int]] = []
    while seen > 0:
        units = [_drawn(examples, group, rng) for group in groups]
        rng.shuffle(units)
        pool: list[list[int]] = []
        size = 0
        for number, unit in enumerate(units, start=1):
            pool.append(unit)
            size += len(unit)
            if size >= min(POOL * BATCH, seen) or number == len(units):
                batches += _packed(examples, pool, rng)
                seen -= size
                pool, size = [], 0
            if seen <= 0:
                break
    return batches


def _drawn(examples: Sequence[Example], group: list[int], rng: random.Random) -> list[int]:
    if len(group) <= GROUP:
        return group
    others = [i for i in group if not examples[i].answers]
    answering = [i for i in group if examples[i].answers][: max(GROUP // 2, GROUP - len(others))]
    return answering + rng.sample(others, min(len(others), GROUP - len(answering)))


def _packed(examples: Sequence[Example], units: Sequence[list[int]], rng: random.Random) -> list[list[int]]:
    """Batches of whole units, near BATCH examples each, of passages of like length."""
    by_length = sorted(units, key=lambda unit: max(len(examples[i].passage) for i in unit))
    batches = _filled(by_length, BATCH)
    rng.shuffle(batches)
    return batches


def _units(examples: Sequence[Example]) -> list[list[int]]:
    """The examples' places, those of one group together, in the order in which they first come."""
    units: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        units.setdefault(example.group or f"\n{place}", []).append(place)
    return list(units.values())


def _filled(units: Sequence[list[int]], most: int) -> list[list[int]]:
    """Whole units one after the other, as many together as come to at most ``most``, or one alone."""
    filled: list[list[int]] = []
    for unit in units:
        if not filled or len(filled[-1]) + len(unit) > most:
            filled.append([])
        filled[-1] += unit
    return filled


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
    competing = _competition(sentence, wanted, [example.group for example in examples])
    return by_span + (2 * by_sentence if labelled.any() else 0) + by_pair + COMPETING * competing


def _competition(sentence: torch.Tensor, wanted: torch.Tensor, groups: Sequence[str]) -> torch.Tensor:
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
