"""Which FAISS index holds so many vectors, how it is searched, and what stands in it.

This is the one place that knows. Up to FLAT_UP_TO vectors: flat, exact, at half precision. Above: an inverted
file (IVF; Jégou, Douze & Schmid 2011, section III), whose lists hold the same half-precision codes, so that a
vector which is found scores as in the flat one; the PROBES lists nearest to a question are looked into. See
docs/speed.md for what was measured. HNSW was left: it takes longer to build and more room, and gives nothing
back when a passage is removed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

FLAT_UP_TO = 1_000_000
"""Vectors that are searched one by one: about 45 ms a core, and a question makes two or three searches."""

FLAT = "flat, exact"
"""What the flat kind is called."""

PROBES = 256
"""Lists that are looked into for a question: 0.99 of the 150 nearest among a million, in 7 ms."""

PER_LIST = 40
"""Vectors for each list that the lists' centres are learned from; FAISS warns below 39."""

OUTGROWN = 4
"""How many times as many vectors as its lists were made for an inverted file may hold."""

_BLOCK = 65_536
_HALF, _METRIC = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
_faiss: Any = faiss  # its stubs do not know what its Python wrappers accept

Block = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Ids (n,) and vectors (n, dimension)."""

Part = tuple[Any, NDArray[np.bool_] | None]
"""An index, and which of its ids (a bool for each id) are taken along; None: all."""


def empty_flat(dimension: int) -> Any:
    """A flat index that can be added to and taken from."""
    # At 200,000 x 384, half precision searches in a quarter of the time of float32 and takes half the
    # room; the inner product is off by less than 1e-3. Not IndexIDMap2: its second map takes 60 bytes a
    # vector, and nothing is looked up by id.
    return faiss.IndexIDMap(faiss.IndexScalarQuantizer(dimension, _HALF, _METRIC))


def merged(dimension: int, parts: Sequence[Part], count: int) -> Any:
    """One index, of the kind that ``count`` vectors want, of what stands in ``parts``. The lists of a part
    are taken over as they are where they are enough."""
    like = next((index for index, _ in parts if is_lists(index) and not must_learn(index, count)), None)
    if count <= FLAT_UP_TO:
        whole = empty_flat(dimension)
    elif like is not None:
        # A copy of the centres: the other may be mapped, and is let go.
        whole = _lists(dimension, faiss.clone_index(like.quantizer), int(like.nlist))
        whole.is_trained = True  # half precision has nothing else to learn
    else:
        whole = _lists(dimension, faiss.IndexFlatIP(dimension), lists_for(count))
        step = max(1, count // (PER_LIST * int(whole.nlist)))
        whole.train(np.concatenate([rows[::step] for part in parts for _, rows in _blocks_of(*part)]))
    for index, there in parts:
        if index is like and count > FLAT_UP_TO:
            _copy_lists(index, there, whole)
            continue
        for ids, rows in _blocks_of(index, there):
            if len(ids):
                whole.add_with_ids(rows, ids)
    return whole


def must_learn(index: Any, count: int) -> bool:
    """Whether lists must be learned, which takes long, before ``count`` vectors can stand in an index that
    takes over those of ``index`` (None: there is none)."""
    if count <= FLAT_UP_TO:
        return False
    return not is_lists(index) or int(index.nlist) < lists_for(count // OUTGROWN)


def is_lists(index: Any) -> bool:
    """Whether it is an inverted file."""
    return isinstance(index, faiss.IndexIVF)


def lists_for(count: int) -> int:
    """How many lists are made for ``count`` vectors: 2 √count."""
    return 2 * math.isqrt(count)


def described(index: Any) -> str:
    """What kind it is, for people."""
    if not is_lists(index):
        return FLAT
    every = int(index.nlist)
    return f"inverted file, {min(PROBES, every):,} of {every:,} lists looked into"


def _lists(dimension: int, centres: Any, count: int) -> Any:
    # by_residual False: the codes are the vectors themselves.
    return _faiss.IndexIVFScalarQuantizer(centres, dimension, count, _HALF, _METRIC, False)


def _copy_lists(index: Any, there: NDArray[np.bool_] | None, whole: Any) -> None:
    """Puts what stands in lists into those of the same centres, without comparing it with all of these."""
    for number in range(index.nlist):
        ids, codes = _list(index, number)
        if there is not None:
            kept = there[ids]
            ids, codes = ids[kept], np.ascontiguousarray(codes[kept])
        if len(ids):
            put = whole.invlists.add_entries
            put(number, len(ids), _faiss.swig_ptr(ids), _faiss.swig_ptr(codes.view(np.uint8)))
            whole.ntotal += len(ids)


# -- what stands in it --------------------------------------------------------------------------------


def ids_of(index: Any) -> NDArray[np.int64]:
    """All ids, (ntotal,)."""
    if is_lists(index):
        return np.concatenate([_ids_in(index, number) for number in range(index.nlist)])
    ids: NDArray[np.int64] = faiss.vector_to_array(index.id_map)
    return ids


def _blocks_of(index: Any, there: NDArray[np.bool_] | None) -> Iterator[Block]:
    """What stands in it, block by block."""
    if is_lists(index):
        lists = (_list(index, number) for number in range(index.nlist))
        blocks = ((ids, codes.astype(np.float32)) for ids, codes in lists)
    else:
        ids = ids_of(index)
        cuts = [ids[first : first + _BLOCK] for first in range(0, len(ids), _BLOCK)]
        blocks = ((some, index.index.reconstruct_n(at * _BLOCK, len(some))) for at, some in enumerate(cuts))
    for some, rows in blocks:
        kept = slice(None) if there is None else there[some]
        yield some[kept], np.ascontiguousarray(rows[kept], np.float32)


def _ids_in(index: Any, number: int) -> NDArray[np.int64]:
    """The ids of one list, copied."""
    size = int(index.invlists.list_size(number))
    if not size:
        return np.empty(0, np.int64)
    return np.array(_faiss.rev_swig_ptr(index.invlists.get_ids(number), size), np.int64)


def _list(index: Any, number: int) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """The ids and vectors of one list, copied."""
    ids = _ids_in(index, number)
    if not len(ids):
        return ids, np.empty((0, index.d), np.float16)
    codes = np.array(_faiss.rev_swig_ptr(index.invlists.get_codes(number), len(ids) * int(index.code_size)))
    return ids, codes.view(np.float16).reshape(len(ids), index.d)


# -- searching ----------------------------------------------------------------------------------------


def search(
    index: Any, row: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None, most: int
) -> list[tuple[int, float]]:
    """The ``limit`` nearest to ``row`` (1, dimension); only ids that ``allowed`` (by id) allows, at most
    ``most`` of which stand in it. Exact in a flat index, and in another where not more may answer than a flat
    one would hold."""
    limit = min(limit, int(index.ntotal), most)
    if limit <= 0:
        return []
    # A bit for each id: looking one up costs the same however many may answer.
    bits = None if allowed is None else np.packbits(allowed, bitorder="little")
    chosen = None if bits is None else _faiss.IDSelectorBitmap(bits)
    if not is_lists(index):
        return _found(index, row, limit, _faiss.SearchParameters(sel=chosen) if chosen else None)
    every = int(index.nlist)
    probes = every if most <= FLAT_UP_TO else min(PROBES, every)
    found = _found(index, row, limit, _faiss.SearchParametersIVF(sel=chosen, nprobe=probes))
    if len(found) < limit and probes < every:  # the lists looked into held too few that may answer
        found = _found(index, row, limit, _faiss.SearchParametersIVF(sel=chosen, nprobe=every))
    return found


def _found(index: Any, row: NDArray[np.float32], limit: int, settings: Any) -> list[tuple[int, float]]:
    scores, ids = index.search(row, limit, params=settings)
    return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
