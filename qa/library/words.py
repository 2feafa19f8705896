"""The words of all passages, searched with BM25: Tantivy.

Each passage is one Tantivy document: its id, its words (``body``) and its document's heading and date
(``context``). One further document, id 0, holds the State, so that index and state are committed as one.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from qa.folding import fold
from qa.hyphenation import LINE_END
from qa.library.changes import DamagedIndex, State

MAX_TERMS = 256
"""Distinct words of a query that are searched; of a longer one the rarest."""

_STATE_ID = 0  # no passage has it
_SMALL_SCOPE = 5_000
_LONGEST_WORD = 200  # bytes; what is longer is no word (a key, a picture in letters)
_SMALL_HEAP, _LARGE_HEAP = 15_000_000, 100_000_000  # bytes; Tantivy takes no less than the first
_MANY = 2_000
_FOOTER_MAGIC = 1337


@cache
def _analyser() -> Any:
    """Words as they are indexed and asked for: letters and digits in a row, lower case, without accents,
    English endings taken off (Snowball; words of other scripts pass unchanged)."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


@cache
def _schema() -> Any:
    return (
        tantivy.SchemaBuilder()
        .add_unsigned_field("id", stored=False, indexed=True, fast=True)
        .add_text_field("body", tokenizer_name="words", index_option="position")
        .add_text_field("context", tokenizer_name="words", index_option="freq")
        .add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
        .build()
    )


# Whatever folding could change a word by: all but letters that are one character in every form, digits, and
# signs that part words however they are written.
_CHANGING = re.compile("[^\x00-\x7f\u00a0\u00a7\u00b6\u2013\u2014\u2018\u2019\u201c\u201d\u2026"
                       "\u00c0-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0400-\u0481]")  # fmt: skip


def _plain(text: str) -> str:
    if _CHANGING.search(text) is None and LINE_END.search(text) is None:
        return text  # most texts: looking is ten times faster than folding
    # The analyser would split a word at a combining accent, at a soft hyphen and at a line's end.
    return unicodedata.normalize("NFKC", fold(text, "search").text)


def terms(text: str) -> list[str]:
    """The words of ``text`` as they are indexed, with repeats, in order."""
    found: list[str] = _analyser().analyze(_plain(text))
    return found


@contextmanager
def _failures_are_damage() -> Iterator[None]:
    """Tantivy says ValueError or OSError for what it finds wrong, and panics (a BaseException of its
    own) for what it does not expect in its files."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError, DamagedIndex):
        raise
    except BaseException as error:
        raise DamagedIndex(f"words: {error}") from error


class WordIndex:
    """``words`` are what was committed when it was opened, applied to or reloaded last. One thread at a time
    may do these; the words can be searched by any meanwhile."""

    words: Words

    def __init__(
        self, path: str | None, *, is_private: bool, copy: tempfile.TemporaryDirectory[str] | None = None
    ) -> None:
        """Use ``open``, ``private`` or ``in_memory``. ``is_private``: no other process writes to it."""
        self.is_private = is_private
        self._copy = copy
        with _failures_are_damage():
            self._index = tantivy.Index(_schema(), path=path)
            self._index.register_tokenizer("words", _analyser())
            self._index.config_reader("manual")
        self.reload()

    @classmethod
    def open(cls, folder: Path) -> WordIndex:
        """The index in ``folder``, or an empty one made there. Raises DamagedIndex, OSError."""
        folder.mkdir(exist_ok=True)
        _confirm_checksums(folder)
        return cls(str(folder), is_private=False)

    @classmethod
    def private(cls, folder: Path) -> WordIndex:
        """A copy of the index in ``folder``, for a library that can only be read: Tantivy wants to write a
        lock file even to read. In memory and empty where there is nothing to copy, or no room."""
        copy = tempfile.TemporaryDirectory(prefix="ibid-")
        target = Path(copy.name) / "words"
        try:
            _confirm_checksums(folder)
            shutil.copytree(folder, target, copy_function=shutil.copyfile)
            return cls(str(target), is_private=True, copy=copy)
        except (DamagedIndex, OSError):
            copy.cleanup()
            return cls.in_memory()

    @classmethod
    def in_memory(cls) -> WordIndex:
        """An empty one that nobody else sees."""
        return cls(None, is_private=True)

    def reload(self) -> None:
        """Sees what was committed since, by whatever process. Raises DamagedIndex."""
        with _failures_are_damage():
            self._index.reload()
            self.words = Words(self._index.searcher(), self._copy)

    @property
    def state(self) -> State | None:
        """What it was last brought up to; None where it is empty."""
        return self.words.state

    def __len__(self) -> int:
        """How many passages it holds."""
        return len(self.words)

    def apply(
        self,
        state: State,
        removed: Sequence[tuple[int, int]],
        added: Iterable[tuple[int, str, str]],
        expected: int,
    ) -> None:
        """Takes out the ranges [first, last] of ids, puts in (id, words, context), and is at ``state``
        then: all in one commit. ``expected`` is about how many come in. Raises DamagedIndex (also when
        it cannot be written)."""
        with _failures_are_damage():
            writer = self._index.writer(_LARGE_HEAP if expected > _MANY else _SMALL_HEAP, 1)
            try:
                # By query: delete_documents_by_term takes a number for a signed one, and finds nothing.
                for first, last in [(_STATE_ID, _STATE_ID), *removed]:
                    inside = tantivy.Query.range_query(
                        _schema(), "id", tantivy.FieldType.Unsigned, first, last
                    )
                    writer.delete_documents_by_query(inside)
                for id_, words, context in added:
                    entry = tantivy.Document()
                    # Not Document(id=…): that makes a signed number, which kills the writer.
                    entry.add_unsigned("id", id_)
                    entry.add_text("body", _plain(words))
                    entry.add_text("context", _plain(context))
                    writer.add_document(entry)
                entry = tantivy.Document()
                entry.add_unsigned("id", _STATE_ID)
                entry.add_text("state", state.to_json())
                writer.add_document(entry)
                writer.commit()
                writer.wait_merging_threads()
            except BaseException:
                del writer  # else the traceback holds it, and it holds Tantivy's lock
                raise
        self.reload()


class Words:
    """The words as of one commit: what is applied later changes nothing here. Safe to share by threads."""

    def __init__(self, searcher: Any, copy: tempfile.TemporaryDirectory[str] | None = None) -> None:
        """``copy`` is the folder that it is read from, where that goes when nobody needs it any more. Raises
        DamagedIndex."""
        self._searcher = searcher
        self._copy = copy
        self._frequencies: dict[str, int] = {}
        self.state = self._read_state()

    def _read_state(self) -> State | None:
        query = tantivy.Query.term_query(_schema(), "id", _STATE_ID)
        hits = self._searcher.search(query, 2, count=False).hits
        if not hits:
            return None
        if len(hits) > 1:
            raise DamagedIndex("words: two states")
        return State.from_json(self._searcher.doc(hits[0][1])["state"][0])

    def __len__(self) -> int:
        """How many passages there are."""
        return int(self._searcher.num_docs) - (self.state is not None)

    def search(
        self,
        query: str,
        limit: int,
        context_weight: float,
        among: NDArray[np.int64] | None = None,
    ) -> list[tuple[int, float]]:
        """Ids and BM25 scores (k1 1.2, b 0.75; Robertson & Zaragoza 2009) of the best ``limit`` passages
        that share a word with ``query``, best first, equal ones by id; only ids in ``among`` (ascending)
        where it is given. The score is that of the body plus ``context_weight`` times that of the
        context. Raises DamagedIndex."""
        if limit <= 0 or (among is not None and len(among) == 0):
            return []
        with _failures_are_damage():
            searcher = self._searcher
            wanted = _query(searcher, terms(query), context_weight)
            if wanted is None:
                return []
            if among is None:
                found = _hits(searcher, wanted, limit)
            elif len(among) <= _SMALL_SCOPE:
                inside = tantivy.Query.term_set_query(_schema(), "id", among.tolist())
                both = tantivy.Query.boolean_query(
                    [
                        (tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0)),
                        (tantivy.Occur.Must, wanted),
                    ]
                )
                found = _hits(searcher, both, limit)
            else:
                found = _hits_among(searcher, wanted, limit, among)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def document_frequency(self, term: str) -> int:
        """In how many passages' own words (not their contexts) an indexed word stands. Exact: Tantivy's
        own number still counts passages taken out since its last merge."""
        frequencies, searcher = self._frequencies, self._searcher
        if term not in frequencies:
            with _failures_are_damage():
                query = tantivy.Query.term_query(_schema(), "body", term)
                frequencies[term] = int(getattr(searcher.search(query, 1, count=True), "count"))  # noqa: B009  (not in its stubs)
        return frequencies[term]


def _query(searcher: Any, words: Sequence[str], context_weight: float) -> Any:
    """A disjunction of the distinct words, built of terms and never parsed: any punctuation is safe."""
    distinct = list(dict.fromkeys(words))
    fields = [("body", 1.0)] + ([("context", context_weight)] if context_weight > 0 else [])
    if len(distinct) > MAX_TERMS:
        counted = [(sum(searcher.doc_freq(f, word) for f, _ in fields), word) for word in distinct]
        distinct = [word for count, word in sorted(counted) if count][:MAX_TERMS]
    parts = []
    for word in distinct:
        for name, weight in fields:
            part = tantivy.Query.term_query(_schema(), name, word)
            parts.append(
                (tantivy.Occur.Should, part if weight == 1 else tantivy.Query.boost_query(part, weight))
            )
    return tantivy.Query.boolean_query(parts) if parts else None


def _hits(searcher: Any, query: Any, limit: int) -> list[tuple[int, float]]:
    hits = searcher.search(query, max(1, min(limit, searcher.num_docs)), count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return [(int(i), float(score)) for i, (score, _) in zip(ids, hits, strict=True)]


def _hits_among(searcher: Any, query: Any, limit: int, among: NDArray[np.int64]) -> list[tuple[int, float]]:
    """Asks for more until enough of them lie in the scope: for a large scope, where a set of terms is
    slow, and few rounds are needed."""
    total = int(searcher.num_docs)
    depth = limit * max(2, 2 * total // len(among))
    while True:
        hits = _hits(searcher, query, depth)
        inside = np.isin(np.array([i for i, _ in hits], np.int64), among, assume_unique=True)
        kept = [hit for hit, is_in in zip(hits, inside, strict=True) if is_in]
        if len(kept) >= limit or len(hits) < depth or depth >= total:
            return kept[:limit]
        depth *= 4


def _confirm_checksums(folder: Path) -> None:
    """Compares each file's bytes with the CRC-32 that Tantivy writes in its footer (JSON, its length, a
    magic number) but does not check itself when opening. Raises DamagedIndex."""
    meta = folder / "meta.json"
    if not meta.exists():
        return
    try:
        segments = [s["segment_id"].replace("-", "") for s in json.loads(meta.read_bytes())["segments"]]
        for path in (path for segment in segments for path in folder.glob(segment + ".*")):
            try:
                data = memoryview(path.read_bytes())
            except FileNotFoundError:  # another process merged it away meanwhile
                continue
            length, magic = int.from_bytes(data[-8:-4], "little"), int.from_bytes(data[-4:], "little")
            if magic != _FOOTER_MAGIC or length > len(data) - 8:
                raise DamagedIndex(f"{path}: cut short")
            end = len(data) - 8 - length
            if zlib.crc32(data[:end]) != json.loads(bytes(data[end:-8]))["crc"]:
                raise DamagedIndex(f"{path}: checksum")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndex(f"{folder}: {error}") from error


def clear(folder: Path) -> None:
    """Deletes a damaged index, so that it can be built anew. Raises OSError."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    elif folder.exists():
        folder.unlink()
