"""Pages of raw text → blocks: headings, numbered paragraphs and list items, each as pieces of the raw text.

Running headers, footers, page numbers and contents lists stay out. Nothing is rewritten: a block is a list of
(start, end) pieces of its page's raw text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.pages import Page

EDGE_LINES = 5  # running lines are looked for in the first and last five lines of a page
_SMALL_ROMAN = r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"  # a numeral; "civil" and "ill" are words
_PAGE_NUMBER = re.compile(rf"(page )?[-–— ]*(#+|{_SMALL_ROMAN})[-–— ]*((/|of|sur|de) ?#+)?$")
_LEADERS = re.compile(r"[.…]{5,}|(\. ){5,}|_{8,}")
_ROMAN = r"[IVXL]{1,6}"
_MARKERS = (  # what opens a block, with the group that holds its number
    ("paragraph", re.compile(r"\s*¶?\s*(\d{1,3})\.(?=\s+\S)")),
    ("paragraph", re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){1,3})\.?(?=\s+[^\W\d])")),
    ("item", re.compile(r"\s*(\((?:[a-z]{1,2}|[ivxl]{1,5}|\d{1,2})\))(?=\s+\S)")),
    ("item", re.compile(r"\s*((?:[a-z]|[ivxl]{1,5})\))(?=\s+\S)")),
    ("bullet", re.compile(r"\s*([•◦▪‣●○■□➢✓\uf0b7\uf0a7\uf0d8])(?=\s*\S)")),
    ("dash", re.compile(r"\s*([–—-])(?=\s+\S)")),
)
_HEADING = re.compile(
    rf"\s*(?:{_ROMAN}\.|[A-Z]\.|(?:Section|Article|Annex|Appendix|Chapter|Part|Schedule)\b|\d{{1,2}}(?:\.\d{{1,2}})*\.?)\s*\S"
)
_STRONG = re.compile(rf"{_ROMAN}\.\s+[A-Z]|(Annex|Appendix|Chapter|Section|Article)\s+[\dIVXLA-Z]+\b")
_LEVELS = (
    (re.compile(rf"(Annex|Appendix|Chapter|Part|Schedule)\b|{_ROMAN}\."), 1),
    (re.compile(r"[A-Z]\.|Section\b|Article\b|\d{1,2}\.(?!\d)"), 2),
    (re.compile(r"\d{1,2}\.\d"), 3),
)
_UNNUMBERED_LEVEL = 4
_PREFIXES = frozenset("anti co counter ex inter mid multi non post pre re self sub".split())
_LEFT_OPEN = frozenset("a an and as at by for from in into is of on or that the their to with your".split())
_CLOSED = (".", ":", ";", "?", "!", "”", '"', "。", "؟", "।")


class Piece(NamedTuple):
    """Characters start..end of the raw text of one page."""

    start: int
    end: int


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or list item on one page.

    kind is ``heading``, ``paragraph`` or ``item``. paragraph is the printed number with its list letters ("4",
    "2.4 (b)"), "" where there is none. heading is the path of headings above it, outermost first.
    """

    page: int
    kind: str
    paragraph: str
    heading: tuple[str, ...]
    pieces: tuple[Piece, ...]

    def raw(self, page: Page) -> str:
        """The pieces of this block as they stand on the page, joined."""
        return "".join(page.raw[piece.start : piece.end] for piece in self.pieces)


def read_blocks(pages: Sequence[Page]) -> list[Block]:
    """The blocks of a document in reading order; each stays on one page."""
    running = _running_lines(pages)
    hyphens = _Hyphens(pages)
    reader = _Reader()
    for page in pages:
        reader.read(page, _body(page, running))
    return [replace(block, pieces=hyphens.cut(pages[block.page - 1].raw, block.pieces)) for block in reader.blocks]


def _lines(raw: str) -> list[Piece]:
    lines, start = [], 0
    for line in raw.splitlines(keepends=True):
        lines.append(Piece(start, start + len(line)))
        start += len(line)
    return lines


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split())).casefold()


def _edges(page: Page) -> tuple[list[Piece], list[Piece]]:
    lines = [line for line in _lines(page.raw) if page.raw[line.start : line.end].strip()]
    return lines[:EDGE_LINES], lines[: -EDGE_LINES - 1 : -1]


def _running_lines(pages: Sequence[Page]) -> frozenset[str]:
    """Keys of lines that stand at the edge of at least two pages and two fifths of all; numbers count as alike."""
    seen: Counter[str] = Counter()
    filled = 0
    for page in pages:
        top, bottom = _edges(page)
        filled += bool(top)
        seen.update({_key(page.raw[line.start : line.end]) for line in (*top, *bottom)})
    return frozenset(key for key, n in seen.items() if n >= max(2, 0.4 * filled))


def _body(page: Page, running: frozenset[str]) -> list[Piece]:
    """The lines of a page without the running lines, page numbers and blanks at its top and bottom."""
    dropped: set[Piece] = set()
    for edge in _edges(page):
        for line in edge:
            key = _key(page.raw[line.start : line.end])
            if key not in running and not _PAGE_NUMBER.match(key):
                break
            dropped.add(line)
    return [line for line in _lines(page.raw) if line not in dropped]


class _Reader:
    """Walks the lines of all pages once and gathers blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.headings: dict[int, str] = {}
        self.number = ""
        self.counted = 0  # the last paragraph number seen, kept across headings
        self.letters: list[str] = []
        self.closed = True  # nothing is left open by the line before

    def read(self, page: Page, lines: Sequence[Piece]) -> None:
        typical = _typical_length(page.raw, lines)
        fresh = True  # the next line opens a block
        for n, line in enumerate(lines):
            text = page.raw[line.start : line.end]
            if not text.strip():
                fresh = fresh or self.closed
                continue
            if _LEADERS.search(text):
                fresh = self.closed = True
                continue
            following = _next_text(page.raw, lines, n)
            if self._wraps(page, text):
                self._wrap_heading(line, text)
            elif self._open(page, line, text, following, typical, fresh):
                pass
            elif not fresh and self._continues(page):
                self._extend(line)
            else:
                self._add(page, "paragraph", self._label() if self._hangs(text) else "", line.start, line.end)
            fresh = self.blocks[-1].kind == "heading"
            self.closed = fresh or text.rstrip().endswith(_CLOSED)
            if self.closed and not fresh and len(text.strip()) < 0.7 * typical:
                fresh = self.blocks[-1].kind != "item" or not following[:1].islower()
        self.closed = True

    def _wraps(self, page: Page, text: str) -> bool:
        """Whether a line goes on with the numbered heading just above it."""
        if not self.blocks or self.blocks[-1].kind != "heading" or self.blocks[-1].page != page.number:
            return False
        return text.lstrip()[:1].islower()

    def _wrap_heading(self, line: Piece, text: str) -> None:
        self._extend(line)
        level = max(self.headings)
        self.headings[level] = f"{self.headings[level]} {' '.join(text.split())}"
        path = tuple(self.headings[upper] for upper in sorted(self.headings))
        self.blocks[-1] = replace(self.blocks[-1], heading=path)

    def _open(self, page: Page, line: Piece, text: str, following: str, typical: float, fresh: bool) -> bool:
        """Open a block if the line begins with a marker or is a heading."""
        if self._is_heading(text, following, typical):
            level = next((level for start, level in _LEVELS if start.match(text.strip())), _UNNUMBERED_LEVEL)
            title = " ".join(text.split())
            self.headings = {upper: name for upper, name in self.headings.items() if upper < level} | {level: title}
            self.number, self.letters = "", []
            self._add(page, "heading", "", line.start, line.end)
            return True
        for kind, marker in _MARKERS:
            match = marker.match(text)
            if match and self._believable(kind, match[1] or "", fresh):
                kept = match.start(1) if kind == "item" else match.end()
                self._count(kind, match[1] or "")
                shown = "paragraph" if kind == "paragraph" else "item"
                self._add(page, shown, self._label(), line.start + kept, line.end)
                return True
        return False

    def _is_heading(self, text: str, following: str, typical: float) -> bool:
        line = text.strip()
        if not self.closed or len(line) > 100 or len(line.split()) > 14 or line.endswith((".", ";", ",", ":", "-")):
            return False
        letters = [c for c in line if c.isalpha()]
        if len(letters) < 3 or not following or line.split()[-1] in _LEFT_OPEN:
            return False
        opener = any(marker.match(following) for _, marker in _MARKERS)
        if _HEADING.match(line):
            body = line.lstrip("0123456789.IVXL ")
            next_paragraph = line.startswith(f"{self.counted + 1}. ") and self.counted > 0
            short = len(line) < (60.0 if next_paragraph else max(60.0, 0.9 * typical))
            wrapped = bool(_STRONG.match(line)) and following[:1].islower()
            return body[:1].isupper() and (wrapped or (short and (opener or following[:1].isupper())))
        return line[0].isupper() and len(line) < 0.8 * typical and (opener or following[:1].isupper())

    def _believable(self, kind: str, number: str, fresh: bool) -> bool:
        """Whether a number at the start of a line counts paragraphs, and is not a number of the sentence before."""
        if self.closed or fresh or kind == "bullet":
            return True
        return kind == "paragraph" and number == str(self.counted + 1) and self.counted > 0

    def _count(self, kind: str, number: str) -> None:
        if kind == "paragraph":
            self.number, self.letters = number, []
            self.counted = int(number) if number.isdigit() else self.counted
        elif kind == "item":
            self.letters = [*self._above(number), number if number.startswith("(") else f"({number}"]

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

    def _label(self) -> str:
        return " ".join([self.number, *self.letters]).strip()

    def _hangs(self, text: str) -> bool:
        """Whether an unmarked line goes on with the numbered paragraph before it."""
        return text.lstrip()[:1].islower() and bool(self.blocks) and self.blocks[-1].kind != "heading"

    def _continues(self, page: Page) -> bool:
        return bool(self.blocks) and self.blocks[-1].page == page.number and self.blocks[-1].kind != "heading"

    def _add(self, page: Page, kind: str, paragraph: str, start: int, end: int) -> None:
        path = tuple(self.headings[level] for level in sorted(self.headings))
        if kind == "paragraph" and paragraph == "":
            self.number, self.letters = "", []
        self.blocks.append(Block(page.number, kind, paragraph, path, (Piece(start, end),)))

    def _extend(self, line: Piece) -> None:
        block = self.blocks[-1]
        last = block.pieces[-1]
        touching = last.end == line.start
        pieces = (*block.pieces[:-1], Piece(last.start, line.end)) if touching else (*block.pieces, line)
        self.blocks[-1] = replace(block, pieces=pieces)


def _typical_length(raw: str, lines: Sequence[Piece]) -> float:
    """The length of a full line on this page: the 80th percentile of its lines, at least 40 characters."""
    lengths = sorted(len(raw[line.start : line.end].strip()) for line in lines if raw[line.start : line.end].strip())
    return float(max(40, lengths[int(0.8 * (len(lengths) - 1))])) if lengths else 40.0


def _next_text(raw: str, lines: Sequence[Piece], n: int) -> str:
    return next((t for line in lines[n + 1 : n + 4] if (t := raw[line.start : line.end].strip())), "")


class _Hyphens:
    """Decides, from the rest of the document, whether a hyphen at a line end belongs to the word."""

    _cut = re.compile(r"([^\W\d_]+)[-\u2010]([^\S\n]*\n\s*)([^\W\d_]+)")

    def __init__(self, pages: Sequence[Page]) -> None:
        self.words: Counter[str] = Counter()
        for page in pages:
            self.words.update(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", page.raw.casefold()))

    def cut(self, raw: str, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """The same pieces without the line ends that follow a hyphen which stays ("victim-⏎centred")."""
        return tuple(part for piece in pieces for part in self._parts(raw, piece))

    def _parts(self, raw: str, piece: Piece) -> Iterator[Piece]:
        start = piece.start
        for match in self._cut.finditer(raw, piece.start, piece.end):
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
