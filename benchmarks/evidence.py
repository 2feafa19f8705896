"""The evidence model alone on question sets it was not trained on: `python -m benchmarks.evidence DIR`.

DIR holds test_squad2.jsonl.gz (eight SQuAD 2.0 articles) and test_clapnq.jsonl.gz. Prints, for each, as the
model reads it and as its verifier does: how well the pair score and the phrase's margin tell answerable
questions from others (area under the ROC curve), how often the best sentence is evidence, and SQuAD's exact
match and F1 of the phrase.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qa.evaluation.wording import exact_match, token_f1
from qa.evidence.examples import read_rows, sentence_ranges
from qa.evidence.model import WEIGHTS, EvidenceModel, Finding, Pair

SETS = ("test_squad2.jsonl.gz", "test_clapnq.jsonl.gz")


@dataclass
class Tally:
    """What was seen of one set."""

    answerable: list[bool] = field(default_factory=list)
    pair: list[float] = field(default_factory=list)
    margin: list[float] = field(default_factory=list)
    right_sentence: list[bool] = field(default_factory=list)
    exact: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)

    def add(self, row: dict[str, Any], read: Callable[[str, Sequence[Pair]], list[Finding]]) -> None:
        """Reads one question with its passage."""
        text = row["passage"]
        ranges = sentence_ranges(text)
        finding = read(row["question"], [Pair(text, "", tuple(ranges))])[0]
        phrase = finding.phrase(0, len(text))
        self.answerable.append(bool(row["answerable"]))
        self.pair.append(finding.answers)
        self.margin.append(phrase[2] - finding.none if phrase else -40.0)
        gold = [(start, end) for start, end in row.get("evidence") or row.get("answer") or []]
        if not row["answerable"] or not gold:
            return
        first, last = ranges[int(np.argmax(finding.sentences))]
        self.right_sentence.append(any(first < end and start < last for start, end in gold))
        if row.get("answer"):
            found = text[phrase[0] : phrase[1]] if phrase else ""
            told = [text[start:end] for start, end in row["answer"]]
            self.exact.append(exact_match(found, told))
            self.f1.append(token_f1(found, told))

    def figures(self) -> str:
        """One line."""
        parts = [
            f"{len(self.answerable)} questions",
            f"AUROC pair {auroc(self.pair, self.answerable):.3f}",
            f"margin {auroc(self.margin, self.answerable):.3f}",
            f"right sentence {np.mean(self.right_sentence):.3f}",
        ]
        if self.exact:
            parts.append(f"EM {np.mean(self.exact):.3f} F1 {np.mean(self.f1):.3f}")
        return "  ".join(parts)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Share of (positive, negative) pairs in the right order, ties half (Hanley & McNeil 1982)."""
    values, is_positive = np.array(scores), np.array(positive, bool)
    above, below = values[is_positive][:, None], values[~is_positive][None, :]
    return float((above > below).mean() + (above == below).mean() / 2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads both sets and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="folder with the test files")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args(arguments)
    model = EvidenceModel(options.weights)
    for name in SETS:
        for how, read in (("read", model.read), ("verified", model.verify)):
            tally = Tally()
            for row in read_rows(options.data / name):
                tally.add(row, read)
            print(f"{name}, {how}: {tally.figures()}", flush=True)


if __name__ == "__main__":
    main()
