"""Withdraw, restore, replace or enter a document → a row of official/catalogue.csv, which an upgrade never touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.catalogue import COLUMNS, OWN_TABLE, SHIPPED_TABLE, own_row, read_catalogue, shipped_row
from ingest.official import changing, read_record, write_record
from ingest.tables import drop_row, hidden_problem, put_row

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
        raise RowError(f"{document.id} is withdrawn already. `python -m ingest restore {document.id}` takes that back.")
    if problem := hidden_problem("--reason", reason):
        raise RowError(f"{document.id}: {problem} Nothing was changed.")
    with changing(corpus_dir):
        own = own_row(corpus_dir, document.id)
        cells = own or shipped_row(corpus_dir, document.id) or _cells(document)
        before = cells["status"] if own else _COPIED
        put_own_row(corpus_dir, {**cells, "status": "withdrawn"})
        record = read_record(corpus_dir, document.id)
        noted = replace(
            record, withdrawn_on=today.isoformat(), withdrawn_reason=" ".join(reason.split()), status_before=before
        )
        write_record(corpus_dir, document.id, noted)
    return document


def restore(corpus_dir: Path, identity: str) -> Document:
    """Take a withdrawal back: the row is again what it was. Returns the document as it is now.

    A row that was withdrawn by hand in a spreadsheet becomes the shipped one again, or one of status ``not_known``.
    The same holds for a row that an upgrade took away since, unless the upgrade gave its file a row of another id: that
    one is read then, and returned. Raises RowError, CatalogueError or LockedError; nothing is changed then.
    """
    document = _known(corpus_dir, identity)
    if document.status != "withdrawn":
        raise RowError(f"{document.id} is not withdrawn. Its status is {document.status or 'not in a catalogue'}.")
    with changing(corpus_dir):
        own, shipped = own_row(corpus_dir, document.id), shipped_row(corpus_dir, document.id)
        other = _other_row_of(corpus_dir, document)
        if own is None and other and own_row(corpus_dir, other.id):
            way = f"`python -m ingest restore {other.id}` takes that back."
            raise RowError(f"{document.id} has the file of {other.id}, which this office withdrew. {way}")
        renamed = other if other and own_row(corpus_dir, other.id) is None else None
        record = read_record(corpus_dir, document.id)
        before = record.status_before or (_COPIED if shipped else "not_known")
        if renamed:
            before = _COPIED
        elif before == _COPIED and not shipped and (corpus_dir / SHIPPED_TABLE).exists():
            before = "not_known"
        if own is None or (before == _COPIED and shipped and shipped["status"] == "withdrawn"):
            raise RowError(f"{document.id} is withdrawn in the catalogue that comes with the program. It stays so.")
        if before == _COPIED:
            drop_row(corpus_dir / OWN_TABLE, COLUMNS, "id", document.id)
        else:
            put_own_row(corpus_dir, {**own, "status": before})
        cleared = replace(record, withdrawn_on="", withdrawn_reason="", status_before="")
        write_record(corpus_dir, document.id, cleared)
    return read_catalogue(corpus_dir).find(document.id) or _known(corpus_dir, renamed.id if renamed else document.id)


def supersede(corpus_dir: Path, identity: str, newer: str) -> str:
    """Note in the office's own table that a document has a newer one, and say so. Call it with the lock held.

    It is superseded from then on; one that is withdrawn stays withdrawn, and is superseded if it is restored.
    """
    own = own_row(corpus_dir, identity)
    cells = own or shipped_row(corpus_dir, identity) or _cells(_known(corpus_dir, identity))
    withdrawn = cells["status"] == "withdrawn"
    status = "withdrawn" if withdrawn else "superseded"
    put_own_row(corpus_dir, {**cells, "status": status, "replaced_by": newer})
    if not withdrawn:
        return f"{identity}: superseded by {newer} from now on."
    if own:
        write_record(corpus_dir, identity, replace(read_record(corpus_dir, identity), status_before="superseded"))
    return f"{identity}: stays withdrawn; its row names {newer} as the newer one."


def put_own_row(corpus_dir: Path, cells: dict[str, str]) -> None:
    """Write a row of the office's own table; the table is made if need be. Call it with the lock held."""
    put_row(corpus_dir / OWN_TABLE, COLUMNS, "id", cells)


def _known(corpus_dir: Path, identity: str) -> Document:
    document = read_catalogue(corpus_dir).find(identity)
    if document is None:
        raise RowError(f'No document has the id "{identity}". `python -m ingest list` shows all ids.')
    return document


def _other_row_of(corpus_dir: Path, document: Document) -> Document | None:
    """The other withdrawn document with the same file: an upgrade gave the row a new id."""
    withdrawn = read_catalogue(corpus_dir).withdrawn
    return next((other for other in withdrawn if other.path == document.path and other.id != document.id), None)


def _cells(document: Document) -> dict[str, str]:
    return {column: getattr(document, column) for column in COLUMNS}
