"""What is in the library: files added and taken out in the browser."""

from __future__ import annotations

import filecmp
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page import cards
from qa.page.opening import Opening
from qa.reading import FORMATS

SHOWN = 500
"""Documents listed at most; `qa list` shows them all."""

_CHOICES = 2000
_PLAIN: dict[str, Any] = {"apply_default_css": False}
_PROGRESS = gr.Progress()  # Gradio looks for it among the defaults of a handler's arguments


@dataclass(frozen=True, slots=True)
class Shelf:
    """``look`` gives the values of ``outputs``; after each of ``changes`` more is in, or less."""

    look: Callable[[], tuple[Any, ...]]
    outputs: list[Any]
    changes: list[Any]


def pane(opening: Opening) -> Shelf:
    """Lays out the Library tab and ties its events."""

    def look() -> tuple[Any, ...]:
        return contents(opening), gr.Dropdown(choices=_sources(opening), value=[])

    def add(files: list[dict[str, Any]] | None, progress: gr.Progress = _PROGRESS) -> tuple[Any, ...]:
        words = add_files(opening, uploaded(files or [], Path(upload.GRADIO_CACHE)), progress)
        return words, None, *look()

    def remove(paths: list[str]) -> tuple[Any, ...]:
        return remove_files(opening, paths), gr.Group(visible=False), *look()

    def confirm(paths: list[str]) -> tuple[Any, ...]:
        if not paths:
            return cards.message("Choose the files to take out first.", "hint"), gr.Group(visible=False), ""
        question = (
            f"Take {cards.count(len(paths), 'file')} out of the library? "
            "Your own files stay where they are; the copies that adding here made are deleted."
        )
        return "", gr.Group(visible=True), cards.message(question, "hint")

    with gr.Column(elem_classes="shelf"):
        gr.HTML(f"<h2>Add files</h2><p>{kinds()}</p>", **_PLAIN)
        upload = gr.File(
            file_count="multiple",
            file_types=sorted(FORMATS),
            label="Files to add",
            height=140,
            elem_id="upload",
            show_label=False,
        )
        result = gr.HTML("", elem_classes="result", **_PLAIN)
        listing = gr.HTML(contents(opening), **_PLAIN)
        gr.HTML("<h2>Take files out</h2>", **_PLAIN)
        chosen = gr.Dropdown(
            choices=_sources(opening), value=[], multiselect=True, label="Files to take out", elem_id="chosen"
        )
        take_out = gr.Button("Take out…", elem_classes="quiet")
        with gr.Group(visible=False, elem_classes="confirm") as sure:
            question = gr.HTML("", **_PLAIN)
            with gr.Row():
                yes = gr.Button("Take out", variant="stop")
                no = gr.Button("Keep")
    outputs = [listing, chosen]
    private: dict[str, Any] = {"api_visibility": "private"}
    added = upload.upload(
        add,
        inputs=upload,
        outputs=[result, upload, *outputs],
        show_progress_on=result,
        preprocess=False,  # the names that the files had are in the raw payload alone
        **private,
    )
    take_out.click(
        confirm, inputs=chosen, outputs=[result, sure, question], show_progress="hidden", **private
    )
    no.click(lambda: gr.Group(visible=False), outputs=sure, show_progress="hidden", **private)
    removed = yes.click(remove, inputs=chosen, outputs=[result, sure, *outputs], **private)
    return Shelf(look, outputs, [added, removed])


def kinds() -> str:
    """What can be added, as HTML: the kinds in words, then every suffix."""
    return (
        "PDF, Word, OpenDocument, e-books, saved web pages, TEI, text, Markdown, tables and lists with named "
        "columns; scans and pictures of pages where Tesseract is installed. "
        f'<span class="suffixes">{" ".join(sorted(FORMATS))}</span>'
    )


def contents(opening: Opening) -> str:
    """The documents in the library, as a table."""
    try:
        documents = opening.assistant().library.documents()
    except IbidError as error:
        return cards.message(str(error), "hint")
    if not documents:
        return "<h2>In the library</h2><p>Nothing yet.</p>"
    rows = "".join(
        f"<tr><td>{escape(one.title or one.name)}</td><td>{escape(one.date or '')}</td>"
        f"<td>{escape(one.name)}</td><td>{one.passages:,}</td></tr>"
        for one in documents[:SHOWN]
    )
    rest = len(documents) - SHOWN
    more = (
        f"<p>and {cards.count(rest, 'document')} more: <code>qa list</code> shows all.</p>"
        if rest > 0
        else ""
    )
    return (
        f"<h2>In the library: {cards.count(len(documents), 'document')}</h2>"
        '<div class="table" tabindex="0" role="region" aria-label="Documents"><table><thead><tr>'
        '<th scope="col">Title</th><th scope="col">Date</th><th scope="col">Document</th>'
        f'<th scope="col">Passages</th></tr></thead><tbody>{rows}</tbody></table></div>{more}'
    )


def uploaded(files: Sequence[dict[str, Any]], folder: Path) -> list[tuple[Path, str]]:
    """(where the copy lies, the name it had) of each file that the browser sent.

    A path that is not in the folder of uploads was never uploaded, whoever names it, and is left out."""
    found = []
    for file in files:
        path = Path(str(file.get("path", ""))).resolve()
        if path.is_file() and path.is_relative_to(folder.resolve()):
            found.append((path, _bare(str(file.get("orig_name") or path.name))))
    return found


def add_files(opening: Opening, files: Sequence[tuple[Path, str]], progress: Callable[..., Any]) -> str:
    """Copies uploads beside the library, where they stay, and adds them. Says what came of it, as HTML."""
    from qa.adding import Progress, add

    def tell(now: Progress) -> None:
        done = now.done_passages if now.total_passages else now.done_files
        total = now.total_passages or now.total_files
        progress((done, total), desc=f"{now.stage} {now.file}".strip(), unit="steps")

    try:
        assistant = opening.assistant()
        folder = files_folder(assistant.library.location)
        copies = [keep(path, name, folder) for path, name in files]
        report = add(assistant.library, assistant.encoder, copies, progress=tell)
    except IbidError as error:
        return cards.message(str(error))
    except OSError as error:
        return cards.message(f"The files could not be copied into the library: {error.strerror or error}")
    lines = []
    if taken := [*report.added, *report.changed]:
        lines.append(cards.message(f"Added: {', '.join(taken)}", "done"))
    if report.unchanged:
        lines.append(cards.message(f"Already there: {', '.join(report.unchanged)}", "hint"))
    for failure in report.failed:
        failed = Path(failure.path)
        lines.append(cards.message(f"{failed.name}: {failure.reason} {failure.advice}".strip()))
        if failed.parent == folder:
            failed.unlink(missing_ok=True)
    return f'<div role="status">{"".join(lines)}</div>'


def remove_files(opening: Opening, paths: Sequence[str]) -> str:
    """Takes source files out. Says what came of it, as HTML."""
    try:
        library = opening.assistant().library
        gone = library.remove(paths)
        folder = files_folder(library.location)
        for path in map(Path, paths):
            if path.parent == folder:
                path.unlink(missing_ok=True)
    except IbidError as error:
        return cards.message(str(error))
    except OSError as error:
        return cards.message(f"Taken out, but a copy could not be deleted: {error}")
    return cards.message(f"Taken out: {cards.count(len(gone), 'document')}.", "done")


def files_folder(location: str) -> Path:
    """Where files added in the browser are kept: ``files`` inside the library's folder; for a library on
    a server, in the platform's user data folder."""
    if "://" in location:
        from platformdirs import user_data_path

        return (user_data_path("ibid") / "files").resolve()
    return (Path(location) / "files").resolve()


def keep(path: Path, name: str, folder: Path) -> Path:
    """Copies a file into the folder under its own name; a different file of that name gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    number = 1
    while target.exists() and not filecmp.cmp(path, target, shallow=False):
        number += 1
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    if not target.exists():
        shutil.copyfile(path, target)
    return target.resolve()


def _bare(name: str) -> str:
    """The last part of a name that a browser sent: it must not lead out of the folder."""
    bare = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()
    return bare if bare not in {"", ".", ".."} else "unnamed.txt"


def _sources(opening: Opening) -> list[tuple[str, str]]:
    """(label, path) of each source file; files that share a name are told apart by their paths."""
    try:
        sources = opening.assistant().library.sources()[:_CHOICES]
    except IbidError:
        return []
    names = Counter(source.name for source in sources)
    return [(one.name if names[one.name] == 1 else f"{one.name} ({one.path})", one.path) for one in sources]
