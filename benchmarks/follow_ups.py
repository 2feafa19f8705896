"""How follow-ups fare, with the questions before them and without.

    python -m benchmarks.follow_ups LIBRARY [SET…] [--next W]

Asks a library the follow-ups of evaluation sets (default: the six over the archive) twice, and prints their
figures as Markdown. Then, of all questions of the sets, how many are taken for follow-ups: those that are
none are put after the question before them in their set.

--next sets another weight of the sentence next to the one that was told (docs/retrieval.md).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from benchmarks.archive import QUESTIONS, machine
from qa.assistant import Assistant
from qa.conversation import standalone
from qa.errors import IbidError
from qa.evaluation import evaluate, load
from qa.evaluation.measures import measure
from qa.evaluation.sets import EvaluationSet, Question

MEASURES = ("quote_hit@1", "quote_hit@3", "Success@1", "refused_wrongly")


def row(
    name: str, assistant: Assistant, sets: Sequence[EvaluationSet], asked: Callable[[Question], Question]
) -> str:
    """A line of the table: the figures of the sets' follow-ups, each put as ``asked`` makes it."""
    follow_ups = [
        replace(one, questions=tuple(asked(q) for q in one.questions if q.after and q.answerable))
        for one in sets
    ]
    results = evaluate(assistant, follow_ups, check_sources=False)
    found = measure([values for result in results for values in result.values])
    return f"| {name} | {' | '.join(f'{found[measured].value:.3f}' for measured in MEASURES)} |"


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
        sets = [load(name) for name in args.sets]
        assistant = Assistant.open(args.library)
        if args.next is not None:
            sentences = {**assistant.weights.read.sentences, "next": args.next}
            assistant.weights = replace(
                assistant.weights, read=replace(assistant.weights.read, sentences=sentences)
            )
        assistant.warm()
    except IbidError as error:
        sys.exit(str(error))
    print(f"| follow-ups | {' | '.join(MEASURES)} |")
    print("|---" * (len(MEASURES) + 1) + "|")
    print(row("with the questions before", assistant, sets, lambda question: question))
    print(row("without", assistant, sets, lambda question: replace(question, after=())))
    seen = [leans(one, one.after) for each in sets for one in each.questions if one.after]
    taken = [leans(one, [before]) for each in sets for one, before in others(each.questions)]
    told = f"{sum(seen)} of {len(seen)} that are, {sum(taken)} of {len(taken)} others."
    print(f"\nTaken for follow-ups: {told}")
    print(f"{machine()}; weight of the next sentence {assistant.reading.sentences['next']}")


if __name__ == "__main__":
    main()
