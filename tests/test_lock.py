"""What is locked by hashes is what is pinned."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-ray.lock")


def name(written: str) -> str:
    """A package's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", written).lower()


def pins(text: str) -> dict[str, str]:
    return {name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)}


def test_the_lock_holds_every_pin_with_hashes() -> None:
    pinned = pins((ROOT / "constraints.txt").read_text("utf-8"))
    # What the extra ray wants is in a lock of its own: make test does not install it.
    lock = "\n".join((ROOT / file).read_text("utf-8").strip() for file in LOCKS)
    locked = pins(lock)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (unlocked,) = re.findall(r"^UNLOCKED = ((?:.*\\\n)*.*)", makefile, re.MULTILINE)
    # torch comes from another place with CUDA than without: no hash fits both.
    apart = {name(one) for one in unlocked.replace("\\", " ").split()}
    wrong = {
        each: (version, locked.get(each))
        for each, version in pinned.items()
        if each not in apart and locked.get(each) != version
    }
    assert wrong == {}, "the pins have changed: make lock"
    assert not apart & set(locked)
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_the_lock_names_no_place_to_fetch_from() -> None:
    for file in (*LOCKS, "constraints.txt"):
        text = (ROOT / file).read_text("utf-8")
        assert "://" not in text
        assert "index-url" not in text
        assert "find-links" not in text
