"""The page's server killed while it answers and while files are added through it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.faults.holding import ROOT, TRIALS, stands, tell
from tests.faults.test_kill import body, write
from tests.ports import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of another kind there")

FILES = 12

# The page over a library, as `qa chat` serves it, with an encoder that needs no model; goes on adding where
# the last one was killed, and says each file that is in.
_SERVES = """
import sys, time
from pathlib import Path
from qa.assistant import Assistant
from qa.page import build
from qa.page.serve.opening import Opening
from qa.page.serve.people import People
from qa.page.serve.serving import Where, begin
from qa.page.shelves.intake import Intake
from tests.library.shelf import ENCODER, opened
folder, papers, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

class Slow:
    name, dimension = ENCODER.name, ENCODER.dimension
    def encode(self, texts, progress=None):
        time.sleep(0.02)
        return ENCODER.encode(texts, progress)

class Told(Intake):
    def _came(self, outcome):
        super()._came(outcome)
        print("done", outcome.name, outcome.what, flush=True)

library = opened(folder)
assistant = Assistant(library, Slow(), evidence=None)
page = build(Opening.done(assistant))
begin(page, Opening.done(assistant), Where(port=port, open_browser=False), People(folder / "people.json"))
print("serving", flush=True)
sys.stdin.readline()
intake = Told()
intake.recover(library.location)
intake.bring_named(assistant, [papers]) if not intake.paths() else intake.go_on(assistant)
while not intake.wait(0.05):
    pass
print("whole", flush=True)
time.sleep(60)
"""


def asking(port: int, over: threading.Event, came: Counter[str]) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/", timeout=120) as client:
        while not over.is_set():
            try:
                body = {"question": "file f3 version 1"}
                event = client.post("gradio_api/call/v2/ask", json=body).json()["event_id"]
                said = client.get(f"gradio_api/call/ask/{event}").text
                came["answers"] += "event: complete" in said
                came["WRONG"] += "event: error" in said
            except (httpx.HTTPError, ValueError, KeyError):
                return  # killed


@pytest.mark.timeout(600 + 60 * TRIALS)
def test_killed_while_it_answers_and_adds_the_page_goes_on_where_it_was(tmp_path: Path) -> None:
    chance, came, answers = random.Random(5), Counter[str](), Counter[str]()
    trials = max(1, TRIALS // 5)
    kills = 0
    for trial in range(trials):
        folder, papers = tmp_path / str(trial) / "library", tmp_path / str(trial) / "papers"
        papers.mkdir(parents=True)
        for number in range(FILES):
            write(papers, number, 1)
        done: set[str] = set()
        for turn in range(8):
            port = free_port()
            server = subprocess.Popen(
                [sys.executable, "-c", _SERVES, str(folder), str(papers), str(port)], cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            assert server.stdin is not None
            assert server.stdout is not None
            over = threading.Event()
            asker = threading.Thread(target=asking, args=(port, over, answers))
            try:
                while (first := server.stdout.readline()) not in ("serving\n", ""):
                    pass
                assert first, "the page did not come up"
                asker.start()
                asked = answers.total()
                while answers.total() == asked and asker.is_alive():
                    time.sleep(0.05)  # it answers before it is given work
                server.stdin.write("go\n")
                server.stdin.flush()
                last = turn == 7 or (turn == 1 and not TRIALS)
                wanted = FILES + 1 if last else chance.randrange(1, max(2, FILES // 4))
                said = []
                for line in server.stdout:
                    said.append(line.split())
                    if line == "whole\n" or len(said) >= wanted:
                        break
                if not last:
                    time.sleep(chance.expovariate(1 / 0.01))
            finally:
                os.kill(server.pid, signal.SIGKILL)
                said += [line.split() for line in server.stdout if line.endswith("\n")]
                server.communicate(timeout=60)
                over.set()
                if asker.ident is not None:
                    asker.join()
            kills += 1
            done |= {words[1] for words in said if words[0] == "done"}
            if ["whole"] in said:
                break
        # In the end nothing is missing, nothing is there twice, and what was said to be in stands.
        texts = {f"{number}.txt": "\n\n".join(body(number, 1)) for number in range(FILES)}
        stands(folder, texts)
        # A kill can come between the moment when a file is in and that when it is said.
        assert done <= set(texts)
        assert len(done) >= FILES - (turn + 1)
        came["went on to the end"] += 1
    assert answers["WRONG"] == 0
    assert answers["answers"] > 0
    came["kills"] = kills
    tell("the page killed while it answers and adds: started anew it goes on to the end", came)
