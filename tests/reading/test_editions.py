"""Texts in TEI that are no FRUS volumes: each a document, with every sentence, page and note put in."""

from pathlib import Path

from qa.reading import pages_of
from qa.splitting import sentences
from tests.reading.letters import HEADER, documents, one, page, tei
from tests.reading.sound import marks, shown


def test_each_text_of_a_corpus_a_group_or_cut_into_documents_is_a_document(tmp_path: Path) -> None:
    corpus = f"""<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
      <title>All Letters</title></titleStmt></fileDesc></teiHeader>
      <TEI xml:id="l1">{HEADER}<text><body><p>One.</p></body></text></TEI>
      <TEI>{HEADER}<text><body><p>Two.</p></body></text></TEI></teiCorpus>"""
    first, second = documents(tmp_path, corpus.encode())
    assert (first.name, first.text, second.name, second.text) == (
        "letters/a.xml/l1", "One.", "letters/a.xml/2", "Two.",
    )  # fmt: skip
    assert first.metadata.csl["container-title"] == "All Letters"
    group = f"""<TEI xmlns="http://www.tei-c.org/ns/1.0">{HEADER}<text><front><p>Before.</p></front><group>
      <text n="i"><body><pb n="4"/><head>Nr. 1</head><p>One.</p></body></text>
      <text n="ii"><body><head>Nr. 2, <date>May 3, 1901</date></head><p>Two.</p></body></text>
      </group></text></TEI>"""
    found = documents(tmp_path, group.encode())
    assert [(d.name, d.text) for d in found] == [
        ("letters/a.xml/front", "Before."), ("letters/a.xml/i", "Nr. 1\n\nOne."),
        ("letters/a.xml/ii", "Nr. 2, May 3, 1901\n\nTwo."),
    ]  # fmt: skip
    assert page(found[2], "Two.") == "4"
    known = found[2].metadata
    assert (known.title, known.date, known.csl["type"]) == ("Nr. 2, May 3, 1901", "1901-05-03", "chapter")
    assert known.csl["container-title"] == "Letter to Ada: a transcription"
    cut = tei(
        """<p>Intro.</p><div type="document" xml:id="d1"><head>One</head>
        <p>First<ref target="#n1">1</ref></p></div>
        <div type="document" xml:id="d2"><p>Second</p></div>""",
        back='<note xml:id="n1">The note.</note>',
    )
    assert [(d.name, d.text) for d in documents(tmp_path, cut)] == [
        ("letters/a.xml/front", "Intro."), ("letters/a.xml/d1", "One\n\nFirst1\n\nThe note."),
        ("letters/a.xml/d2", "Second"),
    ]  # fmt: skip


def test_every_sentence_of_a_long_text_has_its_page_and_every_note_its_marker(tmp_path: Path) -> None:
    parts, wanted, noted = [], [], []
    for number in range(1, 201):
        parts.append(f'<pb n="{number + 40}"/>' if number % 3 == 0 else "")
        sentence = f"Sentence number {number} tells of the harbour."
        note = f"The note to sentence {number}."
        parts.append(f'<p>{sentence}<note n="{number}" place="foot">{note}</note></p>')
        wanted.append((sentence, str(number - number % 3 + 40) if number > 2 else None))
        noted.append(note)
    document = one(tmp_path, "".join(parts))
    cut = {document.text[s.start : s.end]: s for s in sentences(document)}
    right = sum(
        sentence in cut and pages_of(document, cut[sentence].start, cut[sentence].end) == printed
        for sentence, printed in wanted
    )
    assert right == len(wanted)
    assert shown(document, "note") == noted
    for marker, (sentence, _) in zip(marks(document, "marker"), wanted, strict=True):
        assert document.text[: marker.start].endswith(sentence)
