"""Readers are tested in this process, where a test can set their bounds; tests/reading/test_apart.py tests
that a process of their own gives the same."""

import pytest

from qa import reading


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name != "test_apart.py":
        monkeypatch.setattr(reading, "APART", frozenset())
