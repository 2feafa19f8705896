"""What goes on, as structured logs for whoever looks after it: JSON lines, an event each.

Quiet unless asked: ``--log-level``, ``--log-file``, or the environment's QA_LOG and QA_LOG_FILE. An event
has ``time`` (UTC, ISO 8601, milliseconds), ``level``, ``event`` and its own fields; an error also has
``error`` and ``traceback``. Passwords, cookies and sessions are in none. In what words something was asked is
told at the level debug alone: above it a question is its length and a mark, which is the same for the same
words until the program ends, and from which they cannot be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qa.errors import IbidError, UsageError

LEVELS = {
    "debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR,
}  # fmt: skip
LEVEL, FILE = "QA_LOG", "QA_LOG_FILE"
"""The environment's names for what ``--log-level`` and ``--log-file`` say."""

_LOG = logging.getLogger("ibid")
_LOG.addHandler(logging.NullHandler())  # Python would print warnings of a logger that has no handler
_LOG.propagate = False
_OTHERS = ("uvicorn",)  # what serves the page: its warnings and errors are told too
_ours: list[logging.Handler] = []
_KEY = secrets.token_bytes(16)


class JsonLines(logging.Formatter):
    """A record as one line of JSON (ASCII, so that no text can draw over a terminal)."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.name != _LOG.name:
            line["from"] = record.name
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            # What an error says may hold what was asked: its place in the program is enough above debug.
            line["traceback"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            if _LOG.isEnabledFor(logging.DEBUG):
                line["message"] = str(error)
        return json.dumps(line, default=str)


def set_up(level: str | None = None, file: str | None = None) -> None:
    """Begins to log events of ``level`` and above to ``file`` (which only its owner may read), or to
    standard error where only a level is given; neither: as the environment says, else not at all. Raises
    UsageError."""
    level = level or os.environ.get(LEVEL) or None
    file = file or os.environ.get(FILE) or None
    if level is None and file is None:
        return
    if level is not None and level.lower() not in LEVELS:
        raise UsageError(f"{level!r} is no log level. Choose one of: {', '.join(LEVELS)}.")
    handler = _handler(file)
    handler.setFormatter(JsonLines())
    number = LEVELS[(level or "info").lower()]
    stop()
    _ours.append(handler)
    _LOG.setLevel(number)
    _LOG.addHandler(handler)
    # Their lines below that hold whole requests.
    handler.addFilter(lambda record: record.name == _LOG.name or record.levelno >= logging.WARNING)
    for name in _OTHERS:
        logging.getLogger(name).addHandler(handler)


def stop() -> None:
    """Logs no more, and closes the file."""
    while _ours:
        handler = _ours.pop()
        for name in (_LOG.name, *_OTHERS):
            logging.getLogger(name).removeHandler(handler)
        handler.close()
    _LOG.setLevel(logging.NOTSET)


def _handler(file: str | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(sys.stderr)
    try:
        # Made by us, so that nobody else may read who asked what when; one that is there keeps its rights.
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        if os.name == "nt":
            return logging.FileHandler(file, encoding="utf-8")
        from logging.handlers import WatchedFileHandler

        # Opened anew when logrotate has moved it away.
        return WatchedFileHandler(file, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The log cannot be written to {file}: {error.strerror or error}. Name another with --log-file."
        ) from error


def told(level: str = "info") -> bool:
    """Whether events of this level are logged: for what costs something to say."""
    return bool(_ours) and _LOG.isEnabledFor(LEVELS[level])


def event(name: str, *, level: str = "info", error: BaseException | None = None, **fields: Any) -> None:
    """Logs what happened. ``fields`` are plain values, without anything secret; None is left out."""
    if told(level):
        kept = {key: value for key, value in fields.items() if value is not None}
        _LOG.log(LEVELS[level], name, exc_info=error, extra={"fields": kept})


@contextmanager
def timed(name: str, **fields: Any) -> Iterator[dict[str, Any]]:
    """Logs ``name`` when what is inside has ended, with ``ms`` and the fields that were put into what it
    yields; with its traceback where it ended with an error that nobody foresaw."""
    began = time.perf_counter()
    more: dict[str, Any] = {}
    try:
        yield more
    except IbidError:
        event(name, **fields, **{"outcome": "refused", **more}, ms=ms(began))
        raise
    except Exception as error:
        event(name, level="error", error=error, **fields, **{"outcome": "error", **more}, ms=ms(began))
        raise
    event(name, **fields, **more, ms=ms(began))


def ms(began: float) -> float:
    """Milliseconds since ``began`` (time.perf_counter)."""
    return round(1000 * (time.perf_counter() - began), 1)


def words(text: str) -> dict[str, Any]:
    """A question as fields: ``question`` (a mark of 12 hexadecimal digits: HMAC-SHA256, RFC 2104, with a key
    of this process) and ``characters``; at debug ``text`` too."""
    mark = hmac.new(_KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]
    fields: dict[str, Any] = {"question": mark, "characters": len(text)}
    return {**fields, "text": text} if told("debug") else fields
