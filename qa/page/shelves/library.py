"""The Library tab: files added, the list of documents, taken out and put back, chosen for the chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from qa.page import texts
from qa.page.beside import source
from qa.page.serve.opening import Opening
from qa.page.shelves import adding_pane, shelf_pane
from qa.page.shelves.shelf import View
from qa.page.shelves.stacks import Stacks

_LOOK_EVERY = 0.2  # seconds between looks at whether the library is open


@dataclass(frozen=True, slots=True)
class Shelf:
    """``look`` gives the values of ``outputs`` for its ``inputs``, ``follow`` for as long as something is
    being added; after each of ``changes`` more is in, or less."""

    look: Callable[..., tuple[Any, ...]]
    follow: Callable[..., AsyncIterator[tuple[Any, ...]]]
    inputs: list[Any]
    outputs: list[Any]
    changes: list[Any]


def pane(opening: Opening, chosen: gr.State, *, local: bool = False) -> Shelf:
    """Lays out the Library tab and ties its events. ``chosen`` is what the chat searches; ``local`` says that
    the page is served to this machine alone, whose files may then be named by their paths."""
    stacks = Stacks(opening)

    # Gradio reads these annotations when the page is built: each name must be there then.
    def look(view: Any, request: gr.Request) -> tuple[Any, ...]:
        return stacks.drawn(view, texts.of(request))

    async def follow(view: Any, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        yield (gr.skip(),) * len(outputs)  # a handler that yields nothing would empty its outputs
        if not opening.over:
            while not opening.over:
                await asyncio.sleep(_LOOK_EVERY)
            yield await asyncio.to_thread(stacks.drawn, view, texts.of(request))
        if stacks.intake.look().running:
            async for seen in adding_pane.follow(stacks, view, texts.of(request)):
                yield seen

    with gr.Row(elem_classes="desk shelf-desk"):
        with gr.Column(elem_classes="shelf"):
            view = gr.State(View())
            adding = adding_pane.lay(local)
            listed = shelf_pane.lay(chosen)
        panel = source.beside(opening)
    outputs = [adding.state, listed.table, listed.taken]
    added = adding_pane.tie(stacks, adding, view, outputs, local)
    changed = shelf_pane.tie(stacks, listed, view, chosen, panel)
    panel.edited.change(look, inputs=view, outputs=outputs, show_progress="hidden", api_visibility="private")
    return Shelf(look, follow, [view], outputs, [*added, *changed])
