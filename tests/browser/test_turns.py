"""What can be done with a question and its answer, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.browser.asking import ask, at_rest, replied

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Server

BASES = "Which countries came under renewed pressure for bases?"
THEATRE = "What did Litvinov tell Harriman in their conversation at the theatre last night?"


def questions(page: Page) -> list[str]:
    return page.locator(".question").all_inner_texts()


def wait_for_questions(page: Page, *wanted: str) -> None:
    page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('.question')].map(one => one.innerText))"
        " === JSON.stringify(wanted) && !document.querySelector('.message.waiting')",
        arg=list(wanted),
    )


def do(inside: Locator, name: str) -> None:
    inside.get_by_role("button", name=name, exact=True).click()


def test_a_question_is_edited_deleted_and_brought_back(page: Page) -> None:
    ask(page, THEATRE)
    first = page.locator(".turn").first
    note = first.locator("details.note").first
    first.locator(".marker button").first.click()
    assert note.evaluate("one => one.open"), "a note opens from its marker"
    ask(page, "Was he pessimistic?")
    assert note.evaluate("one => one.open"), "and stays open when something else is asked"

    # Edited: what followed upon it goes with it, and can be had back.
    do(first, "Edit")
    form = first.locator("form.again")
    assert form.locator("textarea").input_value() == THEATRE
    assert "1" in form.locator(".replaces").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    do(first, "Edit")
    form.locator("textarea").fill(BASES)
    page.keyboard.press("Enter")
    wait_for_questions(page, BASES)
    assert "Norway and Turkey" in page.locator(".turn").inner_text()
    do(page.locator(".undo"), "Undo")
    wait_for_questions(page, THEATRE, "Was he pessimistic?")
    assert page.locator(".undo").count() == 0

    # Deleted: the numbers of the others follow, in what the buttons say too.
    do(page.locator(".turn").first, "Delete")
    wait_for_questions(page, "Was he pessimistic?")
    left = page.locator(".turn")
    assert left.get_attribute("data-turn") == "1"
    words = left.locator("blockquote").first.inner_text()
    do(left.locator(".card").first, "Show in source")
    page.locator(".source .lit").first.wait_for()
    at_rest(page)
    lit = page.locator(".source .lit").all_inner_texts()
    assert any(words[:20] in part for part in lit) or words[:20] in "".join(lit)
    page.keyboard.press("Escape")
    do(page.locator(".undo"), "Undo")
    wait_for_questions(page, THEATRE, "Was he pessimistic?")


def test_more_places_and_what_was_searched(page: Page) -> None:
    turn = ask(page, BASES)
    before = turn.locator("blockquote").all_inner_texts()
    assert re.search(
        r"Searched 2 documents, \d+ passages in .* \d+ passages were read closely", turn.inner_text()
    )
    do(turn, "More places")
    page.wait_for_function(f"document.querySelectorAll('.turn .card').length > {len(before)}")
    after = page.locator(".turn blockquote").all_inner_texts()
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)
    number = page.evaluate("document.activeElement.dataset.number")
    assert number == str(len(before) + 1), "the first of the further ones has the focus"
    # The source opens at one of them too.
    do(page.locator(".card").last, "Show in source")
    page.locator(".source .lit").first.wait_for()


def test_the_style_of_citations_is_kept_and_a_quote_is_saved_as_a_reference(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    page = server.visit(browser, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)
    card = ask(page, BASES).locator(".card").first
    notes = card.locator(".citation").inner_text()
    page.get_by_label("Citations in").select_option(label="APA")
    page.wait_for_function("document.querySelector('.citation').textContent.includes('(1967)')")
    assert card.locator(".citation").inner_text() != notes
    do(card, "Copy quote with citation")
    card.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(card.locator(".citation").inner_text())
    found = {}
    for name in ("BibTeX", "RIS", "CSL-JSON"):
        with page.expect_download() as download:
            do(card, name)
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        found[name] = path.read_text("utf-8")
    assert found["BibTeX"].startswith("@incollection{")
    assert found["RIS"].startswith("TY  - CHAP")
    assert json.loads(found["CSL-JSON"])[0]["custom"]["quoted"] == [{"label": "page", "locator": "922"}]
    page.reload()
    page.locator(".turn").first.wait_for()  # the conversation is back
    assert page.get_by_label("Citations in").input_value() == "apa", "the browser remembers it"
    page.get_by_role("button", name="New conversation", exact=True).click()
    page.locator(".welcome").wait_for()
    assert "(1967)" in ask(page, BASES).locator(".citation").first.inner_text()
    page.context.close()


def test_an_address_asks_its_question_and_a_question_gives_its_address(
    server: Server, browser: Browser
) -> None:
    page = server.visit(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{server.address}?q={quote(THEATRE)}")
    assert replied(page, 1).locator(".card").count() > 0
    assert questions(page) == [THEATRE]
    assert page.url == server.address, "a reload does not ask again"
    turn = ask(page, "Was he pessimistic?")
    do(turn, "Copy link")
    turn.get_by_role("button", name="Copied").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(f"{server.address}?q=")
    page.context.close()
    other = server.visit(browser)
    other.goto(address)
    turn = replied(other, 2)
    assert questions(other) == [THEATRE, "Was he pessimistic?"], "what it follows upon comes with it"
    assert "You are extremely pessimistic" in turn.inner_text()
    other.context.close()


def stopped(page: Page, question: str) -> bool:
    """Asks, and presses "Stop waiting" as soon as it is there. On a busy machine the answer may be first."""
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
             const stop = document.querySelector('.transcript [data-do=stop]');
             if (stop) { observer.disconnect(); stop.click(); window.stopped = true; }
           }).observe(document.querySelector('.turns'), { childList: true, subtree: true })"""
    )
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "!document.querySelector('.turn[data-key=pending]')"
        " && (window.stopped || document.querySelector('.turn .card'))"
    )
    page.wait_for_timeout(1500)
    return page.locator(".turn").count() == 0


def test_waiting_is_stopped_and_the_keys(page: Page) -> None:
    box = page.locator("#question textarea")
    for _ in range(5):
        if stopped(page, BASES):
            break
        page.get_by_role("button", name="New conversation", exact=True).click()
        page.locator(".welcome").wait_for()
        page.evaluate("window.stopped = false")
    assert page.locator(".turn").count() == 0, "no answer comes after all"
    assert box.input_value() == BASES, "the question is back where it was typed"
    page.keyboard.press("Enter")
    replied(page, 1)

    # "/" from anywhere, the arrow for the last question, a new line with Shift.
    page.get_by_role("button", name="Show in source").first.focus()
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.matches('#question textarea')")
    assert box.input_value() == ""
    page.keyboard.press("ArrowUp")
    assert box.input_value() == BASES
    box.fill("Who was")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Subasic?")
    page.keyboard.press("Enter")
    assert replied(page, 2).locator(".card").count() > 0
    page.get_by_role("tab", name="Library").click()
    page.locator("#question textarea").wait_for(state="hidden")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.matches('#question textarea')")


def test_turns_in_russian_on_a_phone(server: Server, browser: Browser) -> None:
    page = server.visit(browser, locale="ru-RU", viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(".welcome").wait_for()
    turn = ask(page, THEATRE)
    assert "первая цитата отвечает" in turn.inner_text()
    for name in ("Показать в источнике", "Копировать цитату со ссылкой", "Отвечает"):
        assert turn.get_by_role("button", name=name, exact=True).first.is_visible()
    assert re.search(r"Поиск: 2 документа, \d+ отрыв", turn.inner_text())
    do(turn, "Изменить")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
