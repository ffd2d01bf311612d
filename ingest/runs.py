"""What is told while a page is read → its runs: which part of the raw text stands where, and how large."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ingest.drawn import plain_font_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOLD: Final = ("bold", "black", "heavy", "semibold", "demi")
_ITALIC: Final = ("italic", "oblique")


class Run(NamedTuple):
    """Characters start..end of a raw text that are drawn at one place in one font.

    x and y are where it begins, in points from the lower left corner of the page as it is shown; size is in points.
    font is its name, "" where it has none.
    """

    start: int
    end: int
    x: float
    y: float
    size: float
    font: str
    bold: bool
    italic: bool


class Placed(NamedTuple):
    """A raw text and its runs, in its order; () where no place is known. They hold for this very text alone."""

    raw: str = ""
    runs: tuple[Run, ...] = ()


NOWHERE: Final = Placed()


class RunGatherer:
    """Gathers runs while a page is read; `visit` is what the reader calls for every piece of text."""

    def __init__(self, turned: int = 0) -> None:
        self._turned = turned % 360
        self._texts: list[str] = []
        self._found: list[Run] = []
        self._length = 0

    def visit(self, text: str, page: Sequence[float], place: Sequence[float], font: Any, size: float) -> None:
        """Take a piece of text with the two matrices of its place, its font and its size before they are applied."""
        self._texts.append(text)
        start, self._length = self._length, self._length + len(text)
        if not text.strip():
            return
        a, b, c, d, e, f = (float(number) for number in page)
        across, up = float(place[4]), float(place[5])
        x, y = self._shown(across * a + up * c + e, across * b + up * d + f)
        height = math.hypot(float(place[2]), float(place[3])) * math.hypot(c, d)
        name = _font_name(font)
        bold, italic = (any(word in name for word in words) for words in (_BOLD, _ITALIC))
        self._found.append(Run(start, self._length, x, y, round(abs(float(size)) * height, 1), name, bold, italic))

    def of(self, raw: str) -> Placed:
        """The raw text with its runs; with none when the pieces do not make it up, so that no place would be right."""
        numbers = (number for run in self._found for number in (run.x, run.y, run.size))
        known = "".join(self._texts) == raw and all(map(math.isfinite, numbers))
        return Placed(raw, tuple(self._found) if known else ())

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        return {90: (y, -x), 180: (-x, -y), 270: (-y, x)}.get(self._turned, (x, y))


def _font_name(font: Any) -> str:
    name = font.get("/BaseFont") if hasattr(font, "get") else ""
    return plain_font_name(str(name or "")).casefold()
