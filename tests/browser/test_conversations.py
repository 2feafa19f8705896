"""Conversations in a real browser: over reloads and tabs, as files, damaged, and where there is no room."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest

from qa.cli import main
from tests.browser.asking import ask
from tests.browser.conftest import PATIENCE
from tests.browser.test_accessibility import found
from tests.browser.test_signing_in import sign_in, sign_out, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Server
    from tests.conftest import Served

SUBASIC = "Who was Subasic?"
BASES = "Which countries came under renewed Soviet pressure for bases?"
CAPITAL = "What is the capital of Australia?"

# One store of the browser's database as JSON, or written with what a function makes of each record.
READ = """(store) => new Promise((done) => {
  const opened = indexedDB.open("ibid");
  opened.onsuccess = () => {
    const all = opened.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => (opened.result.close(), done(all.result));
  };
})"""
WRITE = """([store, records]) => new Promise((done) => {
  const opened = indexedDB.open("ibid");
  opened.onsuccess = () => {
    const transaction = opened.result.transaction(store, "readwrite");
    for (const record of records) transaction.objectStore(store).put(record);
    transaction.oncomplete = () => (opened.result.close(), done());
  };
})"""


def named(page: Page, name: str) -> None:
    """Waits until the conversation of this name is what is open and kept."""
    page.locator(".kept .bar .name", has_text=name).wait_for()


def kept(page: Page, *turns: int) -> None:
    """Waits until so many conversations are kept, with so many turns each (in any order)."""
    patience = time.monotonic() + PATIENCE
    counts: list[int] = []
    while counts != sorted(turns):
        assert time.monotonic() < patience, counts
        page.wait_for_timeout(20)
        counts = sorted(len(one["turns"]) for one in page.evaluate(READ, "conversations"))


def listed(page: Page) -> Locator:
    """Opens the list; its rows."""
    if not page.locator("dialog.drawer[open]").count():
        page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator("dialog.drawer[open]").wait_for()
    return page.locator("dialog.drawer li")


def more(page: Page, name: str) -> Locator:
    """The row of a conversation with what can be done with it unfolded."""
    row = listed(page).filter(has_text=name)
    if row.locator("details[open]").count() == 0:
        row.locator("summary").click()
    return row


def names(page: Page) -> list[str]:
    return page.locator("dialog.drawer li .name").all_inner_texts()


def settled(page: Page, expected: list[str]) -> None:
    page.wait_for_function(
        "(expected) => JSON.stringify([...document.querySelectorAll('dialog.drawer li .name')]"
        ".map((one) => one.textContent)) === expected",
        arg=json.dumps(expected, ensure_ascii=False, separators=(",", ":")),
    )


def test_a_conversation_outlasts_a_reload_and_stands_in_the_list(page: Page) -> None:
    quote = ask(page, SUBASIC).locator(".card blockquote").first.inner_text()
    named(page, SUBASIC)
    page.reload()
    page.locator(".turn .card").first.wait_for()
    assert page.locator(".turn .card blockquote").first.inner_text() == quote
    named(page, SUBASIC)
    assert page.evaluate("document.activeElement === document.querySelector('#question textarea')")
    # It goes on where it was, and what follows upon it still knows what was asked.
    assert "Searched" in ask(page, "What was his complaint?").inner_text()
    kept(page, 2)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".welcome").wait_for()
    assert page.locator(".kept .bar .name").is_hidden()
    ask(page, BASES)
    named(page, BASES)

    listed(page)
    settled(page, [BASES, SUBASIC])
    assert "2 questions" in page.locator("dialog.drawer li").nth(1).inner_text()
    assert page.locator("dialog.drawer li [aria-current=true]").inner_text().startswith(BASES)
    # What is searched stands in a quote, in no question; letters need no case and no accents.
    page.keyboard.type("TURKÉY")
    settled(page, [BASES])
    page.locator("#kept-search").fill("no such words")
    page.locator("dialog.drawer .none-found").wait_for()
    page.locator("#kept-search").fill("")
    settled(page, [BASES, SUBASIC])

    # Escape folds up what is unfolded before it closes the list.
    row = more(page, SUBASIC)
    assert found(page) == []
    row.locator("summary").press("Escape")
    assert row.locator("details[open]").count() == 0
    assert page.locator("dialog.drawer[open]").is_visible()
    more(page, SUBASIC).get_by_role("button", name="Rename").click()
    page.locator("form.naming input").fill("Šubašić & <b>Tito</b>")
    page.keyboard.press("Enter")
    settled(page, [BASES, "Šubašić & <b>Tito</b>"])
    page.locator("dialog.drawer li .one").nth(1).click()
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    named(page, "Šubašić & <b>Tito</b>")
    assert page.locator("#question").evaluate("(box) => !box.closest('[inert]')")

    # What is deleted can be brought back; where it was open, it is opened again.
    more(page, "Tito").get_by_role("button", name="Delete").click()
    settled(page, [BASES])
    assert "Deleted: “Šubašić" in page.locator("dialog.drawer .line").inner_text()
    page.locator(".welcome").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    # Opening is no change: the order is that of the last questions.
    listed(page)
    settled(page, [BASES, "Šubašić & <b>Tito</b>"])
    page.keyboard.press("Escape")
    page.locator("dialog.drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "Conversations"


def test_conversations_are_carried_as_files(
    page: Page, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(page, SUBASIC)
    ask(page, CAPITAL)
    kept(page, 2)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".welcome").wait_for()
    ask(page, BASES)
    named(page, BASES)

    def downloaded(press: Locator) -> Path:
        with page.expect_download() as download:
            press.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    row = more(page, SUBASIC)
    markdown = downloaded(row.get_by_role("button", name="Markdown"))
    assert markdown.name == "Who was Subasic.md"
    assert f"## {SUBASIC}" in markdown.read_text("utf-8")
    word = downloaded(row.get_by_role("button", name="Word"))
    assert any(SUBASIC in paragraph.text for paragraph in docx.Document(str(word)).paragraphs)
    receipts = downloaded(row.get_by_role("button", name="receipts"))
    assert main(["verify", str(receipts), "--library", str(server.library), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["exact"] == checked["quotes"] >= 2

    whole = downloaded(page.get_by_role("button", name="Export all"))
    said = page.locator("dialog.drawer .line [role=status]")
    page.get_by_role("button", name="Delete all").click()
    said.get_by_text("All conversations deleted.").wait_for()
    settled(page, [])
    page.reload()
    page.locator(".welcome").wait_for()
    assert listed(page).count() == 0
    page.locator("dialog.drawer .none").wait_for()
    (tmp_path / "other.json").write_text('{"conversations": [{"turns": [1]}, "x"]}', "utf-8")
    (tmp_path / "nonsense.json").write_text("not JSON", "utf-8")
    for name, words in (
        ("nonsense.json", "This file holds no conversations"),
        ("other.json", "Imported: 0. Already here: 0. Not readable: 2."),
        (whole.name, "Imported: 2. Already here: 0. Not readable: 0."),
        (whole.name, "Imported: 0. Already here: 2. Not readable: 0."),
        (receipts.name, "Imported: 1. Already here: 0. Not readable: 0."),
    ):
        page.locator("dialog.drawer input[type=file]").set_input_files(tmp_path / name)
        said.get_by_text(words).wait_for()
    page.locator("dialog.drawer li .one").filter(has_text=SUBASIC).last.click()
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    assert page.locator(".turn .card").count() >= 2
    assert page.locator(".lost").count() == 0


def test_what_was_damaged_is_said_and_never_shown_as_a_quote(page: Page) -> None:
    ask(page, SUBASIC)
    ask(page, CAPITAL)
    kept(page, 2)
    attack = "<img src=x onerror=\"document.title='owned'\">"
    turns: list[Any] = page.evaluate(READ, "turns")
    for turn in turns:
        answer = turn["record"]["answer"]
        for quote in (*answer["quotes"], *answer["nearest"]):
            quote["citation"] = quote["clean"] = attack
            if quote["number"] == 2:
                quote["text"] = f"Nobody ever wrote this. {attack}"
    (conversation,) = page.evaluate(READ, "conversations")
    conversation["name"] = attack
    page.evaluate(WRITE, ["turns", turns])
    page.evaluate(WRITE, ["conversations", [conversation, {"id": "x"}, {"id": "y", "turns": [3]}]])
    page.reload()
    page.locator(".turn .lost").first.wait_for()
    assert page.locator("#ask-tab-button").is_visible()
    assert "no longer stand" in page.locator(".kept .bar .line").inner_text()
    cards = " ".join(page.locator(".card").all_inner_texts())
    assert "Nobody ever wrote this" not in cards
    assert "onerror" not in cards
    page.locator(".lost summary").first.click()
    assert "Nobody ever wrote this" in page.locator(".lost").first.inner_text()
    assert page.locator(".lost blockquote, .lost img").count() == 0
    assert page.title() != "owned"
    assert found(page) == []
    assert listed(page).count() == 1
    # Where nothing of it can be read that costs one line too, and one goes on.
    nothing = {"question": "?", "answer": 3}
    page.evaluate(WRITE, ["turns", [{**turn, "record": nothing} for turn in page.evaluate(READ, "turns")]])
    page.reload()
    page.locator(".kept .bar .line", has_text="is damaged and cannot be opened").wait_for()
    assert page.locator(".welcome").is_visible()
    assert ask(page, BASES).locator(".card").count()


def test_two_tabs_and_a_server_that_forgot_lose_nothing(page: Page) -> None:
    ask(page, SUBASIC)
    kept(page, 1)
    # The same conversation in two tabs, as a duplicated tab has it: what the later asks becomes its own.
    opened = page.evaluate("Object.entries(sessionStorage).find(([key]) => key.startsWith('ibid.open'))")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".welcome").wait_for()
    other.evaluate("([key, id]) => sessionStorage.setItem(key, id)", opened)
    other.reload()
    other.locator(".turn .card").first.wait_for()
    ask(other, BASES)
    kept(other, 2)
    other.close()
    ask(page, CAPITAL)
    kept(page, 2, 2)

    # A server that was started anew knows nothing of the conversation, and answers the next question alone.
    record = {"question": BASES, "asked": "2026-11-22T10:00:00+00:00", "answer": None}
    page.evaluate(
        "(detail) => document.dispatchEvent(new CustomEvent('ibid:told-turns', { detail }))",
        {"first": True, "turns": [{"key": "new", "record": record}]},
    )
    page.wait_for_function("document.querySelectorAll('.turn').length === 3")
    questions = page.locator(".turn .question").all_inner_texts()
    assert questions == [SUBASIC, CAPITAL, BASES]

    # An address that asks begins a conversation of its own, in the same tab too.
    page.goto(f"{page.url}?q=Who+was+Stettinius%3F")
    page.locator(".turn .searched").first.wait_for()
    named(page, "Who was Stettinius?")
    assert page.locator(".turn").count() == 1
    kept(page, 1, 2, 3)


def test_who_signs_in_in_the_same_browser_sees_only_their_own(served: Served, browser: Browser) -> None:
    with visit(browser, served.address) as page:
        sign_in(page, "Ada", served.passwords["Ada"])
        page.locator(".welcome").wait_for()
        ask(page, SUBASIC)
        named(page, SUBASIC)
        sign_out(page)
        page.goto(served.address)
        sign_in(page, "Ben", served.passwords["Ben"])
        page.locator(".welcome").wait_for()
        assert listed(page).count() == 0
        page.locator("dialog.drawer .none").wait_for()
        page.keyboard.press("Escape")
        sign_out(page)
        page.goto(served.address)
        # To her it is brought back, in the same tab.
        sign_in(page, "Ada", served.passwords["Ada"])
        page.locator(".turn .card").first.wait_for()
        named(page, SUBASIC)


def test_no_room_and_no_storage_are_said(server: Server, browser: Browser) -> None:
    full = "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"
    off = "Object.defineProperty(window, 'indexedDB', { get: () => undefined });"
    for script, words in ((full, "has no room left"), (off, "keeps nothing for this page")):
        page = server.visit(browser)
        errors: list[str] = []
        page.on("pageerror", lambda error, found=errors: found.append(str(error)))
        page.add_init_script(script)
        page.reload()
        page.locator(".welcome").wait_for()
        assert ask(page, SUBASIC).locator(".card").count()
        page.locator(".kept .bar .line", has_text=words).wait_for()
        page.context.close()
        assert errors == []
