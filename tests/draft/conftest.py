"""The library that drafts are checked against, once for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.draft import Checker
from tests.draft import papers


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    library = papers.library(tmp_path_factory.mktemp("papers"))
    yield Checker(library)
    library.close()
