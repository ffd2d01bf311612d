"""The first words of a line → what opens a paragraph or list item, and the number that a reader cites it by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_MARKERS = (  # what opens a block, with the group that holds its number
    ("paragraph", re.compile(r"\s*¶?\s*(\d{1,3})\.(?=\s+\S)")),
    ("paragraph", re.compile(r"\s*¶\s*(\d{1,3})(?=\s+\S)")),
    ("paragraph", re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){1,3})\.?(?=\s+[^\W\d])")),
    ("item", re.compile(r"\s*(\((?:[a-z]{1,2}|[ivxl]{1,5}|\d{1,2})\))(?=\s+\S)")),
    ("item", re.compile(r"\s*((?:[a-z]|[ivxl]{1,5})\))(?=\s+\S)")),
    ("item", re.compile(r"\s*([a-z]|[ivx]{2,5})\.(?=\s+\S)")),
    ("bullet", re.compile(r"\s*([•◦▪‣●○■□➢✓\uf0b7\uf0a7\uf0d8])(?=\s*\S)")),
    ("dash", re.compile(r"\s*([–—-])(?=\s+\S)")),
)


_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()


class Marker(NamedTuple):
    """What a line begins with: its kind (``paragraph``, ``item``, ``bullet`` or ``dash``), and where it ends.

    number is as it is printed, with its brackets; start and end are characters of the line.
    """

    kind: str
    number: str
    start: int
    end: int


def marker_of(text: str) -> Marker | None:
    """The marker at the beginning of a line, or None."""
    for kind, pattern in _MARKERS:
        match = pattern.match(text)
        if match:
            return Marker(kind, match[1], match.start(1), match.end())
    return None


@dataclass
class Numbering:
    """Where the counting of paragraphs stands.

    number is the paragraph's own, letters those of the list items around; counted is the last plain number seen, kept
    across headings.
    """

    number: str = ""
    counted: int = 0
    letters: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How a reader cites what comes next: "4", "2.4 (b) (ii)", or ""."""
        return " ".join([self.number, *self.letters]).strip()

    def count(self, marker: Marker) -> None:
        """Go on to the paragraph or item that a marker opens."""
        if marker.kind == "paragraph":
            self.number, self.letters = marker.number, []
            self.counted = int(marker.number) if marker.number.isdigit() else self.counted
        elif marker.kind == "item":
            shown = f"({marker.number.strip('()')})"
            self.letters = [*self._above(marker.number), shown]

    def is_next(self, marker: Marker) -> bool:
        """Whether a marker counts on from the last paragraph or list item."""
        if marker.kind == "item":
            return any(marker.number.strip("()") in _after(letter.strip("()")) for letter in self.letters)
        return marker.kind == "paragraph" and marker.number == str(self.counted + 1) and self.counted > 0

    def leave(self) -> None:
        """What comes next has no number."""
        self.number, self.letters = "", []

    def copy(self) -> Numbering:
        """The same state, to come back to."""
        return Numbering(self.number, self.counted, list(self.letters))

    def _above(self, number: str) -> list[str]:
        """The list letters that an item hangs under: (i) under (a), (b) beside (a)."""
        inner = number.strip("()")
        roman = bool(re.fullmatch(r"[ivxl]+", inner))
        if not self.letters:
            return []
        first = self.letters[0].strip("()")
        outer_is_roman = bool(re.fullmatch(r"[ivxl]+", first)) and first != "h"
        nested = roman and not outer_is_roman and not (len(inner) == 1 and ord(inner) == ord(first[0]) + 1)
        return self.letters[:1] if nested else []


def _after(letter: str) -> set[str]:
    """What may follow a letter or numeral of a list: the next letter, the next numeral."""
    following = {chr(ord(letter) + 1)} if len(letter) == 1 and letter < "z" else set()
    if letter.isdecimal():
        return {str(int(letter) + 1)}
    return following | ({_NUMERALS[_NUMERALS.index(letter) + 1]} if letter in _NUMERALS[:-1] else set())
