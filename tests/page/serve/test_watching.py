"""Health and figures, asked of a real server."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from qa.assistant import Assistant
from qa.errors import UsageError
from qa.page.serve import watching
from qa.page.serve.opening import Opening
from tests.conftest import Served


def read(text: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    return {
        sample.name + "".join(f"|{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_anybody_is_told_whether_it_is_well(served: Served) -> None:
    answer = httpx.get(f"{served.address}health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert httpx.get(f"{served.address}health", headers={"host": "evil.example"}).status_code == 403


def test_figures_are_for_who_signs_in(served: Served) -> None:
    assert httpx.get(f"{served.address}metrics").status_code == 401
    answer = httpx.get(f"{served.address}metrics", auth=("Ada", served.passwords["Ada"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = read(answer.text)
    assert (found["ibid_up"], found["ibid_documents"]) == (1, 2)
    assert found["process_resident_memory_bytes"] > 1e6


def test_questions_are_counted_by_how_they_came_out_and_never_told(seeds_library: Assistant) -> None:
    opening = Opening.done(seeds_library)
    before = read(watching.figures(opening).decode())
    assert watching.ask(seeds_library, "Who was Subasic?").answered
    assert not watching.ask(seeds_library, "What is the capital of Australia?").answered
    with pytest.raises(UsageError):
        watching.ask(seeds_library, "  ")
    text = watching.figures(opening).decode()
    after = read(text)
    for outcome in ("answered", "not_answered", "error"):
        name = f"ibid_questions_total|{outcome}"
        assert after[name] == before[name] + 1
    assert after["ibid_answer_seconds_count"] == before["ibid_answer_seconds_count"] + 2
    assert "Subasic" not in text
    assert "001_" not in text


def test_while_it_is_opened_and_where_it_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("no library")
    opening = Opening(tmp_path, "all-MiniLM-L6-v2")
    assert watching.state(opening) == "loading"
    assert read(watching.figures(opening).decode())["ibid_up"] == 0
    opening.start()
    assert opening.wait(60)
    assert watching.state(opening) == "failed"
    assert "ibid_documents" not in read(watching.figures(opening).decode())
