"""Text fields of CSL-JSON as plain text."""

from __future__ import annotations

import re
from typing import Any

# CSL-JSON lets text fields carry these few tags; a plain text has no use for them. Any other markup in a
# title is the title's own words.
_RICH_TEXT = re.compile(
    r"<(i|b|sup|sub|sc)>(.*?)</\1>"
    r'|<span (?:class="nocase"|style="font-variant: ?small-caps;?")>(.*?)</span>',
    re.IGNORECASE | re.DOTALL,
)


def plain(value: Any) -> Any:
    """``value`` (any part of a CSL-JSON item) with every text in it on one line and without CSL's tags."""
    if isinstance(value, str):
        found = 1
        while found:
            value, found = _RICH_TEXT.subn(lambda tag: tag[2] if tag[2] is not None else tag[3] or "", value)
        return " ".join(value.split())
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value
