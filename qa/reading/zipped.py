"""Files that are zip archives inside (DOCX, ODT, EPUB), opened so that a hostile one costs nothing.

Nothing is ever unpacked to disk, so names with ".." in them lead nowhere. What a part declares and what
comes out of it are both held to bounds, each part and all together.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

from qa.errors import UnreadableFile
from qa.reading.sniffing import OLE, ZIP, is_encrypted_office, sniffed

MAX_PART = 64_000_000
"""Bytes of one part, decompressed: a book of 3,000 pages has about 40 MB of XML; its tree takes up to ten
times as much memory."""

MAX_ALL = 256_000_000
"""Bytes of all parts that are read of one file, decompressed."""

MAX_MEMBERS = 50_000
MAX_RATIO = 200
"""Bytes out per byte in above which a part of more than RATIO_FROM bytes is no text: prose compresses to a
fifth, XML to a thirtieth, and deflate's limit, which bombs use, is a thousandth."""

RATIO_FROM = 5_000_000
_CHUNK = 1 << 20
_CENTRAL = b"PK\x01\x02"

_PACKAGES = (
    ("word/", "a Word file"),
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an EPUB"),
)
_MIMETYPES = {
    "application/epub+zip": "an EPUB",
    "application/vnd.oasis.opendocument.text": "an OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation",
}


class Zipped:
    """An open archive. ``kind`` is what the file should be, as in "is no Word file"."""

    def __init__(self, path: Path, data: bytes, kind: str) -> None:
        self.path = path
        self.kind = kind
        self.read_so_far = 0
        """Bytes of the parts read, decompressed."""
        _check_beginning(path, data, kind)
        # Each entry of the directory begins so: counted before zipfile makes an object of every one.
        if data.count(_CENTRAL) > MAX_MEMBERS:
            raise self._bomb(f"more than {MAX_MEMBERS:,} parts")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError, UnicodeDecodeError, NotImplementedError) as e:
            raise self.damaged() from e
        self._members = {info.filename.replace("\\", "/"): info for info in self._archive.infolist()}

    def __enter__(self) -> Zipped:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        """The names of all parts, in the archive's order."""
        return list(self._members)

    def optional(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none of that name. Raises UnreadableFile."""
        return self.part(name) if name in self._members else None

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises UnreadableFile where it is missing, encrypted, damaged or too large."""
        info = self._members.get(name)
        if info is None:
            raise self.no_such_kind()
        if info.flag_bits & 1:
            raise protected(self.path)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged()
        self._check(info.file_size, info.compress_size)
        pieces: list[bytes] = []
        size = 0
        try:
            with self._archive.open(info) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    # The declared size may lie.
                    self._check(size, info.compress_size)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError) as error:
            raise self.damaged() from error
        self.read_so_far += size
        return b"".join(pieces)

    def _check(self, size: int, packed: int) -> None:
        if size > RATIO_FROM and size > MAX_RATIO * max(1, packed):
            raise self._bomb(f"a part of {size / 1e6:,.0f} MB packed into {packed / 1e6:,.2f} MB")
        if size > MAX_PART or self.read_so_far + size > MAX_ALL:
            raise self._bomb(f"more than {min(size, MAX_PART) / 1e6:,.0f} MB of text")

    def _bomb(self, what: str) -> UnreadableFile:
        return UnreadableFile(
            str(self.path), f"unpacks to far more than a document holds ({what}).", "Do not open it."
        )

    def damaged(self) -> UnreadableFile:
        """The error for an archive that is cut off or broken."""
        return UnreadableFile(
            str(self.path),
            f"is a damaged {self.kind} (cut off, or changed on the way).",
            "Fetch or save it again.",
        )

    def no_such_kind(self) -> UnreadableFile:
        """The error for a sound archive that is something else."""
        found = self._package()
        if found is not None and found.endswith(self.kind):
            return UnreadableFile(
                str(self.path), f"is a damaged {self.kind} (a part of it is missing).", "Save it again."
            )
        return not_a(self.path, self.kind, found or "another kind of zip archive")

    def _package(self) -> str | None:
        if "mimetype" in self._members:
            said = self.part("mimetype")[:200].decode("ascii", "replace").strip()
            return _MIMETYPES.get(said)
        for prefix, words in _PACKAGES:
            if any(name.startswith(prefix) for name in self._members):
                return words
        return None


def resolve(base: str, target: str) -> str:
    """The name of the part that ``target``, as written in the part ``base``, means."""
    joined = target if target.startswith("/") else posixpath.join(posixpath.dirname(base), target)
    return posixpath.normpath(joined).lstrip("/")


def not_a(path: Path, kind: str, found: str | None) -> UnreadableFile:
    """The error for a file that is no ``kind`` but ``found`` (None: nobody knows what)."""
    article = "no"
    if found is None:
        return UnreadableFile(
            str(path), f"is {article} {kind}.", "Check what it is, and save it again as one."
        )
    return UnreadableFile(
        str(path), f"is {article} {kind} (it is {found}).", "Give it the ending of what it is."
    )


def protected(path: Path) -> UnreadableFile:
    """The error for a file under a password."""
    return UnreadableFile(
        str(path), "is protected by a password.", "Open it, save a copy without the password and add that."
    )


def _check_beginning(path: Path, data: bytes, kind: str) -> None:
    if data.startswith(ZIP):
        return
    if not data:
        raise UnreadableFile(str(path), "is empty.")
    if is_encrypted_office(data):
        raise protected(path)
    if data.startswith(OLE):
        raise UnreadableFile(
            str(path),
            f"is no {kind} (it is a file of Office 97–2003).",
            "Open it and save it in the present format.",
        )
    if data.startswith(b"PK\x05\x06"):
        raise UnreadableFile(str(path), f"is no {kind} (it is an empty zip archive).")
    raise not_a(path, kind, sniffed(data))
