"""Somebody's `questions.jsonl` → questions with the pages that answer them, by the names that people use for files."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.errors import EvalError
from evals.jsonl import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from evals.jsonl import Row

Pages = frozenset[tuple[str, int]]  # file and number from 1


@dataclass(frozen=True)
class Asked:
    """One question of such a set; pages are those that hold the answer, () when it is not answerable."""

    id: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    pages: Pages


def read_set(path: Path, files: Iterable[str]) -> list[Asked]:
    """The questions of a file: id, question, history?, answerable, pages[{file, page}]; other fields are ignored.

    Without answerable, one with pages is. Raises EvalError with every problem of the file.
    """
    names, questions, problems = _Names(files), [], []
    for n, row in enumerate(read_lines(path), 1):
        found = list(_problems(row))
        if found:
            problems += [f"{path}: question {row.get('id', n)}: {problem}" for problem in found]
            continue
        pages = frozenset((names.find(page["file"]), int(page["page"])) for page in row.get("pages") or ())
        answerable = row.get("answerable")
        history = tuple(text for turn in row.get("history") or () if (text := _asked_before(turn)))
        questions.append(
            Asked(str(row["id"]), row["question"], history, bool(pages) if answerable is None else answerable, pages)
        )
    twice = sorted({q.id for q in questions if sum(other.id == q.id for other in questions) > 1})
    problems += [f"{path}: two questions have the id {name}." for name in twice]
    if problems:
        raise EvalError("\n".join(problems))
    if not questions:
        raise EvalError(f"{path}: holds no question.")
    bare = [asked.id for asked in questions if asked.answerable and not asked.pages]
    if bare:
        print(f"answerable, and without a page, so in no figure of pages: {', '.join(bare)}", file=sys.stderr)
    return questions


def _problems(row: Row) -> Iterator[str]:
    name = row.get("id")
    if isinstance(name, bool) or not isinstance(name, (str, int)) or not str(name).strip():
        yield "has no id that is a text or a whole number."
    if not isinstance(row.get("question"), str):
        yield "has no question."
    if row.get("answerable") is not None and not isinstance(row["answerable"], bool):
        yield "answerable is neither true nor false."
    pages = row.get("pages") or []
    if not isinstance(pages, list) or not all(
        isinstance(page, dict) and {"file", "page"} <= set(page) for page in pages
    ):
        yield 'pages is no list of {"file": …, "page": …}.'
    elif not all(isinstance(page["file"], str) and _is_page(page["page"]) for page in pages):
        yield "a page has no file name, or no number from 1 on."
    elif pages and row.get("answerable") is False:
        yield "has pages, but is not answerable."
    if "page" in row and "pages" not in row:
        yield 'has "page"; write "pages", a list of {"file": …, "page": …}.'
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, (str, dict)) for turn in history):
        yield "history is no list of the questions before."


def _is_page(page: object) -> bool:
    """Whether a page is a number from 1 on, also as a text or as 3.0."""
    if isinstance(page, float):
        return page.is_integer() and page >= 1
    return not isinstance(page, bool) and re.fullmatch(r"[1-9][0-9]{0,5}", str(page)) is not None


def _asked_before(turn: str | Row) -> str:
    """What the person asked in a turn, "" for one of the other side."""
    if isinstance(turn, str):
        return turn
    if turn.get("role", "user") != "user":
        return ""
    return str(turn.get("question") or turn.get("content") or "")


class _Names:
    """The files of a folder, found also by a name in other letters or, when it names no folder, without ending."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = sorted(files)
        self._plain = {_plain(file): file for file in reversed(self._files)}
        stems = [_stem(file) for file in self._files]
        self._stems = {_stem(file): file for file in self._files if stems.count(_stem(file)) == 1}

    def find(self, name: str) -> str:
        """The file that a name means; the name itself where there is none, or more than one."""
        if name in self._files:
            return name
        plain = _plain(name)
        if plain in self._plain or "/" in plain:
            return self._plain.get(plain, name)
        return self._stems.get(_stem(name), name)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().replace("\\", "/").removeprefix("./").removeprefix("pdfs/")


def _stem(name: str) -> str:
    return _plain(name).rpartition("/")[2].removesuffix(".pdf")
