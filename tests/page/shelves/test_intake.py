"""Adding in its thread: told file by file, stopped, gone on with, found again by another program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.adding import working
from qa.assistant import Assistant
from qa.finding import FoundFile
from qa.library.locks import file_lock
from qa.page.shelves import journal, uploads
from qa.page.shelves.intake import LOCK, Intake
from tests.encoders import HashEncoder
from tests.library.shelf import opened

PATIENCE = 60  # seconds


class HeldEncoder(HashEncoder):
    """One that waits at the texts that hold a word, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.go = threading.Event(), threading.Event()
        self.word = "gulls"

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        if any(self.word in text for text in texts):
            self.at.set()
            assert self.go.wait(PATIENCE)
            if progress is not None:
                progress(0)
        return super().encode(texts, progress)


@pytest.fixture
def encoder() -> HeldEncoder:
    return HeldEncoder()


@pytest.fixture
def assistant(place: str, encoder: HeldEncoder) -> Iterator[Assistant]:
    library = opened(place)
    yield Assistant(library, encoder)
    encoder.go.set()
    library.close()


def files(tmp_path: Path, **texts: str) -> list[FoundFile]:
    folder = tmp_path / "papers"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    return [FoundFile(folder / f"{name}.txt", f"{name}.txt", folder) for name in texts]


def names(assistant: Assistant) -> list[str]:
    return [one.name for one in assistant.library.sources()]


def test_every_file_is_told_of_and_what_failed_says_why(tmp_path: Path, assistant: Assistant) -> None:
    intake = Intake()
    assert intake.look().is_empty
    intake.bring(assistant, files(tmp_path, a="A letter.", b="", c="A reply."), skipped=2)
    assert intake.wait(PATIENCE)
    seen = intake.look()
    assert [(seen.count(each)) for each in ("done", "added", "failed", "waiting")] == [2, 2, 1, 0]
    assert seen.skipped == 2
    assert [(item.name, item.reason) for item in seen.failed] == [("b.txt", "is empty.")]
    assert names(assistant) == ["a.txt", "c.txt"]

    (tmp_path / "papers" / "b.txt").write_text("No longer empty.")
    intake.try_again(assistant)
    assert intake.wait(PATIENCE)
    assert intake.look().count("failed") == 0
    assert names(assistant) == ["a.txt", "b.txt", "c.txt"]
    intake.bring(assistant, files(tmp_path, a="A letter."))
    assert intake.wait(PATIENCE)
    assert intake.look().counts == (("done", 1), ("unchanged", 1)), "what went well before is told no more"


def test_it_is_stopped_in_the_middle_and_another_program_goes_on(
    tmp_path: Path, assistant: Assistant, encoder: HeldEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "TOGETHER", 1)  # one file after the other, however small
    intake = Intake()
    intake.bring(assistant, files(tmp_path, a="First.", b="Of gulls.", c="Last."))
    assert encoder.at.wait(PATIENCE)
    seen = intake.look()
    assert seen.running
    assert seen.now is not None
    assert (seen.now.name, seen.now.state) == ("b.txt", "indexing")
    assert [item.name for item in seen.last] == ["a.txt"]
    assert [item.name for item in seen.next] == ["c.txt"]
    # What a program that was killed now leaves behind:
    killed = Intake()
    killed.recover(assistant.library.location)
    assert killed.look().count("waiting") == 2
    intake.stop()
    assert intake.look().stopping
    encoder.go.set()
    assert intake.wait(PATIENCE)
    assert names(assistant) == ["a.txt"]
    assert (intake.look().count("waiting"), intake.look().error) == (2, "")

    later = Intake()
    later.recover(assistant.library.location)
    assert [item.name for item in later.look().next] == ["b.txt", "c.txt"]
    later.go_on(assistant)
    assert later.wait(PATIENCE)
    assert names(assistant) == ["a.txt", "b.txt", "c.txt"]
    assert not (uploads.place(assistant.library.location) / journal.JOURNAL).exists(), (
        "nothing is left to go on with"
    )


def test_what_comes_while_it_is_at_work_waits_its_turn(
    tmp_path: Path, assistant: Assistant, encoder: HeldEncoder
) -> None:
    intake = Intake()
    intake.bring(assistant, files(tmp_path, b="Of gulls."))
    assert encoder.at.wait(PATIENCE)
    intake.bring(assistant, files(tmp_path, d="Brought later."))
    intake.forget(assistant.library.location, [])
    assert intake.look().count("waiting") == 1, "what is at work is not forgotten"
    encoder.go.set()
    assert intake.wait(PATIENCE)
    assert names(assistant) == ["b.txt", "d.txt"]


def test_paths_of_this_machine_are_searched_for_files(tmp_path: Path, assistant: Assistant) -> None:
    found = files(tmp_path, a="A letter.", c="A reply.")
    (tmp_path / "papers" / "x.xyz").write_text("x")
    intake = Intake()
    intake.bring_named(assistant, [str(found[0].root), str(tmp_path / "nowhere")])
    assert intake.wait(PATIENCE)
    seen = intake.look()
    assert names(assistant) == ["a.txt", "c.txt"]
    assert [(item.reason, item.advice) for item in seen.failed] == [
        ("does not exist.", "Check the spelling.")
    ]
    assert seen.skipped == 1


def test_uploads_of_one_name_get_numbers_and_forgetting_sweeps_their_copies(
    tmp_path: Path, assistant: Assistant
) -> None:
    intake, location = Intake(), assistant.library.location
    for number, text in enumerate(("One.", "Two.", "Two.", "")):
        path = tmp_path / str(number)
        path.write_text(text)
        intake.bring(assistant, uploads.take([uploads.Sent(path, "a.txt")], location).files)
        assert intake.wait(PATIENCE)
    assert names(assistant) == ["a (2).txt", "a.txt"]

    def copies() -> set[str]:
        return {str(path) for path in uploads.files_folder(location).rglob("a.txt")}

    sources = {one.path for one in assistant.library.sources()}
    (failed,) = intake.look().failed
    assert copies() == {*sources, failed.path}, "what was there already is not kept a second time"
    intake.forget(location, sources)
    assert intake.look().is_empty
    assert copies() == sources
    assert len(list(uploads.files_folder(location).iterdir())) == 2


def test_two_programs_do_not_add_at_once(tmp_path: Path, assistant: Assistant) -> None:
    intake = Intake()
    beside = uploads.place(assistant.library.location)
    beside.mkdir(parents=True, exist_ok=True)
    with file_lock(beside / LOCK, 1):
        intake.bring(assistant, files(tmp_path, a="A letter."))
        assert intake.wait(PATIENCE)
    assert "Another program is adding files" in intake.look().error
    intake.go_on(assistant)
    assert intake.wait(PATIENCE)
    assert names(assistant) == ["a.txt"]
    assert intake.look().error == ""


def test_whatever_goes_wrong_is_said_and_what_waited_waits(
    tmp_path: Path, assistant: Assistant, encoder: HeldEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the model fell over")

    monkeypatch.setattr(HashEncoder, "encode", broken)
    intake = Intake()
    intake.bring(assistant, files(tmp_path, a="A letter."))
    assert intake.wait(PATIENCE)
    assert "RuntimeError: the model fell over" in intake.look().error
    assert intake.look().count("waiting") == 1
