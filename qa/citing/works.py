"""The works that are quoted, as a list: each once, in a style's order, with its numbers and letters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from qa.citing.item import printable
from qa.citing.rich import Run

_NOTES = "chicago-notes-bibliography"
_OF_A_QUOTE = frozenset({"locator", "label"})


class Works:
    """The different items among ``csls``, in the order in which they come; ``style`` as for ``cite``.

    items    CSL-JSON items without locators, each with an ``id`` that no other has
    pages    for each the places that are quoted, in order, as the items say them ("921–922", "n. 3")
    Raises UsageError for a style that cannot be found or used."""

    def __init__(self, csls: Iterable[Mapping[str, Any]], *, style: str = _NOTES) -> None:
        self.style = style
        self.items: list[dict[str, Any]] = []
        self.places: list[list[tuple[str, str]]] = []
        self._position: dict[str, int] = {}
        taken: set[str] = set()
        for csl in csls:
            key = _identity(csl)
            if key not in self._position:
                self._position[key] = len(self.items)
                self.items.append({**_work(csl), "id": _free(str(csl.get("id") or "document"), taken)})
                self.places.append([])
            place = (str(csl.get("label") or "page"), str(csl.get("locator") or ""))
            places = self.places[self._position[key]]
            if place[1] and place not in places:
                places.append(place)
        self._rendered: tuple[list[tuple[Run, ...]], Any] | None = None

    def entries(self) -> list[tuple[Run, ...]]:
        """The list of works in the style's order; in a style that has no such list, the works as the style
        cites them, in the order in which they come. A style may leave out works of some kinds."""
        return self._render()[0]

    def cite(self, csl: Mapping[str, Any]) -> tuple[Run, ...]:
        """What a note to a quote of ``csl`` (one of those given) holds: in a style of notes the citation
        whole, else what stands in the text, to be found in the list of works."""
        from qa.citing.item import plain
        from qa.citing.rendering import rendered
        from qa.citing.rich import runs

        label, place = str(csl.get("label") or "page"), plain(csl.get("locator"))
        made: tuple[Run, ...] = self._render()[1](self._position[_identity(csl)], place, label)
        # A style made for one kind of document only prints nothing of another.
        return made or runs(rendered(csl, self.style))

    def _render(self) -> tuple[list[tuple[Run, ...]], Any]:
        if self._rendered is None:
            from qa.citing.rendering import failure

            try:
                self._rendered = self._in_one_style()
            except (RecursionError, ValueError, TypeError, AttributeError, LookupError) as error:
                raise failure(self.style, {"title": "the list of works"}, error) from error
        return self._rendered

    def _in_one_style(self) -> tuple[list[tuple[Run, ...]], Any]:
        from qa.citing.rendering import loaded, own_words, placed, prepared, with_place
        from qa.citing.rich import runs
        from qa.citing.styles import find

        file = find(self.style)
        items = [printable(item) for item in self.items]
        own = [own_words(item, self.style) for item in items]
        made = [prepared(item, self.style, file) for item in items]
        if self.style == _NOTES:
            # Three styles have a part in it: the shipped one, and our own for editions and papers.
            texts = [words or style.entry(item) for words, (style, item) in zip(own, made, strict=True)]
            texts.sort(key=lambda text: text.lstrip("“‘\ufdd0\ufdd1\ufdd2").casefold())

            def noted(position: int, place: str, label: str) -> tuple[Run, ...]:
                style, item = made[position]
                words = own[position]
                return runs(
                    with_place(words, place, label) if words else style.note(item, place or None, label)
                )

            return [runs(text) for text in texts if text], noted
        entries, cite = loaded(file).works([item for _, item in made])
        if not file.lists:
            entries = {position: cite(position, None, "page") for position in range(len(made))}
        listed = [placed(text, items[position]) for position, text in entries.items() if text]

        def cited(position: int, place: str, label: str) -> tuple[Run, ...]:
            text = cite(position, place or None, label)
            # What a list of works says, a note that points to it need not say again.
            return runs(text if file.lists else placed(text, items[position]))

        return [runs(text) for text in listed], cited


def _work(csl: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in csl.items() if key not in _OF_A_QUOTE}


def _identity(csl: Mapping[str, Any]) -> str:
    return json.dumps(_work(csl), sort_keys=True, default=dict)


def _free(name: str, taken: set[str]) -> str:
    """``name``, or ``name-2`` and so on where another work has it."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free
