"""Process → one that may use only so much memory, processor time and disk, and ends with the one that started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # of sys/prctl.h
_LARGEST_FILE: Final = 256 << 20  # bytes; a reader writes none of its own, a library may use one for a while


@dataclass(frozen=True)
class Limits:
    """What a process may use: wall and processor time in seconds, memory (address space) in bytes.

    The wall time is held by the parent, everywhere. The others are the system's: Linux holds them all, macOS the
    processor time, Windows none.
    """

    wall: float
    processor: int
    memory: int


def hold(limits: Limits) -> None:
    """Hold this process, and what it starts, to its limits; where the platform has none, the parent's clock alone does.

    Nothing is left of a crash (no core file), and the system ends this process first when memory runs out.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    try:
        import resource
    except ImportError:
        return
    kinds = (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
    )
    for kind, most in kinds:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def end_with_parent() -> None:
    """Let the system end this process when the one that started it ends, however that ends (Linux)."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end_group(leader: int) -> None:
    """End a process and all that it started; it leads a group of its own where the platform has groups."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(leader, signal.SIGKILL)
        else:
            os.kill(leader, signal.SIGTERM)


def cores() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
