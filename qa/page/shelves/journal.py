"""What is being added, written down beside the library as it happens, so that it outlasts the program: a line
for each file that waits, is done or failed, of which the last counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qa.finding import FoundFile

JOURNAL = "adding.jsonl"


@dataclass(frozen=True, slots=True)
class Item:
    """One file to be added. ``state`` is "waiting", "reading", "indexing", "done" or "failed"; ``what`` is
    then "added", "changed" or "unchanged", ``reason`` and ``advice`` say why it failed. ``size`` in bytes."""

    path: str
    name: str
    root: str
    size: int = 0
    state: str = "waiting"
    what: str = ""
    reason: str = ""
    advice: str = ""

    @property
    def found(self) -> FoundFile:
        """The file as adding takes it."""
        return FoundFile(Path(self.path), self.name, Path(self.root))


def read(folder: Path) -> dict[str, Item]:
    """By path, what is not done yet or failed; what was at work waits again. A line that was cut short by the
    end of the program is passed over."""
    items: dict[str, Item] = {}
    try:
        lines = (folder / JOURNAL).read_text("utf-8", "replace").splitlines()
    except OSError:
        return items
    for line in lines:
        with suppress(ValueError, TypeError, KeyError):
            item = _item(json.loads(line))
            items[item.path] = item
    return {path: item for path, item in items.items() if item.state != "done"}


def append(folder: Path, item: Item) -> None:
    """One more line. What cannot be written is lost with the program alone, and adding goes on."""
    with suppress(OSError), (folder / JOURNAL).open("a", encoding="utf-8") as file:
        file.write(_line(item))


def write(folder: Path, items: Iterable[Item]) -> None:
    """These alone; no file where there are none."""
    path = folder / JOURNAL
    lines = "".join(_line(item) for item in items)
    with suppress(OSError):
        if not lines:
            path.unlink(missing_ok=True)
            return
        folder.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_text(lines, "utf-8")
        new.replace(path)


def _line(item: Item) -> str:
    return json.dumps(asdict(item), ensure_ascii=False) + "\n"


def _item(known: dict[str, Any]) -> Item:
    words = {name: str(known[name]) for name in Item.__slots__ if name != "size"}
    item = Item(**words, size=int(known["size"]))
    return item if item.state in ("done", "failed") else replace(item, state="waiting")
