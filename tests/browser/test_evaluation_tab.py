"""The evaluation pane in a real browser: upload, run, stop, go on, read, save, compare."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Server

DOCUMENT = "001_6f795bd2570504c7.txt"
ATTACK = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>"


def questions(count: int = 2) -> bytes:
    rows = [
        {
            "id": "bases",
            "question": "Which countries came under renewed pressure for bases?",
            "evidence": [{"document": DOCUMENT, "quote": "brought on Norway and Turkey for bases."}],
            "answer": "Norway and Turkey",
            "theme": ATTACK,
        },
        {"id": ATTACK, "question": f"What is the capital of Australia? {ATTACK}", "evidence": []},
    ]
    rows += [{"id": f"q{n}", "question": f"Who came {n}th?", "evidence": []} for n in range(2, count)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def open_tab(page: Page) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_role("heading", name="Kept runs").wait_for()


def upload(page: Page, name: str, content: bytes) -> None:
    if not page.locator("#set-upload").is_visible():
        page.get_by_text("Upload a question set").click()
    page.locator("#set-upload input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def opened(page: Page) -> None:
    page.get_by_text("Finished in").wait_for()
    page.locator(".opened").wait_for()


def test_a_set_is_uploaded_run_read_saved_and_compared(page: Page, server: Server) -> None:
    open_tab(page)
    upload(page, "mine.jsonl", questions() + b"nonsense\n")
    page.get_by_text("mine: 2 questions.").wait_for()
    page.get_by_text("mine.jsonl, line 3: not JSON").wait_for()
    run(page)
    opened(page)
    figures = page.locator(".opened .figures")
    assert "2 questions, 1 with an answer" in figures.inner_text()
    for measure, expected in (
        ("Success@1", "1.000"),
        ("quote_hit@1", "1.000"),
        ("answered_wrongly", "0.000"),
    ):
        row = figures.get_by_role("row", name=re.compile(rf"^{re.escape(measure)}\b"))
        assert row.locator("td").inner_text().split()[0] == expected

    # The report in the page: in a frame without an origin, made of text.
    page.get_by_text("Read the report here").click()
    frame = page.frame_locator(".opened iframe")
    frame.get_by_text("capital of Australia").first.wait_for()
    assert frame.locator("img[src=x]").count() == 0
    with page.context.expect_page() as window:
        page.get_by_role("link", name="Open the report in a window").click()
    window.value.get_by_text("capital of Australia").first.wait_for()
    assert "owned" not in window.value.title()
    assert window.value.evaluate("window.origin") == "null"
    window.value.close()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the whole run").click()
    assert download.value.suggested_filename.endswith("-mine.zip")
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert archive.testzip() is None
    assert {"run.json", "outcomes.jsonl", "summary.json", "report.html", "mine.run", "mine.qrels"} <= names
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the report").click()
    assert download.value.suggested_filename.endswith("-mine.html")
    assert b"<html" in download.value.path().read_bytes()[:2000].lower()

    # The same again, and the two compared.
    run(page)
    page.wait_for_function("document.querySelectorAll('button[data-what=open]').length >= 2")
    opened(page)
    page.locator("#other-run input").click()
    page.get_by_role("option").first.click()
    compared = page.locator(".compared")
    compared.wait_for()
    assert "over 2 common questions" in compared.inner_text()
    changes = compared.locator("tbody td:nth-of-type(3)").all_inner_texts()
    assert len(changes) > 5
    assert all(change.startswith("+0.000") for change in changes)
    assert page.title() == "Evaluate · Ibid"


def test_a_run_is_stopped_and_gone_on_with_after_the_page_was_closed(
    server: Server, browser: Browser
) -> None:
    with server.holding("bases"):  # the first question is answered, the others wait
        page = server.visit(browser)
        open_tab(page)
        upload(page, "many.jsonl", questions(8))
        page.get_by_text("many: 8 questions.").wait_for()
        run(page)
        page.locator("progress[value='1']").wait_for()
        page.context.close()
        page = server.visit(browser)  # it goes on meanwhile, and is seen here too
        open_tab(page)
        page.locator("progress[value='1']").wait_for()
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("stopping after the questions that are being answered").wait_for()
    stopped = page.get_by_text(re.compile(r"^Stopped after \d+ of 8 questions\."))
    stopped.wait_for()
    done = stopped.inner_text().split()[2]
    assert 0 < int(done) < 8
    row = page.locator("tr", has_text="many").first
    assert f"{done} of 8" in row.inner_text()
    row.get_by_role("button", name="Go on").click()
    opened(page)
    assert "8 questions" in page.locator(".opened").inner_text()
    folder = next(server.library.glob("runs/*-many"))
    kept = [json.loads(line) for line in (folder / "outcomes.jsonl").read_text("utf-8").splitlines()]
    assert len(kept) == 8, "each question was asked once"
    page.context.close()


def test_the_columns_of_a_table_are_chosen(page: Page) -> None:
    open_tab(page)
    table = f"Frage;Datei;Stelle\nWho was Subasic?;{DOCUMENT};\nWhat is the capital of Australia?;;\n"
    upload(page, "fragen.csv", table.encode())
    page.get_by_text("Which column holds what?").wait_for()
    page.get_by_text('fragen.csv: which column holds the questions? Its columns: "Frage"').wait_for()
    for role, name in (("question", "Frage"), ("document", "Datei")):
        page.locator(f"#column-{role} input").click()
        page.get_by_role("option", name=name, exact=True).last.click()
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
    page.get_by_role("button", name="Read with these columns").click()
    page.get_by_text("fragen: 2 questions.").wait_for()
    page.get_by_text("Which column holds what?").wait_for(state="hidden")
    assert "fragen: 2 questions (uploaded)" in page.locator("#sets").inner_text()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jsonl", b" ", "no question in it"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\xff", "picture.png"),
    ],
)
def test_what_is_no_set_is_said_in_a_line(page: Page, name: str, content: bytes, words: str) -> None:
    open_tab(page)
    upload(page, name, content)
    error = page.locator(".uploading .message.error").first
    error.wait_for()
    assert words in error.inner_text()


def test_nothing_is_run_without_a_choice_and_a_phone_has_no_sideways_scroll(phone: Page) -> None:
    open_tab(phone)
    run(phone)
    phone.get_by_text("Choose a question set first, or upload one.").wait_for()
    phone.get_by_text("Upload a question set").click()
    phone.wait_for_timeout(300)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_other_file_is_read_by_a_runs_address(server: Server, browser: Browser) -> None:
    page = server.visit(browser)
    for name in ("none", "..", "%2e%2e", "..%2f..", "..%5c..", "%00"):
        for ending in ("/report.html", ".zip"):
            reply = page.request.get(f"{server.address}runs/{name}{ending}")
            body = reply.body()
            assert reply.status == 404 or b"gradio" in body.lower(), (name, ending, reply.status)
            assert not body.startswith(b"PK")
    page.context.close()
