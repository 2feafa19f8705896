"""What a text of an edition shows: its blocks, its source, its notes."""

from pathlib import Path

from tests.reading.letters import one, page
from tests.reading.sound import marks, shown


def test_the_blocks_of_a_text_come_in_order(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<head>A <hi rend="italic">Letter</hi></head>
        <opener><dateline>London, <date when="1835-11-20">20 Nov.</date></dateline>
        <salute>Dear Ada,</salute></opener>
        <p>First   paragraph, with <q>words quoted</q> and a <quote>citation</quote> in
           it.</p>
        <lg><l>One line,</l><l>another line.</l></lg>
        <div><head>Figures</head><list><item>one;</item><item>two.</item></list>
        <table><row><cell>Tons</cell><cell>7</cell></row><row><cell>Miles</cell><cell>8</cell></row></table></div>
        <quote><p>A block of it.</p></quote>
        <closer><salute>Yours,</salute><signed>M. S.</signed></closer>""",
    )
    assert document.text == (
        "A Letter\n\nLondon, 20 Nov.\n\nDear Ada,\n\n"
        "First paragraph, with words quoted and a citation in it.\n\n"
        "One line,\nanother line.\n\nFigures\n\none;\ntwo.\n\nTons\t7\nMiles\t8\n\nA block of it.\n\n"
        "Yours,\nM. S."
    )
    assert shown(document, "heading") == ["A Letter", "Figures"]
    assert shown(document, "front") == ["London, 20 Nov."]


def test_the_source_is_shown_and_not_what_was_made_of_it(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<p>He <choice><sic>recieved</sic><corr>received</corr></choice> the
        <choice><orig>shew</orig><reg>show</reg></choice> of <choice><abbr>Govt.</abbr>
        <expan>Government</expan></choice> <del>gladly</del><add>sadly</add>, with <supplied>some</supplied>
        <gap reason="illegible"/>
        and <unclear>doubt</unclear>. <app><lem>So</lem><rdg>Thus</rdg></app> be <subst><del>him</del>
        <add>it</add></subst>.</p><fw type="header">RUNNING HEAD</fw>""",
    )
    assert document.text == ("He recieved the shew of Govt. sadly, with some […] and doubt. So be it.")


def test_breaks_within_a_word_leave_it_whole(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>The gov<lb break="no"/>ernment of par-<lb break="no"/>liament and mon
        <lb break="no"/>ey, a line<lb/>below, and coun<pb n="2" break="no"/>try life.</p>""",
    )
    assert document.text == "The government of par-\nliament and money, a line\nbelow, and country life."
    assert page(document, "a line\nbelow") == "1"
    assert page(document, "life") == "2"


def test_notes_in_place_are_tied_and_say_what_they_are(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>Peace<note place="foot" n="1" resp="#ed">Of 1815.</note> and war<note place="end"
        n="2">Of 1812.</note> came.<note type="source">Bodleian.</note>
        So<note place="margin-left">Aye!</note> it<note n="*"/> went.</p><pb n="2"/><p>End.</p>""",
    )
    assert document.text == (
        "Peace and war came. So it went.\n\nEnd.\n\nOf 1815.\n\nOf 1812.\n\nBodleian.\n\nAye!"
    )
    assert [(m.role, m.label) for m in marks(document, "note")] == [
        ("footnote", "1"), ("endnote", "2"), ("source", ""), ("comment", ""),
    ]  # fmt: skip
    assert page(document, "Of 1812.") == "1"
    assert page(document, "End.") == "2"
