"""A filled library, for what both kinds promise, and one in a folder, for what is of its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library import Library
from qa.library.embedded import EmbeddedLibrary
from tests.library.shelf import filled


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    """What ``shelf.filled`` makes, in a folder, then on a server."""
    made = filled(place)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where ``in_folder`` is."""
    return tmp_path / "library"


@pytest.fixture
def in_folder(folder: Path) -> Iterator[EmbeddedLibrary]:
    """What ``shelf.filled`` makes, in a folder alone."""
    made = filled(folder)
    assert isinstance(made, EmbeddedLibrary)
    yield made
    made.close()
