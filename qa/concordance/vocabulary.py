"""The words that the documents of a library are written with, by what they have in common."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from qa.aliases import aliases
from qa.concordance.pattern import compounds, folded, simple_words

Stems = Callable[[str], list[str]]
"""The words of a text, lower case and stemmed, in order (qa.library.protocol.Library.terms)."""


class Vocabulary:
    """Gives other forms of a word that stand in the texts. ``texts`` are in the caseless search view."""

    def __init__(self, texts: Iterable[str], stems: Stems) -> None:
        self._stems = stems
        self.words: set[str] = set()
        for text in texts:
            self.words.update(compounds(text))

    def of_one_stem(self, word: str) -> set[str]:
        """The words with the stem of ``word``, which has neither hyphen nor apostrophe in it ("weapon",
        "weapons")."""
        found = self._by_stem.get(self._stem(word), [])
        return {word, *found}

    def of_one_spelling(self, word: str) -> set[str]:
        """Other spellings of ``word``: with a hyphen or without it, with accents or without; and the other
        names and spellings that are known of it, whether they stand in the texts or not."""
        return {*self._spelt_as(word), *map(folded, aliases(word))}

    def forms(self, word: str, *, stems: bool, variants: bool) -> set[str]:
        """All of these: other spellings, and the forms of each of them."""
        spellings = self.of_one_spelling(word) if variants else {word}
        if not stems:
            return spellings
        found = set(spellings)
        for spelling in spellings:
            if simple_words(spelling) == [spelling]:
                found |= self.of_one_stem(spelling)
            else:
                found |= self._compounds_of_stems(spelling)
        if variants:  # "co-operation" of "cooperation", which was found for "cooperate"
            found.update(*map(self._spelt_as, list(found)))
        return found

    def _spelt_as(self, word: str) -> set[str]:
        """The word with a hyphen or without it, with accents or without."""
        return {word, word.replace("-", ""), *self._by_letters.get(_letters(word), [])}

    def _compounds_of_stems(self, word: str) -> set[str]:
        """The words in the texts which are made of the same stems ("co-operates" of "co-operate")."""
        wanted = [self._stem(part) for part in simple_words(word)]
        return {word, *self._by_stems.get(tuple(wanted), [])}

    def _stem(self, word: str) -> str:
        return " ".join(self._stems(word)) or word

    @cached_property
    def _stem_of(self) -> Mapping[str, str]:
        """Every simple word with its stem."""
        simple = sorted({part for word in self.words for part in simple_words(word)})
        found = self._stems("\n".join(simple))
        if len(found) != len(simple):  # a word that the index takes for two or none
            found = [self._stem(word) for word in simple]
        return dict(zip(simple, found, strict=True))

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word, stem in self._stem_of.items():
            found[stem].append(word)
        return found

    @cached_property
    def _by_stems(self) -> Mapping[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in self.words:
            parts = simple_words(word)
            if len(parts) > 1:
                found[tuple(self._stem_of[part] for part in parts)].append(word)
        return found

    @cached_property
    def _by_letters(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            found[_letters(word)].append(word)
        return found


def _letters(word: str) -> str:
    """A word without hyphens and accents."""
    plain = word.replace("-", "")
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    return "".join(part for part in parts if not unicodedata.category(part).startswith("M"))
