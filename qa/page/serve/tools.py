"""The page's tools for programs, as functions: plain JSON in and out, in the words of the commands.

What ``ask`` gives is what ``qa ask --json`` prints. What the docstrings say is what programs are told of the
tools.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from qa.errors import UsageError
from qa.page.serve import watching
from qa.page.shelves.shelf import Filter, Listing

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.page.serve.opening import Opening


MOST_LINES = 1_000
MOST_DOCUMENTS = 1_000
LONGEST_DRAFT = 2_000_000
"""Characters of a draft: several books."""

Order = Literal["document", "left", "right", "words", "date"]
Where = Literal["everywhere", "text", "notes"]


class Tools:
    """The tools as functions. Each raises IbidError."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._listing = Listing()

    @property
    def _assistant(self) -> Assistant:
        return self._opening.assistant()

    def ask(
        self,
        question: str,
        after: list[str] | None = None,
        limit: int = 3,
        documents: list[str] | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        confidence: float | None = None,
    ) -> dict[str, Any]:
        """Asks the library a question and gives the answer in the documents' own words: verbatim quotes, each
        with its place, its notes and a citation. Nothing in a quote is generated. Where the documents hold no
        answer, "answered" is false and "nearest" holds the passages that came closest.

        Args:
            question: the question, in a sentence or two; at most 2,000 characters
            after: the questions asked before, oldest first, where this one leans on them
            limit: the most quotes that are wanted, 1 to 50
            documents: only these documents, source files, or all whose name begins so
            date_from: only documents dated on or after this day, month or year: 1945-11-22, 1945-11, 1945
            date_to: only documents dated on or before it
            confidence: answer only when the first quote is at least this likely to answer, 0 to 1
        """
        from qa.receipts import answer_to_dict

        return answer_to_dict(
            watching.ask(
                self._assistant,
                question,
                after=tuple(after or ()),
                limit=limit,
                documents=tuple(documents or ()),
                date_from=date_from,
                date_to=date_to,
                threshold=confidence,
            )
        )

    def documents(
        self,
        words: str = "",
        sender: str = "",
        recipient: str = "",
        collection: str = "",
        type: str = "",
        date_from: str = "",
        date_to: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> dict[str, Any]:
        """Lists the documents in the library, in the order in which they were read: name, title, date,
        sender, recipient, collection, type and size of each. "total" counts all that match.

        Args:
            words: words that all stand in title, name, date or persons
            sender: words of who wrote it
            recipient: words of whom it was written to
            collection: words of the collection that it lies in
            type: its type in CSL: letter, telegram, book, …
            date_from: dated on or after this day, month or year: 1945-11-22, 1945-11, 1945
            date_to: dated on or before it
            offset: how many of those that match are passed over
            limit: how many are listed, 1 to 1,000
        """
        _page(offset, limit, MOST_DOCUMENTS)
        wanted = Filter(words, sender, recipient, collection, type, date_from, date_to)
        found = self._listing.read(self._assistant.library).found(wanted)
        listed = [asdict(one) for one in found[offset : offset + limit]]
        for one in listed:
            # What has a "path" is a file to gradio_client, which tries to fetch it.
            del one["path"]
        return {"total": len(found), "documents": listed}

    def document(self, name: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Gives one document: its text to the letter, its marks (pages, notes and their markers, headings)
        and what is known about it. Offsets count characters of the whole text, as those of quotes do.

        Args:
            name: the document's name, as quotes and the list of documents give it
            start: give the text from this character on
            end: give the text up to this character; all of it where this is left out
        """
        library = self._assistant.library
        with library.view(searching=False):
            document = library.document(name)
            source = library.source_of(document.name)
            edits = library.edits(document.name)
        last = len(document.text) if end is None else end
        if not 0 <= start <= last:
            raise UsageError("start and end must be 0 or more, and start no more than end.")
        known = asdict(document.metadata)
        marks = (mark for mark in document.marks if mark.start < last and mark.end >= start)
        return {
            "document": document.name,
            "start": start,
            "end": min(last, len(document.text)),
            "characters": len(document.text),
            "text": document.text[start:last],
            "marks": [asdict(mark) for mark in marks],
            "metadata": {**known, "csl": dict(document.metadata.csl)},
            "edited": dict(edits),
            "source": {"name": source.name, "sha256": source.sha256, "reader": source.reader},
        }

    def concordance(
        self,
        words: str,
        whole: bool = True,
        stems: bool = False,
        variants: bool = False,
        where: Where = "everywhere",
        order: Order = "document",
        documents: list[str] | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> dict[str, Any]:
        """Finds every place where a word or phrase stands, none left out, with the words around it (keyword
        in context), counted by document and by year.

        Args:
            words: the word or phrase; * stands for any letters of a word
            whole: whole words only
            stems: other forms of each word as well: weapons for weapon
            variants: other spellings and names as well: Tchitcherin for Chicherin
            where: everywhere, in the text alone, or in the notes alone
            order: as the documents were read; by the words left, right or found; or by date
            documents: only these documents, source files, or all whose name begins so
            date_from: only documents dated on or after this day, month or year: 1945-11-22, 1945-11, 1945
            date_to: only documents dated on or before it
            offset: how many places are passed over
            limit: how many are given, 0 to 1,000
        """
        from qa.concordance import Sought, of

        _page(offset, max(limit, 1), MOST_LINES)
        library = self._assistant.library
        concordancer = of(library)
        with library.view(searching=False):
            found = concordancer.find(
                Sought(words, whole, stems, variants, where),
                documents=tuple(documents or ()),
                date_from=date_from,
                date_to=date_to,
            )
            numbers = found.ordered(order)[offset : offset + max(limit, 0)].tolist()
            return concordancer.as_dict(found, numbers)

    def check_draft(self, text: str, name: str = "draft.md", style: str | None = None) -> dict[str, Any]:
        """Checks every quotation in a draft against the library: exact, altered (with what differs), joined
        from several places, attributed to the wrong document or page, or not found; each with the citation of
        where its words stand.

        Args:
            text: the draft, as Markdown or plain text
            name: what the draft is called in the answer
            style: the style of citations: an id of zotero.org/styles, such as apa
        """
        from qa.draft import as_dict, checker_for
        from qa.draft.manuscript import of_text

        if len(text) > LONGEST_DRAFT:
            raise UsageError(
                f"The draft has {len(text):,} characters; {LONGEST_DRAFT:,} are the most. Check it in parts."
            )
        assistant = self._assistant
        # The page's own pane checks with the same one: its words are read once.
        checked = checker_for(assistant.library).check(of_text(name, text), style=style or assistant.style)
        return as_dict(checked)

    def verify(self, answers: list[dict[str, Any]]) -> dict[str, Any]:
        """Checks quotes that were saved earlier against their source files as they are now: exact, moved,
        changed (with the difference) or gone.

        Args:
            answers: what ask gave, one answer or several
        """
        from qa import receipts

        sources = self._assistant.library.sources()
        known: dict[str, str] = {}
        for source in reversed(sources):
            known[source.name] = known[source.path] = source.path
        inside = [_inside(answer, known) for answer in answers]
        checks = receipts.verify(inside, sources=sources)
        counts = Counter[str](check.status for check in checks)
        told = [asdict(check) for check in checks]
        return {
            "quotes": len(checks),
            **{status: counts[status] for status in ("exact", "moved", "changed", "gone")},
            "checks": told,
        }


def _inside(answer: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """A saved answer whose quotes name files of the library alone: nobody reads others through it."""

    def placed(quote: Any) -> Any:
        if not isinstance(quote, dict):
            return quote
        path = known.get(str(quote.get("source_path"))) or known.get(str(quote.get("source_file")))
        # A path that there is not: what was read from it is gone.
        return {**quote, "source_path": path or f"{quote.get('source_file')} (not in the library)"}

    lists = {
        name: [placed(quote) for quote in answer[name]]
        for name in ("quotes", "nearest")
        if isinstance(answer.get(name), list)
    }
    return {**answer, **lists}


def _page(offset: int, limit: int, most: int) -> None:
    if offset < 0 or not 1 <= limit <= most:
        raise UsageError(f"offset must be 0 or more, and limit between 1 and {most:,}.")
