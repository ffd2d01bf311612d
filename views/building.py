"""The folder of documents → read again, by a child of this program; what is in use stays in use until it is done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.hardening import without_wiping

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT: Final = Path(__file__).resolve().parent.parent
_MOST_LINES: Final = 400
_lock: Final = threading.Lock()
_builds: Final[list[Build]] = []  # the last one that was started from the page
_first: Final[list[tuple[subprocess.Popen[bytes], float]]] = []  # the one that began with the program, and when
_may: Final[list[bool]] = [False]


class Build:
    """One build under way or ended, and what it said."""

    def __init__(self, corpus_dir: Path, index_dir: Path) -> None:
        """Start it."""
        self._started = time.monotonic()
        self._said: list[str] = []
        self.process = start(corpus_dir, index_dir, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            if len(self._said) < _MOST_LINES:
                self._said.append(line.decode("utf-8", "replace").rstrip())
        self.process.wait()

    @property
    def running(self) -> bool:
        """Whether it has not ended, or has not said its last yet."""
        return self._listener.is_alive()

    @property
    def well(self) -> bool:
        """Whether it ended well."""
        return not self.running and self.process.returncode == 0

    @property
    def said(self) -> Sequence[str]:
        """Its lines so far."""
        return tuple(self._said)

    @property
    def seconds(self) -> int:
        """For how long it has been running, by the clock."""
        return int(time.monotonic() - self._started)


def allow(local: bool) -> None:
    """Say once, at the start, whether people at the page may have the folder read again: on this computer only."""
    _may[0] = local


def allowed() -> bool:
    """Whether people at the page may have the folder read again."""
    return _may[0]


def begin(corpus_dir: Path, index_dir: Path) -> Build:
    """Read the folder again; where that is under way, the build that does it. Call it only where it is allowed."""
    with _lock:
        if not _builds or not _builds[-1].running:
            _builds[:] = [Build(corpus_dir, index_dir)]
        return _builds[-1]


def latest() -> Build | None:
    """The last build that was begun from the page, running or ended."""
    return _builds[-1] if _builds else None


def know_first(child: subprocess.Popen[bytes] | None) -> None:
    """Remember the build that began with the program, if one did."""
    _first[:] = [(child, time.monotonic())] if child else []


def first_runs_for() -> int | None:
    """For how many seconds the build has run that began with the program; None where none runs."""
    return next((int(time.monotonic() - began) for child, began in _first if child.poll() is None), None)


def forget() -> None:
    """Say no more of a build that has ended."""
    with _lock:
        _builds[:] = [build for build in _builds if build.running]


def start(corpus_dir: Path, index_dir: Path, **output: Any) -> subprocess.Popen[bytes]:
    """Start `python -m ingest build` as the leader of a group of its own; output says where its words go."""
    command = [sys.executable, "-m", "ingest", "build", "--corpus", str(corpus_dir), "--index", str(index_dir)]
    child: subprocess.Popen[bytes] = subprocess.Popen(
        command, cwd=_ROOT, env=without_wiping(), stdin=subprocess.DEVNULL, start_new_session=True, **output
    )
    return child


def end_all() -> None:
    """End the build that was begun from the page; for the end of the program."""
    for build in _builds:
        end(build.process)


def end(child: subprocess.Popen[bytes] | None) -> None:
    """End a build and everything that it started, first politely."""
    if child is None or child.poll() is not None:
        return
    _signal(child, signal.SIGTERM)
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)  # it leads a group of its own
        else:
            child.terminate()
