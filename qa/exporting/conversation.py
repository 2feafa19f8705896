"""What every export of a conversation needs: the questions in order, the quotes, how each is cited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qa.citing import NOTES, Run, Works, cited
from qa.types import Answer, Quote

VOICES = {"heading": "a heading", "front": "front matter"}
NOTE_KINDS = {
    "footnote": "a footnote",
    "endnote": "an endnote",
    "source": "a source note",
    "comment": "a comment in the margin",
}
NO_ANSWER = "Not answered: the sources hold no answer that can be quoted."
NEAREST = "What came nearest, not an answer"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with what it was answered with. ``near``: the quotes are no answer, but what came
    nearest."""

    number: int
    answer: Answer
    near: bool
    quotes: tuple[Quote, ...]

    @property
    def searched(self) -> str:
        """ "Searched 2 documents, 31 passages." """
        found = self.answer.searched
        return f"Searched {_count(found.documents, 'document')}, {_count(found.passages, 'passage')}."


class Conversation:
    """Answers in the order in which they were given.

    style    a citation style as ``qa.citing.cite`` takes it; None: notes stand as the answers gave them,
             the list of works is in Chicago style
    nearest  whether what came nearest to questions without an answer is shown
    Raises UsageError for a style that cannot be found or used."""

    def __init__(self, answers: Sequence[Answer], *, style: str | None = None, nearest: bool = True) -> None:
        self.style = style
        self.turns = tuple(
            Turn(
                number,
                answer,
                not answer.answered,
                answer.quotes if answer.answered else answer.nearest if nearest else (),
            )
            for number, answer in enumerate(answers, start=1)
        )
        self.quotes = tuple(quote for turn in self.turns for quote in turn.quotes)

    @cached_property
    def works(self) -> Works:
        """Everything quoted, each work once."""
        return Works((item(quote) for quote in self.quotes), style=self.style or NOTES)

    def citation(self, quote: Quote) -> tuple[Run, ...]:
        """What the note to a quote holds."""
        if self.style is not None:
            return self.works.cite(item(quote))
        runs = cited(item(quote))
        stated = line(quote.citation)
        return runs if "".join(run.text for run in runs) == stated else (Run(stated),)

    def earlier(self, turn: Turn) -> tuple[str, ...]:
        """The questions that this one followed upon and that do not stand above it."""
        above = {one.answer.question for one in self.turns[: turn.number - 1]}
        return tuple(question for question in turn.answer.after if question not in above)

    @cached_property
    def files(self) -> tuple[tuple[str, str], ...]:
        """(name, SHA-256) of every source file that is quoted, in order."""
        return tuple(dict.fromkeys((quote.source_file, quote.source_sha256) for quote in self.quotes))


def item(quote: Quote) -> dict[str, Any]:
    """The CSL-JSON item of a quote; of an answer made by hand at least the document's name."""
    return {"id": quote.document, "title": quote.document, **quote.csl}


def place(quote: Quote) -> str:
    """Where a quote stands and whose words it is, where they are not the text's own: "pp. 921–922, a
    footnote"; and whether a program read them off a picture. "" where there is nothing to say."""
    voice = (
        NOTE_KINDS[quote.note_kind or "footnote"] if quote.voice == "note" else VOICES.get(quote.voice, "")
    )
    seen = "recognised by OCR" if quote.recognised else ""
    return ", ".join(part for part in (pages(quote.pages), quote.section, voice, seen) if part)


def pages(numbers: str | None) -> str:
    """ "p. 921", "pp. 921–922", "" where the source has no pages."""
    if not numbers:
        return ""
    return f"{'pp.' if re.search('[–,]|[0-9]-[0-9]', numbers) else 'p.'} {numbers}"


def phrase(quote: Quote) -> tuple[int, int] | None:
    """Where the answer phrase stands in the quote's text."""
    if quote.phrase is None:
        return None
    start, end = quote.phrase.start - quote.start, quote.phrase.end - quote.start
    inside = 0 <= start < end <= len(quote.text) and quote.text[start:end] == quote.phrase.text
    return (start, end) if inside else None


def line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(text.split())


# Characters that no page can show, or that a file format forbids, stand as something that can be seen.
_SHOWN = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "␡",
    **dict.fromkeys(range(128, 160), "�"),
    **dict.fromkeys(range(64976, 65008), "�"),
    **{plane * 0x10000 + low: "\ufffd" for plane in range(17) for low in (0xFFFE, 0xFFFF)},
}
_UNSHOWN = "Control characters, which cannot be printed, stand as their signs (␀ to ␟, ␡, \ufffd)."


def shown(text: str) -> str:
    """``text`` with control characters, lone surrogates and noncharacters as signs that can be seen; line
    feeds and tabs stay. Nothing else is changed, and nothing at all in a text without them."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text.translate(_SHOWN))


def remark(conversation: Conversation) -> str:
    """What a reader must be told of signs in the quotes; "" where they are to the letter throughout."""
    texts = [quote.text for quote in conversation.quotes]
    texts += [note.text for quote in conversation.quotes for note in quote.notes]
    return _UNSHOWN if any(shown(text) != text for text in texts) else ""


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is one of a script written from right to left."""
    found = (unicodedata.bidirectional(c) for c in text)
    return next((kind in {"R", "AL"} for kind in found if kind in {"L", "R", "AL"}), False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
