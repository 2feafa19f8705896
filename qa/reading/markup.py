"""A fragment of HTML to plain text, as it would read on a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """address article aside blockquote dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li main nav
    ol p pre section table tr ul""".split()
)
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meta q s samp
    small span strike strong sub sup time tt u var wbr tbody thead tfoot td th col colgroup caption""".split()
)
_UNSEEN = frozenset({"script", "style", "template"})
_LAYOUT = re.compile(r"[ \t\r\n]+")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.emphasised: list[str] = []
        self._unseen = 0
        self._italic = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS or tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in ("i", "em"):
            self._italic += 1
            self.emphasised.append("")
        elif tag not in _INLINE:
            # No element of HTML: an angle bracket in running text.
            self.parts.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag == "br":
            self.parts.append("\n")
        elif tag not in _INLINE and tag not in _UNSEEN and tag not in ("i", "em"):
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("i", "em"):
            self._italic = max(0, self._italic - 1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self.parts.append(_LAYOUT.sub(" ", data))
        if self._italic and self.emphasised:
            self.emphasised[-1] += data


def resolved(fragment: str) -> tuple[str, tuple[str, ...]]:
    """The words of an HTML fragment, a block a line, and the runs of them in italics. What scripts and
    styles hold is no text and is left out; an unknown ``<tag>`` is text and stays."""
    parser = _Text()
    parser.feed(fragment)
    parser.close()
    lines = ("".join(parser.parts)).split("\n")
    text = "\n".join(line for line in (re.sub(" {2,}", " ", line).strip() for line in lines) if line)
    return text, tuple(" ".join(words.split()) for words in parser.emphasised if words.strip())
