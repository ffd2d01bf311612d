"""Corpus folder → the documents in it; the only module that knows catalogue.csv and official/catalogue.csv."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from ingest.pdf_files import OFFICIAL, find_pdfs, named_by_file
from ingest.tables import Row, Table, date_problem, needed_problem, once, read_table, url_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

STATUSES = ("in_force", "superseded", "guide", "not_known", "withdrawn")
SHIPPED_TABLE = "catalogue.csv"
OWN_TABLE = f"{OFFICIAL}/catalogue.csv"  # an office's own rows: an upgrade never touches them


class CatalogueError(ValueError):
    """The corpus cannot be used as it is; problems holds every reason, each with its place and what to do."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Document:
    """One PDF and what the catalogue says of it; everything but path is as typed, "" where it is not known.

    file is relative to the corpus folder, with forward slashes. status is one of `STATUSES`, or "" in a folder
    without a catalogue; a ``withdrawn`` one is never read. official_url is a page for people, pdf_url the address
    of the PDF itself, "" where only a person can get it. published and checked_on are YYYY, YYYY-MM, YYYY-MM-DD
    or "".
    """

    id: str
    file: str
    title: str
    issuer: str
    applies_to: str
    symbol: str
    language: str
    published: str
    status: str
    replaced_by: str
    official_url: str
    pdf_url: str
    checked_on: str
    licence_note: str
    path: Path

    @property
    def official(self) -> bool:
        """False for this project's own guides, which are never policy text."""
        return self.status != "guide"


@dataclass(frozen=True)
class MissingFile:
    """A row whose PDF should be there and is not: table and row say where it stands, as a spreadsheet counts."""

    table: str
    row: int
    document: Document

    @property
    def file(self) -> str:
        """Where the PDF should be, seen from the corpus folder."""
        return self.document.file


@dataclass(frozen=True)
class Catalogue:
    """What there is to read, in the catalogue's order, and beside it all that is not read.

    missing: shipped files that are gone. not_here: official documents that nobody has fetched or added yet, which is
    as it should be. withdrawn: kept for the record. unlisted: PDFs that no row names.
    """

    documents: tuple[Document, ...]
    missing: tuple[MissingFile, ...] = ()
    unlisted: tuple[Path, ...] = ()
    not_here: tuple[Document, ...] = ()
    withdrawn: tuple[Document, ...] = ()

    def find(self, identity: str) -> Document | None:
        """Find the document with this id, whatever the case of its letters, be it here or not."""
        same = [found for found in self.known if found.id.casefold() == identity.casefold()]
        return next((found for found in same if found.id == identity), same[0] if same else None)

    @property
    def known(self) -> tuple[Document, ...]:
        """Every document, be its file here or not."""
        return (*self.documents, *self.not_here, *self.withdrawn, *(missing.document for missing in self.missing))


class _Entry(NamedTuple):
    """A row and the table that it stands in."""

    table: Table
    row: Row


COLUMNS = tuple(field.name for field in fields(Document) if field.name != "path")
_OPTIONAL = ("pdf_url",)  # catalogues from before there was such a column are read all the same


def read_catalogue(corpus_dir: Path) -> Catalogue:
    """Read the catalogue with an office's own rows laid over it; without one, take every PDF as it is.

    A row of official/catalogue.csv with the id of a row of catalogue.csv takes its place whole. A file that an office
    withdrew stays withdrawn when an upgrade gives its row another id.

    Raises:
        CatalogueError: the folder or a row of a catalogue cannot be used; it lists all problems at once.

    """
    if not corpus_dir.is_dir():
        raise CatalogueError([f"There is no folder {corpus_dir}. Make it and put PDFs into it."])
    found = tuple(find_pdfs(corpus_dir))
    tables = [
        read_table(corpus_dir / name, COLUMNS, name, _OPTIONAL)
        for name in (SHIPPED_TABLE, OWN_TABLE)
        if os.path.lexists(corpus_dir / name)
    ]
    entries = [_Entry(table, row) for table in tables for row in table.rows]
    known = {entry.row.cells["id"] for entry in entries}
    in_use = list({entry.row.cells["id"]: entry for entry in entries}.values())  # the last one, at the first's place
    problems = [problem for table in tables for problem in (*table.problems, *once(table, "id"))]
    problems += _same_files(in_use if len(tables) > 1 else entries)
    for table, row in entries:
        problems += [table.at(row, problem) for problem in _row_problems(corpus_dir, row, known)]
    if problems:
        raise CatalogueError(sorted(problems, key=_place))
    catalogued = any(table.name == SHIPPED_TABLE for table in tables)
    return _listed(corpus_dir, in_use, found, catalogued)


def is_id(text: str) -> bool:
    """Whether a text can be an id; files are named after it, so it never leads to another folder."""
    return re.fullmatch(r"\w[\w.-]*", text) is not None


def shipped_row(corpus_dir: Path, identity: str) -> dict[str, str] | None:
    """Find the cells of a row of catalogue.csv, whatever an office's own rows say."""
    return _cells(read_table(corpus_dir / SHIPPED_TABLE, COLUMNS, optional=_OPTIONAL), identity)


def own_row(corpus_dir: Path, identity: str) -> dict[str, str] | None:
    """Find the cells of an office's own row."""
    return _cells(read_table(corpus_dir / OWN_TABLE, COLUMNS, OWN_TABLE, _OPTIONAL), identity)


def _cells(table: Table, identity: str) -> dict[str, str] | None:
    return next((dict(row.cells) for row in table.rows if row.cells["id"] == identity), None)


def _listed(corpus_dir: Path, entries: Sequence[_Entry], found: tuple[Path, ...], catalogued: bool) -> Catalogue:
    """Sort the rows of tables without problems by what is to be done with them."""
    documents: list[Document] = []
    missing: list[MissingFile] = []
    not_here: list[Document] = []
    withdrawn: list[Document] = []
    taken_back = {_file_of(e) for e in entries if e.table.name == OWN_TABLE and _is_withdrawn(e)}
    for entry in entries:
        table, row = entry
        document = Document(**row.cells, path=corpus_dir / row.cells["file"])
        if table.name == SHIPPED_TABLE and _file_of(entry) in taken_back:
            document = replace(document, status="withdrawn")
        if document.status == "withdrawn":
            withdrawn.append(document)
        elif document.path.exists():
            documents.append(document)
        elif PurePosixPath(os.path.normpath(document.file)).parts[0] == OFFICIAL:
            not_here.append(document)
        else:
            missing.append(MissingFile(table.name, row.number, document))
    named = {document.path.resolve() for document in (*documents, *withdrawn)}
    unlisted = tuple(path for path in found if path.resolve() not in named)
    if not catalogued:
        taken = [entry.row.cells["id"] for entry in entries]
        blank = dict.fromkeys(COLUMNS, "")
        for file in named_by_file(corpus_dir, unlisted, taken):
            documents.append(
                Document(**{**blank, "id": file.id, "file": file.file, "title": file.title}, path=file.path)
            )
        unlisted = ()
    return Catalogue(tuple(documents), tuple(missing), unlisted, tuple(not_here), tuple(withdrawn))


def _row_problems(corpus_dir: Path, row: Row, known: set[str]) -> Iterator[str]:
    """Every problem of one row, without its place."""
    cells = row.cells
    checks = [
        needed_problem("id", cells["id"]) or _id_problem(cells),
        needed_problem("title", cells["title"]),
        _file_problem(corpus_dir, cells["file"]),
        date_problem("published", cells["published"]),
        date_problem("checked_on", cells["checked_on"]),
        url_problem("official_url", cells["official_url"]),
        _fetch_problem(cells),
    ]
    if cells["status"] not in STATUSES:
        checks.append(f'"status" is "{cells["status"]}". Write one of: {", ".join(STATUSES)}.')
    other = cells["replaced_by"]
    if other and (other not in known or other == cells["id"]):
        checks.append(f'"replaced_by" names no other row: "{other}". Write the id of one, or nothing.')
    return (problem for problem in checks if problem)


def _id_problem(cells: dict[str, str]) -> str:
    wrong = f'"id" is "{cells["id"]}". '
    if cells["pdf_url"] and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,99}", cells["id"]):
        return f"{wrong}A document that can be fetched needs one of small letters, digits and hyphens."
    return "" if is_id(cells["id"]) else f"{wrong}Write letters, digits, dots and hyphens, beginning with a letter."


def _fetch_problem(cells: dict[str, str]) -> str:
    """What can be fetched has one place of its own, made of its id."""
    if not cells["pdf_url"] or _id_problem(cells):
        return ""
    if cells["file"] != f"{OFFICIAL}/{cells['id']}.pdf":
        return f'"file" is "{cells["file"]}". A document that can be fetched lies at {OFFICIAL}/{cells["id"]}.pdf.'
    return "" if cells["pdf_url"].startswith("https://") else '"pdf_url" must begin with https://. Leave it empty.'


def _file_problem(corpus_dir: Path, file: str) -> str:
    """Say what is wrong with a path, or ""; a file that is not there is not wrong."""
    if not file:
        return needed_problem("file", file)
    if "\\" in file or re.match(r"[A-Za-z]:|/|~", file):
        return f'"file" is "{file}". Write it from the corpus folder on: documents/name.pdf.'
    path = corpus_dir / file
    try:
        if not path.resolve().is_relative_to(corpus_dir.resolve()):
            return f'"file" leaves the corpus folder: "{file}". Move the PDF into the corpus folder.'
        if path.suffix.casefold() != ".pdf" or path.is_dir():
            return f'"file" is not a PDF: "{file}". Name a file that ends in .pdf.'
        if path.exists():
            path.open("rb").close()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        return f'"file" cannot be read: "{file}" ({reason}). Check that you may open it.'
    return ""


def _same_files(entries: Iterable[_Entry]) -> Iterator[str]:
    """Rows that name a file which an earlier row names; a withdrawn row, which is never read, disturbs no other."""
    seen: dict[str, _Entry] = {}
    for entry in entries:
        if _is_withdrawn(entry):
            continue
        file = entry.row.cells["file"]
        first = seen.setdefault(_file_of(entry), entry)
        if file and first is not entry:
            other = "" if first.table is entry.table else f"{first.table.name}, "
            where = f"stands in {other}row {first.row.number} already"
            yield entry.table.at(entry.row, f'file "{file}" {where}. Give each row its own.')


def _is_withdrawn(entry: _Entry) -> bool:
    return entry.row.cells["status"] == "withdrawn"


def _file_of(entry: _Entry) -> str:
    """The file of a row, to compare; letter case counts for nothing, as on many disks."""
    return os.path.normpath(entry.row.cells["file"]).casefold()


def _place(problem: str) -> tuple[bool, int]:
    """Find the table and row that a problem names, so that all of them can stand in order."""
    place = re.search(r", row (\d+):", problem)
    return problem.startswith(OFFICIAL), int(place.group(1)) if place else 0
