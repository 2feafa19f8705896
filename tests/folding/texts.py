"""Texts that hold what folding exchanges and leaves out."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from qa.folding import Gap, View

VIEWS: tuple[View, ...] = get_args(View)
PIECES = [
    *("of\ufb01ce", "\ufb05", "ĳ", "inter-\nnational", "Anglo-\nAmerican", "co\u00adoperate", "1955-\n57"),
    *(
        "e\u0301",
        "é",
        "\u1100\u1161\u11a8",
        "q\u0323\u0307",
        "\u0301",
        "\u200b",
        "a\u200d",
        "\ufeff",
        "½",
        "m²",
    ),
    *(
        "“so”",
        "it’s",
        "—",
        "…",
        "\u00a0",
        "\u2009",
        " ",
        "  ",
        "\n",
        "\n\n",
        "-",
        "-\n",
        "¬\n",
        "Ａ",
        "ſ",
        "№",
    ),
    *("word", "or", "文", "👩\u200d🚀", "ﷲ", "\ufdfa", "\r\n", "\t", "[Page 5]"),
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))


@st.composite
def with_gaps(draw: st.DrawFn) -> tuple[str, list[Gap]]:
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return text, [
        Gap(a, b, draw(st.booleans())) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b
    ]
