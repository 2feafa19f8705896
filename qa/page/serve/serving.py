"""Serving the page on this machine: the address, and the headers that keep the browser from any other."""

from __future__ import annotations

import contextlib
import io
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa import logs
from qa.errors import UsageError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.page.serve.opening import Opening
    from qa.page.serve.people import People

HERE = Path(__file__).parents[1]

_LAST_PORT = 65_535

# Gradio's own scripts compile templates (unsafe-eval) and stand in the page (unsafe-inline). What counts
# is that nothing is fetched from, or sent to, anywhere but this server, whatever a document holds.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'self'; base-uri 'self'; "
    "frame-ancestors 'self'; object-src 'none'"
)


class OwnServerOnly:
    """Adds the content security policy to every answer, and what else keeps a browser from mischief."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", POLICY.encode()),
                    # Not no-referrer: a form sent to this server would not say what page it comes from.
                    (b"referrer-policy", b"same-origin"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cross-origin-opener-policy", b"same-origin"),
                    (b"cross-origin-resource-policy", b"same-origin"),
                    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
                ]
            await send(message)

        await self.app(scope, receive, send_with_policy)


@dataclass(frozen=True, slots=True)
class Where:
    """Where and how the page is served.

    host, port    what to listen on; port 0 takes any free one, None the first from GRADIO_SERVER_PORT or 7860
    names         further names by which the server may be called, as behind a proxy
    certificate, key  files in PEM form, for a page that is sent encrypted
    mcp           whether its tools are offered to programs that speak the Model Context Protocol too
    """

    host: str = "127.0.0.1"
    port: int | None = None
    open_browser: bool = True
    names: Sequence[str] = ()
    certificate: str | None = None
    key: str | None = None
    mcp: bool = False

    @property
    def here_only(self) -> bool:
        """Whether it can be reached from this machine alone."""
        from qa.page.serve.guarding import here_only

        return here_only(self.host) and not self.names


def confirm(where: Where, people: People) -> bool:
    """Whether people sign in. Raises UsageError where others could reach the page and nobody has a password,
    or where something that was asked for is missing."""
    signed = bool(people.all())
    if not signed and not where.here_only:
        reached = where.names[0] if where.names else where.host
        raise UsageError(
            f"{reached} can be reached from other machines, and nobody has a password to sign in with yet.\n"
            "Add people first: qa people add NAME. Without --host the page is for this machine only."
        )
    for file in (where.certificate, where.key):
        if file is not None and not Path(file).is_file():
            raise UsageError(f"{file}: there is no such file. Give the certificate and its key in PEM form.")
    if (where.certificate is None) != (where.key is None):
        raise UsageError("A page that is sent encrypted needs both --certificate and --key.")
    if where.mcp and find_spec("mcp") is None:
        raise UsageError("--mcp needs a package that is not installed: pip install 'ibid[mcp]'")
    _port_told()
    return signed


def _port_told() -> int | None:
    """What GRADIO_SERVER_PORT says, which Gradio reads as it is imported. Raises UsageError where it is no
    port."""
    told = os.environ.get("GRADIO_SERVER_PORT")
    if told is None:
        return None
    if not (told.isascii() and told.isdigit() and int(told) <= _LAST_PORT):
        raise UsageError(
            f"GRADIO_SERVER_PORT is {told!r}, which is no port.\n"
            f"Set it to a number up to {_LAST_PORT}, or not at all, and choose a port with --port."
        )
    return int(told)


def _port(where: Where) -> int | None:
    """The port to ask Gradio for. It takes 0 for the port's own number."""
    told = _port_told() if where.port is None else where.port
    if told != 0:
        return where.port
    with socket.socket(socket.AF_INET6 if ":" in where.host else socket.AF_INET) as probe:
        probe.bind((where.host.strip("[]"), 0))
        return int(probe.getsockname()[1])


def serve(page: gr.Blocks, opening: Opening, where: Where, people: People) -> None:
    """Serves until Ctrl-C. The opening starts when the page is up, so that the two do not compete.

    Raises UsageError as ``begin`` does."""
    address = begin(page, opening, where, people)
    print(f"Ibid is at {address} (Ctrl-C stops it)", flush=True)
    if where.mcp:
        print(f"Its tools for programs that speak MCP are at {address}gradio_api/mcp/", flush=True)
    if not where.here_only:
        _tell_others(address, where)
    opening.start()
    page.block_thread()


def begin(page: gr.Blocks, opening: Opening, where: Where, people: People) -> str:
    """Serves in threads of its own until ``page.close()``, and gives the address.

    Raises UsageError as ``confirm`` does, and where the address cannot be listened on."""
    from starlette.middleware import Middleware

    from qa.page.beside import source_routes
    from qa.page.client import STYLES
    from qa.page.serve import languages, sign_in_page, signing_in, starting, watching
    from qa.page.serve.door import Door
    from qa.page.serve.guarding import Bounded, OwnPagesOnly, own_names
    from qa.page.serve.limits import LARGEST_FILE, Limited
    from qa.page.serve.recording import Recorded, record_events
    from qa.page.serve.sessions import MOST, Forgetting
    from qa.page.shelves.uploads import incoming
    from qa.page.texts import translations
    from qa.page.trial import reports

    door = Door(people) if confirm(where, people) else None
    app: dict[str, Any] = {
        "middleware": [
            Middleware(Recorded),
            Middleware(OwnServerOnly),
            Middleware(OwnPagesOnly, own_names(where.host, where.names)),
            Middleware(Bounded),
            *([Middleware(signing_in.SignedIn, door)] if door else []),
            Middleware(Limited, folder=incoming()),
            Middleware(languages.ChosenLanguage),
            Middleware(Forgetting, page=page),
        ],
        "routes": [
            *(sign_in_page.routes(door) if door else []),
            *reports.routes(opening),
            *languages.routes(),
            *source_routes.routes(opening),
            *watching.routes(opening),
        ],
    }
    record_events(page)
    try:
        # Gradio tells of its MCP server however quiet it is asked to be.
        quietly = contextlib.redirect_stdout(io.StringIO()) if where.mcp else contextlib.nullcontext()
        with quietly, starting.patiently():
            page.api_open = False  # as queue(api_open=False) does, which makes a server to throw away
            _, address, _ = page.launch(
                server_name=where.host,
                server_port=_port(where),
                inbrowser=where.open_browser,
                auth=door.for_gradio if door else None,  # type: ignore[arg-type]  # may be a coroutine's
                share=False,
                quiet=True,
                prevent_thread_lock=True,
                ssr_mode=False,
                pwa=False,
                run_history=False,
                mcp_server=where.mcp,
                ssl_certfile=where.certificate,
                ssl_keyfile=where.key,
                ssl_verify=False,  # of its own first call to itself, whatever name the certificate is for
                footer_links=[],
                max_file_size=LARGEST_FILE,
                state_session_capacity=MOST,
                favicon_path=HERE / "ibid.svg",
                theme=theme(),
                css_paths=STYLES,
                i18n=translations(),
                app_kwargs=app,
                _frontend=False,  # it would ask itself for the page, and give up after three seconds
            )
    except (OSError, OverflowError) as error:  # as it looks for a free one beyond the last
        at = f"{where.host}:{where.port}" if where.port else where.host
        # What Gradio says names its own settings.
        what = "another program listens there." if "empty port" in str(error) else str(error)
        raise UsageError(
            f"The page cannot be served at {at}: {what}\nChoose another port with --port."
        ) from error
    logs.event("serving", address=str(address), signing_in=door is not None, mcp=where.mcp)
    return str(address)


def _tell_others(address: str, where: Where) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    scheme = address.partition(":")[0]
    name = where.names[0] if where.names else f"{socket.gethostname()}:{port}"
    print(f"From other machines: {scheme}://{name}/", flush=True)
    if scheme == "http" and not where.names:
        print(
            "Passwords and documents can be read on the way there: use it in a network that you trust, "
            "or give --certificate and --key.",
            flush=True,
        )


def theme() -> gr.themes.Base:
    """Gradio's plainest theme with the system's own fonts: nothing to fetch, nothing to draw twice.

    The colours stand in client/base.css; these few make Gradio's own parts take them up."""
    import gradio as gr

    sans = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Helvetica", "Arial", "sans-serif")
    mono = ("ui-monospace", "Menlo", "Consolas", "monospace")
    return gr.themes.Base(
        font=sans, font_mono=mono, radius_size=gr.themes.sizes.radius_sm, neutral_hue=gr.themes.colors.stone
    )
