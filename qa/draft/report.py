"""What came of a check, as JSON and as Markdown. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qa.draft.attributing import Attribution
from qa.draft.comparing import Change, joined
from qa.draft.quotation import Quotation
from qa.draft.verdicts import VERDICTS, Check, Checked, Verdict
from qa.exporting.markdown import text as typed
from qa.receipts import quote_to_dict

_HEADINGS: dict[Verdict, str] = {
    "altered": "Altered", "joined": "Joined from several places", "misattributed": "Misattributed",
    "not found": "Not found", "too short": "Too short to judge", "exact": "Exact",
}  # fmt: skip


def as_dict(checked: Checked) -> dict[str, Any]:
    """What `qa check --json` prints: dicts, lists, texts, numbers. Quotes are as in `qa ask --json`."""
    return {
        "draft": checked.name,
        "quotations": len(checked.checks),
        "right": checked.right,
        "counts": dict(checked.counts),
        "checks": [_check(check) for check in checked.checks],
        "titles": [_place(quotation) | {"text": quotation.text} for quotation in checked.titles],
        "unclosed": [{"at": at, "words": words} for at, words in checked.unclosed],
        "searched": {"documents": checked.documents},
        "seconds": round(checked.seconds, 3),
    }


def _check(check: Check) -> dict[str, Any]:
    quotation = check.quotation
    shown = [quote_to_dict(quote) for quote in check.quotes]
    found = check.verdict not in ("not found", "too short")
    return {
        "number": quotation.number,
        "text": quotation.text,
        **_place(quotation),
        "kind": quotation.kind,
        "verdict": check.verdict,
        "changed": list(check.kinds),
        "difference": [asdict(change) for change in check.changes] if check.verdict == "altered" else [],
        "omitted_words": check.omitted,
        "quotes": shown if found else [],
        "nearest": [] if found else shown,
        "places": check.places,
        "citation": check.quotes[0].citation if found and check.quotes else None,
        "attribution": asdict(check.attribution),
    }


def _place(quotation: Quotation) -> dict[str, Any]:
    return {
        "start": quotation.start,
        "end": quotation.end,
        "line": quotation.line or None,
        "paragraph": quotation.paragraph,
        "heading": quotation.heading or None,
        "note": quotation.note or None,
    }


def where(quotation: Quotation) -> str:
    """Where in the draft a quotation stands, in English: "line 12", "paragraph 4, note 7"."""
    place = f"line {quotation.line}" if quotation.line else f"paragraph {quotation.paragraph}"
    return f"{place}, note {quotation.note}" if quotation.note else place


def difference(check: Check, *, left: str = "[-{}-]", put: str = "{{+{}+}}") -> str:
    """The quotation beside its source in one line: what the draft has [-so-], the source has {+so+}."""
    parts = []
    for change in check.changes:
        if change.allowed:
            parts.append((change.quoted, change.quoted))
        else:
            parts.append((change.quoted, left.format(change.quoted)))
            parts.append((change.source, put.format(change.source)))
    return joined(parts)


def reason(check: Check) -> str:
    """What is to be said of a check in one line of English; "" where there is nothing."""
    told = attributed(check.attribution)
    match check.verdict:
        case "exact" if check.omitted:
            told = f"Omissions are marked ({check.omitted} words left out). {told}"
        case "altered":
            told = f"Changed: {', '.join(check.kinds)}. {told}"
        case "joined":
            told = f"Its parts stand in {len(check.quotes)} places. {told}"
        case "not found":
            told = "Nowhere in the library." + (" What comes nearest:" if check.quotes else "")
        case "too short":
            told = f"Too short to judge: its words stand in {check.places:,} places."
        case _:
            pass
    return told.strip()


def attributed(attribution: Attribution) -> str:
    """What is wrong with a citation, in one line of English; "" where nothing is."""
    if attribution.standing == "document":
        which = f" ({attribution.named})" if attribution.named else ""
        return f"The citation names another document{which}."
    if attribution.standing == "page":
        return f"The citation names p. {attribution.cited}; the words stand on p. {attribution.pages}."
    return ""


def as_markdown(checked: Checked) -> str:
    """The whole check as a report to read or print; ends in a line feed."""
    total = len(checked.checks)
    counts = [f"{number} {verdict}" for verdict, number in checked.counts.items() if number]
    parts = [
        f"# The quotations of {typed(checked.name)}",
        f"{total} quotation{'' if total == 1 else 's'} checked against {checked.documents:,} documents"
        + (f": {', '.join(counts)}." if counts else "."),
    ]
    for verdict in ("altered", "joined", "misattributed", "not found", "too short", "exact"):
        chosen = [check for check in checked.checks if check.verdict == verdict]
        if chosen:
            parts.append(f"## {_HEADINGS[verdict]} ({len(chosen)})")
            for check in chosen:
                parts += _entry(check)
    if checked.titles:
        parts.append(f"## Taken for titles of works, not checked ({len(checked.titles)})")
        parts.append("\n".join(f"- {typed(one.text)} ({where(one)})" for one in checked.titles))
    if checked.unclosed:
        parts.append("## Opening quotation marks that nothing closes")
        parts.append("\n".join(f"- {at}: {typed(words)}" for at, words in checked.unclosed))
    return "\n\n".join(parts) + "\n"


def _entry(check: Check) -> list[str]:
    quotation = check.quotation
    parts = [f"**{quotation.number}.** ({typed(where(quotation))}) “{typed(_short(quotation.text))}”"]
    if why := reason(check):
        parts.append(typed(why))
    if check.verdict == "altered":
        parts.append(f"> {_marked(check.changes)}")
    if check.verdict in ("joined", "not found"):
        parts += [f"> {typed(quote.clean)}\n>\n> {typed(quote.citation)}" for quote in check.quotes]
    elif check.quotes:
        label = "Right citation" if check.attribution.standing in ("document", "page") else "Citation"
        parts.append(f"{label}: {typed(check.quotes[0].citation)}")
    return parts


def _marked(changes: tuple[Change, ...]) -> str:
    """The difference in Markdown: struck out what the draft has, bold what the source has."""
    parts = []
    for change in changes:
        if change.allowed:
            parts.append((change.quoted, typed(change.quoted)))
        else:
            parts.append((change.quoted, f"~~{typed(change.quoted)}~~"))
            parts.append((change.source, f"**{typed(change.source)}**"))
    return joined(parts)


def _short(words: str, most: int = 400) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


assert set(_HEADINGS) == set(VERDICTS)
