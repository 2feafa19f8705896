import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.wording import exact_match, normalise, overlap, same_pages, token_f1, union


def test_overlap_is_the_common_run_as_a_share_of_the_shorter() -> None:
    text = "one two three four five six seven eight nine ten"
    assert overlap("one two three four five six", text) == 1
    # words 1-6 and 5-10 of the same text share five and six
    assert overlap("one two three four five six", "five six seven eight nine ten") == pytest.approx(2 / 6)
    assert overlap("three four five", "five") == 1
    assert overlap("", text) == 0
    assert overlap("…", text) == 0


def test_words_in_common_that_stand_apart_are_no_overlap() -> None:
    one = "In the opinion of the Ambassador it was for the Government of the Soviet Union to decide"
    other = "It was the hope of the Soviet Government that the Ambassador of Great Britain in the city"
    common = union([one]) & union([other])
    assert common.total() / 17 > 0.5
    assert overlap(one, other) < 0.2


def test_typography_makes_no_difference_to_overlap() -> None:
    assert overlap("“Nothing.”  I believe\nI ﬁnd", '"NOTHING". I believe I find') == 1


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), st.data())
def test_ranges_of_one_text_overlap_by_at_least_what_their_places_share(
    text: list[str], data: st.DataObject
) -> None:
    cut = (
        st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
        .map(sorted)
        .filter(lambda c: c[0] < c[1])
    )
    (a, b), (c, d) = data.draw(cut), data.draw(cut)
    shared = max(0, min(b, d) - max(a, c))
    found = overlap(" ".join(text[a:b]), " ".join(text[c:d]))
    assert found >= shared / min(b - a, d - c)
    assert found == overlap(" ".join(text[c:d]), " ".join(text[a:b])) <= 1


def test_union_counts_what_is_given_twice_once() -> None:
    assert union(["the man and the boy", "The man, and the boy."]) == union(["the man and the boy"])
    assert union(["the man", "the the boy"]) == {"the": 2, "man": 1, "boy": 1}
    assert union([]).total() == 0


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Quick, brown fox!", "quick brown fox"),
        ("A.N. Other", "other"),  # punctuation goes first, so "A.N." becomes the article "an"
        ("an apple a day", "apple day"),
        ("theatre", "theatre"),
        ("“Curly” quotes’ marks", "“curly” quotes’ marks"),  # SQuAD removes ASCII punctuation alone
        ("1,000", "1000"),
    ],
)
def test_squad_normalisation(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_squad_exact_match_takes_any_gold_answer() -> None:
    assert exact_match("The Soviet Union.", ["Russia", "soviet union"]) == 1
    assert exact_match("Soviet", ["soviet union"]) == 0


@pytest.mark.parametrize(
    ("answer", "golds", "f1"),
    [
        ("Norway and Turkey", ["Norway and Turkey"], 1.0),
        # common: norway, turkey; precision 2/2, recall 2/3
        ("Norway Turkey", ["Norway and Turkey"], 0.8),
        # the bag counts repeats: common 1, precision 1/3, recall 1/1
        ("no no no", ["no"], 0.5),
        ("Paris", ["London", "Paris in France"], 0.5),
        ("Paris", ["London"], 0.0),
        ("", ["London"], 0.0),
        ("the", ["a"], 1.0),  # both normalise to nothing
    ],
)
def test_squad_f1(answer: str, golds: list[str], f1: float) -> None:
    assert token_f1(answer, golds) == pytest.approx(f1)


def test_pages_are_the_same_whichever_dash() -> None:
    assert same_pages("921–922", "921-922")
    assert same_pages("921 — 922", "921-922")
    assert not same_pages("921", "921-922")
    assert not same_pages(None, None)


@pytest.mark.parametrize(
    "copied",
    [
        'he said "the international office is closed"',
        "he said ‘the interna­tional ofﬁce is closed’",
        "he said “the inter-\nnational office  is\u00a0closed”",
    ],
)
def test_a_quote_is_the_same_words_in_whatever_print_it_was_copied(copied: str) -> None:
    true = "he said “the inter-\nnational of\ufb01ce is closed”"
    assert overlap(true, copied) == overlap(copied, true) == 1.0
    assert union([true]) == union([copied])
