"""A small library to quote from: the seeds and a FRUS volume in words that are made up, but as common and as
rare as those of a language: were all common, any two sentences would share their phrases."""

from __future__ import annotations

import random
from pathlib import Path

from qa.adding import add, seeds
from qa.draft import Check, Checker
from qa.draft.manuscript import of_text
from qa.library import Library, open_library
from tests.encoders import HashEncoder
from tests.reading.test_frus import volume_of

MONTHS = "January February March April May June July August September October November December".split()
PAPERS = 16
TELEGRAM = "001_6f795bd2570504c7.txt"


LITTLE = (
    "the of to and in that a was for it with as his on be at by had which not from they this were".split()
)
NAMES = "Litvinov Harriman Molotov Subasic Byrnes Kennan Bohlen Stettinius Vyshinski Gromyko".split()


def _words(count: int) -> list[str]:
    chance = random.Random(7)
    first, middle, last = (
        "b br c d f gr l m n p pr r s st t tr v".split(),
        "a e i o u ea ou".split(),
        ("nd rt st ment tion sel ver lic dent gar ling rous mand".split()),
    )
    return [
        "".join(chance.choice(first) + chance.choice(middle) for _ in range(chance.randrange(1, 3)))
        + chance.choice(last)
        for _ in range(count)
    ]


WORDS = _words(2_000)


def sentence(chance: random.Random) -> str:
    """Ten to thirty words, half of them small, with a comma, a number or a name here and there."""
    made = []
    for n in range(chance.randrange(10, 30)):
        kind = chance.random()
        if kind < 0.5:
            word = LITTLE[min(int(chance.expovariate(0.15)), len(LITTLE) - 1)]
        elif kind < 0.55:
            word = chance.choice(NAMES)
        elif kind < 0.58:
            word = str(chance.randrange(3, 900))
        else:
            word = WORDS[min(int(chance.expovariate(0.002)), len(WORDS) - 1)]
        made.append(word + ("," if n and chance.random() < 0.08 else ""))
    line = " ".join(made).rstrip(",")
    return line[0].upper() + line[1:] + "."


def paper(number: int) -> str:
    """One document of the volume: a dated letter of eight paragraphs on three pages, with a note."""
    chance = random.Random(number)
    paragraphs = []
    for n in range(8):
        words = " ".join(sentence(chance) for _ in range(chance.randrange(3, 6)))
        page = 20 + 3 * number + n // 3
        turn = f'<pb n="{page}" xml:id="pg_{page}"/>' if n % 3 == 0 else ""
        note = f'<note n="1" xml:id="d{number}fn1">Not printed.</note>' if n == 2 else ""
        paragraphs.append(f"<p>{turn}{words}{note}</p>")
    month = MONTHS[number % 12]
    return (
        f'<div type="document" xml:id="d{number}" n="{number}"><head>{number}. Letter From the Consul at '
        f"Port {number} to the Minister</head><dateline><placeName>Moscow</placeName>, "
        f'<date when="1961-{number % 12 + 1:02}-{number + 3:02}">{month} {number + 3}, 1961</date>.'
        "</dateline>"
        f"{''.join(paragraphs)}</div>"
    )


def library(folder: Path, place: str | Path) -> Library:
    """The library at ``place``, of files in ``folder``."""
    (folder / "frus1961-63v06.xml").write_bytes(volume_of(*(paper(n) for n in range(1, PAPERS + 1))))
    encoder = HashEncoder()
    made = open_library(place, model=encoder.name)
    report = add(made, encoder, [seeds(), folder / "frus1961-63v06.xml"])
    assert not report.failed
    return made


def checked(checker: Checker, text: str) -> list[Check]:
    """The checks of a draft in Markdown."""
    return list(checker.check(of_text("draft.md", text)).checks)
