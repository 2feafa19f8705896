"""The page to sign in on, the way out, and who is signed in, in the head of the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import gradio as gr

from qa import logs
from qa.page.client import HERE as CLIENT
from qa.page.serve.door import LASTS, Door, TooManyAttempts
from qa.page.serve.heads import address, words_for
from qa.page.texts import LANGUAGES, Words, of, words

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Scope

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"


def routes(door: Door) -> list[BaseRoute]:
    """The page to sign in on, and the way out."""
    from starlette.responses import HTMLResponse, RedirectResponse
    from starlette.routing import Route

    def page(say: Words, status: int, told: str, name: str, to: str) -> Response:
        shown = form(say, told, name, to, wrong=status != 200)
        return HTMLResponse(shown, status, headers={"cache-control": "no-store"})

    async def show(request: Request) -> Response:
        if door.tokens.get(request.cookies.get(cookie_name(request.scope))):
            return RedirectResponse("./", 303)
        say = words_for(request.scope)
        told = say("signing-in.out") if "out" in request.query_params else ""
        return page(say, 200, told, "", inside(request.query_params.get("next", "")))

    async def enter(request: Request) -> Response:
        say = words_for(request.scope)
        async with request.form(max_files=0, max_fields=10) as sent:
            name, password = str(sent.get("name", "")).strip(), str(sent.get("password", ""))
            to = inside(str(sent.get("next", "")))
        try:
            person = await door.confirm(name, password, address(request.scope))
        except TooManyAttempts as error:
            return page(say, 429, say.count(error.seconds, "signing-in.wait"), name, to)
        if person is None:
            return page(say, 403, say("signing-in.wrong"), name, to)
        entered = RedirectResponse(request.scope.get("root_path", "") + to, 303)
        entered.set_cookie(
            cookie_name(request.scope),
            door.sign_in(person),
            max_age=int(LASTS),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return entered

    async def leave(request: Request) -> Response:
        token = request.cookies.get(cookie_name(request.scope))
        if token is not None and token in door.tokens:
            logs.event("sign-out", person=door.tokens.get(token))
            door.tokens.pop(token, None)
        left = RedirectResponse("sign-in?out", 303)
        left.delete_cookie(cookie_name(request.scope))
        return left

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route(SIGN_OUT, leave, methods=["POST"]),
    ]


def form(say: Words, told: str, name: str, to: str, *, wrong: bool = False) -> str:
    """The page to sign in on, whole, with what is ``told`` above the fields; ``wrong``: as a mistake."""
    style = "".join((CLIENT / part).read_text("utf-8") for part in ("base.css", "signing-in.css"))
    languages = "".join(
        f'<a href="language/{each}" hreflang="{each}" lang="{each}"'
        f"{' aria-current=true' if each == say.language else ''}>{escape(words(each)('page.own-name'))}</a>"
        for each in LANGUAGES
    )
    role = "alert" if wrong else "status"
    above = f'<p class="told" role="{role}">{escape(told)}</p>' if told else ""
    where = " autofocus" if name else ""
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(say("signing-in.title"))} – Ibid</title><link rel="icon" href="favicon.ico">'
        f"<style>{style}</style><script>document.documentElement.classList.toggle('dark', "
        "matchMedia('(prefers-color-scheme: dark)').matches)</script></head>"
        f'<body class="signing-in"><header class="masthead"><h1>Ibid</h1><p>{escape(say("page.line"))}</p>'
        f'<nav class="languages" aria-label="{escape(say("page.language"))}">{languages}</nav></header><main>'
        f'<form method="post" action="sign-in"><h2>{escape(say("signing-in.title"))}</h2>{above}'
        f'<label for="name">{escape(say("signing-in.name"))}</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" maxlength="80" required{"" if name else " autofocus"}>'
        f'<label for="password">{escape(say("signing-in.password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" '
        f'maxlength="1000" required{where}><input type="hidden" name="next" value="{escape(to)}">'
        f"<button>{escape(say('signing-in.enter'))}</button></form></main></body></html>"
    )


def pane(page: gr.Blocks) -> None:
    """Who is signed in, with the way out; in the head of the page."""

    def shown(request: gr.Request) -> str:
        return person(request.username or "", of(request))

    who = gr.HTML("", apply_default_css=False, elem_classes="who")
    page.load(shown, outputs=who, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def person(name: str, say: Words) -> str:
    """A signed-in person's name as HTML; the page's scripts take it from there. "" for nobody."""
    if not name:
        return ""
    return (
        '<form class="person" method="post" action="sign-out">'
        f'<span id="ibid-person" data-name="{escape(name)}">'
        f"{escape(say('signing-in.as', name=name))}</span>"
        f"<button>{escape(say('signing-in.leave'))}</button></form>"
    )


def inside(to: str) -> str:
    """Where to go after signing in: an address on this server, "/" for anything else."""
    parts = urlsplit(to.replace("\\", "/"))
    plain = to.isprintable() and not parts.scheme and not parts.netloc
    return to if plain and to.startswith("/") and not to.startswith("//") else "/"


def cookie_name(scope: Scope) -> str:
    """The cookie that holds a token, as Gradio calls it: another at every start of the server."""
    return f"access-token-unsecure-{scope['app'].cookie_id}"
