"""The page in the browser: chat, source panel and library, on Gradio, fetching nothing from outside.

launch()  opens the page and stays until Ctrl-C
build()   the page alone, for whoever serves it themselves
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.encoding import DEFAULT_MODEL
from qa.page.serve import quick_import

if TYPE_CHECKING:
    import gradio as gr

    from qa.assistant import Assistant
    from qa.page.serve.opening import Opening

# Read when gradio and huggingface_hub are first imported, which is below and later: no word leaves here.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
quick_import.prepare()

__all__ = ["build", "launch"]


def launch(
    *,
    library: str | Path | None = None,
    model: str = DEFAULT_MODEL,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    cross_encoder: str | None = None,
    names: Sequence[str] = (),
    certificate: str | None = None,
    key: str | None = None,
    mcp: bool = False,
    assistant: Assistant | None = None,
) -> None:
    """Serves the page and returns when it is stopped (Ctrl-C).

    The page answers at once; the library is opened and the model loaded behind it. A library that is new
    gets the seed documents. Where people are listed for the library (`qa people`) all must sign in.

    library       folder or URL; None for the default
    model         embedding model, by name or folder
    host, port    where to listen; port 0 takes any free one, None the first from GRADIO_SERVER_PORT or 7860
    open_browser  whether to open the page in the browser too
    cross_encoder name or folder of a model that puts the passages in order
    names         further names by which the page is reached, as behind a proxy
    certificate, key  PEM files, for a page that is sent encrypted
    mcp           whether the page's tools are offered by the Model Context Protocol too
    assistant     an open assistant to use in place of ``library`` and ``model``

    Raises UsageError where the address cannot be listened on, or can be reached from other machines and
    nobody could sign in.
    """
    from qa.library import default_location
    from qa.page.serve import memory
    from qa.page.serve.people import People, people_file
    from qa.page.serve.serving import Where, confirm, serve

    memory.bounded()
    memory.given_back()
    where = Where(host, port, open_browser, tuple(names), certificate, key, mcp)
    location = assistant.library.location if assistant is not None else library or default_location()
    people = People(people_file(location))
    signed = confirm(where, people)  # before anything is built
    with contextlib.nullcontext() if mcp else quick_import.without_mcp():
        import gradio as gr  # noqa: F401  # before whatever else imports it
    from qa.page.serve.opening import Opening

    opening = Opening.done(assistant) if assistant is not None else Opening(library, model, cross_encoder)
    serve(build(opening, signed=signed), opening, where, people)


def build(opening: Opening, *, signed: bool = False) -> gr.Blocks:
    """The page over an assistant that is, or soon will be, open; ``signed`` where people sign in to it."""
    from qa.page.layout import layout
    from qa.page.shelves.uploads import incoming

    incoming()  # Gradio asks where as the parts of the page are made
    with quick_import.unserved():
        return layout(opening, signed=signed)
