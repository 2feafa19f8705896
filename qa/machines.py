"""Files read, split and encoded by the machines of a Ray cluster, and stored here.

A machine needs this program and no more: each file travels to it with its sidecar and comes back as
documents, passages and vectors. A file whose worker ends, with its process or its machine, is given to
another. What is stored, and whether it is in already, is decided where the library is written.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.errors import IbidError, UnreadableFile, UsageError
from qa.preparing import Prepared, Watch, encoded, prepare
from qa.reading import in_words, unforeseen
from qa.reading.decoding import read_bytes
from qa.reading.sidecar import sidecar

TRIES = 4
"""Workers that a file may end before it is given up."""

ANSWERS = 5.0
"""Seconds in which the cluster's address must answer."""

JOINS = 120.0
"""Seconds that joining the cluster may take."""

GLANCE = 0.5
"""Seconds between two looks whether somebody still waits."""

MOST = 256
"""Files that are under way at once: each has a thread here and its bytes in Ray's memory."""

TUNED_FROM = 256
"""Passages of a file from which a worker measures how it encodes the fastest."""

_HANDED = ("QA_READING_", "QA_OCR_")
"""What the environment says here holds for the workers too, of these names."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A file for a worker: its bytes and its sidecar's, by file name, the folder that they lie in here, and
    how it is to be read."""

    file: str
    files: Mapping[str, bytes]
    folder: str
    name: str
    encoding: str | None
    said: Sequence[Mapping[str, Any]]
    model: str
    precision: str | None
    environment: Mapping[str, str]
    version: str


class Machines:
    """``with Machines(address, model=…) as machines``: see ``qa.preparing.Elsewhere``."""

    def __init__(self, address: str, *, model: str, precision: str | None = None) -> None:
        """Joins the cluster at ``address``: "host:port" of its head, or "auto" for the one that this machine
        belongs to. ``model`` and ``precision`` are as ``SentenceEncoder`` takes them.

        Raises UsageError where Ray is not installed, IbidError where the cluster cannot be had."""
        try:
            import ray  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise UsageError(
                "Other machines are reached by a package that is not installed: pip install 'ibid[ray]'"
            ) from error
        self._ray: Any = ray
        self._order = {
            "model": model,
            "precision": precision,
            "environment": {
                name: value for name, value in os.environ.items() if name.startswith(_HANDED)
            },
            "version": importlib.metadata.version("ibid"),
        }  # fmt: skip
        self._ours = not ray.is_initialized()
        if self._ours:
            _join(ray, address)
        processors = int(ray.cluster_resources().get("CPU", 0))
        if not processors:
            self.close()
            raise IbidError(
                f"The Ray cluster at {address} lends no processor. Start one: ray start --address …"
            )
        # Twice as many as work at a time: the next file is there when a worker is free.
        self.side_by_side = min(MOST, 2 * processors)
        self._work: Any = ray.remote(
            num_cpus=1, max_retries=TRIES - 1, retry_exceptions=False, scheduling_strategy="SPREAD"
        )(_done)

    def __enter__(self) -> Machines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the cluster; what is under way there for this process ends."""
        if self._ours and self._ray.is_initialized():
            self._ray.shutdown()

    def prepare(
        self,
        path: Path,
        name: str,
        encoding: str | None,
        said: Sequence[Mapping[str, Any]] = (),
        watch: Watch | None = None,
    ) -> Prepared:
        """As ``qa.preparing.prepare``, with vectors. Raises UnreadableFile, also for a file that ends each
        worker that reads it, IbidError where the workers are not as they must be."""
        try:
            status = path.stat()
        except OSError as error:
            read_bytes(path)  # says it in words
            raise UnreadableFile(str(path), f"cannot be looked at: {error.strerror or error}.") from error
        files = {path.name: read_bytes(path)}
        if (beside := sidecar(path)) is not None:
            files[beside.name] = read_bytes(beside)
        order = _Order(path.name, files, str(path.parent), name, encoding, tuple(said), **self._order)  # type: ignore[arg-type]
        made = self._awaited(path, self._work.remote(order), watch)
        # Where it lies, and since when, is known here alone.
        source = replace(made.source, path=str(path), size=status.st_size, mtime_ns=status.st_mtime_ns)
        return replace(made, source=source)

    def _awaited(self, path: Path, under_way: Any, watch: Watch | None) -> Prepared:
        """What a worker made of a file. Raises as ``prepare``."""
        errors = self._ray.exceptions
        try:
            while not self._ray.wait([under_way], timeout=GLANCE)[0]:
                if watch is not None:
                    watch()
            said = self._ray.get(under_way)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError) as error:
            raise UnreadableFile(
                str(path), f"ended the workers that read it, {TRIES} times.", "Add it without --ray."
            ) from error
        except errors.RayTaskError as error:
            if isinstance(error.cause, ImportError):
                raise _unlike(str(error.cause)) from error
            raise unforeseen(path, in_words(error.cause or error)) from error
        except errors.RayError as error:
            raise IbidError(
                f"The Ray cluster failed ({_line(error)}). What was stored stays: run the same command again."
            ) from error
        except BaseException:
            with contextlib.suppress(Exception):
                self._ray.cancel(under_way)
            raise
        match said:
            case ("done", Prepared() as made):
                return made
            case ("refused", where, reason, advice):
                raise UnreadableFile(where, reason, advice)
            case ("unlike", words):
                raise _unlike(words)
            case _:
                raise IbidError(str(said[-1]))


def _join(ray: Any, address: str) -> None:
    """Raises UsageError for what is no address, IbidError where nobody answers."""
    host, _, port = address.rpartition(":")
    if address != "auto":
        if not host or "/" in host or not port.isdigit():
            raise UsageError(
                f"{address!r} is no address of a Ray cluster. Name its head as ray start does (host:port, "
                "usually port 6379), or say auto on a machine that belongs to it."
            )
        try:
            socket.create_connection((host.strip("[]"), int(port)), ANSWERS).close()
        except (OSError, OverflowError) as error:
            raise IbidError(
                f"No Ray cluster answers at {address} ({getattr(error, 'strerror', None) or error}). Start "
                "one there (ray start --head), or name another."
            ) from error
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    try:
        # First in a process of its own: where what answers is no cluster, or this machine is no part of it,
        # Ray waits for minutes, or ends the process without a word that could be passed on.
        subprocess.run(
            [sys.executable, "-c", _TRIAL, address], check=True, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=JOINS,
        )  # fmt: skip
        ray.init(address=address, log_to_driver=False, logging_level="error")
    except subprocess.TimeoutExpired as error:
        raise _not_joined(address, f"nothing within {JOINS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise _not_joined(address, (error.stderr.strip().splitlines() or ["no reason given"])[-1]) from error
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise _not_joined(address, str(error)) from error


_TRIAL = "import sys, ray; ray.init(address=sys.argv[1], log_to_driver=False, logging_level='error')"


def _not_joined(address: str, why: str) -> IbidError:
    """``why`` in one line."""
    head = "HOST:PORT of its head" if address == "auto" else address
    return IbidError(
        f"The Ray cluster at {address} cannot be joined ({_line(why)}). This machine must belong to it: "
        f"ray start --address={head}"
    )


def _line(why: object) -> str:
    return " ".join(str(why).split())[:160].rstrip(" .")


def _unlike(words: str) -> IbidError:
    return IbidError(
        f"A worker cannot do the work ({words}). Each machine of the cluster needs the same version of this "
        "program: pip install 'ibid[ray]'"
    )


# -- on the other machines ------------------------------------------------------------------------------


def _done(order: _Order) -> tuple[Any, ...]:
    """What came of a file, in words that travel: ("done", Prepared), ("refused", path, reason, advice),
    ("unlike", words), ("said", words)."""
    if (version := importlib.metadata.version("ibid")) != order.version:
        return "unlike", f"it has version {version}, not {order.version}"
    for name in [name for name in os.environ if name.startswith(_HANDED)]:
        del os.environ[name]
    os.environ.update(order.environment)
    with tempfile.TemporaryDirectory(prefix="ibid-") as folder:
        for name, data in order.files.items():
            (Path(folder) / name).write_bytes(data)

        def there(words: str) -> str:
            """Words in which the file lies where it came from."""
            return words.replace(folder, order.folder)

        try:
            made = prepare(Path(folder) / order.file, order.name, order.encoding, order.said)
            encoder, tune = _encoder(order.model, order.precision)
            vectors = encoded(encoder, made.parts, tune=tune)
        except UnreadableFile as error:
            return "refused", there(error.path), there(error.reason), there(error.advice)
        except IbidError as error:
            return "said", there(str(error))
        warnings = [there(warning) for warning in made.warnings]
        return "done", replace(made, warnings=warnings, vectors=vectors)


@cache
def _encoder(model: str, precision: str | None) -> tuple[Any, Callable[[Sequence[str]], None]]:
    """This process's model, loaded once, and what measures it once."""
    from qa.encoding import SentenceEncoder

    encoder = SentenceEncoder(model, precision=precision)
    measured = False

    def tune(texts: Sequence[str]) -> None:
        nonlocal measured
        if not measured and len(texts) >= TUNED_FROM:
            measured = True
            encoder.tune(texts, None)

    return encoder, tune
