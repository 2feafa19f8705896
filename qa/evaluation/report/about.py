"""What a run rests on, at the foot of the HTML report."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.confidence import BINS
from qa.evaluation.manifest import Manifest
from qa.evaluation.measures import RESAMPLES, SEED
from qa.evaluation.report.elements import Markup, element
from qa.evaluation.results import Result

METHOD = (
    f"Intervals hold 95 % of {RESAMPLES:,} bootstrap resamples of the questions (percentiles, seed {SEED}). "
    "Evidence counts as shown where a quote comes from its document and shares with it, in one run, at least "
    f"half of the shorter one's words. Calibration error and reliability use {BINS} bins of equal mass, the "
    "latter with Wilson intervals. Risk is the share of answers whose first quote does not show the "
    "evidence; an answer to a question without one is such an answer."
)


def about(results: Sequence[Result]) -> Markup:
    """The account as HTML. Where the library lies stays out: the file is made to be sent."""
    manifest = next((result.manifest for result in results if result.manifest), None)
    rows = [
        element("div", element("dt", name), element("dd", value))
        for name, value in (_run(manifest) if manifest else ())
        if value
    ]
    listed = element("dl", *rows) if rows else None
    return element(
        "section", element("h2", "What this rests on"), listed, element("p", METHOD), class_="about"
    )


def _run(manifest: Manifest) -> list[tuple[str, str]]:
    rows = []
    for one in manifest.sets:
        held = [
            f"{number:,} {key}"
            for key in ("documents", "passages")
            if isinstance(number := one.library.get(key), int)
        ]
        if one.library.get("generation") is not None:
            held.append(f"generation {one.library['generation']}")
        of = f" of {one.name}" if len(manifest.sets) > 1 else ""
        rows.append((f"Library{of}", ", ".join(held)))
        rows.append((f"Questions{of}", f"{one.questions:,}, sha256 {(one.sha256 or one.asked)[:16]}"))
    return [
        *rows,
        ("Embedding model", manifest.model),
        ("Evidence model", f"sha256 {manifest.evidence[:16]}" if manifest.evidence else ""),
        ("Weights", f"sha256 {manifest.weights[:16]}" if manifest.weights else ""),
        ("Threshold", "" if manifest.threshold is None else f"{manifest.threshold:.3f}"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in manifest.versions.items())),
        ("Begun", manifest.started),
        ("Ended", manifest.finished or ""),
    ]
