"""What holds for a whole edition: how its pages are called, and which note belongs to what."""

from pathlib import Path

from tests.reading.letters import one, page
from tests.reading.sound import marks, shown


def test_pages_are_called_as_printed_or_counted_in_brackets(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="vii"/><p>Seven.</p><pb n="1r" ed="A"/><pb n="99" ed="B"/><p>Folio.</p>
        <pb facs="x.jpg"/><fw type="pageNum">– 12 –</fw><p>Twelve.</p><pb/><p>Nameless.</p>""",
    )
    assert [m.label for m in marks(document, "page")] == ["vii", "1r", "12", "[4]"]
    assert [page(document, w) for w in ("Seven", "Folio", "Twelve", "Nameless")] == ["vii", "1r", "12", "[4]"]


def test_notes_elsewhere_are_tied_by_references_and_keep_their_own_page(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>Peace<ref target="#n1">[1]</ref> and war<ptr target="#n2"/> on the
        <anchor xml:id="a3"/>sea, see <ref target="#d2">below</ref>.</p>""",
        back="""<pb n="210"/><div type="notes"><head>Notes</head><note xml:id="n1" n="1">Of 1815.</note>
        <note xml:id="n2" n="2">Of 1812.</note><note target="#a3">Cold.</note>
        <note xml:id="n4">Alone.</note></div>""",
    )
    assert document.text == (
        "Peace[1] and war on the sea, see below.\n\nNotes\n\nOf 1815.\n\nOf 1812.\n\nCold.\n\nAlone."
    )
    tied = [(document.text[m.start : m.end], m.label, m.ref) for m in marks(document, "marker")]
    assert tied[:2] == [("[1]", "1", "n1"), ("", "2", "n2")]
    assert document.text[: marks(document, "marker")[2].start].endswith("on the")
    assert {m.ref: m.role for m in marks(document, "note")}["n1"] == "endnote"
    assert page(document, "Of 1815.") == "210"
    assert page(document, "Cold.") == "1"


def test_a_note_whose_reference_is_left_out_is_still_sound(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<p>Text <del>struck<ref target="#n1">1</ref></del> and<ref target="#n2">2</ref>.</p>
        <note xml:id="n1">Lost.</note><note xml:id="n2"/>""",
    )
    assert shown(document, "note") == ["Lost."]
