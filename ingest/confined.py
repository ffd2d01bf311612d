"""Program → the same program with limits on memory, time and files, where the platform knows such limits."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

_MEMORY: Final = 2 << 30  # bytes of address space
_SECONDS: Final = 120  # of a processor
_NAME: Final = "ingest.confined"


def confine() -> None:
    """Limit this process and what it starts: 2 GiB of memory, two minutes of a processor, no file written, no core."""
    try:
        import resource
    except ImportError:  # Windows: the time limit of whoever started this is the only one
        return
    limits = (
        (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )  # fmt: skip
    for kind, most in limits:
        with contextlib.suppress(OSError, ValueError):  # a smaller limit is there already, or there is none of the kind
            resource.setrlimit(kind, (most, most))


def confined(program: str, *arguments: str) -> list[str]:
    """The command that runs a program with these limits."""
    if os.name != "posix":
        return [program, *arguments]
    return [sys.executable, "-m", _NAME, program, *arguments]


if __name__ == "__main__":
    confine()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606  what `confined` was given, and no shell
