"""Pages of raw text and the letters that are drawn → the parts of the raw text that no reader sees.

Raw text stays as pypdf gives it. What pypdf gives is found again, letter by letter, among what pdfium draws: the two
read the same letters, at most in another order. What is not found was not drawn.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.drawn import FALSE_FONT, RECOGNISED, SEEN, TINY, UNSEEN, from_right, signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.drawn import DrawnPage
    from ingest.pages import Page
    from ingest.sentences import Sentence

_WHY: Final = {UNSEEN: "hidden", TINY: "tiny", FALSE_FONT: "font", RECOGNISED: "recognised"}
_GRAMS: Final = (24, 12, 6, 3)  # letters in a row that must be alike to be the same place
_STRAY: Final = 4  # fewer letters in a row that were not found are another reading of the same signs


class Hidden(NamedTuple):
    """Characters start..end of the raw text of a page, and why a reader does not see them.

    why is ``hidden``, ``tiny`` or ``font``; ``recognised`` stands unseen over a picture that shows something there.
    """

    page: int
    start: int
    end: int
    why: str


def hidden_text(pages: Sequence[Page], drawn: Sequence[DrawnPage]) -> list[Hidden]:
    """What of the raw text is not seen as it is read, in order of page and place; a page not drawn is hidden whole."""
    found: list[Hidden] = []
    for n, page in enumerate(pages):
        found += _of_page(page, drawn[n].signs if n < len(drawn) else "", drawn[n].marks if n < len(drawn) else "")
    return found


def _of_page(page: Page, drawn_signs: str, drawn_marks: str) -> Iterator[Hidden]:
    read, places = _Reading.of(page.raw)
    marks = drawn_marks if read == drawn_signs else _carried(read, drawn_signs, drawn_marks)
    at = 0
    for mark, run in groupby(marks):
        length = len(list(run))
        if mark != SEEN:
            yield Hidden(page.number, places[at], places[at + length - 1] + 1, _WHY[mark])
        at += length


class _Reading(NamedTuple):
    """The letters and digits of a raw text, and the place of each in it."""

    signs: str
    places: list[int]

    @classmethod
    def of(cls, raw: str) -> _Reading:
        found, places = [], []
        for place, character in enumerate(raw):
            for sign in signs(character):
                found.append(sign)
                places.append(place)
        return cls("".join(found), places)


def _carried(read: str, drawn: str, marks: str) -> str:
    """The marks of drawn letters, carried over to the same letters as they were read; UNSEEN where there is none."""
    leftward = sum(map(from_right, read))
    if 2 * leftward > len(read) and set(marks) == {SEEN} and Counter(read) == Counter(drawn):
        return SEEN * len(read)
    carried = _Carrying(read, drawn, marks)
    for size in _GRAMS:
        carried.over(size)
    return carried.rest()


class _Carrying:
    """Matches what was read with what was drawn, longest common pieces first, each letter once."""

    def __init__(self, read: str, drawn: str, marks: str) -> None:
        self._read, self._drawn, self._marks = read, drawn, marks
        self._found = [""] * len(read)
        self._free = [True] * len(drawn)

    def over(self, size: int) -> None:
        """Match all pieces of this many letters and more that are free on both sides."""
        starts: dict[str, list[int]] = {}
        for n in range(len(self._drawn) - size, -1, -1):  # from the end, so that the first is popped first
            if self._free[n]:
                starts.setdefault(self._drawn[n : n + size], []).append(n)
        n = following = 0
        while n <= len(self._read) - size:
            length = self._length(n, following)
            if length < size:
                gram = starts.get(self._read[n : n + size], [])
                while gram and self._length(n, gram[-1]) < size:
                    gram.pop()
                following = gram[-1] if gram else following
                length = self._length(n, following)
            if length >= size:
                self._found[n : n + length] = self._marks[following : following + length]
                self._free[following : following + length] = [False] * length
                n, following = n + length, following + length
            else:
                n += 1

    def _length(self, n: int, m: int) -> int:
        """How many letters from n of what was read are those from m of what was drawn, all of them free."""
        length = 0
        while (
            n + length < len(self._read)
            and m + length < len(self._drawn)
            and not self._found[n + length]
            and self._free[m + length]
            and self._read[n + length] == self._drawn[m + length]
        ):
            length += 1
        return length

    def rest(self) -> str:
        """All marks. Letters that were not found are unseen, but for a few that strayed.

        Letters that are written from right to left come in another order within words too, so any of them that is left
        over and seen will do.
        """
        drawn = zip(self._drawn, self._marks, self._free, strict=True)
        left = Counter(sign for sign, mark, free in drawn if free and mark == SEEN and from_right(sign))
        for n, mark in enumerate(self._found):
            if not mark and left[self._read[n]] > 0:
                left[self._read[n]] -= 1
                self._found[n] = SEEN
        marks: list[str] = []
        for mark, run in groupby(self._found):
            length = len(list(run))
            marks += [mark or (UNSEEN if length >= _STRAY else SEEN)] * length
        return "".join(marks)


def unseen_sentences(sentences: Sequence[Sentence], hidden: Sequence[Hidden]) -> dict[int, str]:
    """The numbers of sentences of which a reader does not see all, each with why; what was recognised may stay."""
    by_page: dict[int, list[Hidden]] = {}
    for part in hidden:
        if part.why != "recognised":
            by_page.setdefault(part.page, []).append(part)
    return {sentence.number: why for sentence in sentences if (why := _why(sentence, by_page))}


def _why(sentence: Sentence, by_page: Mapping[int, Sequence[Hidden]]) -> str:
    """Why a sentence is not seen as it is read, or ""."""
    for span in sentence.spans:
        for part in by_page.get(span.page, ()):
            if part.start < span.end and span.start < part.end:
                return part.why
    return ""
