"""What a hostile file may make of the process that reads it, for tests of that process."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from qa.errors import IbidError, UnreadableFile, UsageError
from qa.reading import steps


def crash() -> None:
    """A library in C reads where nothing is."""
    ctypes.string_at(0)


def leave() -> None:
    os._exit(7)


def spin() -> None:
    """Never ends, in C, where no other thread of Python has a turn."""
    re.fullmatch(r"(?:a|a)*b", "a" * 60)


def sleep(seconds: float = 600) -> str:
    time.sleep(seconds)
    return "awake"


def steps_on(count: int, seconds: float) -> str:
    """Computes for longer than a step may take, with signs of life."""
    for _ in range(count):
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        steps.step()
    return "done"


def fill() -> int:
    """Holds more and more."""
    held = []
    while True:
        held.append(bytes([1]) * 10_000_000)


def misuse() -> None:
    raise UsageError("Name another.")


def stumble() -> None:
    raise KeyError("no such part")


def refuse(path: str) -> None:
    raise UnreadableFile(path, "is odd.", "Mend it.")


def object_to() -> None:
    raise IbidError("Install it.")


def chatter() -> str:
    """Writes where the answers go, as libraries do that warn."""
    print("warning " * 1000)
    os.write(1, b"\xff" * 100)
    sys.stdout.flush()
    return "said"


def calls_back() -> object:
    """An object whose making would run something in the process that takes it."""
    return Path("/nowhere")


def grandchild(note: str) -> None:
    """Starts a program, and waits for it."""
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(note).write_text(str(started.pid))
    started.wait()


def pid() -> int:
    return os.getpid()


def where() -> str:
    return str(Path.cwd())
