"""What was made of one document ↔ a file that the next build uses again, as long as nothing that decides it changed.

A file is named for the digest of all that decides its content, and begins with the digest of its name and content: one
that was damaged, cut off or renamed is as good as none. Nothing is needed from here: without it, a build takes longer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from typing import TYPE_CHECKING

from ingest.durable import read_whole

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST = 64  # hexadecimal digits


def key_of(*parts: object) -> str:
    """The name under which a content is kept: SHA-256 over the parts, which JSON can write."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).hexdigest().encode()


class Kept:
    """A folder of kept contents, for its owner only; knows which of them this build has used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """The content of a key, or None when there is none or it was damaged."""
        try:
            whole = read_whole(self._folder / key)
        except OSError:
            return None
        content = whole[_DIGEST:]
        if _digest(key, content) != whole[:_DIGEST]:
            return None
        self._used.add(key)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep a content; where there is no room or no right to write, it is not kept."""
        self._used.add(key)
        with contextlib.suppress(OSError):
            descriptor, new = tempfile.mkstemp(prefix=".new-", dir=self._folder)  # mode 0600
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_digest(key, content) + content)
                os.replace(new, self._folder / key)  # noqa: PTH105  a name, not a path, comes from mkstemp
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(new)  # noqa: PTH108
                raise

    def sweep(self) -> None:
        """Remove whatever this build has not used."""
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in self._used:
                    with contextlib.suppress(OSError):
                        path.unlink()
