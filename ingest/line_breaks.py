"""Two lines that follow each other, on a page or over a page break → whether they can be of one paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line

_FULL: Final = 0.78  # of the length of a full line, from which a line reaches the edge of the text
_GAP: Final = 2.2  # sizes from one line to the next, from which they are far apart
_DEDENT: Final = 8.0  # points to the left
_LEAST, _MOST = 0.87, 1.15  # times the size of the line before
_EDGE: Final = 3.0  # points that lines of one paragraph may begin beside each other


def typical_length(lines: Sequence[Line]) -> float:
    """The length of a full line on a page: the 80th percentile of its lines, at least 40 characters."""
    lengths = sorted(len(text) for line in lines if (text := line.text.strip()))
    return float(max(40, lengths[int(0.8 * (len(lengths) - 1))])) if lengths else 40.0


def is_full(line: Line, typical: float) -> bool:
    """Whether a line reaches the edge of the text, when a full one has so many characters."""
    return len(line.text.strip()) > _FULL * typical


def is_far(before: Line, line: Line) -> bool:
    """Whether a line stands above the one before, far below it, or before it in the file."""
    down = _down(before, line)
    return line.start < before.start or down > _GAP * max(line.size, before.size) or down < -line.size


def is_away(before: Line, line: Line, typical: float, *, in_item: bool) -> bool:
    """Whether a line cannot go on with the one before even when that one is not ended.

    in_item says that the one before is of a list item, which a line further out is no more.
    """
    if line.start < before.start or _down(before, line) > 2 * _GAP * max(line.size, before.size):
        return True
    resized = before.placed and line.placed and not _LEAST < line.size / max(before.size, 0.1) < _MOST
    if resized and _down(before, line) < -line.size:
        return True  # a label in a figure, not the top of the next column
    if not (before.placed and line.placed) or is_full(before, typical):
        return False
    return (in_item and line.x < before.x - _DEDENT) or (resized and line.text.strip()[:1].isupper())


def _down(before: Line, line: Line) -> float:
    return before.y - line.y if before.placed and line.placed else 0.0


@dataclass(frozen=True)
class PageEnd:
    """The last line of the text of a page, and whether a sentence ends with it, and it reaches the edge of the text."""

    page: int
    line: Line
    closed: bool
    full: bool

    def goes_on_in(self, page: int, line: Line) -> bool:
        """Whether the first line of a page goes on with a sentence that is left open."""
        if self.closed or self.page != page - 1:
            return False
        return line.text.strip()[:1].islower() or (self.full and self._is_like(line))

    def keeps_number_in(self, line: Line, typical: float) -> bool:
        """Whether the first line of a page goes on with the paragraph, after a sentence that ended."""
        return self.full and self._is_like(line) and len(line.text.strip()) > 0.7 * typical

    def _is_like(self, line: Line) -> bool:
        """Whether two lines can be of one paragraph: as large, of one font, beginning at one edge."""
        last = self.line
        if not (last.placed and line.placed) or abs(last.x - line.x) > _EDGE or abs(last.size - line.size) > 0.3:
            return False
        return (last.bold, last.italic, last.other) == (line.bold, line.italic, line.other)
