"""A text with small mistakes → the same text in words that the documents and asked questions hold; nothing is shown."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_WORD = re.compile(r"\b[^\W\d_]+\b(?!['\u2019]\w)")  # not "doesn" of "doesn't"
_SHORTEST = 5  # letters of a word that is mended; shorter ones have too many neighbours
_TWO_EDITS = 8  # letters from which two mistakes are mended
_LONGEST = 30  # letters; no word is longer, and what is left out of one costs the square of its length


class Spelling:
    """Mends words that nobody knows into those of a vocabulary that are one mistake away, in long ones two.

    A mistake is a letter too many, missing, wrong, or changed with its neighbour; the first letter is right. counts
    says how often each word of the vocabulary, in small letters, stands in it; known says whether a word is one though
    the vocabulary lacks it. Of two that are equally near the more frequent is taken, and of equally frequent ones the
    first by its letters.
    """

    def __init__(self, counts: Mapping[str, int], known: Callable[[str], bool]) -> None:
        self._counts, self._known = counts, known

    @cached_property
    def _without(self) -> Mapping[str, Sequence[str]]:
        """The words by what is left of them without some letters; made for the first word that nobody knows."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if _SHORTEST - 1 <= len(word) <= _LONGEST:
                for left in _left(word):
                    found[left].append(word)
        return found

    def mend(self, text: str) -> str:
        """The text with each such word mended; a word with a capital letter may be a name and is left alone."""
        return _WORD.sub(lambda found: self._mended(found[0]), text)

    def _mended(self, word: str) -> str:
        if not _SHORTEST <= len(word) <= _LONGEST or not word.islower() or word in self._counts or self._known(word):
            return word
        near = {other for left in _left(word) for other in self._without.get(left, ()) if other[0] == word[0]}
        allowed = 2 if len(word) >= _TWO_EDITS else 1
        found = [(mistakes(word, other), -self._counts[other], other) for other in near]
        best = min((one for one in found if one[0] <= allowed), default=None)
        return best[2] if best else word


def _left(word: str) -> Iterator[str]:
    """A word, and what is left of it without each one letter, and in a long one without each two."""
    yield word
    once = {word[:n] + word[n + 1 :] for n in range(len(word))}
    yield from sorted(once)
    if len(word) >= _TWO_EDITS - 1:
        yield from sorted({left[:n] + left[n + 1 :] for left in once for n in range(len(left))} - once)


def mistakes(word: str, other: str) -> int:
    """How many letters must be added, left out, changed, or changed with their neighbours, to make one the other.

    This is the optimal string alignment distance (Boytsov 2011, "Indexing methods for approximate dictionary
    searching", section 2.2).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                least = min(least, above[j - 2] + 1)
            row.append(least)
    return row[-1]
