"""The files of a set as they lie on disk: their text, and a checksum of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import UnreadableFile, UsageError
from qa.reading import apart
from qa.reading.decoding import decode
from qa.reading.sniffing import is_binary, sniffed

CHUNK = 1 << 20

HERE = 50_000
"""Bytes of a set's files up to which they are read in this process: starting another would take longer. The
worst that was found to be made of so few takes a second and 30 MB."""


def carefully(
    files: Iterable[Path], module: str, function: str, *arguments: Any, kinds: Collection[type] = ()
) -> Any:
    """What ``function`` of ``module`` makes of ``files``: where they are large, in a process of its own, with
    limits on time and memory (see ``qa.reading.apart``). ``kinds`` are the classes that the result is made
    of. Raises UsageError."""
    sizes = [(file.stat().st_size, file) for file in files if file.is_file()]
    if sum(size for size, _ in sizes) <= HERE:
        return getattr(import_module(module), function)(*arguments)
    _, largest = max(sizes)
    try:
        return apart.call(largest, module, function, *arguments, kinds=kinds)
    except UnreadableFile as error:
        raise UsageError(str(error)) from error


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file for reading. Raises UsageError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}).") from error


def read_bytes(path: Path) -> bytes:
    """All of a file. Raises UsageError."""
    with opened(path) as stream:
        return stream.read()


def as_text(path: Path, data: bytes) -> str:
    """The file's text, its line ends "\\n". UTF-8, or what its byte order mark says. Raises UsageError, in
    words that say what the file is where it is no text."""
    if not data.strip():
        raise UsageError(f"{path}: no question in it. It is empty.")
    if is_binary(data):
        raise UsageError(f"{path}: is {sniffed(data)}, no evaluation set. If it is packed, unpack it first.")
    try:
        return decode(path, data)
    except UnreadableFile as error:
        raise UsageError(f"{path}: {error.reason} An evaluation set is text in UTF-8.") from error


def read_text(path: Path) -> str:
    """``as_text`` of the file. Raises UsageError."""
    return as_text(path, read_bytes(path))


def file_sha256(path: Path) -> str:
    """Of a file's bytes, read in pieces. Raises UsageError."""
    digest = hashlib.sha256()
    with opened(path) as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def sha256_of(paths: Iterable[Path], columns: Mapping[str, str] | None = None) -> str:
    """Of one file its bytes; of several, or with columns that were chosen, of their checksums together:
    the same files read otherwise are another set. Raises UsageError."""
    sums = [file_sha256(path) for path in paths]
    if columns:
        sums.append(json.dumps(columns, sort_keys=True, ensure_ascii=True))
    return sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()
