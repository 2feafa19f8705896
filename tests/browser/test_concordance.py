"""The concordance and the chronology in a real browser, over the two documents that come with the program."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from qa.adding import seeds
from tests.browser.asking import ask, at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page


def find(page: Page, words: str) -> None:
    """Looks words up by the keyboard, and waits until they are found."""
    page.locator("#seek-words").fill(words)
    page.locator("#seek-words").press("Enter")
    page.locator(".concordance h2", has_text=words).wait_for()


def test_every_place_counted_ordered_opened_and_saved(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Concordance").click()
    texts = [path.read_text("utf-8") for path in seeds().glob("*.txt")]
    expected = sum(len(re.findall(r"\bSoviet\b", text, re.IGNORECASE)) for text in texts)
    assert expected > 3
    find(page, "soviet")
    lines = page.locator(".kwic li")
    assert page.locator(".concordance h2").inner_text().endswith(f"{expected} places in 2 documents")
    assert lines.count() == expected
    assert f"1–{expected} of {expected}" in page.locator(".places .pager").inner_text()

    # By year: drawn, and as a table; a press on a year shows its places alone.
    assert page.locator(".plot:visible .bar").count() >= 1
    page.get_by_role("button", name="per 10,000 words").click()
    assert page.locator(".plot:visible").get_attribute("data-measure") == "rate"
    page.get_by_text("As a table", exact=True).click()
    page.locator(".years td").first.wait_for()
    page.get_by_role("button", name="1945", exact=True).click()
    page.locator(".only", has_text="Only 1945").wait_for()
    assert 0 < lines.count() <= expected
    page.get_by_role("button", name="Show all again").click()
    page.locator(".only").wait_for(state="detached")

    # By the words to the right.
    page.locator("[data-change=order]").select_option("right")
    page.wait_for_function("document.querySelector('[data-change=order]').value === 'right'")
    page.wait_for_function(
        """count => { const words = [...document.querySelectorAll('.kwic .right')]
             .map(one => one.textContent.toLowerCase().replace(/[^\\p{L}\\p{N} ]/gu, '').trim());
           return words.length === count && words.every((one, at) => !at || words[at - 1] <= one); }""",
        arg=expected,
    )

    # A line opens in the source; from line to line by the arrows; Escape closes and goes back.
    page.locator(".kwic .word").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#concordance-tab .source .lit.opened").wait_for()
    at_rest(page)
    assert page.locator("#concordance-tab .source .lit.opened").inner_text().lower() == "soviet"
    assert page.locator(".kwic li:has([data-open])").count() == 1
    assert f"Place 2 of {expected}" in page.locator("#concordance-tab .source .steps").inner_text()
    page.keyboard.press("Escape")
    page.locator("#concordance-tab .source").wait_for(state="detached")
    assert page.evaluate("document.activeElement.matches('.kwic li:nth-child(2) .word')")

    with page.expect_download() as handed:
        page.get_by_role("button", name="these places").click()
    handed.value.save_as(tmp_path / "lines.csv")
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == expected
    assert {row["exact"].lower() for row in rows} == {"soviet"}


def test_wider_narrower_and_nothing(page: Page) -> None:
    page.get_by_role("tab", name="Concordance").click()
    find(page, "telegrams")
    before = page.locator(".concordance h2").inner_text()
    page.get_by_label("Other forms").check()  # looked up again at once
    page.locator(".concordance .form", has_text="telegram").first.wait_for()
    assert page.locator(".concordance h2").inner_text() != before
    page.get_by_role("button", name="Leave out telegram", exact=True).click()
    page.get_by_role("button", name="Take telegram in again").wait_for()
    assert page.locator(".concordance h2").inner_text() == before

    find(page, "<img src=x onerror=document.title='owned'>")
    page.get_by_text("stands nowhere here").wait_for()
    assert page.locator(".found img").count() == 0
    assert "owned" not in page.title()

    # What is chosen for the chat is what is looked through here.
    page.locator("#concordance-tab").get_by_role("button", name="Dates").click()
    page.locator("#concordance-tab").get_by_label("From").fill("1946")
    page.keyboard.press("Enter")
    page.locator("#concordance-tab .scope .chip").wait_for()
    page.get_by_label("Other forms").uncheck()
    find(page, "Litvinov")
    page.get_by_text("Only what is chosen above was looked at.").wait_for()


def test_of_many_searches_at_once_the_last_is_shown(page: Page) -> None:
    page.get_by_role("tab", name="Concordance").click()
    page.locator("#seek-words").wait_for()
    page.evaluate(
        """() => {
          const words = document.querySelector("#seek-words");
          for (const each of [..."abcdefghijkl", "Litvinov"]) {
            words.value = each;
            words.form.requestSubmit();
          }
        }"""
    )
    page.locator(".concordance h2", has_text="Litvinov").wait_for()
    page.wait_for_timeout(1500)  # what comes later of the others changes nothing
    assert "Litvinov" in page.locator(".concordance h2").inner_text()


def test_quotes_and_places_along_their_dates(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Chronology").click()
    page.get_by_text("Nothing to show yet.").wait_for()
    page.get_by_role("tab", name="Ask", exact=True).click()
    ask(page, "Which countries came under renewed pressure for bases?")
    quotes = page.locator(".turn .card").count()
    page.get_by_role("tab", name="Concordance").click()
    find(page, "Litvinov")
    page.get_by_role("tab", name="Chronology").click()
    page.locator(".along-dates").wait_for()
    pane = page.locator("#chronology-tab")
    assert pane.locator(".chronology li").count() == quotes
    assert pane.get_by_text("22 November 1945", exact=True).count() >= 1
    assert pane.locator(".timeline .dot").count() >= 1

    # A mark leads to its entry, and that to the source.
    pane.locator(".timeline .dot").first.click()
    page.wait_for_function("document.activeElement.matches('.chronology [data-do=place]')")
    page.keyboard.press("Enter")
    pane.locator(".source .lit.opened").first.wait_for()
    at_rest(page)
    page.keyboard.press("Escape")
    pane.locator(".source").wait_for(state="detached")

    pane.locator("[data-change=of]").select_option("concordance")
    pane.locator(".chronology mark.phrase", has_text="Litvinov").first.wait_for()
    with page.expect_download() as handed:
        pane.get_by_role("button", name="Markdown").click()
    handed.value.save_as(tmp_path / "chronology.md")
    assert (tmp_path / "chronology.md").read_text("utf-8").startswith("# Chronology\n\n## ")
