"""Who writes to whom, as the heading of a diplomatic document says it."""

from __future__ import annotations

import re

_KINDS = (
    "Telegram|Letter|Message|Memorandum|Despatch|Dispatch|Airgram|Note|Instruction|Report|Circular|Paper|"
    "Record|Aide-Mémoire|Communication|Summary|Draft|Memo|Intelligence"
)
_FROM = re.compile(rf"^(?:[\w-]+ ){{0,4}}?(?:{_KINDS})\b[^()]*? [Ff]rom (?=\S)")
_TITLED = re.compile(r"(?:The|Mr|Mrs|Dr|President|Chairman|Señor|Sir|Lord|Ambassador|Secretary|Professor)\b")
_TO = re.compile(r" to (?=\S)")


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
    split = _TO.search(rest)
    if split is None:
        return (_bare(rest), None) if opened else (None, None)
    return _bare(rest[: split.start()]), _bare(rest[split.end() :])


def _bare(words: str) -> str | None:
    return words.strip(" ,.;") or None
