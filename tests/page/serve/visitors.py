"""People who may sign in, and how they do it."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

ADA, BEN = ("Ada", "seven old telegrams"), ("Ben", "a box of letters")


QUESTION = "Who was Subasic?"
PATIENT = {"timeout": 120}  # on a busy machine five seconds, as httpx has it, can be too few
TELEGRAM = "001_6f795bd2570504c7.txt"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def enter(browser: TestClient, name: str, password: str, to: str = "") -> Any:
    return browser.post("/sign-in", data={"name": name, "password": password, "next": to})
