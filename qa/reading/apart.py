"""Reading in a process of its own: a file that ends its reader, or never lets it end, costs itself alone.

Files that libraries in C read (PDF, pictures, all XML and HTML, what is zipped) may crash them, run them for
ever, or take all memory; tables and JSON may do the last two. So they are read by a child process (``child``)
that is bounded in time and memory. It is started once, at the first such file, and reads one after the other;
one that ended is replaced. Several threads may read at a time, each with a child of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from qa.errors import IbidError, UnreadableFile, UsageError
from qa.reading import framing, unforeseen

SECONDS = "QA_READING_SECONDS"
"""The environment variable that says how many seconds of processor time a file (a page, of files with pages)
may take."""

GIGABYTES = "QA_READING_GB"
"""The environment variable that says how many GB of memory reading one file may take."""

TIME = 120.0
"""Seconds of processor time where nothing is said, for the first megabytes of a file …"""

TIME_A_MEGABYTE = 2.0
"""… and for each one more: fifty times what is usual."""

WAITING = 4.0
"""Times that time may pass on the clock: another program may need the processor."""

MEMORY = 2.0
"""GB where nothing is said."""

KEPT = 2
"""Children that are kept where nothing is to be read."""

MOSTLY = 0.6
"""Share of the memory allowed from which a child that died, when last looked at, is taken to have died
of it."""

GLANCE = 0.5
"""Seconds between two calls of ``watch``."""

_DIED = ("died",)


class _Worker:
    """A child process and what comes from it."""

    def __init__(self) -> None:
        # Few arenas: each would take 64 MB off what the child may have, whether it is used or not.
        environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
        here = Path(__file__).resolve().parents[2]
        if here.name not in ("site-packages", "dist-packages"):  # where it would go before Python's own
            before = os.environ.get("PYTHONPATH")
            environment["PYTHONPATH"] = os.pathsep.join([str(here), *([before] if before else [])])
        quiet: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            quiet = {"creationflags": subprocess.CREATE_NO_WINDOW}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "qa.reading.child"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, **quiet,
        )  # fmt: skip
        self.before = self.most = 0
        """Bytes of address space that it had before the file, and at most when last looked at (Linux)."""
        self.kinds: set[type] = set()
        """What its answer may be made of, beside what a reading is."""
        self.said: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        threading.Thread(target=self._receive, name="reading", daemon=True).start()

    def ask(self, request: tuple[Any, ...], kinds: Collection[type]) -> None:
        assert self.process.stdin is not None
        self.kinds.clear()
        self.kinds.update(kinds)
        with contextlib.suppress(OSError):  # that it died is heard from ``said``
            framing.write(self.process.stdin, request)  # type: ignore[arg-type]

    def _receive(self) -> None:
        assert self.process.stdout is not None
        try:
            while True:
                self.said.put(framing.read(self.process.stdout, kinds=self.kinds))  # type: ignore[arg-type]
        except EOFError:
            pass
        except Exception:
            self.process.kill()  # it says what is no answer
        self.said.put(_DIED)

    def end(self) -> int:
        """Ends it and what it started; the code that it ended with (negative: the signal)."""
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self.process.kill()
                else:
                    os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        return code

    def ended(self) -> int:
        """The code that it ended with by itself; a moment is given to it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        return self.end()

    def look(self) -> None:
        """Notes how much memory it takes."""
        with contextlib.suppress(OSError, ValueError):
            status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
            if said := status.partition("VmPeak:")[2].split(maxsplit=1):  # one that died says none
                self.most = 1024 * int(said[0])


class _Workers:
    """The children: as many as there are readings at a time, never more than twice the processors."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._room = threading.BoundedSemaphore(max(4, 2 * (os.cpu_count() or 1)))

    def take(self) -> tuple[_Worker, bool]:
        """A child, and whether it is one that has read before. Raises OSError where none can be started."""
        self._room.acquire()
        with self._lock:
            if self._idle:
                return self._idle.pop(), True
        try:
            return _Worker(), False
        except BaseException:
            self._room.release()
            raise

    def give(self, worker: _Worker, *, reusable: bool) -> None:
        with self._lock:
            kept = reusable and len(self._idle) < KEPT
            if kept:
                self._idle.append(worker)
        if not kept:
            worker.end()
        self._room.release()

    def close(self) -> None:
        """Ends those that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def forget(self) -> None:
        """In a process that was forked off: they are its parent's."""
        self.__init__()  # type: ignore[misc]


_workers = _Workers()
atexit.register(_workers.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.forget)


def call(
    path: Path,
    module: str,
    function: str,
    *arguments: Any,
    watch: Callable[[], None] | None = None,
    kinds: Collection[type] = (),
    **named: Any,
) -> Any:
    """What ``function`` of ``module`` makes of the arguments (the file at ``path`` among them) in a child.
    ``watch`` is called now and then meanwhile; what it raises ends the child. ``kinds`` are the classes that
    the answer is made of, beside those of a reading.

    Raises UnreadableFile: the function's own, and where the file takes too long or too much memory, or ends
    the child; UsageError and IbidError as the function does."""
    seconds, memory = _limits(path)
    request = (str(Path.cwd()), module, function, arguments, named, seconds, memory)
    while True:
        try:
            worker, used = _workers.take()
        except OSError as error:
            raise UnreadableFile(
                str(path), f"could not be read: no process for it can be started ({error.strerror})."
            ) from error
        reusable = False
        try:
            worker.ask(request, kinds)
            answer, begun = _heard(worker, path, WAITING * seconds, watch)
            if answer == _DIED and used and not begun:
                continue  # it had ended while nothing was asked of it
            if answer == _DIED:
                raise _died(worker, path, seconds, memory)
            reusable = not answer[-1]
        finally:
            _workers.give(worker, reusable=reusable)
        return _result(path, answer, memory)


def _heard(
    worker: _Worker, path: Path, patience: float, watch: Callable[[], None] | None
) -> tuple[tuple[Any, ...], bool]:
    """The child's answer, and whether it had begun. Raises UnreadableFile where it does not come in time."""
    begun = False
    until = time.monotonic() + patience
    while True:
        try:
            said = worker.said.get(timeout=max(0.0, min(GLANCE, until - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= until:
                raise _too_long(path, patience) from None
            worker.look()
            if watch is not None:
                watch()
            continue
        if said[0] not in ("begun", "step"):
            return said, begun
        if said[0] == "begun":
            worker.before, begun = said[1], True
        until = time.monotonic() + patience


def _result(path: Path, answer: tuple[Any, ...], memory: int) -> Any:
    match answer:
        case ("done", result, _):
            return result
        case ("refused", where, reason, advice, _):
            raise UnreadableFile(where, reason, advice)
        case ("said", words, off, _):
            raise (UsageError if off else IbidError)(words)
        case ("failed", what, _):
            raise unforeseen(path, what)
    raise _too_much(path, memory)


def _died(worker: _Worker, path: Path, seconds: float, memory: int) -> UnreadableFile:
    code = worker.ended()
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        return _too_long(path, seconds)
    if worker.most - worker.before > MOSTLY * memory:
        return _too_much(path, memory)
    how = f"code {code}"
    if code < 0:
        with contextlib.suppress(ValueError):
            how = signal.Signals(-code).name
    return UnreadableFile(
        str(path),
        f"ended the program that reads it ({how}).",
        "It is damaged, or made to do so: save it anew.",
    )


def _too_long(path: Path, seconds: float) -> UnreadableFile:
    return UnreadableFile(
        str(path), f"took longer than {seconds:,.4g} s to read.", f"Split it, or allow more: {SECONDS}=1000"
    )


def _too_much(path: Path, memory: int) -> UnreadableFile:
    return UnreadableFile(
        str(path),
        f"needed more than {memory / 1e9:,.3g} GB of memory to be read.",
        f"Split it, or allow more: {GIGABYTES}={2 * memory / 1e9:,.3g}",
    )


def _limits(path: Path) -> tuple[float, int]:
    """Seconds of processor time and bytes of memory for a file."""
    try:
        megabytes = path.stat().st_size / 1e6
    except OSError:
        megabytes = 0.0
    usual = TIME + TIME_A_MEGABYTE * megabytes
    return _set(SECONDS) or usual, int(1e9 * (_set(GIGABYTES) or MEMORY))


def _set(variable: str) -> float | None:
    """The number that an environment variable is set to; None where it is none."""
    try:
        number = float(os.environ.get(variable, ""))
    except ValueError:
        return None
    return number if 0 < number < 1e6 else None
