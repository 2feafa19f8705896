"""What a person does on the page, as functions."""

from __future__ import annotations

import time
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


def at_rest(page: Page) -> None:
    """Waits until the source panel that was opened last has come to rest: it is as high as it will be, what
    was opened is scrolled to, and the focus is in it. All that comes with the next frame after its text,
    before a person has seen it; a script is quicker, and what it did in between would be undone."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('.source')].some(one => one.offsetParent
             && one.contains(document.activeElement)
             && (innerWidth <= 900 || one.style.getPropertyValue('--above')))"""
    )


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


def until_in_view(page: Page, selector: str) -> None:
    """Waits until that is so: what is scrolled smoothly takes its time."""
    end = time.monotonic() + 60
    while not in_view(page, selector):
        assert time.monotonic() < end, f"{selector} is not in view"
        page.wait_for_timeout(50)
