"""What must hold of every document, whatever it was read from."""

from __future__ import annotations

from itertools import pairwise

from qa.types import Document, Mark


def assert_sound(document: Document) -> None:
    marks, text = document.marks, document.text
    assert all(0 <= mark.start <= mark.end <= len(text) for mark in marks)
    assert list(marks) == sorted(marks, key=lambda mark: (mark.start, mark.end))
    for mark in marks:
        if mark.kind in ("note", "heading", "front"):
            assert mark.start < mark.end
            assert text[mark.start : mark.end] == text[mark.start : mark.end].strip()
    notes = [mark.ref for mark in marks if mark.kind == "note"]
    assert len(notes) == len(set(notes))
    assert {mark.ref for mark in marks if mark.kind == "marker" and mark.ref} == set(notes)
    blocks = [mark for mark in marks if mark.kind in ("note", "heading", "front")]
    assert all(one.end <= two.start for one, two in pairwise(blocks))


def shown(document: Document, kind: str) -> list[str]:
    """The words under each mark of one kind."""
    return [document.text[mark.start : mark.end] for mark in document.marks if mark.kind == kind]


def marks(document: Document, kind: str) -> list[Mark]:
    return [mark for mark in document.marks if mark.kind == kind]
