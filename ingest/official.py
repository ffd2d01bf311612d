"""A PDF that was let in → corpus/official/<id>.pdf with a record beside it; the edition before is kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.durable import flush, folder_lock, move_whole, write_whole
from ingest.examine import RefusedError, Seen, examine
from ingest.identity import identity_problem, is_tombstone
from ingest.pages import sha256_of
from ingest.pdf_files import OFFICIAL, PREVIOUS

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

    from ingest.catalogue import Document

_BUSY = "Another command is changing corpus/official at this moment. Wait for it to end."
_TOMBSTONE = "It is only a notice that the document does not exist there. Check the symbol in the catalogue."
_SCAN = (
    "it has no text to tell by: its pages are pictures (a scan), which can be quoted only where tesseract is installed"
)
_CUT = "it does not end as a PDF ends; perhaps a part is missing"


@dataclass(frozen=True)
class Record:
    """What is known of the file of one document, as it stands in official/<id>.json.

    bytes and pages are counts; date is the day on which it was taken in. url is where it was fetched from, "" when a
    person added it; etag and last_modified are what the server said of this edition. accepted says what a person
    let pass, "" when nothing had to be. withdrawn_on, withdrawn_reason and status_before belong to a withdrawal.
    """

    sha256: str = ""
    bytes: int = 0
    pages: int = 0
    date: str = ""
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    accepted: str = ""
    withdrawn_on: str = ""
    withdrawn_reason: str = ""
    status_before: str = ""


class NeedsPersonError(Exception):
    """A PDF is not surely the document; a person who has looked at it may let it in. The message says why."""


def changing(corpus_dir: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the lock of the official folder, or raise LockedError at once on entering."""
    return folder_lock(corpus_dir / OFFICIAL, _BUSY)


def part_of(corpus_dir: Path, identity: str) -> Path:
    """Name the hidden file in which a document arrives."""
    return corpus_dir / OFFICIAL / f".{identity}.part"


def record_of(corpus_dir: Path, identity: str) -> Path:
    """Name the record of a document."""
    return corpus_dir / OFFICIAL / f"{identity}.json"


def read_record(corpus_dir: Path, identity: str) -> Record:
    """Read the record of a document; an empty one where there is none or it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(record_of(corpus_dir, identity).read_text(encoding="utf-8"))
        blank: dict[str, Any] = asdict(Record())
        return Record(**{name: found[name] for name in blank if type(found.get(name)) is type(blank[name])})
    except (OSError, ValueError, AttributeError, RecursionError):
        return Record()


def write_record(corpus_dir: Path, identity: str, record: Record) -> None:
    """Write the record of a document, whole."""
    kept = {name: value for name, value in asdict(record).items() if value}
    write_whole(record_of(corpus_dir, identity), (json.dumps(kept, indent=1, ensure_ascii=False) + "\n").encode())


def let_in(path: Path, symbol: str, title: str, accepted: bool) -> tuple[Seen, str]:
    """Look at a PDF, and say with what was seen what a person had to let pass ("" when nothing).

    symbol and title are what its first pages must show: the symbol, or without one the title; neither where both
    are "".

    Raises:
        RefusedError: it is no PDF, cannot be read, or is a notice that there is no such document.
        NeedsPersonError: it is a scan, cut off, or not surely the document, and nobody accepted it.

    """
    seen = examine(path)
    if seen.pages <= len(seen.opening) and is_tombstone(" ".join(seen.opening)):
        raise RefusedError(_TOMBSTONE)
    doubts = [] if seen.whole else [_CUT]
    if not seen.has_text:
        doubts.append(_SCAN)
    elif symbol or title:
        doubts.append(identity_problem(symbol, title, seen.opening))
    found = "; ".join(doubt for doubt in doubts if doubt)
    if found and not accepted:
        raise NeedsPersonError(found)
    return seen, found


def put_in_place(corpus_dir: Path, document: Document, source: Path, record: Record) -> Record:
    """Give a document its new file, which is moved, and its record; the file before goes to official/previous/.

    At any moment the old file or the new one is there, whole. Returns the record as written. Call it with the lock
    held.
    """
    digest, size = sha256_of(source), source.stat().st_size
    if document.path.exists() and sha256_of(document.path) != digest:
        _keep_previous(corpus_dir, document)
    move_whole(source, document.path)
    whole = replace(record, sha256=digest, bytes=size, date=date.today().isoformat())
    write_record(corpus_dir, document.id, whole)
    return whole


def _keep_previous(corpus_dir: Path, document: Document) -> None:
    folder = corpus_dir / OFFICIAL / PREVIOUS
    folder.mkdir(exist_ok=True)
    kept = folder / f"{document.id}-{sha256_of(document.path)[:8]}.pdf"
    if not kept.exists():
        aside = folder / f".{kept.name}.new"
        shutil.copyfile(document.path, aside)
        move_whole(aside, kept)
    flush(folder)
