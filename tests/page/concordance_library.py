"""A small library with dates of every kind, and markup where documents hold words."""

from __future__ import annotations

from qa.assistant import Assistant
from qa.page.serve.opening import Opening
from qa.types import Document, Metadata
from tests.library import shelf
from tests.page.examples import ATTACK

DATES = {
    "a.txt": ("1945-11-22", None),
    "b.txt": ("1945", "1945~"),
    "c.txt": ("1947-02", "1947-02/1948"),
    "d.txt": (None, None),
    "e.txt": ("1947-02-03", None),
}


def open_library(place: str) -> Opening:
    """Five documents in which "wheat" stands twice, and "rye" in one of them; their titles and words are full
    of markup."""
    library = shelf.opened(place)
    for name, (date, edtf) in DATES.items():
        more = " Rye." if name == "a.txt" else ""
        text = f"{ATTACK}\n\nThe wheat of {name} {ATTACK} was sold; wheat is dear.{more}"
        known = Metadata(title=f"Letter {name} {ATTACK}", date=date, edtf=edtf)
        shelf.put(library, f"/{name}", Document(name, text, (), known))
    return Opening.done(Assistant(library, shelf.ENCODER))
