"""The page to sign in on: what is wrong is said, whatever was typed is data, and it leads nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import pytest
from starlette.testclient import TestClient

from qa.page.serve import sign_in_page
from qa.page.serve.sign_in_page import inside
from qa.page.texts import words
from tests.page.serve.visitors import ADA, BEN, enter


def test_a_cookie_over_an_encrypted_connection_stays_on_such(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    browser.base_url = "https://127.0.0.1"  # type: ignore[assignment]
    assert "secure" in enter(browser, *ADA).headers["set-cookie"].lower()


@pytest.mark.parametrize(("name", "password"), [("Ada", BEN[1]), ("Cyd", ADA[1]), ("Ada", ""), ("", "")])
def test_what_is_wrong_is_said_without_saying_which(
    visit: Callable[[], TestClient], name: str, password: str
) -> None:
    answer = enter(visit(), name, password)
    assert answer.status_code == 403
    assert words("en")("signing-in.wrong") in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text or not password


def test_the_page_speaks_the_language_of_who_comes(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    page = browser.get("/sign-in", headers={"accept-language": "ru"}).text
    assert '<html lang="ru">' in page
    assert words("ru")("signing-in.title") in page
    answer = browser.get("/gradio_api/info", headers={"sec-fetch-mode": "cors", "accept-language": "ru"})
    assert answer.json()["detail"] == words("ru")("signing-in.again")


def test_names_and_addresses_are_data(visit: Callable[[], TestClient]) -> None:
    attack = '"><script>alert(1)</script>'
    page = enter(visit(), attack, "wrong", "/" + attack).text
    assert "<script>alert" not in page
    assert "<script>" not in sign_in_page.person(attack, words("en"))


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/?q=Who", "/?q=Who"), ("", "/"), ("//example.org", "/"), ("https://example.org", "/"),
        ("/\\example.org", "/\\example.org"), ("\\\\example.org", "/"), ("example.org", "/"),
        ("/\r\nset-cookie: a=b", "/"), ("javascript:alert(1)", "/"),
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(to: str, goes: str) -> None:
    expected = "/" if to == "/\\example.org" else goes
    assert inside(to) == expected


def test_who_is_signed_in_stands_in_the_head_of_the_page() -> None:
    with gr.Blocks() as page:
        sign_in_page.pane(page)
    (shown,) = page.fns.values()

    class Visitor:
        username = "Ada <b>"
        cookies: dict[str, str] = {}  # noqa: RUF012
        headers: dict[str, str] = {}  # noqa: RUF012

    drawn = shown.fn(Visitor())
    assert "Signed in as Ada &lt;b&gt;" in drawn
    assert 'data-name="Ada &lt;b&gt;"' in drawn
    Visitor.username = ""
    assert shown.fn(Visitor()) == ""
