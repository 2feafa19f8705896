"""Which list speaks of which file."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from qa.reading.catalogue import Catalogue, is_list

LONG = "The Soviet Union and the Government of Poland in Exile during the Second World War, 1941 to 1945"


def write(root: Path, name: str, text: str = "Words.") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def titles(root: Path, path: Path) -> list[Any]:
    return [said.get("title") for said in Catalogue().about(path, root).said]


@pytest.mark.parametrize(
    ("name", "lists"),
    [
        ("metadata.csv", True), ("Metadata.TSV", True), ("My Library.bib", True), ("x.ris", True),
        ("references.json", True), ("Exported Items.json", True), ("a.txt.csl.json", True),
        ("data.csv", False), ("data.json", False), ("metadata.txt", False), ("a.bib.txt", False),
    ],
)  # fmt: skip
def test_what_is_a_list(name: str, lists: bool) -> None:
    assert is_list(name) == lists


def test_a_place_a_name_or_a_usual_name_find_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        "Exported Items/Exported Items.bib",
        "@book{key1, title={By place}, file={Full Text:files/12/Full Text.txt:text/plain}}\n"
        "@book{key2, title={By its neighbour's place}, file={Full Text:files/13/Full Text.txt:text/plain}}\n"
        "@book{key3, title={By name}, file={/elsewhere/Zotero/storage/AB/Name.txt}}\n"
        "@book{key4, title={By key}}\n"
        "@book{key7, title={By the scan}, file={/elsewhere/Only a scan.pdf}}\n"
        "@book{key5, title={By Title: a Subject}, author={Smith, J and Jones, K}, date={1987-05}}\n"
        f"@book{{key6, title={{{LONG}}}, author={{Müller, A}}, year={{1988}}}}\n",
    )
    folder = tmp_path / "Exported Items"
    expected = {
        "files/12/Full Text.txt": "By place",
        "files/13/Full Text.txt": "By its neighbour's place",
        "files/14/Full Text.txt": None,
        "Name.txt": "By name",
        "scans/Only a scan.txt": "By the scan",
        "sub/key4.txt": "By key",
        "By title - a subject.txt": "By Title: a Subject",
        "Smith and Jones - 1987 - By Title A Subject.txt": "By Title: a Subject",
        f"Müller - 1988 - {LONG[:60]}.txt": LONG,
        f"{LONG[:50]}.txt": LONG,
        "The Soviet Union.txt": None,
        "unknown.txt": None,
    }
    for name in expected:
        write(folder, name)
    found = {name: (titles(tmp_path, folder / name) or [None])[0] for name in expected}
    assert found == expected


def test_letters_in_another_form_and_numbers_without_hyphens(tmp_path: Path) -> None:
    write(tmp_path, "metadata.csv", "file,title\nDétente.txt,One\n")
    write(tmp_path, "x.bib", "@book{1-11, title={Two}}\n")
    decomposed = write(tmp_path, unicodedata.normalize("NFD", "Détente.txt"))
    assert titles(tmp_path, decomposed) == ["One"]
    assert titles(tmp_path, write(tmp_path, "11-1.txt")) == []


def test_a_name_that_two_files_have_says_nothing_of_either(tmp_path: Path) -> None:
    write(tmp_path, "metadata.csv", "file,title\nletter.txt,A letter\nnote.txt,A note\n")
    one, two = write(tmp_path, "a/letter.txt"), write(tmp_path, "b/letter.txt")
    note, below = write(tmp_path, "note.txt"), write(tmp_path, "a/note.txt")
    assert [titles(tmp_path, path) for path in (one, two, note, below)] == [[], [], ["A note"], []]


def test_a_name_that_no_file_can_have_does_no_harm(tmp_path: Path) -> None:
    long = "x" * 5_000
    write(tmp_path, "x.bib", f"@book{{a, title={{One}}, file={{a.txt {long}}}}}\n@book{{f, title={{Two}}}}\n")
    assert titles(tmp_path, write(tmp_path, "f.txt")) == ["Two"]
    write(tmp_path, "x.bib", f"@book{{f, title={{One}}, file={{a.txt {long}}}}}\n")
    assert titles(tmp_path, tmp_path / "f.txt") == ["One"]


def test_a_file_that_two_entries_fit_gets_neither_and_is_told_of(tmp_path: Path) -> None:
    write(tmp_path, "x.bib", "@book{a, title={One}, file={f.txt}}\n@book{b, title={Two}, file={f.txt}}\n")
    path = write(tmp_path, "f.txt")
    catalogue = Catalogue()
    assert catalogue.about(path, tmp_path).said == ()
    assert catalogue.troubles == [
        f"{tmp_path / 'x.bib'}: f.txt fits line 1 and line 2; none of them was taken."
    ]


def test_what_is_nearer_and_what_is_a_table_comes_last(tmp_path: Path) -> None:
    path = write(tmp_path, "a/b/f.txt")
    write(tmp_path, "metadata.csv", "file,title\na/b/f.txt,top\n")
    write(tmp_path, "a/b/x.ris", "TY  - BOOK\nTI  - ris\nL1  - f.txt\nER  - \n")
    write(tmp_path, "a/b/x.bib", "@book{k, title={bib}, file={f.txt}}")
    write(tmp_path, "a/b/metadata.csv", "file,title\nf.txt,table\n")
    write(tmp_path, "a/b/references.json", json.dumps([{"id": "f", "type": "book", "title": "json"}]))
    assert titles(tmp_path, path) == ["top", "json", "ris", "bib", "table"]
    assert titles(tmp_path / "a", path) == ["json", "ris", "bib", "table"]


def test_the_mark_changes_with_what_is_said_of_the_file_alone(tmp_path: Path) -> None:
    one, two = write(tmp_path, "one.txt"), write(tmp_path, "two.txt")

    def marks() -> tuple[str, str]:
        catalogue = Catalogue()
        return catalogue.about(one, tmp_path).mark, catalogue.about(two, tmp_path).mark

    assert marks() == ("", "")
    table = write(tmp_path, "metadata.csv", "file,title\none.txt,One\n")
    first = marks()
    assert first[0]
    assert first[1] == ""
    table.write_text("title;file\nOne;one.txt\nTwo;two.txt\n")
    second = marks()
    assert second[0] == first[0]
    assert second[1]
    sidecar = write(tmp_path, "one.txt.csl.json", '{"type": "book"}')
    third = marks()
    assert third[0] != second[0]
    assert third[1] == second[1]
    sidecar.unlink()
    table.unlink()
    assert marks() == ("", "")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.bib", "nothing here", "line 1"),
        ("x.bib", "@book{a, title={A}, file={f.txt}}\n@book{b, title={B", "line 2"),
        ("x.ris", "nothing here", "line 1"),
        ("metadata.csv", 'file,title\nf.txt,"A\n', "line 2"),
        ("references.json", '[{"id": "a",}]', "line 1"),
        ("references.json", "{}", "not a list"),
    ],
)
def test_a_broken_list_is_one_line_and_costs_nothing_else(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = write(tmp_path, "f.txt")
    write(tmp_path, name, text)
    catalogue = Catalogue()
    about = catalogue.about(path, tmp_path)
    catalogue.about(path, tmp_path)
    assert not about.is_whole
    assert len(catalogue.troubles) == 1
    assert str(tmp_path / name) in catalogue.troubles[0]
    assert said in catalogue.troubles[0]
    assert "\n" not in catalogue.troubles[0]


def test_a_list_in_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, "f.txt")
    (tmp_path / "metadata.csv").write_bytes("file,title\nf.txt,Détente\n".encode("utf-16"))
    assert titles(tmp_path, path) == ["Détente"]
    (tmp_path / "metadata.csv").write_bytes("file,title\nf.txt,Détente à Moscou\n".encode("cp1252"))
    catalogue = Catalogue()
    assert catalogue.about(path, tmp_path).said == ()
    assert "metadata.csv" in catalogue.troubles[0]
