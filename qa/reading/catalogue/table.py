"""``metadata.csv``: a row a file, a column a field, under headings as people write them."""

from __future__ import annotations

import csv
import io
from typing import Any

from qa.reading import fields
from qa.reading.catalogue.entry import Entry, Listed, UnreadableList, file_name

_FILE = {"file", "filename", "filepath", "path", "name", "document", "fileattachments"}
_DELIMITERS = (",", ";", "\t")
_LONGEST = 1_000_000


def read_table(text: str) -> Listed:
    """Rows of a table divided by commas, semicolons or tabs, the first its headings. A column of which no
    field is known is left out. Raises UnreadableList."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))  # one for the whole process
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headings = next(reader, [])
        files, columns = _columns(headings)
        if not files:
            raise UnreadableList('line 1: no column is headed "file".')
        found = Listed()
        seen: dict[str, int] = {}
        line = reader.line_num + 1
        for row in reader:
            at, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            entry = _entry(row, files, columns, at)
            if len(row) > len(headings) and any(cell.strip() for cell in row[len(headings) :]):
                found.troubles.append(f"line {at}: the row has more cells than there are headings.")
            elif not entry.files:
                found.troubles.append(f"line {at}: the row names no file.")
            elif entry.files[0] in seen:
                earlier = seen[entry.files[0]]
                found.troubles.append(f"line {at}: {entry.files[0]} stands in line {earlier} already.")
            else:
                seen[entry.files[0]] = at
                found.entries.append(entry)
    except csv.Error as error:
        raise UnreadableList(f"line {reader.line_num}: {error}.") from error
    return found


def _columns(headings: list[str]) -> tuple[list[int], dict[int, str]]:
    """The columns that name the file, the best first, and those that say something of it."""
    files: list[int] = []
    columns: dict[int, str] = {}
    for at, heading in enumerate(headings):
        bare = "".join(c for c in heading.casefold() if c.isalnum())
        if bare in _FILE:
            files.append(at)
        elif (name := fields.field(heading)) and name not in columns.values():
            columns[at] = name
    return files[:1], columns


def _entry(row: list[str], files: list[int], columns: dict[int, str], line: int) -> Entry:
    def cell(at: int) -> str:
        return row[at].strip() if at < len(row) else ""

    said: dict[str, Any] = {}
    for at, name in columns.items():
        words = cell(at)
        if words and name == "type":
            said = {**fields.type_and_genre(words), **said}
        elif words:
            said[name] = fields.value(name, words)
    named = [file_name(each) for at in files for each in cell(at).split("; ")]
    return Entry(said, tuple(name for name in named if name), line=line)
