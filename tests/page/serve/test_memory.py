"""What keeps memory is bounded before torch is loaded; what the environment says stands."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

_ASKS = """
import json, os, sys
from qa.page.serve import memory
memory.bounded()
taken = [bytearray(24 << 20) for _ in range(4)]
def held():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
most = held()
taken.clear()
print(json.dumps({
    "kernels": os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"],
    "by thread": os.environ["LRU_CACHE_CAPACITY"],
    "given back": most - held(),
    "torch": "torch" in sys.modules,
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_large_blocks_go_back_to_the_system() -> None:
    def told(**environment: str) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-c", _ASKS],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        found: dict[str, object] = json.loads(done.stdout)
        return found

    mine = told()
    assert mine["kernels"] == mine["by thread"] == "64"
    assert mine["given back"] > 60_000_000  # type: ignore[operator]
    assert not mine["torch"]  # it must be told before
    assert told(ONEDNN_PRIMITIVE_CACHE_CAPACITY="7")["kernels"] == "7"


_GIVES = """
import os, sys, time
from qa.page.serve import memory
memory.bounded()
memory.given_back(0.01)
def held():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
taken = [bytearray(50_000) for _ in range(2_000)]
most = held()
# Every tenth stays: what lies between is free, and not at the end of anything.
kept = taken[::10]
del taken
until = time.monotonic() + 60
while most - held() < 60_000_000 and time.monotonic() < until:
    sum(range(100_000))  # something is done, or nothing is given back
print(most - held())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_small_blocks_between_others_go_back_too() -> None:
    done = subprocess.run([sys.executable, "-c", _GIVES], check=True, capture_output=True, text=True)
    assert int(done.stdout) >= 60_000_000
