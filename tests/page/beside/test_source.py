"""The source panel: what it shows, what it lets a browser say, what it fetches."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.testclient import TestClient

from qa import adding
from qa.assistant import Assistant
from qa.library import Library
from qa.page import texts
from qa.page.ask import quoted
from qa.page.ask.exchange import Exchange
from qa.page.beside import source, source_routes
from qa.page.beside.source import Lit, Stop
from qa.page.serve.opening import Opening
from qa.types import Document, Quote
from tests.encoders import HashEncoder
from tests.library.shelf import opened
from tests.page import examples
from tests.page.reading_html import Read
from tests.reading.rawpdf import raw_pdf

ENGLISH = texts.words("en")
PAGES = [["BT /F1 12 Tf 72 700 Td (The talks broke off at noon.) Tj ET"],
         ["BT /F1 12 Tf 72 500 Td (Nobody in Geneva was surprised.) Tj ET"]]  # fmt: skip
LETTER = "Dear Averell,\n\nI despair of it. The “break-\ndown” came at noon.\n\nMaxim"


def drawn_pdf(path: Path) -> None:
    """Two pages of one line each."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(400, 600), invariant=True)
    for line in ("The talks broke off at noon.", "Nobody in Geneva was surprised."):
        canvas.drawString(60, 400, line)
        canvas.showPage()
    canvas.save()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "letter.txt").write_text(LETTER, "utf-8")
    (folder / "long.txt").write_text("\n\n".join(f"Paragraph {n} of many." for n in range(8_000)), "utf-8")
    (folder / "vol.xml").write_text(
        "<TEI><text><body>"
        '<div type="document" xml:id="d1"><head>1. First</head><p>Wheat was sold.</p></div>'
        '<div type="document" xml:id="d2"><head>2. Second</head><p>Rye was sold.</p></div>'
        "</body></text></TEI>"
    )
    drawn_pdf(folder / "minutes.pdf")
    return folder


@pytest.fixture(scope="module")
def library(folder: Path, shared_place: str) -> Iterator[Library]:
    library = opened(shared_place)
    assert not adding.add(library, HashEncoder(), [folder]).failed
    yield library
    library.close()


@pytest.fixture(scope="module")
def opening(library: Library) -> Opening:
    return Opening.done(Assistant(library, HashEncoder()))


@pytest.fixture(scope="module")
def client(opening: Opening) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=source_routes.routes(opening))) as client:
        yield client


def shown(opening: Opening, lit: Lit) -> Read:
    return Read(source.shown(opening, lit, 1, ENGLISH))


def told(read: Read) -> dict[str, Any]:
    """What is lit, as the browser is told."""
    (section,) = [a for tag, a, _ in read.elements if tag == "section" and a.get("class") == "source"]
    found: dict[str, Any] = json.loads(unescape(section["data-lit"]))
    return found


def test_places_that_the_text_does_not_have_are_not_lit(opening: Opening) -> None:
    read = shown(opening, Lit("letter.txt", ((0, 4), (9, 9), (50, 9_999), (-3, 2)), at=2))
    assert read.named("span", "lit") == ["Dear"]
    assert told(read)["places"] == [[0, 4]]


def test_a_document_that_is_gone_is_said_in_plain_words(opening: Opening) -> None:
    read = shown(opening, Lit("<b>nothing</b>"))
    assert "no document" in read.named("p", "error")[0]
    assert not read.named("b")
    assert read.named("button", "close") == ["Close source"]


def test_a_sentence_can_be_marked_only_where_a_question_was_asked(opening: Opening) -> None:
    words = ENGLISH("source.pick")
    assert words not in shown(opening, Lit("letter.txt", ((0, 4),))).named("button")
    assert words in shown(opening, Lit("letter.txt", ((0, 4),), turn=2)).named("button")


def test_steps_lead_through_the_documents(opening: Opening) -> None:
    stops = (Stop("letter.txt", 0, 4, None, 1), Stop("letter.txt", 15, 20, (15, 16), 2), Stop("vol/d1", 0, 2))
    read = shown(opening, Lit("letter.txt", stops=stops, step=1, places=((5, 12),)))
    assert read.named("span", "count")[0] == "Quote 2 of 3"
    assert read.named("span", "lit") == ["Dear", "Averell", "I", " des"]
    assert read.named("span", "opened") == ["I", " des"]
    assert told(read)["turn"] == 2
    # The browser sends the same back with the next step.
    lit = source.told({**told(read), "step": 2})
    assert lit
    read = shown(opening, lit)
    assert read.named("span", "opened") == ["1."]
    assert told(read)["document"] == "vol/d1"


@pytest.mark.parametrize(
    "data",
    [{}, {"document": "d", "places": [[1]]}, {"document": "d", "places": 3}, {"document": "d", "at": "x"},
     {"document": "d", "stops": [{}]}, {"document": "d", "phrase": "ab"}],
)  # fmt: skip
def test_what_a_browser_says_may_be_nonsense(data: dict[str, Any]) -> None:
    assert source.told(data) is None


def test_what_a_browser_says_is_what_it_was_told() -> None:
    lit = Lit("d", ((1, 2), (3, 4)), 1, (3, 4), 5, "", (Stop("d", 1, 2, (1, 2), 3),), 0)
    assert source.told(json.loads(json.dumps(asdict(lit)))) == lit
    assert source.told({**asdict(lit), "warning": "words of one's own"}) == lit


def test_every_quote_of_the_conversation_is_lit_and_what_changed_is_not(
    opening: Opening, library: Library
) -> None:
    text = library.document("letter.txt").text

    def quote(words: str, document: str = "letter.txt", **changes: Any) -> Quote:
        start = library.document(document).text.index(words)
        return examples.quote(
            text=words, document=document, start=start, end=start + len(words), phrase=None, **changes
        )

    first, second = quote("I despair of it."), quote("Wheat was sold.", "vol/d1", number=2)
    third, moved = quote("Maxim"), replace(quote("Dear Averell"), start=3, end=15, number=2)
    conversation = (
        Exchange("One?", "", examples.answer(first, second)),
        Exchange("Two?", "", examples.answer(third, moved)),
        Exchange("Three?", "", None),
    )
    lit = quoted.lit_by(opening, conversation, third, 2, ENGLISH)
    read = shown(opening, lit)
    assert read.named("span", "lit") == ["I despair of it.", "Maxim"]
    assert read.named("span", "opened") == ["Maxim"]
    assert read.named("span", "count")[0] == "Quote 2 of 3"
    assert [(stop.document, text[stop.start : stop.end][:5], stop.turn) for stop in lit.stops] == [
        ("letter.txt", "I des", 1), ("letter.txt", "Maxim", 2), ("vol/d1", text[lit.stops[2].start :][:5], 1),
    ]  # fmt: skip
    lit = quoted.lit_by(opening, conversation, moved, 2, ENGLISH)
    assert "has changed" in shown(opening, lit).named("p", "error")[0]
    assert not shown(opening, lit).named("span", "lit")


def test_parts_come_as_they_are_asked_for_and_make_the_whole_text(
    opening: Opening, client: TestClient, library: Library
) -> None:
    document = library.document("long.txt")
    place = (90_000, 90_020)
    read = shown(opening, Lit("long.txt", (place,)))
    (text,) = [a for _, a, _ in read.elements if a.get("class") == "text"]
    cuts = [int(cut) for cut in text["data-cuts"].split()]
    assert len(cuts) > 5
    assert len("".join(read.named("div", "text"))) < 70_000
    assert "".join(read.named("span", "lit")) == "".join(document.text[slice(*place)].split("\n\n"))
    lit = {"document": "long.txt", "places": [place]}
    parts = [
        client.post("/source/part", json={"lit": lit, "part": number}).json()["html"]
        for number in range(len(cuts) - 1)
    ]
    assert "".join(Read(part).text for part in parts) == document.text
    for bad in ({"lit": lit, "part": 99}, {"lit": lit, "part": -1}, {"lit": {}, "part": 0}, {"part": 0}, []):
        reply = client.post("/source/part", json=bad)
        assert (reply.status_code, reply.json()) == (400, {"error": ENGLISH("source.no-such")})


def test_words_are_found_however_they_are_printed(client: TestClient, library: Library) -> None:
    def found(words: str, document: str = "letter.txt") -> list[str]:
        reply = client.post("/source/find", json={"document": document, "words": words}).json()
        text = library.document(document).text
        return [text[start:end] for start, end in reply["places"]]

    assert found("DESPAIR") == ["despair"]
    assert found('the "breakdown" came') == ["The “break-\ndown” came"]
    assert found("averell, i") == ["Averell,\n\nI"]
    assert found("  ") == []
    assert found(".*") == []
    assert found("of many", "long.txt") == ["of many"] * 5_000
    assert client.post("/source/find", json={"document": "long.txt", "words": "of many"}).json()["more"]
    assert "no document" in client.post("/source/find", json={"document": "x", "words": "a"}).json()["error"]


def test_a_selection_is_copied_with_its_citation(client: TestClient) -> None:
    start = LETTER.index("The “break")
    end = LETTER.index(" came")
    asked = {"document": "letter.txt", "start": start, "end": end, "words": LETTER[start:end]}
    reply = client.post("/source/cite", json=asked).json()
    assert reply["words"] == "The “breakdown”"
    assert "letter" in reply["citation"]
    assert (
        "not in the document" in client.post("/source/cite", json={**asked, "words": "typed"}).json()["error"]
    )
    assert client.post("/source/cite", json={**asked, "end": 10**6}).status_code == 400


def test_the_citation_follows_the_style_that_was_chosen(client: TestClient) -> None:
    asked = {"document": "minutes.pdf", "start": 0, "end": 9}
    usual = client.post("/source/cite", json=asked).json()["citation"]
    other = client.post("/source/cite", json=asked, cookies={"ibid_style": "apa"}).json()["citation"]
    assert usual != other


def test_pictures_of_pages_with_what_is_lit_boxed(client: TestClient, library: Library) -> None:
    text = library.document("minutes.pdf").text
    start = text.index("Nobody")
    asked = {"document": "minutes.pdf", "places": [[0, 9], [start, start + 6]]}
    reply = client.post("/source/pages", json=asked).json()
    assert len(reply["pages"]) == 2
    (one, first, *_), (two, second, left, top, right, bottom) = reply["boxes"]
    assert [(one, first), (two, second)] == [(0, 0), (1, 1)]
    address = f"/source/picture?document=minutes.pdf&page=1&width=700&version={reply['version']}"
    picture = client.get(address)
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    image = Image.open(io.BytesIO(picture.content)).convert("L")
    assert image.width == 800
    # What is boxed is ink; the same place on the other page is blank but for its own line.
    box = (left * image.width, top * image.height, right * image.width, bottom * image.height)
    inside = image.crop(tuple(map(round, box)))
    assert inside.getextrema()[0] < 100
    ImageDraw.Draw(image).rectangle([0, box[1], image.width, box[3]], fill=255)
    assert image.getextrema() == (255, 255), "the line is all that stands on the page"
    for bad in ("page=2", "page=-1", "page=x", "width=3"):
        assert client.get(f"/source/picture?document=minutes.pdf&{bad}").status_code == 404
    assert client.get("/source/picture?document=../../etc/passwd&page=0").status_code == 404


def test_no_picture_of_a_file_that_has_changed_or_gone(
    client: TestClient, library: Library, folder: Path
) -> None:
    path = folder / "minutes.pdf"
    kept = path.read_bytes()
    asked = {"document": "minutes.pdf", "places": []}
    try:
        path.write_bytes(raw_pdf(PAGES))
        assert "has changed since it was read" in client.post("/source/pages", json=asked).json()["error"]
        reply = client.get("/source/picture?document=minutes.pdf&page=0")
        assert reply.status_code == 404
        assert "has changed since it was read" in reply.text
        path.unlink()
        assert "no longer at" in client.post("/source/pages", json=asked).json()["error"]
        assert "no longer at" in client.get("/source/picture?document=minutes.pdf&page=0").text
        russian = client.post("/source/pages", json=asked, headers={"accept-language": "ru"}).json()["error"]
        assert "больше нет на месте" in russian
    finally:
        path.write_bytes(kept)
    assert client.get("/source/picture?document=minutes.pdf&page=0").status_code == 200


def test_a_text_has_no_pictures(opening: Opening, client: TestClient) -> None:
    assert not shown(opening, Lit("letter.txt")).named("div", "pictured")
    assert "error" in client.post("/source/pages", json={"document": "letter.txt", "places": []}).json()
    assert client.get("/source/picture?document=letter.txt&page=0").status_code == 404


def test_what_is_known_is_edited_by_the_rules_of_qa_edit_and_reset(
    opening: Opening, client: TestClient, library: Library
) -> None:
    def edit(**changes: Any) -> dict[str, Any]:
        reply: dict[str, Any] = client.post("/source/edit", json={"document": "vol/d1", **changes}).json()
        return reply

    assert "no date that can be read" in edit(put={"date": "the day before"})["error"]
    assert 'There is no field "colour"' in edit(put={"colour": "red"})["error"]
    assert not library.edits("vol/d1")
    put = {"sender": "Litvinov", "date": "about 1945", "author": "Litvinov, Maxim; Narkomindel"}
    assert edit(put=put) == {"changed": True}
    assert not library.edits("vol/d2"), "the other document of the file is left alone"
    page = shown(opening, Lit("vol/d1", ((0, 2),)))
    assert "[1945?]" in page.named("span", "cited")[0]
    values = {a["name"]: a["value"] for tag, a, _ in page.elements if tag == "input" and "data-was" in a}
    assert values["author"] == "Litvinov, Maxim; Narkomindel"
    assert values["date"] == "1945~"
    assert "The file does not say." in "".join(page.named("span", "was"))
    assert edit(unset=["sender"]) == {"changed": True}
    assert set(library.edits("vol/d1")) == {"date", "author"}
    assert edit(all=True) == {"changed": True}
    assert library.document("vol/d1").metadata == library.as_read("vol/d1")


def test_only_json_is_taken(client: TestClient) -> None:
    body = json.dumps({"document": "letter.txt", "put": {"title": "Forged"}})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert client.post("/source/edit", content=body, headers={"content-type": kind}).status_code == 415
    assert client.get("/source/edit").status_code == 405
    headers = {"content-type": "application/json"}
    assert client.post("/source/edit", content="{", headers=headers).status_code == 400
    assert client.post("/source/find", content=b"[" * 100_000, headers=headers).status_code == 400
    assert client.post("/source/find", content=b"[" * 1_100_000, headers=headers).status_code == 413


def test_no_text_of_another_script_or_document_is_markup(opening: Opening) -> None:
    html = source.shown(opening, Lit(examples.ATTACK, warning=examples.ATTACK), 1, ENGLISH)
    assert not re.search(r"<(script|img)\b", html)
    assert Document("d", "").layout == b""
