from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading import read
from qa.reading.record import is_record, read_record
from tests import archive
from tests.reading.sound import assert_sound, shown

pieces = st.sampled_from(
    [
        "TITLE\tx",
        "SUMMARY\t<p>a",
        "FOR CITATION\tA. 1999. B.",
        "KEY WORDS\t",
        "AUTHORS\t<i>A B</i>",
        "m <b>",
        "</p>",
    ]
) | st.text(max_size=6)
SEED = "000_3afec642d489efac.txt"


def test_the_seed_reads_as_a_record() -> None:
    reading = read(archive.SEEDS / SEED, SEED)
    (document,) = reading.documents
    assert reading.reader == "labelled-record/1"
    assert_sound(document)
    text = document.text
    assert "<" not in text
    assert "ACKNOWLEDGEMENTS" not in text  # its value is an empty line drawn across the page
    assert "\n\nSUMMARY\nThe Great Patriotic War is one of" in text
    assert shown(document, "heading") == [
        "DIPLOMATIC ACTIVITIES OF M.M. LITVINOV IN THE USA DURING THE GREAT PATRIOTIC WAR (1941–1943)"
    ]
    assert {"AUTHORS", "TITLE", "SUMMARY", "KEY WORDS", "FOR CITATION"} <= set(shown(document, "front"))
    summary = text.index("The Great Patriotic War is one of")
    assert not any(mark.start <= summary < mark.end for mark in document.marks)


def test_the_seed_cites_itself() -> None:
    known = read(archive.SEEDS / SEED, SEED).documents[0].metadata
    assert known.date == "2023"
    assert known.url == "https://doi.org/10.48015/2076-7404-2023-15-4-7-32"
    csl = {key: value for key, value in known.csl.items() if key not in ("keyword", "custom")}
    assert csl == {
        "type": "article-journal", "language": "ru", "volume": "15", "issue": "4", "page": "7–32",
        "title": "Diplomatic activities of M.M. Litvinov in the USA during the Great Patriotic War "
        "(1941–1943)",
        "container-title": "Lomonosov World Politics Journal", "issued": {"date-parts": [[2023]]},
        "DOI": "10.48015/2076-7404-2023-15-4-7-32", "URL": known.url,
        "author": [
            {"family": "Vershinin", "given": "Aleksandr A."}, {"family": "Tupikin", "given": "Pavel A."},
        ],
    }  # fmt: skip
    assert known.csl["custom"]["citation"] == (
        "Vershinin A.A., Tupikin P.A. 2023. Diplomatic activities of M.M. Litvinov in the USA during the "
        "Great Patriotic War (1941–1943). Lomonosov World Politics Journal, vol. 15, no. 4, pp. 7–32. "
        "DOI: 10.48015/2076-7404-2023-15-4-7-32. (In Russ.)"
    )


def test_html_becomes_words_and_scripts_are_none() -> None:
    text = read_record(
        "r.txt",
        "TITLE\tA &amp; B\nSUMMARY\t<p>One  <b>two</b>.</p><script>alert(1)</script><style>p{}</style>"
        "<p>3 &lt; 4 and 5 < 6, <unknown>kept</unknown>.<br>Line</p>\nmore\nFOR CITATION\tA.",
    ).text
    assert text == (
        "TITLE\nA & B\n\nSUMMARY\nOne two.\n3 < 4 and 5 < 6, <unknown>kept.\nLine\nmore\n\nFOR CITATION\nA."
    )


def test_what_is_no_record() -> None:
    assert is_record("\n\nTITLE\tx\nSUMMARY\ty\n")
    assert not is_record("TITLE\tx\n")
    assert not is_record("NAME\tAGE\nIVAN\t40\n")
    assert not is_record("Dear Sir,\nTITLE\tx\nFOR CITATION\ty\n")
    assert not is_record("")
    assert not is_record("TITLE\tx\nSUMMARY\t" + "word " * 300_000)


def test_a_record_without_a_citation_still_has_its_title() -> None:
    document = read_record("r.txt", "TITLE\tOn Peace\nAUTHORS\tAnna Smith — historian; Bo Lee (Oslo)\nX\t\n")
    assert document.metadata.title == "On Peace"
    assert document.metadata.csl["author"] == [
        {"family": "Smith", "given": "Anna"}, {"family": "Lee", "given": "Bo"},
    ]  # fmt: skip
    assert "custom" not in document.metadata.csl


@settings(deadline=None, max_examples=150)
@given(st.lists(pieces, max_size=10))
def test_any_record_has_sound_marks(parts: list[str]) -> None:
    text = "\n".join(["TITLE\tx", "SUMMARY\ty", *parts])
    assert is_record(text)
    assert_sound(read_record("r.txt", text))
