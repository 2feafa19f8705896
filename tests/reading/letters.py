"""A letter in TEI, and what is read of it."""

from pathlib import Path

from qa.reading import pages_of, read
from qa.types import Document
from tests.reading.sound import assert_sound

HEADER = """<teiHeader><fileDesc>
 <titleStmt><title type="main">Letter to Ada</title><title type="sub">a transcription</title>
  <author><persName><surname>Somerville</surname><forename>Mary</forename></persName></author>
  <editor>Smith, Jane</editor></titleStmt>
 <publicationStmt><publisher>Letters Project</publisher><pubPlace>Oxford</pubPlace>
  <date when="2019-03-01"/><idno type="url">https://letters.example/12</idno></publicationStmt>
 <sourceDesc><msDesc><msIdentifier><settlement>Oxford</settlement><repository>Bodleian Library</repository>
  <collection>Dep. Lovelace Byron</collection><idno>Box 174, fol. 12</idno></msIdentifier></msDesc>
 </sourceDesc>
 </fileDesc><profileDesc><correspDesc>
  <correspAction type="sent"><persName>Mary Somerville</persName><placeName>London</placeName>
   <date from="1835-11-20" to="1835-11-22"/></correspAction>
  <correspAction type="received"><persName>Ada Lovelace</persName><placeName>Ockham</placeName>
  </correspAction></correspDesc><langUsage><language ident="en">English</language></langUsage></profileDesc>
</teiHeader>"""


def tei(body: str, header: str = HEADER, back: str = "") -> bytes:
    back = f"<back>{back}</back>" if back else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0">'
        f"{header}<text><body>{body}</body>{back}</text></TEI>"
    ).encode()


def documents(tmp_path: Path, data: bytes) -> tuple[Document, ...]:
    (tmp_path / "a.xml").write_bytes(data)
    reading = read(tmp_path / "a.xml", "letters/a.xml")
    assert reading.reader == "tei/1"
    for document in reading.documents:
        assert_sound(document)
    return reading.documents


def one(tmp_path: Path, body: str, header: str = HEADER, back: str = "") -> Document:
    (document,) = documents(tmp_path, tei(body, header, back))
    assert document.name == "letters/a.xml"
    return document


def page(document: Document, words: str) -> str | None:
    start = document.text.index(words)
    return pages_of(document, start, start + len(words))
