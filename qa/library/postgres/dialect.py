"""PostgreSQL spoken to in the statements of ``qa.library.sql``.

Values are put into a statement by the client (psycopg's ClientCursor): nothing is prepared, so a plan is
made for the values at hand, a SET holds for what follows it, and a pooler that lends connections by the
transaction (PgBouncer) can stand between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, LiteralString

import psycopg
from psycopg.adapt import Buffer
from psycopg.types.string import StrDumper, StrDumperUnknown, TextLoader

# PostgreSQL's text holds every character but NUL. A document may have one, and keeps it, and its offsets:
# it is stored as a noncharacter of Unicode, which stands for nothing in any text, and a digit.
_ESCAPE, _NUL = "\ufdd0", "\0"
_ESCAPED = _ESCAPE.encode()

_PLACE = re.compile(r"\?(\d*)")
_LIST = re.compile(r"json_each\(\?(\d*)\)")
_HINT = re.compile(r" INDEXED BY \w+")


@lru_cache(maxsize=256)
def translated(sql: str) -> str:
    """A statement of ``qa.library.sql`` in PostgreSQL's spelling, with psycopg's placeholders."""
    sql = _HINT.sub("", sql.replace("%", "%%"))
    sql = _LIST.sub(r"listed(?\1)", sql)
    return _PLACE.sub(lambda found: f"%(p{found[1]})s" if found[1] else "%s", sql)


class PostgresConnection:
    """A psycopg connection inside a transaction, as ``qa.library.sql.Connection``; ``raw`` is itself."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Runs one statement. Raises psycopg.Error."""
        return self.raw.execute(_known(translated(sql)), _values(sql, parameters))

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> None:
        """Runs one statement for each row of values. Raises psycopg.Error."""
        rows = [_values(sql, row) for row in parameters]
        if rows:
            self.raw.cursor().executemany(_known(translated(sql)), rows)

    def ask(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> psycopg.Cursor[Any]:
        """Runs a statement in PostgreSQL's own spelling. Raises psycopg.Error."""
        return self.raw.execute(_known(sql), parameters)


def _known(sql: str) -> LiteralString:
    """psycopg wants to see that no statement is made of what a person typed: ours are made of constants."""
    return sql


def _values(sql: str, parameters: Sequence[Any]) -> Sequence[Any] | dict[str, Any]:
    if "?1" in sql:
        return {f"p{number}": value for number, value in enumerate(parameters, 1)}
    return parameters


class _Dumper(StrDumper):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(_escaped(obj))


class _UnknownDumper(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(_escaped(obj))


class _Loader(TextLoader):
    def load(self, data: Buffer) -> bytes | str:
        if _ESCAPED in bytes(data):
            text = str(bytes(data), "utf-8")
            return text.replace(_ESCAPE + "0", _NUL).replace(_ESCAPE + "1", _ESCAPE)
        return super().load(data)


def _escaped(text: str) -> str:
    if _NUL in text or _ESCAPE in text:
        return text.replace(_ESCAPE, _ESCAPE + "1").replace(_NUL, _ESCAPE + "0")
    return text


def adapted(connection: psycopg.Connection[Any]) -> None:
    """Has a connection keep every character of a text."""
    connection.cursor_factory = psycopg.ClientCursor
    connection.adapters.register_dumper(str, _Dumper)
    connection.adapters.register_dumper(str, _UnknownDumper)
    for kind in ("text", "varchar"):
        connection.adapters.register_loader(kind, _Loader)
