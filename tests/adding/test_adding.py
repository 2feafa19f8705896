"""Adding and updating files, and every way in which a file, a folder or a disk can be off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import adding, preparing
from qa.adding import Progress
from qa.citing import cite, quote_csl
from qa.editing import edit
from qa.errors import IbidError, LibraryBusy, StorageFull, WrongModel
from qa.library import Library
from qa.preparing import Prepared
from qa.reading import FORMATS, Reading
from tests.encoders import HashEncoder
from tests.library.shelf import answers, opened

ROOT = Path(__file__).resolve().parents[2]
ENCODER = HashEncoder()


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    library = opened(place)
    yield library
    library.close()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "letters").mkdir(parents=True)
    (folder / "telegram.txt").write_text("Litvinov spoke at the theatre.")
    (folder / "letters" / "one.md").write_text("# A letter\n\nKennedy wrote to Khrushchev about Laos.")
    (folder / "letters" / "TWO.TXT").write_text("Wheat sales were discussed.")
    return folder


def names(library: Library) -> list[str]:
    return sorted(document.name for document in library.documents())


def failures(report: adding.Report) -> dict[str, str]:
    """File name to what was said of it."""
    return {
        Path(failure.path).name: f"{failure.reason} {failure.advice}".strip() for failure in report.failed
    }


def matches(library: Library, words: str) -> set[str]:
    return {passage.document for passage in library.passages([i for i, _ in library.matching(words, 99)])}


# -- what is added --------------------------------------------------------------------------------------


def test_a_folder_is_read_whole_and_names_stand_below_it(library: Library, papers: Path) -> None:
    report = adding.add(library, ENCODER, [papers])
    assert report.added == ("telegram.txt", "letters/TWO.TXT", "letters/one.md")
    assert names(library) == ["letters/TWO.TXT", "letters/one.md", "telegram.txt"]
    assert report.documents == 3
    assert report.passages == library.searched().passages > 0
    assert (report.changed, report.unchanged, report.removed, report.failed) == ((), (), (), ())
    assert matches(library, "wheat") == {"letters/TWO.TXT"}
    source = library.source_of("telegram.txt")
    assert source.path == str(papers / "telegram.txt")
    assert source.size == 30
    assert source.mtime_ns == (papers / "telegram.txt").stat().st_mtime_ns


def test_only_what_is_new_or_changed_is_read_again(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    generation = library.generation()
    for path in papers.rglob("*"):
        os.utime(path)  # touched is not changed
    again = adding.add(library, ENCODER, [papers])
    assert len(again.unchanged) == 3
    assert (again.added, again.changed, again.documents) == ((), (), 0)
    assert library.generation() == generation
    (papers / "telegram.txt").write_text("Litvinov fell silent in Geneva.")
    (papers / "new.txt").write_text("Something new.")
    third = adding.add(library, ENCODER, [papers])
    assert (third.added, third.changed) == (("new.txt",), ("telegram.txt",))
    assert matches(library, "theatre") == set()
    assert matches(library, "Geneva") == {"telegram.txt"}


def test_hidden_files_and_sidecars_are_passed_over_and_odd_ones_counted(
    library: Library, papers: Path
) -> None:
    (papers / ".hidden.txt").write_text("no")
    (papers / ".git").mkdir()
    (papers / ".git" / "notes.txt").write_text("no")
    (papers / "telegram.txt.csl.json").write_text('{"type": "personal_communication", "title": "A telegram"}')
    (papers / "picture.raw").write_bytes(b"\xff\xd8")
    (papers / "letters" / "thesis.wpd").write_bytes(b"PK")
    report = adding.add(library, ENCODER, [papers])
    assert len(report.added) == 3
    assert report.failed == ()
    assert sorted(report.skipped) == ["letters/thesis.wpd", "picture.raw"]
    assert library.document("telegram.txt").metadata.title == "A telegram"


def test_the_folder_saved_beside_a_web_page_is_left_unless_it_is_named(
    library: Library, papers: Path
) -> None:
    for page, beside in (("Letter.html", "Letter_files"), ("brief.htm", "brief-Dateien")):
        (papers / page).write_text(f"<title>{page}</title><p>Maisky wrote from London of {page}.</p>")
        (papers / beside).mkdir()
        (papers / beside / "advert.html").write_text("<p>Buy our soap today.</p>")
        (papers / beside / "logo.png").write_bytes(b"no picture")
    (papers / "sundry_files").mkdir()
    (papers / "sundry_files" / "note.txt").write_text("A note of no page.")
    report = adding.add(library, ENCODER, [papers])
    assert (report.failed, report.skipped) == ((), ())
    assert {"Letter.html", "brief.htm", "sundry_files/note.txt"} <= set(names(library))
    assert not any("advert" in name or "logo" in name for name in names(library))
    named = adding.add(library, ENCODER, [papers / "Letter_files"])
    assert named.added == ("advert.html",)
    assert [Path(each.path).name for each in named.failed] == ["logo.png"]


def test_a_changed_sidecar_changes_the_citation(library: Library, papers: Path) -> None:
    sidecar = papers / "telegram.txt.csl.json"
    sidecar.write_text('{"type": "personal_communication", "title": "A telegram"}')
    adding.add(library, ENCODER, [papers])
    for again in (lambda: adding.add(library, ENCODER, [papers]), lambda: adding.update(library, ENCODER)):
        assert again().changed == ()
        title = f"Title {library.generation()}"
        sidecar.write_text(json.dumps({"type": "personal_communication", "title": title}))
        assert again().changed == ("telegram.txt",)
        assert library.document("telegram.txt").metadata.title == title


def test_a_path_named_twice_or_reached_by_links_is_read_once(library: Library, papers: Path) -> None:
    (papers / "letters" / "loop").symlink_to(papers)
    (papers / "again").symlink_to(papers / "letters")
    (papers / "same.txt").symlink_to(papers / "telegram.txt")
    report = adding.add(
        library, ENCODER, [papers, papers / "telegram.txt", papers / "letters" / ".." / "letters"]
    )
    assert report.failed == ()
    assert report.documents == len(names(library)) == 3


def test_the_library_itself_is_not_read(papers: Path) -> None:
    library = opened(papers / "library")
    adding.add(library, ENCODER, [papers])
    (papers / "library" / "files").mkdir()
    (papers / "library" / "files" / "upload.txt").write_text("Uploaded.")
    assert len(adding.add(library, ENCODER, [papers]).unchanged) == 3
    assert len(names(library)) == 3
    assert adding.add(library, ENCODER, [papers / "library" / "files"]).added == ("upload.txt",)
    library.close()


def test_a_file_keeps_the_name_it_was_first_cited_by(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    (papers / "letters" / "one.md").write_text("# A letter\n\nOf another year.")
    report = adding.add(library, ENCODER, [papers / "letters" / "one.md"])
    assert report.changed == ("letters/one.md",)
    assert len(names(library)) == 3


def test_files_of_one_name_from_two_folders(library: Library, papers: Path, tmp_path: Path) -> None:
    adding.add(library, ENCODER, [papers / "telegram.txt"])
    other = tmp_path / "other"
    other.mkdir()
    (other / "telegram.txt").write_text("Another telegram.")
    report = adding.add(library, ENCODER, [other])
    said = failures(report)["telegram.txt"]
    assert "a document of the name telegram.txt already" in said
    assert str(papers / "telegram.txt") in said
    assert matches(library, "another") == set()
    # A copy of the very same file is the same file.
    shutil.copy(papers / "telegram.txt", other)
    assert adding.add(library, ENCODER, [other]).unchanged == ("telegram.txt",)
    # And one that was moved keeps its place.
    (papers / "telegram.txt").unlink()
    assert adding.add(library, ENCODER, [other]).changed == ("telegram.txt",)
    assert library.source_of("telegram.txt").path == str(other / "telegram.txt")
    assert names(library) == ["telegram.txt"]


def test_the_seeds_are_found_and_read(library: Library) -> None:
    report = adding.add(library, ENCODER, [adding.seeds()])
    assert report.added == ("000_3afec642d489efac.txt", "001_6f795bd2570504c7.txt")
    assert report.failed == ()


# -- bad input ------------------------------------------------------------------------------------------


def test_every_bad_file_has_its_line_and_the_rest_is_read(library: Library, papers: Path) -> None:
    (papers / "empty.txt").touch()
    (papers / "blank.txt").write_text(" \n\n\t ")
    (papers / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (papers / "legacy.txt").write_bytes(
        "Литвинов выступил в театре перед послами держав.".encode("cp1251") * 5
    )
    (papers / "broken.xml").write_text("<TEI><text><p>never closed")
    (papers / "gone.txt").symlink_to(papers / "nowhere.txt")
    os.mkfifo(papers / "pipe.txt")
    report = adding.add(
        library, ENCODER, [papers / "missing.txt", papers / "missing" / "deep.txt", papers, papers / "x.docx"]
    )
    said = failures(report)
    expected = {
        "missing.txt": "does not exist", "deep.txt": "does not exist", "x.docx": "does not exist",
        "gone.txt": "does not exist", "empty.txt": "empty", "blank.txt": "empty", "binary.txt": "binary",
        "legacy.txt": "Windows-1251", "broken.xml": "XML", "pipe.txt": "not a regular file",
    }  # fmt: skip
    assert said.keys() == expected.keys()
    for name, words in expected.items():
        assert words.lower() in said[name].lower(), name
        assert len(str(said[name]).splitlines()) <= 2
    assert "--encoding windows-1251" in said["legacy.txt"]
    assert len(report.added) == 3
    assert matches(library, "wheat") == {"letters/TWO.TXT"}

    named = adding.add(library, ENCODER, [papers / "legacy.txt"], encoding="windows-1251")
    assert named.added == ("legacy.txt",)
    assert matches(library, "ТЕАТРЕ") == {"legacy.txt"}
    # What it is in is remembered.
    (papers / "legacy.txt").write_bytes("Литвинов замолчал.".encode("cp1251"))
    assert adding.update(library, ENCODER).changed == ("legacy.txt",)
    assert adding.add(library, ENCODER, [papers / "legacy.txt"]).unchanged == ("legacy.txt",)
    assert matches(library, "замолчал") == {"legacy.txt"}


def test_a_file_of_unknown_kind_is_a_failure_only_when_it_is_named(library: Library, papers: Path) -> None:
    (papers / "thesis.wpd").write_bytes(b"PK")
    assert adding.add(library, ENCODER, [papers]).failed == ()
    assert ".txt" in failures(adding.add(library, ENCODER, [papers / "thesis.wpd"]))["thesis.wpd"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let such a name be")
def test_a_name_that_is_no_unicode(library: Library, papers: Path) -> None:
    Path(os.fsdecode(os.fsencode(papers) + b"/caf\xe9.txt")).write_text("x")
    report = adding.add(library, ENCODER, [papers])
    assert [failure.reason for failure in report.failed] == ["has a name that is not valid Unicode."]
    str(report.failed[0]).encode()
    assert len(report.added) == 3


def test_a_reader_that_stumbles_costs_one_file(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(path: Path, name: str, *more: Any) -> Reading:
        if name == "telegram.txt":
            raise IndexError("list index out of range")
        return real(path, name, *more)

    real = FORMATS[".txt"]
    monkeypatch.setitem(FORMATS, ".txt", stumbles)
    report = adding.add(library, ENCODER, [papers])
    assert failures(report)["telegram.txt"].startswith("could not be read (IndexError")
    assert len(report.added) == 2


def test_a_file_that_changes_while_it_is_read(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meddled(path: Path, name: str, **more: Any) -> object:
        reading = real(path, name, **more)
        if meddling:
            path.write_text(f"Meddled {meddling.pop()}.")
        return reading

    real, path = preparing.read, papers / "telegram.txt"
    monkeypatch.setattr(preparing, "read", meddled)
    meddling = [1]
    assert adding.add(library, ENCODER, [path]).added == ("telegram.txt",)
    assert library.document("telegram.txt").text == "Meddled 1."
    meddling = list(range(9))
    assert "written to" in failures(adding.add(library, ENCODER, [papers / "letters" / "one.md"]))["one.md"]


class _Beside:
    """Prepares files in threads of this process, the earlier ones the slower."""

    side_by_side = 4

    def __init__(self) -> None:
        self.begun: list[str] = []

    def prepare(self, path: Path, name: str, encoding: Any, said: Any, watch: Any = None) -> Prepared:
        self.begun.append(name)
        if path.suffix == ".broken":
            raise IbidError("the machines are gone")
        time.sleep(0.2 / len(self.begun))
        made = preparing.prepare(path, name, encoding, said, watch)
        return replace(made, vectors=preparing.encoded(ENCODER, made.parts))


def test_files_prepared_elsewhere_are_stored_as_if_they_were_prepared_here(
    library: Library, papers: Path, tmp_path: Path
) -> None:
    for n in range(12):
        (papers / f"{n:02}.txt").write_text(f"Number {n} spoke of rye and of barley.")
    (papers / "letters" / "bad.txt").write_bytes(b"\xff\xfe\x00")
    (papers / "06.txt.csl.json").write_text("{")
    twin = tmp_path / "other" / "07.txt"  # the same file under the same name, from elsewhere
    namesake = tmp_path / "another" / "08.txt"
    for path, words in ((twin, (papers / "07.txt").read_text()), (namesake, "Another eight.")):
        path.parent.mkdir()
        path.write_text(words)
    added = [papers / "07.txt", twin, papers / "08.txt", namesake, papers]
    here = opened(tmp_path / "here")
    told: list[str] = []
    expected = adding.add(here, ENCODER, added)
    report = adding.add(library, ENCODER, added, came=lambda one: told.append(one.path), elsewhere=_Beside())
    assert (report.added, report.unchanged) == (expected.added, expected.unchanged)
    assert failures(report) == failures(expected)
    assert (report.documents, report.passages) == (expected.documents, expected.passages)
    assert told[:4] == [str(path) for path in added[:4]], "in the order in which they were given"
    for name in names(here):
        assert library.document(name) == here.document(name)
        mine, theirs = library.passages_of(name), here.passages_of(name)
        assert [p.text for p in mine] == [p.text for p in theirs]
        assert (library.vectors([p.id for p in mine]) == here.vectors([p.id for p in theirs])).all()
    again = _Beside()
    assert adding.add(library, ENCODER, [papers / "07.txt", papers / "00.txt"], elsewhere=again).added == ()
    assert again.begun == [], "what is in is decided here"
    here.close()


def test_edits_stand_in_what_was_prepared_elsewhere(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers], elsewhere=_Beside())
    edit(library, ENCODER, ["telegram.txt"], put={"title": "The theatre at Geneva"})
    library.remove(["telegram.txt"])
    adding.add(library, ENCODER, [papers], elsewhere=_Beside())
    assert library.document("telegram.txt").metadata.title == "The theatre at Geneva"
    assert library.as_read("telegram.txt").title != "The theatre at Geneva"
    assert matches(library, "Geneva") == {"telegram.txt"}


def test_where_the_machines_fail_what_came_before_is_stored(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, ".broken", FORMATS[".txt"])
    broken = papers / "x.broken"
    broken.write_text("Nobody reads this.")
    paths = [papers / "telegram.txt", papers / "letters" / "one.md", broken, papers / "letters" / "TWO.TXT"]
    with pytest.raises(IbidError, match="the machines are gone"):
        adding.add(library, ENCODER, paths, elsewhere=_Beside())
    assert names(library) == ["one.md", "telegram.txt"]


@pytest.mark.timeout(600)
def test_fifty_megabytes_without_a_line_break(tmp_path: Path) -> None:
    library = opened(tmp_path / "library")
    path = tmp_path / "long.txt"
    path.write_text("wheat and rye were sold abroad again " * 1_400_000)  # 52 MB
    told: list[Progress] = []
    # Encoding has its own tests; what matters is that the file goes through in bounded pieces.
    encoder = _Counting()
    report = adding.add(library, encoder, [path], progress=told.append)
    assert report.added == ("long.txt",)
    assert encoder.most <= preparing.BLOCK
    assert report.passages > 30_000
    assert max(p.done_passages for p in told) == report.passages
    assert len(library.nearest(encoder.encode(["x"])[0], 10)) == 10


class _Counting(HashEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.most = 0
        self._row = super().encode(["the same for all"])

    def encode(self, texts, progress=None):  # type: ignore[no-untyped-def]
        self.most = max(self.most, len(texts))
        if progress is not None:
            progress(len(texts))
        return self._row.repeat(len(texts), axis=0)


_NOBODY = """
import os, sys
from pathlib import Path
from qa import adding, preparing
from tests.library.shelf import ENCODER, opened
library = opened(Path(sys.argv[1]))
adding.add(library, ENCODER, [adding.seeds()])  # everything is imported by one who may read it
library.close()
for path in [Path(sys.argv[1]), *Path(sys.argv[1]).rglob("*")]:
    os.chmod(path, 0o777)
if os.getuid() == 0:  # root may enter anywhere
    os.setgid(65534)
    os.setuid(65534)
library = opened(Path(sys.argv[1]))
report = adding.add(library, ENCODER, [Path(path) for path in sys.argv[2:]])
print(*report.added, sep=",")
for failure in report.failed:
    print(failure)
library.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
def test_folders_and_files_without_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o777)
        papers = base / "papers"
        (papers / "closed").mkdir(parents=True)
        (papers / "closed" / "in.txt").write_text("Not to be seen.")
        (papers / "secret.txt").write_text("Not to be read.")
        (papers / "open.txt").write_text("For everyone.")
        (papers / "closed").chmod(0)
        (papers / "secret.txt").chmod(0)
        asked = [str(papers), str(papers / "closed" / "in.txt")]
        done = subprocess.run(
            [sys.executable, "-c", _NOBODY, str(base / "library"), *asked],
            cwd=ROOT, check=False, capture_output=True, text=True, timeout=150,
        )  # fmt: skip
        (papers / "closed").chmod(0o777)
    assert done.stderr == ""
    added, *failed = done.stdout.splitlines()
    assert added == "open.txt"
    assert len(failed) == 3
    for path in ("closed:", "secret.txt:", "in.txt:"):
        assert any(path in line for line in failed), path
    assert all("may not be" in line or "ermission" in line for line in failed)


def test_a_library_built_with_another_model_is_refused(library: Library, place: str) -> None:
    with pytest.raises(WrongModel, match=r"hash.*other"):
        opened(place, model="other")


# -- a full disk ----------------------------------------------------------------------------------------

_FULL = """
import resource, sys
from pathlib import Path
from qa import adding, preparing
from qa.citing import cite, quote_csl
from qa.editing import edit
from qa.errors import LibraryBusy, StorageFull
from tests.library.shelf import ENCODER, opened
library = opened(Path(sys.argv[1]))
adding.add(library, ENCODER, [Path(sys.argv[2]) / "000.txt"])
if sys.argv[3] != "0":
    limit = int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
done = []
try:
    adding.add(library, ENCODER, [Path(sys.argv[2])], progress=lambda now: done.append(now.done_files))
except StorageFull as error:
    print("full", max(done))
    print(error)
    print(library.searched().documents)
    print(len(library.matching("number", 9999)), library.searched().passages)
    library.close()
"""


@pytest.fixture(params=["small disk", "limit on a file's size"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A place with little room, and the limit to set on a file's size there (0: none)."""
    if request.param != "small disk":
        if sys.platform == "win32":
            pytest.skip("no such limit there")
        yield tmp_path, 2_000_000
        return
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if (
        sys.platform != "linux"
        or os.getuid()
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip(
            "a small disk cannot be mounted here (not root, or not allowed); the limit on size is tested"
        )
    yield disk, 0
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_fills_up_keeps_what_was_stored(room: tuple[Path, int], tmp_path: Path) -> None:
    place, limit = room
    papers = tmp_path / "many"
    papers.mkdir()
    for number in range(100):
        body = "\n\n".join(f"Paragraph {n} of number {number}: " + "wheat and rye " * 60 for n in range(40))
        (papers / f"{number:03}.txt").write_text(f"Number {number}.\n\n{body}")
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(place / "library"), str(papers), str(limit)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    full, message, held, counts = done.stdout.splitlines()
    stored = int(full.removeprefix("full "))
    assert 1 < stored < 100
    assert "no room left" in message
    assert "Nothing that was in it is lost" in message
    assert int(held) == stored
    matching, passages = counts.split()
    assert matching == passages  # words answer all the same
    # With room again it goes on where it was.
    freed = tmp_path / "freed"
    shutil.copytree(place / "library", freed)
    library = opened(freed)
    assert names(library) == [f"{number:03}.txt" for number in range(stored)]
    report = adding.add(library, ENCODER, [papers])
    assert (len(report.unchanged), len(report.added), report.failed) == (stored, 100 - stored, ())
    library.close()


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    if sys.platform != "linux" or not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    library = opened(tmp_path / "library")
    adding.add(library, ENCODER, [adding.seeds()])
    expected = answers(library, "Litvinov in Washington")
    library.close()
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom tests.library.shelf import *\n"
        "library = opened(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "print(answers(library, 'Litvinov in Washington'))\n"
        "try:\n    library.remove(['000_3afec642d489efac.txt'])\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
        "library.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "library")],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=150,
    )  # fmt: skip
    assert done.stderr == ""
    # A question asks for no room.
    assert done.stdout.splitlines() == [repr(expected), StorageFull.__name__]
    assert len(names(opened(tmp_path / "library"))) == 2


# -- stopping, and telling --------------------------------------------------------------------------------


def test_progress_goes_from_nothing_to_all(library: Library, papers: Path) -> None:
    told: list[Progress] = []
    adding.add(library, ENCODER, [papers, papers / "missing.txt"], progress=told.append)
    assert [now.done_files for now in told] == sorted(now.done_files for now in told)
    assert {now.total_files for now in told} == {3}
    assert told[-1] == Progress(3, 3, "", 0, 0, "indexing")
    for file in ("telegram.txt", "letters/one.md", "letters/TWO.TXT"):
        stages = list(dict.fromkeys(now.stage for now in told if now.file == file))
        assert stages == ["reading", "encoding", "storing"]
    assert all(0 <= now.done_passages <= now.total_passages for now in told)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
def test_stopped_in_the_middle_the_finished_files_are_in(
    library: Library, papers: Path, kind: type[BaseException]
) -> None:
    def stop(now: Progress) -> None:
        if now.done_files == 2 and now.stage == "storing":
            raise kind

    with pytest.raises(kind):
        adding.add(library, ENCODER, [papers], progress=stop)
    assert names(library) == ["letters/TWO.TXT", "telegram.txt"]
    assert matches(library, "wheat") == {"letters/TWO.TXT"}
    assert adding.add(library, ENCODER, [papers]).added == ("letters/one.md",)


# -- update -----------------------------------------------------------------------------------------------


def test_update_reads_what_changed_and_forgets_what_is_gone(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    (papers / "telegram.txt").write_text("Litvinov fell silent in Geneva.")
    (papers / "letters" / "TWO.TXT").unlink()
    (papers / "unasked.txt").write_text("Not added by update.")
    report = adding.update(library, ENCODER)
    assert (report.changed, report.removed) == (("telegram.txt",), ("letters/TWO.TXT",))
    assert (report.unchanged, report.added, report.failed) == (("letters/one.md",), (), ())
    assert names(library) == ["letters/one.md", "telegram.txt"]
    assert matches(library, "wheat theatre Geneva") == {"telegram.txt"}


def test_update_keeps_what_lies_on_a_missing_drive(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    shutil.rmtree(papers / "letters")
    report = adding.update(library, ENCODER)
    assert report.removed == ()
    said = failures(report)
    assert said.keys() == {"one.md", "TWO.TXT"}
    assert "is kept, though its whole folder is missing" in said["one.md"]
    assert len(names(library)) == 3


def test_update_keeps_the_old_words_of_a_file_that_went_bad(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    (papers / "telegram.txt").write_bytes(b"\x00" * 100)
    report = adding.update(library, ENCODER)
    assert "What was read of it before is kept." in failures(report)["telegram.txt"]
    assert matches(library, "theatre") == {"telegram.txt"}


def test_what_was_taken_out_by_hand_stays_out(library: Library, papers: Path) -> None:
    adding.add(library, ENCODER, [papers])
    library.remove(["telegram.txt"])
    assert len(adding.update(library, ENCODER).unchanged) == 2
    assert "telegram.txt" not in names(library)
    assert adding.add(library, ENCODER, [papers]).added == ("telegram.txt",)  # asked for by name again


# -- what is said beside the files ----------------------------------------------------------------------


def test_a_row_of_a_table_makes_a_citation_of_a_paper_in_an_archive(library: Library, papers: Path) -> None:
    (papers / "metadata.csv").write_text(
        "File,From,To,Date,File Number,Box,Folder,Collection,Archive,Archive-Place,Type\n"
        "letters/TWO.TXT,Litvinov,Harriman,22 November 1945,711.61/11-2245,3,2,"
        "Department of State Central Files,National Archives,Washington,Letter\n"
    )
    report = adding.add(library, ENCODER, [papers])
    assert (len(report.added), report.warnings, report.skipped) == (3, (), ())
    document = library.document("letters/TWO.TXT")
    assert cite(quote_csl(document, None, None)) == (
        "Litvinov to Harriman, 22 November 1945, 711.61/11-2245, box 3, folder 2, "
        "Department of State Central Files, National Archives, Washington."
    )
    assert library.passages_of(document.name)[0].context == "Litvinov to Harriman, November 22, 1945"
    summary = next(each for each in library.documents() if each.name == document.name)
    assert (summary.type, summary.sender, summary.recipient, summary.collection) == (
        "personal_communication", "Litvinov", "Harriman", "Department of State Central Files",
    )  # fmt: skip


def test_a_sidecar_comes_before_a_list_and_a_list_before_the_file(library: Library, papers: Path) -> None:
    (papers / "x.bib").write_text("@book{k, title={List}, publisher={Press}, file={telegram.txt}}")
    (papers / "telegram.txt.csl.json").write_text('{"title": "Sidecar"}')
    adding.add(library, ENCODER, [papers])
    known = library.document("telegram.txt").metadata
    assert (known.title, known.csl["publisher"], known.csl["type"]) == ("Sidecar", "Press", "book")


def test_what_changes_beside_a_file_is_noticed_and_nothing_else_is_read_again(
    library: Library, papers: Path
) -> None:
    adding.add(library, ENCODER, [papers])
    table, sidecar = papers / "metadata.csv", papers / "telegram.txt.csl.json"
    runs = [lambda: adding.add(library, ENCODER, [papers]), lambda: adding.update(library, ENCODER)]

    def title() -> str:
        return library.document("telegram.txt").metadata.title

    own = title()
    for run in runs:
        table.write_text("file,title\ntelegram.txt,One\n")
        assert (run().changed, title()) == (("telegram.txt",), "One")
        assert run().changed == ()
        table.write_text("file,title\nother.txt,New\ntelegram.txt,Two\n")
        assert (run().changed, title()) == (("telegram.txt",), "Two")
        sidecar.write_text('{"title": "Three"}')
        assert (run().changed, title()) == (("telegram.txt",), "Three")
        sidecar.unlink()
        assert (run().changed, title()) == (("telegram.txt",), "Two")
        table.unlink()
        assert (run().changed, title()) == (("telegram.txt",), own)
        assert run().changed == ()


def test_a_list_that_breaks_keeps_what_it_said_before(library: Library, papers: Path) -> None:
    table = papers / "metadata.csv"
    table.write_text("file,title\ntelegram.txt,One\n")
    adding.add(library, ENCODER, [papers])
    table.write_text('file,title\ntelegram.txt,"One\n')
    for run in (lambda: adding.add(library, ENCODER, [papers]), lambda: adding.update(library, ENCODER)):
        report = run()
        assert (report.changed, report.failed, len(report.unchanged)) == ((), (), 3)
        assert len(report.warnings) == 1
        assert report.warnings[0].startswith(f"{table}: line 2")
        assert library.document("telegram.txt").metadata.title == "One"


def test_a_list_above_speaks_from_the_widest_folder_that_was_added(library: Library, papers: Path) -> None:
    (papers / "metadata.csv").write_text("file,title\nletters/TWO.TXT,From above\n")
    adding.add(library, ENCODER, [papers / "letters"])
    assert library.document("TWO.TXT").metadata.title != "From above"
    assert adding.update(library, ENCODER).changed == ()
    assert adding.add(library, ENCODER, [papers]).changed == ("TWO.TXT",)
    assert library.document("TWO.TXT").metadata.title == "From above"
    # The narrower folder again: what was said from above still holds.
    assert adding.add(library, ENCODER, [papers / "letters"]).changed == ()
    assert adding.update(library, ENCODER).changed == ()


def test_edits_outlive_reading_anew_removing_and_moving(library: Library, papers: Path) -> None:
    path = papers / "telegram.txt"
    adding.add(library, ENCODER, [papers])
    edit(library, ENCODER, ["telegram.txt"], put={"title": "Mine", "box": "7"})

    def known() -> tuple[str, str | None, str]:
        found = library.document("telegram.txt").metadata
        return found.title, found.box, library.passages_of("telegram.txt")[0].context

    mine = ("Mine", "7", "Mine")
    path.write_text("Litvinov fell silent in Geneva.")
    assert adding.update(library, ENCODER).changed == ("telegram.txt",)
    assert known() == mine
    assert library.as_read("telegram.txt").title == "Litvinov fell silent in Geneva."
    (papers / "metadata.csv").write_text("file,title,box,folder\ntelegram.txt,Theirs,1,2\n")
    adding.add(library, ENCODER, [papers])
    assert known() == mine
    assert library.document("telegram.txt").metadata.folder == "2"
    path.rename(papers / "away")
    assert adding.update(library, ENCODER).removed == ("telegram.txt",)
    (papers / "away").rename(path)
    adding.add(library, ENCODER, [papers])
    assert known() == mine
    library.remove(["telegram.txt"])
    adding.add(library, ENCODER, [papers])
    assert known() == mine
    moved = papers.rename(papers.with_name("moved"))
    adding.add(library, ENCODER, [moved])
    assert known() == mine
    edit(library, ENCODER, ["telegram.txt"], unset=["title", "box"])
    assert known() == ("Theirs", "1", "Theirs")


def test_a_namesake_from_elsewhere_does_not_get_the_edits(
    library: Library, papers: Path, tmp_path: Path
) -> None:
    adding.add(library, ENCODER, [papers / "telegram.txt"])
    edit(library, ENCODER, ["telegram.txt"], put={"title": "Mine"})
    library.remove(["telegram.txt"])
    other = tmp_path / "other"
    other.mkdir()
    (other / "telegram.txt").write_text("Another telegram altogether.")
    adding.add(library, ENCODER, [other / "telegram.txt"])
    assert library.document("telegram.txt").metadata.title != "Mine"
    assert library.edits("telegram.txt") == {}
    library.remove(["telegram.txt"])
    shutil.copy(papers / "telegram.txt", other / "telegram.txt")  # the same bytes: the same document
    adding.add(library, ENCODER, [other / "telegram.txt"])
    assert library.document("telegram.txt").metadata.title == "Mine"


def test_an_edit_while_a_file_is_read_is_not_lost(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(library, ENCODER, [papers])
    (papers / "telegram.txt").write_text("Changed.")

    def meanwhile(now: Progress) -> None:
        if now.file == "telegram.txt" and now.stage == "storing":
            edit(library, ENCODER, ["telegram.txt"], put={"title": "Mine"})

    with pytest.raises(LibraryBusy, match="edited"):
        adding.add(library, ENCODER, [papers], progress=meanwhile)
    assert adding.add(library, ENCODER, [papers]).changed == ("telegram.txt",)
    assert library.document("telegram.txt").metadata.title == "Mine"
    assert library.document("telegram.txt").text == "Changed."
