"""The evaluation pane: a question set is chosen or uploaded and run; runs are kept, read and compared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from qa.errors import IbidError, UsageError
from qa.evaluation import runs
from qa.page.ask import cards
from qa.page.client import script
from qa.page.serve.opening import Opening
from qa.page.texts import Words, drawn, label, of
from qa.page.trial import kept_runs, question_sets, reports, set_upload
from qa.page.trial.running import Running

_PLAIN: dict[str, Any] = {"apply_default_css": False}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
_LOOK_EVERY = 0.4  # seconds between looks at how far the evaluation is


@dataclass(frozen=True, slots=True)
class Bench:
    """``look`` gives the values of ``outputs``, ``follow`` those of ``followed`` for as long as an evaluation
    runs."""

    look: Callable[[gr.Request], tuple[Any, ...]]
    outputs: list[Any]
    follow: Callable[[gr.Request], AsyncIterator[tuple[Any, ...]]]
    followed: list[Any]


def pane(opening: Opening) -> Bench:
    """Lays out the Evaluate tab and ties its events."""
    running = Running()

    def look(request: gr.Request) -> tuple[Any, ...]:
        say = of(request)
        return gr.Dropdown(choices=question_sets.offered(opening, say)), _listing(opening, running, say)

    async def follow(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        # A handler that yields nothing would empty its outputs.
        yield (gr.skip(),) * len(followed)
        if running.look().running:
            async for seen in _follow(opening, running, of(request)):
                yield seen

    async def start(values: list[str], request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        say = of(request)
        async for seen in _begin(opening, running, lambda: _start(opening, running, values, say), say):
            yield seen

    # Gradio reads these annotations when the page is built: each name must be there then.
    async def resume(event: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        name, say = str(event._data.get("run", "")), of(request)
        async for seen in _begin(opening, running, lambda: _resume(opening, running, name, say), say):
            yield seen

    def show(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(opening, str(event._data.get("run", "")), of(request))

    def compare_with(name: str, earlier: str | None, request: gr.Request) -> str:
        return _compared(opening, name, earlier, of(request))

    def stop(request: gr.Request) -> str:
        running.cancel()
        return kept_runs.progress(running.look(), of(request))

    with gr.Column(elem_classes="shelf bench"):
        gr.HTML(
            drawn(
                lambda say: (
                    f"<h2>{escape(say('evaluation.head'))}</h2><p>{escape(say('evaluation.lead'))}</p>"
                )
            ),
            **_PLAIN,
        )
        sets = gr.Dropdown(
            choices=[],
            value=[],
            multiselect=True,
            label=label("evaluation.sets"),
            elem_id="sets",
        )
        set_upload.pane(opening, sets)
        with gr.Row(elem_classes="go"):
            run = gr.Button(label("evaluation.run"), variant="primary", elem_id="run")
            cancel = gr.Button(label("evaluation.stop"), visible=False, elem_id="stop")
        state = gr.HTML("", elem_classes="running", **_PLAIN)
        listing = gr.HTML("", js_on_load=script("evaluation"), **_PLAIN)
        shown = gr.HTML("", js_on_load=script("evaluation"), **_PLAIN)
        opened = gr.State("")
        with gr.Group(visible=False, elem_classes="compare") as comparing:
            other = gr.Dropdown(choices=[], label=label("evaluation.compare-with"), elem_id="other-run")
        compared = gr.HTML("", **_PLAIN)

    reading = [shown, opened, comparing, other, compared]
    followed = [state, run, cancel, listing, *reading]
    run.click(start, inputs=sets, outputs=followed, **_QUIET)
    listing.retry(resume, outputs=followed, **_QUIET)
    listing.select(show, outputs=reading, **_QUIET)
    cancel.click(stop, outputs=state, **_QUIET)
    other.input(compare_with, inputs=[opened, other], outputs=compared, **_QUIET)
    return Bench(look, [sets, listing], follow, followed)


_NOTHING_READ = (gr.skip(),) * 5


async def _begin(
    opening: Opening, running: Running, begin: Callable[[], None], say: Words
) -> AsyncIterator[tuple[Any, ...]]:
    """Begins an evaluation and follows it to its end; where it cannot begin, says why."""
    try:
        await asyncio.to_thread(begin)
    except IbidError as error:
        yield cards.message(str(error), "error"), *(gr.skip(),) * 3, *_NOTHING_READ
        return
    async for seen in _follow(opening, running, say):
        yield seen


async def _follow(opening: Opening, running: Running, say: Words) -> AsyncIterator[tuple[Any, ...]]:
    """Yields how far the evaluation is, until it is over; then the kept runs, and the one that it made."""
    listed = False
    while True:
        while (now := running.look()).running:
            listing: Any = gr.skip()
            if not listed and now.folder is not None and (now.folder / runs.MANIFEST).exists():
                listing, listed = await asyncio.to_thread(_listing, opening, running, say), True
            buttons = gr.Button(visible=False), gr.Button(visible=True, interactive=not now.stopping)
            yield kept_runs.progress(now, say), *buttons, listing, *_NOTHING_READ
            await asyncio.sleep(_LOOK_EVERY)
        shown: tuple[Any, ...] = _NOTHING_READ
        if now.folder is not None and now.finished:
            shown = await asyncio.to_thread(_shown, opening, now.folder.name, say)
        listing = await asyncio.to_thread(_listing, opening, running, say)
        if running.look() == now:  # else somebody has gone on meanwhile
            break
    yield kept_runs.progress(now, say), gr.Button(visible=True), gr.Button(visible=False), listing, *shown


def _start(opening: Opening, running: Running, values: Sequence[str], say: Words) -> None:
    assistant = opening.assistant()
    sets = question_sets.chosen(assistant, values, say)
    folder = runs.new_folder(reports.root(opening), [one.name for one in sets])
    running.start(assistant, sets, folder, say)


def _resume(opening: Opening, running: Running, name: str, say: Words) -> None:
    folder = reports.folder(opening, name)
    if folder is None:
        raise UsageError(say("evaluation.run-gone"))
    running.start(opening.assistant(), question_sets.again(runs.find(folder), say), folder, say)


def _listing(opening: Opening, running: Running, say: Words) -> str:
    try:
        found = runs.runs(reports.root(opening))
    except IbidError as error:
        return cards.message(str(error), "hint")
    now = running.look()
    return kept_runs.listing(found, say, now.folder.name if now.running and now.folder else "")


def _shown(opening: Opening, name: str, say: Words) -> tuple[Any, ...]:
    """The values of what shows one run: (run, its name, the choice of another, the others, nothing yet)."""
    try:
        folder = reports.folder(opening, name)
        if folder is None:
            raise UsageError(say("evaluation.run-gone"))
        run = runs.find(folder)
        mine = {one.name for one in run.manifest.sets}
        others = [
            (f"{kept_runs.when(one)}: {', '.join(each.name for each in one.manifest.sets)}", one.folder.name)
            for one in runs.runs(folder.parent)
            if one.finished and one.folder != folder and mine & {each.name for each in one.manifest.sets}
        ]
        html = kept_runs.opened(run, say)
    except IbidError as error:
        return cards.message(str(error)), "", gr.Group(visible=False), gr.skip(), ""
    return html, name, gr.Group(visible=bool(others)), gr.Dropdown(choices=others, value=None), ""


def _compared(opening: Opening, name: str, earlier: str | None, say: Words) -> str:
    from qa.evaluation import compare

    try:
        folders = [reports.folder(opening, str(each or "")) for each in (name, earlier)]
        if folders[0] is None or folders[1] is None:
            raise UsageError(say("evaluation.run-gone"))
        now, before = runs.find(folders[0]), runs.find(folders[1])
        return kept_runs.compared(compare(runs.load(now.folder), before.folder), now, before, say)
    except IbidError as error:
        return cards.message(str(error))
