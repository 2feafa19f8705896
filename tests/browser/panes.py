"""The panes of the page, each with something in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.browser.asking import ask, at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

BASES = "Which countries came under renewed pressure for bases?"

DRAFT = (
    'Harriman wrote that "renewed pressure has been brought on Norway and Turkey for bases", and again that '
    '"renewed pressure has been brought on Norway and Greece for bases". He "never wrote this in his life".'
)


def fill(page: Page, pane: str) -> None:
    """Opens a pane and puts something in it, where that has not been done."""
    page.locator(f"#{pane}-tab-button").click()
    page.locator(f"#{pane}-tab").wait_for()
    PANES[pane](page)
    page.wait_for_timeout(250)  # what is still on its way: layout, fonts, scrolling


def _ask(page: Page) -> None:
    if not page.locator(".turn").count():
        ask(page, BASES)
        page.locator("#ask-tab [data-do=show]").first.click()
        at_rest(page)
    page.locator("#ask-tab .source .lit").first.wait_for()


def _library(page: Page) -> None:
    page.locator("#library-tab table tbody tr").first.wait_for()


def _concordance(page: Page) -> None:
    pane = page.locator("#concordance-tab")
    if not pane.locator(".concordance").count():
        pane.locator("#seek-words").fill("Molotov")
        pane.locator("#seek-words").press("Enter")
        pane.locator(".concordance [data-do=place]").first.click()
        at_rest(page)
    pane.locator(".source .lit").first.wait_for()


def _chronology(page: Page) -> None:
    pane = page.locator("#chronology-tab")
    pane.locator(".along-dates").wait_for()
    if not pane.locator(".source .lit").count():
        pane.locator("[data-do=place]").first.click()
        at_rest(page)
    pane.locator(".source .lit").first.wait_for()


def _draft(page: Page) -> None:
    pane = page.locator("#draft-tab")
    if not pane.locator(".checked").count():
        pane.locator(".pasting button").first.click()
        pane.locator("#draft-text textarea").fill(DRAFT)
        pane.locator("button.ask").click()
    pane.locator(".checked .check").first.wait_for()


def _evaluate(page: Page) -> None:
    pane = page.locator("#evaluate-tab")
    pane.locator("h2").nth(1).wait_for()
    if pane.locator(".opened").count():
        return
    evidence = [{"document": "001_6f795bd2570504c7.txt", "quote": "Norway and Turkey for bases."}]
    rows = [{"question": BASES, "evidence": evidence}, {"question": "Who sang?", "evidence": []}]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    pane.locator(".uploading button").first.click()
    pane.locator("#set-upload input[type=file]").set_input_files(
        [{"name": "pair.jsonl", "mimeType": "application/jsonl", "buffer": lines}]
    )
    pane.locator(".message.done").wait_for()
    pane.locator("#run").click()
    pane.locator(".opened .figures").wait_for()


PANES = {
    "ask": _ask,
    "library": _library,
    "concordance": _concordance,
    "chronology": _chronology,
    "draft": _draft,
    "evaluate": _evaluate,
}
"""By the ids of their tabs, in their order."""
