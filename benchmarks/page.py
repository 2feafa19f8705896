"""How quick the page is, in a real Chromium: python -m benchmarks.page answers LIBRARY

    start LIBRARY    from the command `qa chat` until the page is served, and until it is drawn, beside the
                     time that Python takes to import gradio alone, by turns
    answers LIBRARY  from Enter until the answer is drawn, over questions of a shipped set, one after another
                     in one conversation, so that the last ones are asked of a long one

    source LIBRARY   from the click on the longest document in the list until it is drawn in the source panel,
                     and from a search in it until the first place found is highlighted

LIBRARY is a folder that a library lies in; it is opened, not changed. Prints JSON: seconds at the median and
the 95th percentile, of all of it and of what the library took, and the same of the last ten questions. Needs
Chromium (apt-get install chromium-headless-shell, or chromium).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.chromium import chromium

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "qa" / "evaluation" / "questions" / "kennedy_khrushchev.jsonl"
COUNT = 50
PATIENCE = 180  # seconds

# The clock runs in the browser: from the key's going down to the second frame after the turn is there.
_WATCH = """() => {
  window.drawn = [];
  const enter = (event) => { if (event.key === 'Enter') window.entered = performance.now(); };
  addEventListener('keydown', enter, true);
  new MutationObserver(() => {
    const last = [...document.querySelectorAll('.transcript .turn')].pop();
    if (!last || last.dataset.key === 'pending' || last.dataset.key === window.seen) return;
    window.seen = last.dataset.key;
    const began = window.entered;
    const drawn = () => window.drawn.push((performance.now() - began) / 1000);
    requestAnimationFrame(() => requestAnimationFrame(drawn));
  }).observe(document.querySelector('.transcript .turns'), { childList: true });
}"""


# Likewise from the button's going down; a search counts from the last letter typed.
_WATCH_SOURCE = """() => {
  [window.opened, window.found] = [[], []];
  let pressed = null, typed = null;
  const frames = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  const down = (event) => { if (event.target.closest('[data-do=open]')) pressed = performance.now(); };
  addEventListener('pointerdown', down, true);
  const input = (event) => { if (event.target.matches('.find input')) typed = performance.now(); };
  addEventListener('input', input, true);
  const look = () => {
    if (pressed !== null && document.querySelector('.source .text .part')) {
      const began = pressed;
      pressed = null;
      frames(() => window.opened.push((performance.now() - began) / 1000));
    }
    if (typed !== null && CSS.highlights.has('found-here')) {
      window.found.push((performance.now() - typed) / 1000);
      typed = null;
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@contextmanager
def served(library: Path, command: Sequence[str] = ("app.py",)) -> Iterator[str]:
    """The page over ``library`` as ``qa chat`` serves it, begun by Python with ``command``; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    environment = {
        **os.environ,
        "QA_LIBRARY": str(library.resolve()),
        "GRADIO_SERVER_PORT": str(port),
        "BROWSER": "true",
    }
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(address, timeout=5):
                    break
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.01)
            if server.poll() is not None:
                raise SystemExit("The page did not come up.")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def start(library: Path, rounds: int = 7) -> dict[str, Any]:
    """Seconds until the page is there."""
    up, drawn, importing = [], [], []
    with chromium() as browser:
        for _ in range(rounds):
            began = time.perf_counter()
            with served(library, ["-m", "qa", "chat"]) as address:
                up.append(time.perf_counter() - began)
                page = browser.new_page()
                page.goto(address)
                page.locator(".welcome").wait_for()
                drawn.append(time.perf_counter() - began)
                page.locator(".status.ready").wait_for()
                page.close()
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import gradio"], check=True)
            importing.append(time.perf_counter() - began)
    ratio = median(page / alone for page, alone in zip(up, importing, strict=True))
    return {
        "rounds": rounds,
        "up": _seconds(up),
        "drawn": _seconds(drawn),
        "import_gradio": _seconds(importing),
        "up_to_import": round(ratio, 2),
    }


def answers(library: Path, count: int = COUNT) -> dict[str, Any]:
    """Seconds from Enter to the drawn answer."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines() if line.strip()]
    questions = [row["question"] for row in rows if not row.get("after")][:count]
    with served(library) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        page.locator(".status.ready").wait_for()
        page.locator(".welcome").wait_for()
        page.evaluate(_WATCH)
        box = page.locator("#question textarea")
        for number, question in enumerate(questions, start=1):
            box.fill(question)
            page.keyboard.press("Enter")
            page.wait_for_function(f"window.drawn.length === {number}")
        drawn: list[float] = page.evaluate("window.drawn")
        told = page.locator(".turn .searched").all_inner_texts()
    took = [
        float(words.partition(" in ")[2].partition("\N{NO-BREAK SPACE}")[0])
        for words in told
        if " in " in words
    ]
    return {
        "questions": len(drawn),
        "drawn": _seconds(drawn),
        "library": _seconds(took),
        "last_ten": _seconds(drawn[-10:]),
    }


def source(library: Path, rounds: int = 9) -> dict[str, Any]:
    """Seconds from the click to the drawn document."""
    from qa.assistant import Assistant

    shelf = Assistant.open(library).library
    longest = max(shelf.documents(), key=lambda one: one.characters)
    word = max(shelf.document(longest.name).text[:20_000].split(), key=len)
    shelf.close()
    with served(library) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        page.locator(".status.ready").wait_for()
        page.get_by_role("tab", name="Library").click()
        page.locator("form.filters [name=words]").fill(longest.name)
        opener = page.locator("[data-do=open]").and_(page.locator(f'[data-document="{longest.name}"]'))
        opener.wait_for()
        page.evaluate(_WATCH_SOURCE)
        for number in range(1, rounds + 1):
            opener.click()
            page.wait_for_function(f"window.opened.length === {number}")
            find = page.locator(".source .find input")
            find.fill(word)
            page.wait_for_function(f"window.found.length === {number}")
            page.locator(".source [data-do=close]").click()
            page.locator(".source").wait_for(state="detached")
        opened: list[float] = page.evaluate("window.opened")
        found: list[float] = page.evaluate("window.found")
    return {
        "document": longest.name,
        "characters": longest.characters,
        "rounds": rounds,
        "opened": _seconds(opened),
        "found": _seconds(found),
    }


def _seconds(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
    }


MEASURED: dict[str, Callable[[Path], dict[str, Any]]] = {"answers": answers, "source": source, "start": start}
"""What can be measured, by name."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures what is named, and prints it."""
    parser = argparse.ArgumentParser(description="How quick the page is, in a real Chromium.")
    parser.add_argument("what", choices=sorted(MEASURED))
    parser.add_argument("library", type=Path)
    asked = parser.parse_args(arguments)
    if not asked.library.is_dir():
        raise SystemExit(f"There is no library at {asked.library}.")
    print(json.dumps(MEASURED[asked.what](asked.library), indent=1))


if __name__ == "__main__":
    main()
