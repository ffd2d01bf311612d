"""text → the signs by which words are compared: letters, digits, what changes a number; where words begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ingest.folding import CHINESE, searchable, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP: Final = "\x00"  # what no text goes over: words that were left out stand here
_BETWEEN_NUMBERS: Final = "\x01"  # "2 4" is not "24"
_BEGINS, _ENDS = 1, 2
_WORD: Final = re.compile(rf"[{CHINESE}]|[^\W_{CHINESE}]+(?:(?<=\d)[.,:/-](?=\d)[^\W_{CHINESE}]+)*|[%‰<>=≤≥±+$€£¥]")


@dataclass(frozen=True)
class Signs:
    """The words of a text without what stands between them.

    text is one string; edges has a byte for each sign of it, with bit 1 where a word begins, bit 2 where one ends.
    """

    text: str
    edges: bytes

    def find(self, words: str, *, open_end: bool = False) -> Iterator[int]:
        """Where whole words stand, given as signs too; open_end lets the last word go on ("harass" in "harassment")."""
        at = self.text.find(words) if words else -1
        while at >= 0:
            if self._fits(at, len(words), open_end):
                yield at
            at = self.text.find(words, at + 1)

    def windows(self, length: int) -> Iterator[int]:
        """Where whole words begin that fill exactly this many signs, with no gap in them."""
        for at in range(len(self.text) - length + 1 if length > 0 else 0):
            if self._fits(at, length, open_end=False) and GAP not in self.text[at : at + length]:
                yield at

    def _fits(self, at: int, length: int, open_end: bool) -> bool:
        return bool(self.edges[at] & _BEGINS and (open_end or self.edges[at + length - 1] & _ENDS))


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, no accents, a number with its own points in one."""
    return _WORD.findall(searchable(tidy(text)))


def signs_of(text: str) -> str:
    """The signs of a text in one string."""
    return joined([words_of(text)]).text.strip(GAP)


def joined(texts: Sequence[Sequence[str]]) -> Signs:
    """The signs of several texts that follow each other, given by their words; an empty one leaves a gap."""
    return Signs(*_put_together(texts)[:2])


def joined_at(texts: Sequence[Sequence[str]]) -> tuple[Signs, list[int]]:
    """The same, and where each text begins; one more at the end is the length of all."""
    text, edges, starts = _put_together(texts)
    return Signs(text, edges), starts


def _put_together(texts: Sequence[Sequence[str]]) -> tuple[str, bytes, list[int]]:
    parts: list[str] = []
    edges = bytearray()
    starts: list[int] = []
    before = ""
    for words in texts:
        starts.append(len(edges))
        for word in words or (GAP,):
            if before[-1:].isdigit() and word[0].isdigit():
                parts.append(_BETWEEN_NUMBERS)
                edges.append(0)
            parts.append(word)
            edges += b"\x00" * len(word)
            edges[-len(word)] |= _BEGINS
            edges[-1] |= _ENDS
            before = word
    starts.append(len(edges))
    return "".join(parts), bytes(edges), starts
