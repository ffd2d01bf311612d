"""A command → what the kernel was asked for while it ran: files written, addresses spoken to; the module for strace."""

from __future__ import annotations

import ast
import functools
import ipaddress
import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from views.prove.search import Find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from views.prove.search import Detector

_WRITES: Final = frozenset("write pwrite64 writev pwritev pwritev2 sendto sendmsg sendmmsg".split())
_OPENS: Final = frozenset("open openat openat2 creat".split())
_NAMES: Final = frozenset(
    "unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat mknod mknodat "
    "setxattr lsetxattr fsetxattr execve execveat".split()
)
_UNSEEN: Final = frozenset("sendfile copy_file_range splice io_uring_setup".split())
_SOCKETS: Final = frozenset("connect bind listen".split())
_STRING_LIMIT: Final = 16 * 1024 * 1024
_TAIL: Final = 256  # a mark may be cut in two by two writes
_ABSENT: Final = "?"  # strace knows calls by name; one that an older strace or another processor lacks is left out

_CALL: Final = re.compile(r"(\d+) +(\w+)\(")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>")
_STRING: Final = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(\.\.\.)?')
_FD: Final = re.compile(r"\w+\((\d+)(?:<(.*?)>(?:\(deleted\))?)?[,)]")
_PORT: Final = re.compile(r"sin6?_port=htons\((\d+)\)")
_HOST: Final = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([0-9a-f.:]+)"')
_LOCAL: Final = re.compile(r'sa_family=AF_UNIX, sun_path=(@?"[^"]*")')
_FOLDER: Final = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>, ")
_LISTENS: Final = re.compile(r"listen\(\d+<TCP(?:v6)?:\[(.*?)\]>")
_OPENED: Final = re.compile(r"= \d+<(.*)>(?:\(deleted\))?$")
_DEVICE: Final = re.compile(r"<char \d+:\d+>$")
_FOR_WRITING: Final = re.compile(
    r'^creat\(|", (?:\{flags=)?[A-Z_|]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE)'
)
_RESOLVERS: Final = ("/resolve", "avahi", "mdns")


@functools.cache
def strace_command() -> tuple[str, ...]:
    """The command to put before another so that it is traced, without the file to write to; () where none works."""
    program = shutil.which("strace")
    if program is None:
        return ()
    calls = ",".join(f"{_ABSENT}{name}" for name in sorted(_WRITES | _OPENS | _NAMES | _UNSEEN | _SOCKETS))
    whole = ("-y", "-yy", "-s", str(_STRING_LIMIT), "-e", f"trace={calls}", "-e", "abbrev=!execve,execveat")
    for fast in (("--seccomp-bpf",), ()):
        command = (program, "-f", *fast, "-qq", "-e", "signal=none", *whole)
        tried = subprocess.run([*command, "-o", os.devnull, "true"], capture_output=True, check=False)
        if tried.returncode == 0 and not tried.stderr:
            return command
    return ()


class Traced:
    """A running command and, where strace works, what it asks the kernel for; nothing of it goes to a disk."""

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        """Start a command; options are those of subprocess.Popen. It leads a process group of its own."""
        self._pieces: list[bytes] = []
        self._reader: threading.Thread | None = None
        strace = strace_command()
        if not strace:
            self.process = subprocess.Popen(command, start_new_session=True, **options)
            return
        reading, writing = os.pipe()
        self._reader = threading.Thread(target=self._read, args=(reading,), daemon=True)
        self._reader.start()
        self.process = subprocess.Popen(
            [*strace, "-o", f"/dev/fd/{writing}", *command], start_new_session=True, pass_fds=(writing,), **options
        )
        os.close(writing)

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as file:
            while piece := file.read(1 << 20):
                self._pieces.append(piece)

    def seen(self, detector: Detector) -> Seen:
        """What was asked for, once the command has ended."""
        if self._reader is None:
            return Seen()
        self._reader.join(30)
        seen = read_trace(b"".join(self._pieces).decode("ascii", "replace").splitlines(), detector)
        self._pieces.clear()
        return seen


@dataclass
class Seen:
    """What a trace shows. Places and addresses are text for a person."""

    lines: int = 0
    written: set[str] = field(default_factory=set)  # files that were opened for writing
    finds: set[Find] = field(default_factory=set)
    writes: int = 0
    size: int = 0
    cut: int = 0  # writes that strace showed in part
    far: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)  # sockets of other programs on this machine
    listening: set[str] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)  # ways to write that show no content

    def add(self, other: Seen) -> None:
        """Take in what another trace shows."""
        for name in ("lines", "writes", "size", "cut"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("written", "finds", "listening"):
            getattr(self, name).update(getattr(other, name))
        for name in ("far", "near", "lookups", "programs", "unseen"):
            getattr(self, name).extend(getattr(other, name))


def read_trace(lines: Iterable[str], detector: Detector) -> Seen:
    """Read the lines of one strace; calls that were interrupted by another thread are put together again."""
    reading = _Reading(detector)
    halves: dict[str, str] = {}
    for line in lines:
        reading.seen.lines += 1
        if resumed := _RESUMED.match(line):
            line = halves.pop(resumed[1], f"{resumed[1]} {resumed[2]}(") + line[resumed.end() :]
        elif line.endswith(" <unfinished ...>"):
            pid = line.partition(" ")[0]
            halves[pid] = line.removesuffix(" <unfinished ...>")
            continue
        reading.call(line)
    for line in halves.values():  # the process ended within it
        reading.call(line)
    return reading.seen


class _Reading:
    """One trace being read, call by call."""

    def __init__(self, detector: Detector) -> None:
        self.seen = Seen()
        self._detector = detector
        self._tails: dict[str, bytes] = {}

    def call(self, line: str) -> None:
        begins = _CALL.match(line)
        if begins is None:
            return
        pid, name, text = begins[1], begins[2], line[begins.start(2) :]
        if name in _WRITES:
            self._address(name, text)
            self._content(pid, name, text)
        elif name in _SOCKETS:
            self._address(name, text)
        elif name in _UNSEEN:
            self._unseen(name, text)
        elif name in _OPENS:
            self._opened(text)
            self._named(name, text)
        elif name in _NAMES:
            self._named(name, text)

    def _content(self, pid: str, name: str, text: str) -> None:
        fd, place = _destination(text)
        if not _leaves_a_trace(name, fd, place):
            return
        place = place or f"file descriptor {fd} of process {pid}"
        data = b""
        for string, cut in _STRING.findall(text):
            data += _bytes(string)
            self.seen.cut += bool(cut)
        self.seen.writes += 1
        self.seen.size += len(data)
        self.seen.finds |= self._detector.find(self._tails.get(place, b"") + data, f"{name} to {place}")
        self._tails[place] = data[-_TAIL:]

    def _address(self, name: str, text: str) -> None:
        if name == "listen":
            self.seen.listening |= {found[1] for found in _LISTENS.finditer(text)}
            return
        if name == "bind":
            return
        for where in _LOCAL.findall(text):
            if any(part in where for part in _RESOLVERS):
                self.seen.lookups.append(f"{name} {where}")
            self.seen.programs.append(f"{name} {where}")
        for host, port in zip(_HOST.findall(text), _PORT.findall(text), strict=False):
            said = f"{name} {host} port {port}"
            if port == "53":
                self.seen.lookups.append(said)
            (self.seen.near if _is_here(host) else self.seen.far).append(said)

    def _unseen(self, name: str, text: str) -> None:
        if not _failed(text):
            self.seen.unseen.append(f"{name} to {_destination(text)[1]}")

    def _opened(self, text: str) -> None:
        if _failed(text) or not _FOR_WRITING.search(text):
            return
        if named := _OPENED.search(text):
            self.seen.written.add(_DEVICE.sub("", named[1]))
            return
        folder, path = _FOLDER.search(text), _STRING.search(text)
        if path:
            self.seen.written.add(os.path.normpath(os.path.join(folder[1] if folder else "", path[1])))  # noqa: PTH118

    def _named(self, name: str, text: str) -> None:
        said = b" ".join(_bytes(string) for string, _ in _STRING.findall(text))
        place = "a command line or its environment" if name.startswith("exec") else "a name of a file"
        self.seen.finds |= self._detector.find(said, f"{place} ({name})")


def _destination(text: str) -> tuple[int, str]:
    """The first file descriptor of a call, and what it stands for, "" when strace could not tell."""
    found = _FD.match(text)
    return (int(found[1]), found[2] or "") if found else (-1, "")


def _leaves_a_trace(name: str, fd: int, place: str) -> bool:
    """Whether what is written there could stay or reach another program.

    The page on this computer, a pipe that we hold, and the screen may get a question; where strace could not tell
    what a number stands for, only sockets (whose addresses are judged when they connect) and the two outputs that we
    read ourselves are let pass.
    """
    if not place:
        return not name.startswith("send") and fd not in (1, 2)
    if place.startswith("TCP"):
        ends = place.partition("[")[2].removesuffix("]").split("->")  # one alone when its other side has gone
        return len(ends) > 1 and not all(_is_here(end.rpartition(":")[0].strip("[]")) for end in ends)
    return not place.startswith(("socket:", "pipe:", "/dev/pts/", "/dev/tty", "/dev/null", "anon_inode:"))


def _failed(text: str) -> bool:
    return " = -1 " in text[-200:]


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or address.is_unspecified or bool(mapped and mapped.is_loopback)


def _bytes(string: str) -> bytes:
    """A string as strace writes it; its escapes are those of C, which Python shares."""
    if "\\" not in string:
        return string.encode()
    made: bytes = ast.literal_eval(f'b"{string}"')
    return made
