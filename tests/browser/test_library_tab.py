"""Adding and taking out files in a real browser; a hostile document among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.asking import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "<img src=x onerror=document.title='owned'>.txt"
TEXT = (
    "<script>document.title='owned'</script> Report on the light ${document.title='owned'} {{owned}}\n\n"
    "The keeper of the Inchkeith lighthouse was <img src=x onerror=\"document.title='owned'\"> "
    "Barnabas Quill <script>document.title='owned'</script> of Leith.\n"
)


def test_a_document_full_of_markup_is_text_from_upload_to_source_and_is_taken_out_again(page: Page) -> None:
    page.get_by_role("tab", name="Library").click()
    page.locator("#upload input[type=file]").set_input_files(
        [
            {"name": NAME, "mimeType": "text/plain", "buffer": TEXT.encode()},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    page.locator(".result .done").wait_for()
    assert page.locator(".result .done").inner_text() == f"Added: {NAME}"
    assert "empty.txt" in page.locator(".result .error").inner_text()
    assert page.locator(".shelf table").get_by_text(NAME, exact=True).count() > 0
    page.get_by_text("Ready: 3 documents").wait_for()

    page.get_by_role("tab", name="Ask").click()
    turn = ask(page, "Who was the keeper of the Inchkeith lighthouse?")
    card = turn.locator(".card").first
    assert "<img src=x onerror=" in card.locator("blockquote").inner_text()
    card.get_by_role("button", name="Show in source").click()
    page.locator(".source .lit").first.wait_for()
    assert "${document.title='owned'} {{owned}}" in page.locator(".source .text").inner_text()
    assert NAME in page.locator(".source .about").inner_text()
    page.wait_for_timeout(300)
    assert page.title() == "Ibid", "nothing in the document ran"
    assert page.locator(".transcript img, .transcript script, .source img, .source script").count() == 0

    page.get_by_role("tab", name="Library").click()
    page.get_by_label("Files to take out").click()
    page.get_by_role("option", name=NAME).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Take out…").click()
    page.get_by_text("Take 1 file out of the library?").wait_for()
    page.get_by_role("button", name="Take out", exact=True).click()
    page.get_by_text("Taken out: 1 document.").wait_for()
    page.get_by_text("Ready: 2 documents").wait_for()
    assert page.title() == "Ibid"


def test_nothing_is_taken_out_without_a_choice(page: Page) -> None:
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name="Take out…").click()
    page.get_by_text("Choose the files to take out first.").wait_for()
    assert page.get_by_text("Ready: 2 documents").count() == 1
