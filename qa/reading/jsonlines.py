"""JSON lines: a JSON object a line, its keys the columns of a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.decoding import decode
from qa.reading.tables import Row, columns_of, documents, told
from qa.types import Document

READER = "json-lines/1"


def read_json_lines(
    path: Path, name: str, data: bytes, encoding: str | None
) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """The documents of a file and what could not be read of it. Raises UnreadableFile where no key
    holds text, or no line can be read."""
    warnings: list[str] = []
    objects: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(decode(path, data, encoding).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            warnings.append(f"line {number}: is not JSON: column {error.colno}: {error.msg}")
            continue
        except (RecursionError, ValueError):
            warnings.append(f"line {number}: is not JSON that can be read")
            continue
        if isinstance(value, dict):
            objects.append((number, {str(key): _words(held) for key, held in value.items()}))
        else:
            warnings.append(f"line {number}: is no JSON object")
    if not objects:
        raise UnreadableFile(
            str(path), f"is no JSON lines file: {warnings[0]}.", "Write a JSON object on each line."
        )
    names = list(dict.fromkeys(key for _, cells in objects for key in cells))
    columns = columns_of(path, names)
    rows = (Row(number, {column: cells.get(column, "") for column in names}) for number, cells in objects)
    found = documents(path, name, columns, rows, warnings)
    return found, told(warnings)


def _words(value: Any) -> str:
    """A value as text: of a list the paragraphs or names, nothing of what is nested deeper."""
    if value is None or isinstance(value, bool | dict):
        return ""
    if isinstance(value, list):
        parts = [str(part) for part in value if isinstance(part, str | int | float)]
        return ("\n\n" if any(len(part) > 80 for part in parts) else "; ").join(parts)
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
