"""The archive that the larger tests read: nine FRUS volumes beside the repository, not part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
SEEDS = ROOT / "seeds"


def folder() -> Path:
    """The folder of the volumes; the test is skipped where it is missing."""
    found = DATA / "frus"
    if not found.is_dir():
        pytest.skip("the FRUS volumes (../shared/data/frus) are not on this machine")
    return found


def volume(name: str) -> Path:
    """The file of one volume ("frus1961-63v06"); the test is skipped where it is missing."""
    found = folder() / f"{name}.xml"
    if not found.is_file():
        pytest.skip(f"the FRUS volume {name} (../shared/data/frus) is not on this machine")
    return found
