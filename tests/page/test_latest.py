"""Which of a person's requests counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from qa.page import latest
from qa.page.latest import Latest


def request(session: str) -> Any:
    return SimpleNamespace(session_hash=session)


def test_the_latest_of_each_session_counts() -> None:
    requests = Latest()
    first = requests.begin(request("ada"))
    other = requests.begin(request("ben"))
    assert first()
    second = requests.begin(request("ada"))
    assert (first(), second(), other()) == (False, True, True)


def test_only_so_many_sessions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest, "REMEMBERED", 2)
    requests = Latest()
    every = [requests.begin(request(name)) for name in ("ada", "ben", "cid")]
    assert [still() for still in every] == [False, True, True]
