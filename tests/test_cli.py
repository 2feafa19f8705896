"""The qa command as a person or a script meets it: words, JSON, exit codes, against the real model."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.cli import main
from qa.cli.terminal import phrase_in, safe
from qa.encoding import DEFAULT_MODEL, SentenceEncoder
from qa.evidence.model import EvidenceModel

SEEDS = Path(__file__).parents[1] / "seeds"
TELEGRAM = "001_6f795bd2570504c7.txt"
QUESTION = "What did Litvinov tell Harriman at the theatre?"


@pytest.fixture(scope="module", autouse=True)
def _one_model(sentence_encoder: SentenceEncoder, evidence_model: EvidenceModel) -> Iterator[None]:
    """The real models, loaded once for all commands that are run in this process; on one thread, for
    threads that wait for each other on a busy machine take many times as long."""

    def encoder(model: str = DEFAULT_MODEL) -> SentenceEncoder:
        return sentence_encoder if model == DEFAULT_MODEL else SentenceEncoder(model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setattr("qa.assistant.SentenceEncoder", encoder)
        patch.setattr("qa.assistant.EvidenceModel", lambda: evidence_model)
        yield


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library of the seeds, made by `qa add`."""
    place = str(tmp_path_factory.mktemp("library") / "seeds")
    assert main(["add", str(SEEDS), "--library", place]) == 0
    return place


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches the person's own library, nor depends on the terminal that it runs in."""
    monkeypatch.setenv("QA_LIBRARY", str(tmp_path / "default"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("QA_DEBUG", raising=False)


def qa(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        capture_output=True, text=True, timeout=300, check=False, cwd=SEEDS.parent, **more,
    )  # fmt: skip


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What the command prints on standard output, run here; its exit code must be ``code``."""
    capsys.readouterr()
    assert main(arguments) == code
    return capsys.readouterr().out


# --- start, help, wrong use ---


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    taken = []
    for _ in range(3):
        began = processor_seconds()
        done = qa("--help")
        taken.append(processor_seconds() - began)
        assert done.returncode == 0
    for command in ("add", "remove", "list", "update", "show", "ask", "chat", "people", "evaluate", "verify"):
        assert f"\n    {command} " in done.stdout
    assert "examples:" in done.stdout
    script = (
        "import sys, contextlib, io\nfrom qa.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help'])\n"
        "heavy = {'torch', 'faiss', 'gradio', 'lxml', 'citeproc', 'tantivy', 'rich', 'numpy'}\n"
        "print(heavy & sys.modules.keys())"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=SEEDS.parent
    )
    assert loaded.stdout.strip() == "set()"
    # Three times the bare interpreter's own start at most, whatever else the machine does: 0.3 s at rest.
    began = processor_seconds()
    subprocess.run([sys.executable, "-c", "import argparse"], check=True)
    assert min(taken) < 0.3 + 3 * (processor_seconds() - began)


def processor_seconds() -> float:
    """What the processes that this one has started and waited for took of the processor (0 on Windows)."""
    spent = os.times()
    return spent.children_user + spent.children_system


@pytest.mark.parametrize(
    "command", ["add", "remove", "list", "update", "show", "ask", "chat", "people", "evaluate", "verify"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, command, "--help")
    for option in ("--library", "--model", "--json"):
        assert option in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["asj"], "invalid choice"),
        (["ask"], "No question"),
        (["ask", ""], "question is empty"),
        (["ask", "   "], "question is empty"),
        (["ask", "x" * 100_000], "100,000 characters"),
        (["ask", "x", "--limit", "0"], "no number of quotes"),
        (["ask", "x", "--limit", "many"], "no number of quotes"),
        (["ask", "x", "--confidence", "70"], "number from 0 to 1"),
        (["ask", "x", "--cross-encoder", "/no/such/folder"], "cross-encoder"),
        (["ask", "x", "--style", "turabian"], "chicago-notes-bibliography"),
        (["ask", "x", "--from", "yesterday"], "yesterday"),
        (["ask", "x", "--in", "no-such-document"], "no-such-document"),
        (["show", "no-such-document"], "no-such-document"),
        (["remove", "no-such-document"], "no-such-document"),
        (["verify", "/no/such/file"], "/no/such/file"),
        (["evaluate", "no-such-set"], "no-such-set"),
        (["chat", "--host", "0.0.0.0"], "Add people first: qa people add NAME"),
        (["chat", "--allow-host", "ibid.example.org"], "Add people first: qa people add NAME"),
        (["chat", "--certificate", "nowhere.pem"], "there is no such file"),
        (["chat", "--port", "99999"], "no port"),
        (["list", "--library", "redis://x"], "redis"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_a_line_or_two(
    arguments: list[str], words: str, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = arguments if "--library" in arguments or not arguments else [*arguments, "--library", library]
    capsys.readouterr()
    assert main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("qa: ")
    assert words in err
    assert len(err.splitlines()) <= 2
    assert "Traceback" not in err


def test_an_empty_question_makes_no_library(tmp_path: Path) -> None:
    main(["ask", "", "--library", str(tmp_path / "new")])
    assert main(["list", "--library", str(tmp_path / "new"), "--json"]) == 0


def test_options_stand_before_or_after_the_command(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.loads(printed(capsys, "--library", library, "--json", "list"))
    after = json.loads(printed(capsys, "list", "--json", "--library", library))
    assert before == after
    assert len(before["documents"]) == 2


def test_an_error_that_should_not_happen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("by \x1b[31mnought")

    monkeypatch.setattr("qa.assistant.Assistant.open", fails)
    assert main(["list"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("qa: An error that should not happen: ZeroDivisionError: by nought\n")
    assert "QA_DEBUG=1" in err
    assert len(err.splitlines()) == 2
    monkeypatch.setenv("QA_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["list"])


# --- the library ---


def test_add_list_update_remove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, place = tmp_path / "papers", str(tmp_path / "lib")
    folder.mkdir()
    (folder / "tin.txt").write_text("The price of tin rose in March.", "utf-8")
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02\xff" * 99)
    (folder / "picture.raw").write_bytes(b"\x89PNG")
    added = json.loads(printed(capsys, "add", str(folder), "--library", place, "--json", code=3))
    assert added["added"] == ["tin.txt"]
    assert [Path(failure["path"]).name for failure in added["failed"]] == ["broken.txt"]
    assert added["failed"][0]["reason"]
    assert added["skipped"] == ["picture.raw"]
    assert (added["documents"], added["library"]["documents"]) == (1, 1)

    capsys.readouterr()
    assert main(["add", str(folder), "/no/such/path", "--library", place]) == 3
    out, err = capsys.readouterr()
    assert "1 unchanged" in out
    assert "2 not read" in out
    assert len(err.splitlines()) == 2
    assert "broken.txt" in err
    assert "/no/such/path" in err

    (folder / "tin.txt").write_text("The price of tin fell in May.", "utf-8")
    assert json.loads(printed(capsys, "update", "--library", place, "--json"))["changed"] == ["tin.txt"]
    out = printed(capsys, "list", "--library", place)
    assert "tin.txt" in out
    assert "1 document, 1 passage" in out
    (folder / "tin.txt").unlink()
    assert json.loads(printed(capsys, "update", "--library", place, "--json"))["removed"] == ["tin.txt"]
    assert "empty" in printed(capsys, "list", "--library", place)
    # Not the documents to try: this library has had others.
    assert main(["ask", "Who was Subasic?", "--library", place]) == 4
    assert "nothing to search" in capsys.readouterr().out


def test_another_encoding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, place = tmp_path / "письмо.txt", str(tmp_path / "lib")
    file.write_text("Посол прибыл в полдень.", "windows-1251")
    assert main(["add", str(file), "--library", place]) == 3
    assert "--encoding" in capsys.readouterr().err
    assert main(["add", str(file), "--library", place, "--encoding", "windows-1251"]) == 0
    assert json.loads(printed(capsys, "show", "письмо.txt", "--library", place, "--json"))["text"].startswith(
        "Посол"
    )


def test_remove_takes_a_document_out_for_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = str(tmp_path / "lib")
    assert main(["add", str(SEEDS), "--library", place]) == 0
    assert json.loads(printed(capsys, "remove", TELEGRAM, "--library", place, "--json")) == {
        "removed": [TELEGRAM]
    }
    names = [
        each["name"]
        for each in json.loads(printed(capsys, "list", "--library", place, "--json"))["documents"]
    ]
    assert names == ["000_3afec642d489efac.txt"]
    assert SEEDS.joinpath(TELEGRAM).exists()


def test_list_groups_by_source_file(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(printed(capsys, "list", "--library", library, "--json"))
    assert {"name", "title", "date", "source", "characters", "passages"} <= listed["documents"][0].keys()
    assert {source["name"] for source in listed["sources"]} == {TELEGRAM, "000_3afec642d489efac.txt"}
    assert listed["searched"]["documents"] == 2
    assert "Harriman" not in printed(capsys, "list", "--library", library)
    assert "Harriman" in printed(capsys, "list", "--documents", "--library", library)


def test_show(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(printed(capsys, "show", TELEGRAM, "--library", library, "--json"))
    assert shown["document"] == TELEGRAM
    text = shown["text"]
    assert text == (SEEDS / TELEGRAM).read_text("utf-8")
    (page,) = [mark for mark in shown["marks"] if mark["kind"] == "page" and mark["label"] == "922"]
    assert text[page["start"] : page["end"]].strip() == "[Page 922]"
    assert shown["metadata"]["date"] == "1945-11-22"
    assert "document 690" in printed(capsys, "show", TELEGRAM, "--library", library)


# --- asking ---


@pytest.fixture(scope="module")
def asked(library: str) -> Any:
    """`qa ask --json` in a process of its own: nothing but the document may be on standard output."""
    done = qa("ask", QUESTION, "--json", "--library", library)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ask_gives_exact_quotes(asked: Any, library: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked["answered"]
    assert asked["question"] == QUESTION
    assert 0 <= asked["confidence"] <= 1
    assert asked["searched"]["documents"] == 2
    text = json.loads(printed(capsys, "show", TELEGRAM, "--library", library, "--json"))["text"]
    for quote in asked["quotes"]:
        if quote["document"] == TELEGRAM:
            assert text[quote["start"] : quote["end"]] == quote["text"]
        phrase = quote["phrase"]
        if phrase:
            offset = phrase["start"] - quote["start"]
            assert quote["text"][offset:].startswith(phrase["text"])
    assert any("disturbed by the international situation" in quote["text"] for quote in asked["quotes"])
    assert asked["quotes"][0]["pages"] == "921"
    assert Path(asked["quotes"][0]["source_path"]) == SEEDS / asked["quotes"][0]["source_file"]


def test_ask_prints_quotes_with_citations(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(printed(capsys, "ask", *QUESTION.split(), "--limit", "2", "--library", library).split())
    assert "1 001_6f795bd2570504c7.txt · p. 921" in out
    assert "document 690, p. 921, https://history.state.gov/historicaldocuments/frus1945v05/d690" in out
    assert "Answer phrase: " in out
    assert "\n3  " not in out
    assert "Searched 2 documents" in out


def test_not_answered(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "ask", "What is the capital of Australia?", "--json", "--library", library, code=4)
    answer = json.loads(out)
    assert not answer["answered"]
    assert answer["quotes"] == []
    assert answer["nearest"]
    assert answer["nearest"][0]["citation"]


def test_ask_says_where_the_time_went_and_answers_from_the_confidence_asked_for(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("ask", QUESTION, "--library", library)
    out = printed(capsys, *common, "--timing")
    stages = r"\d\.\d{3} s: searching .* \(\d+%\), reading .*, choosing .*, citing "
    assert re.search(stages, out, re.DOTALL)
    assert "Nothing in the library answers this" in printed(capsys, *common, "--confidence", "1", code=4)
    assert printed(capsys, "ask", "Carpets?", "--library", library, "--confidence", "0")


def test_without_the_evidence_model_it_says_so(
    library: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from qa.evidence.model import EvidenceModel

    missing = EvidenceModel(tmp_path / "none.safetensors")
    monkeypatch.setattr("qa.assistant.EvidenceModel", lambda: missing)
    main(["ask", QUESTION, "--library", library])
    assert "evidence model's weights are missing" in capsys.readouterr().err


def test_a_question_that_leans_on_none_is_told_by_which_word(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    main(["ask", "Was he pessimistic?", "--library", library])
    assert "“he” leans on a question that was not asked." in " ".join(capsys.readouterr().out.split())
    main(["ask", "Was he pessimistic?", "--after", QUESTION, "--library", library])
    assert "leans" not in capsys.readouterr().out


def test_a_follow_up_from_standard_input_in_another_style(
    library: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Was he pessimistic?\n"))
    capsys.readouterr()
    code = main(["ask", "-", "--after", QUESTION, "--style", "apa", "--json", "--library", library])
    answer = json.loads(capsys.readouterr().out)
    assert code == (0 if answer["answered"] else 4)
    assert answer["question"] == "Was he pessimistic?"
    assert answer["after"] == [QUESTION]
    found = answer["quotes"] + answer["nearest"]
    assert any("extremely pessimistic" in quote["text"] for quote in found)
    assert "In the text: (" in found[0]["citation"]


def test_narrowing(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--json", "--library", library]
    capsys.readouterr()
    main(["ask", "Who was Litvinov?", "--in", TELEGRAM, *common])
    answer = json.loads(capsys.readouterr().out)
    assert answer["searched"]["documents"] == 1
    assert {quote["document"] for quote in answer["quotes"] + answer["nearest"]} == {TELEGRAM}
    assert main(["ask", "Who was Litvinov?", "--to", "1900", *common]) == 4
    assert json.loads(capsys.readouterr().out)["searched"] == {"documents": 0, "passages": 0}


def test_a_new_library_starts_with_two_documents_and_only_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "new")]
    capsys.readouterr()
    assert main(["ask", QUESTION, *place]) == 0
    assert "2 documents that come with the program" in capsys.readouterr().err
    assert main(["remove", TELEGRAM, "000_3afec642d489efac.txt", *place]) == 0
    assert main(["ask", QUESTION, *place]) == 4
    out, err = capsys.readouterr()
    assert "nothing to search" in out
    assert err == ""


# --- verify, evaluate ---


def test_verify(asked: Any, library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps(asked), "utf-8")
    checked = json.loads(printed(capsys, "verify", str(saved), "--library", library, "--json"))
    assert checked["quotes"] == checked["exact"] == len(asked["quotes"])
    assert "exact" in printed(capsys, "verify", str(saved), "--library", library)
    # Without the library that gave the answer, too; and none is made for it.
    assert main(["verify", str(saved), "--library", str(tmp_path / "none")]) == 0
    assert not (tmp_path / "none").exists()
    asked["quotes"][0] = {**asked["quotes"][0], "text": asked["quotes"][0]["text"].replace("a", "e")}
    saved.write_text(json.dumps([asked]), "utf-8")
    out = printed(capsys, "verify", str(saved), "--library", library, code=1)
    assert "CHANGED" in out
    assert "[-" in out
    saved.write_text("{", "utf-8")
    assert main(["verify", str(saved)]) == 2


def test_evaluate(library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (SEEDS.parent / "qa" / "evaluation" / "questions" / "seeds.jsonl").read_text("utf-8").splitlines()
    small, report = tmp_path / "small.jsonl", tmp_path / "report"
    small.write_text("\n".join([lines[0], lines[1], lines[-1]]), "utf-8")
    out = printed(capsys, "evaluate", str(small), "--report", str(report), "--library", library)
    assert "quote_hit@1" in out
    assert "summary.md" in out
    assert (report / "summary.md").exists()
    common = ["--baseline", str(report), "--library", library, "--json"]
    (one,) = json.loads(printed(capsys, "evaluate", str(small), *common))
    assert (one["questions"], one["answerable"]) == (3, 2)
    assert one["measures"]["verbatim"]["value"] == 1
    assert one["baseline"]["common"] == 3


# --- the terminal ---


def test_a_document_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = (
        "\x1b]0;owned\x07[bold]Tin\x1b[31m[/bold] rose. \u202eback\u202c \x9b2J "
        "[link=file:///x]here[/link] :smile:\n\n" + "The price of copper did not move at all. " * 5
    )
    (tmp_path / "evil.txt").write_text(evil, "utf-8")
    place = str(tmp_path / "lib")
    main(["add", str(tmp_path / "evil.txt"), "--library", place])
    out = printed(capsys, "show", "evil.txt", "--library", place)
    assert "[bold]Tin[/bold] rose. back" in out
    assert "[link=file:///x]here[/link] :smile:" in out
    assert not any(c in out for c in "\x1b\x07\x9b\u202e")


def test_safe() -> None:
    assert safe("a\tb\nc – “d” Ж") == "a\tb\nc – “d” Ж"
    assert (
        safe("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1bP1q\x1b\\\x1b(B.")
        == "red link ."
    )
    assert safe("one\r\ntwo\rthree\x00\x7f") == "one\ntwothree"


def test_the_phrase_is_found_where_apparatus_was_left_out() -> None:
    text = "He could not [Page 922] get what he wanted.7 Nor could we get it."
    clean = "He could not get what he wanted. Nor could we get it."
    start = text.index("could we get")
    assert phrase_in(clean, text, 100, 100 + start, 100 + start + 12) == (37, 49)
    across = phrase_in(clean, text, 0, 3, 27)
    assert across is not None
    assert clean[slice(*across)] == "could not get"
    assert phrase_in("abc", "abc", 0, 3, 3) is None


def test_a_reader_that_goes_away_is_no_error(library: str) -> None:
    script = f"'{sys.executable}' -m qa show {TELEGRAM} --library '{library}' --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=150, check=False, cwd=SEEDS.parent
    )
    assert done.stdout == "{"
    assert done.stderr == ""


def on_a_terminal(*arguments: str, answer: str = "", **environment: str) -> tuple[int, str]:
    """The command with a terminal for all three streams; its exit code and all that it wrote."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", *arguments],
        stdin=follower, stdout=follower, stderr=follower, cwd=SEEDS.parent,
        env={**os.environ, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(follower)
    os.write(leader, answer.encode())
    written, until = b"", time.monotonic() + 300
    while time.monotonic() < until:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                written += os.read(leader, 65536)
            except OSError:
                break
        elif process.poll() is not None:
            break
    os.close(leader)
    return process.wait(timeout=60), written.decode("utf-8", "replace")


def test_on_a_terminal_the_phrase_is_marked_and_removing_is_asked_about(library: str, tmp_path: Path) -> None:
    code, out = on_a_terminal("ask", "What could Litvinov himself do?", "--library", library, NO_COLOR="1")
    assert code in (0, 4)
    assert "\x1b[1;4m" in out
    assert "Answer phrase" not in out
    assert "\x1b[3" + "1m" not in out
    code, out = on_a_terminal("remove", TELEGRAM, "--library", library, answer="n\n")
    assert code == 1
    assert "[y/N]" in out
    assert "Nothing was removed" in out


def test_a_progress_bar_on_a_terminal(tmp_path: Path) -> None:
    code, out = on_a_terminal("add", str(SEEDS), "--library", str(tmp_path / "lib"))
    assert code == 0
    assert "/2 files" in safe(out)
    assert "2 added" in out


# What a shell runs in the background ignores Ctrl-C, and so do its children, these tests among them.
HEEDS_CTRL_C = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from qa.cli import main
sys.exit(main())
"""


@pytest.mark.timeout(600)
def test_ctrl_c_keeps_what_was_finished(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(40):
        lines = "\n\n".join(f"Item {number}.{line}: the price of tin was {line}." for line in range(120))
        (folder / f"{number:02}.txt").write_text(lines, "utf-8")
    place = str(tmp_path / "lib")
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C, "add", str(folder), "--library", place],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=SEEDS.parent,
    )  # fmt: skip
    database = Path(place) / "library.sqlite"
    until = time.monotonic() + 240
    while time.monotonic() < until and process.poll() is None and not database.exists():
        time.sleep(0.05)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 130
    assert err == "qa: Stopped. What was finished is kept.\n"
    listed = qa("list", "--json", "--library", place)
    assert listed.returncode == 0
    assert len(json.loads(listed.stdout)["documents"]) < 40
