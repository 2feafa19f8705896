"""Ports for the servers that tests start."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_FROM, _TO = 10_000, 30_000
_CHANCE = random.SystemRandom()
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that was not given before in this process.

    It lies below those that the system gives to whoever connects somewhere. One of these could be taken
    between this call and the server's start, or while a server is away: even by a program that tries to
    reach it, which then finds itself there."""
    for _ in range(1_000):
        port = _CHANCE.randrange(_FROM, _TO) if _outgoing() >= _TO else 0
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        if found not in _given:
            _given.add(found)
            return found
    raise OSError("no port is free")


def _outgoing() -> int:
    """The lowest port from which connections go out: as Linux says, else by RFC 6335, section 6."""
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 49_152
