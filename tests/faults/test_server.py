"""A server that dies, comes back, or hands over, and a process killed while it writes there: nothing that was
committed is lost, what is said meanwhile is plain, and no library has to be opened again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.postgres import store
from tests import postgres_server
from tests.library.postgres.test_words import kept, recounted
from tests.library.shelf import answers, document, filled, opened, put, stands
from tests.postgres_server import Server

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of another kind there"),
    pytest.mark.timeout(600),
]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def mortal(server: Server) -> Iterator[Server]:
    """A server of the test's own. (``server`` says why where there can be none.)"""
    folder = postgres_server.home()
    made = Server(folder, settings=["wal_level=replica", "max_wal_senders=4", "hot_standby=on"])
    made.make()
    made.start()
    yield made
    made.stop()
    postgres_server.clear(folder)


def test_a_server_that_dies_under_load_and_comes_back(
    mortal: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "WAIT_SECONDS", 1.0)
    # As where it has been away for long, and the pool by itself would try again in many minutes.
    monkeypatch.setattr("psycopg_pool.base.AttemptWithBackoff.INITIAL_DELAY", 1_000.0)
    library = filled(mortal.library())
    committed: list[str] = []
    said: list[str] = []
    wrong: list[object] = []
    over = threading.Event()

    def guarded(work) -> None:  # type: ignore[no-untyped-def]
        while not over.is_set():
            try:
                work()
            except LibraryError as error:
                said.append(str(error))
            except Exception as error:
                wrong.append(error)

    def add() -> None:
        name = f"n{len(committed)}-{len(said)}.txt"
        put(library, f"/more/{name}", document(name, "Heading", f"Words of {name} alone."))
        committed.append(name)

    def ask() -> None:
        near, match = answers(library, "Litvinov spoke at the theatre.")
        if "Litvinov spoke at the theatre." not in near + match:
            wrong.append((near, match))

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (add, ask, ask)]
    for thread in threads:
        thread.start()
    _until(lambda: len(committed) > 5)
    mortal.stop(signal.SIGKILL)
    _until(lambda: len(said) > 2)
    before = len(committed)
    mortal.start()
    _until(lambda: len(committed) > before + 5)
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert said
    assert all("lost" in one and "\n" not in one for one in said)
    names = {one.name for one in library.documents()}
    assert set(committed) <= names
    stands_by_sample(library, committed)
    assert kept(library) == recounted(library)
    library.close()


def stands_by_sample(library, names: list[str]) -> None:  # type: ignore[no-untyped-def]
    for name in names[:: max(1, len(names) // 8)]:
        assert f"Words of {name} alone." in answers(library, f"Words of {name} alone.")[0]


def _until(is_so, seconds: float = 150) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)


_CHILD = """
import sys
from tests.library.shelf import document, opened, put
library = opened(sys.argv[1])
for number in range(10_000):
    name = f"c{number % 7}.txt"
    texts = [f"Version {number} paragraph {part} of {name}." for part in range(40)]
    put(library, f"/killed/{name}", document(name, *texts))
    print(number, flush=True)
"""


def test_a_process_killed_while_it_adds(server: Server) -> None:
    place = server.library()
    library = filled(place)
    for lines in (1, 4, 9):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, f"{place}&application_name=killed"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        for _ in range(lines):
            done = int(child.stdout.readline())
        child.kill()
        rest = child.stdout.read().split()  # committed before the kill came
        child.wait(60)
        done = int(rest[-1]) if rest else done
        # What it had sent, its servant there still works off: a commit may yet be to come.
        _until(lambda: not server.ask("SELECT FROM pg_stat_activity WHERE application_name = 'killed'"))
        text = library.document(f"c{done % 7}.txt").text
        version = int(text.split()[1])
        assert version in (done, done + 7)
        assert all(f"Version {version} paragraph {part} " in text for part in range(40)), (
            "whole or not at all"
        )
        assert len(library.passages_of(f"c{done % 7}.txt")) == 40
        assert kept(library) == recounted(library)
        assert library.searched().passages == sum(one.passages for one in library.documents())
    library.close()


def test_reads_go_on_at_a_standby_and_follow_what_this_process_wrote(
    mortal: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "WAIT_SECONDS", 1.0)
    schema = mortal.library().partition("schema=")[2]
    filled(mortal.address(schema=schema)).close()
    folder = postgres_server.home()
    standby = Server(folder, settings=["hot_standby=on"])
    standby.run("pg_basebackup", "-D", str(standby.data), "-R", "-X", "stream", "-c", "fast", "-d",
                f"host=127.0.0.1 port={mortal.port} user=postgres")  # fmt: skip
    try:
        standby.start()
        both = (
            f"postgresql://postgres@127.0.0.1:{mortal.port},127.0.0.1:{standby.port}/postgres"
            f"?schema={schema}&target_session_attrs=prefer-standby"
        )
        library = opened(both)
        with library._store.reading() as connection:
            assert connection.ask("SELECT pg_is_in_recovery()").fetchall() == [(True,)]
        # A standby that is behind: what was written here is read where it stands.
        standby.ask("SELECT pg_wal_replay_pause()")
        put(library, "/late.txt", document("late.txt", "Late", "It came after."))
        assert library.document("late.txt").text.endswith("It came after.")
        assert answers(library, "It came after.")[0] == ["It came after."]
        assert "late.txt" not in _names(standby, schema)
        standby.ask("SELECT pg_wal_replay_resume()")
        _until(lambda: "late.txt" in _names(standby, schema))
        # The leader dies: reads go on, and a change says that it must wait.
        mortal.stop(signal.SIGKILL)
        assert answers(library, "It came after.")[0] == ["It came after."]
        with pytest.raises(LibraryError, match=r"does not answer|takes changes|cannot be reached"):
            put(library, "/more.txt", document("more.txt", "More", "More."))
        # The standby takes over: the same library writes again.
        standby.ask("SELECT pg_promote()")
        monkeypatch.setattr(store, "WAIT_SECONDS", 60.0)  # it has been promoted when it takes changes
        put(library, "/more.txt", document("more.txt", "More", "It goes on."))
        assert answers(library, "It goes on.")[0] == ["It goes on."]
        stands(library)
        library.close()
    finally:
        standby.stop()
        postgres_server.clear(folder)


def _names(server: Server, schema: str) -> set[str]:
    return {name for (name,) in server.ask(f"SELECT name FROM {schema}.documents")}
