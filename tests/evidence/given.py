"""Examples to train on."""

from __future__ import annotations

from qa.evidence.examples import Example, sentence_ranges

PASSAGE = "Litvinov spoke with Harriman. He was disturbed by the situation. It rained in Moscow."


def examples(count: int = 12) -> list[Example]:
    """Half of them answered by the sentence of the name that is asked for, half of them not."""
    names = "Tito Stalin Molotov Byrnes Bevin Bidault Eden Attlee Kennan Bohlen Hopkins Marshall".split()
    made = []
    for n, name in enumerate(names[:count]):
        passage = f"{name} left Paris in spring. " + "It rained all the day there. " * (1 + n % 3)
        if n % 2:
            made.append(Example(f"Why did {name} fail?", passage.strip(), False, (), ()))
        else:
            made.append(
                Example(
                    f"Who left Paris, {name}?",
                    passage.strip(),
                    True,
                    (sentence_ranges(passage)[0],),
                    ((0, len(name)),),
                )
            )
    return made
