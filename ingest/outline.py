"""The outline of a file → the titles that it names on each page, with their levels."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_DEEPEST: Final = 8
_MOST: Final = 5000


class Title(NamedTuple):
    """One entry of an outline; level counts from 1, outermost."""

    level: int
    text: str


def titles_by_page(
    outline: Any, page_number: Callable[[Any], int | None], raws: Sequence[str]
) -> dict[int, tuple[Title, ...]]:
    """The titles of an outline (entries and, in lists, the entries below them) by page from 1.

    page_number gives the page of an entry, counted from 0. A title that does not stand in the raw text of its page is
    left out: nobody who reads the page sees it. Where one entry holds all others it is the title of the
    document: it stands beside those below it, which do not hang under it.
    """
    found: dict[int, tuple[Title, ...]] = {}
    letters = lru_cache(maxsize=1)(lambda number: letters_of(raws[number]))
    single = sum(not isinstance(entry, list) for entry in outline) == 1
    for n, (depth, entry) in enumerate(_entries(outline, 1)):
        level = max(1, depth - single)
        number = page_number(entry)
        text = " ".join(str(entry.title).split())
        if n >= _MOST:
            break
        said = letters_of(text)
        if said and number is not None and 0 <= number < len(raws) and said in letters(number):
            found[number + 1] = (*found.get(number + 1, ()), Title(level, text))
    return found


def letters_of(text: str) -> str:
    """The letters and digits of a text, without case: what a title and the line that it names have in common."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _entries(outline: Any, level: int) -> Iterator[tuple[int, Any]]:
    if level > _DEEPEST:
        return
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(entry, level + 1)
        else:
            yield level, entry
