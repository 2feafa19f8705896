"""Ten people at one page: python -m benchmarks.ten_people LIBRARY [--minutes 5] [--people 10]

Serves a copy of the library as ``qa chat`` does, to people who sign in, and asks through what the page itself
asks through: each person signs in, has a session and a conversation of their own in it, and asks one question
after another without a pause. First one person alone, then all at once.

An answer is another's if it is not to the question that was asked, if it does not stand behind exactly the
earlier turns of the same person, or if what it quotes is not what the library gives for this question after
this person's earlier ones (asked once more when all is over, for as many answers as ``--check`` says).

Prints JSON and exits with 1 where there was an error, an answer of another, or the 95th percentile of the
seconds to an answer is above 3 × the median of one person alone × people / cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from gradio_client.utils import apply_diff  # type: ignore[import-untyped]

from qa.evaluation import load
from qa.page.serve.people import People, people_file

ROOT = Path(__file__).parents[1]
PATIENCE = 300.0  # seconds
CONVERSATION = 6
"""Questions after which a person begins a new conversation."""


@dataclass
class Asked:
    """One question with what came of it; ``trouble`` is "" where all was well."""

    question: str
    after: tuple[str, ...]
    seconds: float
    reply: str = ""
    trouble: str = ""


@dataclass
class Person:
    """Somebody at the page: a browser's cookies, a session, a conversation."""

    name: str
    password: str
    client: httpx.Client
    questions: Sequence[str]
    asked: list[Asked] = field(default_factory=list)

    def arrive(self) -> None:
        """Signs in, and reads how the page asks."""
        entered = self.client.post("sign-in", data={"name": self.name, "password": self.password})
        assert entered.status_code == 303, entered.text
        config = self.client.get("config").json()
        assert config["username"] == self.name
        (self._event,) = [d for d in config["dependencies"] if d["api_name"] == "ask_typed"]
        by_id = {component["id"]: component for component in config["components"]}
        self._inputs = [by_id[number] for number in self._event["inputs"]]
        self._begin()

    def _begin(self) -> None:
        self._session = "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=11))
        self._keys: list[str] = []
        self._before: tuple[str, ...] = ()

    def ask(self, question: str) -> Asked:
        """One question, as pressing Enter sends it; waits for the answer."""
        if len(self._before) >= CONVERSATION:
            self._begin()
        began = time.perf_counter()
        try:
            news = self._news(question)
            done = Asked(question, self._before, time.perf_counter() - began, *self._own(question, news))
        except (httpx.HTTPError, RuntimeError, ValueError) as error:
            done = Asked(question, self._before, time.perf_counter() - began, "", f"error: {error!r}")
        self.asked.append(done)
        if done.trouble:
            self._begin()
        else:
            self._before = (*self._before, question)
        return done

    def _news(self, question: str) -> str:
        """The last that the page is told of."""
        # What a session keeps (State) is not sent; the others stand as the page draws them.
        values = [
            None if component["type"] == "state" else component["props"].get("value")
            for component in self._inputs
        ]
        values[0] = question
        body = {"data": values, "fn_index": self._event["id"], "session_hash": self._session}
        joined = self.client.post("gradio_api/queue/join", json=body)
        joined.raise_for_status()
        output: list[Any] | None = None
        address = f"gradio_api/queue/data?session_hash={self._session}"
        with self.client.stream("GET", address) as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line.removeprefix("data: "))
                if message["msg"] == "process_generating":
                    told = message["output"]["data"]
                    output = (
                        told
                        if output is None
                        else [apply_diff(a, b) for a, b in zip(output, told, strict=True)]
                    )
                elif message["msg"] == "process_completed":
                    if not message["success"]:
                        raise RuntimeError(str(message["output"]))
                    break
        if output is None:
            raise RuntimeError("nothing was told")
        return str(output[0])

    def _own(self, question: str, news: str) -> tuple[str, str]:
        """The reply, and what is wrong with whose it is."""
        keys = re.search(r'data-keys="([^"]*)"', news)
        told = [unescape(words) for words in re.findall(r'data-question="([^"]*)"', news)]
        now = keys[1].split() if keys else []
        if told != [question]:
            return "", f"another's: {told} was answered, not {question!r}"
        if now[:-1] != self._keys or len(now) != len(self._keys) + 1:
            return "", "another's: the conversation has other turns than this person's"
        self._keys = now
        return news, ""


@contextmanager
def served(library: Path, people: dict[str, str]) -> Iterator[str]:
    """The page over a copy of the library, for these people and their passwords; its address."""
    with tempfile.TemporaryDirectory(prefix="ten-people-") as folder, socket.socket() as probe:
        copy = Path(folder) / "library"
        shutil.copytree(library, copy)
        known = People(people_file(copy))
        for name, password in people.items():
            known.add(name, password)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "GRADIO_TEMP_DIR": f"{folder}/uploads"}
        command = [
            sys.executable,
            "-m",
            "qa",
            "chat",
            "--no-browser",
            "--port",
            str(port),
            "--library",
            str(copy),
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}/"
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    httpx.get(f"{address}sign-in")
                    break
                except httpx.TransportError:
                    if server.poll() is not None or time.monotonic() > until:
                        raise SystemExit("The page did not come up.") from None
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def measure(
    library: Path, *, people: int, seconds: float, name: str, check: int, alone: int = 30
) -> dict[str, Any]:
    """What the measurement gives: counts, seconds, and what was amiss, in words."""
    questions = [question.question for question in load(name).questions if not question.after]
    random.Random(6).shuffle(questions)
    passwords = {f"Person {number}": f"password of person {number}" for number in range(1, people + 1)}
    with served(library, passwords) as address:
        everybody = [
            Person(
                name, password, httpx.Client(base_url=address, timeout=PATIENCE), questions[number::people]
            )
            for number, (name, password) in enumerate(passwords.items())
        ]
        for person in everybody:
            person.arrive()
        first = everybody[0]
        first.ask(questions[0])  # waits for the models
        single = [first.ask(question).seconds for question in (questions * 3)[:alone]]
        first.asked.clear()
        first._begin()
        end = time.perf_counter() + seconds

        def keep_asking(person: Person) -> None:
            while time.perf_counter() < end:
                for question in person.questions:
                    person.ask(question)
                    if time.perf_counter() >= end:
                        return

        threads = [threading.Thread(target=keep_asking, args=(person,)) for person in everybody]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted = time.perf_counter() - began
        every = [(person, asked) for person in everybody for asked in person.asked]
        trouble = [f"{person.name}: {asked.trouble}" for person, asked in every if asked.trouble]
        sound = [asked for _, asked in every if not asked.trouble]
        sample = random.Random(7).sample(sound, min(check, len(sound)))
        trouble += [words for asked in sample if (words := _compared(first.client, asked))]
    taken = sorted(asked.seconds for asked in sound)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    bound = 3 * median(single) * people / cores
    p95 = taken[min(len(taken) - 1, int(0.95 * len(taken)))] if taken else float("inf")
    return {
        "people": people,
        "cores": cores,
        "seconds": round(lasted, 1),
        "answers": len(sound),
        "errors": sum("error" in words for words in trouble),
        "of_another": sum("another's" in words for words in trouble),
        "compared": len(sample),
        "trouble": trouble[:20],
        "alone": {"answers": len(single), "p50": round(median(single), 3)},
        "together": {"p50": round(median(taken), 3) if taken else None, "p95": round(p95, 3)},
        "bound": round(bound, 3),
        "holds": not trouble and bool(taken) and p95 <= bound,
    }


def _compared(client: httpx.Client, asked: Asked) -> str:
    """Whether a reply quotes what the library gives for its question after the same earlier ones."""
    body = {"question": asked.question, "after": list(asked.after)}
    event = client.post("gradio_api/call/v2/ask", json=body).json()["event_id"]
    told = client.get(f"gradio_api/call/ask/{event}").text
    found = re.findall(r"^event: complete\ndata: (.*)$", told, re.MULTILINE)
    if not found:
        return f"error: {asked.question!r} could not be asked again: {told[:200]}"
    (answer,) = json.loads(found[-1])
    shown = [*answer["quotes"], *answer["nearest"]]
    missing = [quote["citation"] for quote in shown if escape(quote["citation"]) not in asked.reply]
    return f"another's: {asked.question!r} was answered without {missing}" if missing else ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, and prints it."""
    parser = argparse.ArgumentParser(description="Ten people at one page.")
    parser.add_argument("library", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--questions", default="kennedy_khrushchev", metavar="SET")
    parser.add_argument("--check", type=int, default=100, metavar="N")
    asked = parser.parse_args(arguments)
    if not asked.library.is_dir():
        raise SystemExit(f"There is no library at {asked.library}.")
    found = measure(
        asked.library,
        people=asked.people,
        seconds=60 * asked.minutes,
        name=asked.questions,
        check=asked.check,
    )
    print(json.dumps(found, indent=1, ensure_ascii=False))
    raise SystemExit(0 if found["holds"] else 1)


if __name__ == "__main__":
    main()
