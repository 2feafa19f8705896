import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qa.evaluation.compare import Comparison, Difference
from qa.evaluation.manifest import Manifest, RunSet
from qa.evaluation.measures import MEASURES, Context, Outcome, ShownQuote, values
from qa.evaluation.report import html
from qa.evaluation.report.detail import detail, in_script
from qa.evaluation.report.elements import Markup, element, empty
from qa.evaluation.report.verdicts import VERDICTS, lead, meanings, verdict
from qa.evaluation.report.words import GROUPS, PLAIN
from qa.evaluation.results import Result, result
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."
HOSTILE = "</script><script>alert(1)</script><!-- \"'><img src=x onerror=alert(2)> & \u2028 \\u003c"


class Tags(HTMLParser):
    """The start tags with their attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in self.raw:
            self.raw[self.cdata_elem][-1] += data


def hostile() -> list[Result]:
    quote = ShownQuote(HOSTILE, 5, 5 + len(HOSTILE), HOSTILE, HOSTILE, HOSTILE, HOSTILE[:9], True, 5)
    one = asked(1, {HOSTILE: HOSTILE}, quotes=(quote,), ranking="a", answer=HOSTILE, kind=HOSTILE)
    one = replace(
        one,
        question=replace(one.question, id=HOSTILE, question=HOSTILE, after=(HOSTILE,)),
        ranking=((HOSTILE, 1.0),),
        error=HOSTILE,
        contexts=(Context("evidence", 0, HOSTILE, 0, 4, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
    )
    return [result(HOSTILE, [one, asked(2)], warnings=(HOSTILE,)), result("other", [asked(3)])]


def test_what_documents_and_questions_hold_stays_text() -> None:
    results = hostile()
    harmless = [
        result(
            "mine",
            [asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),), answer="x", ranking="a"), asked(2)],
        ),
        result("other", [asked(3)]),
    ]
    mine, plain = Tags(html(results, turned(results))), Tags(html(harmless))
    names = {tag for tag, _ in mine.tags}
    assert names <= {tag for tag, _ in plain.tags} | {"abbr", "ul", "button", "small"}
    assert "img" not in names
    assert not [name for _, attributes in mine.tags for name in attributes if name.startswith("on")]
    assert len(mine.raw["script"]) == len(plain.raw["script"]) == 3  # two sets and the page's own
    assert mine.raw["script"][-1] == plain.raw["script"][-1]
    found = json.loads(mine.raw["script"][0])
    assert found["set"] == HOSTILE
    assert found["questions"][0]["question"] == HOSTILE
    assert found["questions"][0]["quotes"][0]["words"][2] == HOSTILE[:9]


def turned(results: list[Result]) -> list[Comparison]:
    ids = (HOSTILE,)
    return [Comparison(r.name, 2, (Difference("Success@1", 0.5, 1, 0.1, 0.9, ids, ids),)) for r in results]


def test_nothing_is_fetched_and_only_its_own_script_may_run() -> None:
    page = html(hostile())
    read = Tags(page)
    addresses = [
        value
        for _, attributes in read.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action")
    ]
    assert addresses
    assert all((address or "").startswith("#") for address in addresses)
    assert "@import" not in page
    assert "url(" not in page
    policy = next(a["content"] for t, a in read.tags if t == "meta" and "http-equiv" in a)
    assert policy is not None
    assert "default-src 'none'" in policy
    for kind in ("script", "style"):
        sum_ = base64.b64encode(hashlib.sha256(read.raw[kind][-1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{sum_}'" in policy
    # An inline style would be refused by the policy and only show in the browser's console.
    assert not [attributes for _, attributes in read.tags if "style" in attributes]


def test_where_the_library_lies_is_not_said() -> None:
    library = {"location": "/home/somebody/secret", "documents": 3853, "passages": 37475, "generation": 9}
    asked_of = RunSet(
        name="mine",
        sha256="",
        questions=1,
        asked="cd" * 32,
        path="/home/somebody/secret/mine.jsonl",
        library=library,
    )
    manifest = Manifest(
        (asked_of,),
        model="all-MiniLM-L6-v2",
        evidence=None,
        weights=None,
        threshold=0.374,
        settings={},
        versions={"python": "3.11.7"},
        batch=32,
        started="2026-11-22T09:53:00+00:00",
    )
    page = html([result("mine", [asked(1)], manifest=manifest)])
    assert "secret" not in page
    assert "3,853 documents, 37,475 passages, generation 9" in page
    assert "1, sha256 cdcdcdcdcdcdcdcd" in page  # without a file, that of the questions
    assert "0.374" in page
    assert "Run on 2026-11-22 09:53 UTC" in page
    assert "Questions were asked side by side" in page


def test_every_measure_has_its_place_and_its_words() -> None:
    placed = [name for names in GROUPS.values() for name in names]
    assert sorted(placed) == sorted(MEASURES) == sorted(PLAIN)


def test_a_measure_without_a_value_is_left_out() -> None:
    page = html([result("mine", [asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),), ranking="a")])])
    assert "<code>quote_hit@1</code>" in page
    assert "<code>pages</code>" not in page
    assert "<code>answered_wrongly</code>" not in page
    assert "Answer from" not in page.partition("<script")[0]  # no question without an answer, no threshold


def test_an_empty_set_and_one_of_documents_alone_make_a_report() -> None:
    page = html(
        [result("none", []), result("documents", [asked(1, {"a": None}, ranking="a", answered=False)])]
    )
    assert "0 questions" in page
    assert "not answered, though the right document is among the first ten" in page


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),)), "right"),
        (asked(1, {"a": SENTENCE}, quotes=(shown("b", "x"), shown("a", SENTENCE))), "near"),
        (asked(1, {"a": SENTENCE}, quotes=(shown("b", "x"),)), "beside"),
        (asked(1, quotes=(shown("b", "x"),)), "unfounded"),
        (asked(1, answered=False), "refused"),
        (asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),), answered=False), "withheld"),
        (asked(1, {"a": SENTENCE}, answered=False), "missed"),
        (asked(1, {"a": None}, ranking="a b"), "right"),
        (asked(1, {"a": None}, ranking="b a"), "near"),
        (asked(1, {"a": None}, ranking="b"), "beside"),
        (asked(1, {"a": None}, ranking="b a", answered=False), "withheld"),
        (asked(1, {"a": None}, answered=False), "missed"),
    ],
)
def test_verdicts(outcome: Outcome, name: str) -> None:
    (row,) = values([outcome])
    assert verdict(row) == name
    assert set(meanings([row])) == set(VERDICTS)


def test_the_first_sentence_counts_answers_and_silences() -> None:
    rows = values(
        [
            asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),)),
            asked(2, {"a": SENTENCE}, quotes=(shown("a", "Other words."),)),
            asked(3),
            asked(4, answered=False),
            asked(5, {"a": SENTENCE}, answered=False),
        ]
    )
    said = lead(rows).replace("\u00a0", " ")
    assert said == (
        "Of 3 answers, the first quote shows the evidence in 1 (33 %). "
        "Of 2 times that it said “nothing answers”, it was right in 1 (50 %)."
    )


def test_contexts_say_where_the_document_goes_on() -> None:
    long = "x" * 300
    quote = ShownQuote("a", 500, 500 + len(SENTENCE), SENTENCE, SENTENCE, phrase="told me", phrase_start=503)
    places = (
        Context("evidence", 0, "a", 4, 4 + len(SENTENCE), "Sir.", SENTENCE, "End.", "A letter", "1945-11-22"),
        Context("quote", 0, "a", 500, 500 + len(SENTENCE), long, SENTENCE, long, "A letter", "1945-11-22"),
    )
    outcome = replace(asked(1, {"a": SENTENCE}, quotes=(quote,)), contexts=places)
    data = detail(result("mine", [outcome]))
    (question,) = data["questions"]
    assert data["documents"] == {"a": ("A letter", "1945-11-22")}
    assert question["evidence"] == [{"document": "a", "words": ["Sir.", SENTENCE, "End."]}]
    before, start, phrase, rest, after = question["quotes"][0]["words"]
    assert (before, after) == (f"…{long}", f"{long}…")
    assert (start, phrase, rest) == ("He ", "told me", SENTENCE[10:])


def test_a_phrase_that_is_not_where_it_should_be_is_not_marked() -> None:
    quote = ShownQuote("a", 0, len(SENTENCE), SENTENCE, SENTENCE, phrase="told me", phrase_start=4)
    data = detail(result("mine", [asked(1, {"a": SENTENCE}, quotes=(quote,))]))
    assert data["questions"][0]["quotes"][0]["words"] == ["", SENTENCE, "", "", ""]


def test_data_in_a_script_reads_back_as_it_was() -> None:
    data = {"words": HOSTILE, "half": "\ud800", "number": 0.1}
    text = in_script(data)
    assert json.loads(text) == data
    assert not re.search("[<>&\u2028\u2029]", text)


def test_elements_escape_all_but_markup() -> None:
    assert element("p", "<b>", Markup("<i>"), None, class_='a"b', data_x=1.50, hidden=True, id=None) == (
        '<p class="a&quot;b" data-x="1.5" hidden>&lt;b&gt;<i></p>'
    )
    assert empty("rect", viewBox="0 0 1 1", stroke_width=2.0) == '<rect viewBox="0 0 1 1" stroke-width="2"/>'
