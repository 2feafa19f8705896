"""Where files are dropped, and paths that are typed."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from qa.errors import UsageError
from qa.page.ask import choosing
from qa.page.serve.opening import Opening
from qa.page.shelves import adding_files, adding_pane, library
from qa.page.texts import words
from qa.reading import FORMATS

SAY = words("en")


def test_every_kind_that_can_be_read_is_named_and_sent() -> None:
    html = adding_files.drop_place(SAY)
    sent = re.search(r'data-suffixes="([^"]*)"', html)
    assert sent is not None
    assert set(sent[1].split()) == set(FORMATS)
    assert set(re.findall(r"\.\w+", html.partition('class="suffixes"')[2].partition("</span>")[0])) == set(
        FORMATS
    )


@pytest.mark.parametrize("local", [True, False])
def test_a_path_is_asked_for_at_this_machine_alone(tmp_path: Path, local: bool) -> None:
    with gr.Blocks() as page:
        library.pane(Opening(str(tmp_path), "hash"), choosing.state(), local=local)
    parts = [
        block
        for block in page.blocks.values()
        if isinstance(block, gr.HTML) and "A path on this machine, typed" in (block.js_on_load or "")
    ]
    assert [bool(part.visible) for part in parts] == [local]


@pytest.mark.parametrize(
    ("path", "able", "wrong"),
    [
        ("/home/ada", False, "Only at the machine"),
        ("  ", True, "Type a path first"),
        ("papers", True, "whole path"),
        ("~nobody-of-this-name/x", True, "whole path"),
        ("/a\0b", True, "whole path"),
    ],
)
def test_a_path_that_cannot_be_taken_is_said(path: str, able: bool, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        adding_pane.named(path, able, SAY)


def test_a_path_is_taken_as_it_is_pasted() -> None:
    assert adding_pane.named(' "/home/ada/my papers" ', True, SAY) == "/home/ada/my papers"
    assert adding_pane.named("~/papers", True, SAY) == str(Path.home() / "papers")


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.7", False), ("testclient", False), (None, False)],
)
def test_who_sits_at_this_machine(host: str | None, here: bool) -> None:
    request: Any = SimpleNamespace(client=SimpleNamespace(host=host))
    assert adding_pane.is_this_machine(request) is here
    assert adding_pane.is_this_machine(SimpleNamespace()) is False  # type: ignore[arg-type]
