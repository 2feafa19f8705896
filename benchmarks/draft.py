"""`qa check` on a made draft of a hundred quotations: how many verdicts are right, and in what time.

    python -m benchmarks.draft LIBRARY [--seed N…] [--write FILE] [--show]

Makes a draft in Markdown out of a library that is there, by a seeded random process: 25 quotations that are
exact (plain, in part, with omissions marked, with brackets, as block quotations), 25 altered (a word or a
number changed, a negation dropped or put in, words out of order, misspelled, a mark of punctuation,
capitals, words left out without a sign, words put in), 15 joined of two places, 15 exact but attributed to
another document or page, 20 invented. Every verdict is compared with what was made. Exit code 1 where fewer
than 98 of 100 are right, or one that was altered is called exact.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.archive import machine
from qa.citing import cite, quote_csl
from qa.draft import Checked, Checker
from qa.draft.manuscript import of_text
from qa.encoding import DEFAULT_MODEL, SentenceEncoder
from qa.errors import IbidError
from qa.library import open_library
from qa.library.protocol import Library
from qa.reading.pages import pages_of
from qa.splitting import clean, sentences
from qa.types import Document

WANTED = {"exact": 25, "altered": 25, "joined": 15, "misattributed": 15, "not found": 20}
LEAST = 0.98

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_NEGATIONS = ("not", "never", "no")
_OTHER_WORDS = (
    "tobacco winter harbour cautiously seventeen orchard refused blue telephone brother fishing eagerly sold "
    "kitchen violin quarrelled gently engineers mountain"
).split()
_OPENINGS = (
    "We are told that",
    "It was rumoured in those weeks that",
    "My colleague insists that",
    "Nobody denied that",
)
_WHO = (
    "the harbour master", "our youngest clerk", "the widow of the typographer", "an elderly cartographer",
    "the choir of the railway school", "his second cousin", "the night porter", "that gardener",
)  # fmt: skip
_DID = (
    "had hidden", "forged", "sold without shame", "translated into verse", "lost at cards", "painted green",
    "refused to insure", "sewed into a coat",
)  # fmt: skip
_WHAT = (
    "forty-one umbrellas", "the keys of the aquarium", "a crate of spoiled oranges",
    "the theatre's only piano", "every calendar in the building", "an unfinished atlas of rivers",
    "three barrels of ink", "the old lighthouse lamp",
)  # fmt: skip
_WHEN = ("before breakfast.", "during the worst of the fog.", "while the band was playing.",
         "and wept about it afterwards.", "for reasons which the committee found amusing.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A sentence of a document, as it is read."""

    document: Document
    start: int
    end: int
    words: str

    @property
    def pages(self) -> str | None:
        return pages_of(self.document, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Made:
    """A quotation of the draft: what it should be found to be, and how it was made."""

    verdict: str
    how: str
    words: str
    citation: str
    block: bool = False


class Maker:
    """Makes drafts out of a library's documents."""

    def __init__(self, library: Library, seed: int) -> None:
        self._chance = random.Random(seed)
        names = [one.name for one in library.documents()]
        self._chance.shuffle(names)
        self._documents = [library.document(name) for name in names[:400]]
        self._spots = [spot for document in self._documents for spot in _spots(document)]
        self._chance.shuffle(self._spots)
        self._at = 0
        assert self._spots, "the library holds no sentence to quote"

    def draft(self) -> tuple[str, list[Made]]:
        """A draft in Markdown, and what its quotations are, in their order."""
        makers: dict[str, Callable[[int], Made]] = {
            "exact": self._exact, "altered": self._altered, "joined": self._joined,
            "misattributed": self._misattributed, "not found": self._invented,
        }  # fmt: skip
        made = [makers[verdict](number) for verdict, count in WANTED.items() for number in range(count)]
        self._chance.shuffle(made)
        return _written(made, self._chance), made

    # ── what is quoted ─────────────────────────────────────────────────────────────────────────────

    def _spot(self, fits: Callable[[str], bool] = lambda _: True, least: int = 8) -> Spot:
        for _ in range(len(self._spots)):
            spot = self._spots[self._at % len(self._spots)]
            self._at += 1
            if len(spot.words.split()) >= least and fits(spot.words):
                return spot
        return self._spots[self._at % len(self._spots)]

    def _exact(self, number: int) -> Made:
        ways: list[tuple[str, Callable[[Spot], str]]] = [
            ("a sentence", lambda spot: spot.words),
            ("a part of one", self._part),
            ("an omission marked […]", lambda spot: self._omission(spot, "[…]")),
            ("an omission marked …", lambda spot: self._omission(spot, "…")),
            ("an omission marked . . .", lambda spot: self._omission(spot, ". . .")),
            ("[c]apital changed", lambda spot: f"[{spot.words[0].swapcase()}]{spot.words[1:]}"),
            ("[sic]", lambda spot: self._inserted(spot, "[sic]")),
            ("a word explained in brackets", lambda spot: self._inserted(spot, "[that is, Moscow]")),
            ("other quotation marks", lambda spot: spot.words.replace("“", "‘").replace("”", "’")),
            ("a block quotation", lambda spot: spot.words),
        ]
        how, way = ways[number % len(ways)]
        begins = how == "[c]apital changed"
        spot = self._spot(lambda words: not begins or (words[0].isalpha() and words[1:2].isalpha()), least=10)
        return Made("exact", how, way(spot), self._citation(spot), how == "a block quotation")

    def _part(self, spot: Spot) -> str:
        words = spot.words.split(" ")
        first = self._chance.randrange(0, max(1, len(words) - 6))
        return " ".join(words[first : first + self._chance.randrange(6, 12)]).strip(",;:. ")

    def _omission(self, spot: Spot, sign: str) -> str:
        words = spot.words.split(" ")
        first = self._chance.randrange(3, max(4, len(words) - 5))
        last = min(len(words) - 2, first + self._chance.randrange(1, 5))
        return " ".join([*words[:first], sign, *words[last:]])

    def _inserted(self, spot: Spot, sign: str) -> str:
        words = spot.words.split(" ")
        at = self._chance.randrange(3, len(words) - 2)
        return " ".join([*words[:at], sign, *words[at:]])

    def _altered(self, number: int) -> Made:
        ways = [
            ("a word changed", self._word_changed), ("a number changed", self._number_changed),
            ("a negation dropped", self._negation_dropped), ("a negation put in", self._negation_put_in),
            ("two words in another order", self._swapped), ("a word misspelled", self._misspelled),
            ("a comma dropped", self._comma_dropped), ("a mark exchanged", self._mark_exchanged),
            ("words left out", self._left_out), ("a capital changed", self._capital),
            ("a word put in", self._put_in),
        ]  # fmt: skip
        how, way = ways[number % len(ways)]
        while True:
            spot = self._spot()
            altered = way(spot.words)
            if altered and altered != spot.words:
                return Made("altered", how, altered, self._citation(spot))
            how, way = (how, way) if self._chance.random() < 0.99 else ways[0]

    def _word_changed(self, words: str) -> str:
        found = [m for m in _WORD.finditer(words) if len(m[0]) > 3]
        if not found:
            return ""
        one = self._chance.choice(found)
        return words[: one.start()] + self._chance.choice(_OTHER_WORDS) + words[one.end() :]

    def _number_changed(self, words: str) -> str:
        found = list(re.finditer(r"\d+", words))
        if not found:
            return ""
        one = self._chance.choice(found)
        return words[: one.start()] + str(int(one[0]) + self._chance.randrange(1, 9)) + words[one.end() :]

    def _negation_dropped(self, words: str) -> str:
        return re.sub(rf" (?:{'|'.join(_NEGATIONS)})(?= )", "", words, count=1)

    def _negation_put_in(self, words: str) -> str:
        return re.sub(
            r"\b(is|was|are|were|has|have|will|would|could|should|can)\b(?! not)", r"\1 not", words, count=1
        )

    def _swapped(self, words: str) -> str:
        parts = words.split(" ")
        at = self._chance.randrange(1, len(parts) - 2)
        if parts[at].casefold() == parts[at + 1].casefold() or not (parts[at] + parts[at + 1]).isalpha():
            return ""
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
        return " ".join(parts)

    def _misspelled(self, words: str) -> str:
        found = [m for m in _WORD.finditer(words) if len(m[0]) > 5 and m[0].isalpha()]
        if not found:
            return ""
        one = self._chance.choice(found)
        at = self._chance.randrange(1, len(one[0]) - 2)
        letters = one[0]
        wrong = letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]
        return words[: one.start()] + wrong + words[one.end() :]

    def _comma_dropped(self, words: str) -> str:
        return re.sub(r"(?<=\w),(?= \w)", "", words, count=1)

    def _mark_exchanged(self, words: str) -> str:
        return re.sub(r"(?<=\w)[,;:](?= \w)", lambda m: {",": ";", ";": ",", ":": ";"}[m[0]], words, count=1)

    def _left_out(self, words: str) -> str:
        parts = words.split(" ")
        if len(parts) < 9:
            return ""
        first = self._chance.randrange(2, len(parts) - 5)
        return " ".join(parts[:first] + parts[first + self._chance.randrange(1, 4) :])

    def _capital(self, words: str) -> str:
        found = list(re.finditer(r"(?<= )[A-Z][a-z]{3,}|(?<= )[a-z]{5,}", words))
        if not found:
            return ""
        one = self._chance.choice(found)
        return words[: one.start()] + one[0][0].swapcase() + words[one.start() + 1 :]

    def _put_in(self, words: str) -> str:
        parts = words.split(" ")
        parts.insert(self._chance.randrange(2, len(parts) - 1), self._chance.choice(_OTHER_WORDS))
        return " ".join(parts)

    def _joined(self, number: int) -> Made:
        while True:
            one, other = self._spot(least=9), self._spot(least=9)
            if one.document.name != other.document.name or abs(one.start - other.start) > 1_500:
                break
        first, second = one.words.split(" "), other.words.split(" ")
        # Whole sentences, halves, with and without a sign of omission: a sign does not make one of two.
        way = number % 3
        if way == 0:
            return Made("joined", "two sentences", f"{one.words} {other.words}", self._citation(one))
        head = " ".join(first[: max(6, len(first) // 2)]).rstrip(".,;:")
        tail = " ".join(second[-max(6, len(second) // 2) :])
        sign = " […] " if way == 1 else " "
        return Made(
            "joined", f"two halves{' with […]' if way == 1 else ''}", head + sign + tail, self._citation(one)
        )

    def _misattributed(self, number: int) -> Made:
        spot = self._spot(least=8)
        if number % 3 == 2 and (page := _number(spot.pages)):
            wrong = str(page + self._chance.choice([-3, 2, 5, 11]))
            return Made("misattributed", "another page", spot.words, self._citation(spot, page=wrong))
        for _ in range(10_000):
            other = self._spot(least=4)
            if other.document.name != spot.document.name and other.document.metadata.title:
                break
        return Made("misattributed", "another document", spot.words, self._citation(other))

    def _invented(self, _number: int) -> Made:
        pick = self._chance.choice
        words = f"{pick(_OPENINGS)} {pick(_WHO)} {pick(_DID)} {pick(_WHAT)} {pick(_WHEN)}"
        if self._chance.random() < 0.5:
            # In the words of the papers, but not theirs.
            pool = [
                word for spot in self._chance.sample(self._spots, 6) for word in _WORD.findall(spot.words)
            ]
            words = (
                " ".join(
                    self._chance.sample(pool, min(len(pool), self._chance.randrange(9, 18)))
                ).capitalize()
                + "."
            )
        return Made("not found", "invented", words, self._citation(self._spot(least=4)))

    # ── how it is cited ────────────────────────────────────────────────────────────────────────────

    def _citation(self, spot: Spot, page: str | None = None) -> str:
        document, pages = spot.document, page or spot.pages
        known = document.metadata
        forms = [cite(quote_csl(document, pages, None)), f"{document.name}{_page(pages)}"]
        if page is None or pages:
            number = known.csl.get("number")
            if number and known.csl.get("container-title") and known.csl.get("volume"):
                forms.append(
                    f"{known.csl['container-title']}, vol. {known.csl['volume']}, doc. {number}{_page(pages)}"
                )
            if known.title and known.date and known.csl.get("container-title"):
                forms.append(
                    f"{known.title}, {_day(known.date)}, {known.csl['container-title']}{_page(pages)}"
                )
        return self._chance.choice(forms)


def _spots(document: Document) -> Iterator[Spot]:
    for sentence in sentences(document):
        if sentence.voice != "text":
            continue
        words = clean(document, sentence.start, sentence.end)
        # Brackets and dots of the source's own are another matter.
        if 6 <= len(words.split()) <= 45 and not re.search(r"[\[\]…<>*_`]|\.\s?\.|^\W", words):
            yield Spot(document, sentence.start, sentence.end, words)


def _page(pages: str | None) -> str:
    return f", p. {pages}" if pages else ""


def _number(pages: str | None) -> int | None:
    return int(pages) if pages and pages.isdecimal() else None


def _day(date: str) -> str:
    months = "January February March April May June July August September October November December".split()
    parts = [int(part) for part in date.split("-")]
    return " ".join(
        [
            *([str(parts[2])] if len(parts) > 2 else []),
            *([months[parts[1] - 1]] if parts[1:] else []),
            str(parts[0]),
        ]
    )


def _written(made: Sequence[Made], chance: random.Random) -> str:
    lines, notes = ["# A chapter", ""], []
    for one in made:
        words = one.words
        if one.block:
            notes.append(one.citation)
            lines += ["The despatch goes on:", "", f"> {words}[^{len(notes)}]", ""]
            continue
        inner = words.replace("“", "‘").replace("”", "’") if one.how != "other quotation marks" else words
        if chance.random() < 0.7:
            notes.append(one.citation)
            lines += [f"In this connection one reads: “{inner}”[^{len(notes)}] There is more of it.", ""]
        else:
            lines += [f"In this connection one reads: “{inner}” ({one.citation}). There is more of it.", ""]
    return "\n".join([*lines, *(f"[^{number}]: {note}\n" for number, note in enumerate(notes, start=1))])


def compared(checked: Checked, made: Sequence[Made]) -> list[tuple[Made, str, str]]:
    """(what was made, the verdict, the words that it was found by) for each."""
    found = {_plain(check.quotation.text): check.verdict for check in checked.checks}
    return [(one, found.get(_plain(one.words), "not seen"), one.words) for one in made]


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", " ", words).strip()


def run(library: Library, checker: Checker, seed: int, *, show: bool, write: str | None) -> bool:
    text, made = Maker(library, seed).draft()
    if write:
        Path(write).write_text(text, "utf-8")
    began = time.perf_counter()
    checked = checker.check(of_text("made.md", text))
    seconds = time.perf_counter() - began
    results = compared(checked, made)
    right = sum(one.verdict == verdict for one, verdict, _ in results)
    false = [one for one, verdict, _ in results if one.verdict == "altered" and verdict == "exact"]
    tally = Counter((one.verdict, verdict) for one, verdict, _ in results)
    each = ", ".join(f"{name} {tally[name, name]}/{count}" for name, count in WANTED.items())
    print(
        f"seed {seed}: {right} of {len(made)} right ({each}); "
        f"altered called exact: {len(false)}; {seconds:.1f} s"
    )
    if show:
        for one, verdict, words in results:
            if one.verdict != verdict:
                print(f"  {one.verdict} ({one.how}), said {verdict}: {words}\n    cited: {one.citation}")
    return right >= LEAST * len(made) and not false


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("library", metavar="LIBRARY", help="the library's folder")
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6], metavar="N")
    parser.add_argument("--write", metavar="FILE", help="write the (last) draft here")
    parser.add_argument("--show", action="store_true", help="show each verdict that is wrong")
    args = parser.parse_args()
    try:
        library = open_library(args.library, model=SentenceEncoder(DEFAULT_MODEL).name)
        checker = Checker(library)
        began = time.perf_counter()
        words = len(checker.corpus().words)
        print(f"{machine()}\n{words:,} words read in {time.perf_counter() - began:.1f} s")
        good = [run(library, checker, seed, show=args.show, write=args.write) for seed in args.seed]
    except IbidError as error:
        sys.exit(str(error))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
