"""What the layout makes of pages, and sentences are cut from: blocks, each with the pieces of its page's raw text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.lines import Piece

if TYPE_CHECKING:
    from ingest.pages import Page


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or footnote on one page.

    kind is ``heading``, ``paragraph`` or ``item``. paragraph is the printed number with its list letters ("4",
    "2.4 (b)"), "" where there is none; that of a footnote is "note 5". heading is the path of headings above it,
    outermost first. aside is True for what does not belong to the text that is read on: footnotes, rows of tables and
    boxes. goes_on is True when it continues what a page before left open; cut when its last line reaches the edge of
    the text and ends no sentence, so that more of it stands elsewhere.
    """

    page: int
    kind: str
    paragraph: str
    heading: tuple[str, ...]
    pieces: tuple[Piece, ...]
    aside: bool = False
    goes_on: bool = False
    cut: bool = False

    def raw(self, page: Page) -> str:
        """The pieces of this block as they stand on the page, joined."""
        return "".join(page.raw[piece.start : piece.end] for piece in self.pieces)


def put_after(pieces: tuple[Piece, ...], piece: Piece) -> tuple[Piece, ...]:
    """The pieces with one more at the end; those that touch become one."""
    if pieces and pieces[-1].end == piece.start:
        return (*pieces[:-1], Piece(pieces[-1].start, piece.end))
    return (*pieces, piece)
