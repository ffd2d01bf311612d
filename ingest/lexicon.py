"""corpus/lexicon/<language>.csv → which English words stand for what people say in that language."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.folding import CHINESE, without_invisible
from ingest.tables import needed_problem, once, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER: Final = "lexicon"
COLUMNS: Final = ("said", "english")
LANGUAGES: Final = ("ar", "es", "fr", "ru", "zh")
_MOST_WORDS, _MOST_SIGNS = 6, 12  # of what is said; a sign is one of Chinese
_MOST_ENGLISH = 6
_PARTS: Final = re.compile(f"[{CHINESE}]|(?:(?![{CHINESE}])[^\\W_])+")
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]+"
)
_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z'-]*|\d{1,4}")


class WordList(NamedTuple):
    """What is said, and the English for it, "" for what only costs; the rows that can be used, in their order.

    problems says of each other row what is wrong with it, as "file, row N: what is wrong. What to do.".
    """

    rows: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


def composed(text: str) -> str:
    """The text with each letter and its accent as one, without marks that would cut a word, such as Arabic vowels."""
    return _MARKS.sub("", unicodedata.normalize("NFC", text))


def parts(text: str) -> list[str]:
    """The words of a text, and each Chinese sign by itself."""
    return _PARTS.findall(composed(text))


def read_lexicon(corpus_dir: Path, language: str) -> WordList:
    """Read the list of one of LANGUAGES; a row that cannot be used costs no other."""
    table = read_table(corpus_dir / FOLDER / f"{language}.csv", COLUMNS, f"{FOLDER}/{language}.csv")
    problems, rows = [*table.problems, *once(table, "said", str.casefold)], []
    for row in table.rows:
        said, english = row.cells["said"], row.cells["english"]
        found = [table.at(row, problem) for problem in _problems(said, english)]
        problems += found
        if not found:
            rows.append((said, english))
    return WordList(tuple(rows), tuple(problems))


def lexicon_problems(corpus_dir: Path) -> Iterator[str]:
    """Say what is wrong with the lists of a corpus; nothing where it has none."""
    for path in sorted(path for path in (corpus_dir / FOLDER).glob("*.csv") if path.is_file()):
        if path.stem in LANGUAGES:
            yield from read_lexicon(corpus_dir, path.stem).problems
        else:
            names = ", ".join(f"{language}.csv" for language in LANGUAGES)
            yield f"{FOLDER}/{path.name}: no question is looked up with it. Name it one of {names}, or remove it."


def _problems(said: str, english: str) -> Iterator[str]:
    if problem := needed_problem("said", said):
        yield problem
        return
    found, signs = parts(said), re.findall(f"[{CHINESE}]", said)
    if not found or said != without_invisible(said):
        yield f'"said" is "{said}", which holds no words or something that cannot be seen. Type it again.'
    elif len(signs) > _MOST_SIGNS or len(found) - len(signs) > _MOST_WORDS:
        yield f'"said" has more than {_MOST_WORDS} words or {_MOST_SIGNS} signs. Write a shorter piece.'
    words = english.split()
    if strange := [word for word in words if not _ENGLISH.fullmatch(word)]:
        yield f'"english" holds "{strange[0]}". Write English words, or leave it empty.'
    elif len(words) > _MOST_ENGLISH:
        yield f'"english" has more than {_MOST_ENGLISH} words. Write fewer.'
