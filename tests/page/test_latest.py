"""Which of a person's requests counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from qa.page import latest
from qa.page.latest import Latest, while_wanted


def request(session: str) -> Any:
    return SimpleNamespace(session_hash=session)


def test_the_latest_of_each_session_counts() -> None:
    requests = Latest()
    first = requests.begin(request("ada"), {"at": 10.5})
    other = requests.begin(request("ben"), {"at": 3})
    assert first()
    second = requests.begin(request("ada"), {"at": 11})
    assert (first(), second(), other()) == (False, True, True)


def test_what_was_asked_before_counts_no_more_though_it_comes_later() -> None:
    requests = Latest()
    second = requests.begin(request("ada"), {"at": 11})
    first = requests.begin(request("ada"), {"at": 10.5})
    assert (first(), second()) == (False, True)


@pytest.mark.parametrize("asked", [None, [], {}, {"at": "soon"}, {"at": float("nan")}, {"at": float("inf")}])
def test_without_a_number_it_is_the_latest(asked: Any) -> None:
    requests = Latest()
    first = requests.begin(request("ada"), {"at": 10.5})
    second = requests.begin(request("ada"), asked)
    assert (first(), second()) == (False, True)


def test_only_so_many_sessions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest, "REMEMBERED", 2)
    requests = Latest()
    every = [requests.begin(request(name), {}) for name in ("ada", "ben", "cid")]
    assert [still() for still in every] == [False, True, True]


def test_what_is_wanted_is_shown_to_its_end() -> None:
    assert list(while_wanted(lambda: True, [1, 2, 3], 0)) == [1, 2, 3]


@pytest.mark.parametrize("overtaken", [0, 1, 2, 3])
def test_whatever_is_overtaken_ends_with_nothing(overtaken: int) -> None:
    shown: list[int] = []
    for one in while_wanted(lambda: len(shown) < overtaken, [1, 2, 3], 0):
        shown.append(one)
    assert shown == [*[1, 2, 3][:overtaken], 0], "what came last would be sent once more"
