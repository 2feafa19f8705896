"""The styles that the page cites in: which there are, and which one a person's browser remembers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.citing import NOTES
from qa.page.texts import Words

if TYPE_CHECKING:
    import gradio as gr

OFFERED = (NOTES, "chicago-author-date", "modern-language-association", "apa")
"""The styles on the page, by their ids, in their order."""

COOKIE = "ibid_style"


def of(request: gr.Request | None, usual: str = NOTES) -> str:
    """The style that a person chose, else ``usual``: the assistant's own. What a cookie says counts only
    where it is one of those offered."""
    cookies: Mapping[str, str] = getattr(request, "cookies", None) or {}
    chosen = unquote(cookies.get(COOKIE, ""))
    return chosen if chosen in OFFERED else usual


def choice(say: Words) -> str:
    """The choice of style as HTML; the page's script shows which one stands."""
    options = "".join(
        f'<option value="{escape(style)}">{escape(say(f"style.{style}"))}</option>' for style in OFFERED
    )
    return (
        f'<p class="citing"><label>{escape(say("chat.style"))} '
        f'<select data-cookie="{COOKIE}">{options}</select></label></p>'
    )
