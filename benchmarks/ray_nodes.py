"""Files added over two machines of a Ray cluster, one of which is killed in the middle:

    python -m benchmarks.ray_nodes [--files N] [--from FOLDER] [--json FILE]

Makes two network namespaces joined by a cable (Linux, as root; with --here two nodes on this machine's own
addresses instead), starts Ray's head in one and a second node in the other, and adds a folder of files, made
up or FOLDER: by this process alone, then over the cluster. There a worker of the second node is killed when a
quarter of the files is stored, and the whole node with all its processes at half. Then it compares the two
libraries: exit code 1 where a file is missing, is in twice, or has other documents, passages or vectors. At
last the folder is added once more, which must change nothing. Wants pip install 'ibid[ray]' and psutil.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]

from benchmarks.results import keep, machine
from qa.errors import IbidError
from qa.library import Library, open_library
from qa.library.locks import file_lock

PORT = 6379
NAMES = ("ibid-head", "ibid-node")
ADDRESSES = ("10.213.0.1", "10.213.0.2")
SAME = 0.99
"""What a passage's vector must have in common with the same passage's in the other library: they may have
been computed at another precision."""


def made_up(folder: Path, count: int) -> None:
    """Writes ``count`` text files of 5 to 30 paragraphs."""
    chance = random.Random(7)
    words = [
        "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(chance.randrange(1, 5)))
        for _ in range(3_000)
    ]
    folder.mkdir()
    for number in range(count):
        paragraphs = [
            " ".join(chance.choice(words) for _ in range(chance.randrange(40, 120))).capitalize() + "."
            for _ in range(chance.randrange(5, 30))
        ]
        (folder / f"{number:04}.txt").write_text(f"Paper {number}\n\n" + "\n\n".join(paragraphs), "utf-8")


@contextlib.contextmanager
def cable() -> Iterator[None]:
    """Two network namespaces that reach each other and nothing else."""
    head, node = NAMES
    ours, theirs = ADDRESSES
    steps = [
        f"netns add {head}", f"netns add {node}",
        f"link add ibid0 netns {head} type veth peer name ibid1 netns {node}",
        f"-n {head} addr add {ours}/24 dev ibid0", f"-n {node} addr add {theirs}/24 dev ibid1",
        *(f"-n {name} link set {device} up" for name, device in
          ((head, "ibid0"), (head, "lo"), (node, "ibid1"), (node, "lo"))),
    ]  # fmt: skip
    try:
        for step in steps:
            subprocess.run(["ip", *step.split()], check=True, capture_output=True, text=True)
        yield
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def within(name: str | None) -> list[str]:
    """What a command is begun with, to run inside a namespace."""
    return [] if name is None else ["ip", "netns", "exec", name]


class Node:
    """A node of the cluster: ``ray start`` and all that it starts."""

    def __init__(self, words: Sequence[str], inside: str | None) -> None:
        self.process = subprocess.Popen(
            [*within(inside), sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=2",
             "--disable-usage-stats", "--object-store-memory=200000000", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1"},
        )  # fmt: skip

    def all(self) -> list[Any]:
        """Its processes, those that it started last first."""
        try:
            main = psutil.Process(self.process.pid)
            return [*reversed(main.children(recursive=True)), main]
        except psutil.NoSuchProcess:
            return []

    def workers(self) -> list[Any]:
        """Those that are at work on a file."""
        found = []
        for one in self.all():
            with contextlib.suppress(psutil.Error):
                if any(word.startswith("ray::_done") for word in one.cmdline()):
                    found.append(one)
        return found

    def kill(self) -> None:
        """Kills all of it, as when the machine dies."""
        every = self.all()
        for one in every:
            with contextlib.suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(every, 30)


@contextlib.contextmanager
def cluster(here: bool, work: Path) -> Iterator[tuple[str, Node, str | None]]:
    """The cluster's address, its second node, and the namespace to be in."""
    with contextlib.ExitStack() as stack:
        # One at a time: the namespaces and ports have names.
        stack.enter_context(file_lock(Path(tempfile.gettempdir()) / "ibid-ray-nodes.lock", 300))
        if not here:
            stack.enter_context(cable())
        first, second = (None, None) if here else NAMES
        head, other = (_own_address(), _own_address()) if here else ADDRESSES
        nodes = [
            Node(["--head", f"--port={PORT}", f"--node-ip-address={head}", "--include-dashboard=false",
                  f"--temp-dir={work / 'ray'}"], first)
        ]  # fmt: skip
        stack.callback(lambda: _kill(nodes))
        _answers_all(f"{head}:{PORT}", 1, first)
        nodes.append(Node([f"--address={head}:{PORT}", f"--node-ip-address={other}"], second))
        _answers_all(f"{head}:{PORT}", 2, first)
        yield f"{head}:{PORT}", nodes[1], first


def _kill(nodes: Sequence[Node]) -> None:
    for node in reversed(nodes):
        node.kill()


def _own_address() -> str:
    import ray  # type: ignore[import-not-found,unused-ignore]

    return str(ray.util.get_node_ip_address())


def _answers_all(address: str, nodes: int, inside: str | None, seconds: float = 300) -> None:
    """Waits until the cluster has so many nodes. Raises IbidError."""
    code = (
        "import sys; from ray._raylet import GcsClient\n"
        f"alive = GcsClient(address={address!r}).get_all_node_info(timeout=5)\n"
        f"sys.exit(sum(one.state == 0 for one in alive.values()) < {nodes})"
    )
    end = time.monotonic() + seconds
    while subprocess.run(
        [*within(inside), sys.executable, "-c", code], check=False, capture_output=True, timeout=seconds
    ).returncode:
        if time.monotonic() > end:
            raise IbidError(f"The cluster at {address} has fewer than {nodes} nodes after {seconds:.0f} s.")
        time.sleep(1)


def drive(address: str, node: int, folder: Path, library: Path) -> dict[str, Any]:
    """Adds ``folder`` over the cluster, from inside it, and kills what it is to kill on the way."""
    import ray

    from qa import adding
    from qa.adding import Outcome
    from qa.encoding import DEFAULT_MODEL, SentenceEncoder
    from qa.machines import Machines

    other = Node.__new__(Node)
    other.process = psutil.Process(node)
    encoder = SentenceEncoder()
    held = open_library(library, model=encoder.name)
    total = sum(1 for _ in folder.rglob("*") if _.is_file())
    killed: dict[str, Any] = {"workers": 0, "node": False}
    done = 0

    def came(_: Outcome) -> None:
        nonlocal done
        done += 1
        if not killed["workers"] and done >= total // 4 and (working := other.workers()):
            working[0].kill()
            killed["workers"], killed["after"] = 1, done
        if not killed["node"] and killed["workers"] and done >= total // 2:
            other.kill()
            killed["node"], killed["node_after"] = True, done

    with Machines(address, model=DEFAULT_MODEL) as machines:
        machines.side_by_side = 8
        began = time.perf_counter()
        report = adding.add(held, encoder, [folder], came=came, elsewhere=machines)
        took = time.perf_counter() - began
        nodes = sum(one["Alive"] for one in ray.nodes())
        again = adding.add(held, encoder, [folder], elsewhere=machines)
    held.close()
    return {
        "seconds": took, "added": len(report.added), "failed": [str(one) for one in report.failed],
        "passages": report.passages, "killed": killed, "nodes_left": nodes,
        "again": len(again.added) + len(again.changed), "unchanged": len(again.unchanged),
    }  # fmt: skip


def alone(folder: Path, library: Path) -> dict[str, Any]:
    """Adds ``folder`` by this process alone."""
    from qa import adding
    from qa.encoding import SentenceEncoder

    encoder = SentenceEncoder()
    encoder.load()
    held = open_library(library, model=encoder.name)
    began = time.perf_counter()
    report = adding.add(held, encoder, [folder])
    took = time.perf_counter() - began
    held.close()
    return {"seconds": took, "added": len(report.added), "passages": report.passages}


def differences(one: Library, other: Library) -> Iterator[str]:
    """In words, each thing that the two libraries do not have in common."""
    names, others = ([each.name for each in library.documents()] for library in (one, other))
    if names != others:
        yield f"documents: {sorted(set(names) ^ set(others))[:5] or 'in another order'}"
    paths = [source.path for source in other.sources()]
    if len(paths) != len(set(paths)):
        yield "a file is in twice"
    for name in set(names) & set(others):
        if one.document(name) != other.document(name):
            yield f"{name}: another text"
        mine, theirs = one.passages_of(name), other.passages_of(name)
        if [p.text for p in mine] != [p.text for p in theirs]:
            yield f"{name}: other passages"
        elif mine:
            cosines = np.sum(
                one.vectors([p.id for p in mine]) * other.vectors([p.id for p in theirs]), axis=1
            )
            if cosines.min() < SAME:
                yield f"{name}: a vector whose cosine is {cosines.min():.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Files added over two nodes, one of which is killed.")
    parser.add_argument("--files", type=int, default=120, metavar="N", help="made up (default: 120)")
    parser.add_argument("--from", dest="folder", metavar="FOLDER", help="these files instead")
    parser.add_argument(
        "--here", action="store_true", help="no namespaces: both nodes at this machine's address"
    )
    parser.add_argument("--json", metavar="FILE", help="where to keep the figures")
    parser.add_argument("--drive", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.drive:
        address, node, files, library = args.drive
        print(json.dumps(drive(address, int(node), Path(files), Path(library))))
        return
    work = Path(tempfile.mkdtemp(prefix="ibid-ray-"))
    try:
        folder = Path(args.folder).absolute() if args.folder else work / "files"
        if not args.folder:
            made_up(folder, args.files)
        by_itself = alone(folder, work / "alone")
        with cluster(args.here, work) as (address, node, inside):
            done = subprocess.run(
                [*within(inside), sys.executable, "-m", "benchmarks.ray_nodes", "--drive", address,
                 str(node.process.pid), str(folder), str(work / "together")],
                stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        together = json.loads(done.stdout.strip().splitlines()[-1])
        from qa.encoding import SentenceEncoder

        model = SentenceEncoder().name
        pair = [open_library(work / name, model=model, create=False) for name in ("alone", "together")]
        wrong = [*differences(*pair), *together["failed"]]
        for library in pair:
            library.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if together["again"]:
        wrong.append(f"{together['again']} files were read again")
    if not (together["killed"]["node"] and together["killed"]["workers"]):
        wrong.append("nothing was killed: there were too few files")
    print(f"{machine()}; {together['added']:,} files, {together['passages']:,} passages\n")
    print("| | seconds | passages a second |\n|---|--:|--:|")
    for name, row in (("by itself", by_itself), ("over two nodes, one of which was killed", together)):
        print(f"| {name} | {row['seconds']:.1f} | {row['passages'] / row['seconds']:.0f} |")
    killed = together["killed"]
    print(
        f"\nKilled: a worker after {killed.get('after')} files, its node after {killed.get('node_after')}. "
        f"Nodes left: {together['nodes_left']}. Missing, twice or other: {len(wrong)}. Added again: "
        f"{together['unchanged']} unchanged."
    )
    for line in wrong:
        print(line, file=sys.stderr)
    if args.json:
        keep(Path(args.json), {"alone": by_itself, "together": together, "wrong": wrong})
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
