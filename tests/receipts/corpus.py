"""One known text in every kind of file that can be read, with a note to each paragraph."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.reading.packing import docx
from tests.reading.test_editions import tei
from tests.reading.test_epub import epub, page
from tests.reading.test_odt import note as odt_note
from tests.reading.test_odt import odt
from tests.reading.test_odt import p as odt_p
from tests.reading.typesetting import Book, Footnote, Sentence, Style, Writer

PARAGRAPHS = 16


@dataclass(frozen=True, slots=True)
class Known:
    """Paragraphs of sentences; the first sentence of each has a note."""

    paragraphs: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def with_change(self, old: str, new: str) -> Known:
        """The same with one sentence or note in place of another."""
        return Known(
            tuple(tuple(new if s == old else s for s in sentences) for sentences in self.paragraphs),
            tuple(new if note == old else note for note in self.notes),
        )

    @property
    def sentences(self) -> list[str]:
        return [sentence for sentences in self.paragraphs for sentence in sentences]


def english(seed: int) -> Known:
    writer = Writer(seed)
    paragraphs = [tuple(s.words for s in writer.paragraph()) for _ in range(PARAGRAPHS)]
    return Known(tuple(paragraphs), tuple(writer.sentence().words for _ in paragraphs))


def russian(seed: int) -> Known:
    chance = random.Random(seed)
    words = "посол нарком телеграмма нота граница переговоры соглашение поставки зима правительство".split()

    def sentence(number: int) -> str:
        return f"Документ {number}: {' '.join(chance.choices(words, k=9))} в 19{number % 50:02} году."

    paragraphs = tuple(tuple(sentence(10 * n + k) for k in range(4)) for n in range(PARAGRAPHS))
    return Known(paragraphs, tuple(f"Примечание {n}: {chance.choice(words)}." for n in range(PARAGRAPHS)))


def text(known: Known) -> str:
    return "\n\n".join(" ".join(sentences) for sentences in known.paragraphs)


def pages(known: Known) -> str:
    held = [" ".join(sentences) for sentences in known.paragraphs]
    return "\f".join(
        f"{n + 7}\n\n" + "\n\n".join(held[i : i + 4]) for n, i in enumerate(range(0, len(held), 4))
    )


def telegram(known: Known) -> str:
    """As it is copied from a page: markers glued to words, page marks in sentences, the notes at the end."""
    body = []
    for number, (first, *others) in enumerate(known.paragraphs, 1):
        words = " ".join(others).split()
        middle = len(words) // 2
        rest = " ".join([*words[:middle], f"[Page {number + 900}]", *words[middle:]]) if others else ""
        body.append(f"{first}{number + 6} {rest}".strip())
    notes = "\n".join(f"{n}. {note}" for n, note in enumerate(known.notes, 1))
    head = "The Ambassador in the Soviet Union (Harriman) to the Secretary of State"
    return (
        f"711.61/11–2245: Telegram\n\n{head}\n\nMoscow, November 22, 1945.\n\n"
        + "\n\n".join(body)
        + f"\n\n{notes}\n"
    )


def word(known: Known) -> bytes:
    def run(words: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'

    body = "".join(
        f'<w:p>{run(first)}<w:r><w:footnoteReference w:id="{n}"/></w:r>{run(" " + " ".join(rest))}</w:p>'
        for n, (first, *rest) in enumerate(known.paragraphs, 1)
    )
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p>{run(note)}</w:p></w:footnote>' for n, note in enumerate(known.notes, 1)
    )
    return docx(body, footnotes=notes)


def opendocument(known: Known) -> bytes:
    return odt(
        "".join(
            odt_p(first + odt_note(n, note) + " " + " ".join(rest))
            for n, ((first, *rest), note) in enumerate(zip(known.paragraphs, known.notes, strict=True), 1)
        )
    )


def web(known: Known) -> str:
    body = "".join(
        f"<p>{first}<sup><a href='#fn{n}' id='r{n}'>{n}</a></sup> {' '.join(rest)}"
        f"<span class='pb'>[Page {n + 10}]</span></p>"
        for n, (first, *rest) in enumerate(known.paragraphs, 1)
    )
    notes = "".join(
        f"<li id='fn{n}'><p>{note} <a href='#r{n}'>↩</a></p></li>" for n, note in enumerate(known.notes, 1)
    )
    return f"<body><main><h1>Papers</h1>{body}</main><ol class='footnotes'>{notes}</ol></body>"


def book(known: Known) -> bytes:
    body = "".join(
        f'<p>{first}<a epub:type="noteref" id="r{n}" href="n.xhtml#n{n}">{n}</a> {" ".join(rest)}</p>'
        for n, (first, *rest) in enumerate(known.paragraphs, 1)
    )
    notes = "".join(
        f'<li epub:type="endnote" id="n{n}"><p>{note} <a href="c.xhtml#r{n}">↩</a></p></li>'
        for n, note in enumerate(known.notes, 1)
    )
    return epub({"c.xhtml": page(body), "n.xhtml": page(f"<ol>{notes}</ol>")})


def edition(known: Known) -> bytes:
    return tei(
        "".join(
            f'<pb n="{n}"/><p>{first}<note n="{n}">{note}</note> {" ".join(rest)}</p>'
            for n, ((first, *rest), note) in enumerate(zip(known.paragraphs, known.notes, strict=True), 1)
        )
    )


def table(known: Known) -> str:
    held = io.StringIO()
    rows = csv.writer(held)
    rows.writerow(["id", "title", "text"])
    rows.writerows([n, f"Letter {n}", " ".join(sentences)] for n, sentences in enumerate(known.paragraphs))
    return held.getvalue()


def lines(known: Known) -> str:
    return "".join(
        json.dumps({"id": str(n), "text": " ".join(sentences)}) + "\n"
        for n, sentences in enumerate(known.paragraphs)
    )


def pdf(path: Path, known: Known) -> None:
    """Justified, hyphenated, with running heads and footnotes."""
    made = Book(
        path, Style(), label=lambda page: str(page + 11), head=lambda label, _: ("", "THE CONFERENCE", label)
    )
    for n, (sentences, note) in enumerate(zip(known.paragraphs, known.notes, strict=True), 1):
        held = [Sentence(words) for words in sentences]
        held[0].marker = Footnote(str(n), [Sentence(note, note=str(n))])
        made.paragraph(held)
    made.save()


def _bytes(make: Callable[[Known], str | bytes], encoding: str = "utf-8") -> Callable[[Path, Known], None]:
    def write(path: Path, known: Known) -> None:
        made = make(known)
        path.write_bytes(made.encode(encoding) if isinstance(made, str) else made)

    return write


FORMATS: dict[str, Callable[[Path, Known], None]] = {
    "plain.txt": _bytes(text), "pages.txt": _bytes(pages), "telegram.txt": _bytes(telegram),
    "utf16.txt": _bytes(text, "utf-16"), "windows-1251.txt": _bytes(text, "windows-1251"),
    "notes.md": _bytes(text), "letters.docx": _bytes(word), "letters.odt": _bytes(opendocument),
    "web.html": _bytes(web), "book.epub": _bytes(book), "edition.xml": _bytes(edition),
    "rows.csv": _bytes(table), "rows.jsonl": _bytes(lines), "printed.pdf": pdf,
}  # fmt: skip
"""File name to what writes the known text into such a file."""


def known_for(name: str) -> Known:
    return russian(7) if name == "windows-1251.txt" else english(sum(map(ord, name)))
