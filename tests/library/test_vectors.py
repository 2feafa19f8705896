"""The index of vectors against brute force, and its file against damage."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from qa.library.changes import DamagedIndex, State
from qa.library.vectors import VectorIndex, saved_state

DIMENSION = 384
STATE = State(7, "abcd", 1001)


def unit(count: int, seed: int = 1) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(rows: np.ndarray, ids: np.ndarray) -> VectorIndex:
    index = VectorIndex(DIMENSION)
    index.add(ids, rows)
    index.state = STATE
    return index


def exact(rows: np.ndarray, ids: np.ndarray, query: np.ndarray, limit: int) -> list[int]:
    # As stored: at half precision.
    scores = rows.astype(np.float16).astype(np.float32) @ query
    return [int(ids[i]) for i in np.argsort(-scores, kind="stable")[:limit]]


def test_a_vector_is_its_own_nearest_neighbour_with_score_1() -> None:
    rows, ids = unit(300), np.arange(1, 301, dtype=np.int64) * 3
    index = filled(rows, ids)
    for row, id_ in zip(rows, ids, strict=True):
        (found, score), *_ = index.search(row, 2)
        assert found == id_
        assert score == pytest.approx(1.0, abs=1e-3)


def test_the_nearest_are_those_of_brute_force_in_its_order() -> None:
    rows, ids = unit(2_000), np.arange(10, 2_010, dtype=np.int64)
    index = filled(rows, ids)
    for query in unit(20, seed=2):
        found = index.search(query, 50)
        assert [i for i, _ in found] == exact(rows, ids, query, 50)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        np.testing.assert_allclose(scores, [rows[i - 10] @ query for i, _ in found], atol=1e-3)


@pytest.mark.parametrize("share", [0.002, 0.1, 0.9])
def test_a_scope_answers_exactly_what_is_in_it(share: float) -> None:
    rows, ids = unit(2_000), np.arange(1, 2_001, dtype=np.int64)
    index = filled(rows, ids)
    inside = np.random.default_rng(3).random(2_000) < share
    for query in unit(10, seed=4):
        found = index.search(query, 30, ids[inside])
        assert [i for i, _ in found] == exact(rows[inside], ids[inside], query, 30)


def test_what_is_removed_is_gone_and_the_rest_stays() -> None:
    rows, ids = unit(500), np.arange(1, 501, dtype=np.int64)
    index = filled(rows, ids)
    index.remove(101, 200)
    index.remove(9_000, 9_999)  # never there
    assert len(index) == 400
    for row, id_ in zip(rows, ids, strict=True):
        best = index.search(row, 1)[0][0]
        assert (best == id_) is not (101 <= id_ <= 200)


def test_limits_beyond_what_is_there() -> None:
    rows, ids = unit(3), np.array([5, 6, 7], np.int64)
    index = filled(rows, ids)
    assert index.search(rows[2], 100)[0][0] == 7
    assert len(index.search(rows[0], 100)) == 3
    assert index.search(rows[0], 0) == []
    assert index.search(rows[0], 5, np.empty(0, np.int64)) == []
    # Ids of a scope that the index does not hold answer nothing, and none is made up for them.
    assert index.search(rows[0], 5, np.array([6, 900], np.int64))[0][0] == 6
    assert len(index.search(rows[0], 5, np.array([6, 900], np.int64))) == 1
    assert VectorIndex(DIMENSION).search(rows[0], 5) == []


def test_equal_vectors_come_by_id() -> None:
    rows = np.repeat(unit(1), 4, axis=0)
    assert [i for i, _ in filled(rows, np.array([9, 3, 7, 1])).search(rows[0], 4)] == [1, 3, 7, 9]


def test_the_file_gives_back_what_was_saved_and_is_a_faiss_index(tmp_path: Path) -> None:
    rows, ids = unit(200), np.arange(1, 201, dtype=np.int64)
    path = tmp_path / "vectors.faiss"
    filled(rows, ids).save(path)
    assert saved_state(path) == STATE
    loaded = VectorIndex.load(path, DIMENSION)
    assert loaded.state == STATE
    assert loaded.search(rows[17], 5) == filled(rows, ids).search(rows[17], 5)
    loaded.add(np.array([900], np.int64), unit(1, seed=9))
    assert loaded.search(unit(1, seed=9)[0], 1)[0][0] == 900
    assert faiss.read_index(str(path)).ntotal == 200
    assert list(tmp_path.iterdir()) == [path]


def test_damage_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    filled(unit(50), np.arange(1, 51, dtype=np.int64)).save(path)
    whole = path.read_bytes()
    for at in [0, 5, 40, len(whole) // 2, len(whole) - 60, len(whole) - 10, len(whole) - 1]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        with pytest.raises(DamagedIndex):
            VectorIndex.load(path, DIMENSION)
    for size in (0, 3, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(DamagedIndex):
            VectorIndex.load(path, DIMENSION)
        assert saved_state(path) is None
    path.write_bytes(whole)
    with pytest.raises(DamagedIndex):
        VectorIndex.load(path, 256)
    with pytest.raises(DamagedIndex):
        VectorIndex.load(tmp_path / "missing", DIMENSION)


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vectors.faiss"
    index = filled(unit(50), np.arange(1, 51, dtype=np.int64))
    index.save(path)
    index.remove(1, 10)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.library.vectors.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        index.save(path)
    assert len(VectorIndex.load(path, DIMENSION)) == 50
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_mapped_is_searched_with_what_came_and_went_since(tmp_path: Path) -> None:
    rows, ids = unit(3_000), np.arange(1, 3_001, dtype=np.int64)
    path = tmp_path / "vectors.faiss"
    filled(rows[:2_000], ids[:2_000]).save(path)
    index = VectorIndex.load(path, DIMENSION)
    index.add(ids[2_000:], rows[2_000:])
    gone = np.zeros(3_000, bool)
    for first, last in ((1, 40), (700, 900), (1_990, 2_100), (5_000, 6_000)):
        index.remove(first, last)
        gone |= (ids >= first) & (ids <= last)
    index.state = STATE
    scope = np.random.default_rng(3).random(3_000) < 0.2
    index.save(tmp_path / "again.faiss")
    again = VectorIndex.load(tmp_path / "again.faiss", DIMENSION)
    for which in (index, again):
        assert len(which) == int((~gone).sum())
        for query in unit(10, seed=2):
            found = [i for i, _ in which.search(query, 30)]
            assert found == exact(rows[~gone], ids[~gone], query, 30)
            within = [i for i, _ in which.search(query, 30, ids[scope])]
            assert within == exact(rows[scope & ~gone], ids[scope & ~gone], query, 30)
        assert which.search(rows[5], 3, ids[:40]) == []
