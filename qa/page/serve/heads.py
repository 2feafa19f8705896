"""What the head of a request says: from where it comes, its cookies, in which language to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from qa.page.texts import Words


def fields(scope: Scope) -> dict[str, str]:
    """The fields of a request's head, by name in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def address(scope: Scope) -> str:
    """The network address that a request comes from."""
    return str((scope.get("client") or ("",))[0])


def cookie(header: str, name: str) -> str | None:
    """The value of one cookie."""
    found = [pair.partition("=") for pair in header.split(";")]
    return next((value.strip() for key, _, value in found if key.strip() == name), None)


def words_for(scope: Scope) -> Words:
    """The page's words in the language that the person has chosen, else that the browser asks for."""
    from qa.page.texts import COOKIE, wanted, words  # loads gradio, which guarding has to do without

    told = fields(scope)
    return words(wanted(cookie(told.get("cookie", ""), COOKIE) or "", told.get("accept-language", "")))
