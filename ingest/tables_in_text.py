"""A line of text → whether it is a row of a table, so that it stays a line of its own and reads as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.lines import Line

_NUMBER: Final = r"[-–—(]?[$€£]?\d[\d,.%]*\)?|[-–—*]"
_NUMBERS = re.compile(rf"(?:^|\s)(?:{_NUMBER})(?:\s+(?:{_NUMBER})){{3,}}\s*$")  # four and more at the end of a line
_CELLS: Final = 3


def is_row(line: Line) -> bool:
    """Whether a line is a row: it ends in several numbers, or is drawn in three parts and more that stand apart."""
    return bool(_NUMBERS.search(line.text)) or line.cells >= _CELLS
