"""Quotes and a document with every kind of mark, made by hand."""

from __future__ import annotations

from qa.types import Answer, Document, Mark, Metadata, Phrase, Quote, QuotedNote, Searched

ATTACK = '<script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'>'

TEXT = (
    "No. 12\n\nThe Envoy to the Minister\n\nThe talks broke off [Page 8] at noon.3 Nobody was surprised.\n\n"
    "A second paragraph.\nWith a line of its own.\n\n3. The noon of the capital."
)


def document(text: str = TEXT, **metadata: str) -> Document:
    """A document in which "[Page 8]" and "3" are printed, and page 9 and note 4 are not."""

    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    marks = [
        Mark("page", 0, 0, "7"),
        Mark("front", *at("No. 12")),
        Mark("heading", *at("The Envoy to the Minister")),
        Mark("page", *at("[Page 8]"), "8"),
        Mark("marker", at("noon.3")[1] - 1, at("noon.3")[1], "3", "n1"),
        Mark("marker", at("surprised.")[1], at("surprised.")[1], "4", "n2"),
        Mark("page", at("With a line")[0], at("With a line")[0], "9"),
        Mark("note", *at("3. The noon of the capital."), "3", "n1"),
    ]
    marks.sort(key=lambda mark: (mark.start, mark.end))
    return Document("letters/<b>12</b>.txt", text, tuple(marks), Metadata(**metadata))


def quote(number: int = 1, **changes: object) -> Quote:
    """The sentence across the page break, with its phrase and its note."""
    words = "The talks broke off [Page 8] at noon.3"
    start = TEXT.index(words)
    phrase = TEXT.index("at noon")
    fields: dict[str, object] = {
        "number": number,
        "text": words,
        "clean": "The talks broke off at noon.",
        "document": "letters/<b>12</b>.txt",
        "document_id": "sha256:0",
        "start": start,
        "end": start + len(words),
        "voice": "text",
        "pages": "7–8",
        "section": None,
        "phrase": Phrase(phrase, phrase + len("at noon"), "at noon"),
        "score": 0.8,
        "notes": (QuotedNote("3", "3. The noon of the capital.", TEXT.index("3. The"), len(TEXT)),),
        "citation": "The Envoy to the Minister, pp. 7–8.",
        "csl": {},
        "url": None,
        "source_file": "12.txt",
        "source_sha256": "0",
    }
    return Quote(**{**fields, **changes})  # type: ignore[arg-type]


def answer(*quotes: Quote, answered: bool = True, confidence: float = 0.87) -> Answer:
    """An answer of these quotes, or one that has none and shows them as nearest."""
    return Answer(
        question="When did the talks break off?",
        after=(),
        answered=answered,
        confidence=confidence,
        quotes=quotes if answered else (),
        nearest=() if answered else quotes,
        searched=Searched(2, 31),
        seconds=0.08,
    )
