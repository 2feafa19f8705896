"""Results of which it is known which questions were right."""

from collections.abc import Set

from qa.evaluation.runner import Result, result
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."
OTHER = "Stalin has indicated that the Foreign Ministers should meet again."


def run(hits: Set[int], answered: Set[int] = frozenset(), name: str = "mine", n: int = 100) -> Result:
    """n questions with evidence, of which those in ``hits`` are hit, and ten without."""
    outcomes = [
        asked(i, {"a": SENTENCE}, ranking="a", quotes=(shown("a", SENTENCE if i in hits else OTHER),))
        for i in range(n)
    ]
    outcomes += [asked(n + i, answered=n + i in answered) for i in range(10)]
    return result(name, outcomes)
