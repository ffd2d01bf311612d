"""one change of an office's contacts → corpus/contacts/local/<entity>.toml; the only module that knows tomlkit.

A change is whole or not at all: the new file is made aside and put in place in one step, read again, and the old one
put back when the result is not what was wanted. The files that come with Avenues are never written.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import shutil
import tempfile
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ingest.contact_tables import load
from ingest.contacts import Reading, read_contact_files
from ingest.durable import folder_lock
from ingest.overlay import FOLDER, overlay_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_BUSY = f"Another command is changing contacts/{FOLDER} at this moment. Nothing was changed. Wait for it to end."
KINDS = ("avenues", "confirmed", "withdrawn")


class OverlayError(ValueError):
    """The overlay could not be changed, and is as it was; problems holds every reason, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Change:
    """What is to be different for one id: kinds of entry to take out, and then entries to put in, by kind."""

    id: str
    entity: str  # whose file gets it, if none holds the id yet
    drop: tuple[str, ...] = ()
    put: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@contextlib.contextmanager
def changing(corpus_dir: Path) -> Iterator[None]:
    """Hold the lock of the overlay from reading to writing, or raise LockedError at once: no change is lost.

    A corpus without contacts is left as it is.
    """
    folder = corpus_dir / "contacts"
    if not folder.is_dir():
        yield
        return
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    with folder_lock(folder / FOLDER, _BUSY):
        yield


def overlay_entries(corpus_dir: Path, name: str) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Find what the overlay says of one id: kind → the file, and the entry as it is written there.

    Raises OverlayError when a file of the overlay cannot be read: it may say something of this id.
    """
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path, table in _files(corpus_dir).items():
        for kind in KINDS:
            for entry in _list(table, kind):
                if entry.get("id") == name:
                    found.setdefault(kind, (path, entry))
    return found


def write_change(corpus_dir: Path, change: Change, wanted: Callable[[Reading], bool]) -> Path:
    """Make one change and give the file that holds it.

    wanted says of what is read afterwards whether it is what was meant. Raises OverlayError with the reasons when the
    overlay cannot be read or written, or when the result has a problem that was not there before; nothing is changed
    then.
    """
    before = read_contact_files(corpus_dir).problems
    files = _files(corpus_dir)
    path = _home(corpus_dir, change, files)
    others = [other for other, table in files.items() if any(_has(table, kind, change.id) for kind in change.drop)]
    changes = {other: replace(change, put={}) for other in others} | {path: change}
    old = {name: name.read_bytes() if name in files else None for name in changes}
    new = {name: _changed(name, old[name], part) for name, part in changes.items()}
    try:
        for name, content in new.items():
            _put_in_place(name, content)
        reading = read_contact_files(corpus_dir)
        problems = [problem for problem in reading.problems if problem not in before]
        if not problems and not wanted(reading):
            problems.append(f"{_where(path)}: the change did not come out as meant.")
    except OSError as error:
        problems = [f"{_where(path)}: cannot be written ({error.strerror}). Check the folder, its rights and the disk."]
    if problems:
        _put_back(old)
        raise OverlayError([*problems, "Nothing was changed."])
    return path


def _put_back(old: Mapping[Path, bytes | None]) -> None:
    """Make every file what it was; one that was never changed is left alone."""
    for path, content in old.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != content:
            _put_in_place(path, content)


def _home(corpus_dir: Path, change: Change, files: Mapping[Path, dict[str, Any]]) -> Path:
    """The file that already speaks of the id, in the order of KINDS; else the entity's own, which may not exist yet."""
    for kind in KINDS:
        for path, table in files.items():
            if _has(table, kind, change.id):
                return path
    own = corpus_dir / "contacts" / FOLDER / f"{change.entity}.toml"
    of_entity = (path for path, table in files.items() if table.get("id") == change.entity)
    return own if own in files and files[own].get("id") == change.entity else next(of_entity, own)


def _changed(path: Path, old: bytes | None, change: Change) -> bytes:
    """The new content of a file; comments and order of what is not changed are kept.

    Raises OverlayError when what comes out does not say, to another TOML reader, exactly what was asked for.
    """
    mark = codecs.BOM_UTF8 if old is not None and old.startswith(codecs.BOM_UTF8) else b""
    text = old.decode("utf-8-sig") if old is not None else _new_file(change.entity)
    try:
        document = tomlkit.parse(text)
        _edit(document, change)
        written = tomlkit.dumps(document)
        right = _without_empty(tomllib.loads(written)) == _plainly_edited(tomllib.loads(text), change)
    except (TOMLKitError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise OverlayError([f"{_where(path)}: cannot be changed here ({error}). Change it by hand."]) from None
    if not right:
        raise OverlayError([f"{_where(path)}: is written in a way that cannot be changed here. Change it by hand."])
    return mark + written.encode("utf-8")


def _new_file(entity: str) -> str:
    return f'# Contacts of this office; "python -m assistant contacts" writes here too.\nid = "{entity}"\n'


def _edit(document: tomlkit.TOMLDocument, change: Change) -> None:
    """Change the document in place: an entry that is there keeps its place and its comments."""
    for kind in KINDS:
        entries: Any = document.get(kind)
        places = [n for n, entry in enumerate(entries or ()) if entry.get("id") == change.id]
        put = change.put.get(kind)
        if put is None:
            for n in reversed(places if kind in change.drop else []):
                del entries[n]
            if entries is not None and not len(entries):
                del document[kind]
        elif places:
            entry = entries[places[0]]
            for key in [key for key in entry if key not in put]:
                del entry[key]
            for key, value in put.items():
                if key not in entry or entry[key] != value:
                    entry[key] = _value(value)
        else:
            _append(document, kind, put)


def _append(document: tomlkit.TOMLDocument, kind: str, put: Mapping[str, Any]) -> None:
    entries: Any = document.get(kind)
    if entries is None:
        document[kind] = entries = tomlkit.aot()
    if isinstance(entries, tomlkit.items.AoT):
        new: Any = tomlkit.table()
        new.trivia.indent = "\n"  # an empty line before it
    else:
        new = tomlkit.inline_table()
    for key, value in put.items():
        new[key] = _value(value)
    entries.append(new)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    return value


def _plainly_edited(table: dict[str, Any], change: Change) -> dict[str, Any]:
    """The same change to plain lists and dicts, to compare with."""
    for kind in KINDS:
        put = change.put.get(kind)
        if put is None and kind not in change.drop:
            continue
        entries = _list(table, kind)
        first = next((n for n, entry in enumerate(entries) if entry.get("id") == change.id), len(entries))
        if put is None:
            entries = [entry for entry in entries if entry.get("id") != change.id]
        else:
            entries[first : first + 1] = [dict(put)]
        table[kind] = entries
    return _without_empty(table)


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in KINDS or value}


def _put_in_place(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that whoever reads or a power cut finds the old one or the new one, whole."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        os.replace(name, path)  # noqa: PTH105  the temporary file has only a name
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; not every platform can open a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _files(corpus_dir: Path) -> dict[Path, dict[str, Any]]:
    """Every file of the overlay, parsed; raises OverlayError when one of them cannot be."""
    problems: list[str] = []
    read = {}
    for path in overlay_paths(corpus_dir / "contacts" / FOLDER, problems):
        table = load(path, _where(path), problems)
        if table is not None:
            read[path] = table
    if problems:
        raise OverlayError([*problems, "Nothing was changed."])
    return read


def _where(path: Path) -> str:
    return f"contacts/{FOLDER}/{path.name}"


def _list(table: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    found = table.get(kind, [])
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _has(table: Mapping[str, Any], kind: str, name: str) -> bool:
    return any(entry.get("id") == name for entry in _list(table, kind))
