"""What is dear to make, once for all tests: the real model, and the seeds read with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres_server
from tests.ports import free_port
from tests.postgres_server import Server

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

    from qa.assistant import Assistant
    from qa.encoding import SentenceEncoder
    from qa.evidence.model import EvidenceModel
    from qa.page.serve.people import People

# Hypothesis tries the same examples each time, however long one takes on a busy machine: whether a change is
# sound is not to hang on chance. HYPOTHESIS_PROFILE=others tries others, as benchmarks/fuzz.py does.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("others", parent=settings.get_profile("same"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


_LONGEST = (
    "tests/browser",
    "tests/evaluation/test_seeds.py",
    "tests/encoding/test_packed.py",
    "tests/faults/test_kill.py",
    "tests/faults/test_kill_page.py",
    "tests/faults/test_server.py",
    "tests/evaluation/test_batch.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Where --dist loadfile shares the files out among processes, the browser tests go to one of them: each
    process that has some starts a server and a browser, a quarter of a minute of work. They are given out
    first, for they take longest, and next the files of few tests that take long: by the number of their tests
    they would come last, and one process would be at them when the others have done."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class BrowserTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope = super()._split_scope(nodeid)
            return _LONGEST[0] if scope.startswith("tests/browser/") else scope

        def _assign_work_unit(self, node: Any) -> None:
            first = next((scope for scope in _LONGEST if scope in self.workqueue), None)
            if first is not None:
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return BrowserTogether(config, log)


@pytest.fixture(scope="session")
def sentence_encoder() -> SentenceEncoder:
    """The packaged model, loaded once. On one thread: threads that wait for each other on a busy machine
    take many times as long, and the texts of tests are few."""
    import torch

    from qa.encoding import SentenceEncoder

    torch.set_num_threads(1)
    encoder = SentenceEncoder()
    encoder.load()
    return encoder


@pytest.fixture(scope="session")
def evidence_model() -> EvidenceModel:
    """The evidence model as shipped, loaded once; where its weights are missing, it is not available."""
    from qa.evidence.model import EvidenceModel

    return EvidenceModel()


@pytest.fixture(scope="session")
def seeds_library(
    sentence_encoder: SentenceEncoder,
    evidence_model: EvidenceModel,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Assistant]:
    """The seeds in a library of their own, with the models as shipped; to be asked, not to be changed."""
    from qa.adding import add, seeds
    from qa.assistant import Assistant
    from qa.library import open_library

    place = tmp_path_factory.mktemp("library") / "seeds"
    library = open_library(place, model=sentence_encoder.name)
    report = add(library, sentence_encoder, [seeds()])
    assert not report.failed
    yield Assistant(library, sentence_encoder, evidence=evidence_model)
    library.close()


@dataclass(frozen=True)
class Served:
    """A page that people sign in to, with its tools for programs: the address, those who may sign in, and the
    password of each."""

    address: str
    people: People
    passwords: Mapping[str, str]


@pytest.fixture(scope="session")
def served(seeds_library: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over the seeds for those who sign in, served by this process."""
    from qa.page import build
    from qa.page.serve.opening import Opening
    from qa.page.serve.people import People
    from qa.page.serve.serving import Where, begin

    people = People(tmp_path_factory.mktemp("people") / "people.json")
    passwords = {"Ada": "seven old telegrams", "Ben": "a box of letters", "reader": "seven old telegrams"}
    for name, password in passwords.items():
        people.add(name, password)
    opening = Opening.done(seeds_library)
    page = build(opening, signed=True)
    address = begin(page, opening, Where(port=free_port(), open_browser=False, mcp=True), people)
    yield Served(address, people, passwords)
    page.close(verbose=False)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when a test first wants it. Without the packages for it the test is passed
    over; where CI is set, it fails."""
    missing = postgres_server.reason_missing()
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    folder = postgres_server.home()
    made = Server(folder)
    try:
        made.make()
        made.start()
        with pytest.MonkeyPatch.context() as patience:
            patience.setattr("qa.library.postgres.store.WAIT_SECONDS", 120.0)  # both may be busy
            yield made
    finally:
        made.stop()
        postgres_server.clear(folder)


_PLACES = ["folder", "server"]


@pytest.fixture(params=_PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a library is to be: in a folder, then on a server. What is tested with it is promised by both."""
    _data_in(tmp_path / "data", monkeypatch)
    return _place(request, tmp_path)


@pytest.fixture(params=_PLACES, scope="module")
def shared_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """As ``place``, one for all tests of a module."""
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _data_in(folder / "data", monkeypatch)
        yield _place(request, folder)


def _data_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept beside a server's library is kept in the user's data: here in the test's own."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(folder))
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: folder)


def _place(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "folder":
        return str(folder / "library")
    running: Server = request.getfixturevalue("server")
    return running.library()
