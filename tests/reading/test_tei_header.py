"""The header says what is known of a letter; where there is none, the text and the file do."""

from pathlib import Path

from tests.reading.letters import one


def test_the_header_says_who_wrote_to_whom_when_and_where_it_lies(tmp_path: Path) -> None:
    known = one(tmp_path, "<p>Text.</p>").metadata
    assert (known.title, known.date, known.edtf) == (
        "Letter to Ada: a transcription", "1835-11-20", "1835-11-20/1835-11-22",
    )  # fmt: skip
    assert (known.sender, known.recipient, known.place) == ("Mary Somerville", "Ada Lovelace", "London")
    assert (known.repository, known.collection) == ("Bodleian Library, Oxford", "Dep. Lovelace Byron")
    assert (known.file_number, known.url) == ("Box 174, fol. 12", "https://letters.example/12")
    written = {"date-parts": [[1835, 11, 20], [1835, 11, 22]]}
    assert known.csl == {
        "type": "manuscript", "title": known.title, "language": "en", "URL": known.url,
        "author": [{"family": "Somerville", "given": "Mary"}],
        "editor": [{"family": "Smith", "given": "Jane"}],
        "publisher": "Letters Project", "publisher-place": "Oxford",
        "issued": written, "original-date": written,
        "archive": "Bodleian Library, Oxford", "archive_collection": "Dep. Lovelace Byron",
        "archive_location": "Box 174, fol. 12",
    }  # fmt: skip


def test_without_a_header_the_text_and_the_file_say_what_is_known(tmp_path: Path) -> None:
    known = one(
        tmp_path,
        """<head>Letter From Mr. Smith to Mr. Jones</head><dateline><date notBefore="1901"
        cert="low">about 1901</date></dateline><p>x</p>""",
        header="",
    ).metadata
    assert (known.title, known.sender, known.recipient) == (
        "Letter From Mr. Smith to Mr. Jones", "Mr. Smith", "Mr. Jones",
    )  # fmt: skip
    assert (known.date, known.edtf) == ("1901", "1901/..")
    known = one(tmp_path, "<p>x</p>", header="").metadata
    assert (known.title, known.date, known.csl) == ("a.xml", None, {"type": "document", "title": "a.xml"})
