"""Memory that a page which is used for days gives back, instead of keeping what it once needed.

Two things keep it. The kernels that torch's oneDNN compiles for each shape of its input are kept, 1,024 of
them: texts come in ever new lengths, and a kernel has a megabyte and more. And glibc keeps what was freed for
the next time, for each thread its own, large blocks above all once some were freed.
"""

from __future__ import annotations

import contextlib
import os
import sys

KERNELS = 64
"""Kept by oneDNN: the shapes of one question's reading and some of adding."""

# Bytes: larger blocks are the system's own, and go back to it when they are freed. At 1 MB a question took a
# quarter more of the processor's time, adding half; at 16 MB nothing that could be measured.
_LARGE = 16 * 1024**2
# From glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


def bounded() -> None:
    """Bounds both, for this process, before torch is loaded; what the environment says of them stands. On
    other systems than Linux with glibc the first alone."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KERNELS))
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        set_ = ctypes.CDLL("libc.so.6").mallopt
        set_(_MMAP_THRESHOLD, _LARGE)
        set_(_TRIM_THRESHOLD, 2 * _LARGE)
        set_(_ARENA_MAX, 2)
