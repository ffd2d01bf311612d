"""The product's own command lines → a page that can be visited, and answers to questions asked in the terminal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from views.prove.surroundings import ROOT, python
from views.prove.trace import Seen, Traced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from views.prove.search import Detector

ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:\d+/?(\?key=[\w-]+)?")
_START_S: Final = 120.0
_ANSWER_S: Final = 120.0


class StartError(RuntimeError):
    """The product did not start or answer; the message says what it said."""


class Page:
    """``ui.py --no-browser`` with the planted faults, as a process group of its own; what it says is kept in memory."""

    def __init__(self, options: Sequence[str], environment: dict[str, str]) -> None:
        self._traced = Traced(
            python("-m", "views.prove.planted_page", "--no-browser", "--port", str(_free_port()), *options),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._said: list[bytes] = []
        self._silent_since: float | None = None  # when nobody was left who could say something
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        output = self._traced.process.stdout
        while output and (piece := os.read(output.fileno(), 1 << 16)):
            self._said.append(piece)
        self._silent_since = time.monotonic()

    @property
    def pid(self) -> int:
        """The process that was started: the page itself, or strace."""
        return self._traced.process.pid

    @property
    def log(self) -> bytes:
        """What it said so far, on both outputs."""
        return b"".join(self._said)

    @property
    def pids(self) -> list[int]:
        """Its processes that still run, strace included."""
        return _group(self._traced.process.pid)

    def address(self) -> str:
        """Wait for the address that it prints. Raises StartError."""
        ends = time.monotonic() + _START_S
        while time.monotonic() < ends:
            ready = b"Ctrl-C" in self.log or b"open at" in self.log
            if ready and (found := ADDRESS.search(self.log + b" ")):
                return found[0].decode()
            if self._traced.process.poll() is not None:
                break
            time.sleep(0.1)
        raise StartError(f"The page did not start. It said:\n{self.log.decode(errors='replace')[-2000:]}")

    def ended_before(self, moment: float) -> float | None:
        """Wait until it has ended by itself, or until a moment of the monotonic clock: when it ended, or None."""
        self._reader.join(max(moment - time.monotonic(), 0.0))
        ended = self._silent_since
        return ended if ended is not None and ended <= moment else None

    def end(self) -> None:
        """End it as Ctrl-C does, and by force if need be."""
        end_group(self._traced.process)

    def seen(self, detector: Detector) -> Seen:
        """What its trace shows, once it has ended."""
        self._reader.join(10)
        return self._traced.seen(detector)


@dataclass
class Asked:
    """What came of the questions in the terminal: how many were answered, and in words of a document; the rest."""

    asked: int = 0
    answered: int = 0
    quoted: int = 0
    beside: bytes = b""  # the error output, and the answers to what could not be used
    seen: Seen = field(default_factory=Seen)
    pids: list[int] = field(default_factory=list)


class Terminal:
    """``python -m assistant``, each time as a new process."""

    def __init__(self, options: Sequence[str], environment: dict[str, str], detector: Detector) -> None:
        self._options, self._environment, self._detector = options, environment, detector
        self.result = Asked()

    def one(self, question: str) -> None:
        """Ask one question through standard input."""
        out, _ = self._run(["--json"], question.encode())
        self._count([out])

    def many(self, questions: Sequence[str], broken: str) -> None:
        """Ask questions in one process, with a line among them that is no JSON and holds a question too."""
        lines = [json.dumps({"id": number, "question": question}) for number, question in enumerate(questions)]
        lines.insert(len(lines) // 2, '{"question": "' + broken)
        out, _ = self._run(["--batch", "-"], "\n".join(lines).encode())
        self._count(out.splitlines())

    def _run(self, arguments: list[str], said: bytes) -> tuple[bytes, bytes]:
        traced = self._start(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, error = traced.process.communicate(said, _ANSWER_S)
        except BaseException:
            end_group(traced.process)
            raise
        self.result.beside += error
        self.result.seen.add(traced.seen(self._detector))
        return out, error

    def _count(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            answer = json.loads(line or b"{}")
            if "status" not in answer:
                self.result.beside += line
            elif not answer["status"].startswith("error"):
                self.result.answered += 1
                self.result.quoted += bool(answer["quotes"])
        self.result.asked += len(lines)

    def typed(self, question: str) -> None:
        """Type one question at the prompt, on a terminal of its own."""
        import pty

        ours, theirs = pty.openpty()
        try:
            traced = self._start([], stdin=theirs, stdout=theirs, stderr=theirs)
            os.close(theirs)
            try:
                shown = _converse(ours, question)
                traced.process.wait(10)
            finally:
                end_group(traced.process)
        finally:
            os.close(ours)
        self.result.asked += 1
        self.result.answered += traced.process.returncode == 0 and len(shown) > 2 * len(question)
        self.result.seen.add(traced.seen(self._detector))

    def _start(self, arguments: list[str], **streams: Any) -> Traced:
        command = python("-m", "assistant", *arguments, *self._options)
        traced = Traced(command, cwd=ROOT, env=self._environment, **streams)
        self.result.pids.append(traced.process.pid)
        return traced


def _converse(terminal: int, question: str) -> bytes:
    """Answer a prompt with a question, and read until the program has ended."""
    import select

    os.write(terminal, f"{question}\n".encode())  # it waits there until it is asked for
    shown, ends = b"", time.monotonic() + _ANSWER_S
    while time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # how Linux says that the other side has gone
            break
        if not piece:
            break
        shown += piece
    return shown


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _group(leader: int) -> list[int]:
    """The processes of a group; [] where that cannot be seen."""
    from views.prove.watch import processes

    found = []
    with contextlib.suppress(OSError):
        for pid in processes():
            with contextlib.suppress(OSError):
                if os.getpgid(pid) == leader:
                    found.append(pid)
    return found


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and all of its group: Ctrl-C first, then by force."""
    for number, patience_s in ((signal.SIGINT, 15), (getattr(signal, "SIGKILL", signal.SIGTERM), 5)):
        if process.poll() is None:
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, number)
                else:
                    process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
