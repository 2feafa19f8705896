"""TEI as XML: what is none says so, and an entity brings a sign and nothing else."""

from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import read
from tests.reading.letters import documents, tei


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body/></html>", "not TEI \\(it begins with <html>\\)"),
        (b"<TEI>\n<p>a</b>\n</TEI>", "line 2"),
        (tei("<p> </p>"), "without a word"),
        (b"<TEI><text>" + b"<div>" * 5000 + b"</div>" * 5000 + b"</text></TEI>", "is not well-formed XML"),
    ],
)  # fmt: skip
def test_what_is_no_text_in_tei_says_so_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.xml").write_bytes(data)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(tmp_path / "a.xml", "a.xml")
    assert "\n" not in str(caught.value)


def test_entities_that_stand_for_a_sign_are_read(tmp_path: Path) -> None:
    data = (
        '<!DOCTYPE TEI [<!ENTITY mdash "—"><!ENTITY House "House of Lords">]>'
        "<TEI><text><body><p>The &House;&mdash;so called &unknown; it &amp; x.</p></body></text></TEI>"
    )
    (document,) = documents(tmp_path, data.replace("&unknown; ", "").encode())
    assert document.text == "The House of Lords—so called it & x."


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY b "lol"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
        f'<!ENTITY a "{"long " * 1000}">',
    ],
)
@pytest.mark.parametrize("kind", ["", ' type="document"'])
def test_entities_that_reach_outside_or_multiply_are_refused(
    tmp_path: Path, declared: str, kind: str
) -> None:
    (tmp_path / "a.xml").write_text(
        f"<!DOCTYPE TEI [{declared}]><TEI><text><body><div{kind}><p>&a; x</p></div></body></text></TEI>"
    )
    with pytest.raises(UnreadableFile, match=r'declares an entity \("a"\)') as caught:
        read(tmp_path / "a.xml", "a.xml")
    assert "\n" not in str(caught.value)
