"""Asking in a real browser."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING

from tests.browser.asking import ask, at_rest, in_view, replied
from tests.browser.conftest import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import FirstVisit, Server


BASES = "Which countries came under renewed pressure for bases?"


def test_the_page_is_up_before_the_model_and_answers_once_it_is_there(first_visit: FirstVisit) -> None:
    assert first_visit.status.endswith("…"), "the status line says what goes on"
    assert "still loading" in first_visit.waiting
    assert "Norway and Turkey" in first_visit.reply
    assert re.fullmatch(r"Ready: 2 documents, \d+ passages", first_visit.ready)
    print(f"first reply {first_visit.seconds:.1f} s after the page was opened")
    assert first_visit.seconds < 2 * PATIENCE  # 15 on a machine that does nothing else


def test_a_quote_with_its_phrase_page_and_citation(page: Page) -> None:
    card = ask(page, BASES).locator(".card").first
    assert (
        "renewed pressure has been brought on Norway and Turkey for bases."
        in card.locator("blockquote").inner_text()
    )
    assert card.locator(".pages").inner_text() == "p.\xa0922"
    assert "document 690" in card.locator(".citation").inner_text()


def test_how_sure_an_answer_must_be_can_be_set(page: Page) -> None:
    page.get_by_role("button", name="How sure must an answer be?").click()
    sure = page.locator("#sure input[type=number]")
    usual = sure.input_value()
    sure.fill("100")
    sure.press("Tab")
    assert ask(page, BASES).locator(".no-answer").count() == 1
    sure.fill(usual)
    sure.press("Tab")
    assert ask(page, BASES).locator(".no-answer").count() == 0


def test_an_example_is_asked_by_clicking_it(page: Page) -> None:
    page.get_by_role("button", name="Who was Subasic?").click()
    turn = replied(page, 1)
    assert turn.locator("h2").inner_text() == "Who was Subasic?"
    assert turn.locator(".card").count() > 0


def test_copy_quote_with_citation(server: Server, browser: Browser) -> None:
    page = server.visit(browser, permissions=["clipboard-read", "clipboard-write"])
    card = ask(page, BASES).locator(".card").first
    card.get_by_role("button", name="Copy quote with citation").click()
    card.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    quote, citation = copied.split("\n", 1)
    assert quote.startswith("“")
    assert quote.endswith("Turkey for bases.”")
    assert citation == card.locator(".citation").inner_text()
    page.context.close()


def test_a_follow_up_is_asked_after_the_earlier_question(page: Page) -> None:
    ask(page, "What did Litvinov tell Harriman at the theatre?")
    turn = ask(page, "Was he pessimistic?")
    assert "You are extremely pessimistic" in turn.inner_text()
    assert page.locator(".turn").count() == 2, "the first answer stays"


def test_an_unanswerable_question(page: Page) -> None:
    turn = ask(page, "What is the capital of Australia?")
    assert "The sources hold no answer that I can quote." in turn.inner_text()
    assert re.search(r"Searched 2 documents, \d+ passages", turn.inner_text())
    assert turn.locator(".card:not(.near)").count() == 0
    assert turn.locator("mark").count() == 0


def test_new_conversation_and_tabs_of_their_own(page: Page, server: Server, browser: Browser) -> None:
    ask(page, BASES)
    other = server.visit(browser)
    other.locator(".welcome").wait_for()
    assert other.locator(".turn").count() == 0
    other.context.close()
    page.get_by_role("button", name="Show in source").first.click()
    page.locator(".source").wait_for()
    page.locator("#question textarea").fill("half a question")
    page.get_by_role("button", name="New conversation").click()
    assert page.locator("#question textarea").input_value() == ""
    page.locator("#question textarea").fill("What is typed at once")
    page.locator(".welcome").wait_for()
    page.locator(".source").wait_for(state="detached")
    assert page.locator(".turn").count() == 0
    assert page.locator("#question textarea").input_value() == "What is typed at once", "it stays"


def test_a_question_is_taken_however_young_the_page_is(server: Server, browser: Browser) -> None:
    page = server.visit(browser)
    # Its clock goes so slowly that for the whole of the test the page is less than a second old.
    page.add_init_script("const now = performance.now.bind(performance); performance.now = () => now() / 1e6")
    page.reload()
    page.locator(".welcome").wait_for()
    assert ask(page, BASES).locator(".card").count() > 0
    assert ask(page, "And what did Kennan say?").locator("h2").count() == 1
    page.context.close()


def test_an_empty_and_an_endless_question_get_a_friendly_word(page: Page) -> None:
    page.locator("#question textarea").fill("   ")
    page.keyboard.press("Enter")
    page.get_by_text("Type a question first").wait_for()
    turn = ask(page, "why " * 25_000)
    assert "2,000" in turn.locator(".message.error").inner_text()
    assert len(turn.locator("h2").inner_text()) < 400
    assert ask(page, BASES).locator(".card").count() > 0


def test_phone_width_has_no_sideways_scroll_and_the_panel_below(phone: Page) -> None:
    ask(phone, BASES).get_by_role("button", name="Show in source").first.click()
    phone.locator(".source .lit").first.wait_for()
    at_rest(phone)
    phone.wait_for_timeout(300)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.evaluate("document.querySelector('.source').getBoundingClientRect().width <= innerWidth")
    assert in_view(phone, ".source .lit.opened")
    chat, source = phone.locator(".talk").bounding_box(), phone.locator(".source").bounding_box()
    assert chat
    assert source
    assert source["y"] >= chat["y"] + chat["height"] - 1


def test_dark_follows_the_system(server: Server, browser: Browser) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = server.visit(browser, color_scheme=scheme)
        page.locator(".welcome").wait_for()
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(int(part) for part in re.findall(r"\d+", colour)[:3])
        page.context.close()
    assert shades["light"] > 600
    assert shades["dark"] < 150


def test_the_tools_alone_are_offered_to_scripts(server: Server) -> None:
    with urllib.request.urlopen(f"{server.address}gradio_api/info") as reply:
        offered = json.load(reply)
    tools = ["/ask", "/check_draft", "/concordance", "/document", "/documents", "/verify"]
    assert sorted(offered["named_endpoints"]) == tools
    assert offered["unnamed_endpoints"] == {}


def test_scripts_get_the_json_of_the_command_line(server: Server) -> None:
    from gradio_client import Client

    patient = {"timeout": PATIENCE}
    client = Client(server.address, verbose=False, analytics_enabled=False, httpx_kwargs=patient)
    answer = client.predict(BASES, api_name="/ask")
    assert answer["question"] == BASES
    assert "Norway and Turkey" in (answer["quotes"] or answer["nearest"])[0]["text"]


def test_the_page_forbids_and_makes_no_request_outside(server: Server) -> None:
    with urllib.request.urlopen(server.address) as reply:
        policy = reply.headers["Content-Security-Policy"]
        html = reply.read().decode()
    assert "default-src 'self' data: blob:" in policy
    assert "connect-src 'self'" in policy
    fetched = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//[^"]*"', html)
    assert fetched == []
    assert server.requests, "the pages of the other tests made requests"
    assert server.outside() == []
