"""Lists are read within bounds, and large ones in a process of their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import apart
from qa.reading.catalogue import Catalogue, listing
from qa.reading.catalogue.listing import read_here, read_list
from qa.reading.sidecar import LARGEST

LISTS = {
    "metadata.csv": "file,title,author,date\na.txt,Words,Litvinov,22 November 1945\nb.txt,More,,\n,,x,\n",
    "a.bib": "@book{k, title={Words}, author={Litvinov, Maxim}, file={a.txt}}\n"
    "@book{l, title={More}}\n@book{m",
    "a.ris": "TY  - BOOK\nTI  - Words\nAU  - Litvinov, M.\nL1  - a.txt\nER  - \nTY  - BOOK\nTI  - More\n",
    "references.json": json.dumps(
        [{"title": "Words", "file": "a.txt", "issued": {"date-parts": [[1945]]}}, {"title": "More"}, 3]
    ),
}


def written(folder: Path, name: str, text: str) -> Path:
    (folder / "a.txt").write_text("Words.")
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize("name", LISTS)
def test_in_a_process_of_its_own_a_list_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = written(tmp_path, name, LISTS[name])
    here = read_list(path)
    assert len(here.entries) == 2
    assert len(here.troubles) == 1
    monkeypatch.setattr(listing, "HERE", 0)
    assert read_list(path) == here == read_here(path)
    path.write_text("nothing")
    with pytest.raises(UnreadableFile, match=r"line 1: .* The documents are read without it\.$"):
        read_list(path)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
def test_a_list_that_takes_all_memory_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "references.json", "[" + "[]," * 1_000_000 + "[]]")
    (tmp_path / "metadata.csv").write_text("file,title\na.txt,Words\n")
    monkeypatch.setenv(apart.GIGABYTES, "0.03")
    catalogue = Catalogue()
    about = catalogue.about(tmp_path / "a.txt", tmp_path)
    assert [said["title"] for said in about.said] == ["Words"]
    assert not about.is_whole
    (trouble,) = catalogue.troubles
    assert trouble.startswith(f"{path}: needed more than 0.03 GB of memory")


def test_what_nobody_says_of_a_file_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        {"title": "Too long", "note": "a" * listing.MOST_SAID, "file": "a.txt"},
        {"title": "Words", "file": "a.txt"},
        {"note": "names nothing"},
        {"title": "Behind"},
        {"title": "Further behind"},
    ]
    monkeypatch.setattr(listing, "MOST_ENTRIES", 2)
    path = written(tmp_path, "references.json", json.dumps(items))
    found = read_here(path)
    assert [entry.said["title"] for entry in found.entries] == ["Words", "Behind"]
    assert found.troubles == [
        "item 1: more than 100,000 characters are said of one file.",
        "item 5: what stands behind the first 2 entries is left out.",
    ]


def test_an_entry_of_very_many_files_is_left_out(tmp_path: Path) -> None:
    files = "; ".join(f"{number}.txt" for number in range(listing.MOST_FILES + 1))
    path = written(tmp_path, "metadata.csv", f'file,title\n"{files}",All\na.txt,Words\n')
    found = read_here(path)
    assert [entry.files for entry in found.entries] == [("a.txt",)]
    assert found.troubles == ["line 2: it names more than 1,000 files."]


def test_of_very_many_troubles_the_number_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "metadata.csv", "file,title\na.txt,Words\n" + ",Nothing\n" * 100)
    found = read_here(path)
    assert len(found.entries) == 1
    assert len(found.troubles) == listing.MOST_TROUBLES + 1
    assert found.troubles[-1] == "80 more parts could not be read."


def test_very_many_entries_of_one_file_are_one_trouble(tmp_path: Path) -> None:
    written(tmp_path, "a.ris", "TY  - BOOK\nL1  - a.txt\nL1  - a.txt\nER  - \n" * 200)
    catalogue = Catalogue()
    assert catalogue.about(tmp_path / "a.txt", tmp_path).said == ()
    (trouble,) = catalogue.troubles
    assert trouble.endswith("a.txt fits line 1 and line 5 and line 9; none of them was taken.")


def test_a_list_or_a_sidecar_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.reading import read

    monkeypatch.setattr(listing, "LARGEST", 2_000_000)
    path = written(tmp_path, "a.ris", "x" * 2_000_001)
    catalogue = Catalogue()
    assert not catalogue.about(tmp_path / "a.txt", tmp_path).is_whole
    assert catalogue.troubles == [f"{path}: it is larger than 2 MB. The documents are read without it."]
    (tmp_path / "a.txt.csl.json").write_text(json.dumps({"title": "a" * LARGEST}))
    with pytest.raises(UnreadableFile, match=r"a\.txt\.csl\.json: is larger than 200 kB\. Mend it"):
        read(tmp_path / "a.txt", "a.txt")
