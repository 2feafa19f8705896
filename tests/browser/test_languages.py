"""The page in another language, by the browser's wish or the person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Server


def test_a_browser_that_speaks_russian_gets_the_page_in_russian(server: Server, browser: Browser) -> None:
    page = server.visit(browser, locale="ru-RU")
    page.get_by_role("tab", name="Библиотека").wait_for()
    assert "Ответы из ваших документов" in page.locator(".masthead").inner_text()
    page.context.close()


def test_the_language_is_chosen_on_the_page_and_stays(page: Page) -> None:
    page.get_by_role("link", name="Русский").click()
    page.get_by_role("tab", name="Библиотека").wait_for()
    page.reload()
    page.get_by_role("tab", name="Библиотека").wait_for()
    assert page.get_by_role("link", name="Русский").get_attribute("aria-current") == "true"
    assert page.evaluate("document.documentElement.lang") == "ru"
    page.get_by_role("link", name="English").click()
    page.get_by_role("tab", name="Library").wait_for()
