"""Trains qa/question_map.npy: `python -m benchmarks.question_map --library DIR --frus train_frus.jsonl.gz
benchmarks/questions/*.jsonl.gz`.

From questions written over passages of FRUS volumes that are not in the archive, and from editors' lines on
these volumes: each should lie nearer to its passages than to any other, those of the archive included. The
passages' vectors are fixed, so this takes a minute once they are there.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.archive_pairs import find
from benchmarks.passage_pairs import Pool, documents_of
from qa import question_map
from qa.encoding import SentenceEncoder
from qa.evidence.examples import read_rows
from qa.library import open_library

BATCH, EPOCHS, RATE, DECAY = 128, 3, 3e-4, 0.1
TEMPERATURE = 0.05
OTHERS = 12_000
"""Passages drawn for each batch that its questions must tell from their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words, its passages (numbers into all passages), its document."""

    text: str
    passages: tuple[int, ...]
    document: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and writes the map."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--library", required=True, help="a library whose passages are further negatives")
    parser.add_argument("--frus", type=Path, required=True, help="train_frus.jsonl.gz")
    parser.add_argument("--vectors", type=Path, help="where the passages' vectors are kept for the next time")
    parser.add_argument("--out", type=Path, default=question_map.FILE)
    parser.add_argument("questions", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    rng = random.Random(0)
    torch.manual_seed(0)
    encoder = SentenceEncoder()
    rows = list(read_rows(options.frus))
    pool = Pool(documents_of(rows), options.vectors)
    written = [row for path in options.questions for row in read_rows(path)]
    asked = _asked(pool, rows, written)
    library = open_library(options.library, model=encoder.name)
    names = [passage.document for passage in pool.passages]
    blocks = [pool.vectors]
    for summary in library.documents():
        ids = [passage.id for passage in library.passages_of(summary.name)]
        if ids:
            blocks.append(library.vectors(ids))
            names += [summary.name] * len(ids)
    questions = encoder.encode([each.text for each in asked])
    matrix = train(asked, questions, np.concatenate(blocks), names, rng)
    about: dict[str, object] = {"questions": len(asked), "passages": len(names), "epochs": EPOCHS}
    question_map.save(matrix, encoder.name, about, options.out)


def _asked(pool: Pool, rows: Sequence[dict[str, Any]], written: Sequence[dict[str, Any]]) -> list[Asked]:
    """Editors' lines once, written questions put close to the text once, those put far from it twice."""
    places: dict[str, list[tuple[int, int, int]]] = {}
    for number, (passage, text) in enumerate(zip(pool.passages, pool.texts, strict=True)):
        places.setdefault(text, []).append((number, passage.start, passage.end))
    made = []
    for row in written:
        if row["kind"] == "none" or row.get("after") or not (at := find(row["passage"], row["evidence"][0])):
            continue
        start, end = at
        held = [n for n, a, b in places[row["passage"]] if min(b, end) - max(a, start) > 0.4 * (end - start)]
        if held:
            made += [Asked(row["question"], tuple(held), row["document"])] * (1 + (row["style"] == "far"))
    for row in rows:
        held = [number for text in row["positives"] for number, _, _ in places[text]]
        made.append(Asked(row["question"], tuple(held), row["document"]))
    return made


def train(
    asked: Sequence[Asked],
    questions: NDArray[np.float32],
    passages: NDArray[np.float32],
    documents: Sequence[str],
    rng: random.Random,
) -> NDArray[np.float32]:
    """M (dimension, dimension): softmax over the questions' own passages and OTHERS, other passages of the
    same document left out. questions: (len(asked), dimension), passages: (len(documents), dimension)."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(documents))}
    owner = torch.tensor([numbers[name] for name in documents])
    all_passages, all_questions = torch.tensor(passages), torch.tensor(questions)
    matrix = torch.zeros(questions.shape[1], questions.shape[1], requires_grad=True)
    optimiser = torch.optim.AdamW([matrix], lr=RATE, weight_decay=DECAY)
    order = list(range(len(asked)))
    for epoch in range(EPOCHS):
        rng.shuffle(order)
        losses = []
        for first in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            own = [n for i in chosen for n in asked[i].passages]
            candidates = torch.cat([torch.tensor(own), torch.randint(0, len(owner), (OTHERS,))])
            vectors = all_questions[chosen]
            moved = functional.normalize(vectors + vectors @ matrix.T, dim=-1)
            scores = moved @ all_passages[candidates].T / TEMPERATURE
            right = torch.zeros_like(scores, dtype=torch.bool)
            column = 0
            for row, index in enumerate(chosen):
                right[row, column : column + len(asked[index].passages)] = True
                column += len(asked[index].passages)
            theirs = torch.tensor([numbers[asked[i].document] for i in chosen])
            same = theirs[:, None] == owner[candidates][None, :]
            scores = scores.masked_fill(same & ~right, -1e4)
            loss = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e4), 1)
            optimiser.zero_grad()
            loss.mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(loss.mean().item())
        print(f"epoch {epoch + 1}/{EPOCHS} loss {np.mean(losses):.3f}", flush=True)
    learned: NDArray[np.float32] = matrix.detach().numpy()
    return learned


if __name__ == "__main__":
    main()
