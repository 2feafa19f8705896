"""The tools for programs: over HTTP, gradio_client and MCP, on a page that people sign in to."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.page.serve.apart import apart, run
from tests.page.serve.visitors import PATIENT, QUESTION, TELEGRAM

if TYPE_CHECKING:
    from gradio_client import Client

    from qa.assistant import Assistant
    from tests.conftest import Served


DOCS = Path(__file__).parents[3] / "docs" / "api.md"
TOOLS = ["ask", "documents", "document", "concordance", "check_draft", "verify"]
GOVERNMENT = "had been a member of the provisional government representing the former Royal Government"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": ""}, "The question is empty"),
        ("ask", {"question": "x" * 3000}, "3,000 characters"),
        ("ask", {"question": "Who?", "limit": "three"}, "limit: input should be a valid integer"),
        ("ask", {"question": ["Who?"]}, "question: input should be a valid string"),
        ("ask", {"question": "Who?", "date_from": "yesterday"}, "yesterday"),
        ("documents", {"limit": 5000}, "limit between 1 and 1,000"),
        ("document", {"name": "nope"}, "no document nope"),
        ("document", {"name": TELEGRAM, "start": -1}, "start and end"),
        ("concordance", {"words": ""}, ""),
        ("concordance", {"words": "x", "order": "length"}, "order: input should be"),
        ("verify", {"answers": [{"question": "x"}]}, "no quotes"),
        ("verify", {"answers": ["x"]}, "answers: input should be a valid dict"),
        ("check_draft", {"text": f"“{GOVERNMENT}”", "style": "no-such-style"}, "no-such-style"),
    ],
)
def test_mistakes_come_back_as_plain_lines(
    ada: Client, tool: str, arguments: dict[str, Any], told: str
) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError) as refused:
        ada.predict(**arguments, api_name=f"/{tool}")
    words = str(refused.value)
    assert told in words
    assert words
    assert "Traceback" not in words
    assert len(words.splitlines()) <= 2


def test_nothing_but_the_tools_is_offered(served: Served) -> None:
    auth = ("Ben", served.passwords["Ben"])
    info = httpx.get(f"{served.address}gradio_api/info", auth=auth, timeout=120).json()
    assert sorted(info["named_endpoints"]) == sorted(f"/{tool}" for tool in TOOLS)
    assert info["unnamed_endpoints"] == {}


def test_programs_sign_in_too(served: Served) -> None:
    for path in ("gradio_api/info", "gradio_api/mcp/schema", "config"):
        assert httpx.get(served.address + path, timeout=120).status_code == 401
    data = {"data": [QUESTION, None, 1, None, None, None, None]}
    call = httpx.post(f"{served.address}gradio_api/call/ask", json=data, timeout=120)
    assert call.status_code == 401
    wrong = {"username": "Ada", "password": "wrong"}
    assert httpx.post(f"{served.address}login", data=wrong, timeout=120).status_code == 400


def test_mcp_tells_of_the_tools_and_answers(served: Served, answer: dict[str, Any]) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    auth = httpx.BasicAuth("Ben", served.passwords["Ben"])

    async def visit() -> tuple[Any, Any, Any]:
        async with (
            streamablehttp_client(f"{served.address}gradio_api/mcp/", auth=auth) as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            told = await session.call_tool("ask", {"question": QUESTION})
            return tools, told, await session.call_tool("document", {"name": "nope"})

    tools, told, refused = run(visit())
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert len(tool.description) > 80
        for name, argument in tool.inputSchema["properties"].items():
            assert argument["description"], f"{tool.name}: {name} is not described"
    assert not told.isError
    assert json.loads(told.content[0].text)["quotes"] == answer["quotes"]
    assert refused.isError
    assert refused.content[0].text == "There is no document nope in the library. qa list shows what is in."


def test_several_at_once_each_get_their_own_answer(served: Served, seeds_library: Assistant) -> None:
    questions = [
        f"{question} ({n})" for n in range(2) for question in ("Who was Subasic?", "Who was Litvinov?")
    ]
    expected = {question: seeds_library.ask(question, limit=1) for question in questions}
    got: dict[str, Any] = {}
    auth = ("Ada", served.passwords["Ada"])

    def ask(question: str) -> None:
        with httpx.Client(auth=auth, base_url=served.address, timeout=120) as client:
            event = client.post("gradio_api/call/v2/ask", json={"question": question, "limit": 1}).json()
            told = client.get(f"gradio_api/call/ask/{event['event_id']}").text
            got[question] = json.loads(re.findall(r"^data: (.*)$", told, re.MULTILINE)[-1])[0]

    threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for question, told in got.items():
        assert told["question"] == question
        shown = [*told["quotes"], *told["nearest"]]
        assert [one["text"] for one in shown] == [
            one.text for one in (*expected[question].quotes, *expected[question].nearest)
        ]
    assert len(got) == len(questions)


# -- the examples of docs/api.md ------------------------------------------------------------------------


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def here(code: str, served: Served) -> str:
    assert "http://127.0.0.1:7860/" in code
    # The rest word for word, but for its patience.
    code = code.replace("verbose=False)", f"verbose=False, httpx_kwargs={PATIENT})")
    return code.replace("http://127.0.0.1:7860/", served.address)


def test_the_documentation_names_every_tool() -> None:
    tools, _, _ = DOCS.read_text("utf-8").partition("## Python")
    assert re.findall(r"^\| `(\w+)` \|", tools, re.MULTILINE) == TOOLS


def test_the_examples_in_python_run(served: Served, answer: dict[str, Any]) -> None:
    plain, mcp = examples("python")
    for code in (plain, mcp):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            apart(exec, compile(here(code, served), "docs/api.md", "exec"), {"__name__": "example"})
        assert answer["quotes"][0]["text"] in out.getvalue()
    assert str(TOOLS) in out.getvalue()


def test_the_examples_in_curl_run(served: Served, answer: dict[str, Any]) -> None:
    code = here(examples("sh")[0], served)
    told = subprocess.run(["sh", "-c", code], capture_output=True, text=True, check=True, timeout=120).stdout
    assert "event: complete" in told
    (given,) = json.loads(re.findall(r"^data: (.*)$", told, re.MULTILINE)[-1])
    assert given["quotes"][0]["text"] == answer["quotes"][0]["text"]
