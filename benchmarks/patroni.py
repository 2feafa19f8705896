"""A library on three servers whose leader is killed under load:

    python -m benchmarks.patroni --patroni /path/to/patroni --etcd /path/to/etcd [--rounds N]

Starts etcd and three PostgreSQL servers under Patroni on the loopback interface (replicating synchronously),
adds documents and asks questions from several threads, kills the leader with all its processes, starts it
again, and so on; then counts: what was committed and is lost (must be 0, else exit code 1), how long reading
and writing paused, and what was said meanwhile. Wants Patroni (pip install 'patroni[etcd3,psycopg3]', in an
environment of its own) and etcd (Debian: etcd-server). All data lies in a temporary folder, which is deleted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks.archive import machine
from qa.errors import LibraryError
from qa.library import Library, open_library
from qa.library.postgres import store
from tests import postgres_server
from tests.library.shelf import document, put
from tests.ports import free_port

NODES = 3
READERS = 2
_CALM, _LONGEST = 8.0, 180.0  # seconds under load before a kill; until writing must be back


class Node:
    """One server and its Patroni."""

    def __init__(self, number: int, folder: Path, etcd: int, patroni: Path) -> None:
        self.name = f"node{number}"
        self.port, self.rest = free_port(), free_port()
        self.folder = folder / self.name
        self.patroni = patroni
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir()
        local = {"username": postgres_server.USER, "password": "not asked for"}  # initdb takes no empty one
        settings = {
            "listen_addresses": "127.0.0.1", "max_connections": 60, "shared_buffers": "64MB",
            "unix_socket_directories": str(self.folder),
        }  # fmt: skip
        config = {
            "scope": "ibid", "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.rest}", "connect_address": f"127.0.0.1:{self.rest}"},
            "etcd3": {"host": f"127.0.0.1:{etcd}"},
            "bootstrap": {
                "dcs": {"ttl": 20, "loop_wait": 3, "retry_timeout": 6, "synchronous_mode": True,
                        "postgresql": {"use_pg_rewind": True, "parameters": settings}},
                "initdb": [{"encoding": "UTF8"}, {"auth": "trust"}, {"locale": "C"}],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self.folder / "data"), "bin_dir": str(postgres_server.programs()),
                "pgpass": str(self.folder / "pgpass"),
                "authentication": {"superuser": local, "replication": local, "rewind": local},
                "pg_hba": ["host all all 127.0.0.1/32 trust", "local all all trust",
                           "host replication all 127.0.0.1/32 trust"],
                "parameters": settings,
            },
        }  # fmt: skip
        (self.folder / "patroni.yml").write_text(json.dumps(config))  # JSON is YAML

    def start(self) -> None:
        """Starts Patroni, which starts the server."""
        postgres_server.give(self.folder)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.patroni, self.folder / "patroni.yml"], cwd=self.folder, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True, **postgres_server.as_whom(),
            )  # fmt: skip

    def is_dead(self) -> bool:
        """Whether Patroni has ended."""
        return self.process is not None and self.process.poll() is not None

    def role(self) -> str:
        """What Patroni says it is: "primary", "replica", "sync_standby" …; "" where it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/patroni", timeout=2) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            said = json.load(error)
        except (OSError, ValueError):
            return ""
        role = "sync_standby" if said.get("sync_standby") else said.get("role", "")
        return str(role if said.get("state") in ("running", "streaming") else "")

    def kill(self) -> None:
        """Kills Patroni and every process of its server, as when the machine dies."""
        pid_file = self.folder / "data" / "postmaster.pid"
        found = [psutil.Process(self.process.pid)] if self.process is not None else []
        if pid_file.exists():
            main = int(pid_file.read_text().split()[0])
            if psutil.pid_exists(main) and "postgres" in psutil.Process(main).name():
                found.append(psutil.Process(main))
        for one in found:
            for process in [*one.children(recursive=True), one]:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
        if self.process is not None:
            self.process.wait(30)
            self.process = None


class Load:
    """Threads that add and ask until they are told to stop, and what came of it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.over = threading.Event()
        self.committed: list[str] = []
        self.done: dict[str, list[float]] = {"write": [], "read": []}
        self.said: dict[str, list[str]] = {"write": [], "read": []}
        self.wrong: list[str] = []
        works = [("write", self._write), *[("read", self._read)] * READERS]
        self.threads = [threading.Thread(target=self._keep, args=work) for work in works]

    def _keep(self, kind: str, work: Callable[[], None]) -> None:
        while not self.over.is_set():
            try:
                work()
                self.done[kind].append(time.monotonic())
            except LibraryError as error:
                self.said[kind].append(str(error))
                time.sleep(0.05)
            except Exception as error:
                self.wrong.append(repr(error))

    def _write(self) -> None:
        name = f"n{len(self.committed)}-{len(self.said['write'])}.txt"
        put(self.library, f"/made/{name}", document(name, "Heading", f"Words of {name} alone."))
        self.committed.append(name)

    def _read(self) -> None:
        at = len(self.committed)
        name = self.committed[at // 2] if at else "none"
        found = self.library.matching(f"words of {name} alone", 5)
        self.library.passages([id_ for id_, _ in found])

    def gap(self, kind: str, since: float) -> float:
        """The longest time between two that succeeded, in seconds, from ``since`` on."""
        times = sorted(at for at in self.done[kind] if at >= since)
        return max((b - a for a, b in zip([since, *times], times, strict=False)), default=0.0)


def wait(is_so: Callable[[], bool], what: str, seconds: float = _LONGEST) -> None:
    """Until it is so. Raises RuntimeError."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


def leader(nodes: Sequence[Node]) -> Node | None:
    """The one that takes changes."""
    return next((node for node in nodes if node.role() in ("primary", "master", "leader")), None)


def whole(nodes: Sequence[Node]) -> bool:
    """Whether there is a leader, and a standby that has all it committed."""
    roles = [node.role() for node in nodes]
    return leader(nodes) is not None and "sync_standby" in roles and all(roles)


def trial(nodes: Sequence[Node], load: Load) -> dict[str, Any]:
    """The leader killed once under load, and started again."""
    wait(lambda: whole(nodes), "three servers that replicate")
    time.sleep(_CALM)
    old = leader(nodes)
    assert old is not None
    began, before = time.monotonic(), len(load.committed)
    said = {kind: len(rows) for kind, rows in load.said.items()}
    old.kill()
    wait(lambda: len(load.committed) > before + 20, "writing after the leader was lost")
    row = {
        "killed": old.name, "committed before": before, "writing paused": load.gap("write", began),
        "reading paused": load.gap("read", began),
        **{f"{kind}s refused": len(load.said[kind]) - said[kind] for kind in said},
    }  # fmt: skip
    old.start()
    wait(lambda: whole(nodes), "the old leader back as a standby")
    return row


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it all; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--patroni", type=Path, default=shutil.which("patroni"), metavar="PATH")
    parser.add_argument("--etcd", type=Path, default=shutil.which("etcd"), metavar="PATH")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="kills (default: 3)")
    options = parser.parse_args(argv)
    if options.patroni is None or options.etcd is None:
        parser.error("Patroni and etcd are wanted: see --help")
    store.WAIT_SECONDS = 2.0
    folder = postgres_server.home()
    client, peer = free_port(), free_port()
    (folder / "etcd").mkdir()
    etcd = subprocess.Popen(
        [options.etcd, "--data-dir", folder / "etcd", "--listen-client-urls", f"http://127.0.0.1:{client}",
         "--advertise-client-urls", f"http://127.0.0.1:{client}",
         "--listen-peer-urls", f"http://127.0.0.1:{peer}",
         "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
         "--initial-cluster", f"default=http://127.0.0.1:{peer}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    nodes = [Node(number, folder, client, options.patroni) for number in range(1, NODES + 1)]
    load, rows = None, []
    try:
        for node in nodes:
            node.start()
            wait(lambda: leader(nodes) is not None or nodes[0].is_dead(), "a leader")
            if nodes[0].is_dead():
                sys.exit(f"Patroni does not start: {(nodes[0].folder / 'log').read_text()[-1500:]}")
        wait(lambda: whole(nodes), "three servers that replicate")
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        place = (
            f"postgresql://{postgres_server.USER}@{hosts}/postgres"
            "?target_session_attrs=prefer-standby&load_balance_hosts=random&connect_timeout=2"
        )
        load = Load(open_library(place, model="hash"))
        for thread in load.threads:
            thread.start()
        for _ in range(options.rounds):
            rows.append(trial(nodes, load))
            print(rows[-1], file=sys.stderr, flush=True)
        load.over.set()
        for thread in load.threads:
            thread.join(60)
        here = {one.name for one in load.library.documents()}
        lost = [name for name in load.committed if name not in here]
        load.library.close()
    finally:
        if load is not None:
            load.over.set()
        for node in nodes:
            node.kill()
        etcd.send_signal(signal.SIGTERM)
        etcd.wait(30)
        if os.environ.get("KEEP") is None:
            postgres_server.clear(folder)
    print(f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}, all on one machine\n")
    print("| kill | committed before | writing paused | reading paused | changes refused | reads refused |")
    print("|---|---|---|---|---|---|")
    for number, row in enumerate(rows, 1):
        paused = f"{row['writing paused']:.1f} s | {row['reading paused']:.1f} s"
        refused = f"{row['writes refused']} | {row['reads refused']}"
        print(f"| {number} | {row['committed before']:,} | {paused} | {refused} |")
    reads = len(load.done["read"])
    print(f"\nCommitted: {len(load.committed):,}, lost: {len(lost)}. Reads answered: {reads:,}. "
          f"Other errors: {len(load.wrong)}.")  # fmt: skip
    for one in sorted(set(load.wrong))[:5]:
        print(one, file=sys.stderr)
    return int(bool(lost or load.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
