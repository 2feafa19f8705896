"""Check a draft: a chapter is dropped or pasted, and every quotation in it comes back judged, with its
citation and its place in the source."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.errors import IbidError, UnreadableFile, UsageError
from qa.page.ask import cards, styles
from qa.page.ask.exports import handed
from qa.page.beside import source
from qa.page.beside.source import Lit
from qa.page.client import script
from qa.page.drafts import judged
from qa.page.serve.opening import Opening
from qa.page.texts import Words, drawn, label
from qa.page.texts import of as words_of
from qa.types import Quote

if TYPE_CHECKING:
    from qa.draft import Checked, Draft

FILE_TYPES = (".docx", ".docm", ".odt", ".md", ".markdown", ".txt", ".text", ".html", ".htm")
"""What a draft may be; qa.draft holds the same, and is not loaded before there is one."""

PASTED = "pasted.md"
"""What a draft is called that was pasted."""

_LOOK_EVERY = 0.2  # seconds between looks at how far the check is
_SAVED = {
    "markdown": ("-checked.md", "text/markdown; charset=utf-8"),
    "json": ("-checked.json", "application/json"),
}


def pane(opening: Opening) -> None:
    """Lays out the pane and ties its events."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def take(files: Any, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        say = words_of(request)
        for shown, checked in _check_file(opening, files, Path(upload.GRADIO_CACHE), say, _style(request)):
            yield shown, checked, None, gr.skip()

    def paste(text: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        say = words_of(request)
        for shown, checked in _check_text(opening, text, say, _style(request)):
            yield shown, checked, gr.skip(), gr.skip()

    def _style(request: gr.Request) -> str:
        return styles.of(request, "")

    def show(checked: Any, opened: int, request: gr.Request, event: gr.EventData) -> tuple[Any, int]:
        lit = place(checked, event._data)
        if lit is None:
            return gr.skip(), opened
        say = words_of(request)
        return source.shown(opening, lit, opened + 1, say, styles.of(request)), opened + 1

    def save(checked: Any, event: gr.EventData) -> str:
        return file(checked, str(event._data.get("to", "")))

    def recite(checked: Any, request: gr.Request) -> tuple[Any, Any]:
        if checked is None:
            return gr.skip(), gr.skip()
        made = recited(opening, checked, styles.of(request))
        return judged.results(made, words_of(request)), made

    def clear() -> tuple[Any, ...]:
        return "", None, None, ""

    checked = gr.State(None)
    with gr.Row(elem_classes="desk draft-desk"):
        with gr.Column(elem_classes="draft"):
            gr.HTML(drawn(judged.lead), apply_default_css=False)
            upload = gr.File(
                file_count="single",
                file_types=list(FILE_TYPES),
                label=label("draft.file"),
                height=120,
                elem_id="draft-file",
                show_label=False,
            )
            with gr.Accordion(label("draft.paste"), open=False, elem_classes="pasting"):
                box = gr.Textbox(
                    label=label("draft.text"),
                    placeholder=label("draft.placeholder"),
                    show_label=False,
                    lines=4,
                    max_lines=14,
                    elem_id="draft-text",
                    html_attributes=gr.InputHTMLAttributes(spellcheck=False),
                )
                go = gr.Button(label("draft.check"), variant="primary", elem_classes="ask")
            style = gr.HTML(
                drawn(styles.choice),
                js_on_load=script("style"),
                apply_default_css=False,
                elem_classes="style",
            )
            result = gr.HTML(
                "",
                js_on_load=script("copying", "draft"),
                apply_default_css=False,
                elem_classes="draft-result",
            )
        panel = source.beside(opening)
    file_out = gr.HTML("", js_on_load=script("saving"), apply_default_css=False, visible="hidden")
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    outputs = [result, checked, upload, box]
    taken = upload.upload(
        take,
        inputs=upload,
        outputs=outputs,
        preprocess=False,  # the name that the file had is in the raw payload alone
        trigger_mode="always_last",
        **quiet,
    )
    pasted = go.click(paste, inputs=box, outputs=outputs, trigger_mode="once", **quiet)
    result.select(show, inputs=[checked, panel.opened], outputs=[panel.html, panel.opened], **quiet)
    result.download(save, inputs=checked, outputs=file_out, **quiet)
    result.clear(clear, outputs=outputs, cancels=[taken, pasted], **quiet)
    gr.on([upload.upload, go.click, result.clear], lambda: "", outputs=panel.html, **quiet)
    style.input(recite, inputs=checked, outputs=[result, checked], **quiet)


def _check_file(
    opening: Opening, files: Any, folder: Path, say: Words, style: str
) -> Iterator[tuple[Any, Any]]:
    """Yields (HTML, Checked or None): how far it is, then what came of it."""
    from qa.page.shelves.uploads import arrived

    raw = files if isinstance(files, list) else [files]
    named = [{**one, "name": one.get("orig_name")} for one in raw if isinstance(one, dict)]
    sent = arrived(named, folder)
    if not sent:
        yield cards.message(say("draft.nothing-arrived")), None
        return
    name = sent[0].name.rpartition("/")[2]

    def read() -> Draft:
        from qa.draft import read_draft

        try:
            return read_draft(sent[0].path, name)
        except UnreadableFile as error:  # it lies in a folder of uploads; the person knows its name alone
            raise UsageError(f"{name}: {error.reason} {error.advice}".strip()) from error

    yield from _check(opening, name, read, say, style)


def _check_text(opening: Opening, text: str, say: Words, style: str) -> Iterator[tuple[Any, Any]]:
    if not text.strip():
        yield f'<div role="alert">{cards.message(say("draft.empty"), "hint")}</div>', gr.skip()
        return

    def read() -> Draft:
        from qa.draft.manuscript import of_text

        return of_text(PASTED, text)

    yield from _check(opening, say("draft.pasted"), read, say, style)


def _check(opening: Opening, name: str, read: Any, say: Words, style: str) -> Iterator[tuple[Any, Any]]:
    """Checks in a thread of its own, and tells how far it is."""
    steps: queue.Queue[tuple[str, int, int]] = queue.Queue()
    ended: list[Checked | str] = []

    def work() -> None:
        try:
            from qa.draft import checker_for

            draft = replace(read(), name=name)
            assistant = opening.assistant()
            if not assistant.library.searched().documents:
                raise UsageError(say("draft.no-library"))
            ended.append(
                checker_for(assistant.library).check(
                    draft,
                    style=style or assistant.style,
                    progress=lambda *step: steps.put(step),
                )
            )
        except IbidError as error:
            ended.append(str(error))
        except Exception as error:  # a thread that dies in silence would leave the page waiting
            ended.append(say("draft.failed", what=f"{type(error).__name__}: {error}"))

    yield judged.waiting(name, say("draft.reading"), None, say), None
    while not opening.wait(_LOOK_EVERY):
        pass
    thread = threading.Thread(target=work, name="draft", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_LOOK_EVERY)
        step = None
        while not steps.empty():
            step = steps.get()
        if step is not None and thread.is_alive():
            stage, done, total = step
            words = say(f"draft.{stage}-now", done=say.number(done), total=say.number(total))
            yield judged.waiting(name, words, done / total if total else None, say), None
    made = ended[0]
    if isinstance(made, str):
        yield f'<div role="alert">{cards.message(made)}</div>', None
        return
    yield judged.results(made, say), made


def place(checked: Any, asked: dict[str, Any]) -> Lit | None:
    """What a button shows of a source: the place ``quote`` of the quotation ``number``, with the others that
    it was joined of lit too; None where there is none."""
    try:
        check = next(one for one in checked.checks if one.quotation.number == int(asked["number"]))
        quote: Quote = check.quotes[int(asked["quote"])]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, StopIteration):
        return None
    same = [(one.start, one.end) for one in check.quotes if one.document == quote.document]
    return Lit(quote.document, tuple(same), same.index((quote.start, quote.end)))


def file(checked: Any, to: str) -> str:
    """The report as a file for client/saving.js; "" where there is none to make."""
    if checked is None or to not in _SAVED:
        return ""
    from qa.draft import as_dict, as_markdown

    suffix, media_type = _SAVED[to]
    if to == "markdown":
        data = as_markdown(checked)
    else:
        data = json.dumps(as_dict(checked), ensure_ascii=False, indent=1, default=dict) + "\n"
    name = Path(checked.name).stem or "draft"
    return handed(f"{name}{suffix}", media_type, data.encode("utf-8", "surrogatepass"))


def recited(opening: Opening, checked: Checked, style: str) -> Checked:
    """The same with its sources cited in another style."""
    from qa.presenting import recited as again

    try:
        library = opening.assistant().library
        with library.view(searching=False):
            checks = tuple(
                replace(
                    check,
                    quotes=tuple(
                        again(quote, document=library.document, style=style) for quote in check.quotes
                    ),
                )
                for check in checked.checks
            )
    except IbidError:
        return checked
    return replace(checked, checks=checks)
