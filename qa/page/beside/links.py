"""Links from the page to the web. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit


def web_address(url: str | None) -> str | None:
    """The address if it is http or https, else None: a document may name any scheme, a link may not."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def outside_link(url: str | None, words: str) -> str:
    """A link that opens beside the page and tells the other side nothing; empty where there is none."""
    address = web_address(url)
    if address is None:
        return ""
    return (
        f'<a class="outside" href="{escape(address)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(words)}</a>"
    )
