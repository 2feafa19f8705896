"""Hyphens at line ends: what a document writes elsewhere decides, and how often that is right."""

from __future__ import annotations

import random
import re

import pytest

from qa.folding import fold, hyphenation_of
from qa.reading import read
from tests import archive

_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)?(?![\w-])")


@pytest.mark.parametrize(
    ("before", "behind", "joined"),
    [
        ("inter", "national", True),
        ("Inter", "national", True),
        ("INTER", "NATIONAL", True),
        ("Anglo", "American", False),
        ("Mac", "Murray", True),
        ("self", "help", False),
        ("so", "called", False),
        ("re", "called", True),
        ("long", "standing", False),
        ("steam", "driven", False),
        ("to", "ward", True),
    ],
)
def test_without_the_word_itself_its_parts_decide(before: str, behind: str, joined: bool) -> None:
    known = "A ward of steam, driven to it."
    assert hyphenation_of(known).joins(before, behind) is joined


def test_what_is_written_elsewhere_outweighs_every_rule() -> None:
    known = hyphenation_of("Steamdriven selfhelp, inter-national. A co\u2010op; the co\u00adop, coop")
    assert known.joins("steam", "driven")
    assert known.joins("self", "help")
    assert not known.joins("inter", "national")
    assert known.joins("co", "op")


def test_broken_words_are_no_evidence() -> None:
    text = "steam-\ndriven or steam-\ndriven, of driven steam"
    assert not hyphenation_of(text).joins("steam", "driven")
    assert hyphenation_of("steam-\ndriven or steam-\ndriven").joins("steam", "driven")


def test_words_of_a_volume_broken_at_line_ends_come_back_as_they_were() -> None:
    documents = read(archive.volume("frus1961-63v06"), "v").documents
    rng = random.Random(6)
    right: dict[bool, list[bool]] = {True: [], False: []}
    for document in rng.sample(documents, 60):
        whole = document.text
        known = hyphenation_of(whole)
        found = list(_WORD.finditer(whole))
        for match in rng.sample(found, min(120, len(found))):
            word = match.group()
            compound = "-" in word
            if not compound and len(word) < 6:
                continue
            at = word.index("-") + 1 if compound else len(word) // 2
            broken = word[:at] + ("\n" if compound else "-\n") + word[at:]
            # The word itself is evidence too; the figures in qa/hyphenation.py are without it.
            right[compound].append(fold(f"the {broken} then", hyphenation=known).text == f"the {word} then")
    assert len(right[False]) > 1_000
    assert sum(right[False]) >= 0.995 * len(right[False])
    assert sum(right[True]) >= 0.95 * len(right[True]) > 0
