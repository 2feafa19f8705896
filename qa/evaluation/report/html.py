"""The report as one HTML file that needs nothing else: no request, no server, no network.

What comes from documents, questions and names is escaped (elements.py) or is data for the script, which makes
text of it. A content security policy, which names the one style and the one script by their checksums, keeps
anything else from running or being fetched even so.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from qa.evaluation.curves import TARGET
from qa.evaluation.measures import Estimate
from qa.evaluation.report.about import about
from qa.evaluation.report.detail import detail, in_script
from qa.evaluation.report.elements import Markup, element, joined
from qa.evaluation.report.parts import section
from qa.evaluation.report.wording import figure
from qa.evaluation.report.words import PLAIN
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison

OVERVIEW = (
    *("Success@1", "quote_hit@1", "quote_hit@3", "abstain_auroc"),
    *("answered_wrongly", "refused_wrongly", "verbatim"),
)
"""What the table over several sets shows; each set's own table has everything."""
NAMED = 3
"""How many sets the heading names; of more it gives the number."""


def html(results: Sequence[Result], comparisons: Sequence[Comparison] = (), *, target: float = TARGET) -> str:
    """The whole file. ``comparisons`` are shown with the set of their name; ``target`` is the share of
    unanswerable questions for which a threshold is sought."""
    here = files("qa.evaluation.report")
    style, script = (here.joinpath(name).read_text("utf-8") for name in ("report.css", "report.js"))
    compared = {one.name: one for one in comparisons}
    names = ", ".join(result.name for result in results)
    manifest = next((result.manifest for result in results if result.manifest), None)
    began = (manifest.started if manifest else "")[:16].replace("T", " ")
    return Template(here.joinpath("report.html").read_text("utf-8")).substitute(
        title=escape(f"Evaluation: {names}"),
        heading=escape(f"Evaluation of {names if len(results) <= NAMED else f'{len(results)} sets'}"),
        when=escape(f"Run on {began} UTC" if began else ""),
        style=style,
        script=script,
        style_hash=_checksum(style),
        script_hash=_checksum(script),
        overview=_overview(results) if len(results) > 1 else "",
        sets="\n".join(
            section(number, result, compared.get(result.name), target)
            for number, result in enumerate(results)
        ),
        about=about(results),
        data="\n".join(
            f'<script type="application/json" id="data-{number}">'
            f"{in_script(detail(result, compared.get(result.name)))}</script>"
            for number, result in enumerate(results)
        ),
    )


def _checksum(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _overview(results: Sequence[Result]) -> Markup:
    """The table over all sets, each name of which leads to its set."""
    shown = [name for name in OVERVIEW if any(r.measures[name].value is not None for r in results)]
    heads = [element("th", name, scope="col", title=PLAIN[name]) for name in shown]
    lines = []
    for number, result in enumerate(results):
        link = element("a", result.name, href=f"#set-{number}", data_set=str(number))
        asked = element("small", f"{result.questions:,} questions")
        cells = [element("td", _value_and_interval(result.measures[name])) for name in shown]
        lines.append(element("tr", element("th", link, asked, scope="row"), *cells))
    head = element("thead", element("tr", element("th", "Set", scope="col"), *heads))
    table = element("table", head, element("tbody", *lines))
    # A table that is wider than the screen must be reached by the keyboard to be scrolled.
    scrolled = element("div", table, class_="scroll", tabindex="0", role="group", aria_label="All sets")
    return element("nav", scrolled, class_="overview", aria_label="Sets")


def _value_and_interval(estimate: Estimate) -> Markup:
    if estimate.value is None:
        return Markup("–")
    between = f"{figure(estimate.low)}–{figure(estimate.high)}"
    return joined(figure(estimate.value), element("small", between))
