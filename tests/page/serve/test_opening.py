"""Opening behind the page: what the status line says, and that a failure is said and not waited for."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import IbidError, UsageError
from qa.page.serve.opening import Opening
from qa.page.texts import words


def test_a_library_that_cannot_be_opened_is_said_in_the_status_line(tmp_path: Path) -> None:
    blocked = tmp_path / "library"
    blocked.write_text("a file where the folder should be")
    opening = Opening(blocked, "all-MiniLM-L6-v2")
    with pytest.raises(IbidError, match="still loading"):
        opening.assistant()
    opening.start()
    assert opening.wait(60)
    assert opening.words(words("en"))
    assert not opening.words(words("en")).startswith("Ready")
    with pytest.raises(IbidError):
        opening.assistant()


def test_a_question_to_a_library_that_cannot_be_opened_gets_the_reason(tmp_path: Path) -> None:
    from qa.page.ask import asking

    blocked = tmp_path / "library"
    blocked.write_text("a file where the folder should be")
    opening = Opening(blocked, "all-MiniLM-L6-v2")
    opening.start()
    assert opening.wait(60)
    exchange = asking.reply(opening, "Who?", (), words("en"))
    assert exchange.answer is None
    assert 'class="message error"' in exchange.reply


def test_a_port_that_is_taken_is_one_plain_error(tmp_path: Path) -> None:
    from qa.page import launch

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            launch(library=tmp_path, port=port, open_browser=False)


def test_importing_the_page_loads_no_gradio() -> None:
    words = "import sys, qa.page; sys.exit('gradio' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
