"""Reading in a process of its own: the same to the letter, and whatever becomes of that process costs one
file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.adding import add
from qa.errors import IbidError, UnreadableFile, UsageError
from qa.library.embedded import EmbeddedLibrary
from qa.reading import APART, apart, read, read_here
from tests.encoders import HashEncoder
from tests.reading import hostile
from tests.reading.samples import samples

unix = pytest.mark.skipif(sys.platform == "win32", reason="processes are bounded by the clock alone there")
linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")

WORDS = ("The Soviet note of 7 June.", "Протест «Нота» № 4", "e\u0301 and \u05d0\u05d1 \u200b end", "Last.")
ODD = Path("odd.xml")


def run(function: str, *arguments: object, path: Path = ODD) -> object:
    return apart.call(path, hostile.__name__, function, *arguments)


@pytest.fixture(autouse=True)
def own_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    workers = apart._Workers()
    monkeypatch.setattr(apart, "_workers", workers)
    yield
    workers.close()


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that ended and is not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < until, f"process {pid} goes on"
        time.sleep(0.02)


def test_every_format_gives_the_same_as_in_this_process(tmp_path: Path) -> None:
    apart_too = set()
    for name, data in samples(WORDS).items():
        path = tmp_path / name
        path.write_bytes(data)
        here = read_here(path, f"box/{name}")
        assert read(path, f"box/{name}") == here, name
        assert here.documents
        apart_too |= {path.suffix} & APART
    assert apart_too == {
        ".xml", ".html", ".xhtml", ".mht", ".docx", ".odt", ".epub", ".pdf", ".csv", ".tsv", ".jsonl",
    }  # fmt: skip


def test_one_process_reads_many_files(tmp_path: Path) -> None:
    first = run("pid")
    assert first != os.getpid()
    for name, data in samples(WORDS).items():
        (tmp_path / name).write_bytes(data)
        read(tmp_path / name, name)
    assert run("pid") == first


def test_errors_are_those_of_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"%PDF-1.4")
    with pytest.raises(UnreadableFile) as there:
        read(tmp_path / "a.docx", "a.docx")
    with pytest.raises(UnreadableFile) as here:
        read_here(tmp_path / "a.docx", "a.docx")
    assert vars(there.value) == vars(here.value)
    assert str(there.value) == str(here.value)
    with pytest.raises(UnreadableFile, match="does not exist"):
        read(tmp_path / "b.docx", "b.docx")
    with pytest.raises(UnreadableFile, match=r"odd\.xml: is odd\. Mend it\."):
        run("refuse", "odd.xml")
    with pytest.raises(IbidError, match=r"^Install it\.$"):
        run("object_to")
    with pytest.raises(UsageError, match=r"^Name another\.$"):
        run("misuse")
    with pytest.raises(
        UnreadableFile, match=r"could not be read \(KeyError: 'no such part'\)\. Please report"
    ):
        run("stumble")


@pytest.mark.parametrize(("function", "how"), [("crash", "SIGSEGV"), ("leave", "code 7")])
@unix
def test_a_file_that_ends_its_reader_costs_itself_alone(function: str, how: str) -> None:
    before = run("pid")
    with pytest.raises(UnreadableFile, match=rf"^odd\.xml: ended the program that reads it \({how}\)"):
        run(function)
    assert run("pid") not in (before, os.getpid())


@unix
@pytest.mark.parametrize("function", ["spin", "sleep"])
def test_a_file_that_never_ends_is_given_up(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(apart.SECONDS, "0.4")
    began = time.monotonic()
    with pytest.raises(UnreadableFile, match=r"^odd\.xml: took longer than (0|1)\.\d s to read\. Split it"):
        run(function)
    assert time.monotonic() - began < 60
    monkeypatch.delenv(apart.SECONDS)  # so short a time is too short for a new child on a busy machine
    assert run("pid")


def test_a_file_of_many_slow_pages_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(apart.SECONDS, "3")  # six steps' worth: a new child's start takes of the first's
    monkeypatch.setattr(apart, "WAITING", 100.0)  # what others do with the processor does not count
    assert run("steps_on", 8, 0.5) == "done"


@linux
def test_a_file_that_takes_all_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(apart.GIGABYTES, "0.2")
    before = run("pid")
    with pytest.raises(UnreadableFile, match=r"needed more than 0\.2 GB of memory to be read\. Split it"):
        run("fill")
    assert run("pid") != before


@linux
def test_what_a_library_in_c_made_of_a_file_without_memory_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>Words of the note.</p>" * 300_000)  # its tree begins with some 150 MB
    monkeypatch.setenv(apart.GIGABYTES, "0.1")
    with pytest.raises(UnreadableFile, match=r"needed more than 0\.1 GB"):
        read(page, "a.html")
    page.write_text("<p>Words of the note.</p>")
    assert read(page, "a.html").documents[0].text == "Words of the note."


@linux
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.html", "<p>Words of the note.</p>" * 300_000),
        ("b.jsonl", '{"text": "Words.", "more": [' + "[]," * 3_000_000 + "[]]}"),
        ("b.ndjson", "".join(f'{{"text": "Words.", "{n}": ""}}\n' for n in range(100_000)) * 3),
        ("b.csv", "text" + ", " * 5_000_000 + "\nWords."),
        ("b.tsv", "text\n" + "\t".join(["Words"] * 8_000_000)),
    ],
)
def test_adding_goes_on_after_a_file_that_takes_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.html").write_text("<p>Words of the note.</p>")
    (papers / "c.txt").write_text("Words of the note.")
    (papers / name).write_text(text)
    monkeypatch.setenv(apart.GIGABYTES, "0.1")
    encoder = HashEncoder()
    library = EmbeddedLibrary(tmp_path / "library", model="hash", dimension=encoder.dimension, create=True)
    report = add(library, encoder, [papers])
    library.close()
    assert report.added == ("a.html", "c.txt")
    (failed,) = report.failed
    assert str(failed).startswith(f"{papers / name}: needed more than 0.1 GB of memory to be read.")
    assert "\n" not in str(failed)


@unix
def test_a_column_in_every_line_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_text("".join(f'{{"text": "Words.", "{n}": ""}}\n' for n in range(30_000)))
    monkeypatch.setenv(apart.SECONDS, "1")
    with pytest.raises(UnreadableFile, match=r"a\.jsonl: took longer than [124] s to read\. Split it"):
        read(lines, "a.jsonl")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked at in /proc")
def test_a_child_that_has_just_died_can_be_looked_at() -> None:
    worker = apart._Worker()
    try:
        worker.look()
        most = worker.most
        assert most > 0
        worker.process.kill()
        status = Path(f"/proc/{worker.process.pid}/status")
        while "State:\tZ" not in status.read_text("ascii"):  # dead, and not yet waited for
            time.sleep(0.01)
        worker.look()
        assert worker.most == most
    finally:
        worker.end()


def test_what_libraries_print_disturbs_nothing() -> None:
    assert run("chatter") == "said"
    assert run("pid")


def test_nothing_but_readings_is_made_of_what_comes_back() -> None:
    with pytest.raises(UnreadableFile, match="ended the program that reads it"):
        run("calls_back")


def test_a_process_that_ended_between_two_files_is_replaced() -> None:
    pid = run("pid")
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGTERM)
    wait_until_gone(pid)
    assert run("pid") != pid


def test_several_threads_read_at_a_time(tmp_path: Path) -> None:
    for name, data in samples(WORDS).items():
        (tmp_path / name).write_bytes(data)
    files = sorted(path for path in tmp_path.iterdir() if path.suffix in APART)
    expected = [read_here(path, path.name) for path in files]
    found: dict[int, list[object]] = {}

    def work(number: int) -> None:
        found[number] = [read(path, path.name) for path in files]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [expected] * 4


def test_whoever_waits_may_stop_it() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    began = time.monotonic()
    with pytest.raises(Stopped):
        apart.call(ODD, hostile.__name__, "sleep", watch=stop)
    assert time.monotonic() - began < 60
    assert run("pid")


def test_the_folder_is_that_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("pid")
    monkeypatch.chdir(tmp_path)
    assert run("where") == str(Path.cwd())


@linux
@pytest.mark.parametrize("function", ["sleep", "spin"])
def test_it_dies_with_its_parent(tmp_path: Path, function: str) -> None:
    script = (
        "import sys, threading\n"
        "from qa.reading import apart\n"
        "from tests.reading.test_apart import ODD, hostile\n"
        "print(apart.call(ODD, hostile.__name__, 'pid'), flush=True)\n"
        f"apart.call(ODD, hostile.__name__, {function!r})\n"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)  # it is at work
        assert is_alive(child)
        parent.kill()
    wait_until_gone(child)


@linux
def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        if note.exists() and note.read_text():
            raise Stopped

    note = tmp_path / "pid"
    with pytest.raises(Stopped):
        apart.call(ODD, hostile.__name__, "grandchild", str(note), watch=stop)
    wait_until_gone(int(note.read_text()))
