"""The most memory that a process held, for tests that bound it (Linux)."""

import re
from pathlib import Path


def most_held() -> int:
    """In kilobytes, since this process began. (``ru_maxrss`` begins with what its parent held.)"""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1])
