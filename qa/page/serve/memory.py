"""Memory that a page which is used for days gives back, instead of keeping what it once needed.

Two things keep it. The kernels that torch's oneDNN compiles for each shape of its input are kept, 1,024 of
them: texts come in ever new lengths, and a kernel has a megabyte and more. And glibc keeps what was freed for
the next time, for each thread its own, large blocks above all once some were freed; of small ones it keeps
whatever lies below one that is still used, a tenth of all memory after some minutes of adding and asking.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time

KERNELS = 64
"""Kept by oneDNN, and once more by each thread that computes: the shapes of one question's reading and some
of adding. Making one anew takes a millisecond."""

# Bytes: larger blocks are the system's own, and go back to it when they are freed. At 1 MB a question took a
# quarter more of the processor's time, adding half; at 16 MB nothing that could be measured.
_LARGE = 16 * 1024**2
# From glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8

EVERY = 10.0
"""Seconds after which what is free goes back to the system, where something was done meanwhile. It takes one
millisecond, and 40 for each 100 MB that go."""

_WORKED = 0.5  # seconds of the processor's time that are something


def bounded() -> None:
    """Bounds both, for this process, before torch is loaded; what the environment says of them stands. On
    other systems than Linux with glibc the first alone."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KERNELS))
    os.environ.setdefault("LRU_CACHE_CAPACITY", str(KERNELS))  # of ideep, by which torch calls oneDNN
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        set_ = ctypes.CDLL("libc.so.6").mallopt
        set_(_MMAP_THRESHOLD, _LARGE)
        set_(_TRIM_THRESHOLD, 2 * _LARGE)
        set_(_ARENA_MAX, 2)


def given_back(every: float = EVERY) -> None:
    """Gives free memory back from now on, in a thread of its own that ends with the program. On other systems
    than Linux with glibc it does nothing."""
    if sys.platform != "linux":
        return
    import ctypes

    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):  # another C library
        return

    def give() -> None:
        before = time.process_time()
        while True:
            time.sleep(every)
            if time.process_time() - before > _WORKED:
                trim(0)
                before = time.process_time()

    threading.Thread(target=give, name="memory", daemon=True).start()
