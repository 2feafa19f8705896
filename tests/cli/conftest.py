"""A library of its own for each test, with an encoder that needs no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encoders import HashEncoder


@pytest.fixture
def without_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands work on tmp_path / "library", encode by hashed words and write 100 columns."""
    monkeypatch.setenv("QA_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("QA_DEBUG", raising=False)
    monkeypatch.setattr("qa.assistant.SentenceEncoder", lambda *_: HashEncoder())
