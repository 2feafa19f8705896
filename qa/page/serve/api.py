"""The page's tools offered to programs: over HTTP, by gradio_client and by the Model Context Protocol. How to
call them: docs/api.md.
"""

from __future__ import annotations

import functools
import inspect
import json
import typing
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from qa.errors import IbidError, UsageError
from qa.page.serve import limits
from qa.page.serve.tools import Tools

if TYPE_CHECKING:
    from anyio import CapacityLimiter

    from qa.page.serve.opening import Opening


AT_ONCE = 4
"""Calls that are worked on side by side; the others wait their turn, and the page is not kept waiting."""

_LOOK_EVERY = 0.25  # seconds between looks at whether the library is open


class Refused(gr.Error):
    """What was asked for cannot be done; its words are for the person, and reach every kind of caller."""

    def __init__(self, words: str) -> None:
        super().__init__(words, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


def offer(opening: Opening) -> None:
    """Adds the tools to the page that is being laid out; they are the only ones that programs may call."""
    tools = Tools(opening)
    limiter: list[CapacityLimiter] = []

    async def run(work: Callable[[], Any]) -> Any:
        from anyio import CapacityLimiter, sleep
        from anyio.to_thread import run_sync

        while not opening.over:
            await sleep(_LOOK_EVERY)
        if not limiter:
            limiter.append(CapacityLimiter(AT_ONCE))
        return await run_sync(work, limiter=limiter[0])

    for tool in (
        tools.ask, tools.documents, tools.document, tools.concordance, tools.check_draft, tools.verify,
    ):  # fmt: skip
        api(offered(tool, run), api_name=tool.__name__, queue=False)


def offered(
    tool: Callable[..., Any], run: Callable[[Callable[[], Any]], Awaitable[Any]]
) -> Callable[..., Any]:
    """The tool as Gradio calls it: its arguments looked at, its errors in plain words. Gradio gives programs
    that speak MCP the Python way of writing a value, so they get theirs as text of JSON."""
    hints = typing.get_type_hints(tool)
    signature = inspect.signature(tool)
    names = list(signature.parameters)

    async def called(*given: Any) -> Any:
        request, *values = given
        try:
            arguments = {
                name: _fit(name, value, hints[name]) for name, value in zip(names, values, strict=True)
            }
            with limits.UNDERWAY.question(
                limits.asker_of(request if isinstance(request, gr.Request) else None)
            ):
                told = await run(functools.partial(tool, **arguments))
        except IbidError as error:
            raise Refused(str(error)) from error
        return told if isinstance(request, gr.Request) else json.dumps(told, ensure_ascii=False)

    asks = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    functools.update_wrapper(called, tool)
    del called.__wrapped__  # type: ignore[attr-defined]  # it would be looked at in place of this
    called.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            asks,
            *(one.replace(annotation=hints[one.name]) for one in signature.parameters.values()),
        ],
        return_annotation=hints["return"],
    )
    called.__annotations__ = {**hints, "request": gr.Request}
    return called


def _fit(name: str, value: Any, hint: Any) -> Any:
    """``value`` if it is what ``hint`` says. Raises UsageError."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(hint).validate_python(value, strict=True)
    except ValidationError as error:
        # Unions tell of each kind that it is not; the last is the one that is meant.
        raise UsageError(f"{name}: {error.errors()[-1]['msg'].lower()}.") from error
