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
    assert mine["kernels"] == "64"
    assert mine["given back"] > 60_000_000  # type: ignore[operator]
    assert not mine["torch"]  # it must be told before
    assert told(ONEDNN_PRIMITIVE_CACHE_CAPACITY="7")["kernels"] == "7"
