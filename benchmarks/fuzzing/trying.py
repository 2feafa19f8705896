"""The process that tries inputs on one target, one after the other: python -m benchmarks.fuzzing.trying

An input that crashes it, or takes too long, ends it: what it was lies in the file ``current``, and whoever
started it (benchmarks.fuzz) starts the next one. Mistakes that Python can catch are told and it goes on.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from benchmarks.fuzzing.mutating import mutated
from benchmarks.fuzzing.targets import TARGETS
from qa.errors import IbidError

SECONDS = 10.0
"""Of processor time for one input; a sound one of its size takes some milliseconds."""

PATIENCE = 120.0
"""Seconds by the clock for one input."""

MEMORY = 1_000_000_000
"""Bytes that one input may take on top of what was held before."""

MOST = 400
"""Inputs that are kept to be spoilt further."""

_PER_REPORT = 200


def main(name: str, seed: str, seconds: str, place: str) -> None:
    """Tries inputs for some seconds; prints a JSON line for what came of them now and then."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    folder = Path(tempfile.mkdtemp(prefix=f"ibid-fuzz-{name}-"))
    try:
        _try(name, int(seed), float(seconds), Path(place), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _try(name: str, seed: int, seconds: float, place: Path, folder: Path) -> None:
    target = TARGETS[name](folder)
    chance = random.Random(seed)
    corpus, broken, seen = list(target.seeds), list(target.seeds), set[str]()
    for data in target.seeds:
        target.attempt(data)  # the sound ones must be accepted
    current = place / f"{name}.current"
    until = time.monotonic() + seconds
    counts = {"accepted": 0, "refused": 0}
    _bound_memory()
    while time.monotonic() < until:
        # What was refused is mostly refused again: it is spoilt further now and then only.
        data = mutated(chance, target.shape, corpus if chance.random() < 0.85 else broken)
        current.write_bytes(data)
        _bound_time(SECONDS, PATIENCE)
        try:
            signature = f"accepted {target.attempt(data)}"
            counts["accepted"] += 1
        except IbidError as error:
            signature = "refused " + "".join(c for c in str(error) if c.isalpha())[:80]
            counts["refused"] += 1
            if "Please report this file" in str(error):
                _tell("crashed", place, name, data, error)
        except MemoryError as error:
            _tell("memory", place, name, data, error)
            continue
        except (Exception, SystemExit) as error:
            _tell("crashed", place, name, data, error)
            continue
        finally:
            _bound_time(0, 0)
        if signature not in seen:
            seen.add(signature)
            kept = corpus if signature.startswith("accepted") else broken
            if len(data) < 100_000:
                kept.append(data)
                if len(kept) > MOST:
                    kept.pop(chance.randrange(len(target.seeds), len(kept)))
        if sum(counts.values()) >= _PER_REPORT:
            _count(counts)
    _count(counts)
    current.unlink()


def _count(counts: dict[str, int]) -> None:
    print(json.dumps(counts), flush=True)
    counts.update(accepted=0, refused=0)


def _tell(what: str, place: Path, name: str, data: bytes, error: BaseException) -> None:
    """Keeps an input with what it did, once for each place in the program."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)
    own = [f"{Path(f.filename).name}:{f.name}:{f.lineno}" for f in frames if "/qa/" in f.filename]
    where = f"{type(cause).__name__} {own[-1] if own else ''}"
    stem = f"{name}-{what}-{hashlib.sha256(where.encode()).hexdigest()[:8]}"
    kept = place / f"{stem}.input"
    if not kept.exists() or len(data) < kept.stat().st_size:
        kept.write_bytes(data)
        trace = "".join(traceback.format_exception(error))
        (place / f"{stem}.txt").write_text(trace[-6_000:], "utf-8", "backslashreplace")
    print(json.dumps({what: 1, "where": where}), flush=True)


def _bound_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    bound = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time(processor: float, clock: float) -> None:
    """Ends this process (SIGPROF, SIGALRM) after so much time, even where a library in C does not return."""
    signal.setitimer(signal.ITIMER_PROF, processor)
    signal.setitimer(signal.ITIMER_REAL, clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
