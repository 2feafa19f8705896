"""The source panel in a real browser, over the two documents that come with the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.adding import seeds
from qa.reading import read
from tests.browser.asking import ask, at_rest, in_view, until_in_view

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Server

SEEDS = seeds()
BASES = "Which countries came under renewed pressure for bases?"
DOCUMENT = "001_6f795bd2570504c7.txt"

# The document as it is drawn, but for what the page adds for the eye.
TEXT = """() => { const copy = document.querySelector('.source .text').cloneNode(true);
                  copy.querySelectorAll('.added').forEach(one => one.remove()); return copy.textContent; }"""


def test_the_quote_is_lit_in_the_text_to_the_letter(page: Page) -> None:
    card = ask(page, BASES).locator(".card").first
    words = card.locator("blockquote").inner_text()
    card.get_by_role("button", name="Show in source").click()
    page.locator(".source .lit.opened").first.wait_for()
    at_rest(page)
    assert page.evaluate("document.activeElement.classList.contains('close')")
    lit = "".join(page.locator(".source .lit.opened").all_inner_texts())
    assert lit.replace("\n", " ").strip()[-40:] == words.strip()[-40:]
    assert in_view(page, ".source .lit.opened")
    source = page.locator(".source")
    assert source.locator(".page").all_inner_texts() == ["Page 921", "[Page 922]"]
    assert source.locator(".note").count() == 3
    assert "711.61/11–2245" in source.locator("dl").first.inner_text()
    path = SEEDS / DOCUMENT
    assert page.evaluate(TEXT) == read(path, path.name).documents[0].text
    # The whole panel can be seen, wherever the page is scrolled to.
    assert page.evaluate("document.querySelector('.source').getBoundingClientRect().bottom <= innerHeight")

    # A note where its marker stands: by the mouse, by the keyboard; then the way to it and back.
    marker = page.get_by_role("button", name="Note 9", exact=True)
    marker.hover()
    page.locator(".note-here").wait_for()
    page.mouse.move(5, 5)
    page.locator(".note-here").wait_for(state="detached")
    marker.press("Enter")
    note = page.get_by_role("dialog", name="Note 9")
    assert note.locator("p").inner_text() in page.locator(".source .note").last.inner_text()
    assert marker.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "9"
    page.keyboard.press("Space")
    page.get_by_role("button", name="Go to the note").click()
    until_in_view(page, ".source .note:last-of-type")
    assert page.evaluate(TEXT) == read(path, path.name).documents[0].text, "a note in its place is no text"
    page.keyboard.press("Enter")  # on the way back
    assert page.evaluate("document.activeElement.textContent") == "9"

    page.keyboard.press("Escape")
    page.locator(".source").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == "Show in source"
    page.keyboard.press("Enter")
    page.locator(".source .lit").first.wait_for()
    at_rest(page)


def test_from_quote_to_quote_and_searching_inside(page: Page) -> None:
    ask(page, BASES)
    ask(page, "Who was Subasic?").get_by_role("button", name="Show in source").first.click()
    steps = page.locator(".source .bar .count")
    steps.wait_for()
    here, count = map(int, re.findall(r"\d+", steps.inner_text()))
    assert count > 2
    seen = set()
    following = page.get_by_role("button", name="Next quote")
    while here > 1:
        page.get_by_role("button", name="Previous quote").click()
        here -= 1
        page.get_by_text(f"Quote {here} of {count}").wait_for()
    for number in range(1, count + 1):
        page.get_by_text(f"Quote {number} of {count}").wait_for()
        page.wait_for_function("document.querySelector('.source .lit.opened')")
        at_rest(page)
        seen.add((page.locator(".source").get_attribute("data-document"),
                  "".join(page.locator(".source .lit.opened").all_inner_texts())))  # fmt: skip
        if number < count:
            following.click()
    assert len(seen) == count, "each quote of the conversation was opened once"
    assert following.get_attribute("aria-disabled") == "true"

    find = page.get_by_role("searchbox", name="Search in this document")
    find.fill("zzzz")
    page.get_by_text("Not in this document").wait_for()
    text = page.evaluate(TEXT)
    word = "molotov" if "Molotov" in text else "the"
    find.fill(word)
    found = page.locator(".source .find .count")
    times = len(re.findall(word, text, re.IGNORECASE))
    page.wait_for_function(
        "times => document.querySelector('.find .count').textContent.endsWith(' of ' + times)", arg=times
    )
    assert page.evaluate("[...CSS.highlights.get('found')].length") == times - 1
    assert page.evaluate("[...CSS.highlights.get('found-here')][0].toString().toLowerCase()") == word
    first = found.inner_text()
    find.press("Enter")
    page.wait_for_function("was => document.querySelector('.find .count').textContent !== was", arg=first)
    find.press("Shift+Enter")
    page.wait_for_function("was => document.querySelector('.find .count').textContent === was", arg=first)
    find.press("Escape")
    assert find.input_value() == ""
    assert page.evaluate("CSS.highlights.has('found')") is False
    assert page.locator(".source").count() == 1, "the panel closes with the next Escape"


def test_what_is_known_is_corrected_and_the_citation_follows(server: Server, browser: Browser) -> None:
    page = server.visit(browser, permissions=["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".welcome").wait_for()
    ask(page, BASES).get_by_role("button", name="Show in source").first.click()
    cited = page.locator(".source .cited")
    before = cited.inner_text()
    page.get_by_text("Correct what is known").click()
    form = page.locator("form.edit")
    form.get_by_label("Date", exact=True).fill("one fine day")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("is no date that can be read").wait_for()
    assert form.get_by_label("Date", exact=True).input_value() == "one fine day", "nothing typed is lost"
    was = form.get_by_label("Date", exact=True).get_attribute("data-was")
    form.get_by_label("Date", exact=True).fill(was or "")
    form.get_by_label("Title", exact=True).fill("A title of <i>one's</i> own")
    form.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. Citations follow.").wait_for()
    assert "A title of <i>one's</i> own" in page.locator(".source h2").inner_text()
    assert cited.inner_text() != before
    assert page.locator(".source .lit.opened").count() > 0
    form.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("was => document.querySelector('.source .cited').textContent === was", arg=before)
    assert page.get_by_role("button", name="Reset all").count() == 0
    at_rest(page)

    # Words that are selected are copied with their citation.
    page.evaluate(
        """() => {
          const node = document.querySelector('.source .lit.opened').firstChild;
          const text = node.nodeType === 3 ? node : node.firstChild;
          getSelection().setBaseAndExtent(text, 0, text, text.data.length);
        }"""
    )
    page.get_by_role("button", name="Copy with citation").click()
    page.get_by_role("button", name="Copied").wait_for()
    words, citation = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert words.strip("“”") in page.evaluate(TEXT).replace("\n", " ")
    assert citation == before
    page.context.close()
    assert server.outside() == []
