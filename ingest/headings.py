"""Lines → which of them are headings, and how these hang under each other.

Three signs, in this order: the outline of the file names it; it is set apart by how it looks; its words look like a
heading, where the document sets none apart.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.numbering import marker_of
from ingest.outline import letters_of
from ingest.tables_in_text import is_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.lines import Line, TypeFace
    from ingest.numbering import Numbering
    from ingest.outline import Title

_ROMAN = r"[IVXL]{1,6}"
_NAMED = r"Section|Article|Annex|Appendix|Chapter|Part|Schedule"
_NUMBERED = re.compile(rf"\s*(?:{_ROMAN}\.|[A-Z]\.|(?:{_NAMED})\b|\d{{1,2}}(?:\.\d{{1,2}})*\.?)\s*\S")
_STRONG = re.compile(rf"{_ROMAN}\.\s+[A-Z]|(Annex|Appendix|Chapter|Section|Article)\s+[\dIVXLA-Z]+\b")
_LEVELS = (
    (re.compile(rf"(Annex|Appendix|Chapter|Part|Schedule)\b|{_ROMAN}\."), 1),
    (re.compile(r"[A-Z]\.|Section\b|Article\b"), 2),
    (re.compile(r"\d{1,2}\.(?!\d)"), 2),
    (re.compile(r"\d{1,2}\.\d"), 3),
    (re.compile(r"\([a-z]{1,2}\)|[a-z]\."), 4),
)
_UNNUMBERED: Final = 5
_ITALIC: Final = 6
_LEFT_OPEN = frozenset("a an and as at by for from in into is of on or that the their to with your".split())
_FIGURE = re.compile(r":\s*\S?\d[\d.,]*( \w+)?$")  # "Total expenditure: $80 million" stands beside a picture
_LONGEST_MARK: Final = 5
_MARK_ONLY = re.compile(r"\d{0,3}$|[ivxlc]{1,5}$|[a-z]$")
_LONGEST, _MOST_LINES = 320, 5  # letters and lines of a heading that is set apart
_PITCH: Final = 1.6  # sizes from one line of a heading to its next
_TIGHT: Final = 1.35
_AS_LARGE: Final = 1.05
_OFTEN: Final = 3  # times that a line in italics stands in a document, from which it is no heading


class _Open(NamedTuple):
    """A heading that what follows hangs under; level counts from 1, outermost; size is in points."""

    level: int
    size: float
    title: str


class HeadingPath:
    """The headings above the place that is read."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    @property
    def titles(self) -> tuple[str, ...]:
        """Outermost first."""
        return tuple(heading.title for heading in self._open)

    def enter(self, line: Line, level: int = 0) -> None:
        """Come to a heading; level is that of the outline, 0 where none names it."""
        title = " ".join(line.text.split())
        level = level or self._level(line, title)
        self._open = [heading for heading in self._open if self._holds(heading, level, line.size)]
        self._open.append(_Open(level, line.size, title))

    def go_on(self, text: str) -> None:
        """Put the next line of the heading to it."""
        last = self._open[-1]
        self._open[-1] = last._replace(title=f"{last.title} {' '.join(text.split())}")

    def copy(self) -> HeadingPath:
        """The same path, to come back to."""
        same = HeadingPath()
        same._open = list(self._open)
        return same

    def _level(self, line: Line, title: str) -> int:
        level = next((level for start, level in _LEVELS if start.match(title)), 0)
        if level == 2 and title[0].isdigit() and any(h.level == 2 and h.title[0].isalpha() for h in self._open):
            return 3  # "1." under "A."
        slanted = line.placed and line.italic and not line.bold
        return level or (_ITALIC if slanted else _UNNUMBERED)

    @staticmethod
    def _holds(heading: _Open, level: int, size: float) -> bool:
        """Whether a new heading hangs under an open one: an outer level that is not set smaller."""
        return heading.level < level and not (level >= _UNNUMBERED and heading.size and size > _AS_LARGE * heading.size)


class Headings:
    """Tells headings of one document from its text."""

    def __init__(self, pages: Iterable[Sequence[Line]], body: TypeFace) -> None:
        self._body = body
        self._seen: Counter[str] = Counter()
        bold = 0
        for lines in pages:
            for n, line in enumerate(lines):
                if self._apart(line):
                    self._seen[letters_of(line.text)] += 1
                    alone = n + 1 == len(lines) or not self._apart(lines[n + 1])
                    bold += alone and (line.bold or line.larger)
        self._sets_apart = bold > 1

    def lines_of(
        self, lines: Sequence[Line], n: int, numbering: Numbering, typical: float, closed: bool, titles: Sequence[Title]
    ) -> tuple[int, int]:
        """How many lines from n are one heading, 0 for none, and its level in the outline, 0 where it is not there.

        typical is the length of a full line, in characters; closed is whether nothing before is left open.
        """
        level, length = self._in_outline(lines, n, titles)
        if level:
            return length, level
        if self._apart(lines[n]):
            group = self._group(lines, n)
            if self._is_set_apart(group, _next(lines, n + len(group) - 1), numbering, typical):
                return len(group), 0
        worded = closed and (not self._sets_apart or not lines[n].placed or bool(_STRONG.match(lines[n].text.strip())))
        return (1 if worded and _is_worded(lines[n].text, _next(lines, n), numbering, typical) else 0), 0

    def _apart(self, line: Line) -> bool:
        """Whether a line looks other than the text: bold, larger, in italics or in another font."""
        if not line.placed or line.size < 0.9 * self._body.size or not any(c.isalnum() for c in line.text):
            return False
        return line.bold or line.italic or line.other or line.larger

    def _group(self, lines: Sequence[Line], n: int) -> list[Line]:
        """The lines from n that look alike and follow each other closely."""
        group = [lines[n]]
        for line in lines[n + 1 :]:
            last = group[-1]
            if line.start < last.start:
                break
            alike = (line.bold, line.italic, line.other) == (last.bold, last.italic, last.other)
            close = -1.0 < last.y - line.y <= _PITCH * last.size and abs(line.size - last.size) < 0.6
            if not (line.placed and alike and close) or _opens(line.text):
                break
            group.append(line)
        return group

    def _is_set_apart(
        self, group: Sequence[Line], following: Line | None, numbering: Numbering, typical: float
    ) -> bool:
        first, last = group[0], group[-1].text.strip()
        text = " ".join(line.text.strip() for line in group)
        marker = marker_of(first.text)
        strong = first.bold or first.larger
        if len(text) > _LONGEST or len(group) > _MOST_LINES or sum(c.isalpha() for c in text) < 3:
            return False
        if last.endswith((",", ";", ":")) or last.split()[-1] in _LEFT_OPEN or _FIGURE.search(last):
            return False
        if is_row(first) or (text[0].islower() and not _opens(text)):
            return False
        if marker and (marker.kind in {"bullet", "dash"} or (numbering.is_next(marker) and not _begins(following))):
            return False
        if last.endswith(".") and not first.bold:
            return False
        if not strong and (self._seen[letters_of(group[0].text)] >= _OFTEN or len(first.cells) > 1):
            return False
        return self._ends_before(group[-1], following, typical)

    def _ends_before(self, last: Line, following: Line | None, typical: float) -> bool:
        """Whether a heading ends with its last line, and the text does not run on from it."""
        if following is None:
            return True
        text = following.text.strip()
        if text[0].islower():
            return False
        tight = following.placed and 0 <= last.y - following.y <= _TIGHT * max(last.size, following.size)
        full = len(last.text.strip()) > 0.8 * typical
        return not (tight and full and not marker_of(text) and not self._apart(following))

    def _in_outline(self, lines: Sequence[Line], n: int, titles: Sequence[Title]) -> tuple[int, int]:
        """The level of the title that stands from line n on, and on how many lines; (0, 0) for none.

        A number or letter may stand before it that the outline leaves out.
        """
        levels, said = _levels(tuple(titles)), ""
        for length, line in enumerate(lines[n : n + _MOST_LINES] if levels else (), 1):
            said += letters_of(line.text)
            for at in range(min(_LONGEST_MARK, len(said)) + 1):
                level = levels.get(said[at:], 0) if _MARK_ONLY.match(said[:at]) else 0
                if level and (at == 0 or len(said) - at > 3):
                    return level, length
        return 0, 0


@lru_cache(maxsize=8)
def _levels(titles: tuple[Title, ...]) -> dict[str, int]:
    return {said: title.level for title in reversed(titles) if (said := letters_of(title.text))}


def _opens(text: str) -> bool:
    """Whether a line begins with a number or letter of its own."""
    return bool(marker_of(text)) or any(start.match(text.strip()) for start, _ in _LEVELS)


def _begins(line: Line | None) -> bool:
    return line is not None and marker_of(line.text) is not None


def _next(lines: Sequence[Line], n: int) -> Line | None:
    """The next line with text among the three after n."""
    return next((line for line in lines[n + 1 : n + 4] if line.text.strip()), None)


def _is_worded(text: str, following: Line | None, numbering: Numbering, typical: float) -> bool:
    """Whether the words of a line are those of a heading: short, not ended, and what follows begins anew."""
    line, then = text.strip(), following.text.strip() if following else ""
    if len(line) > 100 or len(line.split()) > 14 or line.endswith((".", ";", ",", ":", "-")):
        return False
    if sum(c.isalpha() for c in line) < 3 or not then or line.split()[-1] in _LEFT_OPEN:
        return False
    opener = marker_of(then) is not None
    if _NUMBERED.match(line):
        title = line.lstrip("0123456789.IVXL ")
        next_paragraph = line.startswith(f"{numbering.counted + 1}. ") and numbering.counted > 0
        short = len(line) < (60.0 if next_paragraph else max(60.0, 0.9 * typical))
        wrapped = bool(_STRONG.match(line)) and then[:1].islower()
        return title[:1].isupper() and (wrapped or (short and (opener or then[:1].isupper())))
    return line[0].isupper() and len(line) < 0.8 * typical and (opener or then[:1].isupper())
