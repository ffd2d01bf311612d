"""facts.csv, flags.csv, asked.csv → what each guide rests on, and how its paragraphs are to be quoted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ingest.catalogue import CatalogueError
from ingest.tables import date_problem, needed_problem, once, read_table, url_problem

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = ("not_first", "not_quoted", "alone")
ASKED_COLUMNS = ("document", "paragraph", "question")
FLAG_COLUMNS = ("document", "paragraph", "flag", "reason", "reviewed_by", "reviewed_on")


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


def read_flags(corpus_dir: Path) -> dict[tuple[str, str], str]:
    """Read the flag of each (document id, paragraph number); empty where there is no flags.csv.

    Raises:
        CatalogueError: a row cannot be used; it lists all problems at once.

    """
    path = corpus_dir / "flags.csv"
    if not os.path.lexists(path):
        return {}
    table = read_table(path, FLAG_COLUMNS)
    problems = list(table.problems)
    flags: dict[tuple[str, str], str] = {}
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
        flags.setdefault(key, cells["flag"])
        problems += [table.at(row, check) for check in checks if check]
    if problems:
        raise CatalogueError(problems)
    return flags


def read_asked(corpus_dir: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read what people ask, in their own words, that each (document id, paragraph number) answers.

    It is only searched, never shown; empty where there is no asked.csv.

    Raises:
        CatalogueError: a row cannot be used; it lists all problems at once.

    """
    path = corpus_dir / "asked.csv"
    if not os.path.lexists(path):
        return {}
    table = read_table(path, ASKED_COLUMNS)
    problems = [*table.problems, *once(table, "question", str.casefold)]
    asked: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in table.rows:
        cells = row.cells
        problems += [table.at(row, problem) for name in ASKED_COLUMNS if (problem := needed_problem(name, cells[name]))]
        key = (cells["document"], cells["paragraph"])
        asked[key] = (*asked.get(key, ()), cells["question"])
    if problems:
        raise CatalogueError(problems)
    return asked
