"""A process killed in the middle of adding, updating or removing, at random moments.

What must hold each time: the library opens; its documents are exactly the files whose commit had returned,
give or take the one in flight; each of them answers by both indexes; nothing else does.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.library.doctor import examine
from tests.library.shelf import ENCODER, answers, opened

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of another kind there")

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("QA_KILLS", "24"))
"""Many more in `make torture`."""
FILES = 12

# The child says "start", then before and after each change what it does to which file.
_CHILD = """
import random, sys
from pathlib import Path
from qa import adding
from qa.library.embedded import EmbeddedLibrary
from tests.faults.test_kill import FILES, body, write
from tests.library.shelf import ENCODER, answers, opened
from qa.library import current
current.BEHIND = 30  # so that the indexes are written in the middle of adding too
folder, papers, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])

def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\\n")
    sys.stdout.flush()

class Told(EmbeddedLibrary):
    def add(self, source, *rest, **more):
        version = int(rest[0][0].text.partition("version ")[2].split()[0])
        say("doing", source.name, version)
        super().add(source, *rest, **more)
        say("done", source.name, version)
    def remove(self, names):
        name = Path(names[0]).name
        say("doing", name, 0)
        found = super().remove(names)
        say("done", name, 0)
        return found

sys.stdin.readline()  # all is imported: wait for the word
library = Told(folder, model="hash", dimension=384, create=True)
rng = random.Random(seed)
say("start")
for turn in range(1000):
    kind = rng.choice(["add", "add", "update", "remove", "ask", "flush", "reopen"])
    say("now", kind)
    some = rng.sample(range(FILES), 4)
    if kind == "add":
        for n in some:
            write(papers, n, rng.randrange(1, 10**6))
        adding.add(library, ENCODER, [papers])
    elif kind == "update":
        for n in some:
            path = papers / f"{n}.txt"
            path.unlink(missing_ok=True) if rng.random() < 0.5 else write(papers, n, rng.randrange(1, 10**6))
        adding.update(library, ENCODER)
    elif kind == "remove":
        for source in library.sources()[:2]:
            library.remove([source.path])
            (papers / source.name).unlink(missing_ok=True)
    elif kind == "ask":
        answers(library, "the number of something")
    elif kind == "flush":
        library.flush()
    else:
        library.close()
        library = Told(folder, model="hash", dimension=384, create=True)
"""


def body(number: int, version: int) -> list[str]:
    """The paragraphs of a file; every one names the file and the version."""
    words = random.Random(number * 7919 + version)
    parts = [f"File f{number} version {version} begins."]
    for part in range(1 + number % 5):
        # Longer than a passage's least size, so that each paragraph is one of its own.
        filling = " ".join(f"w{words.randrange(10**9)}" for _ in range(45))
        parts.append(f"File f{number} version {version} paragraph p{part} {filling}.")
    return parts


def write(papers: Path, number: int, version: int) -> None:
    (papers / f"{number}.txt").write_text("\n\n".join(body(number, version)))


class _Child:
    def __init__(self, folder: Path, papers: Path, seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(folder), str(papers), str(seed)],
            cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def kill_after(self, lines: int, seconds: float) -> list[list[str]]:
        """What it said until it was killed, that long after it had said so many lines: as far on a slow
        machine as on a fast one."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        first = self.process.stdout.readline()
        if first != "start\n":
            _, error = self.process.communicate(timeout=60)
            pytest.fail(f"the child did not begin: {first}{error}")
        said = [self.process.stdout.readline() for _ in range(lines)]
        time.sleep(seconds)
        os.kill(self.process.pid, signal.SIGKILL)
        # Not communicate: it would pass over what lies in the buffer of readline.
        said += self.process.stdout.readlines()
        _, error = self.process.communicate(timeout=60)
        assert self.process.returncode == -signal.SIGKILL, error
        return [line.split() for line in said if line.endswith("\n")]


@pytest.mark.timeout(600 + 5 * KILLS)  # 15 s of work for 24; more where the disk is busy
def test_killed_at_any_moment_the_library_holds_what_was_committed(tmp_path: Path) -> None:
    rng = random.Random(20)
    folder, papers = tmp_path / "library", tmp_path / "papers"
    papers.mkdir()
    held: dict[int, int] = {}  # file → version
    in_flight = changes = 0
    killed_while: list[str] = []
    following = _Child(folder, papers, seed=0)
    kill = 0
    for kill in range(3 * KILLS):
        # How many of the kills fall into a change is the machine's affair: go on until some have.
        if kill >= KILLS and in_flight >= 3 and {"add", "update", "remove"} < set(killed_while):
            break
        # The next one imports while this one works and is checked.
        child, following = following, _Child(folder, papers, seed=kill + 1)
        allowed = [dict(held)]
        doing = ""
        for word, name, *version in child.kill_after(rng.randrange(1, 24), rng.expovariate(1 / 0.02)):
            doing = name if word == "now" else doing
            if word == "now":
                continue
            number = int(name.partition(".")[0])
            after = {k: v for k, v in held.items() if k != number} | (
                {number: int(version[0])} if version != ["0"] else {}
            )
            if word == "doing":
                allowed = [held, after]
            else:
                held, allowed, changes = after, [after], changes + 1
        in_flight += len(allowed) > 1
        killed_while.append(doing)
        if kill % 8 == 0:
            report = examine(folder)
            assert report.is_well, f"kill {kill}: {report}"
        library = opened(folder)
        found = {}
        for source in library.sources():
            text = library.document(source.name).text
            found[int(source.name.partition(".")[0])] = int(text.partition("version ")[2].split()[0])
        assert found in allowed, f"kill {kill}"
        everything = {f"{n}.txt": body(n, version) for n, version in found.items()}
        for name, parts in everything.items():
            assert library.document(name).text == "\n\n".join(parts)
            for passage in library.passages_of(name):
                near, match = answers(library, passage.clean, 3)
                assert passage.text in near, (kill, name)
                assert passage.text in match, (kill, name)
        truth = {passage.id for name in everything for passage in library.passages_of(name)}
        assert len(truth) == library.searched().passages
        # Every passage names a file, so nothing that went can hide behind what is there.
        assert {i for i, _ in library.matching("file", 9999)} == truth, f"kill {kill}"
        assert {i for i, _ in library.nearest(ENCODER.encode(["file"])[0], 9999)} == truth, f"kill {kill}"
        if kill % 3 == 0:  # else the indexes stay as the killed process left them, to be met again
            library.close()
        else:
            library._store.close()
        held = found
    following.process.kill()
    following.process.communicate()
    print(f"{kill} kills, {in_flight} of them inside a change; {changes} changes committed")
    # Were it always idle when killed, or always at the same thing, the test would show nothing.
    assert in_flight >= 3
    assert changes >= 80
    assert {"add", "update", "remove"} < set(killed_while)
