"""What the page's server serves, and to nobody what it should not: asked of a real one."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from qa import logs
from qa.errors import UsageError
from qa.page import texts
from qa.page.serve import serving
from qa.page.serve.opening import Opening
from qa.page.serve.people import People
from qa.page.serve.serving import POLICY, Where
from qa.page.shelves.uploads import incoming

if TYPE_CHECKING:
    from tests.conftest import Served

SECRET = "a line that only its owner may read"


@pytest.fixture
def ada(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, timeout=60) as browser:
        sent = {"name": "Ada", "password": served.passwords["Ada"]}
        assert browser.post("sign-in", data=sent).status_code == 303
        yield browser


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


def happened(browser: httpx.Client, event: dict[str, Any], data: list[Any], told: dict[str, Any]) -> str:
    """All that the server says to an event of the page that is sent by hand, with this data."""
    session = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=11))
    body = {"data": data, "fn_index": event["id"], "session_hash": session, "event_data": told}
    joined = browser.post("gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text
    said = ""
    with browser.stream("GET", f"gradio_api/queue/data?session_hash={session}") as stream:
        for line in stream.iter_lines():
            said += line + "\n"
            if '"process_completed"' in line or '"close_stream"' in line:
                break
    return said


def test_every_answer_keeps_the_browser_from_mischief(ada: httpx.Client) -> None:
    for path in ("", "config", "sign-in", "theme.css", "gradio_api/info", "no-such-page", "health"):
        headers = ada.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file={secret}", "gradio_api/file=../../../../../../{secret}", "gradio_api/file/{secret}",
        "gradio_api/file%3D{secret}", "GRADIO_API/file={secret}", "file={secret}",
        "static/..%2f..%2f{secret}",
        "assets/..%2f..%2f..%2f..%2f..%2f..%2f{secret}", "assets/../../../..{secret}", "svelte/..%2f{secret}",
        "runs/..%2f..%2f{secret}/report.html", "runs/%2e%2e.zip", "runs/..%5c..%5csecret.zip",
        "gradio_api/custom_component/x/client/style/..%2f..%2f{secret}", "gradio_api/vibe-code",
        "gradio_api/stream/x/y/1/playlist-file", "monitoring/summary", "gradio_api/dev/reload",
        "gradio_api/proxy=http://127.0.0.1/{secret}",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(ada: httpx.Client, secret: Path, path: str) -> None:
    # As it stands: httpx would tidy the dots away.
    url = httpx.URL(ada.base_url).copy_with(raw_path=f"/{path.format(secret=secret)}".encode())
    answer = ada.get(url)
    assert answer.status_code in {400, 403, 404, 405}, answer.text[:200]
    assert SECRET not in answer.text


def test_what_was_uploaded_is_served_to_nobody(ada: httpx.Client) -> None:
    sent = {"files": ("../../evil.html", b"<script>document.title='owned'</script>", "text/html")}
    (path,) = ada.post("gradio_api/upload", files=sent).json()
    file = Path(path)
    try:
        # It lies where uploads lie, whatever its name says …
        assert file.is_relative_to(incoming())
        assert file.name == "evil.html"
        # … and its owner alone may look there.
        if sys.platform != "win32" and "GRADIO_TEMP_DIR" not in os.environ:
            assert stat.S_IMODE(incoming().stat().st_mode) == 0o700
        assert ada.get(f"gradio_api/file={path}").status_code == 403
    finally:
        file.unlink()


def test_a_path_that_was_never_uploaded_is_not_read(ada: httpx.Client, secret: Path) -> None:
    config = ada.get("config").json()
    kinds = {one["id"]: one["type"] for one in config["components"]}
    sent = {"path": str(secret), "orig_name": "secret.txt", "meta": {"_type": "gradio.FileData"}}
    tried = 0
    for event in config["dependencies"]:
        takes = [kinds[number] == "file" for number in event["inputs"]]
        if any(takes):
            for payload in (sent, [sent]):
                data = [payload if file else None for file in takes]
                assert SECRET not in happened(ada, event, data, {})
                tried += 1
        elif event["api_name"] == "send":
            for path in (str(secret), str(incoming() / ".." / ".." / secret), f"{secret}\0"):
                said = happened(ada, event, [None], {"files": [{"path": path, "name": "a.txt"}]})
                assert "no file arrived" in said.lower() or "not sent" in said.lower() or "error" in said, (
                    said
                )
                assert SECRET not in said
                tried += 1
    assert tried >= 5
    assert "a.txt" not in ada.get("gradio_api/info").text
    listed = ada.post("gradio_api/call/v2/documents", json={"words": "a.txt"}).json()["event_id"]
    assert '"total": 0' in ada.get(f"gradio_api/call/documents/{listed}").text


def test_too_many_files_in_one_request_are_refused(ada: httpx.Client) -> None:
    sent = [("files", (f"{number}.txt", b"x")) for number in range(1_001)]
    assert ada.post("gradio_api/upload", files=sent).status_code == 400


def test_paths_are_typed_by_who_sits_at_the_machine_alone(ada: httpx.Client, secret: Path) -> None:
    # People sign in to this page: nobody names a path on it, not even from this machine.
    (event,) = [one for one in ada.get("config").json()["dependencies"] if one["api_name"] == "name"]
    said = happened(ada, event, [None], {"named": str(secret)})
    assert texts.words("en")("library.path-not-here") in said
    listed = ada.post("gradio_api/call/v2/documents", json={}).json()["event_id"]
    assert "secret.txt" not in ada.get(f"gradio_api/call/documents/{listed}").text


def told_within(file: Path, wanted: dict[str, object], seconds: float) -> None:
    """Waits until a line of the log holds what is `wanted`, or for `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines = file.read_text().splitlines()
        if any(wanted.items() <= json.loads(line).items() for line in lines if line.endswith("}")):
            return
        time.sleep(0.05)


def test_requests_and_questions_are_logged_without_what_is_secret(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "log"
    password, wrong = served.passwords["Ada"], "not the password of anybody"
    asked = {"event": "request", "method": "GET", "route": "/gradio_api/call/ask/…", "status": 200}
    logs.set_up("info", str(file))
    try:
        with httpx.Client(base_url=served.address, timeout=60) as browser:
            browser.post("sign-in", data={"name": "Ada", "password": wrong})
            browser.post("sign-in", data={"name": password, "password": "typed into the wrong field"})
            entered = browser.post("sign-in", data={"name": "Ada", "password": password})
            (cookie,) = (value for name, value in entered.cookies.items() if name.startswith("access-token"))
            browser.get("?q=Who+was+Subasic%3F")
            said = browser.post("gradio_api/call/v2/ask", json={"question": "Who was Subasic?"})
            event = said.json()["event_id"]
            assert "provisional" in browser.get(f"gradio_api/call/ask/{event}").text
            browser.post("sign-out")
            # A request is told of once it is over, which may be after its answer has arrived here.
            told_within(file, asked, seconds=20)
    finally:
        logs.stop()
    text = file.read_text()
    for hidden in (password, wrong, "wrong field", cookie, "Subasic", event):
        assert hidden not in text, hidden
    told = [json.loads(line) for line in text.splitlines()]
    signed = [(line["outcome"], line.get("person")) for line in told if line["event"] == "sign-in"]
    assert signed == [("wrong", "Ada"), ("wrong", None), ("signed in", "Ada")]
    assert [line["person"] for line in told if line["event"] == "sign-out"] == ["Ada"]
    (question,) = [line for line in told if line["event"] == "question"]
    assert question["outcome"] == "answered"
    assert question["characters"] == len("Who was Subasic?")
    assert question["ms"] > 0
    assert question["stages"]
    requests = [line for line in told if line["event"] == "request"]
    assert any(asked.items() <= line.items() for line in requests)
    assert all(line["ms"] >= 0 for line in requests)


@pytest.mark.parametrize(
    "path",
    ["{a}", "runs/{a}/report.html", "gradio_api/call/{a}/1", "?q={a}", "sign-in?next={a}", "language/{a}"],
)
def test_markup_in_an_address_comes_back_as_text(ada: httpx.Client, path: str) -> None:
    attack = "%3Cscript%3Ealert(1)%3C/script%3E"
    with httpx.Client(base_url=ada.base_url, timeout=60) as stranger:
        for browser in (ada, stranger):
            answer = browser.get(path.format(a=attack), headers={"accept": "text/html"})
            if "text/html" in answer.headers.get("content-type", ""):
                assert "<script>alert(1)" not in answer.text


def test_markup_in_a_name_or_a_host_comes_back_as_text(served: Served) -> None:
    attack = "<script>alert(1)</script>"
    with httpx.Client(base_url=served.address, timeout=60) as stranger:
        wrong = stranger.post("sign-in", data={"name": f'">{attack}', "password": "x"})
        assert wrong.status_code == 403
        assert attack not in wrong.text
        assert "&lt;script&gt;" in wrong.text
        named = stranger.get("", headers={"host": attack})
        assert (named.status_code, named.headers["content-type"]) == (403, "text/plain; charset=utf-8")


# -- the port -----------------------------------------------------------------------------------------


def asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str | None, port: int | None
) -> int | None:
    """The port that Gradio is asked for, where GRADIO_SERVER_PORT says ``told`` and --port ``port``."""
    import gradio as gr

    if told is None:
        monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    else:
        monkeypatch.setenv("GRADIO_SERVER_PORT", told)
    found: list[int | None] = []

    def launch(*_: object, server_port: int | None, **__: object) -> None:
        found.append(server_port)
        raise OSError("Cannot find empty port in range")

    with gr.Blocks() as page:
        pass
    monkeypatch.setattr(page, "launch", launch)
    opening = Opening(tmp_path / "library", "all-MiniLM-L6-v2")
    with pytest.raises(UsageError, match="another program listens there"):
        serving.begin(page, opening, Where(port=port, open_browser=False), People(tmp_path / "people.json"))
    return found[0]


@pytest.mark.parametrize(("told", "port"), [("0", None), (None, 0), ("9000", 0)])
def test_port_0_is_a_free_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str | None, port: int | None
) -> None:
    found = asked_for(monkeypatch, tmp_path, told, port)
    assert found is not None
    assert 0 < found <= 65_535


@pytest.mark.parametrize(
    ("told", "port", "expected"), [(None, None, None), ("9000", None, None), ("0", 9001, 9001)]
)
def test_any_other_port_is_asked_for_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str | None, port: int | None, expected: int | None
) -> None:
    assert asked_for(monkeypatch, tmp_path, told, port) == expected


@pytest.mark.parametrize("told", ["", "a port", "-1", "70000", "7860.5", "\u0667"])
def test_a_port_that_is_none_is_told_before_anything_is_built(tmp_path: Path, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qa", "chat", "--no-browser", "--library", str(tmp_path / "library")],
        capture_output=True, text=True, check=False, env={**os.environ, "GRADIO_SERVER_PORT": told},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "which is no port" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert not (tmp_path / "library").exists()
