"""Kept runs over HTTP: the report of one, to be read in a frame or a window of its own, and its folder packed
to be sent to a colleague."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import IbidError
from qa.evaluation.runs import MANIFEST, default_root

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from qa.page.serve.opening import Opening

REPORT = "report.html"

# A report holds what stands in documents. Whatever it might come to run has no origin: it can neither reach
# the page beside it nor ask this server for anything.
SANDBOX = "sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox allow-modals"


def root(opening: Opening) -> Path:
    """Where the runs over the library lie. Raises IbidError while it is not open."""
    return default_root(opening.assistant().library.location)


def folder(opening: Opening, name: str) -> Path | None:
    """The folder of the run of that name, None where there is none. A name cannot lead elsewhere."""
    found = root(opening) / name
    inside = name not in {"", ".", ".."} and Path(name).name == name and "\\" not in name and "\0" not in name
    return found if inside and (found / MANIFEST).is_file() else None


def report_address(name: str) -> str:
    """Where the report of a run is read, relative to the page."""
    return f"runs/{_quoted(name)}/{REPORT}"


def folder_address(name: str) -> str:
    """Where a run's folder is fetched, relative to the page."""
    return f"runs/{_quoted(name)}.zip"


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


def routes(opening: Opening) -> list[BaseRoute]:
    """The addresses of reports and folders."""
    from starlette.background import BackgroundTask
    from starlette.responses import FileResponse, PlainTextResponse
    from starlette.routing import Route

    def none() -> Response:
        return PlainTextResponse("There is no such run, or it has no report yet.\n", status_code=404)

    def report(request: Request) -> Response:
        found = _folder(opening, request.path_params["name"])
        if found is None or not (found / REPORT).is_file():
            return none()
        headers = {"content-security-policy": SANDBOX, "cache-control": "no-cache"}
        return FileResponse(found / REPORT, media_type="text/html; charset=utf-8", headers=headers)

    def packed(request: Request) -> Response:
        found = _folder(opening, request.path_params["name"])
        if found is None:
            return none()
        path = pack(found)
        return FileResponse(
            path,
            media_type="application/zip",
            filename=f"{found.name}.zip",
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    return [
        Route("/runs/{name}/" + REPORT, report, methods=["GET"]),
        Route("/runs/{name}.zip", packed, methods=["GET"]),
    ]


def pack(found: Path) -> Path:
    """A temporary file with all that lies in a run's folder, below the folder's name."""
    with (
        tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for path in sorted(found.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".lock":
                archive.write(path, f"{found.name}/{path.relative_to(found).as_posix()}")
    return Path(out.name)


def _folder(opening: Opening, name: str) -> Path | None:
    try:
        return folder(opening, name)
    except (IbidError, OSError):
        return None
