"""Uploading a question set: read at once, so that what is wrong with it is told at once; of a table whose
columns bear other names, what they hold can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from qa.errors import IbidError, UsageError
from qa.page.ask import cards
from qa.page.serve.opening import Opening
from qa.page.shelves.uploads import arrived
from qa.page.texts import Words, drawn, label, of
from qa.page.trial import question_sets

ROLES = ("question", "document", "quote", "answer", "id", "kind")
"""What a column can be chosen for on the page; the others go by their usual names."""

_PROBLEMS = 5
_PLAIN: dict[str, Any] = {"apply_default_css": False}


def pane(opening: Opening, sets: gr.Dropdown) -> None:
    """Lays out the upload; what was read is chosen in ``sets``."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def take(files: list[dict[str, Any]] | None, values: list[str], request: gr.Request) -> tuple[Any, ...]:
        return None, *keep(opening, _sent(files or [], Path(upload.GRADIO_CACHE)), values, of(request))

    def choose(request: gr.Request, path: str, values: list[str], *chosen: str | None) -> tuple[Any, ...]:
        columns = {role: name for role, name in zip(ROLES, chosen, strict=True) if name}
        return read(opening, path, values, columns, of(request))

    with gr.Accordion(label("evaluation.upload"), open=False, elem_classes="uploading"):
        gr.HTML(drawn(lambda say: f"<p>{escape(say('evaluation.forms'))}</p>"), **_PLAIN)
        upload = gr.File(
            file_count="multiple",
            label=label("evaluation.files"),
            height=120,
            elem_id="set-upload",
            show_label=False,
        )
        taken = gr.HTML("", elem_classes="result", **_PLAIN)
        path = gr.State("")
        with gr.Group(visible=False, elem_classes="columns") as columns:
            gr.HTML(drawn(lambda say: f"<p>{escape(say('evaluation.which-column'))}</p>"), **_PLAIN)
            with gr.Row():
                roles = [
                    gr.Dropdown(
                        choices=[],
                        label=label(f"evaluation.column.{role}"),
                        min_width=140,
                        elem_id=f"column-{role}",
                    )
                    for role in ROLES
                ]
            reread = gr.Button(label("evaluation.read-columns"), elem_classes="quiet")
    outputs = [taken, path, columns, *roles, sets]
    upload.upload(
        take,
        inputs=[upload, sets],
        outputs=[upload, *outputs],
        show_progress_on=taken,
        preprocess=False,  # the names that the files had are in the raw payload alone
        api_visibility="private",
    )
    reread.click(
        choose,
        inputs=[path, sets, *roles],
        outputs=outputs,
        show_progress="hidden",
        api_visibility="private",
    )


def _sent(files: Sequence[Mapping[str, Any]], folder: Path) -> list[tuple[Path, str]]:
    named = [{"path": file.get("path"), "name": file.get("orig_name")} for file in files]
    return [(sent.path, sent.name.rpartition("/")[2]) for sent in arrived(named, folder)]


def keep(
    opening: Opening, files: Sequence[tuple[Path, str]], values: Sequence[str], say: Words
) -> tuple[Any, ...]:
    """Keeps what was uploaded and reads it: see ``read``."""
    try:
        if not files:
            raise UsageError(say("evaluation.no-file-arrived"))
        path = question_sets.keep(files, opening.assistant().library.location)
    except IbidError as error:
        return cards.message(str(error)), "", *_no_columns(), gr.skip()
    except OSError as error:
        words = say("evaluation.not-kept", error=error.strerror or error)
        return cards.message(words), "", *_no_columns(), gr.skip()
    return read(opening, str(path), values, {}, say)


def read(
    opening: Opening, path: str, values: Sequence[str], columns: Mapping[str, str], say: Words
) -> tuple[Any, ...]:
    """Reads a kept upload: (what is to be said, its path, whether columns are to be chosen, a choice for each
    of ROLES, the sets). A table that cannot be read as it is offers the choice of its columns."""
    kept = None
    try:
        location = opening.assistant().library.location
        kept = next((one for one in question_sets.kept(location) if str(one) == path), None)
        if kept is None:
            raise UsageError(say("evaluation.upload-gone"))
        made = question_sets.uploaded(kept, columns)
    except IbidError as error:
        # What stands on a further line is for the command line.
        words = str(error).split("\n")[0].replace(f"{Path(path).parent}/", "")
        return cards.message(words), path, *_column_choice(kept, say), gr.skip()
    read_in = say(
        "evaluation.read-in", set=made.name, questions=say.count(len(made.questions), "count.question")
    )
    lines = [cards.message(read_in, "done")]
    problems = [line.replace(f"{kept.parent}/", "") for line in made.problems]
    lines += [cards.message(line) for line in problems[:_PROBLEMS]]
    if (more := len(problems) - _PROBLEMS) > 0:
        lines.append(cards.message(say("evaluation.more-like-these", n=say.number(more))))
    chosen = [*(value for value in values if value != path), path]
    both = gr.Dropdown(choices=question_sets.offered(opening, say), value=chosen)
    return f'<div role="status">{"".join(lines)}</div>', path, *_no_columns(), both


def _no_columns() -> tuple[Any, ...]:
    return gr.Group(visible=False), *(gr.skip(),) * len(ROLES)


def _column_choice(path: Path | None, say: Words) -> tuple[Any, ...]:
    try:
        names = question_sets.column_names(path) if path is not None else []
    except IbidError:
        names = []
    if not names:
        return _no_columns()
    offered = [(say("evaluation.no-column"), ""), *((name, name) for name in names)]
    return gr.Group(visible=True), *(gr.Dropdown(choices=offered, value="") for _ in ROLES)
