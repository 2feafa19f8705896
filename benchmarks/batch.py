"""How much less time questions take side by side than one after the other, and that the answers are the same.

    python benchmarks/batch.py LIBRARY [SET…] [--questions N] [--rounds R] [--plain]

Asks the questions of the sets (default: the archive's two development sets, 240 questions) of a library that
is there, alone and many at once by turns, so that whatever else the machine does weighs on both. Prints
the seconds of each, their ratio, and whether every answer was the same to the last digit. Exit code 1 where
one was not.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace

from benchmarks.archive import machine
from qa import cores
from qa.assistant import Assistant
from qa.errors import IbidError
from qa.evaluation import load
from qa.evaluation.measures import JUDGED
from qa.types import Answer

SETS = ("kennedy_khrushchev", "russia_1918")
AT_ONCE = 30
"""Questions asked one way before they are asked the other way."""


def one_by_one(assistant: Assistant, asked: list[tuple[str, tuple[str, ...]]]) -> list[Answer]:
    return [assistant.ask(question, after=after, limit=JUDGED) for question, after in asked]


def at_once(assistant: Assistant, asked: list[tuple[str, tuple[str, ...]]]) -> list[Answer]:
    answers = []
    for answer in assistant.ask_many(asked, limit=JUDGED):
        if isinstance(answer, IbidError):
            raise answer
        answers.append(answer)
    return answers


def _timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=0, timing={})


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares asking many questions at once with one by one.")
    parser.add_argument("library", metavar="LIBRARY", help="the library's folder")
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--questions", type=int, metavar="N", help="only every so many, N in all")
    parser.add_argument("--rounds", type=int, default=1, metavar="R")
    parser.add_argument("--plain", action="store_true", help="without the evidence model")
    args = parser.parse_args()
    try:
        questions = [question for name in args.sets for question in load(name).questions]
        assistant = Assistant.open(args.library)
        if args.plain:
            assistant.evidence = None
        assistant.warm()
    except IbidError as error:
        sys.exit(str(error))
    step = max(1, len(questions) // args.questions) if args.questions else 1
    asked = [(question.question, question.after) for question in questions[::step]][: args.questions]
    ways = {"one by one": one_by_one, "at once": at_once}
    # Documents that were prepared for one way are prepared for the other: both ways find them so.
    one_by_one(assistant, asked)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    computing: dict[str, float] = dict.fromkeys(ways, 0.0)
    different = 0
    for number in range(args.rounds):
        total = dict.fromkeys(ways, 0.0)
        for place, first in enumerate(range(0, len(asked), AT_ONCE)):
            part = asked[first : first + AT_ONCE]
            answers = {}
            # Now one way begins, now the other.
            for name in list(ways)[:: 1 if (place + number) % 2 else -1]:
                began, worked = time.perf_counter(), time.process_time()
                answers[name] = ways[name](assistant, part)
                total[name] += time.perf_counter() - began
                computing[name] += time.process_time() - worked
            pairs = zip(*answers.values(), strict=True)
            different += sum(_timeless(one) != _timeless(other) for one, other in pairs)
        for name, took in total.items():
            seconds[name].append(took)
    for name in ways:
        took = statistics.median(seconds[name])
        each = computing[name] / args.rounds / len(asked)
        print(
            f"{name}: {took:.1f} s, {len(asked) / took:.2f} questions a second; computing {each:.2f} s each"
        )
    ratios = [many / alone for alone, many in zip(*seconds.values(), strict=True)]
    print(f"ratio {statistics.median(ratios):.2f} (rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    print(f"{machine()}, {cores.count()} at once; {len(asked)} questions; answers that differ: {different}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
