"""Files prepared by the machines of a Ray cluster. What a worker does is tried here by itself; a cluster is
started where Ray is installed (pip install 'ibid[ray]'), else those tests are passed over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa import machines
from qa.cli import main
from qa.errors import IbidError, UnreadableFile, UsageError
from qa.preparing import encoded, prepare
from tests.encoders import HashEncoder
from tests.ports import free_port

ENCODER = HashEncoder()
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "letter.txt").write_text("The wheat has arrived at Odessa. " * 200)
    (folder / "note.md").write_text("# A note\n\nRain fell on the harbour.[^1]\n\n[^1]: All day.\n")
    (folder / "page.html").write_text("<title>Page</title><p>Litvinov spoke at the theatre.</p>")
    (folder / "rows.csv").write_text("id,text\na,First row\nb,\nc,Third row\n")
    (folder / "letter.txt.csl.json").write_text('{"type": "personal_communication", "title": "A letter"}')
    return folder


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a worker makes of an order, with an encoder that needs no model."""
    monkeypatch.setattr(machines, "_encoder", lambda *_: (ENCODER, None))

    def done(path: Path, said: Sequence[Any] = (), **changes: Any) -> Any:
        files = {one.name: one.read_bytes() for one in path.parent.glob(path.name + "*")}
        order = {
            "file": path.name, "files": files, "folder": str(path.parent), "name": f"below/{path.name}",
            "encoding": None, "said": said, "model": "hash", "precision": None, "environment": {},
            "version": machines.importlib.metadata.version("ibid"),
        }  # fmt: skip
        return machines._done(machines._Order(**(order | changes)))

    return done


@pytest.mark.parametrize("name", ["letter.txt", "note.md", "page.html", "rows.csv"])
def test_a_worker_makes_of_a_file_what_is_made_of_it_here(papers: Path, worker: Any, name: str) -> None:
    said = [{"repository": "National Archives"}]
    how, made = worker(papers / name, said)
    here = prepare(papers / name, f"below/{name}", None, said)
    assert how == "done"
    assert (made.documents, made.parts, made.warnings) == (here.documents, here.parts, list(here.warnings))
    assert (made.source.sha256, made.source.reader) == (here.source.sha256, here.source.reader)
    np.testing.assert_array_equal(made.vectors, encoded(ENCODER, here.parts))
    if name == "letter.txt":
        assert made.documents[0].metadata.title == "A letter"


def test_what_cannot_be_read_is_named_where_it_lies(papers: Path, worker: Any) -> None:
    (papers / "odd.pdf").write_bytes(b"%PDF-1.4 and no more")
    (papers / "letter.txt.csl.json").write_text("{")
    for name, named in (("odd.pdf", "odd.pdf"), ("letter.txt", "letter.txt.csl.json")):
        with pytest.raises(UnreadableFile) as here:
            prepare(papers / name, name, None)
        how, where, reason, advice = worker(papers / name)
        assert (how, where) == ("refused", str(papers / named))
        assert (reason, advice) == (here.value.reason, here.value.advice)


def test_a_worker_of_another_version_does_nothing(papers: Path, worker: Any) -> None:
    how, words = worker(papers / "note.md", version="0.0.9")
    assert how == "unlike"
    assert "not 0.0.9" in words


def test_how_files_are_read_here_holds_for_workers(
    papers: Path, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_READING_GB", "7")  # the worker's own
    monkeypatch.setenv("QA_READING_SECONDS", "8")
    worker(papers / "note.md", environment={"QA_READING_SECONDS": "9"})
    assert machines.os.environ["QA_READING_SECONDS"] == "9"
    assert "QA_READING_GB" not in machines.os.environ


@pytest.mark.parametrize("address", ["", "6379", "cluster", "ray://h:10001", "h:port"])
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a Ray cluster"):
        machines._join(None, address)


def test_an_address_that_does_not_answer_is_named_at_once() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(IbidError, match=f"No Ray cluster answers at {address}"):
        machines._join(None, address)


def test_without_the_package_it_says_what_to_install(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    words = ["add", str(papers), "--library", str(tmp_path / "library"), "--ray", "127.0.0.1:6379"]
    assert main(words) == 2
    assert "pip install 'ibid[ray]'" in capsys.readouterr().err


@pytest.mark.timeout(600)
def test_a_real_cluster() -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'ibid[ray]'")
    # In networks of their own where there can be some: a cluster's ports are open to whoever reaches them.
    apart = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("ip") is not None
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ray_nodes", "--files", "24", *([] if apart else ["--here"])],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
