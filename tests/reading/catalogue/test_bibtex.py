"""BibTeX as Zotero, Better BibTeX, JabRef and Mendeley write it."""

from __future__ import annotations

import pytest

from qa.reading.catalogue.bibtex import plain, read_bibtex
from qa.reading.catalogue.entry import UnreadableList

ZOTERO = r"""
@comment{made by hand}
@string{gpo = "Government Printing Office"}

@article{muller_grosse_1987,
	title = {Gro{\ss}e {Politik}: {\"U}ber 5\% --- na{\"\i}ve fragen},
	volume = {12},
	url = {https://e.org/a_b%20c\_d},
	doi = {10.1000/x},
	number = {3},
	journal = {Zeitschrift},
	author = {M{\"u}ller, J{\"u}rgen and {Department of State} and von Beethoven, Ludwig and King, Jr., Martin and others},
	month = nov,
	year = {1987},
	pages = {7--32},
	file = {Full Text:files/12/Name\_a.pdf:application/pdf;Snapshot\: x:files/13/b.html:text/html},
}
@letter{lit45, author = {Litvinov, Maxim}, title = {To Harriman}, date = {1945-11-22?},
  archive = {National Archives}, archivelocation = {box 3}, publisher = gpo}
@incollection{frus, title={Talk}, booktitle={Foreign Relations}, date={1967}, origdate={1945-11-22}, series={S},
  number={4}, entrysubtype={x}, subtitle={Part}}
@article{n, entrysubtype={newspaper}, title={News}, journal={Pravda}, date={1945-11-20/1945-11-22}}
@misc{m, type={Letter}, title={L}, howpublished={\url{https://e.org/m}}}
"""  # noqa: E501


def test_a_string_that_is_defined_twice_costs_itself_alone() -> None:
    found = read_bibtex('@string{gpo = "A"}\n@string{gpo = "B"}\n@book{b, title={On Geneva}}\n')
    assert [entry.said["title"] for entry in found.entries] == ["On Geneva"]
    assert len(found.troubles) == 1
    assert found.troubles[0].startswith("line 2: ")


def test_fields_become_csl() -> None:
    found = read_bibtex(ZOTERO)
    assert found.troubles == []
    article, letter, chapter, news, misc = (dict(entry.said) for entry in found.entries)
    assert article == {
        "type": "article-journal", "title": "Große Politik: Über 5% — naïve fragen", "volume": "12",
        "URL": "https://e.org/a_b%20c_d", "DOI": "10.1000/x", "issue": "3", "container-title": "Zeitschrift",
        "author": [
            {"family": "Müller", "given": "Jürgen"}, {"literal": "Department of State"},
            {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "von"},
            {"family": "King", "given": "Martin", "suffix": "Jr."},
        ],
        "date": "1987-11", "page": "7-32",
    }  # fmt: skip
    assert letter == {
        "type": "personal_communication", "author": [{"family": "Litvinov", "given": "Maxim"}],
        "title": "To Harriman", "date": "1945-11-22?", "archive": "National Archives",
        "archive_location": "box 3", "publisher": "Government Printing Office",
    }  # fmt: skip
    assert chapter == {
        "type": "chapter", "title": "Talk: Part", "container-title": "Foreign Relations",
        "issued": {"date-parts": [[1967]]}, "original-date": {"date-parts": [[1945, 11, 22]]},
        "collection-title": "S", "collection-number": "4",
    }  # fmt: skip
    assert (news["type"], news["date"]) == ("article-newspaper", "1945-11-20/1945-11-22")
    assert misc == {"type": "personal_communication", "title": "L", "URL": "https://e.org/m"}


@pytest.mark.parametrize(
    ("written", "files"),
    [
        (r"Full Text:files/12/Name.pdf:application/pdf", ("files/12/Name.pdf",)),
        (r"PDF:files/1/Na\:me\;x.pdf:application/pdf;S:files/2/b.html:text/html",
         ("files/1/Na:me;x.pdf", "files/2/b.html")),
        ("/home/me/Zotero/storage/AB/Name.pdf", ("/home/me/Zotero/storage/AB/Name.pdf",)),
        ("files/1/a.pdf;files/1/b.pdf", ("files/1/a.pdf", "files/1/b.pdf")),
        (r"C:\Users\me\Name.pdf", ("C:/Users/me/Name.pdf",)),
        (r"Name.pdf:C\:\\Users\\me\\Name.pdf:application/pdf", ("C:/Users/me/Name.pdf",)),
        (r":Name.pdf:PDF", ("Name.pdf",)),
        (r":C$\backslash$:/Users/me/Name.pdf:pdf", ("C:/Users/me/Name.pdf",)),
        (r"a\_b.pdf", ("a_b.pdf",)),
        (r'PDF:files/1/N{\"u}.pdf:application/pdf', ("files/1/Nü.pdf",)),
        ("", ()),
    ],
)  # fmt: skip
def test_files_in_every_form(written: str, files: tuple[str, ...]) -> None:
    (entry,) = read_bibtex(f"@book{{k, title={{T}}, file={{{written}}}}}").entries
    assert entry.files == files


def test_names_that_files_of_an_entry_have() -> None:
    names = {entry.line: entry.names for entry in read_bibtex(ZOTERO).entries}
    assert names[18] == ("lit45", "toharriman", "litvinov1945toharriman")
    assert "mulleretal1987großepolitikuber5naivefragen".replace("ß", "ss") in names[5]


def test_a_broken_entry_is_told_with_its_line_and_the_others_are_read() -> None:
    found = read_bibtex(
        "@book{a, title={A}}\n@misc{bad, title={unclosed\n@book{b, title={B}}\n@book{a, title={A2}}\n"
    )
    assert [(entry.said["title"], entry.line) for entry in found.entries] == [("A", 1), ("B", 3), ("A2", 4)]
    assert len(found.troubles) == 1
    assert found.troubles[0].startswith("line 2: ")


@pytest.mark.parametrize("text", ["not BibTeX at all", "@misc{bad, title={unclosed"])
def test_what_is_no_bibtex(text: str) -> None:
    with pytest.raises(UnreadableList, match="line 1"):
        read_bibtex(text)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\'Etat, \v{c}, {\o}, \ss, \c{c}a", "État, č, ø, ß, ça"),
        (r"100\% \& {NATO}", "100% & NATO"),
        ("100% of {NATO}", "100% of NATO"),
        (r"Saint~Petersburg", "Saint Petersburg"),
        (r"\textit{Pravda} and \emph{others}", "Pravda and others"),
        ("1914--1918", "1914–1918"),
        ("Москва", "Москва"),
        ("{broken", "broken"),
    ],
)
def test_tex_as_text(tex: str, text: str) -> None:
    assert plain(tex) == text
