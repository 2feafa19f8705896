"""What a person does on the page, as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def ask(page: Page, question: str) -> Locator:
    """Types a question, presses Enter, waits for the reply; the turn."""
    turns = page.locator(".turn").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    return replied(page, turns + 1)


def replied(page: Page, turns: int) -> Locator:
    """Waits until so many turns are there and the last is no longer waiting; the last."""
    page.wait_for_function(
        f"document.querySelectorAll('.turn').length === {turns}"
        " && !document.querySelector('.message.waiting')"
    )
    return page.locator(".turn").last


def in_view(page: Page, selector: str) -> bool:
    """Whether the middle of the element lies inside the window and inside what scrolls it."""
    return bool(
        page.evaluate(
            """selector => {
              const element = document.querySelector(selector), box = element.getBoundingClientRect();
              const frame = element.closest('.scroll').getBoundingClientRect();
              const middle = box.top + box.height / 2;
              return middle > Math.max(0, frame.top) && middle < Math.min(innerHeight, frame.bottom);
            }""",
            selector,
        )
    )
