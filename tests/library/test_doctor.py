"""The doctor: what is derived is mended, what is lost is named with the way out."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.backup import restore
from qa.library.doctor import Report, examine
from tests.library.shelf import LETTER, NOTE, answers, document, opened, put, replace

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    library = opened(folder)
    put(library, "/papers/letter.txt", LETTER)
    put(library, "/papers/note.txt", NOTE)
    library.flush()
    library.close()
    return folder


def found(report: Report) -> dict[str, str]:
    return {finding.part: finding.how for finding in report.findings}


def change(folder: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(folder / "library.sqlite", isolation_level=None) as connection:
        connection.execute(statement, values)


def test_what_is_whole_is_well(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told: list[tuple[str, int, int]] = []
    report = examine(folder, progress=lambda *step: told.append(step))
    assert found(report) == {"library.sqlite": "well", "vectors.faiss": "well", "words": "well"}
    assert (report.is_well, report.documents, report.passages) == (True, 2, 4)
    assert told[-1] == ("library.sqlite", 2, 2)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("part", ["vectors.faiss", "words"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_what_is_derived_is_built_anew(folder: Path, part: str, damage: str) -> None:
    files = sorted((folder / part).glob("*.store")) if part == "words" else [folder / part]
    for file in files:
        data = bytearray(file.read_bytes())
        if damage == "flip":
            data[len(data) // 3] ^= 0x10
        replace(file, bytes(data[: len(data) // 2] if damage == "cut" else data))
    if damage == "gone":
        shutil.rmtree(folder / part) if part == "words" else (folder / part).unlink()
    looked = examine(folder, mend=False)
    assert found(looked)[part] == ("missing" if damage == "gone" else "damaged")
    assert looked.is_well is (damage == "gone")
    assert found(examine(folder))[part] == "mended"
    report = examine(folder, mend=False)
    assert found(report)[part] == "well"
    library = opened(folder)
    assert answers(library, "wheat Odessa")[1] == ["The wheat has arrived at Odessa."]
    library.close()


def test_an_index_that_is_behind_is_brought_up_to_date(folder: Path) -> None:
    library = opened(folder)
    put(library, "/papers/third.txt", document("third.txt", "A third", "Coal went by rail."))
    library._wrote = 0  # as where the process was killed before it could
    library._store.close()
    looked = examine(folder, mend=False)
    assert (looked.is_well, found(looked)["words"], found(looked)["vectors.faiss"]) == (
        True,
        "behind",
        "behind",
    )
    assert set(found(examine(folder)).values()) == {"well", "mended"}
    assert set(found(examine(folder)).values()) == {"well"}


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        ("UPDATE documents SET text = replace(text, 'wheat', 'whaet')", (), "not what its text says"),
        ("UPDATE passages SET text = text || 'x' WHERE id = 2", (), "not what its text says"),
        ("UPDATE passages SET start = start + 1 WHERE id = 2", (), "not what its text says"),
        ("UPDATE vectors SET vector = zeroblob(768) WHERE passage = 1", (), "vector"),
        ("UPDATE vectors SET vector = ? WHERE passage = 1", (b"\xff\x7e" * 384,), "vector"),
        ("DELETE FROM vectors WHERE passage = 1", (), "vector"),
        ("DELETE FROM passages WHERE id = 1", (), "passages"),
        ("UPDATE documents SET metadata = '{' WHERE id = 1", (), "metadata"),
        ("UPDATE meta SET documents = 7", (), "2 documents are there, not 7"),
        ("DELETE FROM meta", (), "what the library is"),
    ],
)
def test_damage_in_the_texts_is_named_with_the_way_out(
    folder: Path, statement: str, values: tuple[object, ...], said: str
) -> None:
    change(folder, statement, *values)
    report = examine(folder)
    assert not report.is_well
    (first, *rest) = report.findings
    assert first.how == "damaged"
    assert said in " ".join(first.what)
    assert "qa restore" in first.advice
    if "documents SET text" in statement or "passages SET" in statement:
        assert "/papers/letter.txt" in first.advice
        assert "/papers/note.txt" not in first.advice
    assert {finding.how for finding in rest} == {"not looked at"}


def test_a_flipped_bit_is_named_or_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """Whatever bit of the file of texts is flipped: it is told, or all documents read as they did."""
    chance = random.Random(7)
    original = (folder / "library.sqlite").read_bytes()
    filled = [at for at, byte in enumerate(original) if byte]  # the rest is room that nothing stands in
    named = 0
    for _ in range(80):
        data = bytearray(original)
        data[chance.choice(filled)] ^= 1 << chance.randrange(8)
        (folder / "library.sqlite").write_bytes(data)
        try:
            report = examine(folder, mend=False)
        except LibraryError:
            named += 1
            continue
        if not report.is_well:
            named += 1
            continue
        library = opened(folder, create=False)
        assert [library.document(one.name).text for one in library.documents()] == [LETTER.text, NOTE.text]
        library.close()
    assert named > 30


def test_what_is_nested_too_deeply_is_named(folder: Path) -> None:
    for name in ("marks.jsonl", "people.json"):
        (folder / name).write_text("[" * 100_000 + "\n")
    assert [finding.what for finding in examine(folder).findings if not finding.is_well] == [
        ("line 1 is no JSON",), ("line 1 is no JSON",),
    ]  # fmt: skip


def test_what_people_made_is_looked_at_too(folder: Path) -> None:
    (folder / "marks.jsonl").write_text('{"id": "m1"}\n{"id": \n{"half')
    (folder / "people.json").write_text("{}")
    report = examine(folder)
    assert found(report) == {
        "library.sqlite": "well", "vectors.faiss": "well", "words": "well",
        "marks.jsonl": "damaged", "people.json": "well",
    }  # fmt: skip
    assert [finding.what for finding in report.findings if not finding.is_well] == [("line 2 is no JSON",)]


_NOBODY = """
import encodings.cp437, os, sys, tempfile
from pathlib import Path
from qa.errors import IbidError
from qa.library.backup import back_up
from qa.library.doctor import examine
from tests.library.shelf import document, opened, put
with tempfile.TemporaryDirectory() as own:  # everything is imported by one who may read it
    warm = opened(Path(own) / "warm")
    put(warm, "/x", document("x", "a b"))
    warm.close()
    examine(Path(own) / "warm")
if os.getuid() == 0:  # what root may do says nothing
    os.setgid(65534)
    os.setuid(65534)
os.environ["TMPDIR"] = sys.argv[2]
try:
    print(sorted({f.how for f in examine(sys.argv[1]).findings}))
    print(back_up(sys.argv[1], sys.argv[2] + "/one.zip").documents)
except IbidError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
@pytest.mark.parametrize("left", ["closed", "killed"])
def test_a_library_that_can_only_be_read(left: str) -> None:
    """Looked over and backed up all the same; where a killed process left a journal that cannot be read
    there, that is said, and no backup is made without what stands in it."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as scratch:
        Path(name).chmod(0o755)
        Path(scratch).chmod(0o777)
        folder = Path(name) / "library"
        library = opened(folder)
        put(library, "/papers/letter.txt", LETTER)
        library.flush()
        if left == "killed":
            put(library, "/papers/note.txt", NOTE)
            shutil.copytree(folder, Path(name) / "copy", ignore=shutil.ignore_patterns("*-shm"))
        library.close()
        folder = Path(name) / "copy" if left == "killed" else folder
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        command = [sys.executable, "-c", _NOBODY, str(folder), scratch]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=150)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        assert done.stderr == ""
        if left == "closed":
            assert done.stdout.splitlines() == ["['well']", "1"]
            # By this process: Python itself may lie where nobody else may start it.
            assert restore(Path(scratch) / "one.zip", Path(scratch) / "new").documents == 1
        else:
            assert done.stdout.startswith("LibraryError")
            assert not (Path(scratch) / "one.zip").exists()


def test_no_library_and_somebody_else_s(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        examine(tmp_path / "nowhere")
    change(folder, "PRAGMA user_version=99")
    with pytest.raises(LibraryError, match="newer version"):
        examine(folder)
    change(folder, "PRAGMA application_id=1")
    assert found(examine(folder))["library.sqlite"] == "damaged"
    (folder / "library.sqlite").write_bytes(b"not a database" * 100)
    assert found(examine(folder))["library.sqlite"] == "damaged"
