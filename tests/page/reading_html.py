"""HTML read back: what a browser would take for text, elements and attributes."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Read(HTMLParser):
    """``text`` is all text outside elements of the class "added"; ``elements`` are (tag, attributes,
    text inside). Raises AssertionError where tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {[tag for tag, _, _ in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs}, [])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop()[0] == tag, f"</{tag}> closes another"

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)
        if not any("added" in attributes.get("class", "").split() for _, attributes, _ in self._open):
            self.text += data

    def named(self, tag: str, class_: str = "") -> list[str]:
        """The text inside each element of this tag and class."""
        return [
            "".join(words)
            for name, attributes, words in self.elements
            if name == tag and (not class_ or class_ in attributes.get("class", "").split())
        ]
