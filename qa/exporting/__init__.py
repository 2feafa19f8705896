"""Answers and whole conversations as files for other programs.

to        what                                                         from
markdown  block quotes to the letter, citations as footnotes            markdown.py
docx      the same in Word, with real footnotes                        docx.py
bibtex, ris, csl-json  every work that is quoted, once                 references.py
text      the list of works as plain text, in a citation style         references.py
csv       one row a quote, safe to open in a spreadsheet               spreadsheet.py

Text from documents, file names and questions is data: in no export does it become markup, a formula, a field
or a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.errors import UsageError
from qa.exporting.conversation import Conversation
from qa.types import Answer

__all__ = ["FORMATS", "Format", "export", "format_of"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how its name ends, its media type, what it is in a few words for a person."""

    suffix: str
    media_type: str
    words: str

    @property
    def binary(self) -> bool:
        """Whether it is no text that a terminal could show."""
        return self.suffix == ".docx"


FORMATS: Mapping[str, Format] = {
    "markdown": Format(".md", "text/markdown; charset=utf-8", "Markdown"),
    "docx": Format(
        ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"
    ),
    "bibtex": Format(".bib", "application/x-bibtex; charset=utf-8", "BibTeX"),
    "ris": Format(".ris", "application/x-research-info-systems; charset=utf-8", "RIS"),
    "csl-json": Format(".json", "application/vnd.citationstyles.csl+json", "CSL-JSON"),
    "csv": Format(".csv", "text/csv; charset=utf-8", "CSV"),
    "text": Format(".txt", "text/plain; charset=utf-8", "a list of works"),
}


def format_of(name: str) -> str | None:
    """The format that a file's name asks for by its end; None where it asks for none."""
    lowered = name.lower()
    return next((to for to, each in FORMATS.items() if lowered.endswith(each.suffix)), None)


def export(
    answers: Sequence[Answer],
    to: str,
    *,
    style: str | None = None,
    nearest: bool = True,
    made: datetime | None = None,
) -> bytes:
    """``answers``, in the order in which they were given, as a file of the format ``to`` (one of FORMATS).

    style    the citation style: one of qa.citing.STYLES, another style's id, or a ``.csl`` file; without it
             notes stand as the answers gave them, and lists of works are in Chicago style
    nearest  whether what came nearest to a question without an answer is shown, as such
    made     the time that a Word file's properties give; now, without it
    Raises UsageError for an unknown format or style, and where there is no answer."""
    if to not in FORMATS:
        raise UsageError(f"No format {to!r}. Choose one of: {', '.join(FORMATS)}.")
    if not answers:
        raise UsageError("There is no answer to export yet. Ask a question first.")
    conversation = Conversation(answers, style=style, nearest=nearest)
    if to == "docx":
        from qa.exporting.docx import docx

        return docx(conversation, made=made)
    return _text(conversation, to).encode("utf-8", "replace")


def _text(conversation: Conversation, to: str) -> str:
    from qa.exporting import references
    from qa.exporting.markdown import markdown
    from qa.exporting.spreadsheet import as_csv

    made = {
        "markdown": markdown,
        "bibtex": references.as_bibtex,
        "ris": references.as_ris,
        "csl-json": references.as_csl_json,
        "csv": as_csv,
        "text": references.as_text,
    }
    return made[to](conversation)
