"""How follow-ups fare, with the questions before them and without.

    python -m benchmarks.follow_ups LIBRARY [SET…] [--next W]

Asks a library the follow-ups of evaluation sets (default: the six over the archive) twice, and prints as
Markdown how many have their evidence in the first quote, among the first three and in the first document,
and how many are answered at the default confidence. Then, of all questions of the sets, how many are taken
for follow-ups: those that are none are put after the question before them in their set.

--next sets another weight of the sentence next to the one that was told (docs/retrieval.md).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from benchmarks.archive import QUESTIONS, machine
from benchmarks.cases import Case, cases, hit
from qa.assistant import Assistant
from qa.conversation import standalone
from qa.errors import IbidError
from qa.evaluation import load
from qa.evaluation.sets import Question

COLUMNS = ("quote_hit@1", "quote_hit@3", "Success@1", "answered")


def fared(assistant: Assistant, case: Case) -> tuple[bool, ...]:
    """What COLUMNS say, of one question that was considered."""
    chosen = assistant.select(case.considered, 3)
    first = assistant.order(case.considered)[:1]
    return (
        hit(case, chosen[:1]),
        hit(case, chosen),
        any(scored.passage.document == e.document for scored in first for e in case.question.evidence),
        assistant.trust(case.considered, chosen) >= assistant.threshold,
    )


def row(name: str, questions: Sequence[Question], assistant: Assistant) -> str:
    """A line of the table: the shares over ``questions``."""
    figures = zip(*(fared(assistant, case) for case in cases(assistant, questions)), strict=True)
    return f"| {name} | {' | '.join(f'{sum(column) / len(questions):.3f}' for column in figures)} |"


def leans(question: Question, after: Sequence[str]) -> bool:
    """Whether a question is taken for a follow-up of those before it."""
    return bool(standalone(question.question, after).carried)


def others(questions: Sequence[Question]) -> Iterator[tuple[Question, str]]:
    """Those of a set that are no follow-ups, each with the question before it."""
    return ((one, before.question) for before, one in pairwise(questions) if not one.after)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures follow-ups with and without the questions before.")
    parser.add_argument("library", metavar="LIBRARY", help="the library's folder")
    parser.add_argument("sets", nargs="*", default=list(QUESTIONS), metavar="SET")
    parser.add_argument("--next", type=float, metavar="W", help="weight of the sentence next to the one told")
    args = parser.parse_args()
    try:
        sets = [load(name).questions for name in args.sets]
        assistant = Assistant.open(args.library)
        if args.next is not None:
            sentences = {**assistant.weights.read.sentences, "next": args.next}
            assistant.weights = replace(
                assistant.weights, read=replace(assistant.weights.read, sentences=sentences)
            )
        assistant.warm()
    except IbidError as error:
        sys.exit(str(error))
    follow_ups = [one for questions in sets for one in questions if one.after and one.answerable]
    print(f"| {len(follow_ups)} follow-ups | {' | '.join(COLUMNS)} |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    print(row("with the questions before", follow_ups, assistant))
    print(row("without", [replace(one, after=()) for one in follow_ups], assistant))
    seen = [leans(one, one.after) for questions in sets for one in questions if one.after]
    taken = [leans(one, [before]) for questions in sets for one, before in others(questions)]
    print(
        f"\nTaken for follow-ups: {sum(seen)} of {len(seen)} that are, {sum(taken)} of {len(taken)} others."
    )
    print(f"{machine()}; weight of the next sentence {assistant.reading.sentences['next']}")


if __name__ == "__main__":
    main()
