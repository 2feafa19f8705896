"""The Library tab in a real browser: files and folders in, found, chosen, taken out and put back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.asking import ask, at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NAME = "<img src=x onerror=document.title='owned'>.txt"
TEXT = (
    "<script>document.title='owned'</script> Report on the light ${document.title='owned'} {{owned}}\n\n"
    "The keeper of the Inchkeith lighthouse was <img src=x onerror=\"document.title='owned'\"> "
    "Barnabas Quill <script>document.title='owned'</script> of Leith.\n"
)
LIST = (
    "file,title,sender,recipient,date\n"
    'a.txt,On the lighthouse,"Quill, Barnabas","Bell, Ada",1901-03-04\n'
    'sub/b.txt,Reply about oil,"Bell, Ada","Quill, Barnabas",1901-04\n'
)
PAPERS = {
    "papers/a.txt": "The keeper of the lighthouse writes that the lamp burns well and the glass is whole.",
    "papers/sub/b.txt": "Ada Bell answers that the oil for the lamp arrived on Tuesday with the steamer.",
    "papers/sub/c.txt": "The third paper speaks of gulls, of terns, and of nothing else at all.",
    "papers/sub/c.txt.csl.json": json.dumps({"title": "Of gulls", "type": "report"}),
    "papers/empty.txt": "",
    "papers/drawing.xyz": "no kind that can be read",
    "papers/.hidden.txt": "passed over",
    "papers/metadata.csv": LIST,
}

# A folder that is dropped: what the browser hands over of it, made by hand.
DROP = """([place, files]) => {
  const directory = (path) => ({
    isDirectory: true, isFile: false, name: path.split("/").pop(), fullPath: "/" + path,
    createReader: () => {
      const names = new Set(Object.keys(files).filter((name) => name.startsWith(path + "/"))
        .map((name) => name.slice(path.length + 1).split("/")[0]));
      let told = false;
      return { readEntries: (done) => {
        done(told ? [] : [...names].map((name) => entry(path + "/" + name)));
        told = true;
      } };
    },
  });
  const entry = (path) => path in files ? {
    isFile: true, isDirectory: false, name: path.split("/").pop(), fullPath: "/" + path,
    file: (done) => done(new File([files[path]], path.split("/").pop())),
  } : directory(path);
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { files: [], items: [{ webkitGetAsEntry: () => entry("papers") }] };
  document.querySelector(place).dispatchEvent(event);
}"""


def library(page: Page) -> Locator:
    """The tab, opened."""
    page.get_by_role("tab", name="Library").click()
    page.locator(".listing tbody tr").first.wait_for()
    return page.locator("#library-tab")


def row(page: Page, title: str) -> Locator:
    return page.locator(".listing tbody tr").filter(has_text=title)


def take_out(page: Page, count: int) -> None:
    page.get_by_role("button", name="Take out…").click()
    page.get_by_text(f"Take out what is ticked ({count})?").wait_for()
    page.get_by_role("button", name="Take out", exact=True).click()
    page.get_by_text(f"Taken out: {count} document").wait_for()


def test_a_document_full_of_markup_is_text_from_upload_to_source_and_is_taken_out_again(page: Page) -> None:
    tab = library(page)
    tab.locator("input.files").set_input_files(
        [
            {"name": NAME, "mimeType": "text/plain", "buffer": TEXT.encode()},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
            {"name": "drawing.xyz", "mimeType": "text/plain", "buffer": b"x"},
        ]
    )
    tab.get_by_text("1 file was added. 1 file could not be read.").wait_for()
    assert tab.locator(".failures").inner_text().split() == ["empty.txt", "is", "empty."]
    assert tab.get_by_text("1 file of a kind that cannot be read was passed over.").is_visible()
    page.get_by_text("Ready: 3 documents").wait_for()
    tab.get_by_role("button", name="Clear this list").click()
    tab.locator(".intake").wait_for(state="detached")

    page.get_by_role("tab", name="Ask").click()
    turn = ask(page, "Who was the keeper of the Inchkeith lighthouse?")
    card = turn.locator(".card").first
    assert "<img src=x onerror=" in card.locator("blockquote").inner_text()
    card.get_by_role("button", name="Show in source").click()
    page.locator("#ask-tab .source .lit").first.wait_for()
    at_rest(page)
    assert "${document.title='owned'} {{owned}}" in page.locator("#ask-tab .source .text").inner_text()
    assert NAME in page.locator("#ask-tab .source .about").inner_text()

    tab = library(page)
    one = row(page, NAME)
    one.get_by_role("checkbox").check()
    tab.get_by_role("button", name="Search only these").click()
    assert NAME in tab.locator(".scope .chip").inner_text()
    one.get_by_role("checkbox").check()
    take_out(page, 1)
    page.get_by_text("Ready: 2 documents").wait_for()
    page.wait_for_timeout(300)
    assert "owned" not in page.title(), "nothing in the document ran"
    for part in (".transcript", ".source", "#library-tab"):
        assert page.locator(f"{part} img, {part} script").count() == 0


def test_a_dropped_folder_keeps_its_lists_and_is_found_sorted_chosen_taken_out_and_put_back(
    page: Page,
) -> None:
    tab = library(page)
    page.evaluate(DROP, [".drop", PAPERS])
    tab.get_by_text("3 files were added. 1 file could not be read.").wait_for()
    assert "papers/empty.txt" in tab.locator(".failures").inner_text()
    assert "metadata.csv" not in tab.locator(".listing tbody").inner_text()
    # What the list and the sidecar say is known of the papers.
    assert row(page, "On the lighthouse").locator("td.col-sender").inner_text() == "Quill, Barnabas"
    assert row(page, "Of gulls").locator("td.col-type").inner_text() == "report"

    # Sorted, and filtered while it is typed.
    tab.locator("th.col-date button").click()
    tab.locator("th.col-date[aria-sort=ascending]").wait_for()
    assert "On the lighthouse" in tab.locator(".listing tbody tr").first.inner_text()
    tab.locator(".filters summary").click()
    tab.get_by_label("Sender", exact=True).fill("bell")
    tab.get_by_text("Found: 1 of 5 documents").wait_for()
    assert row(page, "Reply about oil").count() == 1
    row(page, "Reply about oil").get_by_role("button").click()
    tab.locator(".source .text").wait_for()
    assert "arrived on Tuesday" in tab.locator(".source .text").inner_text()
    page.keyboard.press("Escape")
    tab.locator(".source").wait_for(state="detached")

    # What was found is all that the chat searches, until the chip is taken away; a reload remembers it.
    tab.get_by_role("button", name="Search only what was found (1)").click()
    tab.get_by_role("button", name="Ask a question").click()
    scope = page.locator("#ask-scope")
    assert "Sender: bell: 1 document" in scope.locator(".chip").inner_text()
    turn = ask(page, "When did the oil for the lamp arrive?")
    assert "Tuesday" in turn.locator(".card blockquote").first.inner_text()
    assert "1 document" in turn.locator(".searched").first.inner_text()
    page.reload()
    scope.locator(".chip").wait_for()
    scope.locator(".chip button").click()
    scope.get_by_text("All documents are searched.").wait_for()
    scope.get_by_role("button", name="Dates").click()
    scope.get_by_label("From").fill("1901-13")
    page.keyboard.press("Enter")
    scope.get_by_text("is no date").wait_for()
    scope.get_by_label("From").fill("1901")
    scope.get_by_label("To").fill("1901-03")
    page.keyboard.press("Enter")
    scope.get_by_text("1901 to 1901-03").wait_for()
    scope.locator(".chip button").click()

    # Taken out and put back, together and at once; then taken out for good.
    tab = library(page)
    tab.get_by_label("Filter").fill("papers/")
    tab.get_by_text("Found: 3 of 5 documents").wait_for()
    tab.get_by_label("Tick all on this page").check()
    assert tab.locator(".ticked .number").inner_text() == "Ticked: 3"
    take_out(page, 3)
    page.get_by_text("Ready: 2 documents").wait_for()
    tab.get_by_role("button", name="Put back").first.click()
    tab.get_by_text("Put back: 3 documents.").wait_for()
    tab.get_by_text("Found: 3 of 5 documents").wait_for()
    assert row(page, "On the lighthouse").locator("td.col-sender").inner_text() == "Quill, Barnabas"
    tab.get_by_role("button", name="Files", exact=True).click()
    tab.locator("th.col-documents").wait_for()
    tab.get_by_label("Tick all on this page").check()
    take_out(page, 3)
    page.get_by_text("Ready: 2 documents").wait_for()
    tab.get_by_role("button", name="Clear this list").click()


def test_files_on_this_machine_are_added_in_a_thread_that_a_reload_finds_again(
    page: Page, tmp_path: Path
) -> None:
    sentence = (
        "The log of day {n} speaks of wind from the west, of rain after noon, and of {n} ships in sight. "
    )
    (tmp_path / "1-long.txt").write_text("".join(f"{sentence.format(n=n)}\n\n" for n in range(20_000)))
    (tmp_path / "2-short.txt").write_text("A short log.")
    tab = library(page)
    form = tab.locator("form.path")
    form.get_by_role("textbox").fill("papers")
    form.get_by_role("button", name="Add").click()
    tab.get_by_text("Write the whole path").wait_for()
    form.get_by_role("textbox").fill(str(tmp_path))
    page.keyboard.press("Enter")
    tab.locator(".intake.running").get_by_text("indexing").first.wait_for()
    assert tab.locator(".intake").get_by_text("2-short.txt").count() == 1
    page.reload()
    page.locator(".welcome").wait_for()
    tab = library(page)
    tab.locator(".intake.running").wait_for()
    tab.get_by_role("button", name="Stop", exact=True).click()
    tab.get_by_text("2 files still wait.").wait_for()
    (tmp_path / "1-long.txt").write_text("No longer long.")
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_text("2 files were added.").wait_for()
    page.get_by_text("Ready: 4 documents").wait_for()
    tab.get_by_label("Filter").fill("-long.txt")
    tab.get_by_text("Found: 1 of 4").wait_for()
    tab.get_by_label("Filter").fill(".txt")
    tab.get_by_text("Found: 4 of 4").wait_for()
    for name in ("1-long.txt", "2-short.txt"):
        row(page, name).get_by_role("checkbox").check()
    take_out(page, 2)
    page.get_by_text("Ready: 2 documents").wait_for()
    assert (tmp_path / "2-short.txt").read_text() == "A short log.", "a person's own file is not touched"
    tab.get_by_role("button", name="Clear this list").click()
