"""The lines of a page → the text that is read on, and the boxes beside it that the file holds after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line

_BESIDE: Final = 40.0  # points to the right of the edge at which most lines begin
_LEAST: Final = 5  # lines of text before a box


def without_asides(lines: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
    """The lines of the text, and those of each box: it begins above the line before it, within the text's width."""
    filled = [line for line in lines if line.text.strip()]
    if len(filled) <= _LEAST or not all(line.placed for line in filled):
        return list(lines), []
    edge = Counter(round(line.x) for line in filled).most_common(1)[0][0]
    starts = [n for n, line in enumerate(filled) if n >= _LEAST and line.y > filled[n - 1].y + line.size]
    for n in starts:
        text, rest = filled[:n], filled[n:]
        right = max(line.right for line in text)
        if all(edge + _BESIDE < line.x < right - _BESIDE for line in rest):
            at = lines.index(filled[n])
            return list(lines[:at]), _boxes(lines[at:])
    return list(lines), []


def _boxes(lines: Sequence[Line]) -> list[list[Line]]:
    boxes: list[list[Line]] = []
    before: Line | None = None
    for line in lines:
        filled = bool(line.text.strip())
        if not boxes or (filled and before and line.y > before.y + line.size):
            boxes.append([])
        boxes[-1].append(line)
        before = line if filled else before
    return boxes
