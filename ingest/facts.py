"""facts, flags, asked and questions.csv → what each guide rests on, and how its paragraphs are found and quoted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

from ingest.catalogue import CatalogueError
from ingest.tables import date_problem, needed_problem, once, read_table, url_problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.tables import Row

FLAGS = ("not_first", "not_quoted", "alone")
ASKED_COLUMNS = ("document", "paragraph", "question")
QUESTION_COLUMNS = ("question", "paragraphs")
ASKED, QUESTIONS = "asked.csv", "questions.csv"
_PARAGRAPH = re.compile(r"\S+(?: \(\w+\))*")  # "21", "2.4 (b)"; after "21 time-limits 3" a semicolon is missing
_WRITE_PARAGRAPHS = 'Write documents and paragraph numbers, such as "reporting 20; investigation 26".'
KNOWN_IN = "known_in"  # may be left out
FLAG_COLUMNS = ("document", "paragraph", "flag", "reason", "reviewed_by", "reviewed_on", KNOWN_IN)


@dataclass(frozen=True)
class Fact:
    """One thing that an official page or document says, in our own words.

    document is the name or symbol of that page or document; official_url is "" where it has none. evidence
    says how it was read; date is the page's own date (YYYY, YYYY-MM or YYYY-MM-DD), "" where it shows none.
    """

    id: str
    statement: str
    document: str
    official_url: str
    evidence: str
    date: str


FACT_COLUMNS = tuple(field.name for field in fields(Fact))


def read_facts(corpus_dir: Path) -> dict[str, Fact]:
    """Read the facts by id, in the file's order; empty where there is no facts.csv.

    Raises:
        CatalogueError: a row cannot be used; it lists all problems at once.

    """
    path = corpus_dir / "facts.csv"
    if not os.path.lexists(path):
        return {}
    table = read_table(path, FACT_COLUMNS)
    problems = [*table.problems, *once(table, "id")]
    for row in table.rows:
        cells = row.cells
        checks = [needed_problem(column, cells[column]) for column in ("statement", "document", "evidence")]
        checks += [url_problem("official_url", cells["official_url"]), date_problem("date", cells["date"])]
        if not re.fullmatch(r"F[0-9]{3}", cells["id"]):
            checks.append(f'"id" is "{cells["id"]}". Write F and three digits: F001.')
        problems += [table.at(row, check) for check in checks if check]
    if problems:
        raise CatalogueError(problems)
    return {row.cells["id"]: Fact(**row.cells) for row in table.rows}


class Flag(NamedTuple):
    """The reviewed flag of a paragraph, one of FLAGS.

    known_in are the paragraphs that say of one organisation what a paragraph flagged ``alone`` says is not known, as
    "document number"; () for any other.
    """

    flag: str
    known_in: tuple[str, ...] = ()


def read_flags(corpus_dir: Path) -> dict[tuple[str, str], Flag]:
    """Read the flag of each (document id, paragraph number); empty where there is no flags.csv.

    Raises:
        CatalogueError: a row cannot be used; it lists all problems at once.

    """
    path = corpus_dir / "flags.csv"
    if not os.path.lexists(path):
        return {}
    table = read_table(path, FLAG_COLUMNS, optional=(KNOWN_IN,))
    problems = list(table.problems)
    flags: dict[tuple[str, str], Flag] = {}
    for row in table.rows:
        cells = row.cells
        key = (cells["document"], cells["paragraph"])
        checks = [
            needed_problem(column, cells[column]) for column in ("document", "paragraph", "reason", "reviewed_by")
        ]
        checks.append(needed_problem("reviewed_on", cells["reviewed_on"]))
        checks.append(date_problem("reviewed_on", cells["reviewed_on"]))
        if cells["flag"] not in FLAGS:
            checks.append(f'"flag" is "{cells["flag"]}". Write one of: {", ".join(FLAGS)}.')
        if key in flags:
            checks.append(f"paragraph {key[1]} of {key[0]} has a flag already. Keep one of the two rows.")
        known_in = list(_places_in(cells[KNOWN_IN])) if cells[KNOWN_IN] else []
        if not all(known_in):
            checks.append(f'"{KNOWN_IN}" is "{cells[KNOWN_IN]}". {_WRITE_PARAGRAPHS}')
        elif known_in and cells["flag"] != "alone":
            checks.append(f'"{KNOWN_IN}" is for the flag alone. Leave it empty.')
        flags.setdefault(key, Flag(cells["flag"], tuple(" ".join(place) for place in known_in if place)))
        problems += [table.at(row, check) for check in checks if check]
    if problems:
        raise CatalogueError(problems)
    return flags


def read_asked(corpus_dir: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read what people ask, in their own words, that each (document id, paragraph number) answers.

    It is only searched, never shown. Rows of asked.csv come first, then those of questions.csv, each of which may name
    several paragraphs; empty where there is neither file.

    Raises:
        CatalogueError: a row cannot be used; it lists all problems at once.

    """
    asked: dict[tuple[str, str], list[str]] = {}
    problems: list[str] = []
    for name, columns in ((ASKED, ASKED_COLUMNS), (QUESTIONS, QUESTION_COLUMNS)):
        if not os.path.lexists(corpus_dir / name):
            continue
        table = read_table(corpus_dir / name, columns)
        problems += [*table.problems, *once(table, "question", str.casefold)]
        for row in table.rows:
            empty = [problem for column in columns if (problem := needed_problem(column, row.cells[column]))]
            places = list(places_of(row))
            wrong = (
                [] if empty or all(places) else [f'"paragraphs" is "{row.cells["paragraphs"]}". {_WRITE_PARAGRAPHS}']
            )
            problems += [table.at(row, problem) for problem in (*empty, *wrong)]
            for place in filter(None, places):
                asked.setdefault(place, []).append(row.cells["question"])
    if problems:
        raise CatalogueError(problems)
    return {place: tuple(dict.fromkeys(questions)) for place, questions in asked.items()}


def places_of(row: Row) -> Iterator[tuple[str, str] | None]:
    """The (document id, paragraph number) that a row of flags.csv, asked.csv or questions.csv names; None for no such.

    In questions.csv, and in a column of flags.csv, they stand in one cell, as in "reporting 20; investigation 26".
    """
    if "paragraphs" in row.cells:
        yield from _places_in(row.cells["paragraphs"])
        return
    yield row.cells["document"], row.cells["paragraph"]
    if row.cells.get(KNOWN_IN):
        yield from _places_in(row.cells[KNOWN_IN])


def _places_in(cell: str) -> Iterator[tuple[str, str] | None]:
    for named in cell.split(";"):
        document, _, paragraph = named.strip().partition(" ")
        yield (document, paragraph) if document and _PARAGRAPH.fullmatch(paragraph) else None
