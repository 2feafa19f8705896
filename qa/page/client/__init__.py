"""What runs and is drawn in the browser: a script and a style sheet for each pane."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent

STYLES = sorted(HERE.glob("*.css"), key=lambda path: (path.name != "base.css", path.name))
"""The style sheets, what all panes share first."""


def script(*parts: str) -> str:
    """The ``js_on_load`` of a ``gr.HTML``: the named files (without suffix) in their order, between what they
    share. Each adds what its buttons do; none knows the others."""
    return "\n".join((HERE / f"{name}.js").read_text("utf-8") for name in ("start", *parts, "finish"))
