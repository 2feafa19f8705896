"""Trains the evidence model: `python -m qa.evidence.training --data DIR --out FILE`.

Two stages with the same loop: open question answering sets first, then the archive's own questions (see
MODEL_CARD.md for what went into the shipped weights). Saves a checkpoint every few hundred steps and goes on
from it when started again. On a CPU with bfloat16 the layers are kept in bfloat16 with float32 masters.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from qa import cores
from qa.evidence import batches
from qa.evidence.altering import altered_negatives
from qa.evidence.dropout import draw_from, put_dropout
from qa.evidence.examples import (
    Example,
    cut_negatives,
    from_pairs,
    hard_negatives,
    read_rows,
    written_over,
)
from qa.evidence.loss import loss_of
from qa.evidence.model import WEIGHTS
from qa.evidence.network import EvidenceNetwork, load_base

CHECKPOINT_EVERY = 200
"""Steps."""


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
        examples += batches.drawn(archive_examples(path, number), options.archive_share, rng)
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
    order = batches.in_batches(examples, seen or len(examples), rng)
    steps = len(order)
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
        chosen = [examples[i] for i in order[step]]
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
            pace = (step + 1 - first) * batches.BATCH / (time.monotonic() - began)
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
        draw_from(seed * batches.BATCH + number)
        loss = loss_of(network, tokenizer, part) * (len(part) / len(examples))
        found = torch.autograd.grad(loss, live, allow_unused=True, materialize_grads=True)
        return loss.item(), [gradient.float() for gradient in found]

    with cores.short_turns():
        losses, gradients = zip(*cores.each(of, list(enumerate(batches.in_parts(examples)))), strict=True)
    return sum(losses), [torch.stack(each).sum(0) for each in zip(*gradients, strict=True)]


def _publish(masters: Sequence[torch.Tensor], live: Sequence[torch.Tensor]) -> None:
    with torch.no_grad():
        for parameter, master in zip(live, masters, strict=True):
            parameter.data.copy_(master.data)


if __name__ == "__main__":
    main()
