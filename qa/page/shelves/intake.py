"""Files being added, in a thread of its own: it goes on whoever looks, and when nobody does.

What waits and what came of each file is written down beside the library as it happens, so that whoever stops
it, closes the page or pulls the plug can go on where it was."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa import logs
from qa.errors import IbidError
from qa.finding import FoundFile, find
from qa.library.locks import file_lock
from qa.page.shelves import journal, uploads
from qa.page.shelves.journal import Item
from qa.page.shelves.progress import SHOWN, Look
from qa.page.shelves.remaining import Remaining

if TYPE_CHECKING:
    from qa.adding import Outcome, Progress
    from qa.assistant import Assistant

LOCK = "adding.lock"

_AROUND = 4  # files shown that were done last, and that come next


class _Stopped(Exception):
    """Raised inside adding where a person stopped it."""


class BusyElsewhere(IbidError):
    """Another program is adding files to this library."""

    def __init__(self) -> None:
        super().__init__("Another program is adding files to this library. Go on when it is done.")


class Intake:
    """What a page adds to its library. Any thread may look, bring files, stop or go on."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._place: Path | None = None
        self._items: dict[str, Item] = {}
        self._named: list[str] = []  # paths whose files are still to be found
        self._looking = False
        self._running = False
        self._error = ""
        self._skipped = 0
        self._warnings: list[str] = []
        self._now = ""  # the path of the file at work
        self._remaining = Remaining()

    # -- what a person does -------------------------------------------------------------------------

    def recover(self, location: str) -> None:
        """Reads what an earlier program left undone; once for each library."""
        place = uploads.place(location)
        with self._lock:
            if self._place == place:
                return
            self._place = place
            self._items = journal.read(place)

    def bring(self, assistant: Assistant, files: Sequence[FoundFile], skipped: int = 0) -> None:
        """Puts files behind those that wait, and begins."""
        self._put(assistant, files, skipped)
        self.go_on(assistant)

    def bring_named(self, assistant: Assistant, paths: Sequence[str]) -> None:
        """Puts what lies at these paths of this machine behind those that wait, and begins."""
        self.recover(assistant.library.location)
        with self._lock:
            self._named += paths
        self.go_on(assistant)

    def go_on(self, assistant: Assistant) -> None:
        """Begins with what waits, if it is not at work already."""
        self.recover(assistant.library.location)
        with self._lock:
            if self._running:
                return
            self._running, self._error, self._stop = True, "", threading.Event()
            self._remaining.begin()
            self._thread = threading.Thread(target=self._run, args=(assistant,), name="adding", daemon=True)
            self._thread.start()

    def try_again(self, assistant: Assistant) -> None:
        """Puts the files that failed behind those that wait, and begins."""
        with self._lock:
            for path, item in self._items.items():
                if item.state == "failed":
                    self._items[path] = replace(item, state="waiting", reason="", advice="")
            self._write_anew()
        self.go_on(assistant)

    def stop(self) -> None:
        """Asks it to stop, as soon as what is in hand can be left."""
        with self._lock:
            if self._running:
                self._stop.set()

    def forget(self, location: str, kept: Iterable[str]) -> None:
        """Clears the list, of what still waits too, unless it is at work. Copies that no source file of the
        library (their paths: ``kept``) came of are deleted."""
        with self._lock:
            if self._running:
                return
            roots = {Path(item.root) for item in self._items.values()}
            self._items = {}
            self._skipped, self._warnings, self._error, self._named = 0, [], "", []
            self._write_anew()
        self._sweep(location, kept, roots)

    def look(self) -> Look:
        """How far it is, or how the last one ended."""
        with self._lock:
            items = list(self._items.values())
            counts = Counter(item.state for item in items) + Counter(i.what for i in items if i.what)
            waiting = [item for item in items if item.state == "waiting"]
            over = [item for item in items if item.state == "done"]
            now = self._items.get(self._now) if self._running else None
            return Look(
                running=self._running,
                stopping=self._running and self._stop.is_set(),
                looking=self._looking,
                counts=tuple(sorted(counts.items())),
                now=now,
                done=self._remaining.done,
                total=self._remaining.total,
                left=self._remaining.of_all(waiting, now) if self._running else None,
                file_left=self._remaining.of_file() if self._running else None,
                last=tuple(over[-_AROUND:]),
                next=tuple(waiting[:_AROUND]),
                failed=tuple(item for item in items if item.state == "failed")[:SHOWN],
                skipped=self._skipped,
                warnings=tuple(self._warnings[:SHOWN]),
                error=self._error,
            )

    def paths(self) -> list[str]:
        """The files that are in its list."""
        with self._lock:
            return list(self._items)

    def wait(self, seconds: float) -> bool:
        """Waits at most so long; whether nothing is at work (any more)."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self._running

    # -- the work -----------------------------------------------------------------------------------

    def _put(self, assistant: Assistant, files: Sequence[FoundFile], skipped: int) -> None:
        self.recover(assistant.library.location)
        with self._lock:
            if not self._running:
                # What went well is told until something new comes; what failed until it is cleared.
                self._items = {p: i for p, i in self._items.items() if i.state in ("waiting", "failed")}
                self._skipped, self._warnings = 0, []
            self._skipped += skipped
            self._put_found(files)
            self._write_anew()

    def _run(self, assistant: Assistant) -> None:
        error = ""
        try:
            place = self._place
            assert place is not None
            place.mkdir(parents=True, exist_ok=True)
            with file_lock(place / LOCK, 0):
                while self._more(assistant):
                    self._add(assistant)
        except _Stopped:
            pass
        except TimeoutError:
            error = str(BusyElsewhere())
        except (IbidError, OSError) as failed:
            error = str(failed)
        except Exception as failed:
            # A thread that dies in silence would leave the page waiting for ever.
            logs.event("error", level="error", error=failed)
            error = f"Adding could not go on: {type(failed).__name__}: {failed}"
        if error:
            logs.event("adding", level="error", outcome="stopped", reason=error)
        with suppress(IbidError):
            assistant.library.flush()
            self._sweep(assistant.library.location, [one.path for one in assistant.library.sources()])
        with self._lock:
            for path, item in self._items.items():
                if item.state in ("reading", "indexing"):
                    self._items[path] = replace(item, state="waiting")
            self._running, self._looking, self._error, self._now = False, False, error, ""
            if error:
                self._named = []
            self._write_anew()

    def _more(self, assistant: Assistant) -> bool:
        """Whether something waits; finds what lies at paths that were named first."""
        with self._lock:
            named, self._named = self._named, []
            self._looking = bool(named)
        if named:
            found = find(named, Path(assistant.library.location))
            with self._lock:
                self._looking = False
                self._put_found(found.files)
                self._skipped += len(found.skipped)
                for error in found.failed:
                    self._items[error.path] = Item(
                        error.path, error.path, "", state="failed", reason=error.reason, advice=error.advice
                    )
                self._write_anew()
        if self._stop.is_set():
            raise _Stopped
        with self._lock:
            return any(item.state == "waiting" for item in self._items.values())

    def _put_found(self, files: Sequence[FoundFile]) -> None:
        for file in files:
            item = Item(str(file.path), file.name, str(file.root), _size(file.path))
            self._items.pop(item.path, None)  # behind those that wait
            self._items[item.path] = item

    def _add(self, assistant: Assistant) -> None:
        from qa.adding import add

        with self._lock:
            waiting = [item for item in self._items.values() if item.state == "waiting"]
        names = uploads.Names(assistant.library.sources())
        folder = uploads.files_folder(assistant.library.location)
        files = []
        for item in waiting:
            file = item.found
            if folder in file.root.parents:
                with suppress(OSError):  # what is wrong with it is told when it is read
                    file = names.free(file)
            files.append(file)
        report = add(assistant.library, assistant.encoder, files, progress=self._tell, came=self._came)
        with self._lock:
            self._warnings += report.warnings
            # What adding passed over (a second way to one file) waits no longer.
            for item in waiting:
                if self._items[item.path].state == "waiting":
                    self._items[item.path] = replace(item, state="done", what="unchanged")

    def _tell(self, now: Progress) -> None:
        if self._stop.is_set():
            raise _Stopped
        with self._lock:
            item = self._items.get(now.path)
            if item is None:
                return
            if now.stage == "reading":
                if item.state != "reading":  # while it is read, that is said again and again
                    self._now = now.path
                    self._remaining.read()
                    self._items[now.path] = replace(item, state="reading")
                return
            if item.state != "indexing":
                self._now = now.path  # others may have been read after it, to be encoded together
                self._remaining.encode()
                self._items[now.path] = replace(item, state="indexing")
            self._remaining.done, self._remaining.total = now.done_passages, now.total_passages

    def _came(self, outcome: Outcome) -> None:
        with self._lock:
            item = self._items.get(outcome.path)
            if item is None:
                return
            self._remaining.came(item.size, unchanged=outcome.what == "unchanged")
            if outcome.error is not None:
                item = replace(item, state="failed", reason=outcome.error.reason, advice=outcome.error.advice)
            else:
                item = replace(item, state="done", what=outcome.what, name=outcome.name)
            self._items[outcome.path] = item
            self._now = ""
            self._write(item)

    def _sweep(self, location: str, kept: Iterable[str], roots: Iterable[Path] | None = None) -> None:
        """Deletes copies of uploads that nothing came of: of what was there already, or was forgotten."""
        with self._lock:
            items = list(self._items.values())
        needed = {*kept, *(item.path for item in items if item.state != "done")}
        for batch in {Path(item.root) for item in items} if roots is None else roots:
            uploads.sweep(uploads.files_folder(location), batch, needed)

    # -- what is written down -----------------------------------------------------------------------

    def _write(self, item: Item) -> None:
        if self._place is not None:
            journal.append(self._place, item)

    def _write_anew(self) -> None:
        if self._place is not None:
            journal.write(self._place, (item for item in self._items.values() if item.state != "done"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
