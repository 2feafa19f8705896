"""Evaluations in the background, their runs as HTML and over HTTP, and the sets of the page. Model-free."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from qa.errors import UsageError
from qa.evaluation import compare, runs
from qa.evaluation.marks import Spot, judgement, keep, marks_file
from qa.evaluation.report.words import PLAIN
from qa.page.serve.opening import Opening
from qa.page.texts import table, words
from qa.page.trial import kept_runs, question_sets, reports
from qa.page.trial.running import Look, Running, duration
from qa.types import Answer
from tests.evaluation.words_assistant import WordsAssistant
from tests.page.reading_html import Read

TEXT = "The keeper of the lighthouse was Barnabas Quill of Leith. Nobody was surprised by it."
SAY = words("en")
RUSSIAN = words("ru")
ATTACK = "<script>document.title='owned'</script>"


class _Assistant(WordsAssistant):
    """Answers one question each time that it is let through."""

    def __init__(self, folder: Path, location: Path) -> None:
        super().__init__(folder)
        self.library.location = str(location)  # type: ignore[attr-defined]
        self.through = threading.Semaphore(0)

    def ask(self, question: str, *, after: Sequence[str] = (), limit: int = 3) -> Answer:
        assert self.through.acquire(timeout=60)
        return super().ask(question, after=after, limit=limit)


@pytest.fixture
def assistant(tmp_path: Path) -> Any:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text(TEXT)
    (tmp_path / "library").mkdir()
    return _Assistant(tmp_path / "papers", tmp_path / "library")


def questions(count: int, name: str = ATTACK) -> str:
    evidence: list[Any] = [{"document": "a.txt", "quote": TEXT[:57]}]
    rows = [{"id": "q0", "question": "Who was keeper of the lighthouse?", "evidence": evidence}]
    rows += [{"id": f"{name}{n}", "question": f"Who wept {n}?", "evidence": []} for n in range(1, count)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def upload(tmp_path: Path, location: str, **files: str) -> Path:
    sent = []
    for number, (name, text) in enumerate(files.items()):
        path = tmp_path / f"sent-{number}"
        path.write_text(text)
        sent.append((path, name))
    return question_sets.keep(sent, location)


def run_of(assistant: Any, path: Path, running: Running, count: int) -> runs.Run:
    sets = question_sets.chosen(assistant, [str(path)], SAY)
    folder = runs.new_folder(runs.default_root(assistant.library.location), [one.name for one in sets])
    running.start(assistant, sets, folder, SAY)
    for _ in range(count):
        assistant.through.release()
    assert running.wait(60)
    return runs.find(folder)


def test_a_run_is_stopped_seen_and_gone_on_with(assistant: Any, tmp_path: Path) -> None:
    running = Running()
    assert running.look() == Look(running=False)
    path = upload(tmp_path, assistant.library.location, **{"mine.jsonl": questions(5)})
    sets = question_sets.chosen(assistant, [str(path)], SAY)
    folder = runs.new_folder(runs.default_root(assistant.library.location), ["mine"])
    running.start(assistant, sets, folder, SAY)
    with pytest.raises(UsageError, match="running already"):
        running.start(assistant, sets, folder, SAY)
    assistant.through.release()
    while running.look().done < 1:
        assert not running.wait(0.01)
    now = running.look()
    assert (now.done, now.total, now.doing and now.doing(SAY)) == (1, 5, "mine")
    assert 'value="1"' in kept_runs.progress(now, SAY)
    running.cancel()
    assert "stopping" in kept_runs.progress(running.look(), SAY)
    assistant.through.release()
    assert running.wait(60)
    over = running.look()
    assert over.ended is not None
    assert over.ended(SAY) == "Stopped after 2 of 5 questions. Go on with it below."
    assert over.ended(RUSSIAN) == "Остановлено: задано 2 из 5 вопросов. Продолжить можно ниже."
    assert (over.failed, over.finished) == (False, False)
    run = runs.find(folder)
    listing = Read(kept_runs.listing([run], SAY))
    assert "2 of 5" in listing.text
    buttons = [attributes["data-what"] for tag, attributes, _ in listing.elements if tag == "button"]
    assert buttons == ["resume"]
    assert "running" in Read(kept_runs.listing([run], SAY, folder.name)).text

    running.start(assistant, question_sets.again(run, SAY), folder, SAY)
    for _ in range(3):
        assistant.through.release()
    assert running.wait(60)
    assert running.look().finished
    assert "Finished in" in kept_runs.progress(running.look(), SAY)
    assert len(assistant.asked) == 5, "each question was asked once"
    finished = runs.find(folder)
    assert finished.finished
    read = Read(kept_runs.opened(finished, SAY))
    assert "5 questions, 1 with an answer" in read.text
    frames = [attributes for tag, attributes, _ in read.elements if tag == "iframe"]
    assert [frame["src"] for frame in frames] == [f"runs/{folder.name}/report.html"]
    assert "allow-same-origin" not in frames[0]["sandbox"]
    assert frames[0]["sandbox"].startswith("allow-scripts")


def test_the_page_gives_the_figures_that_the_run_kept(assistant: Any, tmp_path: Path) -> None:
    path = upload(tmp_path, assistant.library.location, **{"mine.jsonl": questions(3)})
    run = run_of(assistant, path, Running(), 3)
    (kept,) = json.loads((run.folder / "summary.json").read_text("utf-8"))
    html = Read(kept_runs.opened(run, SAY)).text
    for name, one in kept["measures"].items():
        if one["value"] is not None:
            assert f"{one['value']:.3f}" in html.partition(name)[2][:120], name
    (run.folder / "summary.json").write_text("{}")
    assert "cannot be read" in kept_runs.opened(run, SAY)


def test_an_error_ends_a_run_in_words(
    assistant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = upload(tmp_path, assistant.library.location, **{"mine.jsonl": questions(2)})
    sets = question_sets.chosen(assistant, [str(path)], SAY)

    def fails(*_: Any, **__: Any) -> Answer:
        raise ZeroDivisionError("<b>")

    monkeypatch.setattr(assistant, "ask", fails)
    running = Running()
    running.start(assistant, sets, tmp_path / "run", SAY)
    assert running.wait(60)
    look = running.look()
    assert (look.failed, look.ended and look.ended(SAY)) == (
        True,
        "The evaluation could not go on: ZeroDivisionError: <b>",
    )
    assert "&lt;b&gt;" in kept_runs.progress(look, SAY)


def test_two_runs_compared(assistant: Any, tmp_path: Path) -> None:
    path = upload(tmp_path, assistant.library.location, **{"mine.jsonl": questions(3)})
    before = run_of(assistant, path, Running(), 3)
    (tmp_path / "papers" / "a.txt").write_text("Barnacles grow.")
    other = _Assistant(tmp_path / "papers", tmp_path / "library")
    now = run_of(other, path, Running(), 3)
    html = kept_runs.compared(compare(runs.load(now.folder), before.folder), now, before, SAY)
    read = Read(html)
    assert "over 3 common questions" in read.text
    turned = [words for words in read.named("li") if words.startswith("quote_hit@1 turned worse: q0")]
    assert len(turned) == 1


def test_reports_are_read_and_folders_saved_and_nothing_else(assistant: Any, tmp_path: Path) -> None:
    path = upload(tmp_path, assistant.library.location, **{"mine & <b>.jsonl": questions(2)})
    run = run_of(assistant, path, Running(), 2)
    (tmp_path / "library" / "runs" / "secret").mkdir()
    (tmp_path / "library" / "runs" / "secret" / "report.html").write_text("secret")
    (tmp_path / "library" / "run.json").write_text("{}")
    (tmp_path / "library" / "report.html").write_text("secret")
    web = TestClient(Starlette(routes=reports.routes(Opening.done(assistant))))
    reply = web.get("/" + reports.report_address(run.folder.name))
    assert reply.status_code == 200
    assert reply.text == (run.folder / "report.html").read_text("utf-8")
    assert reply.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in reply.headers["content-security-policy"]
    reply = web.get("/" + reports.folder_address(run.folder.name))
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        f"{run.folder.name}/{file.name}": file.read_bytes()
        for file in run.folder.iterdir()
        if file.suffix != ".lock"
    }
    assert not list(Path(reports.tempfile.gettempdir()).glob(f"{run.folder.name}*"))
    for name in ("none", "secret", "..", ".", "%2e%2e", "..%2fruns", "%00", "..%5c"):
        assert web.get(f"/runs/{name}/report.html").status_code == 404, name
        assert web.get(f"/runs/{name}.zip").status_code == 404, name
    loading = TestClient(Starlette(routes=reports.routes(Opening(str(tmp_path), "none"))))
    assert loading.get("/" + reports.report_address(run.folder.name)).status_code == 404


def test_the_marks_are_a_set_as_they_are_when_it_is_run(assistant: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No question is marked"):
        question_sets.chosen(assistant, [question_sets.MARKS], SAY)
    file = marks_file(assistant.library.location)
    keep(
        file,
        judgement(
            "Who was keeper of the lighthouse?", (), "answers", "Ada", spot=Spot("a.txt", 0, 57, TEXT[:57])
        ),
    )
    labels = dict(question_sets.choices(assistant, SAY))
    assert labels["Marks made in the chat: 1 question"] == question_sets.MARKS
    assert labels["seeds: 26 questions, about documents that are not in this library"] == "seeds"
    (first,) = question_sets.chosen(assistant, [question_sets.MARKS], SAY)
    assert (first.name, len(first.questions)) == ("marks", 1)
    keep(file, judgement("Who wept?", (), "nothing answers", "Ada"))
    (second,) = question_sets.chosen(assistant, [question_sets.MARKS], SAY)
    assert len(second.questions) == 2
    assert Path(first.path).read_text("utf-8").count("\n") == 1, "what was run stays, to be gone on with"
    assert not [value for _, value in question_sets.choices(assistant, SAY) if "marks.jsonl" in value]


def test_uploads_are_kept_under_what_they_hold(assistant: Any, tmp_path: Path) -> None:
    location = assistant.library.location
    one = upload(tmp_path, location, **{"mine.jsonl": questions(2)})
    assert upload(tmp_path, location, **{"mine.jsonl": questions(2)}) == one
    other = upload(tmp_path, location, **{"mine.jsonl": questions(3)})
    assert other != one
    assert question_sets.kept(location) == sorted([one, other])
    for nothing in ([], ["nonsense"], [str(tmp_path / "papers" / "a.txt")]):
        with pytest.raises(UsageError):
            question_sets.chosen(assistant, nothing, SAY)
    one.unlink()
    with pytest.raises(UsageError, match="no longer there"):
        question_sets.chosen(assistant, [str(one)], SAY)


def test_a_table_keeps_the_choice_of_its_columns(assistant: Any, tmp_path: Path) -> None:
    path = upload(tmp_path, assistant.library.location, **{"t.csv": "Frage;Datei\nWho wept?;\nWho?;a.txt\n"})
    assert question_sets.column_names(path) == ["Frage", "Datei"]
    with pytest.raises(UsageError, match="which column"):
        question_sets.uploaded(path)
    made = question_sets.uploaded(path, {"question": "Frage", "document": "Datei"})
    (again,) = question_sets.chosen(assistant, [str(path)], SAY)
    assert again.questions == made.questions
    assert again.sha256 == made.sha256


def test_the_files_of_a_folder_are_one_set(assistant: Any, tmp_path: Path) -> None:
    path = upload(
        tmp_path,
        assistant.library.location,
        **{
            "corpus.jsonl": '{"_id": "d1", "title": "", "text": "Quill kept the light."}\n',
            "queries.jsonl": '{"_id": "1", "text": "Who kept the light?"}\n',
            "test.tsv": "query-id\tcorpus-id\tscore\n1\td1\t1\n",
        },
    )
    made = question_sets.uploaded(path)
    assert made.corpus is not None
    assert [question.question for question in made.questions] == ["Who kept the light?"]
    assert any("brings its documents" in label for label, _ in question_sets.choices(assistant, SAY))


def test_every_measure_is_explained_as_in_the_reports() -> None:
    told = {
        key.removeprefix("measure."): text for key, text in table("en").items() if key.startswith("measure.")
    }
    assert told == PLAIN


def test_a_run_in_russian(assistant: Any, tmp_path: Path) -> None:
    path = upload(tmp_path, assistant.library.location, **{"mine.jsonl": questions(3)})
    run = run_of(assistant, path, Running(), 3)
    (kept,) = json.loads((run.folder / "summary.json").read_text("utf-8"))
    value = kept["measures"]["abstain_auroc"]["value"]
    read = Read(kept_runs.opened(run, RUSSIAN))
    assert "3 вопроса, с ответом: 1" in read.text
    assert f"{value:.3f}".replace(".", ",") in read.text.partition("abstain_auroc")[2][:120]
    same = kept_runs.compared(compare(runs.load(run.folder), run.folder), run, run, RUSSIAN)
    assert "+0,000" in Read(same).text
    words = Read(kept_runs.listing([run], RUSSIAN)).text + read.text + Read(same).text
    for english in ("Kept", "Open", "Figures", "Measure", "with", "Then", "question "):
        assert english not in words.replace(str(run.folder), ""), english


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0\xa0s"), (59.4, "59\xa0s"), (200, "3\xa0min 20\xa0s"), (7500, "2\xa0h 5\xa0min")],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds, SAY) == said
