"""Two people at one page: conversations apart, marks in their own names, the way in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from qa.evaluation.marks import marks_file, read
from tests.browser.asking import ask
from tests.browser.conftest import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from qa.assistant import Assistant
    from tests.conftest import Served

WHO = "Who was Subasic?"


@contextmanager
def visit(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """A page in a browser of its own, which sends nothing elsewhere and raises nothing."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert errors == []
    own = address.partition("?")[0]
    assert [url for url in asked if not url.startswith((own, "data:", "blob:"))] == []


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("status").get_by_text("You are signed out.", exact=True).wait_for()


def test_two_people_at_the_same_page(served: Served, browser: Browser, seeds_library: Assistant) -> None:
    link = f"{served.address}?q=Who+was+Subasic%3F"
    with visit(browser, link) as ada, visit(browser, served.address) as ben:
        assert ada.title() == "Sign in – Ibid"
        assert "Answers from your documents" in ada.content()
        assert "Subasic?" not in ada.locator("main").inner_text()
        sign_in(ada, "Ada", "wrong wrong")
        assert "do not belong together" in ada.get_by_role("alert").inner_text()
        assert ada.get_by_label("Name").input_value() == "Ada"
        assert ada.evaluate("document.activeElement.id") == "password"

        # What the link asks is asked once she has signed in.
        sign_in(ada, "ada", served.passwords["Ada"])
        ada.locator(".turn .card").first.wait_for()
        assert ada.locator(".person").inner_text().split("\n")[0].startswith("Signed in as Ada")

        sign_in(ben, "Ben", served.passwords["Ben"])
        ben.locator(".welcome").wait_for()
        assert "Subasic" not in ben.locator(".transcript .turns").inner_text().replace(WHO, "")
        assert ben.locator(".turn").count() == 0
        turn = ask(ben, "How did Litvinov get on with Molotov?")
        assert WHO not in turn.inner_text()
        assert ada.locator(".turn").count() == 1
        assert "Molotov" not in ada.locator(".turn .question").inner_text()

        # Ada marks in her own name, and is not asked for one.
        before = len(read(marks_file(seeds_library.library.location))[0])
        ada.get_by_role("button", name="This answers", exact=True).first.click()
        ada.get_by_text("Marked by Ada.").first.wait_for()
        made = read(marks_file(seeds_library.library.location))[0][before:]
        assert [one.by for one in made] == ["Ada"]
        assert ada.locator(".turn .rename").first.is_hidden()

        # A session is its person's: Ben cannot read or ask in hers.
        seen = ada.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join(' ')")
        (hers, *_) = re.findall(r"session_hash=(\w+)", seen)
        asked = "async name => (await fetch('gradio_api/queue/data?session_hash=' + name)).status"
        status = ben.evaluate(asked, hers)
        assert status == 403

        sign_out(ada)
        ada.goto(served.address)
        assert ada.title() == "Sign in – Ibid"
        # Ben is still there.
        ben.reload()
        ben.locator(".person").wait_for()


def test_the_page_to_sign_in_on_in_russian_on_a_phone_in_the_dark(served: Served, browser: Browser) -> None:
    with visit(
        browser,
        served.address,
        locale="ru-RU",
        color_scheme="dark",
        viewport={"width": 320, "height": 640},
        has_touch=True,
    ) as page:
        assert page.evaluate("document.documentElement.lang") == "ru"
        assert page.get_by_role("button", name="Войти").is_visible()
        assert page.evaluate("document.documentElement.classList.contains('dark')")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name="English").click()
        page.get_by_role("button", name="Sign in").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_amiss_for_those_who_see_or_type_otherwise(
    served: Served, browser: Browser, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with visit(browser, served.address, color_scheme=scheme) as page:
        sign_in(page, "Ada", "wrong wrong")
        page.get_by_role("alert").wait_for()
        found = axe.Axe().run(page).response["violations"]
        assert [one["id"] for one in found] == [], json.dumps(found, indent=1)
