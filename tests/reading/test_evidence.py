"""The evidence of the question sets stands in the documents to the letter, white space aside."""

import json
from pathlib import Path

import pytest

from qa.reading import read
from tests import archive

SETS = archive.ROOT / "qa" / "evaluation" / "questions"


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _evidence(path: Path) -> list[tuple[str, str, str]]:
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        (question["id"], item["document"], item["quote"])
        for question in questions
        for item in question["evidence"]
        if "quote" in item
    ]


def test_of_the_seeds() -> None:
    texts = {p.name: _collapsed(read(p, p.name).documents[0].text) for p in archive.SEEDS.glob("*.txt")}
    found = _evidence(SETS / "seeds.jsonl")
    assert len(found) >= 20
    assert [where for where in found if _collapsed(where[2]) not in texts[where[1]]] == []


@pytest.mark.parametrize(
    ("questions", "volume"),
    [
        ("kennedy_khrushchev", "frus1961-63v06"),
        ("russia_1918", "frus1918Russiav03"),
        ("london_1930", "frus1930v01"),
        ("chaco_1934", "frus1934v04"),
        ("cyprus_1955", "frus1955-57v24"),
        ("soviet_1961", "frus1961-63v05"),
    ],
)
def test_of_the_archive(questions: str, volume: str) -> None:
    path = archive.volume(volume)
    texts = {document.name: _collapsed(document.text) for document in read(path, path.name).documents}
    found = _evidence(SETS / f"{questions}.jsonl")
    assert len(found) >= 68
    assert [where for where in found if _collapsed(where[2]) not in texts[where[1]]] == []
