"""The block quotations of drafts; that they are found in the text is tests/draft/test_manuscript.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading.blocks import block_quotations
from tests.reading.packing import docx
from tests.reading.test_docx import paragraph
from tests.reading.test_odt import odt, p


def test_paragraphs_set_in_or_of_a_style_for_quotations(tmp_path: Path) -> None:
    def set_in(by: str) -> str:
        return f'<w:ind w:left="{by}"/>'

    body = "".join(
        paragraph(words, properties=properties)
        for words, properties in {
            "Plain.": "", "Set in.": set_in("720"), "A little.": set_in("200"), "Out.": set_in("-720"),
            "Styled.": '<w:pStyle w:val="BlockText"/>', "Odd.": set_in("9" * 5_000), "No number.": set_in("²")
        }.items()
    )  # fmt: skip
    (tmp_path / "a.docx").write_bytes(docx(body))
    assert block_quotations(tmp_path / "a.docx") == ["Set in.", "Styled."]


def test_the_other_formats(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(odt(p("Plain.") + p("Quoted.", "Quotations")))
    assert block_quotations(tmp_path / "a.odt") == ["Quoted."]
    (tmp_path / "a.html").write_text(
        "<p>Plain.</p><blockquote><p>One.<sup>1</sup></p><p>Two.</p></blockquote>"
    )
    assert block_quotations(tmp_path / "a.html") == ["One.", "Two."]
    (tmp_path / "b.odt").write_bytes(b"%PDF-1.4")
    with pytest.raises(UnreadableFile, match=r"b\.odt"):
        block_quotations(tmp_path / "b.odt")
