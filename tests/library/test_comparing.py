"""What stands in a library's file is compared with itself: damage that SQLite does not see is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qa.library.changes import State
from qa.library.comparing import Truth, compare, opened
from qa.library.opening import FILE
from tests.library.shelf import TELEGRAM, filled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    filled(tmp_path / "library").close()
    return tmp_path / "library" / FILE


def told(file: Path) -> Truth:
    truth = Truth()
    with closing(opened(file)) as connection:
        compare(connection, truth, None)
    return truth


def change(file: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_what_is_whole_says_where_it_stands(file: Path) -> None:
    truth = told(file)
    assert (truth.wrong, truth.spoilt) == ([], set())
    assert (truth.model, truth.dimension, truth.documents, truth.passages) == ("hash", 384, 5, 10)
    assert isinstance(truth.state, State)
    assert (truth.state.generation, truth.state.next_passage) == (3, 11)


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        (
            "UPDATE passages SET voice = 'whisper' WHERE id = 2",
            (),
            "telegram.txt: the passage at 20 is damaged",
        ),
        (
            "UPDATE passages SET context = CAST(? AS TEXT) WHERE id = 1",
            (b"\xff",),
            "the passage at 0 is damaged",
        ),
        (
            "UPDATE documents SET title = '', text = CAST(? AS TEXT) WHERE id = 1",
            (b"\xff",),
            "what is no text",
        ),
        ("UPDATE documents SET marks = '[[\"shout\", 0, 1]]' WHERE id = 1", (), "a mark in it is of no kind"),
        ("UPDATE documents SET marks = '[[1]]' WHERE id = 1", (), "its marks cannot be read"),
        ("UPDATE documents SET metadata = '{\"colour\": 1}' WHERE id = 1", (), "its metadata cannot be read"),
        (
            "UPDATE vectors SET vector = zeroblob(9) WHERE passage = 1",
            (),
            "vector of the passage at 0 is missing",
        ),
        ("UPDATE meta SET passages = 7", (), "10 passages are there, not 7"),
        ("INSERT INTO vectors VALUES (99, zeroblob(768))", (), "a row of vectors hangs in the air"),
    ],
)
def test_what_is_amiss_is_named(file: Path, statement: str, values: tuple[object, ...], said: str) -> None:
    change(file, statement, *values)
    truth = told(file)
    assert said in truth.wrong[0]
    of_a_document = truth.wrong[0].startswith(TELEGRAM.name)
    assert truth.spoilt == ({"/papers/telegram.txt"} if of_a_document else set())


def test_each_document_is_told_of_as_it_is_compared(file: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    with closing(opened(file)) as connection:
        compare(connection, Truth(), lambda *step: steps.append(step))
    assert steps == [(FILE, number, 5) for number in range(1, 6)]
