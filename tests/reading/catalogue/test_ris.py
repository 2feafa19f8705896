"""RIS as Zotero, EndNote and others write it."""

from __future__ import annotations

import pytest

from qa.reading.catalogue.entry import UnreadableList
from qa.reading.catalogue.ris import read_ris

LETTER = """\
TY  - PCOMM
TI  - On Geneva
AU  - Litvinov, Maxim
A2  - Harriman, W. Averell
DA  - 1945/11/22/
PY  - 1945
AN  - Box 3, folder 2
DB  - National Archives
M3  - Telegram
L1  - files/12/Litvinov.pdf
UR  - https://e.org/1
KW  - Soviet Union
KW  - Geneva
N1  - First line
 and its second
ER  -
"""
ARTICLE = """\
TY  - JOUR
T1  - Détente
A1  - Smith, John
JF  - Slavic Review
VL  - 3
IS  - 2
SP  - 7
EP  - 32
Y1  - 1987///
SN  - 0037-6779
UR  - file:///home/me/a%20b.pdf
ER  -
"""


def test_a_record_of_no_type_is_a_document() -> None:
    (entry,) = read_ris("TY  -\nTI  - On Geneva\nM3  -\nER  -\n").entries
    assert entry.said == {"type": "document", "title": "On Geneva"}


def test_a_field_that_stands_there_twice_goes_on_on_the_next_line() -> None:
    twice = LETTER.replace("N1  - First line", "N1  - Another\nN1  - First line")
    assert twice != LETTER
    (entry,) = read_ris(twice).entries
    (once,) = read_ris(LETTER).entries
    assert once.said["note"] == "First line and its second"
    assert entry.said["note"] == "Another"
    assert entry.said["title"] == "On Geneva"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_records_become_csl(ending: str) -> None:
    found = read_ris((LETTER + "\n" + ARTICLE).replace("\n", ending))
    letter, article = found.entries
    assert found.troubles == []
    assert letter.said == {
        "type": "personal_communication", "title": "On Geneva", "date": "1945-11-22",
        "author": [{"family": "Litvinov", "given": "Maxim"}],
        "recipient": [{"family": "Harriman", "given": "W. Averell"}],
        "archive_location": "Box 3, folder 2", "archive": "National Archives", "genre": "Telegram",
        "URL": "https://e.org/1", "keyword": "Soviet Union, Geneva", "note": "First line and its second",
    }  # fmt: skip
    assert (letter.files, letter.line) == (("files/12/Litvinov.pdf",), 1)
    assert article.said == {
        "type": "article-journal", "title": "Détente", "author": [{"family": "Smith", "given": "John"}],
        "container-title": "Slavic Review", "volume": "3", "issue": "2", "page": "7-32", "date": "1987",
        "ISSN": "0037-6779",
    }  # fmt: skip
    assert article.files == ("/home/me/a b.pdf",)
    assert article.line == 18


def test_a_record_without_an_end_is_told_and_stays_apart_from_the_next() -> None:
    found = read_ris(
        "TY  - BOOK\nTI  - One\n\njunk\nTY  - BOOK\nTI  - Two\nER  - \nstray\nTY  - BOOK\nTI  - Three\n"
    )
    assert [entry.said["title"] for entry in found.entries] == ["One junk", "Two", "Three"]
    assert found.troubles == [
        "line 1: the record has no end (ER) before line 5.",
        "line 8: it belongs to no record.",
        "line 9: the record has no end (ER).",
    ]


def test_what_is_no_ris() -> None:
    with pytest.raises(UnreadableList, match="line 1"):
        read_ris("Dear Sir,\nplease find …\n")
    assert read_ris("").entries == []
