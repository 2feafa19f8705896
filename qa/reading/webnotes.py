"""Which elements of web pages and e-books are notes, and which links or raised signs are their markers.

Nothing in HTML says "footnote", so several ways of writing one are known: EPUB's and ARIA's own words
(noteref, doc-footnote), a link like a marker ("7", "[7]", "*") whose target links back or is named as
notes are (#fn7, #_ftn7, #cite_note-7), and raised numbers without a link whose number begins a later
paragraph, raised too. Where two raised numbers could both be the marker, the note stays untied: a tie is
never guessed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from qa.reading.safexml import local_name
from qa.reading.webelements import (
    BLOCKS,
    HEADINGS,
    NOTE_TYPES,
    above_within,
    classes_of,
    first_few,
    holds,
    is_before,
    is_page_name,
    opens,
    role_by_name,
    role_of,
    sign_of,
    types_of,
    words_of,
)

_NAMED = re.compile(
    r"(?:^|[^a-z])(?:fn|ftn|edn|en|(?:foot|end|side|cite|rear)?[-_]?notes?)(?:$|[^a-z])", re.I
)
_BACK_NAMED = re.compile(r"ref|back|anchor|ret(?:urn)?\d", re.IGNORECASE)
_BACK_WORDS = re.compile(r"[\s↩↑⏎←^⤴︎️\[\]()↵⇑⬆]*|\W*(?:back|return|top|zurück|retour|назад)\W*", re.IGNORECASE)
_NOTE_CLASS = re.compile(r"(?:foot|end|side|rear|margin)-?note(?:-(?:item|body|text|content))?")
_ONE_NOTE = re.compile(r"(?:^|[^a-z])(?:foot|end|rear|side)?[-_]?note(?:$|[^a-z])|^fn", re.IGNORECASE)

_REF_TYPES = frozenset({"noteref", "doc-noteref"})
_MANY = frozenset({"footnotes", "endnotes", "rearnotes", "doc-endnotes"})
_BACK_TYPES = frozenset({"backlink", "doc-backlink", "referrer"})
_SINGLE = frozenset({"li", "aside", "dd", "div", "td", "tr", "section"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what is read: ``root`` the element that is read, ``tree`` the whole file that it is of,
    ``address`` the file's name, which links from other files use ("" for a page by itself)."""

    address: str
    root: Any
    tree: Any


@dataclass(frozen=True, slots=True)
class Note:
    """``label`` is its marker's, without brackets ("" where it has no marker); ``role`` as of a Mark.
    ``shows`` says how its own number stands before its words: "raised" in an element of its own, "plain"
    as part of them, "" where a list counts it."""

    ref: str
    label: str
    role: str
    shows: str = ""


@dataclass(slots=True)
class Notes:
    """Elements that are notes, that are markers (with the label and the note's ref), and links back."""

    notes: dict[Any, Note] = field(default_factory=dict)
    markers: dict[Any, tuple[str, str]] = field(default_factory=dict)
    back: set[Any] = field(default_factory=set)
    holders: set[Any] = field(default_factory=set)
    """What a note stands in: not to be left out, though it be an aside or hidden."""


def find_notes(parts: Sequence[Part]) -> Notes:
    """The notes of ``parts`` and what belongs to them."""
    return _Finder(parts).found


class _Finder:
    def __init__(self, parts: Sequence[Part]) -> None:
        self.found = Notes()
        self._ids: dict[tuple[str, str], Any] = {}
        self._place: dict[Any, int] = {}
        self._links: list[tuple[str, Any]] = []
        self._signs: list[Any] = []
        self._typed: list[Any] = []
        self._inside: dict[Any, tuple[bool, list[Any], set[Any]]] = {}
        for part in parts:
            self._index(part)
        linked = [
            (link, target)
            for address, link in self._links
            if (target := self._target(address, link)) is not None and target is not link
        ]
        self._leads_to = dict(linked)
        self._targets = {target for _, target in linked}
        for link, target in linked:
            self._reference(link, target)
        for link, target in linked:
            self._backlink(link, target)
        for element in self._typed:
            self._untied(element)
        self._raised()
        for note in self.found.notes:
            self.found.holders.update(note.iterancestors())

    def _index(self, part: Part) -> None:
        for element in part.tree.iter():
            tag = local_name(element)
            if not tag:
                continue
            key = element.get("id") or (element.get("name") if tag == "a" else None)
            link = tag == "a" and element.get("href") is not None
            raised = tag == "sup"
            typed = bool(types_of(element) & NOTE_TYPES.keys()) or any(
                _NOTE_CLASS.fullmatch(name) for name in classes_of(element)
            )
            if key or link or raised or typed:
                self._place[element] = len(self._place)
            if key:
                self._ids.setdefault((part.address, key), element)
            if link:
                self._links.append((part.address, element))
            if raised:
                self._signs.append(element)
            if typed:
                self._typed.append(element)

    def _target(self, address: str, link: Any) -> Any:
        file, _, fragment = (link.get("href") or "").strip().partition("#")
        if not fragment or ":" in file.split("/")[0]:
            return None
        named = posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(file)))
        return self._ids.get((named if file and address else address, unquote(fragment)))

    def _reference(self, link: Any, target: Any) -> None:
        """Takes ``link`` for a marker, and what ``target`` stands in for its note, if they are."""
        kinds = types_of(link)
        if kinds & _BACK_TYPES or self._place[link] > self._place[target]:
            return
        sign = sign_of(words_of(link))
        block = self._note_block(target)
        if block is None or block in link.iterancestors():
            return
        role = role_of(block) or role_of(target)
        if not (kinds & _REF_TYPES or role):
            name = target.get("id") or target.get("name") or ""
            named = bool(_NAMED.search(name)) and not _BACK_NAMED.search(name)
            near = {link, self._block(link), *above_within(link, 3), *link.iter()}
            from_note = self._look_inside(block)[2]
            mutual = bool(near & from_note) or any(is_before(anchor, link) for anchor in from_note)
            if sign is None or not (named or mutual):
                return
        label = sign or " ".join(words_of(link).split())[:20]
        note = self.found.notes.get(block)
        if note is None:
            note = self._new(block, label, role or role_by_name(target, block))
        self.found.markers[self._whole_sign(link)] = (label, note.ref)

    def _new(self, block: Any, label: str, role: str) -> Note:
        shows = "plain"
        if label and any(sign_of(words_of(e)) == label and opens(e, block) for e in first_few(block)):
            shows = "raised"
        elif local_name(block) == "li" and local_name(block.getparent()) == "ol":
            shows = ""
        note = Note(f"note{len(self.found.notes) + 1}", label, role, shows)
        self.found.notes[block] = note
        return note

    def _look_inside(self, block: Any) -> tuple[bool, list[Any], set[Any]]:
        """Of a block: whether it holds a heading, what in it links lead to, where the links in it lead."""
        if block not in self._inside:
            heading, targets, leads = False, [], set()
            for element in block.iter():
                heading = heading or local_name(element) in HEADINGS
                if element in self._targets:
                    targets.append(element)
                if element in self._leads_to:
                    leads.add(self._leads_to[element])
            self._inside[block] = heading, targets, leads
        return self._inside[block]

    def _whole_sign(self, link: Any) -> Any:
        """The link, or the sup or span around it that holds nothing but the sign and its brackets."""
        whole = link
        for above in link.iterancestors():
            if local_name(above) not in ("sup", "span", "small") or sign_of(words_of(above)) is None:
                break
            whole = above
        return whole

    def _note_block(self, target: Any) -> Any:
        """The block that a note is, from the element that links to it name; None where that is none."""
        block = target if role_of(target) else self._block(target)
        if block is None or local_name(block) in HEADINGS or local_name(block) in ("body", "main", "html"):
            return None
        if block is not target and local_name(block) in ("section", "article", "nav", "table", "ul", "ol"):
            return None
        # Several places that links name: a list of notes, a chapter.
        for other in self._look_inside(block)[1]:
            name = other.get("id") or other.get("name") or ""
            apart = other is not target and not holds(target, other) and not holds(other, target)
            if apart and not role_of(block) and not _BACK_NAMED.search(name) and not is_page_name(name):
                return None
        for above in block.iterancestors():
            if local_name(above) not in _SINGLE or not self._is_one_note(above, target):
                break
            block = above
        if self._look_inside(block)[0] or sign_of(words_of(block)) is not None:
            return None
        return block

    def _is_one_note(self, element: Any, target: Any) -> bool:
        """Whether an element is the whole of the note that ``target`` names, and nothing else."""
        tag = local_name(element)
        named = " ".join(classes_of(element)) + " " + (element.get("id") or "")
        if tag in ("div", "section") and not (role_of(element) or _ONE_NOTE.search(named)):
            return False
        if types_of(element) & _MANY:
            return False
        return all(
            e is target or holds(target, e) or holds(e, target) or self._block(e) is self._block(target)
            for e in self._look_inside(element)[1]
        )

    def _block(self, element: Any) -> Any:
        """The nearest block that an element is or stands in."""
        if local_name(element) in BLOCKS:
            return element
        return next((above for above in element.iterancestors() if local_name(above) in BLOCKS), None)

    def _backlink(self, link: Any, target: Any) -> None:
        if not any(above in self.found.notes for above in (link, *link.iterancestors())):
            return
        words = words_of(link)
        to_marker = self._place[target] < self._place[link] and (
            bool(types_of(link) & _BACK_TYPES) or _BACK_WORDS.fullmatch(words) is not None
        )
        # A number that leads back stays: it is the note's own, and is marked as such.
        if to_marker and sign_of(words) is None:
            self.found.back.add(link)

    def _untied(self, element: Any) -> None:
        """A note by its type or class that no link names."""
        held = self.found.notes
        if element in held or any(above in held for above in element.iterancestors()):
            return
        if types_of(element) & _MANY or any(e in held or local_name(e) in HEADINGS for e in element.iter()):
            return
        if local_name(element) in ("a", "sup", "ol", "ul", "table", "body", "html"):
            return
        self._new(element, "", role_of(element) or "footnote")

    def _raised(self) -> None:
        """Raised numbers without links."""
        taken = self.found.markers
        openers: list[tuple[Any, str]] = []
        signs: list[tuple[Any, str]] = []
        for sup in self._signs:
            sign = sign_of(words_of(sup))
            if sign is None or sup in taken or any(e in taken or local_name(e) == "a" for e in sup.iter()):
                continue
            if local_name(sup.getparent()) == "a" or any(a in self.found.notes for a in sup.iterancestors()):
                continue
            block = self._block(sup)
            (openers if block is not None and opens(sup, block) else signs).append((sup, sign))
        self._tie(openers, signs)

    def _tie(self, openers: list[tuple[Any, str]], signs: list[tuple[Any, str]]) -> None:
        after = -1
        for opener, sign in openers:
            block = self._block(opener)
            if local_name(block) in HEADINGS or block in self.found.notes:
                continue
            fitting = [
                s for s, shown in signs if shown == sign and after < self._place[s] < self._place[opener]
            ]
            if not fitting:
                continue
            note = self._new(block, sign, role_by_name(block, block))
            if len(fitting) == 1:
                self.found.markers[fitting[0]] = (sign, note.ref)
                after = self._place[fitting[0]]
