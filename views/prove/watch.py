"""Seconds → what anyone on this machine could have seen meanwhile: command lines, environments, sockets (Linux)."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from views.prove.search import Detector, Find

_PROC: Final = Path("/proc")
_LISTEN: Final = "0A"
_TABLES: Final = ("tcp", "tcp6", "udp", "udp6")


class Socket(NamedTuple):
    """One row of the kernel's tables: protocol, own and other address and port, whether it waits for callers."""

    kind: str
    host: str
    port: int
    other: str
    listens: bool
    inode: str


class Watch:
    """Looks again and again, in a thread of its own, until it is ended."""

    def __init__(self, detector: Detector, *, everything: bool, every_s: float = 0.25) -> None:
        """Everything says that all sockets are ours, as in a network of our own; else only those of our processes."""
        self.finds: set[Find] = set()
        self.listening: set[str] = set()
        self.far: set[str] = set()
        self.looks = 0
        self.possible = _PROC.joinpath("self/net/tcp").exists()
        self._detector, self._everything, self._every_s = detector, everything, every_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        if self.possible:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        if self.possible:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self.look()
            if self._end.wait(self._every_s):
                return

    def look(self) -> None:
        """Look once."""
        for pid in processes():
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError):
                    said = (_PROC / str(pid) / name).read_bytes()
                    self.finds |= self._detector.find(said, f"the process list ({name} of {pid})")
        ours = None if self._everything else _inodes(descendants(os.getpid()))
        for one in sockets():
            if ours is None or one.inode in ours:
                self._note(one)
        self.looks += 1

    def _note(self, one: Socket) -> None:
        if one.listens:
            self.listening.add(f"{one.kind} {one.host} port {one.port}")
        elif one.other and not is_loopback(one.other):
            self.far.add(f"{one.kind} {one.other}")


def processes() -> list[int]:
    """The numbers of all processes that can be seen."""
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def descendants(pid: int) -> set[int]:
    """A process and all that it started, directly or not, that still run."""
    parents = {}
    for other in processes():
        with contextlib.suppress(OSError, ValueError):
            said = (_PROC / str(other) / "stat").read_text(encoding="utf-8", errors="replace")
            parents[other] = int(said.rpartition(")")[2].split()[1])
    found, waiting = set(), [pid]
    while waiting:
        parent = waiting.pop()
        found.add(parent)
        waiting += [child for child, its in parents.items() if its == parent]
    return found


def _inodes(pids: set[int]) -> set[str]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for link in (_PROC / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    target = str(link.readlink())
                    if target.startswith("socket:["):
                        found.add(target[8:-1])
    return found


def sockets() -> list[Socket]:
    """All TCP and UDP sockets of this network."""
    found = []
    for kind in _TABLES:
        with contextlib.suppress(OSError):
            for row in (_PROC / "self/net" / kind).read_text(encoding="ascii").splitlines()[1:]:
                found.append(read_row(kind, row))
    return found


def read_row(kind: str, row: str) -> Socket:
    """One line of /proc/net/tcp and its like."""
    parts = row.split()
    host, port = _address(parts[1])
    other, other_port = _address(parts[2])
    listens = kind.startswith("tcp") and parts[3] == _LISTEN
    return Socket(kind, host, port, other if other_port else "", listens, parts[9])


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    words = [int(host[start : start + 8], 16) for start in range(0, len(host), 8)]
    raw = struct.pack(f"={len(words)}I", *words)
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw), int(port, 16)


def is_loopback(host: str) -> bool:
    """Whether an address is this computer's own."""
    return host.startswith(("127.", "::ffff:127.")) or host == "::1"
