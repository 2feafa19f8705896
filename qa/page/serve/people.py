"""Who may sign in: names with hashed passwords, in a file beside the library that only its owner can read.

The file is JSON: ``{"version": 1, "people": [{"name", "password", "added"}]}``; ``password`` is an Argon2id
hash with its salt and cost (RFC 9106), from which the password cannot be read.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import LibraryBusy, LibraryError, UsageError
from qa.library.address import name_of
from qa.library.locks import file_lock

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FILE = "people.json"
LONGEST_NAME = 80
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1_000

_VERSION = 1
_WAIT = 10.0  # seconds for another process that is writing
_AT_ONCE = threading.BoundedSemaphore(2)  # a hash takes 46 MiB: many at once would fill the memory


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; ``added`` is UTC in ISO 8601."""

    name: str
    password: str
    added: str


def people_file(location: str | Path) -> Path:
    """Where those who may use a library are listed: in its folder; for a library on a server in the
    platform's user data folder, under a name made from its address."""
    if "://" in str(location):
        import platformdirs

        digest = name_of(str(location))
        return Path(platformdirs.user_data_dir("ibid", False)) / f"people-{digest}.json"
    return Path(location).expanduser() / FILE


class People:
    """The people of one library. Safe to share by threads; what another process writes is seen at once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._people: dict[str, Person] = {}

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name. Raises LibraryError where the file cannot be read."""
        return tuple(sorted(self._read().values(), key=lambda one: _key(one.name)))

    def find(self, name: str) -> Person | None:
        """The person of that name; capitals do not count."""
        return self._read().get(_key(name))

    def there(self, name: str) -> Person:
        """The person of that name. Raises UsageError where there is none."""
        return _there(name, self._read())

    def free(self, name: str) -> str:
        """``name`` as it would be kept. Raises UsageError where it is taken or none."""
        return _free(name, self._read())

    def add(self, name: str, password: str) -> Person:
        """Lets somebody in. Raises UsageError for a name that is taken or none, or a weak password."""
        hashed = _hashed(confirm_password(password))
        with self._changing() as people:
            made = Person(_free(name, people), hashed, _now())
            people[_key(made.name)] = made
        return made

    def change(self, name: str, password: str) -> Person:
        """Gives a person another password; they must sign in again. Raises UsageError."""
        hashed = _hashed(confirm_password(password))
        with self._changing() as people:
            was = _there(name, people)
            made = people[_key(name)] = Person(was.name, hashed, was.added)
        return made

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Takes people out, all or none; they are signed out. Raises UsageError for one who is not there."""
        with self._changing() as people:
            gone = dict.fromkeys(_there(name, people) for name in names)
            for person in gone:
                del people[_key(person.name)]
        return tuple(person.name for person in gone)

    def confirm(self, name: str, password: str) -> Person | None:
        """The person, where the password is theirs. Takes as long for a name that nobody has, about a tenth
        of a second."""
        from argon2.exceptions import InvalidHashError, VerificationError

        person = self.find(name)
        given = unicodedata.normalize("NFC", password)
        if len(given) > LONGEST_PASSWORD:
            return None
        try:
            with _AT_ONCE:
                _hasher().verify(person.password if person else _nobodys(), given)
        except (VerificationError, InvalidHashError):
            return None
        return person

    def _read(self) -> dict[str, Person]:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise LibraryError(
                f"{self.file}: who may sign in cannot be read ({error.strerror or error})."
            ) from error
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        with self._lock:
            if seen != self._seen:
                self._people = _load(self.file)
                self._seen = seen
            return dict(self._people)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Person]]:
        """Everybody, to be changed; written when the block ends well, so that nobody sees half of it."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with file_lock(self.file.with_suffix(".lock"), _WAIT):
                people = _load(self.file) if self.file.exists() else {}
                yield people
                _write(self.file, people)
        except TimeoutError as error:
            raise LibraryBusy(f"{self.file}: another process is writing. Try again in a moment.") from error
        except OSError as error:
            raise LibraryError(f"{self.file}: cannot be written ({error.strerror or error}).") from error


def confirm_name(name: str) -> str:
    """A name as it is kept, on one line. Raises UsageError for one that cannot be used."""
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    if not plain:
        raise UsageError("The name is empty. Give one: qa people add NAME")
    if len(plain) > LONGEST_NAME:
        raise UsageError(f"The name has {len(plain)} characters; {LONGEST_NAME} are enough.")
    # What scripts send (HTTP Basic) puts a colon between name and password.
    if ":" in plain or any(unicodedata.category(c)[0] == "C" for c in plain):
        raise UsageError("A name holds no colon and no control characters. Choose another.")
    return plain


def confirm_password(password: str) -> str:
    """A password that will do. Raises UsageError for one that is too short or too long."""
    given = unicodedata.normalize("NFC", password)
    if len(given) < SHORTEST_PASSWORD:
        raise UsageError(
            f"The password has {len(given)} characters; it needs {SHORTEST_PASSWORD}. "
            "A few words that belong to no saying are easiest to keep in mind."
        )
    if len(given) > LONGEST_PASSWORD:
        raise UsageError(f"The password has {len(given):,} characters; {LONGEST_PASSWORD:,} are the most.")
    return given


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def _there(name: str, people: Mapping[str, Person]) -> Person:
    person = people.get(_key(name))
    if person is None:
        there = ", ".join(one.name for one in people.values()) or "nobody yet"
        raise UsageError(f"Nobody is called {name!r}. There: {there}.")
    return person


def _free(name: str, people: Mapping[str, Person]) -> str:
    plain = confirm_name(name)
    if taken := people.get(_key(plain)):
        raise UsageError(
            f'{taken.name} is there already. Another password: qa people password "{taken.name}"'
        )
    return plain


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # OWASP's least for Argon2id with 46 MiB: a tenth of a second, on one core of those that answer questions.
    return PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def _hashed(password: str) -> str:
    with _AT_ONCE:
        return _hasher().hash(password)


@cache
def _nobodys() -> str:
    """A hash that no password fits, to be compared with where there is no such name."""
    return _hashed(os.urandom(32).hex())


def _load(file: Path) -> dict[str, Person]:
    try:
        saved = json.loads(file.read_text("utf-8"))
        if saved["version"] != _VERSION:
            raise LibraryError(f"{file}: written by a newer version of Ibid. Update Ibid.")
        people = [Person(**{name: one[name] for name in Person.__slots__}) for one in saved["people"]]
        if not all(isinstance(value, str) for one in people for value in asdict(one).values()):
            raise TypeError
    except OSError as error:
        raise LibraryError(f"{file}: who may sign in cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # Open to everybody is what a damaged list must never become.
        raise LibraryError(
            f"{file}: this is no list of people.\n"
            "Repair it, or delete it and add them again: qa people add NAME"
        ) from error
    return {_key(one.name): one for one in people}


def _write(file: Path, people: dict[str, Person]) -> None:
    text = json.dumps(
        {"version": _VERSION, "people": [asdict(one) for one in people.values()]},
        ensure_ascii=False,
        indent=2,
    )
    # mkstemp: readable by its owner alone from the first moment.
    handle, name = tempfile.mkstemp(prefix=".people-", dir=file.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(out.fileno())
        made.replace(file)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
