"""The libraries that drafts are checked against, once for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.draft import Checker
from tests.draft import papers


@pytest.fixture(scope="session", params=["folder", "server"])
def checker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """In a folder, then on a server."""
    folder = tmp_path_factory.mktemp("papers")
    server = request.getfixturevalue("server") if request.param == "server" else None
    library = papers.library(folder, server.library() if server else folder / "library")
    yield Checker(library)
    library.close()


@pytest.fixture(scope="session")
def folder_checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """In a folder alone: for what takes long, and asks nothing else of a library."""
    folder = tmp_path_factory.mktemp("papers")
    library = papers.library(folder, folder / "library")
    yield Checker(library)
    library.close()
