"""Looking a phrase up the slow way: character by character, by rules written down a second time."""

from __future__ import annotations

import unicodedata

from qa.types import Document

_LIKE = dict.fromkeys("‘’‚‛′ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
_APPARATUS = -1


def places(document: Document, words: str) -> set[tuple[int, int]]:
    """The ranges of the text where ``words`` stand as whole words: capitals, forms of quotation marks and of
    dashes, runs of white space, page marks and notes' markers do not count; notes stand by themselves. Knows
    nothing of hyphens at line ends, nor of letters that are written with two characters."""
    wanted = _plain(words).strip()
    voices = _voices(document)
    found = set()
    for voice in set(voices) - {_APPARATUS}:
        letters = _letters(document, voices, voice)
        text = "".join(letter for letter, _ in letters)
        for at in range(len(text) - len(wanted) + 1):
            end = at + len(wanted)
            if text[at:end] == wanted and not _cuts_a_word(text, at, end):
                first, last = letters[at][1], letters[end - 1][1]
                if _part(document, first) == _part(document, last):
                    found.add((first, last + 1))
    return found


def _voices(document: Document) -> list[int]:
    """For each character 0, the number of its note, or _APPARATUS."""
    found = [0] * len(document.text)
    for number, mark in enumerate(document.marks, start=1):
        if mark.kind == "note":
            found[mark.start : mark.end] = [number] * (mark.end - mark.start)
    for mark in document.marks:
        if mark.kind in ("page", "marker", "apparatus"):
            found[mark.start : mark.end] = [_APPARATUS] * (mark.end - mark.start)
    return found


def _letters(document: Document, voices: list[int], voice: int) -> list[tuple[str, int]]:
    """The characters of one voice, folded, each with its place; of white space one space."""
    found: list[tuple[str, int]] = []
    for at, character in enumerate(document.text):
        if voices[at] == voice:
            for plain in _plain(character):
                if not (plain == " " and found and found[-1][0] == " "):
                    found.append((plain, at))
    return found


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start].isalnum() and text[start - 1].isalnum()
    return before or (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())


def _part(document: Document, at: int) -> set[int]:
    """The headings and front matter that a character is of."""
    return {
        number
        for number, mark in enumerate(document.marks)
        if mark.kind in ("heading", "front") and mark.start <= at < mark.end
    }


def _plain(text: str) -> str:
    text = "".join(_LIKE.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    return "".join(" " if letter.isspace() else letter for letter in text.casefold())
