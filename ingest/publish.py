"""A finished index folder → the one in use: lock, hashes, one pointer file, private copies.

The published folder is never written to: what a library changes as it opens it, it opens from a private copy. A new
index is made aside, verified by another process, and put in use by replacing one small file; the one before it is kept.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.compiled_rules import FOLDER as RULES
from ingest.durable import LockedError, folder_lock, is_file, read_whole
from ingest.durable import flush as _flush
from ingest.pages import sha256_of

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping

FORMAT = 10  # raise when what is written changes: older indexes are then rebuilt, never migrated
_POINTER = "CURRENT"
_MANIFEST = "manifest.json"
_PRIVATE_PREFIX = "avenues-"


class DamagedError(Exception):
    """A published index is not what was published: a file is missing, altered or not readable."""


@dataclass(frozen=True)
class Published:
    """One published index: its folder and its manifest (a dict, as written by `publish`)."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def since(self) -> str:
        """When it was put in use, as "2026-11-22T14:05:00+00:00"; "" where that is not known."""
        return str(self.manifest.get("published", ""))


def build_lock(index_dir: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the lock of an index folder, or raise LockedError at once on entering."""
    return folder_lock(index_dir, "Another build of this index is under way. Wait for it to end.")


def build_running(index_dir: Path) -> bool:
    """Whether a build holds the lock now."""
    if not (index_dir / "lock").exists():
        return False
    try:
        with build_lock(index_dir):
            return False
    except LockedError:
        return True
    except OSError:
        return False


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below a folder, by its path relative to it; the manifest itself left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST)
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def publish(index_dir: Path, made: Path, manifest: dict[str, Any]) -> Published:
    """Put a verified folder in use. Must be called with the lock held; `made` lies in index_dir and is moved.

    Files, folders and the pointer are flushed to the disk before the step that depends on them, so that a power cut
    leaves the index before or the new one, never half of one.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {**manifest, "files": hash_files(made), "published": now}
    manifest["seal"] = _seal(manifest)
    (made / _MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=True), encoding="utf-8")
    for path in sorted(made.rglob("*")):
        _flush(path)
    _flush(made)
    name = _free_name(index_dir, manifest["fingerprint"][:16])
    made.rename(index_dir / name)
    _flush(index_dir)
    before = _pointed(index_dir)
    pointer = index_dir / f".{_POINTER}.new"
    pointer.write_text("\n".join(part for part in (name, before) if part) + "\n", encoding="ascii")
    _flush(pointer)
    pointer.replace(index_dir / _POINTER)
    _flush(index_dir)
    return Published(index_dir / name, manifest)


def _free_name(index_dir: Path, stem: str) -> str:
    return next(name for n in range(1_000_000) if not (index_dir / (name := f"{stem}-{n}")).exists())


def sweep(index_dir: Path) -> None:
    """Remove what earlier builds left behind; the index in use and the one before stay. Call with the lock held."""
    kept = {*_pointers(index_dir), "models", "kept", RULES}
    for path in index_dir.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _pointers(index_dir: Path) -> list[str]:
    try:
        lines = read_whole(index_dir / _POINTER).decode("ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    return [line for line in lines[:2] if line and Path(line).name == line and not line.startswith(".")]


def _pointed(index_dir: Path) -> str:
    return next(iter(_pointers(index_dir)), "")


def current(index_dir: Path) -> Published | None:
    """The index in use, or None when none was ever published. Raises DamagedError when its manifest is unreadable."""
    names = _pointers(index_dir)
    if not names:
        if os.path.lexists(index_dir / _POINTER):
            raise DamagedError("The pointer file of the index is damaged.")
        return None
    return _read(index_dir / names[0])


def previous(index_dir: Path) -> Published | None:
    """The index before the one in use, if it is still there and readable."""
    names = _pointers(index_dir)
    try:
        return _read(index_dir / names[1]) if len(names) > 1 else None
    except DamagedError:
        return None


def _read(folder: Path) -> Published:
    try:
        about = (folder / _MANIFEST).lstat()
    except OSError as error:
        raise DamagedError(f"The manifest of the index is damaged ({type(error).__name__}).") from None
    return _read_as_it_is(folder, (about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino))


@lru_cache(maxsize=4)
def _read_as_it_is(folder: Path, about: tuple[int, ...]) -> Published:
    """The index whose manifest has this size, these times and this place; every question looks at it."""
    try:
        manifest = json.loads(read_whole(folder / _MANIFEST))
        complete = isinstance(manifest["files"], dict) and manifest["fingerprint"] and manifest["model"]["folder"]
        complete = complete and manifest["seal"] == _seal(manifest)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError(f"The manifest of the index is damaged ({type(error).__name__}).") from None
    if not complete:
        raise DamagedError("The manifest of the index is damaged.")
    return Published(folder, manifest)


def _seal(manifest: dict[str, Any]) -> str:
    """SHA-256 over all else that a manifest holds."""
    rest = {name: value for name, value in manifest.items() if name != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def private_copy(published: Published, part: str) -> Path:
    """A copy of one folder of an index, in a folder that only this process may read; removed when the process ends.

    All files of the index, copied or not, are held to their hashes: the others are read where they lie. The copy is in
    memory (/dev/shm) where the platform has that, in the temporary folder elsewhere. Raises DamagedError.
    """
    check_published(published, besides=part)
    copied = {name: digest for name, digest in published.manifest["files"].items() if name.startswith(f"{part}/")}
    try:
        return _copy_to(published.folder, copied, _memory_folder())
    except OSError:  # no room in memory
        return _copy_to(published.folder, copied, None)


def check_published(published: Published, besides: str = "") -> None:
    """Hold the files of an index to their hashes, but for one folder of it that is held to them as it is copied.

    What processes that were killed have left in memory is removed. Raises DamagedError.
    """
    _sweep_private()
    if published.manifest.get("format") != FORMAT:
        raise DamagedError("The index was made by another version.")
    files = published.manifest["files"].items()
    check_files(
        published.folder, {name: one for name, one in files if not (besides and name.startswith(f"{besides}/"))}
    )


def _copy_to(folder: Path, files: Mapping[str, str], parent: str | None) -> Path:
    copy = Path(tempfile.mkdtemp(prefix=f"{_PRIVATE_PREFIX}{os.getpid()}-", dir=parent))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    try:
        for name, digest in files.items():
            _copy_checked(folder, copy, name, digest)
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    return copy


def _copy_checked(folder: Path, copy: Path, name: str, digest: str) -> None:
    target = (copy / name).resolve()
    if not target.is_relative_to(copy.resolve()):
        raise DamagedError("The manifest of the index is damaged.")
    try:
        content = read_whole(folder / name)
    except OSError:
        raise DamagedError(f"The file {name} of the index is missing or cannot be read.") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedError(f"The file {name} of the index was altered.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def check_files(folder: Path, files: Mapping[str, str]) -> None:
    """Raise DamagedError unless each file has its hash; for files that are opened in place and never written."""
    for name, digest in files.items():
        try:
            altered = not is_file(folder / name) or sha256_of(folder / name) != digest
        except OSError:
            raise DamagedError(f"The file {name} is missing or cannot be read.") from None
        if altered:
            raise DamagedError(f"The file {name} was altered.")


def _memory_folder() -> str | None:
    memory = Path("/dev/shm")  # noqa: S108  ours alone: mkdtemp makes a folder of mode 0700 in it
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return str(memory) if usable else None


def _sweep_private() -> None:
    """Remove private copies of processes that were killed."""
    for path in Path(_memory_folder() or tempfile.gettempdir()).glob(f"{_PRIVATE_PREFIX}*"):
        pid = path.name.removeprefix(_PRIVATE_PREFIX).split("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # asking would end the process there; its temporary folder is the system's to clean
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
