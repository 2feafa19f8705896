"""metadata.csv in the forms that people save it in."""

from __future__ import annotations

import pytest

from qa.reading.catalogue.entry import UnreadableList
from qa.reading.catalogue.table import read_table


def test_headings_are_found_however_they_are_written() -> None:
    text = (
        "FILENAME,Title,From,To,Date,File Number,box,Folder,Collection,Archive,Archive-Place,Type,Remarks\n"
        'a.txt,"A talk, in ""haste""",Litvinov,Harriman,"Nov. 22, 1945",711.61,3,2,Central Files,NARA,'
        "Washington,Telegram,dull\n"
    )
    (entry,) = read_table(text).entries
    assert entry.files == ("a.txt",)
    assert entry.line == 2
    assert entry.said == {
        "title": 'A talk, in "haste"', "sender": "Litvinov", "recipient": "Harriman",
        "date": "Nov. 22, 1945", "file_number": "711.61", "box": "3", "folder": "2",
        "collection": "Central Files", "repository": "NARA", "archive-place": "Washington",
        "type": "personal_communication", "genre": "telegram",
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_tables_of_other_programs(delimiter: str, ending: str) -> None:
    rows = [["file", "title", "date"], ["x\\a.txt", "One", ""], ["", "", ""], ["b.txt", "Two", "1945"]]
    found = read_table(ending.join(delimiter.join(row) for row in rows))
    assert [(e.files, dict(e.said), e.line) for e in found.entries] == [
        (("x/a.txt",), {"title": "One"}, 2),
        (("b.txt",), {"title": "Two", "date": "1945"}, 4),
    ]
    assert found.troubles == []


def test_a_cell_of_several_lines_does_not_shift_the_line_that_is_told() -> None:
    found = read_table('file,title\na.txt,"one\ntwo"\n,lost\na.txt,again\nb.txt,x,y\n')
    assert found.entries[0].said == {"title": "one\ntwo"}
    assert found.troubles == [
        "line 4: the row names no file.",
        "line 5: a.txt stands in line 2 already.",
        "line 6: the row has more cells than there are headings.",
    ]


def test_names_and_authors() -> None:
    (entry,) = read_table('name,author\nf.pdf,"Smith, John; Department of State"\n').entries
    assert entry.said["author"] == [{"family": "Smith", "given": "John"}, {"literal": "Department of State"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title,date\nx,1945\n", "line 1"),
        ('file,title\na.txt,"open\nb.txt,x\n', "line"),
        ('file,title\na.txt,"x"y\n', "line 2"),
        ("", "line 1"),
    ],
)
def test_what_is_no_such_table_names_its_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableList, match=said):
        read_table(text)
