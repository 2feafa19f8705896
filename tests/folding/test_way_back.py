"""What is found in a view is quoted from the true text beneath it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.folding import Folded, Gap, View, fold, hyphenation_of, question
from qa.hyphenation import LINE_END
from tests.folding.texts import VIEWS, texts, with_gaps


def ranges(folded: Folded, *, whole_words: bool) -> list[tuple[int, int]]:
    """Ranges of the view that cut no edit in two, and no word where hyphens at line ends were judged by
    the whole of it."""
    inside = {at for edit in folded.edits for at in range(edit.at + 1, edit.to)}
    edges = [at for at in range(len(folded.text) + 1) if at not in inside]
    if whole_words:
        edges = [at for at in edges if any(ch.isspace() for ch in f" {folded.text} "[at : at + 2])]
    return [(a, b) for a in edges for b in edges if a < b][:: max(1, len(edges) ** 2 // 400)]


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(VIEWS))
@example("of\ufb01ce co\u00adop e\u0301 inter-\nnational", "search")
@example("\ufb01\u0301\u200b\ufb01", "search")
def test_every_range_of_a_view_maps_to_true_text_that_folds_to_it(text: str, view: View) -> None:
    folded = fold(text, view)
    decides = hyphenation_of(text)
    for start, end in ranges(folded, whole_words=LINE_END.search(text) is not None):
        first, last = folded.true(start, end)
        assert 0 <= first < last <= len(text)
        assert folded.of(first, last) == (start, end)
        again = fold(text[first:last], view, hyphenation=decides).text
        assert again == folded.text[start:end], (text[first:last], again)


@settings(max_examples=300, deadline=None)
@given(with_gaps(), st.sampled_from(VIEWS))
def test_the_map_keeps_the_order_both_ways(case: tuple[str, list[Gap]], view: View) -> None:
    text, gaps = case
    folded = fold(text, view, gaps=gaps)
    starts = [folded.true(at, at + 1)[0] for at in range(len(folded.text))]
    ends = [folded.true(at, at + 1)[1] for at in range(len(folded.text))]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))
    there = [folded.of(at, at + 1) for at in range(len(text))]
    assert [a for a, _ in there] == sorted(a for a, _ in there)
    assert [b for _, b in there] == sorted(b for _, b in there)
    # What is left out stands between the others: together the edits and the rest are the whole text.
    at = to = 0
    for edit in folded.edits:
        assert edit.start - at == edit.at - to >= 0
        at, to = edit.end, edit.to
    assert len(text) - at == len(folded.text) - to >= 0


def test_words_are_found_whatever_their_print_at_the_nearest_place() -> None:
    text = "He said “the inter-\nnational of\ufb01ce”. Later: “the international office”."
    view = fold(text, "search")
    words = question('"the international office"')
    place = view.find(words, 0)
    assert place is not None
    assert text[slice(*place)] == "“the inter-\nnational of\ufb01ce”"
    place = view.find(words, len(text))
    assert place is not None
    assert text[slice(*place)] == "“the international office”"
    assert view.find("the embassy") is None
    assert view.find(" ") is None
