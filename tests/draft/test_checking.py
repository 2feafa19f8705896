"""The verdicts, on the telegram that comes with the program."""

from __future__ import annotations

import pytest

from qa.draft import Checker, checking
from qa.draft.attributing import Earlier, resolved
from qa.draft.manuscript import of_text
from qa.draft.quotation import Printed
from qa.draft.report import as_dict, as_markdown, difference
from qa.draft.units import OMITTED
from qa.errors import UsageError
from tests.draft.papers import TELEGRAM, checked
from tests.library import shelf

NOTE = f"\n\n[^1]: {TELEGRAM}, p. 921.\n\n[^2]: {TELEGRAM}, p. 922."


@pytest.mark.parametrize(
    "words",
    [
        "I know what should be done but I am powerless",
        "Nothing. I believe I know what should be done but I am powerless.",  # its own stop
        "but I am powerless,",
        "[b]ut I am powerless",
        "[B]ut I am powerless",
        "I know what […] I am powerless",
        "I know what [...] I am powerless",
        "I know what . . . I am powerless",
        "I know what… I am powerless",
        "I know what (…) I am powerless",
        "I know what should [sic] be done but I am powerless",
        "I know what [he said] should be done but I am powerless [emphasis added]",
        "[Litvinov] made it clear that he was speaking about the situation within the counsels",
        "He made it clear that he was speak[s] about the situation within the counsels",
        "He replied ‘Nothing’. I then asked ‘What can you do about it’.",
        "I know what should be done *but* I am _powerless_",
        "conversation with Litvinov. He told me that he was disturbed",  # the marker's number is not words
        "conversation with Litvinov.7 He told me that he was disturbed",  # nor does it harm
        "what he wanted at London Conference the Soviet Govt under leadership",  # over a page's end
        "Maxim Maximovich Litvinov had been an Assistant People's Commissar",  # a note
        "11–2245: Telegram",
    ],
)
def test_what_scholars_may_change_is_exact(checker: Checker, words: str) -> None:
    (one,) = checked(checker, f"He said: “{words}”")
    assert (one.verdict, one.kinds) == ("exact", ()), difference(one)


@pytest.mark.parametrize(
    ("words", "kinds", "shown"),
    [
        ("I know what should be done but I am helpless", ("words",), "[-helpless-] {+powerless+}"),
        ("I know what should be done but am powerless", ("left out",), "but {+I+} am"),
        ("I know what should surely be done but I am powerless", ("put in",), "[-surely-]"),
        ("I know what should be done, but I am powerless", ("punctuation",), "done[-,-] but"),
        ("I know what should be done but I am powerless!", ("punctuation",), "[-!-]"),
        ("I believe I know what should be done But I am powerless", ("capitals",), "[-But-] {+but+}"),
        ("I beleive I know what should be done but I am powerless", ("spelling",), "[-beleive-] {+believe+}"),
        ("I know what should done be but I am powerless", ("order",), ""),
        ("consistently during the past 3 years extremely disgruntled", ("number",), "[-3-] {+2+}"),
        ("Why has America become so aggressive why is she interfering", ("punctuation",), "{+;+}"),
        ("how to behave toward the other", ("spelling",), "[-toward-] {+towards+}"),
        ("I know what should […] done but I am helpless", ("words",), "[-helpless-]"),
        ("We would not at that time be faced with a number of faits accomplis", ("put in",), "[-not-]"),
        (
            "Tito has broken with Subasic. The Chinese National Govt has been crossed",
            ("left out",),
            "{+double-+}",
        ),
    ],
)
def test_an_alteration_of_any_kind_is_seen_and_shown(
    checker: Checker, words: str, kinds: tuple[str, ...], shown: str
) -> None:
    (one,) = checked(checker, f"He said: “{words}”")
    assert one.verdict == "altered"
    assert set(kinds) <= set(one.kinds)
    assert shown in difference(one)
    assert one.quotes[0].document == TELEGRAM
    assert (
        checker.library.document(TELEGRAM).text[one.quotes[0].start : one.quotes[0].end] == one.quotes[0].text
    )


@pytest.mark.parametrize(
    "words",
    [
        "At the theatre last night I had a most disquieting few sentence conversation. We would at that time "
        "be faced with a number of faits accomplis.",
        "At the theatre last night I had a most disquieting few sentence conversation […] a number of faits "
        "accomplis and also entrenched Soviet positions",
        "Stalin has indicated that the Foreign Ministers should meet again. Special attention is paid to his "
        "efforts aimed at clarifying the Soviet position.",
    ],
)
def test_what_stands_in_two_places_is_joined_and_both_are_named(checker: Checker, words: str) -> None:
    (one,) = checked(checker, f"He said: “{words}”")
    assert one.verdict == "joined"
    assert len(one.quotes) == 2
    assert [quote.number for quote in one.quotes] == [1, 2]
    assert all(quote.citation for quote in one.quotes)


def test_an_omission_as_long_as_a_passage_is_honest_and_a_longer_one_is_two_places(checker: Checker) -> None:
    near = "disturbed by the international situation […] I am powerless"
    (one,) = checked(checker, f"“{near}”")
    assert one.verdict == "exact"
    assert 0 < one.omitted <= OMITTED
    far = "disturbed by the international situation […] Tito has broken with Subasic"
    assert [each.verdict for each in checked(checker, f"“{far}”")] == ["joined"]


@pytest.mark.parametrize(
    ("citation", "standing"),
    [
        (f"{TELEGRAM}, p. 921", "right"),
        (f"{TELEGRAM}, pp. 920–22", "right"),
        ("Harriman to Byrnes, 22 November 1945, FRUS 1945, V, 921", "right"),
        ("FRUS 1945, vol. V, doc. 690", "right"),
        ("https://history.state.gov/historicaldocuments/frus1945v05/d690", "right"),
        (f"{TELEGRAM}, p. 922", "page"),
        ("Harriman to Byrnes, 22 November 1945, FRUS 1945, V, 917", "page"),
        ("frus1961-63v06/d6, p. 40", "document"),
        ("Letter From the Consul at Port 3 to the Minister, FRUS 1961–1963, vol. VI, doc. 3", "document"),
        ("FRUS 1945, vol. V, doc. 691, p. 921", "document"),
        (
            "Harriman to Byrnes, 22 November 1945, FRUS 1945, V, 921; see also FRUS 1961–63, VI, doc. 3",
            "right",
        ),
        ("Smith, The Cold War, 1999", "unknown"),
    ],
)
def test_the_citation_is_compared_with_the_place(checker: Checker, citation: str, standing: str) -> None:
    (one,) = checked(checker, f"“I know what should be done but I am powerless”[^1]\n\n[^1]: {citation}.")
    assert one.attribution.standing == standing
    assert one.verdict == ("misattributed" if standing in ("page", "document") else "exact")
    assert one.quotes[0].pages == "921"


def test_ibid_is_what_came_before(checker: Checker) -> None:
    text = (
        "“I am powerless but”[^1] “I know what should be done but I am powerless”[^2] and “Tito has broken "
        f"with Subasic”[^3].\n\n[^1]: {TELEGRAM}, p. 921.\n\n[^2]: Ibid.\n\n[^3]: Ibid., 921."
    )
    assert [one.attribution.standing for one in checked(checker, text)][1:] == ["right", "page"]


@pytest.mark.parametrize(
    "words",
    [
        "We shall never sign a paper of that kind while the ice is on the river",
        "It is the opinion of the Government that no further steps are to be taken in this matter",
        "of the and in that which to be",
    ],
)
def test_what_stands_nowhere_is_not_found(checker: Checker, words: str) -> None:
    (one,) = checked(checker, f"“{words}”")
    assert one.verdict == "not found"


def test_a_word_or_two_are_judged_only_where_they_stand_once(checker: Checker) -> None:
    once, often, never = checked(checker, "“disquieting” and “Soviet Union” and “blue umbrella”")
    assert (once.verdict, often.verdict, never.verdict) == ("exact", "too short", "too short")
    assert often.places > 1
    assert never.places == 0


def test_titles_in_citations_are_no_quotations(checker: Checker) -> None:
    text = (
        "“I know what should be done but I am powerless”[^1]\n\n[^1]: “The Ambassador in the Soviet Union "
        "(Harriman) to the Secretary of State,” November 22, 1945; A. Smith, “A Study of Boats,” Journal 5."
    )
    made = checker.check(of_text("d.md", text))
    assert [one.verdict for one in made.checks] == ["exact"]
    assert len(made.titles) == 2


def test_the_report_holds_all_of_it_as_data_and_to_read(checker: Checker) -> None:
    text = f"“I am helpless <b>” “I know what should be done but I am powerless”[^2]{NOTE}"
    made = checker.check(of_text("a_*draft*.md", text))
    told = as_dict(made)
    assert told["counts"] == {
        "exact": 0, "altered": 1, "joined": 0, "misattributed": 1, "not found": 0, "too short": 0,
    }  # fmt: skip
    assert told["right"] is False
    wrong = told["checks"][1]
    assert (wrong["verdict"], wrong["attribution"]["standing"], wrong["line"]) == ("misattributed", "page", 1)
    assert wrong["citation"].endswith("d690.")
    read = as_markdown(made)
    assert "a\\_\\*draft\\*.md" in read
    assert "<b>" not in read
    assert "~~helpless" in read


def test_a_draft_without_quotations_has_nothing_to_mend(checker: Checker) -> None:
    made = checker.check(of_text("d.md", "No quotation at all."))
    assert made.right
    assert not made.checks
    assert as_markdown(made).startswith("# The quotations of d.md")


def test_a_draft_is_checked_against_the_library_as_it_was(place: str) -> None:
    """What it quotes is taken out while it is checked."""
    library = shelf.filled(place)
    draft = of_text("d.md", "He said “Litvinov spoke at the theatre”, then “Litvinov spoke at the theatre”.")

    def progress(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("checking", 1):
            assert shelf.elsewhere(lambda: library.remove(["telegram.txt"])) == ("telegram.txt",)

    checker = Checker(library)
    verdicts = [[one.verdict for one in checker.check(draft, progress=told).checks]
                for told in (progress, None)]  # fmt: skip
    assert verdicts == [["exact", "exact"], ["not found", "not found"]]
    library.close()


def test_a_draft_of_more_quotations_than_any_book_is_refused(
    folder_checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = of_text("d.md", "“I am powerless” and “counsels” and “Nothing”.")
    monkeypatch.setattr(checking, "MOST", 3)
    assert len(folder_checker.check(draft).checks) == 3
    monkeypatch.setattr(checking, "MOST", 2)
    with pytest.raises(UsageError, match=r"^d\.md: has 3 quotations; at most 2 are checked\."):
        folder_checker.check(draft)


def test_ibid_is_the_citation_before_that_is_none_itself() -> None:
    first, again, second, last = (
        Printed(words, "note", standing)
        for words, standing in (
            ("Smith, A, p. 7", 5),
            ("Ibid., 9", 20),
            ("Jones, B, p. 8", 30),
            ("Ibid.", 40),
        )
    )
    earlier = Earlier([second, last, first, again, first])
    assert [earlier.before(one) for one in (first, again, second, last)] == [None, first, first, second]
    assert resolved(again, earlier)[1] == "Ibid., 9 = Smith, A, p. 7"
    assert resolved(first, earlier)[1] == "Smith, A, p. 7"
