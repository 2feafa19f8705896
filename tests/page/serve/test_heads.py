"""What the head of a request says."""

from __future__ import annotations

from qa.page.serve.heads import address, cookie, fields, words_for
from qa.page.texts import COOKIE


def test_cookies_are_read_one_by_one() -> None:
    assert cookie("a=1; access-token=x=y; b=2", "access-token") == "x=y"
    assert cookie("", "access-token") is None
    assert cookie("my-access-token=1", "access-token") is None


def test_the_language_chosen_comes_before_the_browsers() -> None:
    asks = (b"accept-language", b"ru-RU,ru;q=0.9")
    assert words_for({"headers": [asks]}).language == "ru"
    assert words_for({"headers": [asks, (b"cookie", f"a=1; {COOKIE}=en".encode())]}).language == "en"
    assert words_for({"headers": [asks, (b"cookie", f"{COOKIE}=xx".encode())]}).language == "ru"
    assert words_for({"headers": []}).language == "en"


def test_fields_and_address_are_text() -> None:
    assert fields({"headers": [(b"host", b"caf\xe9:7860")]}) == {"host": "café:7860"}
    assert address({"client": ("10.0.0.9", 4711)}) == "10.0.0.9"
    assert address({"client": None}) == address({}) == ""
