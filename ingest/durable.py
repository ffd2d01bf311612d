"""Finished bytes → a file that is whole after a power cut; flushes, reads and swaps whole files and holds locks."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class LockedError(Exception):
    """Another command is at work in a folder."""


def flush(path: Path) -> None:
    """Flush (fsync) a file or folder; folders cannot be opened for it on Windows, where replacing is atomic without."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError:  # some file systems refuse it for folders
        if not path.is_dir():
            raise
    finally:
        os.close(descriptor)


def move_whole(source: Path, target: Path) -> None:
    """Put a finished file in the place of another on the same disk: the old one or the new one is there, never half."""
    flush(source)
    source.replace(target)
    flush(target.parent)


def stat_of(path: str | Path) -> list[int]:
    """What differs when a file has changed, whatever the clock said and whoever set its time back."""
    found = os.stat(path)  # noqa: PTH116  asked of every file at every question, and a name takes half as long
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def is_file(path: Path) -> bool:
    """Whether a name is that of a file, and not of a link, a pipe or a device, which may never end; raises OSError."""
    return stat.S_ISREG(path.lstat().st_mode)


def read_whole(path: Path) -> bytes:
    """The content of a file; raises OSError for a link to or a name of anything else."""
    if not is_file(path):
        raise OSError(f"{path.name} is no file.")
    return path.read_bytes()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file by way of a hidden one beside it, which then takes its place."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content)
        move_whole(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def folder_lock(folder: Path, busy: str) -> Iterator[None]:
    """Hold the lock of a folder, or raise LockedError with these words at once; the folder is made if need be.

    flock where the platform has it, msvcrt.locking on Windows; the lock ends with the process in both.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        if not try_lock(file.fileno()):
            raise LockedError(busy)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file, or say at once that somebody else has it."""
    try:
        import fcntl
    except ImportError:
        return _try_lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _try_lock_windows(descriptor: int) -> bool:
    try:
        import msvcrt
    except ImportError:  # neither kind of lock: two builds at once still write to folders of their own
        return True
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
    except OSError:
        return False
    return True
