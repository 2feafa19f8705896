"""Which passages and questions every program gets, and their vectors where these are given."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

SETS = ("kennedy_khrushchev", "russia_1918")

REPLACED = 0.3
"""Share of the words that are others in a document that stands in a second time."""
NOISE = 0.6
"""Length of the noise on its passages' vectors, of length 1: their cosine to those they are like is 0.86."""


def choose(location: str, size: int, most: int) -> dict[str, Any]:
    """Passages by document, and questions with their evidence (document, quote)."""
    from qa.encoding import SentenceEncoder
    from qa.evaluation import load
    from qa.library import open_library

    library = open_library(location, model=SentenceEncoder().name, create=False)
    held = {one.name for one in library.documents()}
    questions = [
        {"question": q.question, "evidence": [[e.document, e.quote or ""] for e in q.evidence]}
        for name in SETS
        for q in load(name).questions
        if q.evidence and not q.after and all(e.document in held for e in q.evidence)
    ]
    questions = questions[:: max(1, len(questions) // most)][:most]
    wanted = {name for q in questions for name, _ in q["evidence"]}
    others = [one.name for one in library.documents() if one.name not in wanted]
    chosen: dict[str, list[str]] = {}
    count = 0
    step = max(1, library.searched().passages // size)
    for name in [*sorted(wanted), *others[::step], *others]:
        if count >= size or name in chosen:
            continue
        chosen[name] = [passage.clean for passage in library.passages_of(name)]
        count += len(chosen[name])
    library.close()
    questions = [q for q in questions if all(name in chosen for name, _ in q["evidence"])]
    count += enlarge(chosen, size - count)
    return {"documents": chosen, "questions": questions, "passages": count}


def enlarge(documents: dict[str, list[str]], wanted: int) -> int:
    """Adds documents that are like those there, until ``wanted`` passages more are in; how many these are.
    Always the same."""
    chance = random.Random(7)
    originals = list(documents.items())
    words = [word for _, texts in originals for text in texts[:2] for word in text.split()]
    added, turn = 0, 0
    while added < wanted:
        turn += 1
        for name, texts in originals:
            if added >= wanted:
                break
            documents[f"{name}~{turn}"] = [
                " ".join(
                    chance.choice(words) if chance.random() < REPLACED else word for word in text.split()
                )
                for text in texts[: wanted - added]
            ]
            added += len(documents[f"{name}~{turn}"])
    return added


def vectors(location: str, documents: dict[str, list[str]]) -> NDArray[np.float16]:
    """(passages of all documents, dimension), in order: as the library has them, and with noise those of
    documents that stand in again. Always the same."""
    from qa.encoding import SentenceEncoder
    from qa.library import open_library

    library = open_library(location, model=SentenceEncoder().name, create=False)
    chance = np.random.default_rng(7)
    held: dict[str, NDArray[np.float32]] = {}
    rows = []
    for name, texts in documents.items():
        original, again, _ = name.partition("~")
        if original not in held:
            held[original] = library.vectors([passage.id for passage in library.passages_of(original)])
        own = held[original][: len(texts)]
        if again:
            noise = chance.standard_normal(own.shape, np.float32)
            own = own + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
            own /= np.linalg.norm(own, axis=1, keepdims=True)
        rows.append(own.astype(np.float16))
    library.close()
    return np.concatenate(rows)
