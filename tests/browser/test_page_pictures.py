"""Pictures of pages and a book of 400,000 characters, on a server of its own: the shared one's library
holds neither, and other tests count what it holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa import adding
from tests.browser.asking import ask, at_rest, in_view
from tests.browser.conftest import ROOT, Server, _until_served, ended
from tests.encoders import HashEncoder
from tests.library.shelf import opened
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCRIPT = """
import sys
from qa.assistant import Assistant
from qa.library import open_library
from qa.page import launch
from tests.encoders import HashEncoder
assistant = Assistant(open_library(sys.argv[1], model="hash"), HashEncoder())
assistant.evidence = None
launch(assistant=assistant, open_browser=False)
"""
WHAT = ("wheat", "coal", "fleet", "gold", "archive", "mail")
WHERE = ("Trieste", "Murmansk", "Batum", "Vienna", "Geneva", "Riga")
LINES = [f"The {what} was moved to {where}." for what, where in zip(WHAT, WHERE, strict=True)]


def minutes(path: Path) -> None:
    """Three pages of two sentences each."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(400, 600), invariant=True)
    for number in range(3):
        canvas.drawString(60, 520, LINES[2 * number])
        canvas.drawString(60, 90, LINES[2 * number + 1])
        canvas.showPage()
    canvas.save()


@pytest.fixture(scope="module")
def own(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pictures")
    papers = folder / "papers"
    papers.mkdir()
    minutes(papers / "minutes.pdf")
    paragraphs = [f"Paragraph {number} of a long book, which says nothing in particular about anything." for
                  number in range(4_500)]  # fmt: skip
    paragraphs[3_000] = "The sturgeon was served at midnight in Astrakhan.7"
    paragraphs.append("7 Nobody remembers why.")
    (papers / "book.txt").write_text("\n\n".join(paragraphs), "utf-8")
    library = opened(folder / "library")
    assert not adding.add(library, HashEncoder(), [papers]).failed
    library.close()
    port = free_port()
    log = folder / "log.txt"
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder / "uploads")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder / "library")],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        server = Server(f"http://127.0.0.1:{port}/", folder / "library")
        _until_served(server.address, process, log)
        yield server
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        ended(process)


def source_of(page: Page, question: str, document: str) -> None:
    """Asks, and opens the first quote from that document."""
    page.locator(".welcome").wait_for()
    turn = ask(page, question)
    turn.locator(".card", has_text=document).first.locator("[data-do=show]").click()
    page.locator(".source .lit.opened").first.wait_for()
    at_rest(page)


def test_the_page_with_the_quote_boxed_turned_and_enlarged(own: Server, browser: Browser) -> None:
    page = own.visit(browser, viewport={"width": 1280, "height": 900})
    source_of(page, "Where was the archive moved to?", "minutes.pdf")
    lit = "".join(page.locator(".source .lit.opened").all_inner_texts())
    number = next(n for n, line in enumerate(LINES) if line in lit)
    page.get_by_role("button", name="Page", exact=True).click()
    count = page.locator(".pictured .count")
    page.wait_for_function("document.querySelector('.sheet img').naturalWidth > 0")
    assert count.inner_text() == f"{number // 2 + 1} of 3"
    assert (
        page.locator(".pictured img").get_attribute("alt") == f"Picture of the page: {number // 2 + 1} of 3"
    )
    # The box lies where the sentence is printed: at the head or at the foot of the page.
    part = page.evaluate(
        """() => { const sheet = document.querySelector('.sheet').getBoundingClientRect(),
                         box = document.querySelector('.box.opened').getBoundingClientRect();
                   return (box.top + box.height / 2 - sheet.top) / sheet.height; }"""
    )
    assert abs(part - (1 - 520 / 600 if number % 2 == 0 else 1 - 90 / 600)) < 0.03
    assert page.evaluate(
        """() => { const frame = document.querySelector('.sheets').getBoundingClientRect(),
                         box = document.querySelector('.box.opened').getBoundingClientRect();
                   const bottom = Math.min(frame.bottom, innerHeight);
                   return box.top >= frame.top && box.bottom <= bottom; }"""
    )
    width = page.locator(".sheet").bounding_box()
    page.get_by_role("button", name="Larger").click()
    wider = page.locator(".sheet").bounding_box()
    assert width
    assert wider
    assert wider["width"] > 1.4 * width["width"]
    page.get_by_role("button", name="Smaller").click()

    # Turning by keyboard, to the end and not beyond; a search leads to its page.
    page.locator(".sheets").focus()
    for _ in range(3):
        page.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.pictured .count').textContent === '3 of 3'")
    assert page.get_by_role("button", name="Next page").get_attribute("aria-disabled") == "true"
    page.get_by_role("searchbox").fill("coal")
    page.locator(".box.found").wait_for()
    assert count.inner_text() == "1 of 3"
    page.get_by_role("button", name="Text", exact=True).click()
    page.locator(".source .text").wait_for()
    assert page.locator(".source .lit.opened").first.is_visible()

    # The file is not the one that was read: no picture is shown as if it were.
    path = own.library.parent / "papers" / "minutes.pdf"
    kept = path.read_bytes()
    path.write_bytes(kept + b"\n% changed\n")
    try:
        page.get_by_role("button", name="Close source").click()
        page.locator("[data-do=show]").first.click()
        page.get_by_role("button", name="Page", exact=True).click()
        page.get_by_text("has changed since it was read").wait_for()
        assert page.locator(".sheet").is_hidden()
    finally:
        path.write_bytes(kept)
    page.context.close()
    assert own.outside() == []


def test_a_book_opens_at_once_and_is_drawn_as_it_is_read(own: Server, browser: Browser) -> None:
    page = own.visit(browser, viewport={"width": 1280, "height": 900})
    page.locator(".welcome").wait_for()
    turn = ask(page, "What was served at midnight in Astrakhan?")
    began = time.monotonic()
    turn.locator(".card", has_text="sturgeon").first.locator("[data-do=show]").click()
    page.locator(".source .lit.opened").first.wait_for()
    at_rest(page)
    print(f"a book of 400,000 characters opened in {time.monotonic() - began:.2f} s")
    assert in_view(page, ".source .lit.opened")
    drawn = "document.querySelectorAll('.source .text .part').length"
    assert page.evaluate(drawn) < 5
    cuts = page.evaluate("document.querySelector('.source .text').dataset.cuts.split(' ').length - 1")
    assert cuts > 10
    # Scrolling upwards draws what comes before, and what is read stays where it is.
    first = "document.querySelector('.source .text').dataset.first"
    was = int(page.evaluate(first))
    page.evaluate("document.querySelector('.source .text .part').scrollIntoView()")
    page.wait_for_function(f"Number({first}) < {was}")
    # A search leads to the other end of the book.
    page.get_by_role("searchbox").fill("Paragraph 4,499 of".replace(",", ""))
    page.wait_for_function("CSS.highlights.has('found-here')")
    assert page.evaluate("[...CSS.highlights.get('found-here')][0].toString()") == "Paragraph 4499 of"
    assert page.evaluate(drawn) < 5, "what lies between is not drawn"
    text = (own.library.parent / "papers" / "book.txt").read_text("utf-8")
    # Asked for at once: what comes before may be drawn at any moment.
    offset, shown = page.evaluate(f"[{first}, document.querySelector('.source .text .part').textContent]")
    assert text[int(offset) :].startswith(shown[:1_000])
    assert re.search("Paragraph 4499", shown)
    page.context.close()
