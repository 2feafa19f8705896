"""Citations against known ones, and the three exchange formats."""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from qa import reading
from qa.citing import STYLES, bibtex, cite, csl_json, quote_csl, rendering, ris
from qa.errors import UsageError
from qa.types import Document, Metadata
from tests.works import LETTER

SEEDS = Path(__file__).parents[2] / "seeds"
NOTES, MLA, APA = STYLES

ARTICLE: dict[str, Any] = {
    "type": "article-journal",
    "title": "Diplomatic Activities of M.M. Litvinov in the USA",
    "author": [
        {"family": "Vershinin", "given": "Aleksandr A."},
        {"family": "Tupikin", "given": "P.A."},
    ],
    "container-title": "Lomonosov World Politics Journal",
    "volume": "15",
    "issue": "4",
    "page": "7–32",
    "issued": {"date-parts": [[2023]]},
    "DOI": "10.48015/2076",
}


def document(name: str, csl: dict[str, Any], **known: Any) -> Document:
    return Document(name, "words", (), Metadata(csl=csl, **known))


def seed(name: str) -> Document:
    return reading.read(SEEDS / name, name).documents[0]


# --- the two documents that come with the program ---


def test_the_record_is_cited_as_it_says_itself() -> None:
    item = quote_csl(seed("000_3afec642d489efac.txt"), None, None)
    assert cite(item) == (
        "Vershinin A.A., Tupikin P.A. 2023. Diplomatic activities of M.M. Litvinov in the USA during the "
        "Great Patriotic War (1941–1943). Lomonosov World Politics Journal, vol. 15, no. 4, pp. 7–32. "
        "DOI: 10.48015/2076-7404-2023-15-4-7-32. (In Russ.)"
    )
    assert cite(item, locator="12").endswith("(In Russ.), p. 12.")
    assert cite(item, style=MLA) == (
        "Vershinin, Aleksandr A., and Pavel A. Tupikin. “Diplomatic activities of M.M. Litvinov in the USA "
        "during the Great Patriotic War (1941–1943).” Lomonosov World Politics Journal, vol. 15, no. 4, "
        "2023, pp. 7–32, https://doi.org/10.48015/2076-7404-2023-15-4-7-32. "
        "In the text: (Vershinin and Tupikin)"
    )


def test_the_telegram_is_cited_from_its_printed_volume() -> None:
    item = quote_csl(seed("001_6f795bd2570504c7.txt"), "921–922", None)
    assert cite(item) == (
        "“The Ambassador in the Soviet Union (Harriman) to the Secretary of State,” November 22, 1945, in "
        "Foreign Relations of the United States: Diplomatic Papers, 1945, vol. V, Europe (Washington: "
        "United States Government Printing Office, 1967), document 690, pp. 921–922, "
        "https://history.state.gov/historicaldocuments/frus1945v05/d690."
    )


def test_a_quote_from_a_note_is_cited_by_page_and_note() -> None:
    item = quote_csl(seed("001_6f795bd2570504c7.txt"), "921", "7")
    assert ", document 690, p. 921n7, https" in cite(item)
    assert cite(quote_csl(document("a.txt", {"title": "Minutes"}), None, "3")) == "“Minutes,” a.txt, n. 3."


# --- FRUS, three periods ---


@pytest.mark.parametrize(
    ("volume", "key", "pages", "expected"),
    [
        (
            "frus1918Russiav03",
            "d1",
            "1",
            "“The Secretary of State to the Ambassador in Russia (Francis),” April 3, 1917, in Papers "
            "Relating to the Foreign Relations of the United States, 1918, vol. III, Russia (Washington: "
            "United States Government Printing Office, 1932), document 1, p. 1, "
            "https://history.state.gov/historicaldocuments/frus1918Russiav03/d1.",
        ),
        (
            "frus1934v04",
            "d20",
            "20–21",
            "“The Consul at Geneva (Gilbert) to the Secretary of State,” September 12, 1934, in Foreign "
            "Relations of the United States: Diplomatic Papers, 1934, vol. IV, The American Republics "
            "(Washington: United States Government Printing Office, 1951), document 20, pp. 20–21, "
            "https://history.state.gov/historicaldocuments/frus1934v04/d20.",
        ),
        (
            "frus1964-68v14",
            "d20",
            "45",
            "“Summary Record of National Security Council Meeting No. 525,” April 2, 1964, in Foreign "
            "Relations of the United States, 1964–1968, vol. XIV, Soviet Union, ed. David C. Humphrey and "
            "Charles S. Sampson (Washington: United States Government Printing Office, 2001), document 20, "
            "p. 45, https://history.state.gov/historicaldocuments/frus1964-68v14/d20.",
        ),
    ],
)
def test_frus_documents_of_three_periods(volume: str, key: str, pages: str, expected: str) -> None:
    path = Path(__file__).parents[3] / "shared" / "data" / "frus" / f"{volume}.xml"
    if not path.exists():
        pytest.skip(f"the archive's {path.name} is not here")
    found = {each.name: each for each in reading.read(path, path.name).documents}
    assert cite(quote_csl(found[f"{volume}/{key}"], pages, None)) == expected


def test_a_frus_letter_in_every_style() -> None:
    assert cite(LETTER, locator="6") == (
        "“Letter From President Kennedy to Chairman Khrushchev,” February 22, 1961, in Foreign Relations of "
        "the United States, 1961–1963, vol. VI, Kennedy-Khrushchev Exchanges, ed. Charles S. Sampson "
        "(Washington: United States Government Printing Office, 1996), document 7, p. 6, "
        "https://history.state.gov/historicaldocuments/frus1961-63v06/d7."
    )
    assert cite(LETTER, style=MLA, locator="6") == (
        "“Letter From President Kennedy to Chairman Khrushchev.” 22 Feb. 1961. Foreign Relations of the "
        "United States, 1961–1963, vol. VI, Kennedy-Khrushchev Exchanges, edited by Charles S. Sampson, "
        "no. 7, United States Government Printing Office, 1996, "
        "https://history.state.gov/historicaldocuments/frus1961-63v06/d7. "
        "In the text: (“Letter From President Kennedy to Chairman Khrushchev” 6)"
    )
    assert cite(LETTER, style=APA, locator="6") == (
        "Letter From President Kennedy to Chairman Khrushchev. (1996). In C. S. Sampson (Ed.), Foreign "
        "Relations of the United States, 1961–1963: Vol. VI. Kennedy-Khrushchev Exchanges (No. 7). "
        "United States Government Printing Office. "
        "https://history.state.gov/historicaldocuments/frus1961-63v06/d7 (Original work published 1961) "
        "In the text: (“Letter From President Kennedy to Chairman Khrushchev,” 1961/1996, p. 6)"
    )


def test_a_list_in_a_volume_has_no_number_and_no_day() -> None:
    item = {key: value for key, value in LETTER.items() if key not in {"number", "original-date"}}
    words = cite({**item, "title": "List of Names"}, locator="XI")
    assert words.startswith("“List of Names,” in Foreign Relations")
    assert "1996), p. XI, https" in words
    assert "document" not in words.replace("historicaldocuments", "")


# --- what the shipped processor got wrong ---


def test_an_article_in_every_style() -> None:
    assert cite(ARTICLE) == (
        "Aleksandr A. Vershinin and P. A. Tupikin, “Diplomatic Activities of M.M. Litvinov in the USA,” "
        "Lomonosov World Politics Journal 15, no. 4 (2023): 7–32, https://doi.org/10.48015/2076."
    )
    assert "(2023): 12, https" in cite(ARTICLE, locator="12")
    assert cite(ARTICLE, style=MLA, locator="12") == (
        "Vershinin, Aleksandr A., and P. A. Tupikin. “Diplomatic Activities of M.M. Litvinov in the USA.” "
        "Lomonosov World Politics Journal, vol. 15, no. 4, 2023, pp. 7–32, https://doi.org/10.48015/2076. "
        "In the text: (Vershinin and Tupikin 12)"
    )
    assert cite(ARTICLE, style=APA, locator="12") == (
        "Vershinin, A. A., & Tupikin, P. A. (2023). Diplomatic Activities of M.M. Litvinov in the USA. "
        "Lomonosov World Politics Journal, 15(4), 7–32. https://doi.org/10.48015/2076 "
        "In the text: (Vershinin & Tupikin, 2023, p. 12)"
    )


@pytest.mark.parametrize(
    ("pages", "notes", "mla", "apa"),
    [
        # Chicago: as many figures as are needed, two at least; all of them below 100 and after hundreds.
        ("7–32", "7–32", "7–32", "7–32"),
        ("100–104", "100–104", "100–04", "100–104"),
        ("101–108", "101–8", "101–08", "101–108"),
        ("321–328", "321–28", "321–28", "321–328"),
        ("921–922", "921–22", "921–22", "921–922"),
        ("498–532", "498–532", "498–532", "498–532"),
        ("1496–1504", "1496–504", "1496–504", "1496–1504"),
        ("xii–xiv", "xii–xiv", "xii–xiv", "xii–xiv"),
        ("97–105", "97–105", "97–105", "97–105"),
        ("12", "12", "12", "12"),
    ],
)
def test_page_ranges(pages: str, notes: str, mla: str, apa: str) -> None:
    item = {**ARTICLE, "page": pages}
    assert f": {notes}, https" in cite(item)
    assert f"pp. {mla}, https" in cite(item, style=MLA) or f"p. {mla}, https" in cite(item, style=MLA)
    assert f", {apa}. https" in cite(item, style=APA)


@pytest.mark.parametrize("style", STYLES)
def test_an_undated_part_does_not_repeat_its_title(style: str) -> None:
    words = cite({"type": "chapter", "title": "Persons", "container-title": "Exchanges"}, style=style)
    entry = words.split(" In the text: ")[0]
    assert entry.count("Persons") == 1
    assert entry.count("Exchanges") == 1


@pytest.mark.parametrize(
    ("title", "cited"),
    [
        ("On war and peace.", "“On war and peace,” "),
        ("He called it “peace.”", "“He called it ‘peace,’” "),
        ("Letters to J. R.", "“Letters to J. R.,” "),
        ("Notes by Maisky et al.", "“Notes by Maisky et al.,” "),
        ("A day in the U.S.", "“A day in the U.S.,” "),
        ("And so on...", "“And so on...,” "),
    ],
)
def test_a_full_stop_that_a_bibliography_sets_behind_a_title_is_not_printed(title: str, cited: str) -> None:
    item = {"type": "article-journal", "title": title, "container-title": "Foreign Affairs.", "volume": "3"}
    assert cite(item) == f"{cited}Foreign Affairs 3 (n.d.)."
    assert json.loads(csl_json(item))[0]["title"] == title
    short = {**item, "container-title": "Amer. Hist. Rev."}
    assert "Amer. Hist. Rev. 3" in cite(short)


@pytest.mark.parametrize("style", STYLES)
def test_titles_keep_their_own_letters(style: str) -> None:
    title = "on x & y: the NKVD’s Use of “Evidence”, and iPhones"
    words = cite({**ARTICLE, "title": title, "language": "en"}, style=style)
    assert re.sub("[“”‘’,]", "", title) in re.sub("[“”‘’,]", "", words)


def test_only_the_styles_own_quotation_marks_take_in_a_comma() -> None:
    words = cite({"type": "book", "title": "The “West”", "author": [{"literal": "UNESCO"}], "locator": "3"})
    assert words == "UNESCO, The “West” (n.d.), 3."
    assert cite({"title": "On “peace”"}) == "“On ‘peace.’”"
    assert cite({"title": "What now?"}) == "“What now?”"
    assert "“Why?,” " in cite({**ARTICLE, "title": "Why?"})
    assert " Why? Lomonosov" in cite({**ARTICLE, "title": "Why?"}, style=APA)


def test_months_do_not_depend_on_what_was_cited_before() -> None:
    webpage = {
        "type": "webpage",
        "title": "P",
        "URL": "https://x.org",
        "accessed": {"date-parts": [[2020, 9, 2]]},
    }
    day = {**LETTER, "original-date": {"date-parts": [[1961, 9, 2]]}}
    before = cite(day, style=MLA), cite(webpage, style=MLA)
    rendering._rendered.cache_clear()
    assert (cite(day, style=MLA), cite(webpage, style=MLA)) == before
    assert "2 Sept. 1961" in before[0]
    assert "Accessed 2 Sept. 2020" in before[1]


# --- plain files, odd input ---


def test_a_file_of_which_nothing_is_known() -> None:
    bare = document("notes/minutes.txt", {"type": "document", "title": "Minutes of the meeting"})
    assert cite(quote_csl(bare, None, None)) == "“Minutes of the meeting,” minutes.txt."
    dated = document("m.txt", {"title": "Minutes", "issued": {"date-parts": [[1945, 11]]}})
    assert cite(quote_csl(dated, "3", None)) == "“Minutes,” November 1945, m.txt, p. 3."
    assert cite(quote_csl(document("a/b.txt", {}), None, None)) == "“b.txt.”"
    for style in (MLA, APA):
        assert "minutes.txt" in cite(quote_csl(bare, None, None), style=style)


def test_markup_comes_out_as_plain_text() -> None:
    tagged = {
        "title": 'The <i>Izvestia</i> & <span class="nocase">USSR</span>: H<sub>2</sub>O <b>a <i>b</i></b>'
    }
    assert cite(tagged) == "“The Izvestia & USSR: H2O a b.”"
    assert (
        cite({"title": "if a<b & c>d\n<script>x</script> &amp;"})
        == "“if a<b & c>d <script>x</script> &amp;.”"
    )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "item",
    [
        {},
        {"type": "no-such-type", "title": "T"},
        {"title": ""},
        {"title": "T", "author": [{}], "issued": {"date-parts": [[]]}},
        {"title": "T", "author": [{"literal": "A", "family": "B"}], "issued": {"literal": "spring"}},
        {"title": "T", "issued": {"date-parts": [["1945", "11", "22"]]}, "volume": 5, "custom": None},
        {
            "title": "T",
            "type": "article-journal",
            "page": "7-",
            "volume": "V–VI",
            "editor": [{"family": "É"}],
        },
        {"title": "T", "type": "chapter", "container-title": "C", "volume": "1", "custom": {"x": 1}},
        {"title": "T", "author": "J. Doe", "editor": ["A", 3, None], "issued": "1945-11-22", "number": [1]},
        {"title": "T", "issued": {"date-parts": [["x"]]}, "accessed": {"date-parts": [[1945, 13, 40]]}},
        {"title": "Т" * 3000, "type": "book", "issued": {"date-parts": [[-44]]}},
        {
            "title": "T",
            "issued": {"date-parts": [[float("inf")]]},
            "accessed": {"date-parts": [[1945, 1e999]]},
        },
    ],
    ids=range(12),
)
def test_odd_items_still_give_one_line(style: str, item: dict[str, Any]) -> None:
    words = cite(item, style=style)
    assert "\n" not in words
    assert item.get("title", "") in words
    assert bibtex(item).startswith("@")
    assert ris(item).startswith("TY  - ")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(UsageError, match="chicago-notes-bibliography"):
        cite(ARTICLE, style="turabian")


def test_quote_csl_does_not_touch_the_document() -> None:
    csl = dict(LETTER)
    item = quote_csl(document("frus1961-63v06/d7", csl, url=LETTER["URL"]), "6", None)
    assert (item["id"], item["locator"], item["label"]) == ("frus1961-63v06/d7", "6", "page")
    assert csl == LETTER
    assert json.loads(json.dumps(item)) == item


def test_citing_from_many_threads_gives_what_one_gives() -> None:
    items = [{**ARTICLE, "title": f"Title {i}", "volume": str(i)} for i in range(24)]
    alone = [cite(item, locator=str(i)) for i, item in enumerate(items)]
    rendering._rendered.cache_clear()
    together: list[str] = [""] * len(items)

    def work(first: int) -> None:
        for i in range(first, len(items), 4):
            together[i] = cite(items[i], locator=str(i))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_citation_is_fast() -> None:
    cite(LETTER)
    taken = []
    for page in range(60):
        # The processor's own time, whatever else the machine does.
        began = time.process_time()
        cite(LETTER, locator=str(page))
        taken.append(time.process_time() - began)
    assert statistics.median(taken) < 0.015


# --- exchange formats ---


def test_bibtex() -> None:
    made = bibtex({**LETTER, "id": "frus1961-63v06/d7", "locator": "6–7", "label": "page"})
    assert made == (
        "@incollection{frus1961-63v06-d7,\n"
        "  title = {{Letter From President Kennedy to Chairman Khrushchev}},\n"
        "  booktitle = {Foreign Relations of the United States, 1961–1963},\n"
        "  volume = {VI},\n"
        "  number = {7},\n"
        "  series = {Kennedy-Khrushchev Exchanges},\n"
        "  editor = {Sampson, Charles S.},\n"
        "  publisher = {United States Government Printing Office},\n"
        "  address = {Washington},\n"
        "  year = {1996},\n"
        "  date = {1996},\n"
        "  origdate = {1961-02-22},\n"
        "  pages = {6--7},\n"
        "  url = {https://history.state.gov/historicaldocuments/frus1961-63v06/d7}\n"
        "}\n"
    )


def test_bibtex_escapes() -> None:
    made = bibtex(
        {
            "title": "50% of {A}_B & C$ #1 ~^ \\x",
            "author": [{"literal": "R & D"}],
            "URL": "https://x.org/a_{b}%20c",
        }
    )
    assert r"title = {{50\% of \textbraceleft{}A\textbraceright{}\_B \& C\$ \#1 " in made
    assert r" \textasciitilde{}\textasciicircum{} \textbackslash{}x}}" in made
    # Several words of a literal name must not be taken for given and family names.
    assert r"author = {{R \& D}}" in made
    assert "url = {https://x.org/a_%7Bb%7D%20c}" in made
    assert made.count("{") - made.count(r"\{") == made.count("}") - made.count(r"\}")


def test_ris() -> None:
    made = ris({**LETTER, "locator": "6–7", "label": "page"})
    assert made.startswith("TY  - CHAP\r\nTI  - Letter From President Kennedy to Chairman Khrushchev\r\n")
    for line in (
        "ED  - Sampson, Charles S.",
        "VL  - VI",
        "IS  - 7",
        "SP  - 6",
        "EP  - 7",
        "PY  - 1996",
        "DA  - 1961/02/22/",
    ):
        assert f"\r\n{line}\r\n" in made
    assert made.endswith("ER  - \r\n")
    assert ris({"title": "a\r\nER  - \r\nTY  - BOOK"}) == "TY  - GEN\r\nTI  - a ER - TY - BOOK\r\nER  - \r\n"


def test_csl_json() -> None:
    assert json.loads(csl_json({**ARTICLE, "id": "a"})) == [{**ARTICLE, "id": "a"}]
    assert "–" in csl_json(ARTICLE)


@pytest.mark.parametrize("style", STYLES)
def test_what_is_longer_than_anybody_prints_is_cut(style: str) -> None:
    item = {"type": "book", "title": "<i>" * 30_000 + "W" * 9_000, "page": "1-2, " * 5_000}
    assert len(cite(item, style=style)) < 12_000
    assert len(cite({"type": "book", "title": "W" * 9_000}, style=style)) > 3_000
