"""Adding in the Library tab: dropping files, naming a path, watching, stopping, going on."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from qa.errors import IbidError, UsageError
from qa.page import texts
from qa.page.ask import cards
from qa.page.client import script
from qa.page.shelves import adding_files, uploads
from qa.page.shelves.shelf import View
from qa.page.shelves.stacks import Stacks
from qa.page.texts import Words, drawn

_PLAIN: dict[str, Any] = {"apply_default_css": False}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
_LOOK_EVERY = 0.4  # seconds between looks at how far adding is

Seen = AsyncIterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Adding:
    """Its parts: ``drop`` takes files, ``path`` a path, ``state`` tells how far it is."""

    drop: gr.HTML
    path: gr.HTML
    state: gr.HTML


def lay(local: bool) -> Adding:
    """Lays the parts out; ``local`` shows where a path on this machine is typed."""
    drop = gr.HTML(drawn(adding_files.drop_place), js_on_load=script("adding"), **_PLAIN)
    path = gr.HTML(drawn(adding_files.path_form), js_on_load=script("naming"), visible=local, **_PLAIN)
    state = gr.HTML("", js_on_load=script("intake"), elem_classes="adding", **_PLAIN)
    return Adding(drop, path, state)


def tie(stacks: Stacks, parts: Adding, view: gr.State, outputs: list[Any], local: bool) -> list[Any]:
    """Ties the events, and returns those after which there is more in the library. ``outputs`` take what
    ``Stacks.drawn`` gives."""
    opening, intake = stacks.opening, stacks.intake

    # Gradio reads these annotations when the page is built: each name must be there then.
    async def send(view: Any, request: gr.Request, event: gr.EventData) -> Seen:
        say = texts.of(request)
        files, passed = event._data.get("files"), event._data.get("skipped")

        def act() -> None:
            assistant = opening.assistant()
            sent = uploads.arrived(files, Path(parts.drop.GRADIO_CACHE))
            if files and not sent:
                raise UsageError(say("library.not-sent"))
            found = uploads.take(sent, assistant.library.location)
            skipped = len(found.skipped) + (passed if isinstance(passed, int) and passed > 0 else 0)
            intake.bring(assistant, found.files, skipped)

        async for seen in _begun(stacks, view, say, act):
            yield seen

    async def name(view: Any, request: gr.Request, event: gr.EventData) -> Seen:
        say, path = texts.of(request), str(event._data.get("named", ""))
        able = local and is_this_machine(request)

        def act() -> None:
            intake.bring_named(opening.assistant(), [named(path, able, say)])

        async for seen in _begun(stacks, view, say, act):
            yield seen

    async def go_on(view: Any, request: gr.Request, event: gr.EventData) -> Seen:
        act = intake.try_again if event._data.get("again") else intake.go_on
        async for seen in _begun(stacks, view, texts.of(request), lambda: act(opening.assistant())):
            yield seen

    def stop(request: gr.Request) -> str:
        intake.stop()
        return stacks.adding(texts.of(request))

    def forget(request: gr.Request) -> str:
        with suppress(IbidError):
            library = opening.assistant().library
            intake.forget(library.location, [one.path for one in library.sources()])
        return stacks.adding(texts.of(request))

    into: dict[str, Any] = {"inputs": view, "outputs": outputs, **_QUIET}
    parts.state.stop(stop, outputs=parts.state, **_QUIET)
    parts.state.clear(forget, outputs=parts.state, **_QUIET)
    return [
        parts.drop.upload(send, **into),
        parts.path.submit(name, **into),
        parts.state.retry(go_on, **into),
    ]


async def follow(stacks: Stacks, view: View, say: Words) -> Seen:
    """Yields what ``Stacks.drawn`` gives for as long as something is being added, and once at its end."""
    shown = ""
    while True:
        while stacks.intake.look().running:
            now = stacks.adding(say)
            if now != shown:
                yield now, gr.skip(), gr.skip()
                shown = now
            await asyncio.sleep(_LOOK_EVERY)
        seen = await asyncio.to_thread(stacks.drawn, view, say)
        if not stacks.intake.look().running:  # else somebody has gone on meanwhile
            break
    yield seen


async def _begun(stacks: Stacks, view: View, say: Words, act: Callable[[], None]) -> Seen:
    """Does what begins adding and follows it to its end; where it cannot begin, says why."""
    wrong = ""
    try:
        await asyncio.to_thread(act)
    except IbidError as error:
        wrong = str(error)
    except OSError as error:
        wrong = say("library.not-copied", reason=error.strerror or str(error))
    if wrong:
        yield cards.message(wrong) + stacks.adding(say), gr.skip(), gr.skip()
        return
    async for seen in follow(stacks, view, say):
        yield seen


def named(path: str, able: bool, say: Words) -> str:
    """The path that a person typed. Raises UsageError for what is none, or where they are not ``able`` to
    name files because they sit elsewhere."""
    given = path.strip().strip("\"'")
    if not able:
        raise UsageError(say("library.path-not-here"))
    if not given:
        raise UsageError(say("library.path-first"))
    try:
        whole = Path(given).expanduser()
    except RuntimeError:  # "~nobody"
        whole = Path(given)
    if not whole.is_absolute() or "\0" in given:
        raise UsageError(say("library.path-whole"))
    return str(whole)


def is_this_machine(request: gr.Request) -> bool:
    """Whether who asks sits at this machine."""
    host = getattr(getattr(request, "client", None), "host", None) or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
