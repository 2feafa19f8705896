"""Runs that are kept: what was written is what is read, and what was stopped goes on to the same end."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation import EvaluationSet, Evidence, Question, Result, Stopped, compare, evaluate, runs
from qa.evaluation.measures import Context, Outcome, ShownQuote
from qa.evaluation.records import from_line, to_line
from tests.evaluation.words_assistant import WordsAssistant

ODD = "“Où?”\u2028 \x00 \ud800 <b>\n\t😀 \u202e"
LETTER = "The miller keeps bees behind the mill. His brother sells honey in Riga.\n"
REPORT = "The harbour froze in January. No ship left the harbour before April.\n"


def village(name: str = "village", count: int = 12) -> EvaluationSet:
    asked = ("miller keeps bees", "sells honey", "harbour froze", "who founded Paris", "no ship left", "où?")
    items = ("letter.txt", "letter.txt", "report.txt", "", "report.txt", "gone.txt")
    return EvaluationSet(
        name,
        tuple(
            Question(
                f"{name}{n}",
                f"{asked[n % 6]} {'abcdefghijklmnop'[n % 16]}",
                kind="fact" if items[n % 6] else "none",
                evidence=(Evidence(items[n % 6], "His brother sells honey"),) if items[n % 6] else (),
                columns=(("half", str(n % 2)),),
            )
            for n in range(count)
        ),
    )


def timeless(results: list[Result]) -> list[Result]:
    """Without what differs between any two runs: how long they took, and when and where they were."""
    return [
        replace(
            one,
            outcomes=tuple(replace(outcome, seconds=0.0) for outcome in one.outcomes),
            values=tuple({k: v for k, v in row.items() if k != "seconds"} for row in one.values),
            seconds={},
            manifest=None,
        )
        for one in results
    ]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    return folder


def test_an_outcome_comes_back_as_it_was_written() -> None:
    outcome = Outcome(
        Question(
            "1", ODD, ODD, ODD, (ODD,), (Evidence(ODD, ODD, 2), Evidence("b")), (ODD,), "3–4", ((ODD, ODD),)
        ),
        True,
        0.1 + 0.2,
        (ShownQuote(ODD, 3, 9, ODD, ODD, None, ODD, None, 4), ShownQuote("b", 0, 1, "x", "x", exact=True)),
        ((ODD, 1 / 3), ("b", -1e-300)),
        1e-7,
        ODD,
        (Context("evidence", 0, ODD, 1, 2, ODD, ODD, ODD, ODD, "1945"), Context("quote", 1, "b")),
    )
    line = to_line(ODD, outcome)
    assert "\n" not in line
    assert from_line(line.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")) == (ODD, outcome)


def test_a_kept_run_holds_what_evaluate_gave(documents: Path, tmp_path: Path) -> None:
    sets = [village(), village("hamlet", 5)]
    results = evaluate(WordsAssistant(documents), sets, folder=tmp_path / "run")
    assert runs.load(tmp_path / "run") == results
    assert timeless(evaluate(WordsAssistant(documents), sets)) == timeless(results)
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names >= {
        "run.json",
        "outcomes.jsonl",
        "summary.json",
        "questions.jsonl",
        "village.run",
        "report.html",
    }
    manifest = runs.find(tmp_path / "run").manifest
    assert [(one.name, one.questions) for one in manifest.sets] == [("village", 12), ("hamlet", 5)]
    assert manifest.finished is not None
    assert {"python", "torch", "faiss-cpu", "tantivy"} <= manifest.versions.keys()
    assert results[0].manifest == manifest


def test_the_words_around_evidence_and_quotes_are_kept(documents: Path, tmp_path: Path) -> None:
    (result,) = evaluate(WordsAssistant(documents), [village()], folder=tmp_path / "run")
    evidence, *quotes = result.outcomes[1].contexts
    assert (evidence.of, evidence.document, evidence.text) == (
        "evidence",
        "letter.txt",
        "His brother sells honey",
    )
    assert evidence.before == LETTER[: evidence.start]
    assert evidence.after == LETTER[evidence.end :]
    assert [quote.number for quote in quotes] == [0, 1, 2]
    assert result.outcomes[5].contexts[0].start is None  # of a document that is not there
    assert set(result.slices) >= {"kind", "document", "half"}


@pytest.mark.parametrize("stop", [0, 7, 16])
def test_a_run_that_was_stopped_goes_on_where_it_was(documents: Path, tmp_path: Path, stop: int) -> None:
    sets = [village(), village("hamlet", 5)]
    whole = evaluate(WordsAssistant(documents), sets)

    def interrupt(name: str, done: int, total: int) -> None:
        if done + (12 if name == "hamlet" else 0) >= stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(WordsAssistant(documents), sets, folder=tmp_path / "run", progress=interrupt)
    kept = list(runs.find(tmp_path / "run").outcomes())
    assert len(kept) == stop
    assistant, told = WordsAssistant(documents), []
    results = evaluate(assistant, sets, folder=tmp_path / "run", progress=lambda *step: told.append(step))
    assert len(assistant.asked) == 17 - stop
    assert told[0] == ("village", min(stop, 12), 12)
    assert timeless(results) == timeless(whole)


def test_a_line_cut_short_anywhere_is_asked_again(documents: Path, tmp_path: Path) -> None:
    one = village(count=3)
    whole = evaluate(WordsAssistant(documents), [one], folder=tmp_path / "whole")
    data = (tmp_path / "whole" / "outcomes.jsonl").read_bytes()
    second = data.index(b"\n") + 1
    third = data.index(b"\n", second) + 1
    for number, cut in enumerate({second + 1, (second + third) // 2, third - 1}):
        folder = tmp_path / f"cut{number}"
        runs.start(folder, replace(runs.find(tmp_path / "whole").manifest, finished=None))
        (folder / "outcomes.jsonl").write_bytes(data[:cut])
        assistant = WordsAssistant(documents)
        assert timeless(evaluate(assistant, [one], folder=folder)) == timeless(whole)
        assert len(assistant.asked) == 2


def test_stopping_says_how_to_go_on(documents: Path, tmp_path: Path) -> None:
    assistant = WordsAssistant(documents)
    with pytest.raises(Stopped, match=r"Stopped after 4 of 12 questions\. .*--resume") as stopped:
        evaluate(assistant, [village()], folder=tmp_path, cancelled=lambda: len(assistant.asked) >= 4)
    assert stopped.value.folder == tmp_path
    assert not runs.find(tmp_path).finished
    with pytest.raises(Stopped) as stopped:
        evaluate(WordsAssistant(documents), [village()], cancelled=lambda: True)
    assert stopped.value.folder is None


def test_a_finished_run_is_not_asked_again(documents: Path, tmp_path: Path) -> None:
    first = evaluate(WordsAssistant(documents), [village()], folder=tmp_path)
    assistant = WordsAssistant(documents)
    assert evaluate(assistant, [village()], folder=tmp_path) == first
    assert not assistant.asked


def changed_question(assistant: WordsAssistant, one: EvaluationSet) -> EvaluationSet:
    return replace(one, questions=(replace(one.questions[0], question="else"), *one.questions[1:]))


def changed_library(assistant: WordsAssistant, one: EvaluationSet) -> EvaluationSet:
    assistant.library.texts.pop("report.txt")
    return one


def changed_threshold(assistant: WordsAssistant, one: EvaluationSet) -> EvaluationSet:
    assistant.threshold = 0.3  # type: ignore[attr-defined]
    return one


def another_set(assistant: WordsAssistant, one: EvaluationSet) -> EvaluationSet:
    return replace(one, name="town")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed_question, "the questions of village"),
        (changed_library, "the library that village was asked of"),
        (changed_threshold, "the threshold"),
        (another_set, r"the sets \(village; town\)"),
    ],
)
def test_the_figures_of_one_run_do_not_come_from_two(
    documents: Path,
    tmp_path: Path,
    change: Callable[[WordsAssistant, EvaluationSet], EvaluationSet],
    words: str,
) -> None:
    assistant = WordsAssistant(documents)
    with pytest.raises(Stopped):
        evaluate(assistant, [village()], folder=tmp_path, cancelled=lambda: True)
    one = change(assistant, village())
    with pytest.raises(UsageError, match=f"since then changed: {words}"):
        evaluate(assistant, [one], folder=tmp_path)
    assert len(assistant.asked) == 1


def test_runs_are_compared_finished_or_not(documents: Path, tmp_path: Path) -> None:
    assistant = WordsAssistant(documents)
    with pytest.raises(Stopped):
        evaluate(assistant, [village()], folder=tmp_path / "a", cancelled=lambda: len(assistant.asked) == 7)
    assistant.threshold = 0.3  # type: ignore[attr-defined]
    now = evaluate(assistant, [village()], folder=tmp_path / "b")
    (found,) = compare(now, tmp_path / "a")
    assert found.common == 7
    assert found.changed == ("the threshold",)
    assert all(d.change == 0 for d in found.differences)
    (found,) = compare(now, tmp_path / "b" / "summary.json")
    assert (found.common, found.changed) == (12, ())


def test_two_processes_do_not_write_one_run(documents: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        evaluate(WordsAssistant(documents), [village()], folder=tmp_path, cancelled=lambda: True)
    with runs.find(tmp_path).writing(), pytest.raises(UsageError, match="another process"):
        evaluate(WordsAssistant(documents), [village()], folder=tmp_path)


def test_what_is_no_run_is_said_in_words(documents: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run is kept there"):
        runs.find(tmp_path / "none")
    evaluate(WordsAssistant(documents), [village()], folder=tmp_path / "run")
    with pytest.raises(UsageError, match="holds a run already"):
        runs.start(tmp_path / "run", runs.find(tmp_path / "run").manifest)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="the run cannot be kept there"):
        evaluate(WordsAssistant(documents), [village()], folder=tmp_path / "file" / "run")
    path = tmp_path / "run" / "outcomes.jsonl"
    lines = path.read_text("utf-8").split("\n")
    for odd in ("{}", "[" * 100_000):
        path.write_text("\n".join([lines[0], odd, *lines[2:]]), encoding="utf-8")
        with pytest.raises(UsageError, match=r"outcomes\.jsonl, line 2: not an outcome"):
            runs.load(tmp_path / "run")
    for damaged in ("[]", "{", '{"sets": 3}', '{"sets": [{"odd": 1}]}', "[" * 100_000):
        (tmp_path / "run" / "run.json").write_text(damaged)
        with pytest.raises(UsageError, match="damaged"):
            runs.find(tmp_path / "run")


def test_runs_are_listed_newest_first(documents: Path, tmp_path: Path) -> None:
    for number, day in enumerate(("02", "03", "01")):
        folder = tmp_path / f"run{number}"
        evaluate(WordsAssistant(documents), [village(count=2)], folder=folder)
        row = json.loads((folder / "run.json").read_text("utf-8"))
        (folder / "run.json").write_text(json.dumps({**row, "started": f"2026-11-{day}T00:00:00+00:00"}))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text("no run")
    assert [run.folder.name for run in runs.runs(tmp_path)] == ["run1", "run0", "run2"]
    assert runs.runs(tmp_path / "none") == []


def test_a_new_folder_is_named_by_time_and_sets_and_is_not_there(tmp_path: Path) -> None:
    first = runs.new_folder(tmp_path, ["seeds", "../my sét/1"])
    assert first.parent == tmp_path
    assert first.name[8] == "T"
    assert first.name.endswith("Z-seeds-my_sét_1")
    first.mkdir()
    assert not runs.new_folder(tmp_path, ["seeds", "../my sét/1"]).exists()
    assert runs.default_root(str(tmp_path)) == tmp_path / "runs"
    ours, theirs = (runs.default_root(f"postgresql://me:{word}@host/library") for word in ("word", "other"))
    assert ours == theirs, "whatever the password"
    assert "word" not in str(ours)
    assert ours != runs.default_root("postgresql://me@host/maps")
    assert ours.parent == runs.default_root("").parent


# Asks so many questions as it is given lines; all, once its input has ended.
KILLED = """
import sys
from pathlib import Path
from qa.evaluation import evaluate
from tests.evaluation.test_runs import village
from tests.evaluation.words_assistant import WordsAssistant

class Led(WordsAssistant):
    def ask(self, *asked, **more):
        sys.stdin.readline()
        return super().ask(*asked, **more)

print("begun", flush=True)
evaluate(Led(Path(sys.argv[1])), [village(count=60)], folder=sys.argv[2])
"""


def test_killed_again_and_again_a_run_ends_with_the_same_figures(documents: Path, tmp_path: Path) -> None:
    folder, kills = tmp_path / "run", 0
    chance = random.Random(4)
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(documents), str(folder)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        if kills < 4:
            # Into the middle of the questions, wherever it is in writing; before the last, however slowly
            # this process gets round to it.
            before = size(folder)
            process.stdin.write(b"\n" * chance.randint(6, 12))
            process.stdin.flush()
            while size(folder) <= before and process.poll() is None:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
        process.stdin.close()
        process.wait(120)
        process.stdout.close()
        kills += process.returncode == -signal.SIGKILL
        if process.returncode == 0:
            break
    assert kills == 4
    results = runs.load(folder)
    assert timeless(results) == timeless(evaluate(WordsAssistant(documents), [village(count=60)]))
    assert (folder / "report.html").is_file()


def size(folder: Path) -> int:
    path = folder / "outcomes.jsonl"
    return path.stat().st_size if path.exists() else 0
