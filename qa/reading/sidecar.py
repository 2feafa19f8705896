"""What a file does not say of itself: ``<file name>.csl.json`` beside it holds a CSL-JSON item whose
variables stand in place of those that reading found (its ``URL`` is the document's address)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.fields import OF_ITS_OWN, described
from qa.types import Document

SUFFIX = ".csl.json"

LARGEST = 200_000
"""Bytes of a sidecar at the most: one item, of which a long abstract is 10,000, a thousand authors 40,000."""


def sidecar(path: Path) -> Path | None:
    """The file beside ``path`` that adds to its citation; None without one. A change of it is a change
    of what reading ``path`` gives."""
    beside = path.with_name(path.name + SUFFIX)
    return beside if beside.is_file() else None


def content(path: Path) -> bytes:
    """The bytes of a sidecar, of one that is too large one more than LARGEST. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def with_sidecar(path: Path, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """``documents`` of ``path`` with its sidecar's variables. Raises UnreadableFile, naming the sidecar,
    where that is no CSL-JSON item."""
    beside = sidecar(path)
    if beside is None:
        return documents
    said = _item(beside)
    return with_said(documents, said)


def with_said(documents: tuple[Document, ...], said: Mapping[str, Any]) -> tuple[Document, ...]:
    """``documents`` of one file with what is said of the file (fields, see qa.reading.fields). Where it
    holds many, each keeps its own title, date and address."""
    if len(documents) > 1:
        said = {name: told for name, told in said.items() if name not in OF_ITS_OWN}
    return tuple(described(each, said) for each in documents)


def _item(path: Path) -> dict[str, Any]:
    advice = "Mend it, or delete it to cite the document without it."
    try:
        data = content(path)
        if len(data) > LARGEST:
            raise UnreadableFile(str(path), f"is larger than {LARGEST // 1_000} kB.", advice)
        said = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise UnreadableFile(str(path), f"is not JSON: line {error.lineno}: {error.msg}.", advice) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(str(path), "is not UTF-8.", advice) from error
    except ValueError as error:
        raise UnreadableFile(str(path), "holds a number of thousands of digits.", advice) from error
    except RecursionError as error:
        raise UnreadableFile(str(path), "is nested too deeply.", advice) from error
    except OSError as error:
        raise UnreadableFile(str(path), f"cannot be read: {error.strerror or error}.", advice) from error
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if not isinstance(said, dict):
        raise UnreadableFile(str(path), "is not one CSL-JSON item (an object).", advice)
    for key in ("title", "URL", "type", "container-title"):
        if key in said and not isinstance(said[key], str):
            raise UnreadableFile(str(path), f'its "{key}" is not a text in quotation marks.', advice)
    return {key: value for key, value in said.items() if key != "id"}
