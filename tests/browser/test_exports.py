"""Saving a conversation from the page in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import docx

from tests.browser.asking import ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Page

    from tests.browser.conftest import Server

BASES = "Which countries came under renewed pressure for bases?"


def saved(page: Page, name: str) -> Download:
    with page.expect_download() as download:
        page.locator(".exports").get_by_role("button", name=name, exact=True).click()
    return download.value


def test_the_conversation_is_saved_in_every_format(server: Server, browser: Browser, tmp_path: Path) -> None:
    page = server.visit(browser, accept_downloads=True)
    assert page.get_by_role("button", name="Markdown", exact=True).count() == 0
    words = ask(page, BASES).locator(".card blockquote").first.inner_text()
    ask(page, "What is the capital of Australia?")
    endings = {
        "Markdown": ".md",
        "Word": ".docx",
        "RIS": ".ris",
        "BibTeX": ".bib",
        "CSL-JSON": ".json",
        "Receipts": "-receipts.json",
    }
    files = {}
    for name, ending in endings.items():
        download = saved(page, name)
        assert download.suggested_filename == f"conversation{ending}"
        files[name] = tmp_path / download.suggested_filename
        download.save_as(files[name])
    markdown = files["Markdown"].read_text("utf-8")
    assert f"## {BASES}" in markdown
    assert "**Not answered" in markdown
    quotes = [
        p.text for p in docx.Document(str(files["Word"])).paragraphs if p.style and p.style.name == "Quote"
    ]
    assert words in quotes
    assert files["RIS"].read_text("utf-8").startswith("TY  - CHAP")
    assert files["BibTeX"].read_text("utf-8").startswith("@incollection{")
    assert json.loads(files["CSL-JSON"].read_text("utf-8"))[0]["type"] == "chapter"
    # The same file once more, and nothing was fetched from elsewhere.
    assert saved(page, "Markdown").suggested_filename == "conversation.md"
    assert server.outside() == []
    page.context.close()
