"""For everyone: what axe-core finds, the keyboard alone, narrow windows, less motion; on every pane.

A pane is looked at with something in it: an answer with its source open, a list, a result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from qa.page.serve.sign_in_page import form
from qa.page.texts import words
from tests.browser.asking import ask
from tests.browser.panes import BASES, PANES, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Server

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
CONTRAST = ["color-contrast", "link-in-text-block"]


# What is hidden is not looked at anyway, but walked through; a report in its frame is tested by itself.
RUN = """options => axe.run(
  { exclude: [...document.querySelectorAll('[role=tabpanel]')].filter(one => !one.checkVisibility()) },
  { resultTypes: ['violations'], iframes: false, preload: false, ...options })"""


def found(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong: "impact rule: element". All its rules but those of AAA, or ``rules``."""
    options: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
    if rules is not None:
        options = {"runOnly": rules}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    response = page.evaluate(RUN, options)
    assert response["passes"], "axe-core looked at something"
    return [
        f"{one['impact']} {one['id']}: {node['html'][:200]}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module", params=["en-US", "ru-RU"])
def visit(request: pytest.FixtureRequest, server: Server, browser: Browser) -> Iterator[Page]:
    """A page in one language whose panes are filled once, for all that is looked at in it."""
    page = server.visit(browser, viewport=DESKTOP, locale=request.param, reduced_motion="reduce")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.locator(".status.ready").wait_for()
    yield page
    page.context.close()
    assert errors == []
    assert server.outside() == []


def test_what_is_wrong_is_found(page: Page) -> None:
    page.locator(".status.ready").wait_for()  # before that what loads may lie over the page
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('afterbegin',
          '<p style="color:#bbb;background:#fff">pale</p><img src="data:,"><button></button>')"""
    )
    wrong = found(page)
    for rule in ("serious color-contrast", "critical image-alt", "critical button-name"):
        assert any(line.startswith(rule) for line in wrong), rule
    assert any(line.startswith("serious color-contrast") for line in found(page, CONTRAST))


def test_axe_finds_nothing_on_any_pane(visit: Page) -> None:
    english = visit.evaluate("document.documentElement.lang") == "en"
    wrong: list[str] = []

    def look(where: str, rules: list[str] | None = None) -> None:
        wrong.extend(f"{where}: {line}" for line in found(visit, rules))

    visit.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    look("welcome")
    visit.locator(".kept [data-do=list]").first.click()
    visit.locator("dialog[open]").wait_for()
    look("the drawer of conversations")
    visit.keyboard.press("Escape")
    visit.locator("dialog[open]").wait_for(state="hidden")
    for pane in PANES:
        visit.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        fill(visit, pane)
        look(f"{pane}, light, desktop")
        if english:
            dark(visit, on=True)
            look(f"{pane}, dark, desktop", CONTRAST)
            visit.set_viewport_size(PHONE)  # type: ignore[arg-type]
            look(f"{pane}, dark, phone")
            dark(visit, on=False)
    if english:
        visit.locator("#ask-tab-button").click()
        ask(visit, "What is the capital of Australia?")
        look("not answered")
    assert wrong == []


def test_axe_finds_nothing_on_the_page_to_sign_in_on(browser: Browser) -> None:
    for language, scheme in (("en", "light"), ("ru", "dark")):
        page = browser.new_page(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
        page.set_content(form(words(language), "No.", "Ada <b>", "", wrong=True))
        assert found(page) == []
        page.close()


def dark(page: Page, *, on: bool) -> None:
    page.emulate_media(color_scheme="dark" if on else "light")
    page.wait_for_function(f"document.body.classList.contains('dark') === {str(on).lower()}")


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  if (!one.dataset.walked) one.dataset.walked = String(window.walked = (window.walked || 0) + 1);
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  // What is focused must not lie beneath what sticks to the edge of the window.
  const x = Math.min(Math.max((box.left + box.right) / 2, 0), innerWidth - 1);
  const ys = [box.top + 3, (box.top + box.bottom) / 2, box.bottom - 3].filter(y => y >= 0 && y < innerHeight);
  const seen = ys.some(y => { const top = document.elementFromPoint(x, y);
    return top && (one.contains(top) || top.contains(one)); });
  return { number: Number(one.dataset.walked), seen,
    outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    words: one.tagName + ' ' + (one.ariaLabel || one.innerText || one.id || one.className).slice(0, 60) };
}"""

MOVING = """() => document.getAnimations().map(one =>
  `${one.animationName || one.transitionProperty} ${one.effect.target.outerHTML.slice(0, 120)}`)"""

UNREACHED = """() => [...document.querySelectorAll(
    'a[href], button:not(:disabled), input:not(:disabled):not([type=hidden]), select:not(:disabled), ' +
    'textarea:not(:disabled), summary, iframe, [tabindex="0"]')]
  .filter(one => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    && one.tabIndex >= 0 && !one.dataset.walked && !one.closest('[inert]')
    // Of radio buttons of one name the Tab key reaches the chosen one, the arrows the others.
    && !(one.type === 'radio' && document.querySelector(`[name="${CSS.escape(one.name)}"][data-walked]`)))
  .map(one => one.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("visit", ["en-US"], indirect=True)
def test_every_control_is_reached_by_the_keyboard_and_seen(visit: Page) -> None:
    visit.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    for pane in PANES:
        fill(visit, pane)
        visit.evaluate(
            """() => { document.querySelectorAll('[data-walked]').forEach(one => delete one.dataset.walked);
                       window.walked = 0; document.activeElement.blur(); }"""
        )
        visit.locator(".skip").focus()
        visit.keyboard.press("Tab")  # with the keyboard in use a focus is shown
        visit.keyboard.press("Shift+Tab")
        walked: list[str] = []
        for _ in range(400):
            now = visit.evaluate(FOCUSED)
            if now is None or now["number"] < len(walked):
                break
            if now["number"] > len(walked):
                walked.append(now["words"])
            assert now["outline"], f"{pane}: focus is not seen on {now['words']}"
            assert now["seen"], f"{pane}: {now['words']} is covered when it has the focus"
            visit.keyboard.press("Tab")
        else:
            pytest.fail(f"{pane}: the Tab key never leaves {walked[-5:]}")
        assert visit.evaluate(UNREACHED) == [], f"{pane}: reached only {walked}"
        assert visit.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
        assert visit.evaluate(MOVING) == [], "less motion is wished for"


def test_the_way_past_the_head_and_the_tabs_by_arrow_keys(page: Page) -> None:
    page.locator("h1").click()  # the box for the question has the focus from the beginning
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the question"
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("link", name="To the question").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('#question') !== null")
    assert page.title() == "Ask · Ibid"

    tabs = page.get_by_role("tab").all_inner_texts()
    assert len(tabs) == len(PANES), "no pane is left out of what is tested here"
    page.get_by_role("tab").first.focus()
    seen = []
    for _ in tabs:
        page.keyboard.press("ArrowRight")
        now = page.evaluate("document.activeElement.textContent")
        assert page.get_by_role("tab", selected=True).all_inner_texts() == [now]
        page.wait_for_function("now => document.title === `${now} · Ibid`", arg=now)
        panel = page.evaluate("document.activeElement.getAttribute('aria-controls')")
        assert page.locator(f"#{panel}[role=tabpanel]").is_visible()
        seen.append(now)
    assert seen == [*tabs[1:], tabs[0]], "round and back to the first"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == tabs[-1]
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.textContent") == tabs[0]
    assert page.locator("[role=tab][tabindex='0']").count() == 1, "one stop of the Tab key for all"


CUT_OFF = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary, h1, h2, h3')]
  .filter(one => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.unseen, .skip')) return false;
    // What lies in something of its own that scrolls can be brought into view there.
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) return false;
    }
    const box = one.getBoundingClientRect();
    return box.width > 1 && (box.left < -1 || box.right > innerWidth + 1);
  })
  .map(one => one.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("visit", ["ru-RU"], indirect=True)  # whose words are the longer ones
def test_narrow_and_enlarged_windows_have_no_sideways_scroll(visit: Page) -> None:
    for width, height in ((320, 640), (640, 450)):  # the second is the desktop's at 200 %
        visit.set_viewport_size({"width": width, "height": height})
        for pane in PANES:
            fill(visit, pane)
            assert visit.evaluate("document.documentElement.scrollWidth <= innerWidth"), (pane, width)
            assert visit.evaluate(CUT_OFF) == [], (pane, width)


HEAR = """() => {
  const lives = ":is([role=status], [role=alert], [role=log], [aria-live]):not([aria-live=off])";
  const before = new Map();
  const hear = () => {
    for (const one of document.querySelectorAll(lives)) {
      const words = one.textContent.trim();
      if (words && words !== before.get(one)) window.told.push(words);
      before.set(one, words);
    }
  };
  window.told = [];
  hear();
  window.told = [];
  new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_an_answer_is_announced_once(page: Page) -> None:
    page.evaluate(HEAR)
    ask(page, BASES)
    page.wait_for_timeout(500)
    told = page.evaluate("window.told")
    assert len([words for words in told if "the first quote answers" in words]) == 1, told
    assert all(len(words) < 200 for words in told), f"a summary is read out, not the whole answer: {told}"
