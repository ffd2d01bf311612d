"""Raw texts of the pages of a file → the page numbers that are printed on them, where the file itself names none.

A wrong label is worse than none: a number is believed only where it goes on by one from page to page.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EDGE: Final = 5  # lines at the top and at the bottom of a page
_LONGEST: Final = 150  # characters of a running line
_LEAST: Final = 3  # pages that bear a number of one counting
_SHARE: Final = 0.6  # of the pages from its first to its last that bear one
_BEYOND: Final = 4  # pages before the first and after the last that are counted with them: covers, figures, blank ones
_WORDS: Final = r"(?:page|pg?\.?|página|pagina|seite|стр\.?|страница|صفحة|第)"
_SMALL: Final = r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_OF: Final = r"(?:\s*(?:/|of|sur|de|von|из|من)\s*\d{1,4})"
_ALONE = re.compile(
    rf"\s*(?:{_WORDS}\s*)?[-–—|\[(]*\s*(\d{{1,4}}|{_SMALL})\s*[-–—|\])]*(?:{_OF})?(?:\s*页)?\s*", re.IGNORECASE
)
_SHARE_OF = re.compile(r"(?<![\w/.])(\d{1,4})\s?/\s?(\d{1,4})(?![\w/.])")  # "4/25", beside what else the line says
_WORD = re.compile(rf"(?<!\w){_WORDS}\s*(\d{{1,4}})(?!\w)", re.IGNORECASE)
_END = re.compile(r"^\s*(\d{1,4})(?=\s+\D)|(?<=\D)\s(\d{1,4})\s*$")  # at the end of a line that runs on every page
_NUMERALS: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Printed(NamedTuple):
    """A number that may be that of its page: how it is written, and of how many pages it says it is one."""

    roman: bool
    value: int


class _Counting(NamedTuple):
    """Pages first..last, of which each bears its own number less `ahead`."""

    first: int
    last: int
    ahead: int
    roman: bool
    borne: int


def printed_labels(raws: Sequence[str]) -> dict[int, str]:
    """The printed number of pages, by page from 1; pages of which it is not sure are left out."""
    found = {number: set(_candidates(raw)) for number, raw in enumerate(raws, 1)}
    weak = _running_numbers(raws)
    for number, values in weak.items():
        found[number] |= values
    labels: dict[int, str] = {}
    for counting in sorted(_countings(found), key=lambda c: (-c.borne, c.first)):
        if not any(number in labels for number in range(counting.first, counting.last + 1)):
            for number in range(counting.first, counting.last + 1):
                labels[number] = _written(number - counting.ahead, counting.roman)
    return labels | _beyond(labels, found)


def _beyond(labels: dict[int, str], found: dict[int, set[_Printed]]) -> dict[int, str]:
    """Labels of a few pages around those that bear one: before the first, down to 1, between, and after the last."""
    more: dict[int, str] = {}
    for step in (-1, 1):
        for number in sorted(labels, reverse=step > 0):
            label = labels[number]
            if not label.isdecimal() or number + step in labels:
                continue
            for away in range(1, _BEYOND + 1):
                beyond, value = number + step * away, int(label) + step * away
                if beyond not in found or beyond in labels or beyond in more or value < 1:
                    break
                more[beyond] = str(value)
    return more


def _lines(raw: str) -> list[str]:
    """The lines at the edges of a page, white space made single; none that is too long to be a running line."""
    lines = [line for line in raw.splitlines() if line.strip()]
    edges = lines if len(lines) <= 2 * _EDGE else [*lines[:_EDGE], *lines[-_EDGE:]]
    return [said for line in edges if len(said := " ".join(line.split())) <= _LONGEST]


def _candidates(raw: str) -> Iterator[_Printed]:
    for line in _lines(raw):
        alone = _ALONE.fullmatch(line)
        if alone:
            yield _printed(alone[1])
        for share in _SHARE_OF.finditer(line):
            if int(share[1]) <= int(share[2]):
                yield _printed(share[1])
        for word in _WORD.finditer(line):
            yield _printed(word[1])


def _running_numbers(raws: Sequence[str]) -> dict[int, set[_Printed]]:
    """Numbers at an end of lines that stand on most pages and differ in this number alone."""
    borne: Counter[str] = Counter()
    values: list[tuple[int, str, _Printed]] = []
    for number, raw in enumerate(raws, 1):
        for line in dict.fromkeys(_lines(raw)):
            for match in _END.finditer(line):
                at = match.span(1) if match[1] else match.span(2)
                key = " ".join(f"{line[: at[0]]}#{line[at[1] :]}".split()).casefold()
                borne[key] += 1
                values.append((number, key, _printed(match[1] or match[2])))
    most = max(2 * _LEAST, _SHARE * sum(bool(raw.strip()) for raw in raws))
    found: dict[int, set[_Printed]] = {}
    for number, key, printed in values:
        if borne[key] >= most:
            found.setdefault(number, set()).add(printed)
    return found


def _countings(found: dict[int, set[_Printed]]) -> Iterator[_Counting]:
    """Stretches of pages whose numbers go on by one; at least three pages bear them, and most of the stretch."""
    pages: dict[tuple[bool, int], list[int]] = {}
    for number, values in found.items():
        for printed in values:
            pages.setdefault((printed.roman, number - printed.value), []).append(number)
    for (roman, ahead), borne in pages.items():
        stretch: list[int] = []
        for number in [*borne, 0]:
            if number and (not stretch or number - stretch[-1] <= _LEAST):
                stretch.append(number)
                continue
            if len(stretch) >= _LEAST and len(stretch) >= _SHARE * (stretch[-1] - stretch[0] + 1):
                yield _Counting(stretch[0], stretch[-1], ahead, roman, len(stretch))
            stretch = [number]


def _printed(text: str) -> _Printed:
    if text.isdecimal():
        return _Printed(False, int(text))
    digits = [_NUMERALS[c] for c in text.casefold()]
    return _Printed(True, sum(-n if n < max(digits[i:]) else n for i, n in enumerate(digits)))


def _written(value: int, roman: bool) -> str:
    if not roman:
        return str(value)
    text = ""
    for amount, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        text += sign * (value // amount)
        value %= amount
    return text
