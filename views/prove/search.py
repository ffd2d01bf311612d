"""Bytes, files and folders → where a mark was found, in whichever of the usual encodings."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHUNK: Final = 4 * 1024 * 1024
_OVERLAP: Final = 1024  # longer than any encoding of a mark


class Find(NamedTuple):
    """One place where a mark was found: its root, its encoding, and the place in words."""

    root: str
    encoding: str
    place: str


class Detector:
    """Finds words that begin with one of the roots, whatever their case."""

    def __init__(self, *roots: str) -> None:
        self._folded: list[tuple[str, str, bytes]] = []
        self._exact: list[tuple[str, str, bytes]] = []
        for root in roots:
            self._folded += [(root, name, needle) for name, needle in _folded_needles(root)]
            for spelling in (root, root.upper(), root.capitalize()):
                self._exact += [(root, "Base64", needle) for needle in _base64_needles(spelling)]

    def find(self, data: bytes, place: str) -> set[Find]:
        """All marks in some bytes."""
        lower = data.lower()
        found = {Find(root, name, place) for root, name, needle in self._folded if needle in lower}
        return found | {Find(root, name, place) for root, name, needle in self._exact if needle in data}

    def find_in(self, file: BinaryIO, place: str) -> set[Find]:
        """All marks in an open file, whatever its size."""
        found: set[Find] = set()
        before = b""
        while chunk := file.read(_CHUNK):
            found |= self.find(before + chunk, place)
            before = chunk[-_OVERLAP:]
        return found


def _folded_needles(root: str) -> Iterator[tuple[str, bytes]]:
    letters = [letter.encode() for letter in root]
    yield "UTF-8", b"".join(letters)
    yield "UTF-16", b"\0".join(letters)  # of either byte order
    yield "UTF-32", b"\0\0\0".join(letters)
    yield "hexadecimal", root.encode().hex().encode()
    yield "percent", b"".join(b"%%%02x" % ord(letter) for letter in root)
    yield "backslash u", b"".join(b"\\u%04x" % ord(letter) for letter in root)


def _base64_needles(word: str) -> Iterator[bytes]:
    """What stands in Base64 text whatever comes before and after the word, for UTF-8 and UTF-16."""
    for raw in (word.encode(), word.encode("utf-16-le")):
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw)
            first = -(-shift * 8 // 6)  # letters that also hold bits of what comes before
            last = (shift + len(raw)) * 8 // 6
            yield coded[first:last]


@dataclass
class Searched:
    """What a search went over, and what it found."""

    finds: set[Find] = field(default_factory=set)
    files: int = 0
    size: int = 0
    unreadable: list[str] = field(default_factory=list)

    def add(self, other: Searched) -> None:
        """Take in what another search went over and found."""
        self.finds |= other.finds
        self.files += other.files
        self.size += other.size
        self.unreadable += other.unreadable


def search_folders(
    detector: Detector, folders: Iterable[Path], since: float, leave_out: Iterable[Path] = ()
) -> Searched:
    """Search the names, and the content of every regular file that changed since a moment; links are not followed.

    Files and folders that vanish meanwhile are passed over; those that may not be read are listed.
    """
    done = Searched()
    without = {os.fspath(path) for path in leave_out}
    seen: set[str] = set()
    for top in folders:
        for entry in _changed(os.fspath(top), since, without, seen, done):
            done.finds |= detector.find(os.fsencode(entry.path), f"the name {entry.path}")
            if entry.is_symlink():
                with contextlib.suppress(OSError):
                    done.finds |= detector.find(os.fsencode(Path(entry.path).readlink()), f"the link {entry.path}")
            elif entry.is_file(follow_symlinks=False):
                _search_file(detector, entry.path, done)
    return done


def _changed(top: str, since: float, without: set[str], seen: set[str], done: Searched) -> Iterator[os.DirEntry[str]]:
    """Every entry below a folder, on the same and on other disks, that was made or changed since."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            continue
        except OSError:
            done.unreadable.append(folder)
            continue
        for entry in entries:
            if entry.path in without:
                continue
            with contextlib.suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(about.st_mode):
                    waiting.append(entry.path)
                if max(about.st_mtime, about.st_ctime) >= since:
                    yield entry


def _search_file(detector: Detector, path: str, done: Searched) -> None:
    try:
        with Path(path).open("rb") as file:
            done.finds |= detector.find_in(file, path)
            done.size += file.tell()
            done.files += 1
    except FileNotFoundError:
        pass
    except OSError:
        done.unreadable.append(path)


def search_deleted(detector: Detector, pids: Iterable[int], *, memory: bool) -> Searched:
    """Search files that some processes hold open though they are deleted; memory: also those that lie in memory."""
    done = Searched()
    for pid in pids:
        folder = Path(f"/proc/{pid}/fd")
        try:
            open_files = list(folder.iterdir())
        except FileNotFoundError:
            continue
        except OSError:
            done.unreadable.append(str(folder))
            continue
        for link in open_files:
            with contextlib.suppress(OSError):
                target = str(link.readlink())
                in_memory = target.startswith(("/memfd:", "/dev/shm/"))  # noqa: S108  read only
                if target.endswith(" (deleted)") and link.is_file() and (memory or not in_memory):
                    with link.open("rb") as file:
                        done.finds |= detector.find_in(file, f"{target}, open in process {pid}")
                        done.files += 1
    return done


def hash_folder(folder: Path) -> dict[str, str]:
    """SHA-256 of every regular file below a folder, by its path relative to it."""
    hashes = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                hashes[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
