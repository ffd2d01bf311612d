"""Withdraw, restore, replace or enter a document → a row of official/catalogue.csv, which an upgrade never touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.catalogue import COLUMNS, OWN_TABLE, own_row, read_catalogue, shipped_row
from ingest.official import changing, read_record, write_record
from ingest.tables import drop_row, put_row

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ingest.catalogue import Document

_COPIED = "copied from catalogue.csv"  # the status before of a row that stands in the office's table only to withdraw


class RowError(ValueError):
    """What is asked for a row cannot be done; the message says why and what to do, one line each."""


def withdraw(corpus_dir: Path, identity: str, reason: str, today: date) -> Document:
    """Withdraw a document: its row and file stay, and no build reads it again. Returns it as it was.

    Raises RowError, CatalogueError or LockedError; nothing is changed then.
    """
    document = _known(corpus_dir, identity)
    if document.status == "withdrawn":
        raise RowError(f"{identity} is withdrawn already. `python -m ingest restore {identity}` takes that back.")
    with changing(corpus_dir):
        own = own_row(corpus_dir, identity)
        cells = own or shipped_row(corpus_dir, identity) or _cells(document)
        before = cells["status"] if own else _COPIED
        put_own_row(corpus_dir, {**cells, "status": "withdrawn"})
        record = read_record(corpus_dir, identity)
        noted = replace(
            record, withdrawn_on=today.isoformat(), withdrawn_reason=" ".join(reason.split()), status_before=before
        )
        write_record(corpus_dir, identity, noted)
    return document


def restore(corpus_dir: Path, identity: str) -> Document:
    """Take a withdrawal back: the row is again what it was. Returns the document as it is now.

    A row that was withdrawn by hand in a spreadsheet becomes the shipped one again, or one of status ``not_known``.
    Raises RowError, CatalogueError or LockedError; nothing is changed then.
    """
    document = _known(corpus_dir, identity)
    if document.status != "withdrawn":
        raise RowError(f"{identity} is not withdrawn. Its status is {document.status or 'not in a catalogue'}.")
    with changing(corpus_dir):
        own, shipped = own_row(corpus_dir, identity), shipped_row(corpus_dir, identity)
        record = read_record(corpus_dir, identity)
        if own is None:
            raise RowError(f"{identity} is withdrawn in the catalogue that comes with the program. It stays so.")
        before = record.status_before or (_COPIED if shipped else "not_known")
        if before == _COPIED:
            drop_row(corpus_dir / OWN_TABLE, COLUMNS, "id", identity)
        else:
            put_own_row(corpus_dir, {**own, "status": before})
        write_record(corpus_dir, identity, replace(record, withdrawn_on="", withdrawn_reason="", status_before=""))
    return _known(corpus_dir, identity)


def supersede(corpus_dir: Path, identity: str, newer: str) -> None:
    """Mark a document as superseded by a newer one, in the office's own table. Call it with the lock held."""
    cells = own_row(corpus_dir, identity) or shipped_row(corpus_dir, identity) or _cells(_known(corpus_dir, identity))
    put_own_row(corpus_dir, {**cells, "status": "superseded", "replaced_by": newer})


def put_own_row(corpus_dir: Path, cells: dict[str, str]) -> None:
    """Write a row of the office's own table; the table is made if need be. Call it with the lock held."""
    put_row(corpus_dir / OWN_TABLE, COLUMNS, "id", cells)


def _known(corpus_dir: Path, identity: str) -> Document:
    document = read_catalogue(corpus_dir).find(identity)
    if document is None:
        raise RowError(f'No document has the id "{identity}". `python -m ingest list` shows all ids.')
    return document


def _cells(document: Document) -> dict[str, str]:
    return {column: getattr(document, column) for column in COLUMNS}
