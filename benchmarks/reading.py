"""How fast files are read: python -m benchmarks.reading [SUFFIX …] [--seconds N]

Made-up documents, the same words in each format, read by Ibid (text, pages, notes, metadata, places on the
page) and by the library that people would use alone for the bare text. Both take turns on the same files,
so that the ratio holds whatever else the machine does. Prints a table: files, their size, MB of file and
documents a second, and how many times as long Ibid takes. Needs the dev extra; pictures also Tesseract.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from qa.reading import read

PARAGRAPHS = 120
"""Of a document: some 8,500 words, 50,000 characters."""

FILES = 8
ROWS = 200
"""Documents in a table, each of one paragraph."""

WORDS = """the ambassador reported that negotiations on frontier and railway would go on in spite of protests
which commission delegation government had made before winter under instructions from capital proposal
shipments armistice officials memorandum conference settlement communication""".split()

Bare = Callable[[Path], object]


def paragraphs(seed: int, count: int = PARAGRAPHS) -> list[str]:
    """Paragraphs of some 70 words."""
    chance = random.Random(seed)

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(8, 20))).capitalize() + "."

    return [" ".join(sentence() for _ in range(5)) for _ in range(count)]


# -- the files ----------------------------------------------------------------------------------------


def make_txt(path: Path, text: list[str]) -> None:
    pages = ["\n\n".join(text[at : at + 4]) for at in range(0, len(text), 4)]
    path.write_text("\f".join(f"{page}\n\n{n}\n" for n, page in enumerate(pages, 1)), "utf-8")


def make_xml(path: Path, text: list[str]) -> None:
    body = "".join(
        f'<pb n="{n}"/><p>{p}<note n="{n}" place="foot">See {p[:60]}</note></p>'
        for n, p in enumerate(text, 1)
    )
    path.write_text(
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Made up</title>'
        f"</titleStmt></fileDesc></teiHeader><text><body>{body}</body></text></TEI>",
        "utf-8",
    )


def make_html(path: Path, text: list[str]) -> None:
    body = "".join(f'<p>{p}<sup><a href="#f{n}" id="r{n}">{n}</a></sup></p>' for n, p in enumerate(text, 1))
    notes = "".join(f'<li id="f{n}">{p[:60]} <a href="#r{n}">↩</a></li>' for n, p in enumerate(text, 1))
    page = (
        f"<title>Made up</title><nav><a href='/'>Home</a></nav><main><h1>Made up</h1>{body}<ol>{notes}</ol>"
    )
    path.write_text(f"<!doctype html><html><body>{page}</main></body></html>", "utf-8")


def make_csv(path: Path, _text: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "title", "date", "sender", "text"))
        rows.writerows((n, f"Letter {n}", "1945-11-22", "Litvinov", p) for n, p in enumerate(_rows(path)))


def make_jsonl(path: Path, _text: list[str]) -> None:
    lines = [json.dumps({"id": n, "title": f"Letter {n}", "text": p}) for n, p in enumerate(_rows(path))]
    path.write_text("\n".join(lines), "utf-8")


def _rows(path: Path) -> list[str]:
    return paragraphs(len(path.stem), ROWS)


def make_docx(path: Path, text: list[str]) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Made up", 1)
    for paragraph in text:
        document.add_paragraph(paragraph)
    document.save(str(path))


def make_pdf(path: Path, text: list[str]) -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    style = getSampleStyleSheet()["BodyText"]
    story = [part for p in text for part in (Paragraph(escape(p), style), Spacer(1, 6))]

    def head(canvas: Any, document: Any) -> None:
        canvas.drawString(72, 760, f"MADE UP    {document.page}")

    SimpleDocTemplate(str(path)).build(story, onFirstPage=head, onLaterPages=head)


def _zipped(path: Path, kind: str, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, compress_type=zipfile.ZIP_STORED)
        for name, part in parts.items():
            archive.writestr(name, part)


def make_odt(path: Path, text: list[str]) -> None:
    office, words = (
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    )
    body = "".join(f"<text:p>{p}</text:p>" for p in text)
    kind = "application/vnd.oasis.opendocument.text"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    _zipped(path, kind, {
        "content.xml": f'<office:document-content xmlns:office="{office}" xmlns:text="{words}"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}"/>',
    })  # fmt: skip


def make_epub(path: Path, text: list[str]) -> None:
    xhtml = 'xmlns="http://www.w3.org/1999/xhtml"'
    chapters = ["".join(f"<p>{p}</p>" for p in text[at : at + 20]) for at in range(0, len(text), 20)]
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    _zipped(path, "application/epub+zip", {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>",
        "b.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Made up</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        **{f"c{n}.xhtml": f"<html {xhtml}><body>{x}</body></html>" for n, x in enumerate(chapters)},
    })  # fmt: skip


def make_png(path: Path, text: list[str]) -> None:
    from qa.reading.pdf import pictures

    made = path.with_suffix(".made")
    make_pdf(made, text[:5])
    _, picture = next(iter(pictures(made, scale=200 / 72)))
    picture.save(path)


# -- what is used alone -------------------------------------------------------------------------------


def bare_text(path: Path) -> object:
    return path.read_text("utf-8")


def bare_xml(path: Path) -> object:
    from lxml import etree

    return "".join(map(str, etree.parse(path).getroot().itertext()))


def bare_html(path: Path) -> object:
    from lxml import html

    root: Any = html.fromstring(path.read_bytes())
    return root.text_content()


def bare_csv(path: Path) -> object:
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def bare_jsonl(path: Path) -> object:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")]


def bare_docx(path: Path) -> object:
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def bare_pypdf(path: Path) -> object:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def bare_pypdfium2(path: Path) -> object:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def bare_zip(path: Path) -> object:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", "content.xml"))]
        return ["".join(map(str, etree.fromstring(archive.read(name)).itertext())) for name in names]


def bare_picture(path: Path) -> object:
    import pytesseract

    return pytesseract.image_to_string(str(path))


FORMATS: dict[str, tuple[Callable[[Path, list[str]], None], dict[str, Bare]]] = {
    ".txt": (make_txt, {"read_text": bare_text}),
    ".xml": (make_xml, {"lxml": bare_xml}),
    ".html": (make_html, {"lxml.html": bare_html}),
    ".csv": (make_csv, {"csv": bare_csv}),
    ".jsonl": (make_jsonl, {"json": bare_jsonl}),
    ".docx": (make_docx, {"python-docx": bare_docx}),
    ".odt": (make_odt, {"zipfile+lxml": bare_zip}),
    ".epub": (make_epub, {"zipfile+lxml": bare_zip}),
    ".pdf": (make_pdf, {"pypdf": bare_pypdf, "pypdfium2": bare_pypdfium2}),
    ".png": (make_png, {"pytesseract": bare_picture}),
}
"""Suffix to what makes such a file, and what reads its bare text."""


def measure(suffix: str, folder: Path, seconds: float) -> None:
    """Prints a line for each library that the format is read by alone."""
    make, bares = FORMATS[suffix]
    paths = [folder / f"{number:0{number + 1}}{suffix}" for number in range(1 if suffix == ".png" else FILES)]
    for number, path in enumerate(paths):
        make(path, paragraphs(number))
    size = sum(path.stat().st_size for path in paths) / 1e6
    documents = sum(len(read(path, path.name).documents) for path in paths)
    times: dict[str, list[float]] = {name: [] for name in ("ibid", *bares)}
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(times["ibid"]) < 3:
        for name, took in times.items():
            first = time.perf_counter()
            for path in paths:
                read(path, path.name) if name == "ibid" else bares[name](path)
            took.append(time.perf_counter() - first)
    own = median(times["ibid"])
    for name in bares:
        # The median of the ratios of single rounds: both had the same neighbours then.
        ratio = median(a / b for a, b in zip(times["ibid"], times[name], strict=True))
        bare = median(times[name])
        print(
            f"{suffix:<7}{len(paths):>5}{size:>8.2f} MB{size / own:>10.2f}{documents / own:>12.1f}   "
            f"{name:<13}{size / bare:>10.2f}{documents / bare:>12.1f}{ratio:>9.1f} ×"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("suffixes", nargs="*", default=[s for s in FORMATS if s != ".png"], metavar="SUFFIX")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each format (default 3)")
    chosen = parser.parse_args(arguments)
    rate = f"{'MB/s':>10}{'documents/s':>12}"
    print(f"{'':<23}{rate}   {'alone:':<13}{rate}{'ratio':>11}")
    for suffix in chosen.suffixes:
        if suffix not in FORMATS:
            sys.exit(f"{suffix} is not one of {' '.join(FORMATS)}.")
        with tempfile.TemporaryDirectory() as folder:
            measure(suffix, Path(folder), chosen.seconds)


if __name__ == "__main__":
    main()
