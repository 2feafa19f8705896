"""The process that reads files for the program (see ``apart``): python -m qa.reading.child

Takes one request after the other from standard input and answers on standard output (see ``framing``), each
within the memory and the time that the request allows. It ends when its parent does, in whatever it is: a
thread waits for the end of standard input, and where the kernel can (Linux) it is asked to end the process
even while a library in C holds the interpreter.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import IbidError, UnreadableFile, UsageError
from qa.reading import framing, in_words, steps

IDLE = 300.0
"""Seconds without a request after which it ends: it holds some 80 MB."""

MUCH = 400_000_000
"""Bytes that it may go on holding after a file; with more it ends, and the next file gets a new one."""

NEARLY = 0.9
"""Share of the memory allowed from which nothing that was read is trusted."""

SOME = 0.5
"""Share of it from which it ends after the file, so that the most it ever took is told of no other file."""

ALL_STEPS = 30
"""Times the time for one step that a file may take in all, on the processor."""


def main() -> None:
    """Answers requests until standard input ends."""
    answers = _own_output()
    _prepare()
    requests: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    while True:
        try:
            request = requests.get(timeout=IDLE)
        except queue.Empty:
            return
        before = _size("VmSize")
        framing.write(answers, ("begun", before))
        _watch_parent(True)
        answer = _answer(request, answers)
        _limit_time(None)
        _watch_parent(False)
        took, allowed = _size("VmPeak") - before, request[-1]
        if took > NEARLY * allowed:
            # Libraries in C may make less of the file where they get no more memory, and not say so.
            answer = ("memory",)
        last = answer[0] == "memory" or took > SOME * allowed or _size("VmRSS") > MUCH
        framing.write(answers, (*answer, last))
        if last:
            return


def _receive(requests: queue.Queue[Any]) -> None:
    with contextlib.suppress(Exception):
        while True:
            requests.put(framing.read(sys.stdin.buffer, trusted=True))
    os._exit(0)  # the parent is gone, or says what nobody understands


def _answer(request: Any, answers: BinaryIO) -> tuple[Any, ...]:
    """("done", result), ("refused", path, reason, advice) ("said", a refusal of another kind, whether
    the request was off), ("failed", what was not foreseen) or ("memory",)."""
    folder, module, function, arguments, named, seconds, memory = request
    began = time.process_time()

    def more() -> None:
        _limit_time(min(time.process_time() + seconds, began + ALL_STEPS * seconds))
        framing.write(answers, ("step",))

    try:
        with contextlib.suppress(OSError):
            os.chdir(folder)
        _limit_memory(memory)
        _limit_time(began + seconds)
        steps.listen(steps.seldom(more, 1.0, time.monotonic))
        return "done", getattr(importlib.import_module(module), function)(*arguments, **named)
    except UnreadableFile as error:
        return "refused", *framing.refusal(error)
    except MemoryError:
        return ("memory",)
    except IbidError as error:
        return "said", str(error), isinstance(error, UsageError)
    except Exception as error:
        return "failed", in_words(error)
    finally:
        steps.listen(None)
        _limit_memory(None)


def _own_output() -> BinaryIO:
    """Standard output for the answers alone: what libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _prepare() -> None:
    if sys.platform != "win32":
        import resource

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a crash leaves is of no use to anybody


def _limit_time(until: float | None) -> None:
    """Ends this process (SIGXCPU) once it has had ``until`` seconds of processor time; None: never."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        soft = most if until is None else int(until) + 1
        if most != resource.RLIM_INFINITY:
            soft = min(soft, most)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def _limit_memory(more: int | None) -> None:
    """Lets this process have ``more`` bytes on top of what it has; None: any. Only Linux counts them."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        soft = most
        if more is not None:
            soft = _size("VmSize") + more
        if most != resource.RLIM_INFINITY:
            soft = min(soft, most)
        resource.setrlimit(resource.RLIMIT_AS, (soft, most))


def _size(which: str) -> int:
    """Bytes of address space that this process has ("VmSize") or had at most ("VmPeak"), or of memory that it
    holds ("VmRSS"); 0 where it cannot be told."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
        return 1024 * int(status.partition(f"{which}:")[2].split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return 0


def _watch_parent(on: bool) -> None:
    """Whether the end of standard input ends this process at once (SIGIO). While a file is read nothing else
    comes there; that it is off in between keeps a request from doing so."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
            flags = fcntl.fcntl(0, fcntl.F_GETFL)
            fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)


if __name__ == "__main__":
    main()
