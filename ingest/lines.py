"""A page of raw text → its lines, each with its place and its look where these are known."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.pages import Page
    from ingest.runs import Run

_MOSTLY: Final = 0.8  # of the letters of a line, for the look of it
_RAISED: Final = 0.75  # of the size of a line, under which letters are marks on it
_LARGER: Final = 1.12  # times the size of the text around
_SOME: Final = 0.25  # of the letters of a page
_A_TEXT: Final = 600  # characters of a page, from which it may be set in another font than the document
_MARK: Final = 6  # characters of a number or letter before a line
_BESIDE: Final = 5.0  # sizes from it to the line
_NARROW: Final = 0.42  # of the size: less than what a letter is wide on average, so that no line is taken for longer
_WIDE: Final = 0.5  # of the size: more than that
_WIDEST: Final = frozenset("WF")  # letters as wide as they are high, as Unicode names them


class Piece(NamedTuple):
    """Characters start..end of the raw text of one page."""

    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """One line of a raw text, its line end included.

    x and y are where it begins and size is that of its letters, in points, all 0.0 where placed is False. bold, italic,
    other (in another font than the text around) and larger (than it) are said of most of its letters. cells is where
    each of its parts begins that are drawn apart, from left to right. raised is True when it begins with a
    mark, as of a footnote.
    """

    start: int
    end: int
    text: str
    placed: bool = False
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    other: bool = False
    larger: bool = False
    cells: tuple[float, ...] = ()
    raised: bool = False

    @property
    def piece(self) -> Piece:
        """Its place in the raw text."""
        return Piece(self.start, self.end)

    @property
    def right(self) -> float:
        """About where it ends, in points; rather too far to the left than too far to the right."""
        return self.x + _width(self.text, self.size, _NARROW)


@dataclass(frozen=True)
class TypeFace:
    """The size in points and the font of most letters of a document; 0.0 and "" where no place is known."""

    size: float = 0.0
    font: str = ""


def body_type(pages: Iterable[Page]) -> TypeFace:
    """What most letters of a document are set in."""
    letters: Counter[TypeFace] = Counter()
    for page in pages:
        for run in page.runs:
            letters[TypeFace(run.size, run.font)] += run.end - run.start
    return max(letters, key=lambda face: (letters[face], face.size, face.font)) if letters else TypeFace()


def _face_of(page: Page, body: TypeFace) -> TypeFace:
    """What the text of a page is set in: as that of the document, unless the page has hardly any of that."""
    letters: Counter[TypeFace] = Counter()
    for run in page.runs:
        letters[TypeFace(run.size, run.font)] += run.end - run.start
    if letters[body] >= _SOME * letters.total() or letters.total() < _A_TEXT:
        return body
    return max(letters, key=lambda face: (letters[face], face.size, face.font))


def lines_of(page: Page, body: TypeFace) -> list[Line]:
    """All lines of a page, in the order of its raw text; without places where it is written from right to left."""
    lines: list[Line] = []
    before: list[Run] = []
    start, face = 0, _face_of(page, body)
    runs = [] if 2 * sum(map(_from_right, page.raw)) > sum(map(str.isalpha, page.raw)) else list(page.runs)
    at = 0
    for text in page.raw.splitlines(keepends=True):
        end = start + len(text)
        own = []
        while at < len(runs) and _begin(page.raw, runs[at]) < end:
            own.append(runs[at])
            at += 1
        line = _line(page.raw, Piece(start, end), own, face)
        if lines and _leads(lines[-1], line):
            line = _line(page.raw, Piece(lines[-1].start, end), [*before, *own], face)
            lines.pop()
        lines.append(line)
        start, before = end, own
    return lines


def _leads(number: Line, line: Line) -> bool:
    """Whether a line is only the number or letter of the one after it, which the file draws beside it."""
    marked = number.placed and line.placed and len(number.text.strip()) <= _MARK and number.size == line.size
    return marked and abs(number.y - line.y) < 1.0 and number.x < line.x < number.right + _BESIDE * line.size


def _begin(raw: str, run: Run) -> int:
    text = raw[run.start : run.end]
    return run.start + len(text) - len(text.lstrip())


def _line(raw: str, piece: Piece, runs: Sequence[Run], face: TypeFace) -> Line:
    text = raw[piece.start : piece.end]
    if not runs:
        return Line(piece.start, piece.end, text)
    largest = max(run.size for run in runs)
    plain = [run for run in runs if run.size >= _RAISED * largest]
    letters = {run: sum(c.isalnum() for c in raw[run.start : run.end]) for run in plain}
    most = _MOSTLY * sum(letters.values())
    sizes: Counter[float] = Counter()
    for run in plain:
        sizes[run.size] += letters[run]

    def mostly(of: Iterable[Run]) -> bool:
        return most > 0 and sum(letters[run] for run in of) >= most

    size = max(sizes, key=lambda size: (sizes[size], size))
    return Line(
        piece.start, piece.end, text, True, plain[0].x, plain[0].y, size,
        mostly(run for run in plain if run.bold), mostly(run for run in plain if run.italic),
        mostly(run for run in plain if run.font != face.font), size >= _LARGER * face.size, _cells(raw, plain),
        runs[0].size < _RAISED * largest,
    )  # fmt: skip


def _cells(raw: str, runs: Sequence[Run]) -> tuple[float, ...]:
    cells = [runs[0].x]
    for before, run in pairwise(runs):
        text = raw[before.start : before.end]
        if run.x - before.x - _width(text, before.size, _WIDE) > 2 * run.size and not _from_right(text):
            cells.append(run.x)
    return tuple(cells)


def _width(text: str, size: float, share: float) -> float:
    text = text.strip()
    wide = 0 if text.isascii() else sum(unicodedata.east_asian_width(c) in _WIDEST for c in text)
    return size * (share * (len(text) - wide) + wide)


def _from_right(text: str) -> bool:
    return any("\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufefc" for c in text)
