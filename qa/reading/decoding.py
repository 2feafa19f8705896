"""Bytes of a file to text, or a plain word on why not."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

from qa.errors import UnreadableFile

MAX_BYTES = 500_000_000
"""A larger file is refused: its text, several times its size in memory, would crowd out the rest."""

MAX_CONTROLS = 0.01
"""The share of control characters from which something is no text. Text has some: escape codes, a stray
backspace; programs and pictures have one in ten and more."""

SAMPLE = 65_536

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_WIDE = frozenset({"shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"})
FEW = 100
"""Bytes up to which a guess is made among encodings of one byte a character."""

_FOREIGN = re.compile(rb"[\x80-\xff]+[^\n]{0,80}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip

# The legacy encodings that documents still come in; a guess among all that exist is often an odd one.
_LEGACY = (
    "cp1251", "koi8_r", "cp866", "iso8859_5", "cp1252", "cp1250", "iso8859_2", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "mac_cyrillic", "mac_roman", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
)  # fmt: skip


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises UnreadableFile where it is missing, no file, not to be opened or too large."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFile(str(path), "is a folder, not a file.")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(str(path), "is not a regular file.")
        if status.st_size > MAX_BYTES:
            raise UnreadableFile(
                str(path),
                f"is too large ({status.st_size / 1e6:,.0f} MB; the most is {MAX_BYTES / 1e6:,.0f} MB).",
                "Split it into smaller files.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(str(path), "does not exist.", "Check the name.") from error
    except PermissionError as error:
        raise UnreadableFile(str(path), "may not be read by you.", "Change its permissions.") from error
    except OSError as error:
        raise UnreadableFile(str(path), f"cannot be read: {error.strerror or error}.") from error


def decode(path: Path, data: bytes, encoding: str | None = None) -> str:
    """The text of a file that is in ``encoding``, else in UTF-8 (or UTF-16 or UTF-32 with a byte order
    mark). The byte order mark is dropped and each line end becomes "\\n"; nothing else is changed.

    Raises UnreadableFile where it is empty, in another encoding (naming the likely one) or no text."""
    text = _decoded_as(path, data, encoding) if encoding else _decoded(path, data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _check_text(path, text)
    if not text or text.isspace():
        raise UnreadableFile(str(path), "is empty.")
    return text


def _decoded(path: Path, data: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableFile(
                str(path),
                f"begins like {encoding.upper()} but is not ({_where(error)}).",
                "Save it as UTF-8.",
            ) from error
        _check_text(path, data[:SAMPLE].decode("latin-1"))
        likely = likely_encoding(data)
        if likely is None:
            raise UnreadableFile(
                str(path),
                f"is not UTF-8 ({_where(error)}), and its encoding cannot be told.",
                "Name it with --encoding, or save the file as UTF-8.",
            ) from error
        raise UnreadableFile(
            str(path),
            f"is not UTF-8; it looks like {likely}.",
            f"Add it with --encoding {likely.lower()}, or save it as UTF-8.",
        ) from error


def _decoded_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise UnreadableFile(
            str(path), f"was not read: there is no encoding named {encoding!r}.", "Try utf-8 or windows-1251."
        ) from error
    except UnicodeError as error:
        where = _where(error) if isinstance(error, UnicodeDecodeError) else str(error)
        raise UnreadableFile(
            str(path), f"is not {encoding} ({where}).", "Add it without --encoding, or name another one."
        ) from error
    if _SURROGATES.search(text):
        raise UnreadableFile(str(path), f"is not {encoding} (it holds halves of characters).")
    return text


def _where(error: UnicodeDecodeError) -> str:
    return f"byte {error.start + 1:,}"


def _check_text(path: Path, text: str) -> None:
    """Raises where the text is no text: a NUL, or many control characters."""
    if "\x00" in text or len(_CONTROLS.findall(text)) > MAX_CONTROLS * len(text):
        raise UnreadableFile(
            str(path), "is not text (binary data).", "Add the document's text as .txt, .md or .xml."
        )


def likely_encoding(data: bytes) -> str | None:
    """The legacy encoding that ``data`` is most likely in, under the name people know; None where
    nothing fits."""
    from charset_normalizer import from_bytes

    sample = _sample(data)
    if len(sample) <= FEW and _reads_as_russian(sample):
        return "Windows-1251"
    # Few bytes fit some East Asian encoding by chance; what is in one has many.
    likely = [name for name in _LEGACY if name not in _WIDE or len(sample) > FEW]
    best = from_bytes(sample, cp_isolation=likely, enable_fallback=False).best()
    if best is None:
        return None
    name = best.encoding
    if name in ("cp1250", "cp1254", "cp1257") and _same(sample, name, "cp1252"):
        # The umlauts and accents of western Europe are the same there: name the commonest.
        name = "cp1252"
    if name.startswith("cp125"):
        return f"Windows-{name[2:]}"
    return {"koi8_r": "KOI8-R", "cp866": "CP866", "gb18030": "GB18030", "shift_jis": "Shift_JIS"}.get(
        name, name.replace("iso8859_", "ISO-8859-").replace("_", "-")
    )


def _reads_as_russian(data: bytes) -> bool:
    """Whether Windows-1251 makes whole words in Cyrillic of it, mostly in small letters. (KOI8-R read so
    is mostly capitals, and the accents of western languages stand alone among ASCII letters.)"""
    text = data.decode("cp1251", "replace")
    foreign = [c for c in text if ord(c) > 127]
    words = "".join(re.findall(r"[а-яёА-ЯЁ]{3,}", text))
    small = sum(c.islower() for c in words)
    return len(words) >= 0.6 * len(foreign) and small >= 0.6 * len(words) > 0


def _same(data: bytes, one: str, other: str) -> bool:
    try:
        return data.decode(one) == data.decode(other)
    except UnicodeDecodeError:
        return False


def _sample(data: bytes) -> bytes:
    """The words of a file that are not ASCII, each with a few before and after: the rest says nothing."""
    pieces, size, at = [], 0, 0
    for match in _FOREIGN.finditer(data):
        pieces.append(data[max(at, match.start() - 20) : match.end() + 20])
        size, at = size + len(pieces[-1]), match.end() + 20
        if size > SAMPLE:
            break
    return b"".join(pieces)
