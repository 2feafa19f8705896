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
def in_folder(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    """What ``shelf.filled`` makes, in a folder alone."""
    made = filled(tmp_path / "library")
    assert isinstance(made, EmbeddedLibrary)
    yield made
    made.close()
