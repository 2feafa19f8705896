"""The same words in every format that can be read, with headings, pages, notes and fields."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path

from tests.reading.letters import tei
from tests.reading.packing import docx
from tests.reading.rawpdf import raw_pdf
from tests.reading.test_docx import SEPARATORS, STYLES, paragraph, reference
from tests.reading.test_docx import note as word_note
from tests.reading.test_epub import epub, page
from tests.reading.test_odt import SOFT, odt
from tests.reading.test_odt import note as odt_note
from tests.reading.test_odt import p as odt_p

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def samples(words: Sequence[str]) -> dict[str, bytes]:
    """File name to contents, one of each format but pictures: ``words`` are its paragraphs, the first one
    also its heading and its notes'. What a format cannot hold is left out of them."""
    marked = [escape(_NOT_XML.sub("", each)) for each in words] or [""]
    plain = [each.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for each in words] or [""]
    text = "\n\n".join(plain)
    first = marked[0]
    return {
        "a.txt": f"{plain[0]}\n\n{text} [Page 7] {text}\f{text}\n\n8\n".encode(),
        "utf16.txt": text.encode("utf-16"),
        "a.md": f"# {plain[0]}\n\n{text}[^1] *so*\n\n[^1]: {plain[0]}\n".encode(),
        "a.csv": _csv(plain).encode(),
        "a.tsv": b"id\ttext\n1\t" + text.replace("\t", " ").replace("\n", " ").encode() + b"\n",
        "a.jsonl": "\n".join(json.dumps({"id": n, "text": w, "date": "1945"}) for n, w in enumerate(words))
        .encode(),
        "a.xml": tei("".join(f'<pb n="{n}"/><p>{w}<note n="{n}" place="foot">{first}</note> end</p>'
                             for n, w in enumerate(marked, 1))),
        "frus.xml": _volume(marked),
        "a.html": _html(marked).encode(),
        "a.xhtml": _html(marked).replace("<!doctype html><html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
        .encode(),
        "a.mht": _mht(_html(marked)),
        "a.docx": _docx(marked),
        "a.odt": odt("".join(odt_p(f"{w}{odt_note(n, first)} on{SOFT}ward")
                             for n, w in enumerate(marked, 1)), pages=3),
        "a.epub": epub(
            {"c1.xhtml": page(f"<h1>{first}</h1>" + "".join(f"<p>{w}</p>" for w in marked)),
             "c2.xhtml": page("".join(f'<p>{w}<a epub:type="noteref" href="#n{n}">{n}</a></p>'
                                      f'<aside epub:type="footnote" id="n{n}"><p>{first}</p></aside>'
                                      for n, w in enumerate(marked, 1)))},
            metadata=f"<dc:title>{first}</dc:title>",
        ),
        "a.pdf": raw_pdf([[f"Head {n}", *_latin(plain)] for n in (1, 2, 3)]),
        "record.txt": _seed(False, words),
        "telegram.txt": _seed(True, words),
    }  # fmt: skip


def _csv(words: Sequence[str]) -> str:
    rows = "".join('{},"{}",1945-11-22\r\n'.format(n, w.replace('"', '""')) for n, w in enumerate(words))
    return f"id,text,date\r\n{rows}"


def _latin(words: Sequence[str]) -> list[str]:
    lines = " ".join(words).encode("latin-1", "ignore").decode("latin-1")
    return [re.sub(r"([\\()])", r"\\\1", each)[:80] for each in lines.splitlines() if each.strip()]


def _html(marked: Sequence[str]) -> str:
    body = "".join(
        f'<p>{w}<sup><a href="#f{n}" id="r{n}">{n}</a></sup> then<span class="pb">[Page {n}]</span> on</p>'
        for n, w in enumerate(marked, 1)
    )
    notes = "".join(f'<li id="f{n}">{marked[0]} <a href="#r{n}">↩</a></li>' for n, _ in enumerate(marked, 1))
    return (
        '<!doctype html><html><head><meta charset="utf-8"/><title>t</title></head><body><main>'
        f"<h1>{marked[0]}</h1>{body}<ol>{notes}</ol></main></body></html>"
    )


def _mht(html: str) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://example.org/a"
    message.set_content(html, subtype="html", cte="base64")
    message.make_mixed()
    return message.as_bytes()


def _docx(marked: Sequence[str]) -> bytes:
    heading = paragraph(marked[0], properties='<w:pStyle w:val="berschrift1"/>')
    body = "".join(paragraph(w, reference("footnote", n)) for n, w in enumerate(marked, 1))
    notes = SEPARATORS + "".join(word_note("footnote", n, marked[0]) for n, _ in enumerate(marked, 1))
    return docx(heading + body, styles=STYLES, footnotes=notes)


def _volume(marked: Sequence[str]) -> bytes:
    documents = "".join(
        f'<div type="document" xml:id="d{n}"><head>{n}. {marked[0]}</head><pb n="{n}"/>'
        f'<p>{w}<note n="{n}">{marked[0]}</note> end</p></div>'
        for n, w in enumerate(marked, 1)
    )
    return f"<TEI>{documents}</TEI>".encode()


def _seed(telegram: bool, words: Sequence[str]) -> bytes:
    """One of the two seeds, with the words in its middle."""
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    lines = next(text for text in texts if ("[Page" in text) is telegram).split("\n")
    middle = len(lines) // 2
    inside = [each.encode("utf-8", "replace").decode() for each in words]
    return "\n".join([*lines[:middle], *inside, *lines[middle:]]).encode()
