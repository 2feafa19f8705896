"""Addresses of libraries on servers: what they name, and that no password is shown or kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation.marks import marks_file
from qa.library.address import Address, without_password
from qa.page.serve.people import people_file
from qa.page.shelves.uploads import place


def test_reading_and_writing_are_told_apart() -> None:
    one = Address.read(
        "postgresql://ada:secret@a,b:5433/papers?target_session_attrs=prefer-standby&schema=dept"
    )
    assert one.schema == "dept"
    assert one.is_spread
    assert "schema" not in one.reading
    assert "target_session_attrs=prefer-standby" in one.reading
    assert "target_session_attrs=read-write" in one.writing
    assert "ada:secret@a,b:5433/papers" in one.reading
    assert one.shown == "postgresql://ada@a,b:5433/papers?target_session_attrs=prefer-standby&schema=dept"


@pytest.mark.parametrize(
    ("address", "spread"),
    [
        ("postgresql://a/db", False),
        ("postgresql://a,b/db", True),
        ("postgresql://a,b/db?target_session_attrs=primary", False),
        ("postgresql:///db?host=a,b&load_balance_hosts=random", True),
        ("postgresql://u,v@a/db", False),
    ],
)
def test_what_is_read_may_lag_where_several_servers_are_named(address: str, spread: bool) -> None:
    assert Address.read(address).is_spread is spread


@pytest.mark.parametrize("schema", ["", "Ibid", "a-b", "a;drop", "ä", "x" * 64, "1a"])
def test_a_schemas_name_is_plain(schema: str) -> None:
    with pytest.raises(UsageError, match="is no name for a schema"):
        Address.read(f"postgresql://a/db?schema={schema}")


@pytest.mark.parametrize("address", ["postgresql://a/db?schema", "postgresql://[a/db"])
def test_an_address_that_cannot_be_read_is_said(address: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read.*--library postgresql://user@host/database"):
        Address.read(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ada:pa:ss@h/db", "postgresql://ada@h/db"),
        ("postgresql://:secret@h/db", "postgresql://@h/db"),
        ("postgresql://h/db?password=secret&sslmode=require", "postgresql://h/db?sslmode=require"),
        ("postgresql://ada:secret@[bad/db", "postgresql://ada@[bad/db"),
        ("/home/ada/library", "/home/ada/library"),
        ("C:\\library", "C:\\library"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_what_is_kept_beside_a_library_is_found_with_and_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    for kept in (marks_file, people_file, place):
        assert kept("postgresql://ada:secret@h/db") == kept("postgresql://ada@h/db")
        assert kept("postgresql://ada@h/db") != kept("postgresql://ada@h/other")
