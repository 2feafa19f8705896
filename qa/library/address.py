"""What names a library on a server: ``postgresql://user@host,host/database?schema=NAME&…``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from qa.errors import UsageError

SCHEMA = "ibid"
"""The schema that a library's tables lie in unless its address names another (``?schema=``): so a database
may hold several libraries, and other things."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SPREAD = {"any", "prefer-standby", "standby", "read-only"}


@dataclass(frozen=True, slots=True)
class Address:
    """``reading`` and ``writing`` are connection strings of libpq: as given, and to the server that takes
    changes. ``shown`` names no password. ``is_spread``: what is read may come from a server that lags."""

    reading: str
    writing: str
    shown: str
    schema: str
    is_spread: bool

    @classmethod
    def read(cls, location: str) -> Address:
        """Raises UsageError for what names no server's library."""
        try:
            parts = urlsplit(location)
            asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError as error:
            raise UsageError(f"The library's address cannot be read ({error}). {_EXAMPLE}") from error
        schema = asked.pop("schema", SCHEMA)
        if not _NAME.fullmatch(schema):
            raise UsageError(
                f'"{schema}" is no name for a schema: small letters, digits and "_" alone. {_EXAMPLE}'
            )
        asked.setdefault("connect_timeout", "5")
        asked.setdefault("application_name", "ibid")
        hosts = parts.netloc.rpartition("@")[2].count(",") + asked.get("host", "").count(",")
        return cls(
            _with(location, asked),
            _with(location, asked | {"target_session_attrs": "read-write"}),
            without_password(location),
            schema,
            bool(hosts) and asked.get("target_session_attrs", "any") in _SPREAD,
        )


_EXAMPLE = "For example: --library postgresql://user@host/database"


def without_password(location: str) -> str:
    """A library's address as it may be shown and kept: any password taken out; a folder's name as it is."""
    if "://" not in location:
        return location
    try:
        parts = urlsplit(location)
        asked = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return re.sub(r"(://[^:@/]*):[^@]*@", r"\1@", location)
    who, at, hosts = parts.netloc.rpartition("@")
    kept = [(name, value) for name, value in asked if name not in ("password", "sslpassword")]
    query = parts.query if len(kept) == len(asked) else urlencode(kept, quote_via=quote)
    return urlunsplit(parts._replace(netloc=who.partition(":")[0] + at + hosts, query=query))


def _with(location: str, asked: dict[str, str]) -> str:
    # libpq reads %20 in an address, and "+" as itself.
    return urlunsplit(urlsplit(location)._replace(query=urlencode(asked, quote_via=quote)))


def name_of(location: str) -> str:
    """A name for what is kept beside a library on a server, the same whatever the password: 12 digits."""
    return hashlib.sha256(without_password(location).encode()).hexdigest()[:12]
