"""One Chromium, for the browser tests and for what is measured and pictured in benchmarks/."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Debian's shell of Chromium has no windows to keep up: a page costs it half the computing.
NAMES = ("chromium-headless-shell", "chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


class ChromiumMissing(SystemExit):
    """None is installed; a command ends with these words."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own. Raises ChromiumMissing."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise ChromiumMissing("Chromium is missing: apt-get install chromium-headless-shell, and try again.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()
