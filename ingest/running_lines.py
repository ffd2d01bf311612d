"""Pages of lines → their lines without running headers, footers, page numbers and line numbers.

What runs is learned from repetition: a line at the edge of many pages, numbers counting as alike.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line

EDGE_LINES = 5  # running lines are looked for in the first and last five lines of a page
_SHARE: Final = 0.4  # of all pages with text
_IN_A_ROW: Final = 3  # pages with the same outermost line: the running title of a chapter
_SMALL_ROMAN = r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"  # a numeral; "civil" and "ill" are words
_PAGE_NUMBER = re.compile(rf"(page )?[-–— ]*(#+|{_SMALL_ROMAN})[-–— ]*((/|of|sur|de) ?#+)?$")
_OF_UN_PAGES = re.compile(  # the symbol of a document, the numbers of a print shop, with or without that of the page
    r"[A-Z]{1,5}(/[\w.()-]+){1,7}$|\*?\d{7}\*?$|\d{2}-\d{5} \([A-Z]\)( +\d{6})?$|(\d+/\d+ )?\d{2}-\d{5}( \d+/\d+)?$"
)
_COUNTED: Final = 8  # lines that count on, from which they are numbered lines of a draft
_STEPS: Final = ((1, 0.6), (5, 0.15))  # every line or every fifth is numbered: at least so many of all
_COUNT = re.compile(r"\s*(\d{1,4})(?=\s|$)")


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines of each page that are its text."""
    edges = [_edges(lines) for lines in pages]
    running = _running(edges)
    return [
        _without_line_numbers([line for line in lines if line not in dropped])
        for lines, dropped in zip(pages, [_dropped(edge, running) for edge in edges], strict=True)
    ]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", " ".join(line.text.split())).casefold()


def _edges(lines: Sequence[Line]) -> list[list[Line]]:
    """The first and last lines of a page in the file, and the highest and lowest as it is seen; outermost first."""
    filled = [line for line in lines if line.text.strip()]
    edges = [filled[:EDGE_LINES], filled[: -EDGE_LINES - 1 : -1]]
    if filled and all(line.placed for line in filled):
        down = sorted(filled, key=lambda line: -line.y)
        edges += [down[:EDGE_LINES], down[: -EDGE_LINES - 1 : -1]]
    return edges


def _running(pages: Sequence[Sequence[Sequence[Line]]]) -> frozenset[str]:
    """Keys of lines at the edge of at least two pages and two fifths of all, or outermost on three in a row."""
    seen: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    filled, found, before = 0, set[str](), set[str]()
    for edges in pages:
        filled += any(edges)
        seen.update({_key(line) for edge in edges for line in edge})
        outermost = {_key(edge[0]) for edge in edges if edge}
        rows = Counter({key: rows[key] + 1 if key in before else 1 for key in outermost})
        found |= {key for key, n in rows.items() if n >= _IN_A_ROW}
        before = outermost
    return frozenset({key for key, n in seen.items() if n >= max(2, _SHARE * filled)} | found)


def _dropped(edges: Sequence[Sequence[Line]], running: frozenset[str]) -> set[Line]:
    """The running lines, page numbers, symbols and print shop numbers of a page, from each edge inwards."""
    dropped: set[Line] = set()
    for edge in edges:
        for line in edge:
            key = _key(line)
            if key not in running and not _PAGE_NUMBER.match(key) and not _OF_UN_PAGES.match(line.text.strip()):
                break
            dropped.add(line)
    return dropped


def _without_line_numbers(lines: list[Line]) -> list[Line]:
    """The lines of a draft without the numbers that count them, before each line or in lines of their own."""
    filled = sum(any(map(str.isalpha, line.text)) for line in lines)
    counted = {line: match for line in lines if (match := _COUNT.match(line.text))}
    for step, share in _STEPS:
        kept = _counted_on([(line, int(match[1])) for line, match in counted.items()], step)
        if len(kept) >= max(_COUNTED, share * filled):
            cut = [_cut(line, counted[line].end()) if line in kept else line for line in lines]
            return [line for line in cut if line.text.strip() or line not in kept]
    return lines


def _cut(line: Line, at: int) -> Line:
    return replace(line, start=line.start + at, text=line.text[at:])


def _counted_on(numbers: Sequence[tuple[Line, int]], step: int) -> set[Line]:
    """The lines of stretches in which each number is one step more than before."""
    found: set[Line] = set()
    stretch: list[tuple[Line, int]] = []
    for line, number in [*numbers, (None, -1)]:
        if line is not None and stretch and number == stretch[-1][1] + step:
            stretch.append((line, number))
            continue
        if len(stretch) >= _COUNTED:
            found |= {one for one, _ in stretch}
        stretch = [(line, number)] if line is not None else []
    return found
