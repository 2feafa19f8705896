"""A text folded whole: by what its document writes elsewhere, as a question, in linear time."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.folding import fold, hyphenation_of, question
from tests.folding.texts import VIEWS


def test_a_document_decides_by_what_it_writes_elsewhere() -> None:
    for known, wanted in [
        ("a co-operation", "co-operation"),
        ("a cooperation", "cooperation"),
        ("the cooperation, a co-operation, cooperation", "cooperation"),
        ("of steam and of power", "steampower"),
        ("the steam-driven power of steam is power", "steam-power"),
    ]:
        part = wanted.replace("-", "")
        cut = 2 if part.startswith("co") else 5
        text = f"{part[:cut]}-\n{part[cut:]} {known}"
        if wanted == "steampower":
            text = f"{part[:cut]}-\n{part[cut:]} of iron"
        assert fold(text).text.split()[0] == wanted, text
        piece = f"{part[:cut]}-\n{part[cut:]}"
        assert fold(piece, hyphenation=hyphenation_of(text)).text == wanted


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_a_question_is_one_whether_composed_or_not(text: str) -> None:
    assert question(unicodedata.normalize("NFD", text)) == question(unicodedata.normalize("NFC", text))


def test_a_long_text_is_folded_in_no_time() -> None:
    for piece in (
        "of\ufb01ce inter-\nnational co\u00adop “e\u0301” ",
        "-\n",
        "a-" + " " * 50,
        "x",
        "-a",
        "\u0301",
    ):
        text = piece * (100_000 // len(piece))
        began = time.process_time()
        for view in VIEWS:
            folded = fold(text, view)
            assert folded.true(0, len(folded.text))[1] <= len(text)
        assert time.process_time() - began < 6, piece
