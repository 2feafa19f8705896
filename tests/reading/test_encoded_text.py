"""Text in the encodings that archives still send: every sentence comes back, letter for letter."""

import random
from pathlib import Path

import pytest

from qa.reading import read
from qa.splitting import sentences

SUBJECTS = "Нарком сообщил послу|Посол заявил комиссару|Делегация просила съезд".split("|")
OBJECTS = "об эвакуации Мурманска|о перемирии под Архангельском|о «новой» границе".split("|")
ENDS = "вечером 3 мая|без промедления|на съезде № 4|ещё до зимы, ёмко".split("|")


def russian(count: int) -> list[str]:
    chooser = random.Random(11)
    return [
        f"{chooser.choice(SUBJECTS)} {chooser.choice(OBJECTS)} {chooser.choice(ENDS)} {1900 + n} года."
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ("cp1251", "windows-1251"), ("koi8_r", "koi8-r"), ("cp866", "cp866"), ("utf-16", None),
        ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-8-sig", None), ("utf-8", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_every_sentence_is_right(tmp_path: Path, stored: str, named: str | None, suffix: str) -> None:
    written = russian(120)
    if stored in ("koi8_r", "cp866"):
        # These have no such quotation marks.
        written = [sentence.translate({ord(c): '"' for c in "«»"}) for sentence in written]
    paragraphs = [" ".join(written[at : at + 4]) for at in range(0, len(written), 4)]
    if stored in ("koi8_r",):
        paragraphs = [p.replace("№", "N") for p in paragraphs]
        written = [s.replace("№", "N") for s in written]
    path = tmp_path / f"a{suffix}"
    path.write_bytes("\r\n\r\n".join(paragraphs).encode(stored))
    (document,) = read(path, path.name, encoding=named).documents
    found = [document.text[s.start : s.end] for s in sentences(document)]
    right = sum(sentence in found for sentence in written)
    print(f"{stored}{suffix}: {right / len(written):.1%} of {len(written)} sentences right")
    assert found == written


def test_utf_16_in_big_endian_with_its_mark_is_read_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xfe\xff" + "Съезд открылся.".encode("utf-16-be"))
    assert read(tmp_path / "a.txt", "a.txt").documents[0].text == "Съезд открылся."
