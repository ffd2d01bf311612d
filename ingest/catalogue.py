"""Corpus folder → the documents in it; the only module that knows catalogue.csv."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ingest.tables import Row, Table, date_problem, needed_problem, once, read_table, url_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STATUSES = ("in_force", "superseded", "guide")


class CatalogueError(ValueError):
    """The corpus cannot be used as it is; problems holds every reason, each with its place and what to do."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Document:
    """One PDF and what the catalogue says of it; everything but path is as typed, "" where it is not known.

    file is relative to the corpus folder, with forward slashes. status is ``in_force``, ``superseded`` or
    ``guide``, or "" in a folder without a catalogue. published and checked_on are YYYY, YYYY-MM, YYYY-MM-DD
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
    checked_on: str
    licence_note: str
    path: Path

    @property
    def official(self) -> bool:
        """False for this project's own guides, which are never policy text."""
        return self.status != "guide"


@dataclass(frozen=True)
class MissingFile:
    """A row of the catalogue whose PDF is not there: row counts as a spreadsheet shows it."""

    row: int
    id: str
    file: str
    title: str
    official_url: str


@dataclass(frozen=True)
class Catalogue:
    """What there is to read, in the catalogue's order, and beside it what is missing or not listed."""

    documents: tuple[Document, ...]
    missing: tuple[MissingFile, ...] = ()
    unlisted: tuple[Path, ...] = ()


COLUMNS = tuple(field.name for field in fields(Document) if field.name != "path")


def read_catalogue(corpus_dir: Path) -> Catalogue:
    """Read catalogue.csv, or, where there is none, take every PDF below the folder as it is.

    Raises:
        CatalogueError: the folder or a row of the catalogue cannot be used; it lists all problems at once.

    """
    if not corpus_dir.is_dir():
        raise CatalogueError([f"There is no folder {corpus_dir}. Make it and put PDFs into it."])
    found = tuple(_pdfs(corpus_dir))
    if not os.path.lexists(corpus_dir / "catalogue.csv"):
        return Catalogue(tuple(_uncatalogued(corpus_dir, found)))
    table = read_table(corpus_dir / "catalogue.csv", COLUMNS)
    problems = [*table.problems, *once(table, "id"), *once(table, "file", _same_file)]
    known = {row.cells["id"] for row in table.rows}
    for row in table.rows:
        problems += [table.at(row, problem) for problem in _row_problems(corpus_dir, row, known)]
    if problems:
        raise CatalogueError(sorted(problems, key=_row_number))
    return _listed(corpus_dir, table, found)


def _listed(corpus_dir: Path, table: Table, found: tuple[Path, ...]) -> Catalogue:
    """Make the documents of a table without problems; rows without a file go to missing."""
    documents: list[Document] = []
    missing: list[MissingFile] = []
    for row in table.rows:
        cells = row.cells
        path = corpus_dir / cells["file"]
        if path.exists():
            documents.append(Document(**cells, path=path))
        else:
            missing.append(MissingFile(row.number, cells["id"], cells["file"], cells["title"], cells["official_url"]))
    named = {document.path.resolve() for document in documents}
    unlisted = tuple(path for path in found if path.resolve() not in named)
    return Catalogue(tuple(documents), tuple(missing), unlisted)


def _row_problems(corpus_dir: Path, row: Row, known: set[str]) -> Iterator[str]:
    """Every problem of one row, without its place."""
    cells = row.cells
    checks = [
        needed_problem("id", cells["id"]),
        needed_problem("title", cells["title"]),
        _file_problem(corpus_dir, cells["file"]),
        date_problem("published", cells["published"]),
        date_problem("checked_on", cells["checked_on"]),
        url_problem("official_url", cells["official_url"]),
    ]
    if cells["status"] not in STATUSES:
        checks.append(f'"status" is "{cells["status"]}". Write one of: {", ".join(STATUSES)}.')
    other = cells["replaced_by"]
    if other and (other not in known or other == cells["id"]):
        checks.append(f'"replaced_by" names no other row: "{other}". Write the id of one, or nothing.')
    return (problem for problem in checks if problem)


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
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        return f'"file" cannot be read: "{file}" ({reason}). Check that you may open it.'
    return ""


def _same_file(file: str) -> str:
    """Two spellings of one path become one key; letter case counts for nothing, as on many disks."""
    return os.path.normpath(file).casefold() if file else ""


def _row_number(problem: str) -> int:
    """Find the row that a problem names, so that all of them can stand in the order of the rows."""
    place = re.search(r", row (\d+):", problem)
    return int(place.group(1)) if place else 0


def _pdfs(corpus_dir: Path) -> Iterator[Path]:
    """Find every PDF below the folder, sorted; hidden files and links out of the folder are passed over."""
    root = corpus_dir.resolve()
    for folder, folders, files in os.walk(corpus_dir):
        folders.sort()
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith(".") or path.suffix.casefold() != ".pdf":
                continue
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _uncatalogued(corpus_dir: Path, paths: Iterable[Path]) -> Iterator[Document]:
    """Documents of which nothing is known but the file name; each gets an id of its own."""
    taken: set[str] = set()
    blank = dict.fromkeys(COLUMNS, "")
    for path in sorted(paths, key=lambda path: path.relative_to(corpus_dir).as_posix()):
        file = os.fsencode(path.relative_to(corpus_dir).as_posix()).decode("utf-8", "replace")
        shown = PurePosixPath(file).stem
        slug = re.sub(r"[\W_]+", "-", file[: -len(path.suffix)].casefold()).strip("-") or "document"
        identity, count = slug, 1
        while identity in taken:
            count += 1
            identity = f"{slug}-{count}"
        taken.add(identity)
        title = " ".join(re.sub(r"[_\x00-\x1f\x7f-\x9f]+", " ", shown).split()) or identity
        yield Document(**{**blank, "id": identity, "file": file, "title": title}, path=path)
