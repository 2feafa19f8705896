"""A conversation as Markdown: quotes as block quotes to the letter, citations as footnotes.

Written in CommonMark with footnotes (``[^1]``), as Pandoc, GitHub and most editors read it. Whatever would be
markup in a quote, a question or a citation is escaped, so that what a reader sees is the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.citing import Run
from qa.exporting.conversation import (
    NEAREST,
    NO_ANSWER,
    Conversation,
    Turn,
    line,
    phrase,
    place,
    remark,
    shown,
)
from qa.types import Quote

# Backslashes work before every sign of ASCII. These are markup anywhere in CommonMark, in Pandoc's Markdown
# or in GitHub's, or would be "improved" by programs that set curly quotes.
_ANYWHERE = re.compile(r"""[\\`*_{}\[\]<>#+!|~&$^"'@]""")
# These only in some places: a list's or heading's sign at the beginning of a line, dashes and dots that
# would become others, addresses and signs by name that would become links and pictures.
_SOMEWHERE = re.compile(
    r"(?<=[-=])[-=]|^[-=]|(?<=\.)\.|(?<=,),|(?<=\?)\?|(?<=www)\.|:(?=//|\w+:)|\((?=\w{1,2}\))|^[%:]",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)([.)])(?=\s|$)")


def markdown(conversation: Conversation) -> str:
    """The whole conversation, ending in a line feed."""
    notes: list[str] = []
    parts = ["# Questions and answers"]
    for turn in conversation.turns:
        parts += _turn(conversation, turn, notes)
    if conversation.quotes:
        parts.append("## Works quoted")
        entries = [f"- {_typed(entry)}" for entry in conversation.works.entries()]
        parts.append("\n".join(entries))
        parts.append("## Source files")
        files = [f"- {text(name)}, SHA-256 {text(sha256)}" for name, sha256 in conversation.files]
        parts.append("\n".join(files))
        parts.append(_made(conversation))
    parts += notes
    return "\n\n".join(part for part in parts if part) + "\n"


def text(words: str) -> str:
    """``words`` on one line, as Markdown that is read as just these words."""
    return _escaped(shown(line(words)))


def quoted(words: str, bold: tuple[int, int] | None = None) -> str:
    """``words`` to the letter as a block quote: white space at the edges of lines and line breaks too.
    ``bold`` is a range of them that is set in bold, where Markdown can."""
    seen = shown(words)
    if bold and _can_be_bold(seen, *bold):
        start, end = bold
        pieces = [seen[:start], seen[start:end], seen[end:]]
    else:
        pieces = [seen]
    # Line by line, for a sign may be markup at the beginning of a line only. What a noncharacter stands for
    # is bold's beginning or end.
    lines = "\ufdd0".join(pieces).rstrip("\n").split("\n")
    made = [f"> {_line(each)}\\" for each in lines]
    # A backslash would end no last line, and stand there as itself.
    return "\n".join(made)[:-1] + "&#10;" * (len(seen) - len(seen.rstrip("\n")))


def _line(words: str) -> str:
    pieces = words.split("\ufdd0")
    whole = "".join(pieces)
    lead = len(whole) - len(whole.lstrip())
    tail = len(whole.rstrip())
    made, at = [], 0
    escaped = _escaped_characters(whole)
    for piece in pieces:
        signs = []
        for position in range(at, at + len(piece)):
            edge = position < lead or position >= tail
            signs.append(f"&#{ord(whole[position])};" if edge else escaped[position])
        made.append("".join(signs))
        at += len(piece)
    return "**".join(made)


def _escaped(words: str) -> str:
    return "".join(_escaped_characters(words))


def _escaped_characters(words: str) -> list[str]:
    """Each character of one line, with a backslash before it where it would be markup."""
    marked = {match.start() for match in _ANYWHERE.finditer(words)}
    marked |= {match.start() for match in _SOMEWHERE.finditer(words)}
    if match := _ITEM.match(words):
        marked.add(match.start(1))
    return [("\\" + c if i in marked else c) for i, c in enumerate(words)]


def _can_be_bold(words: str, start: int, end: int) -> bool:
    """Whether ``**`` before and after is taken for bold whatever stands around it: within one paragraph,
    with a letter or figure at both ends."""
    return words[start].isalnum() and words[end - 1].isalnum()


def _typed(runs: Iterable[Run]) -> str:
    """Runs as Markdown: italics with asterisks, other kinds of type plain."""
    made = []
    for run in runs:
        words = _escaped(shown(run.text))
        core = words.strip()
        if "italic" in run.types and core and core[0].isalnum() and core[-1].isalnum():
            lead = words[: len(words) - len(words.lstrip())]
            words = f"{lead}*{core}*{words[len(words.rstrip()) :]}"
        made.append(words)
    return "".join(made)


def _turn(conversation: Conversation, turn: Turn, notes: list[str]) -> list[str]:
    parts = [f"## {text(turn.answer.question)}"]
    if earlier := conversation.earlier(turn):
        parts.append("Asked after: " + "; ".join(text(question) for question in earlier))
    if turn.near:
        parts.append(f"**{NO_ANSWER}** {turn.searched}")
        if turn.quotes:
            parts.append(f"{NEAREST}:")
    for quote in turn.quotes:
        parts += _quote(conversation, turn, quote, notes)
    return parts


def _quote(conversation: Conversation, turn: Turn, quote: Quote, notes: list[str]) -> list[str]:
    number = len(notes) + 1
    notes.append(f"[^{number}]: {_typed(conversation.citation(quote))}")
    what = "Nearest" if turn.near else "Quote"
    label = ", ".join(part for part in (f"{what} {quote.number}", place(quote)) if part)
    parts = [quoted(quote.text, None if turn.near else phrase(quote)), f"{text(label)}[^{number}]"]
    for note in quote.notes:
        parts += [f"Note {text(note.marker)} to this quote:", quoted(note.text)]
    for other in quote.also_at:
        parts.append(f"The same words also at: {text(other.citation)}")
    return parts


def _made(conversation: Conversation) -> str:
    return " ".join(
        part
        for part in (
            "Every block quote stands to the letter as in its source file.",
            text(remark(conversation)),
        )
        if part
    )
