"""An evaluation killed at any moment: before its first question, between two, while its report is written."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from qa.evaluation import evaluate, runs
from tests.evaluation.test_runs import KILLED, LETTER, REPORT, size, timeless, village
from tests.evaluation.words_assistant import WordsAssistant
from tests.faults.holding import ROOT, TRIALS, tell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of another kind there")

QUESTIONS, KILLS = 60, 3


def killed(documents: Path, folder: Path, chance: random.Random | None) -> int:
    """Begins the run, or goes on with it, and kills it where there is ``chance``; its exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(documents), str(folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        if chance is None:
            child.stdin.close()
            child.stdout.read()
            return child.wait()
        before, kind = size(folder), chance.choice(("at the beginning", "among the questions", "at the end"))
        with suppress(BrokenPipeError):  # it was whole already
            child.stdin.write(b"\n" * chance.randrange(6, QUESTIONS // KILLS))
            child.stdin.flush()
            if kind == "at the end":
                child.stdin.close()  # all that are left, and the report
        # However long a busy machine takes to come to its first answer.
        until = time.monotonic() + 60
        while kind != "at the beginning" and size(folder) <= before and child.poll() is None:
            if time.monotonic() > until:
                break
            time.sleep(0.001)
        time.sleep(chance.expovariate(1 / 0.03))
        child.send_signal(signal.SIGKILL)
        child.stdout.read()
        return child.wait()


@pytest.mark.timeout(240 + 120 * TRIALS)
def test_killed_at_any_moment_an_evaluation_ends_with_the_same_figures(tmp_path: Path) -> None:
    chance, came = random.Random(7), Counter[str]()
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "letter.txt").write_text(LETTER, encoding="utf-8")
    (documents / "report.txt").write_text(REPORT, encoding="utf-8")
    expected = timeless(evaluate(WordsAssistant(documents), [village(count=QUESTIONS)]))
    for trial in range(max(1, TRIALS // KILLS)):
        folder = tmp_path / str(trial)
        for _ in range(KILLS):
            if killed(documents, folder, chance) == 0:
                break  # it was faster, and is whole
            outcomes = folder / "outcomes.jsonl"
            there = outcomes.read_bytes().count(b"\n") if outcomes.exists() else 0
            when = (
                "before the first answer" if not there else "in the middle" if there < QUESTIONS else "late"
            )
            came[f"killed {when}"] += 1
        assert killed(documents, folder, None) == 0
        assert timeless(runs.load(folder)) == expected
        assert (folder / "report.html").is_file()
    assert sum(came.values()) > 0
    tell("an evaluation killed: started anew it goes on, and ends with the same figures", came)
