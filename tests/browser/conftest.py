"""One real server over the seed documents with the real model, one real Chromium, for all browser tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import ChromiumMissing, chromium
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds; a machine that is busy with other work loads the model slowly


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(3 * PATIENCE))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Where a test of a page fails, what stood on it is told with the failure."""
    funcargs = getattr(item, "funcargs", {})
    server = funcargs.get("server")
    if call.when != "call" or call.excinfo is None:
        return
    for page in [funcargs.get("page"), funcargs.get("phone"), *(server.pages[-2:] if server else [])]:
        with contextlib.suppress(Exception):  # a page that is gone tells nothing
            seen = page.locator("body").inner_text(timeout=5000)
            item.add_report_section("call", "the page", f"{page.url}\n{seen[:4000]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(chromium())
        except ChromiumMissing as missing:
            if os.environ.get("CI"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield opened


@dataclass
class Server:
    """The address, where its library lies, every page that was opened, every request that they made."""

    address: str
    library: Path
    requests: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @contextlib.contextmanager
    def holding(self, but: str) -> Iterator[None]:
        """Meanwhile no question is answered but those in which these words stand."""
        hold = self.library.parent / "hold"
        hold.write_text(but)
        try:
            yield
        finally:
            hold.unlink()

    def outside(self) -> list[str]:
        """Requests that went anywhere but to this server."""
        own = urlsplit(self.address).netloc
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != own
        ]

    def visit(self, browser: Browser, **options: object) -> Page:
        """A page in a context of its own (its own conversation), watched; its context is to be closed."""
        context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        context.on("request", lambda request: self.requests.append(request.url))
        page = context.new_page()
        self.pages.append(page)
        page.goto(self.address)
        return page


# app.py, whose model is there no sooner than a file "go": somebody is to see the page before. While there is
# a file "hold", the questions wait in which its words do not stand (see Server.holding).
_HELD = """
import runpy, sys, time
from pathlib import Path
from qa.page.serve.opening import Opening
go, hold, opened = Path(sys.argv[1], "go"), Path(sys.argv[1], "hold"), Opening._open

def held(opening):
    while not go.exists():
        time.sleep(0.05)
    assistant = opened(opening)
    ask = assistant.ask
    def asked(question, *rest, **more):
        while waits(question):
            time.sleep(0.05)
        return ask(question, *rest, **more)
    assistant.ask = asked
    return assistant

def waits(question):
    try:
        return hold.read_text() not in question
    except OSError:
        return False

Opening._open = held
runpy.run_path("app.py", run_name="__main__")
"""


@dataclass
class FirstVisit:
    """What somebody saw who opened the page at once and asked while the model was loading."""

    status: str
    waiting: str
    reply: str
    ready: str
    seconds: float


@pytest.fixture(scope="session")
def _started(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, FirstVisit]]:
    port = free_port()
    folder = tmp_path_factory.mktemp("page")
    log = folder / "log.txt"
    environment = {
        **os.environ,
        "QA_LIBRARY": str(folder / "library"),
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
        "BROWSER": "true",  # the command that does nothing
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _HELD, str(folder)],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        server = Server(f"http://127.0.0.1:{port}/", folder / "library")
        _until_served(server.address, process, log)
        yield server, _first_visit(server, browser)
        assert process.poll() is None, f"the server died:\n{log.read_text()}"
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Ends a server, however busy it and the machine are."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until_served(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        assert process.poll() is None, f"the server did not start:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"nothing was served within {PATIENCE} s:\n{log.read_text()}")


def _first_visit(server: Server, browser: Browser) -> FirstVisit:
    page = server.visit(browser)
    began = time.monotonic()
    page.locator(".status.loading").wait_for()
    status = page.locator(".status").inner_text()
    page.locator("#question textarea").fill("Which countries came under renewed pressure for bases?")
    page.keyboard.press("Enter")
    page.locator(".message.waiting").wait_for()
    waiting = page.locator(".message.waiting").inner_text()
    (server.library.parent / "go").touch()
    page.locator(".card").first.wait_for()
    seconds = time.monotonic() - began
    reply = page.locator(".turn").inner_text()
    page.locator(".status.ready").wait_for()
    visit = FirstVisit(status, waiting, reply, page.locator(".status").inner_text(), seconds)
    page.context.close()
    return visit


@pytest.fixture(scope="session")
def server(_started: tuple[Server, FirstVisit]) -> Server:
    return _started[0]


@pytest.fixture(scope="session")
def first_visit(_started: tuple[Server, FirstVisit]) -> FirstVisit:
    return _started[1]


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    """A fresh page, conversation and all. Fails where its scripts raise, a dialog opens, or a request
    leaves this machine."""
    opened = server.visit(browser, viewport={"width": 1280, "height": 900})
    yield from watched(opened, server)


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Page]:
    opened = server.visit(browser, viewport={"width": 390, "height": 844}, has_touch=True)
    yield from watched(opened, server)


def watched(page: Page, server: Server) -> Iterator[Page]:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.locator(".welcome").wait_for()
    yield page
    page.context.close()
    assert errors == []
    assert server.outside() == []
