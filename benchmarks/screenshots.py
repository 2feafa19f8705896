"""Takes pictures of the real page over the seed documents.

    python -m benchmarks.screenshots docs                     # the README's: answer.png, not-answered.png
    python -m benchmarks.screenshots FOLDER --panes           # every pane: light, dark, phone
    python -m benchmarks.screenshots FOLDER --panes --language ru
    python -m benchmarks.screenshots FOLDER --panes --address http://127.0.0.1:7860/

Needs Chromium (apt-get install chromium-headless-shell, or chromium).
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.asking import ask
from tests.browser.chromium import chromium
from tests.browser.panes import PANES, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
ANSWERED = "Which countries came under renewed Soviet pressure for bases?"
UNANSWERED = "When did Litvinov die?"
PATIENCE = 180_000  # milliseconds
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


def main(arguments: list[str] | None = None) -> None:
    """Serves the page on a new library, or goes to ``--address``, and keeps what is seen."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    asked.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs")
    asked.add_argument("--panes", action="store_true", help="every pane instead of the README's pictures")
    asked.add_argument(
        "--only", nargs="+", choices=list(PANES), default=list(PANES), help="these panes alone"
    )
    asked.add_argument("--looks", nargs="+", choices=list(LOOKS), default=list(LOOKS))
    asked.add_argument("--language", choices=("en", "ru"), default="en")
    asked.add_argument("--address", help="of a page that is served already")
    chosen = asked.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with _served(chosen.address) as address, chromium() as browser:
        if chosen.panes:
            for look in chosen.looks:
                page = _visit(browser, address, chosen.language, look)
                for pane in PANES:
                    if pane in chosen.only:
                        fill(page, pane)
                        page.wait_for_timeout(800)  # until it has scrolled
                        path = chosen.folder / f"{pane}-{look}-{chosen.language}.png"
                        # The chat is a window's height with the question below; the others are read down.
                        page.screenshot(path=path, full_page=pane != "ask")
                page.context.close()
        else:
            _for_the_readme(_visit(browser, address, chosen.language, "light"), chosen.folder)


def _for_the_readme(page: Page, folder: Path) -> None:
    for question, name in ((ANSWERED, "answer"), (UNANSWERED, "not-answered")):
        turn = ask(page, question)
        if name == "answer":
            turn.locator("[data-do=show]").first.click()
            page.locator(".source .lit").first.wait_for()
        page.wait_for_timeout(800)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=folder / f"{name}.png")
        page.reload()
        page.get_by_role("button", name="New conversation").click()
        page.locator(".welcome").wait_for()


def _visit(browser: Browser, address: str, language: str, look: str) -> Page:
    context = browser.new_context(locale=language, **LOOKS[look])  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.locator(".status.ready").wait_for()
    page.locator(".welcome").wait_for()
    return page


@contextmanager
def _served(address: str | None) -> Iterator[str]:
    if address is not None:
        yield address
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as library:
        environment = {
            **os.environ,
            "QA_LIBRARY": f"{library}/library",
            "GRADIO_SERVER_PORT": str(port),
            "BROWSER": "true",
        }
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
        try:
            address = f"http://127.0.0.1:{port}/"
            _until_served(address)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _until_served(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise SystemExit("The page did not come up.")


if __name__ == "__main__":
    main()
