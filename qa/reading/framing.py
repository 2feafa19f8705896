"""What travels between the program and the process that reads for it: lengths, then pickles of the few
classes that a reading is made of.
"""

from __future__ import annotations

import builtins
import io
import pickle
from collections.abc import Collection
from operator import attrgetter
from typing import Any, BinaryIO

from qa import errors, reading, types
from qa.errors import UnreadableFile
from qa.types import Document, Mark, Metadata

_LENGTH = 8  # bytes

_PLAIN = (Document, Mark, Metadata, reading.Reading)
_BUILTINS = frozenset({"set", "frozenset", "bytearray", "complex"})


def write(stream: BinaryIO, what: Any) -> None:
    """Writes one frame. Raises OSError where nobody listens any more, pickle.PicklingError and others where
    ``what`` cannot travel."""
    body = io.BytesIO()
    pickler = pickle.Pickler(body, protocol=5)
    # Written as calls with their values in order: a third of the time that slotted dataclasses take.
    pickler.dispatch_table = {kind: _as_call(kind) for kind in _PLAIN}
    pickler.dump(what)
    data = body.getbuffer()
    stream.write(len(data).to_bytes(_LENGTH, "little"))
    stream.write(data)
    stream.flush()


def read(stream: BinaryIO, *, trusted: bool = False, kinds: Collection[type] = ()) -> Any:
    """Reads one frame. What comes from a process that reads files is not ``trusted``: nothing but readings,
    refusals and ``kinds``, as they are when the frame is there, is made of it. Raises EOFError at the end,
    pickle.UnpicklingError for what is no frame."""
    length = stream.read(_LENGTH)
    data = stream.read(int.from_bytes(length, "little")) if len(length) == _LENGTH else b""
    if not data:
        raise EOFError
    return pickle.loads(data) if trusted else _Unpickler(io.BytesIO(data), kinds).load()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what readings and refusals are made of, and ``kinds``: what a hostile file may have
    made of the process that reads it cannot call anything here."""

    def __init__(self, stream: BinaryIO, kinds: Collection[type]) -> None:
        super().__init__(stream)
        self._kinds = {(kind.__module__, kind.__qualname__): kind for kind in kinds}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._kinds:
            return self._kinds[module, name]
        for home in (types, errors, reading):
            found = getattr(home, name, None)
            if module == home.__name__ and isinstance(found, type) and found.__module__ == module:
                return found
        if module == "builtins" and name in _BUILTINS:
            return getattr(builtins, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")


def _as_call(kind: type[Any]) -> Any:
    values = attrgetter(*kind.__slots__)
    return lambda each: (kind, values(each))


def refusal(error: UnreadableFile) -> tuple[str, str, str]:
    """An UnreadableFile as the strings that it is made of."""
    return error.path, error.reason, error.advice
