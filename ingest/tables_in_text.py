"""Lines of text → rows of tables, each one block whose cells follow each other, so that it reads as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line

_NUMBER: Final = r"[-–—(]?[$€£]?\d[\d,.%]*\)?|[-–—*]"
_NUMBERS = re.compile(rf"(?:^|\s)(?:{_NUMBER})(?:\s+(?:{_NUMBER})){{3,}}\s*$")  # four and more at the end of a line
_CELLS: Final = 3
_LONGEST: Final = 400  # characters of a row
_INDENT: Final = 20.0  # points from the edge of a row to its second cell, at least
_SLACK: Final = 6.0


def is_row(line: Line, following: Sequence[Line] = ()) -> bool:
    """Whether a line is a row: it ends in several numbers, or is drawn in three parts and more that stand apart.

    The parts may be lines of their own in the file, which follow at the same height.
    """
    cells = len(line.cells)
    right = line.right
    for one in following[:_CELLS]:
        if not (line.placed and one.placed) or abs(one.y - line.y) > 1.0 or one.x < right + 2 * line.size:
            break
        cells, right = cells + len(one.cells), one.right
    return cells >= _CELLS or (len(line.text) <= _LONGEST and bool(_NUMBERS.search(line.text)))


class Row:
    """A row of a table that is being read: it goes on in the lines of its cells, which may stand side by side."""

    def __init__(self, first: Line) -> None:
        self._first = first
        self._cells = list(first.cells)

    def holds(self, line: Line) -> bool:
        """Whether a line is of one of its cells: below a known one, or at the height of the row and right of it."""
        if not line.placed or not self._first.placed or line.x < self._first.x + _INDENT:
            return False
        below = line.y < self._first.y and any(abs(line.x - cell) <= _SLACK for cell in self._cells[1:])
        beside = abs(line.y - self._first.y) <= _SLACK and line.x > max(self._cells)
        if beside:
            self._cells += line.cells
        return below or beside
