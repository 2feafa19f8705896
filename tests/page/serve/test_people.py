"""Who may sign in: what is kept of them, what is refused, what others see of a change."""

from __future__ import annotations

import json
import stat
import sys
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from qa.errors import LibraryError, UsageError
from qa.page.serve import people as module
from qa.page.serve.people import People, people_file

SECRET = "seven old telegrams"


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    """An empty list, with hashes that cost little."""
    monkeypatch.setattr(module, "_hasher", lambda: PasswordHasher(1, 64, 1))
    return People(tmp_path / "library" / "people.json")


def test_a_hash_costs_what_is_advised() -> None:
    hasher = module._hasher()
    assert (hasher.type.name, hasher.time_cost, hasher.memory_cost) == ("ID", 1, 46 * 1024)


def test_a_password_is_confirmed_and_kept_as_a_hash_alone(people: People) -> None:
    people.add("Ada  Lovelace", SECRET)
    kept = people.file.read_text("utf-8")
    assert SECRET not in kept
    assert json.loads(kept)["people"][0]["password"].startswith("$argon2id$")
    person = people.confirm("ada lovelace", SECRET)
    assert person is not None
    assert person.name == "Ada Lovelace"
    assert people.confirm("Ada Lovelace", SECRET + "s") is None
    assert people.confirm("Ada", SECRET) is None
    assert people.confirm("Ada Lovelace", "") is None


def test_two_people_with_one_password_have_different_hashes(people: People) -> None:
    assert people.add("Ada", SECRET).password != people.add("Ben", SECRET).password


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_can_read_the_file(people: People) -> None:
    people.add("Ada", SECRET)
    people.add("Ben", SECRET)
    assert stat.S_IMODE(people.file.stat().st_mode) == 0o600


def test_another_password_stands_in_place_of_the_first(people: People) -> None:
    people.add("Ada", SECRET)
    people.change("ADA", "another long password")
    assert people.confirm("Ada", SECRET) is None
    assert people.confirm("Ada", "another long password") is not None


def test_people_are_taken_out_all_or_none(people: People) -> None:
    for name in ("Ada", "Ben"):
        people.add(name, SECRET)
    with pytest.raises(UsageError, match=r"Nobody is called 'Cyd'\. There: Ada, Ben\."):
        people.remove(["Ada", "Cyd"])
    assert [one.name for one in people.all()] == ["Ada", "Ben"]
    assert people.remove(["ada", "Ada"]) == ("Ada",)
    assert people.confirm("Ada", SECRET) is None


@pytest.mark.parametrize(
    ("name", "password", "problem"),
    [
        ("", SECRET, "empty"),
        ("a:b", SECRET, "no colon"),
        ("a\x00b", SECRET, "control"),
        ("x" * 81, SECRET, "81 characters"),
        ("Ada", "short", "needs 10"),
        ("Ada", "x" * 1001, "the most"),
        ("ADA", SECRET, "Ada is there already"),
    ],
)
def test_what_is_amiss_is_said_and_nothing_is_kept(
    people: People, name: str, password: str, problem: str
) -> None:
    if "already" in problem:
        people.add("Ada", SECRET)
    before = people.all()
    with pytest.raises(UsageError, match=problem):
        people.add(name, password)
    assert people.all() == before


def test_accents_typed_in_two_ways_are_one_name_and_one_password(people: People) -> None:
    people.add("Jose\u0301", "cafe\u0301 de la paix")
    assert people.confirm("Jos\u00e9", "caf\u00e9 de la paix") is not None


def test_what_another_process_changes_is_seen(people: People) -> None:
    people.add("Ada", SECRET)
    assert len(people.all()) == 1
    People(people.file).add("Ben", SECRET)
    assert len(people.all()) == 2
    People(people.file).remove(["Ada"])
    assert people.find("Ada") is None


def test_changes_at_once_lose_nobody(people: People) -> None:
    threads = [
        threading.Thread(target=People(people.file).add, args=(f"person {n}", SECRET)) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(people.all()) == 6


@pytest.mark.parametrize(
    "damage", ["", "[]", "{", '{"version": 1, "people": [{"name": "Ada"}]}', "null", "[" * 100_000]
)
def test_a_damaged_list_lets_nobody_in_and_is_told_of(people: People, damage: str) -> None:
    people.add("Ada", SECRET)
    people.file.write_text(damage, "utf-8")
    with pytest.raises(LibraryError, match="no list of people"):
        people.all()
    with pytest.raises(LibraryError):
        People(people.file).confirm("Ada", SECRET)


def test_a_list_of_a_newer_version_is_left_alone(people: People) -> None:
    people.file.parent.mkdir()
    people.file.write_text('{"version": 2, "people": []}', "utf-8")
    with pytest.raises(LibraryError, match="newer version"):
        people.add("Ada", SECRET)
    assert '"version": 2' in people.file.read_text("utf-8")


def test_where_the_list_lies(tmp_path: Path) -> None:
    assert people_file(tmp_path) == tmp_path / "people.json"
    served = people_file("postgresql://ada:secret@example.org/papers")
    assert "secret" not in str(served)
    assert served != people_file("postgresql://ada:secret@example.org/letters")
