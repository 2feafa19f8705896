"""References read back by other programs' parsers: each work once, with what is quoted from it."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy

from qa.citing import cite
from qa.exporting import export
from tests.exporting import answers as made

HOSTILE = pytest.mark.parametrize(
    "text", [*made.HOSTILE.values(), made.CONTROL], ids=[*made.HOSTILE.keys(), "control"]
)


def conversation() -> list[object]:
    """Two pages of one letter, a note of it, an article quoted twice at one page."""

    def letter(locator: str, label: str = "page") -> made.Quote:
        return made.quote("a", csl={**made.LETTER, "id": "d7", "locator": locator, "label": label})

    article = made.quote("b", csl={**made.ARTICLE, "id": "resis.pdf", "locator": "420", "label": "page"})
    return [
        made.answer(letter("6"), letter("8–9"), article),
        made.answer(article, letter("3", "note"), answered=False),
    ]


def read(data: bytes) -> bibtexparser.Library:
    library = bibtexparser.parse_string(data.decode())
    assert not library.failed_blocks
    return library


def test_bibtex_has_each_work_once_with_its_pages() -> None:
    library = read(export(conversation(), "bibtex"))
    assert [(entry.entry_type, entry.key) for entry in library.entries] == [
        ("incollection", "d7"),
        ("article", "resis.pdf"),
    ]
    letter, article = ({f.key: f.value for f in entry.fields} for entry in library.entries)
    assert letter["pages"] == "6, 8--9"
    assert letter["annote"] == "Quoted: p. 6; pp. 8–9; n. 3"
    assert article["pages"] == "417--439"
    assert article["annote"] == "Quoted: p. 420"
    assert article["author"] == "Resis, Albert"


def test_ris_has_each_work_once_with_its_pages() -> None:
    letter, article = rispy.loads(export(conversation(), "ris").decode())
    assert letter["type_of_reference"] == "CHAP"
    assert letter["start_page"] == "6, 8-9"
    assert letter["notes"] == ["Quoted: p. 6; pp. 8–9; n. 3"]
    assert (article["start_page"], article["end_page"]) == ("417", "439")
    assert article["authors"] == ["Resis, Albert"]


def test_csl_json_has_each_work_once_with_its_places() -> None:
    letter, article = json.loads(export(conversation(), "csl-json"))
    assert letter["custom"]["quoted"] == [
        {"label": "page", "locator": "6"},
        {"label": "page", "locator": "8–9"},
        {"label": "note", "locator": "3"},
    ]
    assert {name: letter[name] for name in made.LETTER} == made.LETTER
    assert "locator" not in article
    assert article["id"] == "resis.pdf"


def test_a_list_of_works_in_a_style() -> None:
    apa = export(conversation(), "text", style="apa").decode().splitlines()
    assert apa[0].startswith("Letter From President Kennedy to Chairman Khrushchev. (1996). In C. S. Sampson")
    assert apa[1].startswith("Resis, A. (1981). Spheres of Influence in Soviet Wartime Diplomacy.")
    numbered = export(conversation(), "text", style="ieee").decode().splitlines()
    assert [line[:3] for line in numbered] == ["[1]", "[2]"]
    # A journal whose notes need no list of works: they stand as its notes cite them.
    notes = export(conversation(), "text", style="the-journal-of-modern-history").decode().splitlines()
    assert notes[1].startswith("Albert Resis, “Spheres of Influence in Soviet Wartime Diplomacy,” Journal of")


def test_works_of_one_name_keep_keys_and_ids_apart() -> None:
    def of(id_: str, title: str) -> made.Quote:
        return made.quote("a", csl={"type": "book", "title": title, "id": id_})

    answers = [
        made.answer(
            of("a b", "One"), of("a-b", "Two"), of("A-B", "Three"), of("a b", "Four"), of("Письмо", "5")
        )
    ]
    keys = [entry.key for entry in read(export(answers, "bibtex")).entries]
    assert keys == ["a-b", "a-b-2", "A-B-3", "a-b-2-2", "document"]
    ids = [item["id"] for item in json.loads(export(answers, "csl-json"))]
    assert ids == ["a b", "a-b", "A-B", "a b-2", "Письмо"]


@HOSTILE
def test_hostile_bibtex_is_one_entry_with_balanced_braces(text: str) -> None:
    data = export([made.everything_hostile(text)], "bibtex")
    (entry,) = read(data).entries
    assert not set(entry.key) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:.-")
    depth = 0
    for sign in data.decode():
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert "\\input" not in data.decode()


@HOSTILE
def test_hostile_ris_is_one_record(text: str) -> None:
    data = export([made.everything_hostile(text)], "ris").decode()
    (record,) = rispy.loads(data)
    kept = "".join(
        c for c in " ".join(text.split()) if c.isprintable() or c in "\u202e\u202c\u00ad\u200b\u200d"
    )
    assert "".join(record["title"].split())[:8] == "".join(kept.split())[:8]
    assert all(line[2:6] == "  - " for line in data.split("\r\n") if line)


@HOSTILE
def test_hostile_csl_json_keeps_every_character(text: str) -> None:
    (item,) = json.loads(export([made.everything_hostile(text)], "csl-json"))
    assert item["title"] == text.replace("\ud800", "?")


def test_a_paper_in_an_archive_keeps_its_place_in_every_format() -> None:
    paper = {
        "type": "document", "title": "Litvinov to Harriman", "id": "a.txt", "number": "711.61/11-2245",
        "author": [{"literal": "Litvinov"}], "recipient": [{"literal": "Harriman"}],
        "issued": {"date-parts": [[1945, 11, 20], [1945, 11, 22]], "circa": True},
        "archive": "National Archives", "archive_location": "box 3, folder 2",
        "archive_collection": "Department of State Central Files", "archive-place": "Washington",
    }  # fmt: skip
    answers = [made.answer(made.quote("a", csl=paper, citation=cite(paper)))]
    place = "to Harriman, box 3, folder 2, Department of State Central Files, National Archives, Washington"
    (entry,) = read(export(answers, "bibtex")).entries
    fields = {f.key: f.value for f in entry.fields}
    assert fields["note"] == place
    assert (fields["date"], fields["year"]) == ("1945-11-20~/1945-11-22~", "1945")
    (record,) = rispy.loads(export(answers, "ris").decode())
    assert record["notes"] == [place]
    assert record["date"] == "1945/11/20/"
