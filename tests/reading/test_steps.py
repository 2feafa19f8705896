"""Signs of life while a long file is read."""

from __future__ import annotations

from pathlib import Path

from qa.reading import read_here, steps
from tests.reading.rawpdf import raw_pdf


def test_each_page_is_a_step(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(raw_pdf([[f"Page {n} has a line."] for n in range(30)]))
    heard: list[int] = []
    steps.listen(lambda: heard.append(1))
    try:
        read_here(tmp_path / "a.pdf", "a.pdf")
    finally:
        steps.listen(None)
    assert len(heard) >= 30
    told = len(heard)
    steps.step()
    assert len(heard) == told


def test_seldom_is_at_most_once_in_its_time() -> None:
    clock = [0.0]
    heard: list[float] = []
    act = steps.seldom(lambda: heard.append(clock[0]), 1.0, lambda: clock[0])
    for now in (0.0, 0.5, 0.9, 1.0, 1.5, 7.0, 7.1):
        clock[0] = now
        act()
    assert heard == [0.0, 1.0, 7.0]
