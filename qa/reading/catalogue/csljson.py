"""A list of CSL-JSON items, as Zotero and others export them."""

from __future__ import annotations

import json
from typing import Any

from qa.reading.catalogue.entry import Entry, Listed, UnreadableList, file_name, usual_names
from qa.reading.fields import VARIABLES

_KEPT = VARIABLES | {"custom"}


def read_csl_json(text: str) -> Listed:
    """The items of a list. Raises UnreadableList."""
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableList(f"line {error.lineno}: it is not JSON: {error.msg}.") from error
    except ValueError as error:
        raise UnreadableList("it holds a number of thousands of digits.") from error
    except RecursionError as error:
        raise UnreadableList("it is nested too deeply.") from error
    if not isinstance(items, list):
        raise UnreadableList("it is not a list of CSL-JSON items.")
    found = Listed()
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            found.troubles.append(f"item {number} is not a CSL-JSON item.")
            continue
        said = {name: told for name, told in item.items() if name in _KEPT and _fits(name, told)}
        files = [file_name(each) for each in _files(item)]
        keys = [str(item[name]) for name in ("id", "citation-key", "citekey") if item.get(name)]
        found.entries.append(Entry(said, tuple(f for f in files if f), usual_names(said, *keys)))
    return found


def _fits(name: str, told: Any) -> bool:
    return isinstance(told, str) if name in ("title", "type", "URL", "container-title") else told is not None


def _files(item: dict[str, Any]) -> list[str]:
    """CSL-JSON has no variable for files; some exports put them in ``custom`` or ``file``."""
    custom = item.get("custom")
    places = [item.get("file"), custom.get("file") if isinstance(custom, dict) else None]
    return [place for place in places if isinstance(place, str)]
