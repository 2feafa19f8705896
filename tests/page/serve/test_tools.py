"""Each tool gives programs what the library holds, and reads nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.page.serve.visitors import QUESTION, TELEGRAM

if TYPE_CHECKING:
    from gradio_client import Client

    from qa.assistant import Assistant


def test_ask_gives_what_the_command_gives(answer: dict[str, Any], seeds_library: Assistant) -> None:
    from qa.receipts import answer_to_dict

    expected = json.loads(json.dumps(answer_to_dict(seeds_library.ask(QUESTION))))
    for told in (answer, expected):
        for changing in ("seconds", "timing"):
            told.pop(changing, None)
    assert answer == expected
    assert answer["answered"]


def test_the_other_tools_agree_with_the_library(
    ada: Client, answer: dict[str, Any], seeds_library: Assistant
) -> None:
    listed = ada.predict(api_name="/documents")
    assert listed["total"] == 2
    assert {one["name"] for one in listed["documents"]} == {
        one.name for one in seeds_library.library.documents()
    }
    assert ada.predict(words="zzz", api_name="/documents") == {"total": 0, "documents": []}
    assert len(ada.predict(limit=1, offset=1, api_name="/documents")["documents"]) == 1

    document = seeds_library.library.document(TELEGRAM)
    whole = ada.predict(name=TELEGRAM, api_name="/document")
    assert whole["text"] == document.text
    assert len(whole["marks"]) == len(document.marks)
    quote = answer["quotes"][0]
    part = ada.predict(name=quote["document"], start=quote["start"], end=quote["end"], api_name="/document")
    assert part["text"] == quote["text"]
    assert (part["start"], part["end"], part["characters"]) == (
        quote["start"], quote["end"], len(document.text),
    )  # fmt: skip

    found = ada.predict(words="Litvinov", api_name="/concordance")
    texts = [seeds_library.library.document(one.name).text for one in seeds_library.library.documents()]
    assert found["places"] == sum(len(re.findall(r"\bLitvinov\b", text, re.IGNORECASE)) for text in texts)
    assert len(found["lines"]) == min(100, found["places"])
    first = found["lines"][0]
    text = seeds_library.library.document(first["document"]).text
    assert text[first["start"] : first["end"]].lower() == "litvinov"
    assert sum(one["places"] for one in found["documents"]) == found["places"]

    exact = ada.predict(text=f"He wrote: “{quote['clean']}”", api_name="/check_draft")
    assert [check["verdict"] for check in exact["checks"]] == ["exact"]
    altered = quote["clean"].replace("former", "future", 1)
    assert altered != quote["clean"]
    checked = ada.predict(text=f"He wrote: “{altered}”", api_name="/check_draft")
    assert [check["verdict"] for check in checked["checks"]] == ["altered"]

    verified = ada.predict(answers=[answer], api_name="/verify")
    assert verified["quotes"] == verified["exact"] == len(answer["quotes"])


def test_verify_reads_no_file_that_is_not_in_the_library(
    ada: Client, answer: dict[str, Any], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password of the safe is swordfish, and nobody may know it.\n", "utf-8")
    for place in ({"source_path": str(secret)}, {"source_file": str(secret)}):
        asked = json.loads(json.dumps(answer))
        for quote in asked["quotes"]:
            quote.update({"source_file": "secret.txt", "document": "secret.txt", **place})
            quote.update({"text": "The password of the safe is", "start": 0, "end": 27})
        told = ada.predict(answers=[asked], api_name="/verify")
        assert told["gone"] == told["quotes"] == len(answer["quotes"])
        assert "swordfish" not in json.dumps(told)
