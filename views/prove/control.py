"""Marks → leaks made on purpose, one of each kind; what does not find them all has proved nothing.

Started as a program of its own, in the same surroundings and under the same strace as the product.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ELSEWHERE: Final = "192.0.2.1"  # an address that is kept free for examples
_LASTS_S: Final = 1.5  # long enough to be seen in the process list


def main() -> None:
    """Read ``{"word", "folder", "listener", "isolated"}`` from standard input, and leak the word in every way."""
    wanted = json.loads(sys.stdin.read())
    word, folder = wanted["word"], Path(wanted["folder"])
    (folder / "in a file").write_text(f"The question was: {word}", encoding="utf-8")
    (folder / "in another file").write_text(f"The question was: {word.upper()}", encoding="utf-16")
    print(f"A log line with {word}", flush=True)  # noqa: T201  that is the leak
    _write_and_delete(word)
    holder = tempfile.TemporaryFile()  # noqa: SIM115  deleted, and open until the end
    holder.write(f"still open: {word}".encode())
    holder.flush()
    _call_out(wanted["listener"])
    waiting = _wait_for_callers() if wanted["isolated"] else contextlib.nullcontext()
    with waiting:
        sleep = [sys.executable, "-c", f"import time; time.sleep({_LASTS_S})", word]
        subprocess.run(sleep, check=False)
        time.sleep(_LASTS_S)


def _write_and_delete(word: str) -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(f"soon deleted: {word}".encode())
    Path(file.name).unlink()


def _call_out(listener: int) -> None:
    tries: tuple[Callable[[], object], ...] = (
        lambda: socket.create_connection((ELSEWHERE, 9), timeout=0.3),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"\0" * 12, ("127.0.0.1", 53)),
        lambda: socket.create_connection(("127.0.0.1", listener), timeout=0.3),
        lambda: _unix_socket().connect(os.fspath(Path(tempfile.gettempdir()) / "another-program")),
    )
    for attempt in tries:
        with contextlib.suppress(OSError, AttributeError):
            attempt()


def _unix_socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


def _wait_for_callers() -> socket.socket:
    return socket.create_server(("0.0.0.0", 0))  # noqa: S104  only where no network is there


if __name__ == "__main__":
    main()
