import json
import re
import time
from pathlib import Path

import pytest

import qa.reading
from qa.errors import UnreadableFile
from qa.reading import FORMATS, can_read, read, sidecar
from qa.splitting import clean, sentences
from tests import archive


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("a.txt", True), ("a.TXT", True), ("a.text", True), ("a.md", True), ("a.Markdown", True),
        ("a.xml", True), ("a.tei", True), ("a.PDF", True), ("a.csv", True), ("a.tiff", True),
        ("a.doc", False), ("a", False),
        (".txt", False), ("a.txt.csl.json", False),
    ],
)  # fmt: skip
def test_formats_go_by_suffix(name: str, readable: bool) -> None:
    assert can_read(Path(name)) is readable


def test_the_text_decides_among_plain_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Plain words.\n")
    reading = read(tmp_path / "a.txt", "folder/a.txt")
    assert reading.reader == "plain-text/1"
    assert (reading.documents[0].name, reading.documents[0].text) == ("folder/a.txt", "Plain words.\n")
    readers = {read(path, path.name).reader for path in archive.SEEDS.glob("*.txt")}
    assert readers == {"labelled-record/1", "copied-telegram/1"}


def test_reading_twice_gives_the_same() -> None:
    for path in archive.SEEDS.glob("*.txt"):
        assert read(path, path.name) == read(path, path.name)


def test_an_unknown_kind_says_what_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_bytes(b"words")
    with pytest.raises(UnreadableFile, match=r"\.txt"):
        read(tmp_path / "a.xyz", "a.xyz")


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Москва".encode("cp1251"))
    with pytest.raises(UnreadableFile, match="Windows-1251"):
        read(tmp_path / "a.txt", "a.txt")
    assert read(tmp_path / "a.txt", "a.txt", encoding="windows-1251").documents[0].text == "Москва"


def test_a_sidecar_stands_in_place_of_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("My Title\nText.\n")
    assert sidecar(path) is None
    beside = tmp_path / "a.txt.csl.json"
    beside.write_text(json.dumps({"id": "x", "type": "book", "title": "Other", "URL": "https://e.org/1"}))
    assert sidecar(path) == beside
    known = read(path, "a.txt").documents[0].metadata
    assert (known.title, known.url) == ("Other", "https://e.org/1")
    assert known.csl == {"type": "book", "title": "Other", "URL": "https://e.org/1"}


@pytest.mark.parametrize("broken", ['{"title": ', "[]", '"x"', '{"title": 3}', "[" * 100_000, "9" * 5_000])
def test_a_broken_sidecar_is_an_error_that_names_it(tmp_path: Path, broken: str) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "a.txt.csl.json").write_text(broken)
    with pytest.raises(UnreadableFile, match=r"a\.txt\.csl\.json") as caught:
        read(tmp_path / "a.txt", "a.txt")
    assert "\n" not in str(caught.value)


def test_a_sidecar_of_many_documents_leaves_each_its_title_and_address(tmp_path: Path) -> None:
    document = '<div type="document" xml:id="d{0}"><head>{0}. Note {0}</head><p>Text.</p></div>'
    (tmp_path / "v.xml").write_text(f"<TEI>{document.format(1)}{document.format(2)}</TEI>")
    (tmp_path / "v.xml.csl.json").write_text('{"title": "No", "URL": "https://e.org", "publisher": "GPO"}')
    one, two = read(tmp_path / "v.xml", "v.xml").documents
    assert (one.metadata.title, two.metadata.title) == ("Note 1", "Note 2")
    assert one.metadata.csl["publisher"] == two.metadata.csl["publisher"] == "GPO"
    assert one.metadata.url != two.metadata.url


@pytest.mark.parametrize("unit", ["word and word ", "a", "[Page 1] a7 "])
def test_50_mb_without_a_line_break_are_read_in_seconds(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(unit * (50_000_000 // len(unit)))
    start = time.process_time()
    (document,) = read(path, "a.txt").documents
    assert time.process_time() - start < 10
    assert len(document.text) > 49_000_000
    assert document.metadata.title == "a.txt"


def test_the_reader_that_readme_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (source,) = re.findall(r"```python\n(\"\"\"Subtitles.*?)```", readme, re.DOTALL)
    (suffix, module, function) = re.search(r'"(\.\w+)": _later\("(\w+)", "(\w+)"\)', readme).groups()  # type: ignore[union-attr]
    (tmp_path / f"{module}.py").write_text(source)
    monkeypatch.setattr("qa.reading.__path__", [*qa.reading.__path__, str(tmp_path)])
    monkeypatch.setitem(FORMATS, suffix, qa.reading._later(module, function))
    (tmp_path / f"talk{suffix}").write_text(
        "1\n00:00:01,000 --> 00:00:02,500\nHe fell silent.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nThen he left.\n"
    )
    (document,) = read(tmp_path / f"talk{suffix}", "talk").documents
    found = [clean(document, s.start, s.end) for s in sentences(document)]
    assert found == ["He fell silent.", "Then he left."]
