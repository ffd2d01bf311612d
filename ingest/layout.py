"""Pages of raw text → blocks: headings, numbered paragraphs, list items and footnotes, each as pieces of the raw text.

Running lines and contents lists stay out. Nothing is rewritten: a block is a list of (start, end) pieces of its page's
raw text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ingest.asides import without_asides
from ingest.blocks import Block, put_after
from ingest.columns import in_reading_order
from ingest.footnotes import without_footnotes
from ingest.headings import HeadingPath, Headings
from ingest.hyphens import Hyphens
from ingest.line_breaks import PageEnd, is_away, is_far, is_full, typical_length
from ingest.lines import Piece, body_type, lines_of
from ingest.numbering import Numbering, marker_of
from ingest.running_lines import without_running_lines
from ingest.tables_in_text import Row, is_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.footnotes import Footnote
    from ingest.lines import Line
    from ingest.numbering import Marker
    from ingest.pages import Page

_LEADERS = re.compile(r"[.…]{5,}|(\. ){5,}|_{8,}")
_CLOSED = (".", ":", ";", "?", "!", "”", '"', "。", "؟", "।")
_FIRST: Final = frozenset({"1", "a", "i"})  # a list may begin after a line that is not ended: "The Board,"
_AT: Final = 3.0  # points that two list items may begin beside each other
_STEM: Final = 40  # characters of a line such as "Members:" that heads a part of a list


def read_blocks(pages: Sequence[Page]) -> list[Block]:
    """The blocks of a document in reading order; each stays on one page. Boxes and footnotes come last on theirs."""
    body = body_type(pages)
    texts, notes, boxes = [], [], []
    for lines in without_running_lines([lines_of(page, body) for page in pages]):
        rest, footnotes = without_footnotes(lines, body)
        text, asides = without_asides(rest)
        texts.append(in_reading_order(text))
        notes.append(footnotes)
        boxes.append(asides)
    reader = _Reader(Headings(texts, body))
    for page, text, asides, footnotes in zip(pages, texts, boxes, notes, strict=True):
        reader.read(page, text)
        reader.read_asides(page, asides)
        reader.read_footnotes(page, footnotes)
    hyphens = Hyphens(pages)
    return [
        replace(block, pieces=hyphens.cut(pages[block.page - 1].raw, block.pieces), cut=n in reader.cut)
        for n, block in enumerate(reader.blocks)
    ]


class _Reader:
    """Walks the lines of all pages once and gathers blocks."""

    def __init__(self, headings: Headings) -> None:
        self.blocks: list[Block] = []
        self.cut: set[int] = set()  # the numbers of blocks that are cut
        self._headings = headings
        self._path = HeadingPath()
        self._numbering = Numbering()
        self._closed = True  # nothing is left open by the line before
        self._aside = False
        self._last: PageEnd | None = None  # of the page before
        self._typical = 40.0  # the length of a full line, in characters
        self._fresh = True  # the next line opens a block
        self._titled = 0  # how many of the next lines belong to the heading above
        self._row: Row | None = None  # of a table, that the next line may go on with
        self._before: Line | None = None  # on this page
        self._opener: tuple[str, float] | None = None  # the kind of the last marker, and where its line begins
        self._left: Numbering | None = None  # where the counting stood at the last cut block of the page …
        self._resumed: Numbering | None = None  # … and of the page before

    def read(self, page: Page, lines: Sequence[Line]) -> None:
        """Gather the blocks of a page's text."""
        self._typical = typical_length(lines)
        self._fresh, self._titled, self._row, self._before = True, 0, None, None
        if not self._aside:
            self._resumed, self._left = self._left, None
        for n, line in enumerate(lines):
            if not line.text.strip():
                self._fresh = self._fresh or self._closed
            elif _LEADERS.search(line.text):
                self._fresh = self._closed = True
            else:
                self._fresh = self._fresh or self._stands_apart(line)
                self._take(page, lines, n)
                self._note_end(line, _next_text(lines, n))
        self._note_cut()
        if self._before is not None and not self._aside:
            self._last = PageEnd(page.number, self._before, self._closed, is_full(self._before, self._typical))
        self._closed = True

    def _take(self, page: Page, lines: Sequence[Line], n: int) -> None:
        """Put a line to the block that it belongs to, or open one with it."""
        line, row, self._row = lines[n], self._row, None
        if self._before is not None and line.start < self._before.start:
            row, self._titled = None, 0  # the file has it before the other: a block is read from it in order
        if self._titled or self._wraps(page, line):
            self._extend(line)
            self._path.go_on(line.text)
            self.blocks[-1] = replace(self.blocks[-1], heading=self._path.titles)
            self._titled = max(0, self._titled - 1)
        elif length := self._open_heading(page, lines, n):
            self._titled = length - 1
        elif row and row.holds(line):
            self._extend(line)
            self._row = row
        elif self._open(page, line):
            return
        elif is_row(line, lines[n + 1 :]) and (
            self._fresh or self._closed or self._before is None or is_row(self._before)
        ):
            self._numbering.leave()
            self._add(page, "paragraph", "", line.piece)
            self.blocks[-1] = replace(self.blocks[-1], aside=True)
            self._row = Row(line)
        elif not self._fresh and self._continues(page):
            self._extend(line)
        else:
            self._add_unmarked(page, line)

    def _note_end(self, line: Line, following: str) -> None:
        """Note how a line ends, for the next one."""
        last = self.blocks[-1]
        self._before = line
        self._fresh = last.kind == "heading" or self._row is not None
        self._closed = self._fresh or line.text.rstrip().endswith(_CLOSED)
        if self._closed and not self._fresh and len(line.text.strip()) < 0.7 * self._typical:
            self._fresh = last.kind != "item" or not following[:1].islower()

    def _note_cut(self) -> None:
        """Note that the block before goes on elsewhere, if its last line is full and not ended."""
        if self._before is not None and not self._closed and is_full(self._before, self._typical):
            self.cut.add(len(self.blocks) - 1)
            self._left = self._left if self._aside else self._numbering.copy()

    def read_asides(self, page: Page, boxes: Sequence[Sequence[Line]]) -> None:
        """Gather the blocks of boxes beside the text; the text goes on as if they were not there."""
        numbering, path = self._numbering, self._path
        for lines in boxes:
            self._numbering, self._path, self._aside = Numbering(counted=numbering.counted), path.copy(), True
            self.read(page, lines)
        self._numbering, self._path, self._aside = numbering, path, False

    def read_footnotes(self, page: Page, notes: Sequence[Footnote]) -> None:
        """Gather the blocks of footnotes."""
        for note in notes:
            pieces: tuple[Piece, ...] = ()
            for line in note.lines:
                pieces = put_after(pieces, line.piece)
            number = f"note {note.mark}" if note.mark else ""
            self.blocks.append(Block(page.number, "paragraph", number, self._path.titles, pieces, True, not note.mark))

    def _stands_apart(self, line: Line) -> bool:
        """Whether a line cannot go on with the one before."""
        if self._before is None:
            return False
        in_item = bool(self.blocks) and self.blocks[-1].kind == "item"
        if is_away(self._before, line, self._typical, in_item=in_item):
            self._note_cut()
            self._closed = True
            return True
        return self._closed and is_far(self._before, line)

    def _wraps(self, page: Page, line: Line) -> bool:
        """Whether a line goes on with the heading just above it."""
        if not self.blocks or self.blocks[-1].kind != "heading" or self.blocks[-1].page != page.number:
            return False
        return line.text.lstrip()[:1].islower() and marker_of(line.text) is None

    def _open_heading(self, page: Page, lines: Sequence[Line], n: int) -> int:
        """Open a heading if one begins with line n; of how many lines it is."""
        length, level = self._headings.lines_of(lines, n, self._numbering, self._typical, self._closed, page.titles)
        if length:
            self._path.enter(lines[n], level)
            self._numbering.leave()
            self._add(page, "heading", "", lines[n].piece)
        return length

    def _open(self, page: Page, line: Line) -> bool:
        """Open a numbered paragraph or a list item if the line begins with its marker."""
        marker = marker_of(line.text)
        if marker is None or line.raised or not self._believable(marker, line):
            return False
        self._opener = (marker.kind, line.x) if line.placed else None
        self._numbering.count(marker)
        kept = marker.start if marker.kind == "item" else marker.end
        kind = "paragraph" if marker.kind == "paragraph" else "item"
        self._add(page, kind, self._numbering.label, Piece(line.start + kept, line.end))
        return True

    def _believable(self, marker: Marker, line: Line) -> bool:
        """Whether a number at the start of a line counts paragraphs, and is not a number of the sentence before."""
        if self._closed or self._fresh or marker.kind == "bullet" or self._numbering.is_next(marker):
            return True
        if marker.kind == "dash" and self._opener and self._opener[0] == "dash" and line.placed:
            return abs(self._opener[1] - line.x) < _AT  # one below the other
        short = self._before is not None and len(self._before.text.strip()) < 0.6 * self._typical
        return short and marker.number.strip("()") in _FIRST

    def _add_unmarked(self, page: Page, line: Line) -> None:
        """Open a paragraph without a number of its own: it may go on with the one before."""
        last = self._last if self._before is None and not self._aside else None
        goes_on = last is not None and last.goes_on_in(page.number, line)
        if last and self._resumed and not self._numbering.label and line.text.strip()[0].islower():
            self._numbering = self._resumed
        if not self._hangs(line) and not goes_on and not (last and last.keeps_number_in(line, self._typical)):
            self._numbering.leave()
        self._add(page, "paragraph", self._numbering.label, line.piece, goes_on)

    def _hangs(self, line: Line) -> bool:
        """Whether an unmarked line goes on with the numbered paragraph before it."""
        text = line.text.strip()
        stem = len(text) < _STEM and text.endswith(":") and bool(self._numbering.number)
        return bool(self.blocks) and self.blocks[-1].kind != "heading" and (text[0].islower() or stem)

    def _continues(self, page: Page) -> bool:
        last = self.blocks[-1] if self.blocks else None
        return last is not None and last.page == page.number and last.kind != "heading" and last.aside == self._aside

    def _add(self, page: Page, kind: str, paragraph: str, piece: Piece, goes_on: bool = False) -> None:
        self.blocks.append(Block(page.number, kind, paragraph, self._path.titles, (piece,), self._aside, goes_on))

    def _extend(self, line: Line) -> None:
        last = self.blocks[-1]
        self.blocks[-1] = replace(last, pieces=put_after(last.pieces, line.piece))


def _next_text(lines: Sequence[Line], n: int) -> str:
    return next((text for line in lines[n + 1 : n + 4] if (text := line.text.strip())), "")
