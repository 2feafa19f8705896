"""Finding styles, and known citations in the ones that historians are asked for."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from qa.citing import NOTES, Works, cite, cited, confirm_style, find_style
from qa.citing.styles import names
from qa.errors import UsageError
from tests.works import LETTER

FRUS: dict[str, Any] = {**LETTER, "locator": "6"}
TELEGRAM: dict[str, Any] = {
    "type": "manuscript",
    "title": "Conversation at the theatre",
    "author": [{"family": "Harriman", "given": "W. Averell"}],
    "genre": "telegram",
    "issued": {"date-parts": [[1945, 11, 22]]},
    "archive": "National Archives",
    "archive-place": "Washington",
    "archive_location": "box 3, folder 2",
    "archive_collection": "Department of State Central Files",
    "locator": "2",
}
BOOK: dict[str, Any] = {
    "type": "book",
    "title": "The Origins of the Cold War",
    "author": [{"family": "McCauley", "given": "Martin"}],
    "publisher": "Longman",
    "publisher-place": "London",
    "edition": "2",
    "issued": {"date-parts": [[1995]]},
    "locator": "45",
}
ARTICLE: dict[str, Any] = {
    "type": "article-journal",
    "title": "Spheres of Influence in Soviet Wartime Diplomacy",
    "author": [{"family": "Resis", "given": "Albert"}, {"family": "Roberts", "given": "Geoffrey"}],
    "container-title": "Journal of Modern History",
    "volume": "53",
    "issue": "3",
    "page": "417-439",
    "issued": {"date-parts": [[1981, 9]]},
    "DOI": "10.1086/242326",
    "locator": "420",
}
SCANNED = {**{k: v for k, v in ARTICLE.items() if k != "DOI"}, "locator": "[5]–[7]"}
PAGE: dict[str, Any] = {
    "type": "webpage",
    "title": "The Yalta Conference",
    "author": [{"literal": "Office of the Historian"}],
    "container-title": "Milestones",
    "URL": "https://history.state.gov/yalta",
    "accessed": {"date-parts": [[2024, 3, 5]]},
    "issued": {"date-parts": [[2016, 5, 9]]},
}
ITEMS = {
    "frus": FRUS,
    "telegram": TELEGRAM,
    "book": BOOK,
    "article": ARTICLE,
    "scanned": SCANNED,
    "page": PAGE,
}
KNOWN = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("known_citations.tsv").read_text("utf-8").splitlines()[1:]
]
"""(style, item, citation): as the styles' own guides have them, checked by eye."""


@pytest.mark.parametrize(("style", "item", "expected"), KNOWN)
def test_known_citations(style: str, item: str, expected: str) -> None:
    assert cite(ITEMS[item], style=style) == expected


@pytest.mark.parametrize(
    "style",
    [
        "harvard-cite-them-right",
        "oscola",
        "ieee",
        "vancouver",
        "nature",
        "academy-of-management-perspectives",
        "art-history",
        "archiv-fur-geschichte-der-philosophie",
        "apa",
    ],
)
@pytest.mark.parametrize("kind", ["manuscript", "document", "personal_communication"])
def test_a_style_that_knows_no_archives_still_says_where_a_paper_lies(style: str, kind: str) -> None:
    words = cite({**TELEGRAM, "type": kind}, style=style)
    for part in ("National Archives", "Department of State Central Files", "3, folder 2"):
        assert part in words


@pytest.mark.parametrize(
    "style", ["harvard-cite-them-right", "oscola", "ieee", "vancouver", "apa", "chicago-author-date"]
)
def test_an_edition_keeps_its_title_and_its_volume(style: str) -> None:
    words = cite(FRUS, style=style)
    edition = words.index("Foreign Relations of the United States, 1961–1963")
    assert "VI" in words[edition:]
    assert "Kennedy-Khrushchev Exchanges" in words[edition:]


def test_nothing_is_said_in_the_text_of_a_work_that_has_nothing_to_say_there() -> None:
    draft = {"type": "document", "title": "Draft", "archive": "AVPRF", "issued": {"date-parts": [[1945]]}}
    assert cite(draft, style="diplo").endswith(".")
    assert "In the text" not in cite(draft, style="diplo")
    assert "Litvinov (1945)" in cite(
        {**draft, "author": [{"literal": "Litvinov"}]}, style="ausonius-editions"
    )


# --- finding ---


def test_a_dependent_style_is_its_parents_under_its_own_title() -> None:
    found = find_style("the-english-historical-review")
    assert found.title == "The English Historical Review"
    assert found.path.stem != "the-english-historical-review"
    assert found.notes


def test_earlier_ids_and_addresses_are_known() -> None:
    assert find_style("vancouver").path.stem == "nlm-citation-sequence"
    assert find_style("http://www.zotero.org/styles/apa") == find_style("apa")
    assert find_style("mla").path == find_style("modern-language-association").path


def test_there_are_thousands_of_styles() -> None:
    assert len(names()) > 10_000


@pytest.mark.parametrize(
    "name", ["turabian", "", " ", "../apa", "/etc/passwd", "apa\x00", "a" * 5000, "styles/apa"]
)
def test_an_unknown_style_is_refused_with_ones_that_are_there(name: str) -> None:
    with pytest.raises(UsageError, match=r"^No citation style .*chicago-notes-bibliography") as refused:
        find_style(name)
    assert len(str(refused.value).splitlines()) == 2
    assert "turabian-notes-bibliography" in str(refused.value) or name != "turabian"


def test_a_file_is_a_style_and_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    shutil.copy(find_style("apa").path, file)
    assert cite(BOOK, style=str(file)) == cite(BOOK, style="apa")
    assert confirm_style(str(file)) == str(file)
    time.sleep(0.01)
    shutil.copy(find_style("mhra-notes").path, file)
    assert cite(BOOK, style=str(file)) == cite(BOOK, style="mhra-notes")


def test_a_dependent_file_is_followed_to_its_parent(tmp_path: Path) -> None:
    file = tmp_path / "journal.csl"
    file.write_text(
        style(
            '<info><title>J</title><link rel="independent-parent" href="http://www.zotero.org/styles/mhra-notes"/></info>',
            'default-locale="en-US"',
        )
    )
    assert find_style(str(file)).locale == "en-US"
    assert "“" in cite(PAGE, style=str(file)), "its own locale"
    file.write_text(
        style('<info><title>J</title><link rel="independent-parent" href="http://x/no-such-style"/></info>')
    )
    with pytest.raises(UsageError, match="no-such-style, which is not shipped"):
        find_style(str(file))


def style(inside: str, more: str = "") -> str:
    return (
        f'<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0" {more}>{inside}</style>'
    )


CITATION = "<citation><layout>{}</layout></citation>"
CALLS_A = CITATION.format('<text macro="a"/>')
CIRCLE = '<macro name="a"><text macro="b"/></macro><macro name="b"><text macro="a"/></macro>'
BOMB = '<!DOCTYPE style [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE style [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not XML"),
        ("not xml", "is not XML"),
        ("\x89PNG\r\n", "is not XML"),
        ("<html/>", "not CSL"),
        ("<style/>", "not CSL"),
        (style(""), "has no <citation>"),
        (style("<citation/>"), "lacks a <layout>"),
        (style(CALLS_A), "'a' that it does not have"),
        (style(CIRCLE + CALLS_A), "uses itself"),
        (style(CITATION.format('<text variable="title"/>')).replace('"1.0"', '"0.8"'), "version 0.8"),
        (BOMB + style(CITATION.format('<text value="&b;"/>')), "declares a DTD"),
        (OUTSIDE + style(CITATION.format("&a;")), "declares a DTD"),
        (style("<citation>" * 20_000), "is not XML"),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_is_no_style_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    file.write_text(text, "latin-1")
    with pytest.raises(UsageError, match=r"mine\.csl") as refused:
        confirm_style(str(file))
    assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) <= 2


def test_a_style_that_is_missing_a_folder_or_endless_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csl").mkdir()
    (tmp_path / "large.csl").write_bytes(b" " * 5_000_000)
    for name in ("none.csl", "folder.csl", "large.csl"):
        with pytest.raises(UsageError, match=name):
            find_style(str(tmp_path / name))


def test_a_style_that_fails_while_it_renders_is_told_of_in_words(tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    file.write_text(style(CITATION.format("<text/>")))
    with pytest.raises(UsageError, match=r"mine\.csl fails on"):
        confirm_style(str(file))


# --- type, and lists of works ---


def test_runs_are_the_citation_with_its_italics() -> None:
    for name in ("apa", "mhra-notes", "ieee", NOTES):
        runs = cited(ARTICLE, style=name)
        assert "".join(run.text for run in runs) == cite(ARTICLE, style=name)
        assert any("Journal of Modern History" in run.text for run in runs if "italic" in run.types)


def plain(runs: Any) -> str:
    return "".join(run.text for run in runs)


def test_works_are_numbered_as_they_are_cited() -> None:
    second = {**ARTICLE, "locator": "430"}
    works = Works([BOOK, ARTICLE, BOOK, second], style="ieee")
    assert [plain(entry)[:6] for entry in works.entries()] == ["[1] M.", "[2] A."]
    assert [plain(works.cite(item)) for item in (BOOK, ARTICLE, second)] == [
        "[1, p. 45]",
        "[2, p. 420]",
        "[2, p. 430]",
    ]
    assert works.places == [[("page", "45")], [("page", "420"), ("page", "430")]]


def test_works_that_would_be_cited_alike_get_letters() -> None:
    other = {**BOOK, "title": "A History of the Cold War"}
    third = {**BOOK, "author": [{"family": "Zubok", "given": "V."}]}
    works = Works([BOOK, other, third], style="chicago-author-date")
    entries = [plain(entry) for entry in works.entries()]
    assert [entry.split(". ")[1] for entry in entries[:2]] == ["1995a", "1995b"]
    assert "A History" in entries[0]
    assert plain(works.cite(other)) == "(McCauley 1995a, 45)"
    assert plain(works.cite(BOOK)) == "(McCauley 1995b, 45)"
    assert plain(works.cite(third)) == "(Zubok 1995, 45)"


def test_works_stand_by_author_or_title() -> None:
    for name in ("apa", NOTES):
        entries = [plain(entry) for entry in Works([ARTICLE, PAGE, BOOK, FRUS], style=name).entries()]
        begins = [entry.lstrip("“")[:4] for entry in entries]
        assert begins == ["Lett", "McCa", "Offi", "Resi"], name


def test_entries_in_chicago_style_of_editions_and_papers() -> None:
    entries = [plain(entry) for entry in Works([FRUS, TELEGRAM]).entries()]
    assert entries == [
        "“Letter From President Kennedy to Chairman Khrushchev.” February 22, 1961. Document 7 in Foreign "
        "Relations of the United States, 1961–1963, vol. VI, Kennedy-Khrushchev Exchanges, edited by Charles "
        "S. Sampson. Washington: United States Government Printing Office, 1996. "
        "https://history.state.gov/historicaldocuments/frus1961-63v06/d7.",
        "W. Averell Harriman. “Conversation at the theatre.” Telegram. 22 November 1945. Box 3, folder 2. "
        "Department of State Central Files. National Archives, Washington.",
    ]


@pytest.mark.parametrize("offset", range(4))
def test_shipped_styles_render_every_kind_of_item(offset: int) -> None:
    from qa.citing.styles import _folders

    shipped = sorted(path.stem for path in _folders()[0].glob("*.csl"))
    for name in shipped[offset * 30 :: 120]:
        for item in (FRUS, TELEGRAM, BOOK, ARTICLE, PAGE):
            words = cite(item, style=name)
            assert words.strip(), (name, item["type"])
            assert not any("\ufdd0" <= c <= "\ufdef" for c in words)
