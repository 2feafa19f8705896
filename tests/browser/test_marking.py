"""Marking answers in a real browser, and the set that the marks make."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.evaluation.marks import read
from qa.evaluation.sets import load
from tests.browser.asking import ask, at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Server

BASES = "Which countries came under renewed pressure for bases?"
AUSTRALIA = "What is the capital of Australia?"


def marks(server: Server, by: str) -> list[Any]:
    found, problems = read(server.library / "marks.jsonl")
    assert problems == []
    return [one for one in found if one.by == by]


def name_oneself(page: Page, name: str) -> None:
    page.get_by_label("Your name, kept with each mark").fill(name)
    page.keyboard.press("Enter")
    page.get_by_text(f"Marked by {name}").first.wait_for()


def select(page: Page, words: str) -> None:
    """Selects words in one paragraph of the source."""
    page.evaluate(
        """words => {
          const text = document.querySelector('.source .text');
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
          throw new Error('not in the source: ' + words);
        }""",
        words,
    )


def test_a_quote_is_marked_by_somebody_and_the_mark_taken_back(page: Page, server: Server) -> None:
    turn = ask(page, BASES)
    first = turn.locator(".card").first
    words = first.locator("blockquote").inner_text()
    first.get_by_role("button", name="This answers").click()
    assert marks(server, "Ada") == [], "nothing is marked before there is a name"
    name_oneself(page, "Ada")
    assert first.get_by_role("button", name="This answers").get_attribute("aria-pressed") == "true"
    (made,) = marks(server, "Ada")
    assert (made.question, made.verdict, made.spot.quote) == (BASES, "answers", words)
    assert (made.spot.document, made.spot.pages) == ("001_6f795bd2570504c7.txt", "922")

    # The other verdict takes the place of the first; the name is not asked for again.
    first.get_by_role("button", name="This does not").click()
    page.wait_for_function(
        "document.querySelectorAll('[data-verdict=answers][aria-pressed=true]').length === 0"
    )
    assert first.get_by_role("button", name="This does not").get_attribute("aria-pressed") == "true"
    assert page.get_by_label("Your name, kept with each mark").is_hidden()
    first.get_by_role("button", name="This does not").click()
    page.get_by_text("Mark taken back by Ada.").wait_for()
    assert page.locator("[aria-pressed=true]").count() == 0
    assert [one.verdict for one in marks(server, "Ada")] == ["answers", "does not answer", "withdrawn"]


def test_the_name_that_is_being_typed_stays_when_its_turn_comes_again(page: Page, server: Server) -> None:
    turn = ask(page, BASES)
    turn.get_by_role("button", name="This answers").first.click()
    field = page.get_by_label("Your name, kept with each mark")
    field.press_sequentially("Ma")
    cards = turn.locator(".card").count()
    # Pressed without taking the focus, as when the turn comes again by itself.
    turn.get_by_role("button", name="More places").evaluate("button => button.click()")
    page.wait_for_function(f"document.querySelectorAll('.turn .card').length > {cards}")
    page.keyboard.type("ry")
    page.keyboard.press("Enter")
    page.get_by_text("Marked by Mary").first.wait_for()
    assert [one.question for one in marks(server, "Mary")] == [BASES]


def test_a_sentence_is_selected_in_the_source_and_the_marks_make_a_set(
    page: Page, server: Server, tmp_path: Path
) -> None:
    turn = ask(page, BASES)
    turn.get_by_role("button", name="Show in source").first.click()
    page.locator(".source .lit").first.wait_for()
    at_rest(page)
    pick = page.get_by_role("button", name="Mark selection as the answer")
    assert pick.is_disabled()
    select(page, "ito has broken with Subasi")  # behind a page mark, in the middle of words
    pick.click()
    name_oneself(page, "Eve")
    page.locator(".selecting").get_by_text("Marked by Eve.").wait_for()
    (made,) = marks(server, "Eve")
    assert made.spot.quote == "Tito has broken with Subasic"
    text = "".join(
        page.evaluate(
            """() => { const copy = document.querySelector('.source .text').cloneNode(true);
                   copy.querySelectorAll('.added').forEach(one => one.remove()); return copy.textContent; }"""
        )
    )
    assert text[made.spot.start : made.spot.end] == made.spot.quote
    page.locator(".talk").get_by_text("with a sentence selected in the source").wait_for()

    # A second sentence, marked and taken back.
    select(page, "It would appear that Molotov")
    assert page.evaluate(
        """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
             const at = scrollY;
             document.querySelector('[data-do=pick]').focus();
             done(scrollY - at); })))"""
    ) == 0, "the page does not scroll to a button that is in view"  # fmt: skip
    pick.click()
    page.get_by_text("with 2 sentences selected").wait_for()
    page.locator(".selecting").get_by_role("button", name="Take back").click()
    page.locator(".talk").get_by_text("with a sentence selected").wait_for()

    ask(page, AUSTRALIA).get_by_role("button", name="Nothing here answers").click()
    page.get_by_text("Marked by Eve: the library holds no answer to this.").wait_for()
    out = tmp_path / "eve.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "qa", "marks", "--out", str(out), "--by", "Eve", "--library", server.library],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == f"2 questions written. Run: qa evaluate {out}\n"
    first, second = load(out).questions
    assert (first.question, first.after, first.pages) == (BASES, (), "922")
    assert [item.quote for item in first.evidence] == ["Tito has broken with Subasic"]
    assert (second.question, second.answerable) == (AUSTRALIA, False)
    seen = json.loads(out.read_text("utf-8").splitlines()[1])["marks"][0]["seen"]
    assert len(seen) == page.locator(".turn").last.locator(".card").count()


def test_who_asks_again_sees_what_they_marked_and_others_do_not(server: Server, browser: Browser) -> None:
    page = server.visit(browser)
    turn = ask(page, "Who was Subasic?")
    turn.locator(".card").first.get_by_role("button", name="This does not").click()
    name_oneself(page, "Ben <b>")
    # The next question draws the transcript anew: what was pressed stays so.
    ask(page, AUSTRALIA)
    pressed = page.locator("[aria-pressed=true]")
    pressed.first.wait_for()
    assert (pressed.count(), pressed.inner_text()) == (1, "This does not")
    page.get_by_role("button", name="New conversation").click()
    page.locator(".welcome").wait_for()
    ask(page, "Who was Subasic?")
    pressed.first.wait_for()
    assert pressed.inner_text() == "This does not"
    page.get_by_role("button", name="Change name").click()
    page.get_by_label("Your name, kept with each mark").fill("Cid")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('[aria-pressed=true]').length === 0")
    page.context.close()
    assert [one.verdict for one in marks(server, "Ben <b>")] == ["does not answer"]
    assert marks(server, "Cid") == []


def test_marks_on_a_phone_and_by_keyboard(phone: Page) -> None:
    turn = ask(phone, BASES)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button = turn.locator(".card").first.get_by_role("button", name="This answers")
    button.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_function("document.activeElement.name === 'by'")
    phone.keyboard.type("Dan")
    phone.keyboard.press("Enter")
    phone.get_by_text("Marked by Dan.").wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    turn.get_by_role("button", name="Show in source").first.click()
    phone.locator(".source .lit").first.wait_for()
    at_rest(phone)
    select(phone, "I hope the above will be accepted")
    bar = phone.locator(".selecting").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] <= 844 + 1, "the button is in reach wherever the source is scrolled"
    phone.get_by_role("button", name="Mark selection as the answer").click()
    phone.locator(".talk").get_by_text("with a sentence selected in the source").wait_for()
