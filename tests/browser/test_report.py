"""The HTML report of an evaluation, opened from the disk as somebody would to whom it was sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.evaluation.compare import compare
from qa.evaluation.measures import Context, Outcome
from qa.evaluation.report import write_report
from qa.evaluation.results import Result, result
from tests.browser.conftest import PATIENCE
from tests.evaluation.builders import asked, shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SENTENCE = "He told me that he was disturbed by the international situation."
OTHER = "Stalin has indicated that the Foreign Ministers should meet again."
HOSTILE = "</script><img src=x onerror=document.title='taken'><b>bold</b>"


def letter(number: int, *, hit: bool, **options: object) -> Outcome:
    """A question about a letter, with the words around its evidence and its quote."""
    quote = replace(
        shown("letters/d1", SENTENCE if hit else OTHER, phrase="told me", pages="921"), phrase_start=3
    )
    made = asked(
        number,
        {"letters/d1": SENTENCE},
        quotes=(quote,),
        ranking="letters/d1 other",
        answer="a letter",
        **options,
    )
    about = ("Letter from Harriman", "1945-11-22")
    places = (
        Context(
            "evidence", 0, "letters/d1", 9, 9 + len(SENTENCE), "Dear Sir.", SENTENCE, " Yours, H.", *about
        ),
        Context(
            "quote", 0, "letters/d1", 9, 9 + len(SENTENCE), "Dear Sir.", quote.text, " Yours, H.", *about
        ),
    )
    return replace(made, contexts=places)


def results() -> list[Result]:
    outcomes = [letter(i, hit=i % 3 > 0, confidence=0.3 + i / 20) for i in range(12)]
    outcomes += [letter(12, hit=True, answered=False, confidence=0.1, kind="list")]
    outcomes += [asked(13, confidence=0.35), asked(14, answered=False, confidence=0.2)]
    strange = letter(15, hit=False, confidence=0.5)
    strange = replace(strange, question=replace(strange.question, question=f"Überschrift {HOSTILE}?"))
    return [
        result("first", [*outcomes, strange], warnings=(f"first.jsonl, line 3: {HOSTILE}; left out.",)),
        result("second", [letter(1, hit=True), asked(2, answered=False)]),
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    now = results()
    before = [result("first", [letter(i, hit=i > 8, confidence=0.3 + i / 20) for i in range(12)])]
    write_report(before, folder / "before")
    write_report(now, folder / "now", compare(now, folder / "before"))
    return folder / "now" / "report.html"


def opened(browser: Browser, path: Path, **options: object) -> Iterator[Page]:
    """The file in a browser; fails where anything else is fetched, raised, refused or asked."""
    context = browser.new_context(reduced_motion="reduce", **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text))
    page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert trouble == []


@pytest.fixture
def report(browser: Browser, written: Path) -> Iterator[Page]:
    yield from opened(browser, written, viewport={"width": 1280, "height": 900})


def questions(page: Page) -> list[str]:
    return page.locator(".item:visible .tags span:first-child").all_inner_texts()


def test_misses_search_and_slices_narrow_the_list(report: Page) -> None:
    assert len(questions(report)) == 16
    report.get_by_role("button", name="Misses").click()
    assert questions(report) == ["q0", "q3", "q6", "q9", "q12", "q13", "q15"]
    assert report.get_by_role("button", name="Misses").get_attribute("aria-pressed") == "true"
    report.get_by_label("Search").first.fill("UBERschrift")  # neither case nor accents count
    report.locator(".count", has_text="1 of 16").wait_for()
    assert questions(report) == ["q15"]
    report.locator(".count button:visible").click()
    assert len(questions(report)) == 16
    report.get_by_role("button", name="list", exact=True).click()
    assert questions(report) == ["q12"]
    report.locator("button[data-verdict=withheld]:visible").click()
    assert questions(report) == ["q12"]
    report.locator("button[data-verdict=unfounded]:visible").click()
    assert questions(report) == ["q13"]
    report.get_by_label("Search").first.fill("no such words anywhere")
    report.locator(".none").wait_for()
    report.locator(".count button:visible").click()
    report.get_by_label("Order").first.select_option("sure")
    assert questions(report)[0] == "q11"


def test_expected_and_got_stand_side_by_side_in_context(report: Page) -> None:
    item = report.locator(".item:visible").nth(1)
    item.locator("summary").first.focus()
    report.keyboard.press("Enter")
    expected, got = item.locator(".expected"), item.locator(".got")
    assert expected.locator("mark").inner_text() == SENTENCE
    assert "Dear Sir." in expected.inner_text()
    assert "Letter from Harriman, 1945-11-22" in expected.inner_text()
    assert got.locator("mark b").inner_text() == "told me"
    assert "p. 921" in got.inner_text()
    assert "shows the evidence" in got.inner_text()
    left, right = expected.bounding_box(), got.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    got.get_by_text("Documents found, the expected one at 1").click()
    assert got.locator("li.wanted").inner_text().startswith("letters/d1 Letter from Harriman")


def test_hostile_words_are_shown_as_they_are(report: Page) -> None:
    item = report.locator(".item:visible").last
    assert item.locator(".asks").inner_text() == f"Überschrift {HOSTILE}?"
    assert HOSTILE in report.locator(".warnings").first.inner_text()
    assert report.locator("img").count() == 0
    assert report.title() == "Evaluation: first, second"


def test_one_set_at_a_time(report: Page) -> None:
    assert report.locator("section.set:visible h2").all_inner_texts() == ["first"]
    report.locator(".overview").get_by_role("link", name="second").click()
    assert report.locator("section.set:visible h2").all_inner_texts() == ["second"]
    assert questions(report) == ["q1", "q2"]
    assert report.locator(".overview [aria-current]").inner_text() == "second"


def test_another_threshold_can_be_tried(report: Page) -> None:
    tried = report.locator(".try:visible")
    dot = report.locator(".tried:visible")
    assert dot.count() == 0
    tried.locator("input").focus()
    report.keyboard.press("End")
    assert "Answers 0 of 16. Of 2 without an answer it answers 0 (0\u00a0%)." in tried.inner_text()
    report.keyboard.press("Home")
    assert "Answers 16 of 16" in tried.inner_text()
    assert "Of 14 with one it refuses 0" in tried.inner_text()
    # Where all is answered the dot lies at the end of the curve.
    end = report.locator(".plot:visible .curve").first.get_attribute("points")
    assert end is not None
    x, y = map(float, end.split()[-1].split(","))
    assert float(dot.get_attribute("cx") or 0) == pytest.approx(x, abs=0.1)
    assert float(dot.get_attribute("cy") or 0) == pytest.approx(y, abs=0.1)


def test_a_question_that_turned_opens(report: Page) -> None:
    row = report.locator(".comparison:visible .turned", has_text="turned better").first
    row.get_by_role("button", name="q4", exact=True).click()
    opened_ = report.locator(".item[open]")
    assert opened_.locator(".tags span").first.inner_text() == "q4"
    assert "turned: quote_hit@1 better" in opened_.locator(".tags").inner_text()
    report.get_by_role("button", name="Turned worse").click()
    assert questions(report) == ["q9"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_runs_off_the_side(browser: Browser, written: Path, scheme: str) -> None:
    for page in opened(browser, written, viewport={"width": 360, "height": 740}, color_scheme=scheme):
        page.locator(".item:visible summary").nth(1).click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        ink, paper = page.evaluate(
            "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()"
        )
        light = [sum(map(int, colour[4:-1].split(","))) for colour in (ink, paper)]
        assert (light[0] < light[1]) == (scheme == "light")


def test_without_scripts_the_figures_and_plots_stand(browser: Browser, written: Path) -> None:
    for page in opened(browser, written, java_script_enabled=False):
        assert page.locator("section.set h2").all_inner_texts() == ["first", "second"]
        assert page.locator(".figures").first.is_visible()
        assert page.locator(".plot").first.is_visible()
        assert page.locator("noscript p").is_visible()


def test_on_paper_there_are_no_controls(report: Page) -> None:
    report.emulate_media(media="print")
    assert not report.locator(".controls").first.is_visible()
    assert not report.locator(".try").first.is_visible()
    assert report.locator(".figures").first.is_visible()


def test_six_thousand_questions_stay_usable(browser: Browser, tmp_path: Path) -> None:
    words = " ".join(f"word{i}" for i in range(60))
    outcomes = []
    for i in range(6000):
        outcome = letter(i, hit=i % 2 == 0, confidence=(i % 97) / 97)
        long = tuple(replace(place, before=words[:300], after=words[:300]) for place in outcome.contexts)
        outcomes.append(replace(outcome, contexts=long))
    measured = results()[0]
    many = replace(
        measured,
        name="many",
        outcomes=tuple(outcomes),
        values=tuple(measured.values[i % 2] for i in range(6000)),
        labels={"kind": ("fact",) * 6000},
    )
    write_report([many], tmp_path)
    began = time.monotonic()
    for page in opened(browser, tmp_path / "report.html"):
        page.locator(".item").first.wait_for()
        assert time.monotonic() - began < 60  # a second or two where nothing else runs
        assert page.locator(".item").count() <= 80  # the rest comes as one scrolls
        page.get_by_label("Search").fill("question 5999")
        page.locator(".count", has_text="1 of 6000").wait_for()
        assert questions(page) == ["q5999"]
        page.get_by_label("Search").fill("")
        page.locator(".count", has_text="6000 questions").wait_for()
        for rows in (41, 81, 121):
            page.locator(".more:visible").last.scroll_into_view_if_needed()
            page.locator(".item").nth(rows - 1).wait_for()
