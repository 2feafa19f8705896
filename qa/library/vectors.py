"""The vectors of all passages, searched exactly: FAISS, flat, at half precision.

A saved index is mapped into memory and not copied: it is there at once, and shared by processes. What came
since is beside it, in memory; what went since is passed over.

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
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.library.changes import DamagedIndex, State

_TRAILER = struct.Struct("<II8s")  # length of the state's JSON, CRC-32 of index and state, magic
_MAGIC = b"ibid-vec"
_MAPS = os.name != "nt"  # Windows lets no file be replaced that is mapped
_BLOCK = 65_536
_faiss: Any = faiss  # its stubs do not know what its Python wrappers accept


class VectorIndex:
    """Vectors under their passages' ids. Not guarded: whoever holds it lets one thread in at a time."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.state: State | None = None
        self._index = _empty(dimension)  # what came since the file was written
        self._mapped: Any = None  # what stands in the file: never to be changed, FAISS would end the process
        self._ids = np.empty(0, np.int64)  # of what is mapped
        self._there = np.empty(0, bool)  # which of these are not taken out

    def __len__(self) -> int:
        return int(self._index.ntotal) + int(np.count_nonzero(self._there))

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float16 | np.float32]) -> None:
        """ids (n,), vectors (n, dimension) of length 1."""
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, first: int, last: int) -> None:
        """Takes out all ids in [first, last]; ids that are not there do not matter."""
        self._index.remove_ids(faiss.IDSelectorRange(first, last + 1))
        self._there &= (self._ids < first) | (self._ids > last)

    def search(
        self, query: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The ``limit`` ids whose vectors have the highest inner product with ``query`` (dimension,), best
        first, equal ones by id; only ids in ``among`` (ascending) where it is given. Exact."""
        limit = min(limit, len(self) if among is None else len(among))
        if limit <= 0:
            return []
        row = np.ascontiguousarray(query, np.float32).reshape(1, self.dimension)
        found = _search(self._index, row, limit, among)
        if self._mapped is not None:
            if among is None and not self._there.all():
                found += _search(self._mapped, row, limit, self._ids[self._there])
            elif among is None or self._there.all():
                found += _search(self._mapped, row, limit, among)
            else:
                left = among[~np.isin(among, self._ids[~self._there])]
                found += _search(self._mapped, row, limit, left)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _whole(self) -> Any:
        """All of it in one index."""
        if self._mapped is None:
            return self._index
        whole = _empty(self.dimension)
        for of, ids, there in (
            (self._mapped, self._ids, self._there),
            (self._index, _ids(self._index), np.ones(self._index.ntotal, bool)),
        ):
            for first in range(0, len(ids), _BLOCK):
                kept = there[first : first + _BLOCK]
                vectors = of.index.reconstruct_n(first, len(kept))[kept]
                if len(vectors):
                    whole.add_with_ids(vectors, ids[first : first + _BLOCK][kept])
        return whole

    def save(self, path: Path) -> None:
        """Writes the file anew beside the old one, then puts it in its place. Raises OSError."""
        assert self.state is not None
        new = path.with_name(path.name + ".new")
        try:
            with new.open("wb") as file:
                checksum = 0

                def write(block: Any) -> int:
                    nonlocal checksum
                    checksum = zlib.crc32(block, checksum)
                    return file.write(block)

                faiss.write_index(self._whole(), _faiss.PyCallbackIOWriter(write))
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

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex:
        """Raises DamagedIndex where the file is missing, cut short, changed or of another dimension."""
        try:
            data = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:  # ValueError: an empty file
            raise DamagedIndex(f"{path}: {error}") from error
        if len(data) < _TRAILER.size:
            raise DamagedIndex(f"{path}: cut short")
        length, checksum, magic = _TRAILER.unpack(data[-_TRAILER.size :].tobytes())
        body = data[: -_TRAILER.size]
        if magic != _MAGIC or zlib.crc32(body.data) != checksum:
            raise DamagedIndex(f"{path}: checksum")
        loaded = cls(dimension)
        loaded.state = State.from_json(body[len(body) - length :].tobytes())
        try:
            index = faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC if _MAPS else 0)
        except (RuntimeError, ValueError) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        if index.d != dimension:
            raise DamagedIndex(f"{path}: dimension {index.d}")
        if _MAPS:
            loaded._mapped, loaded._ids = index, _ids(index)
            loaded._there = np.ones(len(loaded._ids), bool)
        else:
            loaded._index = index
        return loaded


def _empty(dimension: int) -> Any:
    # At 200,000 x 384, half precision searches in a quarter of the time of float32 and takes half the
    # room; the inner product is off by less than 1e-3.
    return faiss.IndexIDMap2(
        faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    )


def _ids(index: Any) -> NDArray[np.int64]:
    ids: NDArray[np.int64] = faiss.vector_to_array(index.id_map)
    return ids


def _search(
    index: Any, row: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None
) -> list[tuple[int, float]]:
    if not index.ntotal or (among is not None and not len(among)):
        return []
    settings = None
    if among is not None:
        # A bit for each id: looking one up costs the same however many may answer.
        allowed = np.zeros(int(among[-1]) + 1, bool)
        allowed[among] = True
        bits = np.packbits(allowed, bitorder="little")
        settings = _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))
    with _one_thread():
        scores, ids = index.search(row, min(limit, int(index.ntotal)), params=settings)
    return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]


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
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TRAILER.size))
            length, _, magic = _TRAILER.unpack(file.read(_TRAILER.size))
            if magic != _MAGIC or length > size:
                return None
            file.seek(size - _TRAILER.size - length)
            return State.from_json(file.read(length))
    except (OSError, struct.error, DamagedIndex):
        return None
