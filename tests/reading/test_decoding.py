import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import UnreadableFile
from qa.reading import decoding
from qa.reading.decoding import decode, likely_encoding, read_bytes

RUSSIAN = (
    "Нарком иностранных дел сообщил послу, что обстановка остаётся напряжённой. Переговоры продолжались.\n"
)
GERMAN = (
    "Der Außenminister erklärte, daß die Verhandlungen über die künftige Zusammenarbeit fortgeführt würden.\n"
)
PATH = Path("a.txt")


def reason(data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        decode(PATH, data, encoding)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(
        lambda t: not t.isspace()
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_unicode_comes_back_as_it_went(text: str, encoding: str) -> None:
    if text.startswith("\ufeff") or any(c in text for c in "\ufffe\uffff"):
        return
    assert decode(PATH, text.encode(encoding)) == text


def test_line_ends_become_one_kind() -> None:
    assert decode(PATH, b"a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1251", "Windows-1251"), ("koi8_r", "KOI8-R"), ("cp866", "CP866")]
)
def test_a_legacy_encoding_is_named_with_what_to_do(encoding: str, name: str) -> None:
    data = (RUSSIAN * 3).encode(encoding)
    assert f"is not UTF-8; it looks like {name}. Add it with --encoding {name.lower()}" in reason(data)
    assert decode(PATH, data, name) == RUSSIAN * 3


def test_little_of_it_among_much_english_is_still_told() -> None:
    english = "The Ambassador reported that the conversations went on. " * 3000
    assert likely_encoding((english + RUSSIAN).encode("cp1251")) == "Windows-1251"
    assert likely_encoding((english + GERMAN).encode("cp1252")) == "Windows-1252"


@pytest.mark.parametrize("encoding", ["klingon", "base64", "utf-8", "ascii"])
def test_a_wrong_encoding_named_is_an_error(encoding: str) -> None:
    reason(RUSSIAN.encode("cp1251"), encoding)


def test_half_characters_are_an_error() -> None:
    assert "halves" in reason(rb"\ud800 and so on", "raw_unicode_escape")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(4000),
        b"text\0text",
        b"\x01\x02abc",
        "a".encode("utf-16-le"),
    ],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    assert "is not text (binary data)" in reason(data)


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_nothing_is_an_error(data: bytes) -> None:
    assert "is empty" in reason(data)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="does not exist"):
        read_bytes(tmp_path / "none.txt")
    with pytest.raises(UnreadableFile, match="is a folder"):
        read_bytes(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_bytes(tmp_path / "pipe")
    (tmp_path / "a.txt").write_bytes(b"abc")
    monkeypatch.setattr(decoding, "MAX_BYTES", 2)
    with pytest.raises(UnreadableFile, match="is too large"):
        read_bytes(tmp_path / "a.txt")


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abc")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads all: only the system's own refusal can be made up then

        def refused(self: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(UnreadableFile, match="may not be read"):
        read_bytes(path)
