"""Files that change or go while they are read, and clocks that go back."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from qa import adding
from qa.page.shelves import trash
from tests.faults.holding import TRIALS, stands, tell
from tests.faults.test_kill import body
from tests.library.shelf import ENCODER, opened

FILES = 6


def text(number: int, version: int) -> str:
    return "\n\n".join(body(number, version))


@pytest.mark.timeout(300 + 10 * TRIALS)
def test_a_file_that_changes_or_goes_while_it_is_read_is_whole_or_not_there(tmp_path: Path) -> None:
    chance, came = random.Random(3), Counter[str]()
    for trial in range(TRIALS or 1):
        papers = tmp_path / str(trial) / "papers"
        papers.mkdir(parents=True)
        written: dict[str, set[str]] = {f"{number}.txt": set() for number in range(FILES)}
        for number in range(FILES):
            (papers / f"{number}.txt").write_text(text(number, 0))
            written[f"{number}.txt"].add(text(number, 0))
        over = threading.Event()

        def disturb(
            papers: Path = papers,
            written: dict[str, set[str]] = written,
            over: threading.Event = over,
            seed: int = trial,
        ) -> None:
            rng, version = random.Random(seed), 0
            while not over.is_set():
                number, version = rng.randrange(FILES), version + 1
                path, new = papers / f"{number}.txt", text(number, version)
                kind = rng.choice(("in place", "in place", "replaced", "gone"))
                if number == 0:
                    kind = "replaced"  # one at least is whole whenever it is read
                if kind == "gone":
                    path.unlink(missing_ok=True)
                elif kind == "replaced":
                    written[path.name].add(new)
                    (papers / ".new").write_text(new)
                    (papers / ".new").replace(path)
                else:
                    written[path.name].add(new)
                    path.write_text(new)
                time.sleep(rng.expovariate(1 / 0.002))

        library = opened(tmp_path / str(trial) / "library")
        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            for _ in range(chance.randrange(1, 4)):
                report = adding.add(library, ENCODER, [papers])
                came.update(("failed, named",) * len(report.failed))
                report = adding.update(library, ENCODER)
                came.update(("removed",) * len(report.removed))
        finally:
            over.set()
            thread.join()
        for source in library.sources():
            held = library.document(source.name).text
            # What a file was cut short to while it was written anew was in it too, for that moment: what is
            # held is what was read and hashed, all of it.
            assert hashlib.sha256(held.encode()).hexdigest() == source.sha256, source.name
            whole = held in written[source.name]
            assert whole or any(one.startswith(held) for one in written[source.name]), source.name
            came["whole" if whole else "as it was being written"] += 1
        # When all is quiet, an update makes it what is on the disk.
        adding.update(library, ENCODER)
        adding.add(library, ENCODER, [papers])
        library.close()
        now = {path.name: path.read_text() for path in papers.glob("[0-9].txt")}
        stands(tmp_path / str(trial) / "library", now)
    tell("files changed or deleted while they are read: what is held was in the file, to the letter", came)
    assert came["whole"] > 0


def test_a_file_that_became_older_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Put back from a backup, or written while the clock was behind: of the same size, with an earlier time.
    came = Counter[str]()
    for trial in range(TRIALS or 2):
        papers = tmp_path / str(trial) / "papers"
        papers.mkdir(parents=True)
        path = papers / "1.txt"
        path.write_text(text(1, 111111))
        library = opened(tmp_path / str(trial) / "library")
        adding.add(library, ENCODER, [papers])
        back = random.Random(trial).choice((1, 60, 86_400, 10 * 365 * 86_400))
        path.write_text(text(1, 222222)[: path.stat().st_size])
        os.utime(path, (time.time() - back, time.time() - back))
        with monkeypatch.context() as clock:
            real = time.time
            clock.setattr(time, "time", lambda real=real, back=back: real() - back)
            assert adding.update(library, ENCODER).changed == ("1.txt",)
        library.close()
        stands(tmp_path / str(trial) / "library", {"1.txt": path.read_text()})
        came["read anew"] += 1
    tell("clock gone back: a changed file with an earlier time is read anew", came)


def test_what_was_taken_out_comes_back_though_the_clock_went_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(3):
        (papers / f"{number}.txt").write_text(text(number, 0))
    library = opened(tmp_path / "library")
    adding.add(library, ENCODER, [papers])
    taken = trash.take_out(library, ["1.txt"])
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 10 * 86_400)
    second = trash.take_out(library, ["2.txt"])
    assert {one.key for one in trash.taken(library.location)} == {taken.key, second.key}
    monkeypatch.undo()
    for one in (second, taken):
        trash.put_back(library, one.key)
    library.close()
    stands(tmp_path / "library", {f"{number}.txt": text(number, 0) for number in range(3)})
