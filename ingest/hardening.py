"""Process → one that leaves no picture of its memory and no open file; says what this platform lacks."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import platform
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # of sys/prctl.h
# Objects of Python go to the system's allocator, and that one overwrites what is freed, at once.
_MALLOC, _TUNABLES = ("PYTHONMALLOC", "malloc"), "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0"
NO_LIMIT: Final = "if this program crashes, the system may keep a picture of its memory on disk"
NO_PRCTL: Final = "other programs of your account can read this program's memory while it runs"
NO_UMASK: Final = "files that it makes can be read by whoever can read their folder"


def harden_process() -> tuple[str, ...]:
    """Keep this process and its children from writing their memory to disk, or files that others can read.

    New files are for their owner only, a crash leaves no core file and prints no stack, and other programs of the same
    account cannot read the memory (Linux). Calling it again changes nothing. Returns what could not be had on this
    platform, in words that go on a sentence; never raises.
    """
    lacking = (
        "" if _own_files_only() else NO_UMASK,
        "" if _no_core() else NO_LIMIT,
        "" if _not_dumpable() else NO_PRCTL,
    )
    faulthandler.disable()
    return tuple(words for words in lacking if words)


def wipe_freed_memory() -> None:
    """Start this program again in the same process, so that memory is overwritten when it is given back.

    What a person typed is then gone as soon as nothing holds it any more. Only where that can be had (Linux with
    glibc), and once; for programs, before they do anything else. See `without_wiping` for what they start.
    Tunables that are set already stay before ours.
    """
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    if platform.libc_ver()[0] == "glibc" and sys.executable and not tunables.endswith(_TUNABLES):
        ours = {_MALLOC[0]: _MALLOC[1], "GLIBC_TUNABLES": f"{tunables}:{_TUNABLES}".lstrip(":")}
        with contextlib.suppress(OSError):
            again = [sys.executable, *sys.orig_argv[1:]]
            os.execve(sys.executable, again, os.environ | ours)  # noqa: S606  itself, and no shell


def without_wiping() -> dict[str, str]:
    """The environment for programs that get nothing of what a person typed; wiping costs them time."""
    left = {name: value for name, value in os.environ.items() if (name, value) != _MALLOC}
    tunables = left.pop("GLIBC_TUNABLES", "").removesuffix(_TUNABLES).rstrip(":")
    return left | ({"GLIBC_TUNABLES": tunables} if tunables else {})


def _own_files_only() -> bool:
    if os.name != "posix":  # Windows has umask, but it does not say who may read
        return False
    os.umask(0o077)
    return True


def _no_core() -> bool:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return False
    return True


def _not_dumpable() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    with contextlib.suppress(OSError, AttributeError):
        return ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0  # type: ignore[no-any-return]
    return False
