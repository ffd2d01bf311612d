"""The lines of a page → its text, and the footnotes below it, each under its mark."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line, TypeFace

_RULE = re.compile(r"\s*_{8,}\s*$")
_MARK = re.compile(r"\s*(\d{1,3}|[¹²³⁰⁴-⁹]{1,3}|\*{1,3}|[†‡])(?![.)\d])\s*(?=\S)")
_SMALL: Final = 0.93  # of the size of the text


@dataclass(frozen=True)
class Footnote:
    """One footnote: its mark ("5", "*"), "" where it goes on from the page before, and its lines without the mark."""

    mark: str
    lines: tuple[Line, ...]


def without_footnotes(lines: Sequence[Line], body: TypeFace) -> tuple[list[Line], list[Footnote]]:
    """The lines of the text, and the footnotes at the foot of the page.

    They are what stands under a rule of underscores; or, where the file says how large letters are, what stands last
    and lowest in smaller letters and begins with a mark.
    """
    for n, line in enumerate(lines):
        if _RULE.match(line.text):
            below = [one for one in lines[n + 1 :] if not (one.placed and line.placed) or one.y < line.y]
            if _noted(below, lines[:n], body):
                taken = {one.start for one in below}
                return [*lines[:n], *(one for one in lines[n + 1 :] if one.start not in taken)], _footnotes(below)
    n = _small_tail(lines, body)
    notes = _footnotes(lines[n:])
    if not notes or not _is_marked(lines[:n], notes[0].mark):
        return list(lines), []
    return list(lines[:n]), notes


def _is_marked(text: Sequence[Line], mark: str) -> bool:
    """Whether the text bears the mark of a footnote, after a word or a full stop."""
    bears = re.compile(rf"(?<=[^\W\d_]|[.,;:!?)\]”’\"]) ?{re.escape(mark)}(?![\w*])")
    return any(bears.search(unicodedata.normalize("NFKC", line.text)) for line in text)


def _noted(tail: Sequence[Line], text: Sequence[Line], body: TypeFace) -> bool:
    """Whether what stands under a rule is footnotes: it is marked, or smaller than the text above."""
    filled = [line for line in tail if line.text.strip()]
    if not filled:
        return False
    if not filled[0].placed:
        return bool(_MARK.match(filled[0].text))
    lowest = min((line.y for line in text if line.text.strip()), default=filled[0].y)
    small = all(line.size <= _SMALL * body.size for line in filled)
    return max(line.y for line in filled) <= lowest and (small or bool(_MARK.match(filled[0].text)))


def _small_tail(lines: Sequence[Line], body: TypeFace) -> int:
    """Where the footnotes begin that no rule is written above; the number of lines where there are none."""
    first, lowest = len(lines), len(lines)
    while lowest and (not lines[lowest - 1].text.strip() or _is_small(lines[lowest - 1], body)):
        lowest -= 1
    above = [line.y for line in lines[:lowest] if line.text.strip()]
    for n in range(len(lines) - 1, lowest - 1, -1):
        if lines[n].text.strip() and _MARK.match(lines[n].text) and all(lines[n].y < y for y in above):
            first = n
    return first


def _is_small(line: Line, body: TypeFace) -> bool:
    return line.placed and line.size <= _SMALL * body.size and len(line.cells) < 3


def _footnotes(lines: Sequence[Line]) -> list[Footnote]:
    notes: list[Footnote] = []
    for line in lines:
        if not line.text.strip():
            continue
        match = _MARK.match(line.text)
        if match and _follows(_plain(match[1]), notes):
            at = match.end()
            notes.append(Footnote(_plain(match[1]), (replace(line, start=line.start + at, text=line.text[at:]),)))
        elif notes:
            notes[-1] = replace(notes[-1], lines=(*notes[-1].lines, line))
        else:
            notes.append(Footnote("", (line,)))
    return notes


def _plain(mark: str) -> str:
    return unicodedata.normalize("NFKC", mark)


def _follows(mark: str, notes: Sequence[Footnote]) -> bool:
    """Whether a mark opens a footnote after those before: numbers go on by one."""
    before = next((note.mark for note in reversed(notes) if note.mark.isdecimal()), "")
    return not mark.isdecimal() or not before or int(mark) == int(before) + 1
