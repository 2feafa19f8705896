"""What holds for all texts of one TEI file: its ids, its notes and what points to them, its pages."""

from __future__ import annotations

from typing import Any

from qa.reading.tei_xml import XML_ID, local_name, page_label

MAX_PAGE = 12
"""Characters up to which a transcribed page number is one."""

ROOTS = frozenset({"TEI", "TEI.2", "teiCorpus", "teiCorpus.2"})
UNSEEN = frozenset(
    """teiHeader standOff facsimile sourceDoc xenoData fw del rdg rdgGrp wit figDesc graphic media desc interp
    interpGrp certainty precision respons index metamark handShift""".split()
)


class Work:
    """What holds for all texts of one TEI element: its ids, its notes and what points to them, its pages."""

    def __init__(self, top: Any, units: frozenset[Any], entities: dict[str, str]) -> None:
        self.units = units
        self.entities = entities
        self.known = {e.get(XML_ID): e for e in top.iter() if e.get(XML_ID)}
        self.pointers: dict[Any, list[Any]] = {}
        self.anchored: dict[str, list[Any]] = {}
        for element in top.iter():
            note = self.note_pointed_to(element)
            if note is not None and self.text_of(element) is not None:
                self.pointers.setdefault(note, []).append(element)
        # A note may itself say what it is a note to: <note target="#a1"> and <anchor xml:id="a1"/>.
        self.anchors: set[Any] = set()
        for note in (e for e in top.iter() if local_name(e) == "note" and e not in self.pointers):
            for target in _local(note.get("target")):
                if target in self.known and note not in self.anchors:
                    self.anchored.setdefault(target, []).append(note)
                    self.anchors.add(note)
        self.labels, self.begins = _pages(top, units)

    def note_pointed_to(self, element: Any) -> Any:
        """The note that a ``ref`` or ``ptr`` points to; None for all else."""
        if local_name(element) in ("ref", "ptr"):
            for target in _local(element.get("target")):
                note = self.known.get(target)
                if note is not None and local_name(note) == "note":
                    return note
        return None

    def text_of(self, element: Any) -> Any:
        """The unit whose words an element's are; None where they are left out."""
        while element is not None and element not in self.units:
            if local_name(element) in UNSEEN:
                return None
            element = element.getparent()
        return element


def _local(target: str | None) -> list[str]:
    return [part[1:] for part in (target or "").split() if part.startswith("#")]


def _pages(top: Any, units: frozenset[Any]) -> tuple[dict[Any, str], dict[Any, str]]:
    """What the page that begins at each break is called, and the page that each unit begins on."""
    breaks = [e for e in top.iter() if local_name(e) == "pb"]
    # The pages of one edition only, where those of several are marked.
    edition = next((e.get("ed") for e in breaks if e.get("ed")), None)
    breaks = [e for e in breaks if e.get("ed") in (None, edition)]
    labels: dict[Any, str] = {}
    for number, element in enumerate(breaks, 1):
        labels[element] = page_label(element) or f"[{number}]"
    begins: dict[Any, str] = {}
    last, at = None, None
    for element in top.iter():
        if element in labels:
            last, at = element, labels[element]
        elif element in units and at is not None:
            begins[element] = at
        elif last is not None and page_label(last) is None and local_name(element) == "fw":
            words = "".join(element.itertext()).strip(" \t\r\n.[]()–—-")
            if (element.get("type") or "").lower() in ("pagenum", "pagenumber", "folio") and (
                0 < len(words) <= MAX_PAGE
            ):
                labels[last] = at = words
    return labels, begins
