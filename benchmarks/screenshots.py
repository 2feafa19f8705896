"""Takes the README's two pictures from the real page over the seed documents.

    python -m benchmarks.screenshots docs

Needs Chromium (apt-get install chromium). Writes answer.png and not-answered.png.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
ANSWERED = "Which countries came under renewed Soviet pressure for bases?"
UNANSWERED = "When did Litvinov die?"
REPLIED = "document.querySelector('.turn') && !document.querySelector('.message.waiting')"


def main(folder: Path) -> None:
    """Serves the page on a new library, asks two questions, keeps what is seen."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryDirectory() as library:
        environment = {
            **os.environ,
            "QA_LIBRARY": f"{library}/library",
            "GRADIO_SERVER_PORT": str(port),
            "BROWSER": "true",
        }
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
        try:
            _until_served(address)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox", "--disable-gpu"]
                )
                page = browser.new_page(viewport={"width": 1280, "height": 860})
                page.set_default_timeout(180_000)
                page.goto(address)
                for question, name in ((ANSWERED, "answer"), (UNANSWERED, "not-answered")):
                    page.locator(".welcome").wait_for()
                    page.locator("#question textarea").fill(question)
                    page.keyboard.press("Enter")
                    page.wait_for_function(REPLIED)
                    if name == "answer":
                        page.locator("[data-do=show]").first.click()
                        page.locator(".source").wait_for()
                    page.wait_for_timeout(800)  # until it has scrolled
                    page.evaluate("window.scrollTo(0, 0)")
                    page.screenshot(path=folder / f"{name}.png")
                    page.get_by_role("button", name="New conversation").click()
                browser.close()
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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
