"""Rows with a pdf_url → their PDFs in corpus/official, checked; the journey of `python -m ingest fetch`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.catalogue import read_catalogue
from ingest.changes import changed_lines, resting, shortened
from ingest.domains import read_domains
from ingest.download import DownloadError, DownloadLimits, Marks, download, forget
from ingest.examine import RefusedError, examine
from ingest.official import (
    NeedsPersonError,
    Record,
    changing,
    let_in,
    part_of,
    put_in_place,
    read_record,
    write_record,
)
from ingest.own_rows import RowError
from ingest.pages import sha256_of
from ingest.shell import by_hand, command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.catalogue import Catalogue, Document
    from ingest.domains import Domains
    from ingest.examine import Seen

_PAUSE = 1.0  # seconds between two documents, for the servers' sake


@dataclass(frozen=True)
class FetchWish:
    """What a person asked for.

    ids are those of rows; without any, all rows that can be fetched are meant. again fetches what is here and
    unchanged too. accepted are the ids of documents that a person has looked at, so that a scan or a text that does
    not show its symbol may be let in.
    """

    corpus_dir: Path
    ids: tuple[str, ...] = ()
    again: bool = False
    accepted: tuple[str, ...] = ()
    limits: DownloadLimits = field(default_factory=DownloadLimits)
    pause: float = _PAUSE


@dataclass(frozen=True)
class FetchReport:
    """How many documents came new or newer, were here as they are, or could not be had."""

    came: int = 0
    unchanged: int = 0
    failed: int = 0


def fetch(wish: FetchWish, say: Callable[[str], None], warn: Callable[[str], None]) -> FetchReport:
    """Fetch each document that was asked for; one that fails is told and costs no other.

    Raises RowError or CatalogueError before anything is fetched, and LockedError when another command is at work.
    """
    catalogue = read_catalogue(wish.corpus_dir)
    documents = _wanted(catalogue, wish)
    domains = read_domains(wish.corpus_dir)
    counts = {"came": 0, "unchanged": 0, "failed": 0}
    with changing(wish.corpus_dir):
        for n, document in enumerate(documents):
            if n:
                time.sleep(wish.pause)
            try:
                lines = list(_fetch_one(document, wish, domains))
            except (DownloadError, RefusedError, NeedsPersonError) as error:
                counts["failed"] += 1
                warn(f"{document.id}: {_failure(wish.corpus_dir, document, error)}")
            except OSError as error:
                counts["failed"] += 1
                where = error.filename or part_of(wish.corpus_dir, document.id)
                warn(f"{document.id}: {where}: {error.strerror}. Make room or look at the rights, and run it again.")
            else:
                counts["came" if lines else "unchanged"] += 1
                for line in lines or [f"{document.id}: unchanged."]:
                    say(line)
    return FetchReport(**counts)


def _wanted(catalogue: Catalogue, wish: FetchWish) -> list[Document]:
    """The rows to ask for: those named, or those not here, and those here whose server can say if they changed."""
    problems = []
    for identity in dict.fromkeys((*wish.ids, *wish.accepted)):
        document = catalogue.find(identity)
        if document is None:
            problems.append(f"{identity}: no row has this id. See `{command(wish.corpus_dir, 'list')}`.")
        elif document.status == "withdrawn":
            back = command(wish.corpus_dir, "restore", identity)
            problems.append(f"{identity}: it is withdrawn. `{back}` takes that back.")
        elif not document.pdf_url:
            problems.append(f"{identity}: it has no address to fetch it from. {by_hand(wish.corpus_dir, document)}")
    if problems:
        raise RowError("\n".join(problems))
    named = set(wish.ids) | set(wish.accepted)
    can = [document for document in (*catalogue.not_here, *catalogue.documents) if document.pdf_url]
    if named:
        return [document for document in can if document.id in named]
    here = {document.id for document in catalogue.documents}
    return [d for d in can if d.id not in here or wish.again or _marks(wish.corpus_dir, d)]


def _marks(corpus_dir: Path, document: Document) -> Marks | None:
    """How its server told the edition that is here from others; None when it did not, or the file is another now."""
    record = read_record(corpus_dir, document.id)
    if record.url != document.pdf_url or not (record.etag or record.last_modified):
        return None
    try:
        same = sha256_of(document.path) == record.sha256
    except OSError:
        return None
    return Marks(record.url, record.etag, record.last_modified) if same else None


def _fetch_one(document: Document, wish: FetchWish, domains: Domains) -> Iterator[str]:
    """Fetch one document and say what came; nothing when it is here as it is."""
    part = part_of(wish.corpus_dir, document.id)
    known = None if wish.again else _marks(wish.corpus_dir, document)
    marks = download(document.pdf_url, part, domains, known, wish.limits)
    if marks is None:
        return
    here = document.path.exists()
    if here and sha256_of(part) == sha256_of(document.path):
        forget(part)
        _note_marks(wish.corpus_dir, document, marks)
        return
    try:
        seen, let_pass = let_in(part, document.symbol, document.title, document.id in wish.accepted)
    except (RefusedError, NeedsPersonError):
        forget(part)
        raise
    changes = list(_news(wish.corpus_dir, document, seen)) if here else []
    record = Record(pages=seen.pages, accepted=let_pass, **vars(marks))
    put_in_place(wish.corpus_dir, document, part, record)
    yield f"{document.id}: {'a newer edition' if here else 'here now'} ({seen.pages} pages, {document.file})."
    yield from changes


def _note_marks(corpus_dir: Path, document: Document, marks: Marks) -> None:
    """Remember what the server says of the edition that is here, so that it need not be sent again."""
    before = read_record(corpus_dir, document.id)
    after = replace(before, **vars(marks))
    if after != before and before.sha256 == sha256_of(document.path):
        write_record(corpus_dir, document.id, after)


def _news(corpus_dir: Path, document: Document, seen: Seen) -> Iterator[str]:
    """What changed since the edition that is here, and which guides somebody should read again."""
    try:
        before = examine(document.path)
    except RefusedError:
        yield "  The edition before cannot be read, so what changed is not known."
    else:
        yield f"  Pages: {before.pages} before, {seen.pages} now."
        lines = changed_lines(before.paragraphs, seen.paragraphs)
        yield from (f"  {line}" for line in shortened(lines) or ["No paragraph changed."])
    yield from resting(corpus_dir, document)


def _failure(corpus_dir: Path, document: Document, error: Exception) -> str:
    if isinstance(error, NeedsPersonError):
        accept = command(corpus_dir, "fetch", "--accept", document.id)
        return f"not taken in: {error}. Open {document.pdf_url} and look; if it is right, run `{accept}`."
    if isinstance(error, RefusedError):
        return f"not taken in. {error}"
    gone = isinstance(error, DownloadError) and error.for_good
    return f"{error} {by_hand(corpus_dir, document)}" if gone else str(error)
