"""What the source panel fetches while it is open: further parts of the document, where words stand in it, a
citation, the pages' pictures; and what it sends: corrections of what is known.

All but the pictures is JSON both ways: {"error": words} where a request cannot be met. Documents and places
are named by the browser and looked up in the library, paths never are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from qa import editing
from qa.errors import IbidError, UnreadableFile, UsageError
from qa.page import texts
from qa.page.ask import styles
from qa.page.beside import known, source
from qa.page.beside.inside import MOST, Inside
from qa.page.beside.page_pictures import FileChanged, FileGone, Pictures, pages
from qa.page.texts import Words
from qa.presenting import cited
from qa.reading.layout import boxes_of
from qa.splitting import clean

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from qa.assistant import Assistant
    from qa.page.serve.opening import Opening
    from qa.types import Document

_LONGEST = 1_000_000  # bytes of a request
_MOST_BOXES = 2_000  # lines on pictures
_LONGEST_QUOTE = 20_000  # characters of a selection that is copied

Act = Callable[["Assistant", Mapping[str, Any], Words, str], dict[str, Any]]
"""(assistant, what is asked, words, style) → the reply. Raises IbidError, and KeyError, TypeError,
ValueError, IndexError for what is no sensible request."""


def routes(opening: Opening) -> list[BaseRoute]:
    """The addresses below ``source/``."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.responses import Response as Plain
    from starlette.routing import Route

    inside, drawn = Inside(), Pictures()

    def find(assistant: Assistant, asked: Mapping[str, Any], _say: Words, _style: str) -> dict[str, Any]:
        found = inside.places(_document(assistant, asked), str(asked["words"])[:200])
        return {"places": found, "more": len(found) == MOST}

    def pictured(assistant: Assistant, asked: Mapping[str, Any], say: Words, _style: str) -> dict[str, Any]:
        with assistant.library.view(searching=False):
            document = _document(assistant, asked)
            file = assistant.library.source_of(document.name)
        try:
            count = drawn.count(file)
        except (FileChanged, FileGone, UnreadableFile) as error:
            raise UsageError(_why(error, say)) from error
        found: list[list[float]] = []
        for number, (start, end) in enumerate(asked["places"]):
            for box in boxes_of(document, int(start), int(end)) if len(found) < _MOST_BOXES else ():
                found.append([number, box.page, *(round(edge, 5) for edge in _edges(box))])
        labels = [[page.label, page.start] for page in pages(document, count)]
        return {"pages": labels, "boxes": found, "version": file.sha256[:16]}

    def answering(act: Act) -> Callable[[Request], Any]:
        """The endpoint of what is asked in JSON. Another site's form cannot send that unasked."""

        async def endpoint(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return PlainTextResponse("Ask in JSON.\n", status_code=415)
            body = b""
            async for piece in request.stream():
                body += piece
                if len(body) > _LONGEST:
                    return PlainTextResponse("This is too long.\n", status_code=413)
            say = texts.of(request)  # type: ignore[arg-type]

            def met() -> tuple[dict[str, Any], int]:
                try:
                    assistant = opening.assistant()
                    style = styles.of(request, assistant.style)  # type: ignore[arg-type]
                    return act(assistant, json.loads(body), say, style), 200
                except IbidError as error:
                    return {"error": str(error)}, 400
                except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
                    return {"error": say("source.no-such")}, 400

            reply, status = await run_in_threadpool(met)
            return JSONResponse(reply, status, headers={"cache-control": "no-store"})

        return endpoint

    def picture(request: Request) -> Response:
        asked = request.query_params
        try:
            page, width = int(asked["page"]), int(asked.get("width", 0))
            file = opening.assistant().library.source_of(asked["document"])
            png = drawn.png(file, page, width)
        except (KeyError, ValueError):
            return PlainTextResponse("There is no such page.\n", status_code=404)
        except IbidError as error:
            return PlainTextResponse(f"{_why(error, texts.of(request))}\n", status_code=404)  # type: ignore[arg-type]
        # The address names the file's version: its picture never changes.
        kept = "private, max-age=86400, immutable" if asked.get("version") else "no-store"
        return Plain(png, media_type="image/png", headers={"cache-control": kept})

    acts: dict[str, Act] = {
        "part": _part, "find": find, "cite": _cite, "pages": pictured, "edit": _edit,
    }  # fmt: skip
    return [
        *(Route(f"/source/{name}", answering(act), methods=["POST"]) for name, act in acts.items()),
        Route("/source/picture", picture, methods=["GET"]),
    ]


def _part(assistant: Assistant, asked: Mapping[str, Any], say: Words, _style: str) -> dict[str, Any]:
    """One part of a document, lit as the panel is."""
    lit = source.told(asked["lit"])
    if lit is None:
        raise ValueError("lit")
    return {"html": source.part(assistant.library.document(lit.document), int(asked["part"]), lit, say)}


def _cite(assistant: Assistant, asked: Mapping[str, Any], say: Words, style: str) -> dict[str, Any]:
    """A place's citation; with ``words`` (what was selected) also its words for reading."""
    document = _document(assistant, asked)
    start, end = int(asked["start"]), int(asked["end"])
    if not 0 <= start < end <= len(document.text):
        raise ValueError("place")
    reply: dict[str, Any] = {
        "citation": known.citation(document, (start, end), style),
        "pages": cited(document, start, end)[0],
    }
    if "words" in asked:
        if " ".join(document.text[start:end].split()) != " ".join(str(asked["words"]).split()):
            raise UsageError(say("marking.not-in-document"))
        if end - start > _LONGEST_QUOTE:
            raise UsageError(say("source.too-long", n=say.number(_LONGEST_QUOTE)))
        reply["words"] = clean(document, start, end)
    return reply


def _edit(assistant: Assistant, asked: Mapping[str, Any], _say: Words, _style: str) -> dict[str, Any]:
    """Edits one document, as `qa edit` does."""
    document = _document(assistant, asked)
    put = {str(name): str(words) for name, words in dict(asked.get("put", {})).items()}
    unset = [str(name) for name in list(asked.get("unset", []))]
    if asked.get("all"):
        unset = [*assistant.library.edits(document.name)]
    # A document's name may be its file's too, which would mean all documents of that file.
    if assistant.library.chosen([document.name]) != (document.name,):
        raise UsageError(f"{document.name} is the name of a file with several documents. Use qa edit.")
    (done,) = editing.edit(assistant.library, assistant.encoder, [document.name], put=put, unset=unset)
    return {"changed": done.changed}


def _document(assistant: Assistant, asked: Mapping[str, Any]) -> Document:
    return assistant.library.document(str(asked["document"]))


def _edges(box: Any) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _why(error: IbidError, say: Words) -> str:
    if isinstance(error, FileGone):
        return say("source.file-gone", path=str(error))
    if isinstance(error, FileChanged):
        return say("source.file-changed", path=str(error))
    return str(error)
