"""The inverted file that stands in for the flat index above so many vectors, held against brute force."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from qa.library import current, current_vectors, vector_kinds
from qa.library.changes import DamagedIndex
from qa.library.doctor import examine
from qa.library.protocol import Remembering
from qa.library.vectors import VectorIndex
from tests.library.shelf import ENCODER, LETTER, NOTE, TELEGRAM, VOLUME, opened, put
from tests.library.test_vectors import DIMENSION, STATE, exact, filled, unit

COUNT = 3_000
IDS = np.arange(1, COUNT + 1, dtype=np.int64) * 2


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists from 1,000 vectors on, a third of which are looked into."""
    monkeypatch.setattr(vector_kinds, "FLAT_UP_TO", 1_000)
    monkeypatch.setattr(vector_kinds, "PROBES", 36)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Real vectors lie in crowds: 60 of them here."""
    around = np.repeat(unit(60, seed=5), COUNT // 60, axis=0)
    rows = around + 0.7 * unit(COUNT, seed=6)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def saved(tmp_path: Path, index: VectorIndex, name: str = "vectors.faiss") -> VectorIndex:
    index.state = STATE
    index.save(tmp_path / name)
    return VectorIndex.load(tmp_path / name, DIMENSION)


def lists_of(path: Path) -> int:
    index = faiss.read_index(str(path))
    return int(index.nlist) if isinstance(index, faiss.IndexIVF) else 0


def test_above_so_many_vectors_it_has_lists_and_finds_nearly_all(tmp_path: Path, rows: np.ndarray) -> None:
    index = filled(rows, IDS)
    assert index.must_learn
    loaded = saved(tmp_path, index)
    assert lists_of(tmp_path / "vectors.faiss") == vector_kinds.lists_for(COUNT) == 108
    assert loaded.kind == "inverted file, 36 of 108 lists looked into"
    assert not loaded.must_learn
    assert len(loaded) == COUNT
    questions = rows[::75] + 0.3 * unit(40, seed=7)
    kept = 0
    for question in questions:
        flat, found = dict(index.search(question, 50)), loaded.search(question, 50)
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        kept += sum(id_ in flat for id_, _ in found)
        for id_, score in found:
            assert score == pytest.approx(rows[id_ // 2 - 1] @ question, abs=2e-3)
            assert flat.get(id_, score) == pytest.approx(score, abs=1e-6)
    assert kept >= 0.95 * 50 * len(questions)


def test_what_a_flat_index_would_hold_is_searched_exactly(tmp_path: Path, rows: np.ndarray) -> None:
    loaded = saved(tmp_path, filled(rows, IDS))
    for share in (0.002, 0.1, 0.3):
        inside = np.random.default_rng(3).random(COUNT) < share
        for question in unit(10, seed=4):  # far from everything: the nearest lie in any list
            found = [i for i, _ in loaded.search(question, 30, IDS[inside])]
            assert found == exact(rows[inside], IDS[inside], question, 30)


def test_a_wide_scope_is_kept_to_and_filled(
    tmp_path: Path, rows: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = saved(tmp_path, filled(rows, IDS))
    inside = np.ones(COUNT, bool)
    inside[:600] = False
    allowed = set(IDS[inside].tolist())
    for row in rows[:600:60]:
        assert {i for i, _ in loaded.search(row, 50, IDS[inside])} <= allowed
    # One list alone holds too few: all are looked into then.
    monkeypatch.setattr(vector_kinds, "PROBES", 1)
    assert {i for i, _ in loaded.search(rows[0], len(allowed), IDS[inside])} == allowed


def test_what_came_and_went_needs_no_new_lists(
    tmp_path: Path, rows: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = saved(tmp_path, filled(rows[:2_400], IDS[:2_400]))
    lists = lists_of(tmp_path / "vectors.faiss")
    loaded.remove(101, 900)
    loaded.add(IDS[2_400:], rows[2_400:])
    there = (IDS < 101) | (IDS > 900)
    monkeypatch.setattr(faiss.IndexIVF, "train", lambda *_: pytest.fail("lists were learned again"))
    again = saved(tmp_path, loaded, "again.faiss")
    assert lists_of(tmp_path / "again.faiss") == lists
    monkeypatch.setattr(vector_kinds, "PROBES", lists)  # all of them: nothing may be missing
    for index in (loaded, again):
        assert len(index) == np.count_nonzero(there)
        for question in np.concatenate([rows[::300], unit(5, seed=8)]):
            assert [i for i, _ in index.search(question, 30)] == exact(rows[there], IDS[there], question, 30)
        assert index.search(rows[100], 3, IDS[60:400]) == []  # taken out


def test_outgrown_lists_are_learned_anew_and_few_vectors_are_flat_again(
    tmp_path: Path, rows: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_kinds, "FLAT_UP_TO", 500)
    loaded = saved(tmp_path, filled(rows[:600], IDS[:600]))
    assert lists_of(tmp_path / "vectors.faiss") == 48
    loaded.add(IDS[600:], rows[600:])
    assert loaded.must_learn
    loaded = saved(tmp_path, loaded)
    assert lists_of(tmp_path / "vectors.faiss") == 108
    loaded.remove(401, 10_000)
    flat = saved(tmp_path, loaded)
    assert flat.kind == "flat, exact"
    for question in unit(5, seed=9):
        assert [i for i, _ in flat.search(question, 20)] == exact(rows[:200], IDS[:200], question, 20)


def test_damaged_lists_are_noticed(tmp_path: Path, rows: np.ndarray) -> None:
    path = tmp_path / "vectors.faiss"
    saved(tmp_path, filled(rows, IDS))
    whole = path.read_bytes()
    for at in (10, 300, len(whole) // 3, len(whole) - 100):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        with pytest.raises(DamagedIndex):
            VectorIndex.load(path, DIMENSION)


def test_a_library_grows_beyond_the_flat_index_and_answers_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_kinds, "FLAT_UP_TO", 5)
    library = opened(tmp_path)
    put(library, "/papers/letter.txt", LETTER)
    put(library, "/papers/note.txt", NOTE)
    library.close()
    assert found_in(tmp_path) == "flat, exact"
    library = opened(tmp_path)
    put(library, "/papers/v1.xml", *VOLUME)
    wheat = ENCODER.encode(["The wheat has arrived at Odessa."])[0]
    berlin = ENCODER.encode(["A reply about Berlin."])[0]

    def nearest(vector: np.ndarray) -> str:
        return library.passages([library.nearest(vector, 1)[0][0]])[0].text

    # Who asks first is answered from memory; the lists are learned when it is closed.
    assert (nearest(wheat), nearest(berlin)) == ("The wheat has arrived at Odessa.", "A reply about Berlin.")
    library.close()
    assert found_in(tmp_path) == "inverted file, 6 of 6 lists looked into"
    library = opened(tmp_path)
    assert isinstance(library, Remembering)
    assert library.remembered(current_vectors.KIND) == "inverted file, 6 of 6 lists looked into"
    assert (nearest(wheat), nearest(berlin)) == ("The wheat has arrived at Odessa.", "A reply about Berlin.")
    put(library, "/papers/telegram.txt", TELEGRAM)
    library.remove(["letter.txt"])
    assert nearest(wheat) != "The wheat has arrived at Odessa."
    assert nearest(ENCODER.encode(["Litvinov spoke at the theatre."])[0]) == "Litvinov spoke at the theatre."
    library.close()
    (tmp_path / current.VECTORS).unlink()
    library = opened(tmp_path)
    assert nearest(berlin) == "A reply about Berlin."
    library.close()
    assert found_in(tmp_path).startswith("inverted file")


def found_in(folder: Path) -> str:
    """What `qa doctor` says of the vectors."""
    findings = {one.part: one for one in examine(folder, mend=False).findings}
    assert findings[current.VECTORS].how == "well"
    return " ".join(findings[current.VECTORS].what)
