"""Answers made by hand, with texts that would be markup, formulas or commands if anything took them so."""

from __future__ import annotations

from typing import Any

from qa.types import Answer, Phrase, Place, Quote, QuotedNote, Searched
from tests.works import LETTER

HOSTILE = {
    "markdown": "# Not a heading\n- no *list* [no](link) `no code` ![no](picture) <b>no tag</b> ~~n~~ ^n^",
    "lists": "1. one\n2) two\n(a) three\niv. four\n    not code\n\tnor this\n+ plus\n* star\n> said\n==\n---",
    "entities": "&amp; &lt;b&gt; &#42; \\&amp; &copy; AT&T",
    "latex": r"\input{/etc/passwd} {unbalanced \% $x_1^2$ ~ # & %",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> <!-- no --> <?php ?> ]]>",
    "formula": "=cmd|' /C calc'!A0",
    "formulas": "He said;=1+1\n-2+3\n\t@SUM(A1)\n+4;  =5\n'=6\n＝7",
    "quotes": "He said \"it's 'so'\" -- and... (c) (tm) ,, !!!!",
    "addresses": "www.example.org http://example.org/?a=b&c=d mailto:a@b.org @somebody #12 :smile: [^1]",
    "right to left": "הוא אמר \u202eשלום\u202c ושב. (abc)",
    "combining": "e\u0301\u0327 \u0301 * \u0308_a\u0308_ 👩\u200d🚀 ﬁ \u00ad \u200b",
    "spaces": "  two before \u00a0\u2003 and after \u00a0 \n\n\n  \n\u2028 last  ",
    "edges": "\n\n first empty\\\n\n",
    "backslashes": "\\ \\\\ \\\n\\* a\\",
    "fields": "ER  - \r\nTY  - BOOK\r\n@book{x, title={y}}",
    "word": 'HYPERLINK "http://x" { INCLUDETEXT c:\\\\x } ${x} <w:t>no</w:t>',
    "bold": "**no** __no__ ***",
}
"""By name: nothing here is a character that a page could not show."""

CONTROL = "a\x00b\x07c\x0bd\x0ce\x1b[31mf\x7fg\x85h\ud800i\ufffej\ufdd0k"
"""Characters that XML forbids, that no terminal should see, and that UTF-8 cannot hold."""

ARTICLE: dict[str, Any] = {
    "type": "article-journal",
    "title": "Spheres of Influence in Soviet Wartime Diplomacy",
    "author": [{"family": "Resis", "given": "Albert"}],
    "container-title": "Journal of Modern History",
    "volume": "53",
    "issue": "3",
    "page": "417–439",
    "issued": {"date-parts": [[1981]]},
}


def quote(text: str, number: int = 1, **changes: Any) -> Quote:
    """A quote of these words from a volume of letters."""
    csl = {**LETTER, "id": "frus1961-63v06/d7", "locator": "6", "label": "page"}
    fields: dict[str, Any] = {
        "number": number,
        "text": text,
        "clean": text,
        "document": "frus1961-63v06/d7",
        "document_id": "sha256:1",
        "start": 100,
        "end": 100 + len(text),
        "voice": "text",
        "pages": "6",
        "section": None,
        "phrase": None,
        "score": 0.8,
        "notes": (),
        "citation": "A letter, p. 6.",
        "csl": csl,
        "url": None,
        "source_file": "frus1961-63v06.xml",
        "source_sha256": "5" * 64,
        "reader": "frus/1",
    }
    return Quote(**{**fields, **changes})


def phrase(text: str, words: str) -> Phrase:
    """The phrase ``words`` of a quote of ``text``."""
    start = 100 + text.index(words)
    return Phrase(start, start + len(words), words)


def answer(
    *quotes: Quote, answered: bool = True, question: str = "What did he say?", **changes: Any
) -> Answer:
    """An answer of these quotes, or one that shows them as what came nearest."""
    fields: dict[str, Any] = {
        "question": question,
        "after": (),
        "answered": answered,
        "confidence": 0.87,
        "quotes": quotes if answered else (),
        "nearest": () if answered else quotes,
        "searched": Searched(2, 31),
        "seconds": 0.08,
    }
    return Answer(**{**fields, **changes})


def everything_hostile(text: str) -> Answer:
    """An answer that says ``text`` wherever an answer has words."""
    return answer(
        quote(
            text,
            document=text,
            section=text,
            pages=text,
            citation=text,
            notes=(QuotedNote(text, text, 0, 1),),
            also_at=(Place(text, 0, 1, text, text),),
            source_file=text,
            url=f"javascript:{text}",
            csl={
                "id": text,
                "type": "document",
                "title": text,
                "author": [{"family": text, "given": text}],
                "archive": text,
                "publisher": text,
                "locator": text,
                "label": "page",
                "URL": text,
            },
        ),
        question=text,
    )
