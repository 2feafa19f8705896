"""Other names for names."""

from __future__ import annotations

from qa.aliases import aliases


def test_capitals_stand_for_governments_and_back() -> None:
    assert {"japan", "japanese", "tokio"} <= aliases("Tokyo")
    assert "tokyo" in aliases("Japanese")
    assert "kennedy" in aliases("JFK")


def test_old_spellings_stand_for_new_ones() -> None:
    assert "tchitcherin" in aliases("Chicherin")
    assert "peking" in aliases("beijing")


def test_a_word_is_no_alias_of_itself_and_most_words_have_none() -> None:
    assert "tokyo" not in aliases("tokyo")
    for word in ("wheat", "the", "", "Litvinov's"):
        assert aliases(word) == frozenset()


def test_a_word_of_two_groups_has_the_names_of_both() -> None:
    assert {"petrograd", "moscow"} <= aliases("russia")
