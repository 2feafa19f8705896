"""Places of words, packed and found again; pictures of pages."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from qa.errors import UnreadableFile
from qa.reading.layout import CHUNK, Layout, boxes, boxes_of, page_picture
from qa.types import Box, Document, Mark
from tests.reading.rawpdf import raw_pdf


def near(one: Box, two: Box) -> bool:
    edges = zip(
        (one.left, one.top, one.right, one.bottom), (two.left, two.top, two.right, two.bottom), strict=True
    )
    return one.page == two.page and all(abs(a - b) < 1e-4 for a, b in edges)


def test_each_word_is_found_where_it_was_put() -> None:
    chance = random.Random(7)
    layout = Layout()
    words: list[tuple[int, int, Box]] = []
    at = 0
    for line in range(3 * CHUNK + 5):
        page, top = line // 40, (line % 40) / 41
        row = []
        for word in range(8):
            length = chance.randint(1, 12)
            left = word / 8
            row.append((at, at + length, left, left + 0.1))
            words.append((at, at + length, Box(page, left, top, left + 0.1, top + 0.02)))
            at += length + 1
        layout.add(page, top, top + 0.02, row)
    packed = layout.pack()
    assert len(packed) < 6 * len(words)
    for start, end, box in words:
        (found,) = boxes(packed, start, end)
        assert near(found, box)
        assert boxes(packed, end, end + 1) == ()  # the space behind it
    # A quote over lines, chunks and pages: a box a line.
    start, end = words[3][0], words[-3][1]
    found_all = boxes(packed, start, end)
    assert len(found_all) == 3 * CHUNK + 5
    assert near(found_all[0], Box(0, 3 / 8, 0, 7 / 8 + 0.1, 0.02))
    assert boxes(packed, at + 10, at + 20) == ()


def test_nothing_and_rubbish() -> None:
    assert Layout().pack() == b""
    assert boxes(b"", 0, 10) == ()
    layout = Layout()
    layout.add(0, 0.1, 0.2, [(0, 5, 0.1, 0.2)])
    packed = layout.pack()
    assert boxes(packed, 3, 3) == ()
    assert len(boxes(packed, 4, 5)) == 1
    for rubbish in (b"rubbish that is no layout", packed[:-4], packed[:10]):
        with pytest.raises(ValueError, match="no layout"):
            boxes(rubbish, 0, 10)


def test_running_heads_inside_a_quote_are_not_boxed() -> None:
    layout = Layout()
    text = "went to\nHEAD 12\nMoscow."
    layout.add(0, 0.9, 0.92, [(0, 4, 0.1, 0.2), (5, 7, 0.25, 0.3)])
    layout.add(1, 0.02, 0.04, [(8, 12, 0.1, 0.2), (13, 15, 0.8, 0.9)])
    layout.add(1, 0.1, 0.12, [(16, 23, 0.1, 0.3)])
    document = Document("d", text, (Mark("page", 8, 16, "12"),), layout=layout.pack())
    assert [(box.page, round(box.top, 2)) for box in boxes_of(document, 0, len(text))] == [(0, 0.9), (1, 0.1)]
    assert [round(box.left, 2) for box in boxes_of(document, 5, 23)] == [0.25, 0.1]
    assert boxes_of(Document("d", text), 0, 5) == ()


def test_pictures_of_the_pages_of_a_pdf_and_of_pictures(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    path.write_bytes(raw_pdf([["The first page"], ["The second page"]]))
    picture = Image.open(io.BytesIO(page_picture(path, 1, width=300)))
    assert (picture.format, picture.size) == ("PNG", (300, 450))
    assert picture.tobytes() != Image.open(io.BytesIO(page_picture(path, 0, width=300))).tobytes()
    with pytest.raises(UnreadableFile, match="has no page 3"):
        page_picture(path, 2)
    scan = tmp_path / "scan.tiff"
    Image.new("L", (60, 80), 200).save(scan, save_all=True, append_images=[Image.new("L", (40, 40), 0)])
    assert Image.open(io.BytesIO(page_picture(scan, 1, width=100))).size == (100, 100)
    with pytest.raises(UnreadableFile, match="has no page 3"):
        page_picture(scan, 2)
    scan.write_bytes(b"no picture")
    with pytest.raises(UnreadableFile, match="is no picture"):
        page_picture(scan, 0)
