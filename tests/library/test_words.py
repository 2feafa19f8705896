"""The index of words against BM25 worked out by hand, and its files against damage."""

from __future__ import annotations

import contextlib
import math
import random
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa.folding import fold
from qa.library import words as module
from qa.library.changes import DamagedIndex, State
from qa.library.words import WordIndex, terms
from tests.library.shelf import replace

STATE = State(3, "stamp", 10_001)
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrx"]

Entry = tuple[int, str, str]


def corpus(count: int, seed: int = 1, first: int = 1) -> list[Entry]:
    """(id, words, context); no longer than 40 words, up to which Tantivy keeps lengths exactly."""
    rng = random.Random(seed)
    # Some words often, some rarely.
    weights = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]
    return [
        (
            first + i,
            " ".join(rng.choices(VOCABULARY, weights, k=rng.randint(3, 40))),
            " ".join(rng.choices(VOCABULARY, k=rng.randint(0, 6))),
        )
        for i in range(count)
    ]


def filled(entries: Sequence[Entry], folder: Path | None = None) -> WordIndex:
    index = WordIndex.in_memory() if folder is None else WordIndex.open(folder)
    index.apply(STATE, [], entries, len(entries))
    return index


def bm25(texts: dict[int, str], query: str) -> dict[int, float]:
    """Robertson & Zaragoza 2009 with k1 1.2, b 0.75; the index's own entry counts as an empty text."""
    bags = {id_: Counter(terms(text)) for id_, text in texts.items()}
    total = len(texts) + 1
    average = sum(bag.total() for bag in bags.values()) / total
    scores: dict[int, float] = {}
    for word in set(terms(query)):
        standing = sum(word in bag for bag in bags.values())
        idf = math.log(1 + (total - standing + 0.5) / (standing + 0.5))
        for id_, bag in bags.items():
            if bag[word]:
                length = 1.2 * (1 - 0.75 + 0.75 * bag.total() / average)
                scores[id_] = scores.get(id_, 0.0) + idf * bag[word] * 2.2 / (bag[word] + length)
    return scores


def test_scores_are_bm25_of_the_body_plus_the_weighted_context() -> None:
    entries = corpus(300)
    index = filled(entries)
    for weight in (0.0, 0.4, 1.0, 2.5):
        for query in ("bal dem gix", "kux bal bal", "fom"):
            expected = bm25({i: body for i, body, _ in entries}, query)
            for id_, score in bm25({i: context for i, _, context in entries}, query).items():
                if weight:
                    expected[id_] = expected.get(id_, 0.0) + weight * score
            found = dict(index.words.search(query, 1_000, weight))
            assert found.keys() == expected.keys()
            for id_, score in found.items():
                assert score == pytest.approx(expected[id_], rel=1e-4), (query, weight, id_)


def test_the_best_come_first_and_a_limit_cuts_after_them() -> None:
    index = filled(corpus(500))
    everything = index.words.search("bal dem gix", 10_000, 1.0)
    assert len(everything) > 100
    assert [score for _, score in everything] == sorted((s for _, s in everything), reverse=True)
    for limit in (1, 7, 50):
        cut = index.words.search("bal dem gix", limit, 1.0)
        assert [s for _, s in cut] == pytest.approx([s for _, s in everything[:limit]])
    assert index.words.search("bal", 0, 1.0) == []


@pytest.mark.parametrize("small", [0, 5_000])
def test_a_scope_answers_exactly_what_is_in_it(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL_SCOPE", small)  # both ways of narrowing, on the same questions
    entries = corpus(1_000)
    index = filled(entries)
    for share in (0.003, 0.05, 0.5, 1.0):
        among = np.array([i for i, *_ in entries if random.Random(i).random() < share], np.int64)
        for query in ("bal dem gix", "kux fom", "nothing known"):
            inside = [hit for hit in index.words.search(query, 10_000, 1.0) if hit[0] in set(among.tolist())]
            for limit in (1, 5, 400):
                found = index.words.search(query, limit, 1.0, among)
                assert [s for _, s in found] == pytest.approx([s for _, s in inside[:limit]])
                assert dict(found).items() <= {i: pytest.approx(s) for i, s in inside}.items()
    assert index.words.search("bal", 5, 1.0, np.empty(0, np.int64)) == []


def test_terms_are_words_in_small_letters_without_endings_and_accents() -> None:
    assert terms("The Embassies' running, naïve U.S. 1945") == [
        "the", "embassi", "run", "naiv", "u", "s", "1945"
    ]  # fmt: skip


def test_the_entry_that_holds_the_state_never_answers() -> None:
    index = filled([(1, "generation stamp passage", "")])
    assert len(index) == 1
    assert [i for i, _ in index.words.search("generation 3 stamp next passage", 9, 1.0)] == [1]


def test_what_is_removed_is_gone_and_frequencies_know_it(tmp_path: Path) -> None:
    entries = corpus(400)
    index = filled(entries, tmp_path / "words")
    more = corpus(50, seed=2, first=401)
    index.apply(State(4, "next", 451), [(1, 100), (350, 400)], more, len(more))
    left = {i: body for i, body, _ in entries if 100 < i < 350} | {i: body for i, body, _ in more}
    assert len(index) == len(left)
    again = WordIndex.open(tmp_path / "words")
    assert again.state == index.state == State(4, "next", 451)
    for word in VOCABULARY:
        standing = {i for i, body in left.items() if word in body.split()}
        assert {i for i, _ in again.words.search(word, 1_000, 0.0)} == standing
        (term,) = terms(word)
        assert again.words.document_frequency(term) == sum(term in terms(body) for body in left.values())
    assert again.words.document_frequency("absent") == 0


def test_another_opening_sees_a_commit_after_reload_and_not_before(tmp_path: Path) -> None:
    one = filled([(1, "first", "")], tmp_path / "words")
    other = WordIndex.open(tmp_path / "words")
    one.apply(State(4, "x", 3), [], [(2, "second", "")], 1)
    assert other.words.search("second", 5, 1.0) == []
    other.reload()
    assert [i for i, _ in other.words.search("second", 5, 1.0)] == [2]
    assert other.state == State(4, "x", 3)


def test_a_private_copy_is_changed_alone(tmp_path: Path) -> None:
    filled([(1, "first", "")], tmp_path / "words")
    private = WordIndex.private(tmp_path / "words")
    private.apply(State(4, "x", 3), [(1, 1)], [(2, "second", "")], 1)
    assert [i for i, _ in private.words.search("first second", 5, 1.0)] == [2]
    assert [i for i, _ in WordIndex.open(tmp_path / "words").words.search("first second", 5, 1.0)] == [1]
    assert len(WordIndex.private(tmp_path / "missing")) == 0


def test_damage_is_noticed_in_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    filled(corpus(200), folder)
    files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert len(files) >= 6
    for path in files:
        whole = path.read_bytes()
        for at in {1, len(whole) // 2}:
            replace(path, whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
            with pytest.raises(DamagedIndex):
                WordIndex.open(folder)
        for damaged in (b"", whole[: len(whole) // 2]):
            replace(path, damaged)
            with pytest.raises(DamagedIndex):
                WordIndex.open(folder)
        path.unlink()
        with contextlib.suppress(DamagedIndex):  # without meta.json it is a new index, which knows no state
            assert WordIndex.open(folder).state is None
        replace(path, whole)
    assert WordIndex.open(folder).state == STATE


@pytest.mark.parametrize(
    "typed",
    ["inter\u00adnational of\ufb01ce", "inter-\nnational of\u200bfice", "ＩＮＴＥＲＮＡＴＩＯＮＡＬ office"],
)
def test_words_are_one_in_whatever_print_they_stand(typed: str) -> None:
    assert terms(typed) == terms("international office")
    assert terms("the envoy’s cafe\u0301, 1945–46") == terms("the envoy's café, 1945-46")


def test_what_is_not_folded_has_the_same_words_as_if_it_were() -> None:
    unchanged = [chr(code) for code in range(0x3000) if module._plain(chr(code)) == chr(code)]
    assert {"é", "’", "—", "я"} <= set(unchanged)
    rng, folded, others = random.Random(4), 0, "ab c-\nd\u0301\u00adﬁ"
    for _ in range(3_000):
        text = "".join(rng.choice(unchanged if rng.random() < 0.4 else others) for _ in range(9))
        whole = unicodedata.normalize("NFKC", fold(text, "search").text)
        folded += module._plain(text) is not text
        assert terms(text) == module._analyser().analyze(whole), repr(text)
    assert 300 < folded < 2_900  # some of each
    assert terms("re-\nport") == ["report"]
