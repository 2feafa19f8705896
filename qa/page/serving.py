"""Serving the page on this machine: the address, and the headers that keep the browser from any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.page.opening import Opening

HERE = Path(__file__).parent

# Gradio's own scripts compile templates (unsafe-eval) and stand in the page (unsafe-inline). What counts
# is that nothing is fetched from, or sent to, anywhere but this server, whatever a document holds.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'self'; base-uri 'self'; "
    "frame-ancestors 'self'; object-src 'none'"
)


class OwnServerOnly:
    """Adds the content security policy to every answer."""

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
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self.app(scope, receive, send_with_policy)


def serve(page: gr.Blocks, opening: Opening, *, host: str, port: int | None, open_browser: bool) -> None:
    """Serves until Ctrl-C. The opening starts when the page is up, so that the two do not compete.

    Raises UsageError where the address cannot be listened on."""
    from starlette.middleware import Middleware

    from qa.page import languages, reports
    from qa.page.client import STYLES
    from qa.page.texts import translations

    app: dict[str, Any] = {
        "middleware": [Middleware(OwnServerOnly), Middleware(languages.ChosenLanguage)],
        "routes": [*reports.routes(opening), *languages.routes()],
    }
    try:
        _, address, _ = page.queue(api_open=False).launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            footer_links=[],
            favicon_path=HERE / "ibid.svg",
            theme=theme(),
            css_paths=STYLES,
            i18n=translations(),
            app_kwargs=app,
        )
    except OSError as error:
        where = f"{host}:{port}" if port else host
        raise UsageError(
            f"The page cannot be served at {where}: {error}\nChoose another port with --port."
        ) from error
    print(f"Ibid is at {address} (Ctrl-C stops it)", flush=True)
    opening.start()
    page.block_thread()


def theme() -> gr.themes.Base:
    """Gradio's plainest theme with the system's own fonts: nothing to fetch, nothing to draw twice.

    The colours stand in client/base.css; these few make Gradio's own parts take them up."""
    import gradio as gr

    sans = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Helvetica", "Arial", "sans-serif")
    mono = ("ui-monospace", "Menlo", "Consolas", "monospace")
    return gr.themes.Base(
        font=sans, font_mono=mono, radius_size=gr.themes.sizes.radius_sm, neutral_hue=gr.themes.colors.stone
    )
