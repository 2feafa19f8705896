"""Choosing the language of the page: a cookie, and what makes Gradio's own parts follow it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qa.page.serve.heads import cookie, fields
from qa.page.texts import COOKIE, LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_YEAR = 365 * 24 * 3600  # seconds
_HEAD = b"<head>"


def routes() -> list[BaseRoute]:
    """The addresses that the names of the languages on the page lead to."""
    from starlette.responses import PlainTextResponse, RedirectResponse
    from starlette.routing import Route

    def choose(request: Request) -> Response:
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return PlainTextResponse("The page is not there in this language.\n", status_code=404)
        answer = RedirectResponse("../", status_code=303)
        answer.set_cookie(COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)
        return answer

    return [Route("/language/{language}", choose, methods=["GET"])]


class ChosenLanguage:
    """Makes the chosen language the one that the browser tells the page's scripts.

    Gradio's parts ask ``navigator.languages`` when they first run, and its ``head=`` comes after that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        drawn = scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET"
        language = _chosen(scope) if drawn else ""
        if not language:
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def gather(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            said = json.dumps(language)
            told = (
                f"<script>for (const [name, value] of [['language', {said}], ['languages', [{said}]]]) "
                "Object.defineProperty(navigator, name, { get: () => value });</script>"
            )
            page = body.replace(_HEAD, _HEAD + told.encode(), 1)
            kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
            start["headers"] = [*kept, (b"content-length", str(len(page)).encode())]
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self.app(_unpacked(scope), receive, gather)


def _chosen(scope: Scope) -> str:
    """The language that the cookie names, "" where there is none that the page is there in."""
    found = cookie(fields(scope).get("cookie", ""), COOKIE) or ""
    return found if found in LANGUAGES else ""


def _unpacked(scope: Scope) -> Scope:
    """The request with no encoding accepted: a packed page could not be added to."""
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
    return {**scope, "headers": headers}
