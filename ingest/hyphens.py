"""Pages → whether a hyphen at a line end belongs to its word, as the rest of the document writes it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ingest.lines import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.pages import Page

_PREFIXES = frozenset("anti co counter ex inter mid multi non post pre re self sub".split())
_CUT = re.compile(r"([^\W\d_]+)[-\u2010]([^\S\n]*\n\s*)([^\W\d_]+)")


class Hyphens:
    """The words of a document, to decide by."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.words: Counter[str] = Counter()
        for page in pages:
            self.words.update(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", page.raw.casefold()))

    def cut(self, raw: str, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """The same pieces without the line ends that follow a hyphen which stays ("victim-⏎centred")."""
        return tuple(part for piece in pieces for part in self._parts(raw, piece))

    def _parts(self, raw: str, piece: Piece) -> Iterator[Piece]:
        start = piece.start
        for match in _CUT.finditer(raw, piece.start, piece.end):
            if match[3][0].islower() and self._stays(match[1].casefold(), match[3].casefold()):
                yield Piece(start, match.start(2))
                start = match.end(2)
        yield Piece(start, piece.end)

    def _stays(self, before: str, after: str) -> bool:
        whole, hyphened = self.words[before + after], self.words[f"{before}-{after}"]
        if whole or hyphened:
            return hyphened >= whole
        if before in _PREFIXES:
            return True  # "re-sign" is not "resign": where the document does not tell, nothing is changed
        return len(before) > 2 and len(after) > 2 and self.words[before] > 1 and self.words[after] > 0
