"""Who writes to whom, as the heading of a diplomatic document says it."""

from __future__ import annotations

import re

_KINDS = (
    "Telegram|Letter|Message|Memorandum|Despatch|Dispatch|Airgram|Note|Instruction|Report|Circular|Paper|"
    "Record|Aide-Mémoire|Communication|Summary|Draft|Memo|Intelligence"
)
_FROM = re.compile(rf"^(?:[\w-]+ ){{0,4}}?(?:{_KINDS})\b[^()]*?\b(?:[Ff]rom|by) (?=\S)")
_TITLED = re.compile(r"(?:The|Mr|Mrs|Dr|President|Chairman|Señor|Sir|Lord|Ambassador|Secretary|Professor)\b")
_TO = re.compile(r" to (?=\S)")
_AFTER_NAME = re.compile(r"(?<=\)) to (?=\S)")
_OFFICES = ("Delegation", "Mission", "Assistant", "Adviser", "Representative", "Minister", "Envoy", "Aide")
"""Offices that are held to someone: "the Delegation to the Conference" is one party."""
_BEYOND = re.compile(
    r"(?:, [A-Z][\w. ]{1,40})?, \w+ \d{1,2}(?:–\d{1,2})?, \d{4}.*$"
    r"| of (?:a |an )?(?:\w+ )?Conversations?\b.*$",
    re.DOTALL,
)


def correspondents(heading: str) -> tuple[str | None, str | None]:
    """Sender and recipient as a heading of one line names them: "Letter From President Kennedy to
    Chairman Khrushchev", "The Ambassador in Russia (Francis) to the Secretary of State". None for each
    that it does not name."""
    opened = _FROM.match(heading)
    if opened:
        rest = heading[opened.end() :]
    elif _TITLED.match(heading):
        rest = heading
    else:
        return None, None
    split = _AFTER_NAME.search(rest) or _between_parties(rest)
    if split is None:
        return (_bare(rest), None) if opened else (None, None)
    return _bare(rest[: split.start()]), _bare(rest[split.end() :])


def _between_parties(words: str) -> re.Match[str] | None:
    found = list(_TO.finditer(words))
    return next((m for m in found if not words[: m.start()].endswith(_OFFICES)), found[-1] if found else None)


def _bare(words: str) -> str | None:
    return _BEYOND.sub("", words).strip(" ,.;") or None
