"""A CSL-JSON item made fit to print: people write them by hand (``<file>.csl.json``), so nothing about
their shape is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qa.citing.rich import NOT_TEXT

NAMES = frozenset(
    "author chair collection-editor compiler composer container-author contributor curator director editor "
    "editor-translator editorial-director executive-producer guest host illustrator interviewer narrator "
    "organizer original-author performer producer recipient reviewed-author script-writer series-creator "
    "translator".split()
)
DATES = frozenset("accessed available-date event-date issued original-date submitted".split())
_NAME_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix")

# CSL-JSON lets text fields carry these few tags; a plain text has no use for them. Any other markup in a
# title is the title's own words.
_RICH_TEXT = re.compile(
    r"<(i|b|sup|sub|sc)>(.*?)</\1>"
    r'|<span (?:class="nocase"|style="font-variant: ?small-caps;?")>(.*?)</span>',
    re.IGNORECASE | re.DOTALL,
)

# A stop at the end belongs to these, and to initials; behind any other word it belongs to a bibliography.
_SHORTENED = frozenset(
    """abr adm adv amb ann appr apr assn assoc asst aug bibl bros brig capt cent cie col coll comm comp
    cong conf corp dec dept dir dist div doc docs dr ed eds encl esq est etc feb fig figs fol fols gen
    gov govt hist inc inst intl introd jan jour jul jun lib lieut ltd maj mar min misc mrs mss natl nos
    nov oct orig par pls pres prof pseud pts pub publ publs rept repr rev sec sect sen sep sept ser sess
    soc ste supp suppl supt tel trans univ vols""".split()
)
_STOPPED = re.compile(r"\W*([^\W\d_]{3,})([”’\"']?)\.([”’\"']?)")


LONGEST = 4_000
"""Characters of a text in a citation at the most: the longest of old titles have a quarter of it."""

LONGEST_PAGES = 300
"""… and of pages."""


def tidy(csl: Mapping[str, Any]) -> dict[str, Any]:
    """``csl`` with texts on one line and without CSL's tags, names as lists of dicts with a ``literal`` or
    its parts, dates as ``{"date-parts": [[year, month, day], …]}`` or ``{"literal": …}``; what is empty, or
    cannot be a value of its variable, is left out. ``custom`` is always a dict."""
    item: dict[str, Any] = {"custom": {}}
    for key, value in csl.items():
        if key in NAMES:
            kept: Any = _names(value)
        elif key in DATES:
            kept = _date(value)
        elif key == "custom":
            kept = {k: plain(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        else:
            kept = plain(value) if isinstance(value, str | int | float) else ""
        if kept:
            item[key] = kept
    return item


def without_stop(title: str) -> str:
    """``title`` without the full stop that a bibliography or a first line sets behind it: the style sets its
    own, or a comma. Abbreviations and initials ("et al.", "J. R.", "U.S.") keep theirs."""
    last = _STOPPED.fullmatch(title.rpartition(" ")[2].rpartition("-")[2])
    if last is None or last[1].casefold() in _SHORTENED:
        return title
    return title[: title.rindex(".")] + last[3]


def printable(csl: Mapping[str, Any]) -> dict[str, Any]:
    """``csl`` tidy, as a style may print it: titles without a full stop at their end, and no text longer than
    anybody prints, for a style may take the square of its length."""
    item = tidy({name: _cut(name, value) for name, value in csl.items()})
    for name in ("title", "container-title"):
        # Journals are abbreviated word by word.
        if name in item and (name == "title" or item[name].count(".") == 1):
            item[name] = without_stop(item[name])
    return item


def _cut(name: str, value: Any) -> Any:
    most = LONGEST_PAGES if name.startswith("page") else LONGEST
    if not isinstance(value, str) or len(value) <= most:
        return value
    return value[:most].rstrip() + "…"


def plain(value: Any) -> str:
    """``value`` as text on one line and without CSL's tags."""
    text, found = "" if value is None else NOT_TEXT.sub("", str(value)), 1
    while found:
        text, found = _RICH_TEXT.subn(lambda tag: tag[2] if tag[2] is not None else tag[3] or "", text)
    return " ".join(text.split())


def custom(csl: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the item says in variables of its own; empty where it says nothing."""
    said = csl.get("custom")
    return said if isinstance(said, Mapping) else {}


def _names(value: Any) -> list[dict[str, str]]:
    names = []
    for each in value if isinstance(value, list | tuple) else [value]:
        name = each if isinstance(each, Mapping) else {"literal": each}
        if name.get("literal"):
            made = {"literal": plain(name["literal"])}
        else:
            made = {part: plain(name[part]) for part in _NAME_PARTS if name.get(part)}
        if "given" in made and "family" not in made:
            made = {"literal": made["given"]}
        if any(made.values()):
            names.append(made)
    return names


def _date(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return _iso(plain(value))
    days = value.get("date-parts")
    parts = [_day(day) for day in days[:2]] if isinstance(days, list | tuple) else []
    if parts and all(parts):
        more: dict[str, Any] = {"circa": 1} if value.get("circa") else {}
        if str(value.get("season")) in {"1", "2", "3", "4"} and len(parts[0]) == 1:
            more["season"] = int(value["season"])
        return {"date-parts": parts, **more}
    literal = plain(value.get("literal") or value.get("raw"))
    return _iso(literal) if literal else {}


def _iso(words: str) -> dict[str, Any]:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", words)
    day = _day([part for part in match.groups() if part]) if match else []
    return {"date-parts": [day]} if day else {"literal": words} if words else {}


def _day(parts: Any) -> list[int]:
    try:
        year, *rest = [int(part) for part in parts][:3]
    except (TypeError, ValueError, OverflowError):  # OverflowError: infinity, which JSON can hold here
        return []
    if rest and not 1 <= rest[0] <= 12:
        rest = []
    return [year, *(rest[:1] if len(rest) > 1 and not 1 <= rest[1] <= 31 else rest)]
