"""The evidence model alone on question sets it was not trained on: `python -m benchmarks.evidence DIR`.

DIR holds test_squad2.jsonl.gz (eight SQuAD 2.0 articles) and test_clapnq.jsonl.gz. Prints for each how well
the pair score and the phrase's margin tell answerable questions from others (area under the ROC curve), how
often the best sentence is evidence, and SQuAD's exact match and F1 of the phrase; in brackets pair and
sentence with the cosine of their vectors and the question's beside the model's score, each less its mean and
over its standard deviation in the set.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.encoding import Encoder, SentenceEncoder
from qa.evaluation.wording import exact_match, token_f1
from qa.evidence.examples import read_rows, sentence_ranges
from qa.evidence.model import WEIGHTS, EvidenceModel, Finding, Pair

SETS = ("test_squad2.jsonl.gz", "test_clapnq.jsonl.gz")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cosines:
    """Of each question with its passage (questions,), and with each of its sentences."""

    passages: Floats
    sentences: tuple[Floats, ...]

    @classmethod
    def of(cls, encoder: Encoder, rows: Sequence[dict[str, Any]]) -> Cosines:
        """For all questions of a set."""
        said = [[row["passage"][a:b] for a, b in sentence_ranges(row["passage"])] for row in rows]
        texts = dict.fromkeys(
            text for row, own in zip(rows, said, strict=True) for text in (row["passage"], *own)
        )
        at = {text: number for number, text in enumerate(texts)}
        vectors = encoder.encode(list(texts))
        asked = encoder.encode([row["question"] for row in rows])
        return cls(
            np.array(
                [vectors[at[row["passage"]]] @ q for row, q in zip(rows, asked, strict=True)], np.float32
            ),
            tuple(vectors[[at[text] for text in own]] @ q for own, q in zip(said, asked, strict=True)),
        )


@dataclass
class Tally:
    """What was seen of one set. ``sentences`` are the logits of each question's, ``right`` which of them are
    evidence (none where the question is not counted)."""

    answerable: list[bool] = field(default_factory=list)
    pair: list[float] = field(default_factory=list)
    margin: list[float] = field(default_factory=list)
    sentences: list[Floats] = field(default_factory=list)
    right: list[NDArray[np.bool_]] = field(default_factory=list)
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
        self.sentences.append(np.array(finding.sentences, np.float32))
        gold = [(start, end) for start, end in row.get("evidence") or row.get("answer") or []]
        gold = gold if row["answerable"] else []
        self.right.append(np.array([any(a < end and start < b for start, end in gold) for a, b in ranges]))
        if gold and row.get("answer"):
            found = text[phrase[0] : phrase[1]] if phrase else ""
            told = [text[start:end] for start, end in row["answer"]]
            self.exact.append(exact_match(found, told))
            self.f1.append(token_f1(found, told))

    def right_sentence(self, scores: Sequence[Floats]) -> float:
        """Share of the questions with evidence whose best sentence by ``scores`` is evidence."""
        counted = [(own, right) for own, right in zip(scores, self.right, strict=True) if right.any()]
        return float(np.mean([right[int(np.argmax(own))] for own, right in counted]))

    def figures(self, cosines: Cosines) -> str:
        """One line."""
        both = standardised(np.array(self.pair)) + standardised(cosines.passages)
        ends = np.cumsum([len(own) for own in self.sentences])[:-1]
        mixed = standardised(np.concatenate(self.sentences)) + standardised(np.concatenate(cosines.sentences))
        parts = [
            f"{len(self.answerable)} questions",
            f"AUROC pair {auroc(self.pair, self.answerable):.3f} ({auroc(both, self.answerable):.3f})",
            f"margin {auroc(self.margin, self.answerable):.3f}",
            f"right sentence {self.right_sentence(self.sentences):.3f} "
            f"({self.right_sentence(np.split(mixed, ends)):.3f})",
        ]
        if self.exact:
            parts.append(f"EM {np.mean(self.exact):.3f} F1 {np.mean(self.f1):.3f}")
        return "  ".join(parts)


def standardised(values: NDArray[np.floating]) -> Floats:
    """Less their mean, over their standard deviation, by those that are finite (a sentence that was cut off
    has the logit -inf, and is never the best)."""
    known = values[np.isfinite(values)]
    return np.asarray((values - known.mean()) / known.std(), np.float32)


def auroc(scores: Sequence[float] | Floats, positive: Sequence[bool]) -> float:
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
    encoder = SentenceEncoder()
    for name in SETS:
        rows = list(read_rows(options.data / name))
        cosines = Cosines.of(encoder, rows)
        tally = Tally()
        for row in rows:
            tally.add(row, model.read)
        print(f"{name}: {tally.figures(cosines)}", flush=True)


if __name__ == "__main__":
    main()
