"""How the comparison with peers enlarges an archive, and what it makes of its figures."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.__main__ import by_program, growths
from benchmarks.peers.passages import enlarge

PASSAGES = [f"the {n} th passage speaks of wheat and rye in March" for n in range(20)]


def test_an_archive_is_enlarged_by_documents_like_its_own() -> None:
    documents = {"a": PASSAGES[:8], "b": PASSAGES[8:]}
    twin = {name: list(texts) for name, texts in documents.items()}
    assert enlarge(documents, 45) == 45
    assert sum(len(texts) for texts in documents.values()) == 65
    assert documents["a"] == PASSAGES[:8]
    changed = [(one, PASSAGES[at]) for at, one in enumerate(documents["a~1"])]
    assert all(len(one.split()) == len(was.split()) for one, was in changed)
    shared = [sum(x == y for x, y in zip(one.split(), was.split(), strict=True)) for one, was in changed]
    assert 0.5 < sum(shared) / sum(len(was.split()) for _, was in changed) < 0.95
    enlarge(twin, 45)
    assert twin == documents, "always the same"
    assert enlarge(twin, 0) == enlarge(twin, -3) == 0


def test_costs_by_program_and_how_they_grow() -> None:
    rows: list[dict[str, Any]] = [
        {"program": "ibid", "passages": n, "index_seconds": n / 100, "p50_ms": 50, "memory_mb": 400 + n,
         "disk_mb": n / 1000} for n in (10_000, 1_000)
    ]  # fmt: skip
    rows.append({**rows[0], "program": "haystack", "disk_mb": 0})
    assert by_program(rows, "disk_mb") == {"ibid": [(1_000, 1), (10_000, 10)]}
    rows.append({**rows[0], "passages": 250_000, "index_seconds": 1, "given": True})
    assert (250_000, 1) not in by_program(rows, "index_seconds")["ibid"], "given vectors are not computed"
    assert by_program(rows, "memory_mb")["ibid"][-1][0] == 250_000
    found = growths(rows)
    assert round(found["index_seconds"]["ibid"]["power"], 6) == 1
    assert round(found["p50_ms"]["ibid"]["power"], 6) == 0
    assert "haystack" not in found["index_seconds"], "one size says nothing of growth"
