"""What must hold after every fault, and how often it is tried."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from qa.library.doctor import examine
from tests.library.shelf import ENCODER, answers, opened

ROOT = Path(__file__).resolve().parents[2]
TRIALS = int(os.environ.get("QA_FAULTS", "0"))
"""Of each fault; 0: the few of `make test`. Many more in `make torture`."""


def stands(folder: Path, texts: Mapping[str, str], *, name: str = "file") -> None:
    """The library opens and is well; its documents are exactly these; each passage answers by both indexes;
    nothing else does. Every passage holds the word ``name``."""
    report = examine(folder)
    assert report.is_well, report
    library = opened(folder)
    try:
        assert {one.name for one in library.documents()} == set(texts)
        truth = set()
        for document, text in texts.items():
            assert library.document(document).text == text
            for passage in library.passages_of(document):
                truth.add(passage.id)
                near, match = answers(library, passage.clean, 3)
                assert passage.text in near
                assert passage.text in match
        assert len(truth) == library.searched().passages
        assert {i for i, _ in library.matching(name, 9999)} == truth
        assert {i for i, _ in library.nearest(ENCODER.encode([name])[0], 9999)} == truth
    finally:
        library.close()


def tell(promise: str, came: Counter[str]) -> None:
    """One line for the table of `make torture`: what came of how many trials."""
    words = ", ".join(f"{number} {what}" for what, number in sorted(came.items()))
    print(f"\nfaults| {promise} | {came.total()} | {words}")
