"""PDFs of known text: what is printed on each page is known to the sentence."""

from __future__ import annotations

from pathlib import Path

from qa.reading.pdf.running import roman
from tests.reading.typesetting import Book, Sentence, Style, Writer


def monograph(path: Path) -> list[Sentence]:
    """A book: a bare title page, a preface in roman numerals, two chapters that open without a folio,
    running heads that differ left and right, footnotes that go on over a page, letters, a table, block
    quotations, page labels in the file."""

    def label(page: int) -> str:
        return roman(page + 5) if page < 6 else str(page - 5)

    def head(label: str, page: int) -> tuple[str, str, str]:
        if page % 2:
            return label, "THE CONFERENCE OF TRIESTE", ""
        return "", "Preface" if page < 6 else "Chapter One: The Frontier", label

    writer = Writer(11)
    book = Book(path, Style(), label=label, head=head, title="The Conference of Trieste", author="Jane Doe")
    book.canvas.addPageLabel(0, "ROMAN_LOWER", 5)
    book.canvas.addPageLabel(6, "ARABIC", 1)
    book.bare = True
    book.heading("THE CONFERENCE OF TRIESTE", 22)
    book.lines(["Jane Doe", "Oxford, 1961"], 100)
    book.new_page(bare=True)
    book.heading("Preface")
    while book.page < 5:
        book.paragraph(writer.paragraph())
    number = 0
    for chapter in ("The Frontier", "The Fleet at Murmansk"):
        book.new_page(bare=True)
        if book.page < 6:
            book.new_page(bare=True)
        book.heading(chapter, 18)
        opening = book.page
        while book.page < opening + 7:
            sentences = writer.paragraph()
            for at in range(0, len(sentences), 3):
                number += 1
                sentences[at].marker = writer.footnote(str(number), 4 if number % 5 == 0 else 1)
            book.paragraph(sentences)
            if number % 4 == 0:
                book.paragraph(writer.paragraph(2, 3), inset=20, indent=0, size=9.5, after=6)
            if number % 7 == 0:
                book.lines(
                    [
                        f"Moscow, May {number}, 19{book.page:02}.",
                        f"Dear Mr. Secretary No. {book.page}.{number}:",
                    ],
                    30,
                )
            if number % 9 == 0:
                rows = [[f"Port {n + number}", f"{book.page * 31 + n} tons", f"{n + 1900}"] for n in range(5)]
                book.table(rows, [0, 120, 240])
        number = 0
    return book.save()


def journal(path: Path) -> list[Sentence]:
    """An article in two columns below a title over both, with notes at the foot of each column; the file's
    labels begin at vii. Words are placed one by one, without space characters."""

    def label(page: int) -> str:
        return roman(page + 7)

    def head(label: str, page: int) -> tuple[str, str, str]:
        return (
            ("", "", "") if page == 0 else ("Slavic Papers", "", label) if page % 2 else (label, "", "J. Doe")
        )

    writer = Writer(23)
    style = Style(
        font="Helvetica", bold="Helvetica-Bold", size=9, leading=11, note_size=7, note_leading=8.5, indent=10,
        columns=2, by_word=True, page=(612, 792),
    )  # fmt: skip
    book = Book(path, style, label=label, head=head)
    book.canvas.addPageLabel(0, "ROMAN_LOWER", 7)
    book.wide("Negotiations over the Railway", writer.paragraph(3, 4))
    number = 0
    while book.page < 6:
        sentences = writer.paragraph()
        number += 1
        sentences[1].marker = writer.footnote(str(number), 3 if number % 3 == 0 else 1)
        book.paragraph(sentences)
        if number % 6 == 0:
            book.heading(f"{number}. The {writer.sentence().words.split()[-2].title()}", 11)
    return book.save()


def report(path: Path) -> list[Sentence]:
    """A report without labels: numbers in the feet alone, from 17 on, a head that every page repeats, ragged
    lines, paragraphs parted by a gap, notes without a rule, marked by symbols or figures."""
    writer = Writer(37)
    style = Style(
        size=12, leading=14.5, note_size=9, note_leading=11, indent=0, between=8, justified=False, rule=False,
        page=(595, 842), margin=72,
    )  # fmt: skip
    book = Book(
        path, style, label=lambda page: str(page + 17),
        head=lambda _label, _page: ("", "Report of the Commission", ""),
        foot=lambda label, _page: ("", f"– {label} –", ""),
    )  # fmt: skip
    number = 0
    while book.page < 9:
        sentences = writer.paragraph()
        number += 1
        sentences[0].marker = writer.footnote("*" if number == 3 else str(number), 2 if number % 2 else 1)
        book.paragraph(sentences)
    return book.save()


def searchable_scan(path: Path) -> list[Sentence]:
    """A scan to which a program added its words, invisible, each in a size of its own and a little askew;
    markers are not raised."""
    writer = Writer(67)
    style = Style(size=10.5, leading=13, note_size=8, note_leading=9.5, recognised=True, raised=False)
    book = Book(
        path, style, label=lambda page: str(page + 340),
        head=lambda label, page: ("", "", label) if page % 2 else (label, "", ""),
    )  # fmt: skip
    number = 0
    while book.page < 6:
        sentences = writer.paragraph()
        number += 1
        sentences[0].marker = writer.footnote(str(number), 2 if number % 2 else 1)
        book.paragraph(sentences)
    return book.save()


def numbered_nowhere(path: Path) -> list[Sentence]:
    """A letter of three pages without any number."""
    writer = Writer(41)
    book = Book(path, Style(font="Courier", bold="Courier-Bold", size=10, hyphens=False, justified=False),
                label=lambda page: f"[{page + 1}]")  # fmt: skip
    book.lines(["Legation of the United States", "Belgrade, November 22, 1945"], 120)
    while book.page < 2:
        book.paragraph(writer.paragraph())
    return book.save()


def anthology(path: Path) -> list[Sentence]:
    """Letters set in Bitstream Vera with ligatures as characters of their own, roman numerals and then
    figures printed in heads alone, addresses line by line, narrow columns, asterisks for notes."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))

    def label(page: int) -> str:
        return roman(page + 3) if page < 4 else str(page - 3)

    def head(label: str, page: int) -> tuple[str, str, str]:
        return (f"{label}   Letters", "", "") if page % 2 == 0 else ("", "", f"To the Secretary   {label}")

    writer = Writer(53)
    style = Style(
        font="Vera", bold="VeraBd", size=9, leading=12, note_size=7, note_leading=9, indent=12, columns=2,
        page=(595, 842), margin=60, gutter=22,
    )  # fmt: skip
    book = Book(path, style, label=label, head=head)
    number = 0
    while book.page < 9:
        number += 1
        book.heading(f"Letter {number}", 11)
        book.lines([f"Belgrade, May {number}, 1919.", f"Sir No. {number}:"], 20)
        for _ in range(2):
            sentences = writer.paragraph(2, 4)
            for sentence in sentences:
                sentence.words = sentence.words.replace("fi", "\ufb01").replace("fl", "\ufb02")
            book.paragraph(sentences)
        sentences = writer.paragraph(2, 3)
        sentences[0].marker = writer.footnote("*")
        book.paragraph(sentences)
    return book.save()
