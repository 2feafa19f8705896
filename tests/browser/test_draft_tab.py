"""Checking a draft in a real browser: dropped, judged, narrowed, opened in its source, saved, put away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.asking import at_rest, until_in_view

if TYPE_CHECKING:
    from playwright.sync_api import Page

TELEGRAM = "001_6f795bd2570504c7.txt"
DRAFT = f"""He was “extremely pleased with his personal position”[^1], and “Tito has broken with Subasic”[^1].

> Stalin has indicated that the Foreign Ministers should meet again.

<img src=x onerror="document.title='owned'"> “<script>document.title='owned'</script> was never said by him”.

[^1]: {TELEGRAM}, p. 921.
"""


def test_a_chapter_is_dropped_and_every_quotation_comes_back(page: Page, tmp_path: Path) -> None:

    page.get_by_role("tab", name="Check a draft").click()
    pane = page.locator("#draft-tab")
    pane.locator("#draft-file input[type=file]").set_input_files(
        [{"name": "chapter.md", "mimeType": "text/markdown", "buffer": DRAFT.encode()}]
    )
    pane.locator(".checked").wait_for()
    assert pane.locator(".checked h3").inner_text() == "chapter.md"
    assert pane.locator(".badge").all_inner_texts() == ["Altered", "Misattributed", "Exact", "Not found"]
    assert pane.locator("del").inner_text().endswith("pleased")
    assert pane.locator("ins").inner_text().endswith("disgruntled")
    assert pane.locator("img, script").count() == 0

    # One verdict alone, by the keyboard.
    pane.locator(".verdicts button.misattributed").focus()
    page.keyboard.press("Enter")
    assert pane.locator("article.check:visible").count() == 1
    assert "p. 922" in pane.locator("article.check:visible .told").first.inner_text()
    pane.get_by_role("button", name="All").click()
    assert pane.locator("article.check:visible").count() == 4

    pane.locator("article.altered [data-do=show]").click()
    pane.locator(".source .lit").first.wait_for()
    at_rest(page)
    assert (
        "extremely disgruntled with his personal position" in pane.locator(".source .lit").first.inner_text()
    )
    until_in_view(page, "#draft-tab .source .lit")
    page.keyboard.press("Escape")
    pane.locator(".source").wait_for(state="detached")

    with page.expect_download() as saved:
        pane.get_by_role("button", name="Save the report (JSON)").click()
    saved.value.save_as(tmp_path / "report.json")
    assert saved.value.suggested_filename == "chapter-checked.json"
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["counts"]["altered"] == 1

    pane.get_by_role("button", name="Put it away").click()
    pane.locator(".checked").wait_for(state="detached")
    assert page.title() == "Check a draft · Ibid", "nothing in the draft ran"


def test_a_passage_is_pasted_on_a_phone(phone: Page) -> None:
    phone.get_by_role("tab", name="Check a draft").click()
    pane = phone.locator("#draft-tab")
    pane.locator(".pasting button").first.click()
    pane.locator("button.ask").click()
    pane.get_by_text("Paste some text first.").wait_for()
    pane.locator("#draft-text textarea").fill("He said “I believe I know what should be done”.")
    pane.locator("button.ask").click()
    pane.locator("article.check.exact").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
