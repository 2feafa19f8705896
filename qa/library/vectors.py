"""The vectors of all passages, searched by FAISS: in an index of the kind that so many want (vector_kinds).

A saved index is mapped into memory and not copied: it is there at once, and shared by processes. What came
since is beside it, in memory and flat; what went since is passed over.

The file is a FAISS index (``faiss.read_index`` reads it) with a trailer behind it: the State as a line of
JSON, then its length and the checksum of everything before, so that index and state cannot be torn apart
and a damaged file is known for one.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.library import vector_kinds
from qa.library.changes import DamagedIndex, State

_TRAILER = struct.Struct("<II8s")  # length of the state's JSON, CRC-32 of index and state, magic
_MAGIC = b"ibid-vec"
_MAPS = os.name != "nt"  # Windows lets no file be replaced that is mapped
_BLOCK = 1 << 20  # bytes
_faiss: Any = faiss  # its stubs do not know what its Python wrappers accept


class VectorIndex:
    """Vectors under their passages' ids. Not guarded: whoever holds it lets one thread in at a time."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.state: State | None = None
        self._index = vector_kinds.empty_flat(dimension)  # what came since the file was written
        self._file: Any = None  # what stands in the file: never to be changed, FAISS would end the process
        self._there = np.empty(0, bool)  # for each id, whether it stands in the file and is not taken out
        self._left = 0  # how many these are

    def __len__(self) -> int:
        return int(self._index.ntotal) + self._left

    @property
    def kind(self) -> str:
        """What the file is, for people."""
        return vector_kinds.described(self._index if self._file is None else self._file)

    @property
    def must_learn(self) -> bool:
        """Whether saving it takes minutes: so many vectors want lists that it has not yet."""
        return vector_kinds.must_learn(self._file, len(self))

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float16 | np.float32]) -> None:
        """ids (n,), vectors (n, dimension) of length 1."""
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, first: int, last: int) -> None:
        """Takes out all ids in [first, last]; ids that are not there do not matter."""
        self._index.remove_ids(faiss.IDSelectorRange(first, last + 1))
        gone = self._there[max(0, first) : max(0, last + 1)]
        self._left -= int(np.count_nonzero(gone))
        gone[:] = False

    def search(
        self, query: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The ``limit`` ids whose vectors have the highest inner product with ``query`` (dimension,), best
        first, equal ones by id; only ids in ``among`` (ascending) where it is given. Exact up to
        ``vector_kinds.FLAT_UP_TO`` vectors that may answer; of more some may be missed."""
        if limit <= 0 or (among is not None and not len(among)):
            return []
        row = np.ascontiguousarray(query, np.float32).reshape(1, self.dimension)
        allowed = None
        if among is not None:
            allowed = np.zeros(int(among[-1]) + 1, bool)
            allowed[among] = True
        most = len(self) if among is None else len(among)
        with _one_thread():
            found = vector_kinds.search(self._index, row, limit, allowed, most)
            if self._file is not None:
                if allowed is not None:
                    both = min(len(allowed), len(self._there))
                    allowed = allowed[:both] & self._there[:both]
                elif self._left < self._file.ntotal:
                    allowed = self._there
                found += vector_kinds.search(self._file, row, limit, allowed, min(most, self._left))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def whole(self) -> Any:
        """All of it in one FAISS index of the kind that so many want: what ``save`` writes."""
        parts: list[vector_kinds.Part] = [(self._index, None)]
        if self._file is not None:
            parts.insert(0, (self._file, self._there))
        elif not vector_kinds.must_learn(None, len(self)):
            return self._index
        return vector_kinds.merged(self.dimension, parts, len(self))

    def save(self, path: Path, whole: Any = None) -> str:
        """Writes the file anew beside the old one, then puts it in its place, and returns its kind.
        ``whole`` is what ``whole`` gave, where that was called before. Raises OSError."""
        assert self.state is not None
        whole = self.whole() if whole is None else whole
        new = path.with_name(path.name + ".new")
        try:
            with new.open("wb") as file:
                checksum = 0

                def write(block: Any) -> int:
                    nonlocal checksum
                    checksum = zlib.crc32(block, checksum)
                    return file.write(block)

                faiss.write_index(whole, _faiss.PyCallbackIOWriter(write))
                state = self.state.to_json().encode()
                write(state)
                file.write(_TRAILER.pack(len(state), checksum, _MAGIC))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except BaseException as error:
            new.unlink(missing_ok=True)
            if isinstance(error, RuntimeError):  # FAISS's word for a write that failed
                raise OSError(f"{path}: {error}") from error
            raise
        return vector_kinds.described(whole)

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex:
        """Raises DamagedIndex where the file is missing, cut short, changed or of another dimension."""
        loaded = cls(dimension)
        try:
            with path.open("rb") as file:
                loaded.state = _confirmed(file)
            index = faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC if _MAPS else 0)
        except (OSError, RuntimeError, ValueError, struct.error) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        if index.d != dimension:
            raise DamagedIndex(f"{path}: dimension {index.d}")
        ids = vector_kinds.ids_of(index)
        loaded._file, loaded._left = index, len(ids)
        loaded._there = np.zeros(int(ids.max(initial=-1)) + 1, bool)
        loaded._there[ids] = True
        return loaded


def _confirmed(file: BinaryIO) -> State:
    """The state that stands in the file, whose checksum holds. Read and not mapped: what is mapped counts as
    held. Raises DamagedIndex, OSError, struct.error."""
    length, checksum, magic, size = _trailer(file)
    if magic != _MAGIC or not 0 < length <= size:
        raise DamagedIndex("cut short, or of another kind")
    file.seek(0)
    found, at, block = 0, 0, b""
    while at < size:
        block = file.read(min(_BLOCK, size - at))
        if not block:
            break
        found, at = zlib.crc32(block, found), at + len(block)
    if found != checksum:
        raise DamagedIndex("checksum")
    file.seek(size - length)
    return State.from_json(file.read(length))


def _trailer(file: BinaryIO) -> tuple[int, int, bytes, int]:
    """Length of the state's JSON, checksum, magic; and the length of all before the trailer."""
    size = file.seek(0, os.SEEK_END) - _TRAILER.size
    file.seek(max(0, size))
    return (*_TRAILER.unpack(file.read(_TRAILER.size)), size)


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS shares out queries, not vectors, among threads: for one query the others only wait, and on a
    busy machine that waiting took 37 ms where the search took 0.1."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def saved_state(path: Path) -> State | None:
    """The state of the file without loading it; None where there is none."""
    try:
        with path.open("rb") as file:
            length, _, magic, size = _trailer(file)
            if magic != _MAGIC or length > size:
                return None
            file.seek(size - length)
            return State.from_json(file.read(length))
    except (OSError, struct.error, DamagedIndex):
        return None
