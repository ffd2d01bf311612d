"""Blocks → sentences, each with its exact spans; the only module that knows the sentence splitter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from typing import TYPE_CHECKING

from ingest.folding import join, tidy
from ingest.pages import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from ingest.blocks import Block
    from ingest.lines import Piece
    from ingest.pages import Page

# The splitter ends a sentence at these; before a number or a small letter they do not.
_ABBREVIATED = re.compile(
    r"(?:\b(?:paras?|arts?|nos?|secs?|sects?|chaps?|vols?|pp?|figs?|cf|e\.g|i\.e|viz|annex|reg|add|rev|resp|approx|incl)\.|¶)\s*$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"(?<=[a-z)”\"][.!?])(\d{1,3})\s+(?=[A-Z“\"(])")
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+[编章节条]|مادة\b|المادة\b")  # opens a paragraph
_LETTERED = re.compile(r"\W*[^\W\d_\x00-\u024f]{1,2}[.)]\s*")  # "ت." counts paragraphs, and is no sentence
_APART_FOOTNOTE = re.compile(
    r"(?<=[a-z\d)”\"][.!?]\s)(\d{1,3})(?:\s+|$)"
)  # "in 2015. 1 Maternal": where the page has a note 1
_LISTED = re.compile(r"[;,] (?:and|or)(?:/or)?\s*$")  # one of a list that goes on
_LEFT_OPEN = frozenset(  # words that end no sentence
    "a an and are as at because before by for from has have if in including into is its nor of on or than that the "
    "their thereby these this those to under until was were when where which while who whose with without your".split()
)
_TERMINAL = re.compile(r"[.!?…:;。！？؟۔।][\"'”’»)\]]*\s*\d{0,3}\s*$")


@dataclass(frozen=True)
class Sentence:
    """One sentence, list item or heading; the smallest thing that is quoted.

    text is what is shown: the spans joined and made tidy; here is the part of it that stands on the page where it
    begins. number counts from 0 through the document. block is the
    number of its block. whole is False when the sentence is cut off by the page and its other part was not found;
    such a sentence is never quoted. stem is the number of the sentence that a list item hangs on, or None.
    """

    number: int
    block: int
    kind: str
    text: str
    here: str
    spans: tuple[Span, ...]
    paragraph: str
    heading: tuple[str, ...]
    whole: bool = True
    stem: int | None = None


def read_sentences(pages: Sequence[Page], blocks: Sequence[Block], language: str = "en") -> list[Sentence]:
    """The sentences of a document in reading order."""
    sentences: list[Sentence] = []
    marks: dict[int, set[str]] = {}
    for block in blocks:
        if block.aside and block.paragraph.startswith("note "):
            marks.setdefault(block.page, set()).add(block.paragraph.removeprefix("note "))
    for n, block in enumerate(blocks):
        page = pages[block.page - 1]
        for spans in _cut(page, block, page.language or language, marks.get(block.page, set())):
            text = spans_text(pages, spans)
            if any(c.isalnum() for c in text):
                kind = block.kind if block.kind != "paragraph" else "sentence"
                heading = tuple(tidy(title) for title in block.heading)
                sentences.append(Sentence(len(sentences), n, kind, text, text, spans, block.paragraph, heading))
    read = _over_pages(pages, blocks, sentences)
    parts = [[s for s in read if blocks[s.block].aside == aside] for aside in (False, True)]
    return sorted((s for part in parts for s in _with_stems(part)), key=lambda sentence: sentence.number)


def spans_text(pages: Sequence[Page], spans: Sequence[Span]) -> str:
    """The shown text of spans."""
    return tidy(join([(span.page, pages[span.page - 1].raw[span.start : span.end]) for span in spans]))


def _cut(page: Page, block: Block, language: str, marks: AbstractSet[str]) -> Iterator[tuple[Span, ...]]:
    raw = block.raw(page)
    if block.kind == "heading":
        yield _spans(page, block.pieces, 0, len(raw))
        return
    start = 0
    for end in _ends(raw, language, marks):
        if raw[start:end].strip():
            yield _spans(page, block.pieces, start, end)
        start = end


def _ends(raw: str, language: str, marks: AbstractSet[str] = frozenset()) -> list[int]:
    """Where sentences end in a block's raw text; the last is its length. marks are those of the page's footnotes."""
    from sentencex import get_sentence_boundaries

    flat = re.sub(r"\s", " ", raw)
    ends = [boundary["end_index"] for boundary in get_sentence_boundaries(language, flat)]
    marked = {m.start(1): m.end() for m in _APART_FOOTNOTE.finditer(flat) if m[1] in marks}
    ends = [marked.get(end, end) for end in ends] + [match.end() for match in _FOOTNOTE.finditer(flat)]
    kept, start = [], 0
    for end in sorted({*ends, len(flat)}):
        following = flat[end:].lstrip()[:1]
        abbreviated = _ABBREVIATED.search(flat[start:end]) and not (following.isupper() and following != "I")
        if end == len(flat) or not (abbreviated or following.islower() or _LETTERED.fullmatch(flat[start:end])):
            kept.append(end)
            start = end
    return kept


def _spans(page: Page, pieces: Sequence[Piece], start: int, end: int) -> tuple[Span, ...]:
    """The part start..end of the joined pieces as spans of the page, without outer white space."""
    spans, at = [], 0
    for piece in pieces:
        length = piece.end - piece.start
        lower, upper = max(start - at, 0), min(end - at, length)
        if lower < upper:
            spans.append(Span(page.number, page.label, piece.start + lower, piece.start + upper))
        at += length
    return _trimmed(page, spans)


def _trimmed(page: Page, spans: list[Span]) -> tuple[Span, ...]:
    first, last = spans[0], spans[-1]
    lead = page.raw[first.start : first.end]
    spans[0] = replace(first, start=first.start + len(lead) - len(lead.lstrip()))
    last = spans[-1]
    spans[-1] = replace(last, end=last.start + len(page.raw[last.start : last.end].rstrip()))
    return tuple(span for span in spans if span.start < span.end)


def _over_pages(pages: Sequence[Page], blocks: Sequence[Block], sentences: list[Sentence]) -> list[Sentence]:
    """Join a sentence that runs over a page break, past footnotes and boxes; mark as not whole what stays cut."""
    mended = [
        replace(sentence, whole=not _is_cut(sentence, blocks[sentence.block], after))
        for sentence, after in zip_longest(sentences, sentences[1:])
    ]
    for before, after in reversed(
        list(_page_breaks(blocks, sentences))
    ):  # from the end: what is joined may be cut again
        left, right = blocks[before.block], blocks[after.block]
        if right.page == left.page + 1 and (_goes_on(after.text) or right.goes_on):
            rest = mended[after.number]
            spans = before.spans + rest.spans
            mended[before.number] = replace(before, spans=spans, text=spans_text(pages, spans), whole=rest.whole)
            mended[after.number] = replace(rest, whole=False)
        elif before.kind != "item" or (right.kind == "paragraph" and right.paragraph in {"", left.paragraph}):
            mended[before.number] = replace(before, whole=False)
    return [_checked(sentence, blocks[sentence.block]) for sentence in mended]


def _goes_on(text: str) -> bool:
    """Whether a text may begin in the middle of a sentence: with a small letter, or in a script without large ones."""
    first = text[:1]
    return (first.islower() or unicodedata.category(first or " ") == "Lo") and not _ARTICLE.match(text)


def _is_cut(sentence: Sentence, block: Block, after: Sentence | None) -> bool:
    """Whether a sentence is the last of a block that goes on elsewhere."""
    last = after is None or after.block != sentence.block
    left_open = block.cut or sentence.text.split()[-1] in _LEFT_OPEN
    ended = _TERMINAL.search(sentence.text) or _LISTED.search(sentence.text)
    return last and left_open and sentence.kind == "sentence" and not ended


def _page_breaks(blocks: Sequence[Block], sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, Sentence]]:
    """The sentence that each page leaves open, and the first of the next page with text.

    It is the last of the page; or, where a figure or table stands last, the only one above that is cut, when the next
    page begins in the middle of a sentence.
    """
    read_on = [sentence for sentence in sentences if not blocks[sentence.block].aside]
    of_pages = [list(run) for _, run in groupby(read_on, key=lambda sentence: blocks[sentence.block].page)]
    for page, following in pairwise(of_pages):
        before, after = page[-1], following[0]
        cut = [one for one, then in zip_longest(page, page[1:]) if _is_cut(one, blocks[one.block], then)]
        open_ = blocks[before.block].cut or before.text.split()[-1] in _LEFT_OPEN
        if len(cut) == 1 and not open_ and after.text[:1].islower():
            before = cut[0]
        if "heading" not in (before.kind, after.kind) and not _TERMINAL.search(before.text):
            yield before, after


def _checked(sentence: Sentence, block: Block) -> Sentence:
    """A sentence that begins in the middle is not whole: the layout lost its beginning."""
    cut_note = block.aside and block.goes_on and sentence.spans[0].start == block.pieces[0].start
    if sentence.kind == "sentence" and (sentence.text[:1].islower() or cut_note):
        return replace(sentence, whole=False)
    return sentence


def _with_stems(sentences: list[Sentence]) -> list[Sentence]:
    """Hang each list item on what it belongs to: the sentence before its list, or the item around it."""
    hung: list[Sentence] = []
    open_: list[Sentence] = []  # what ends in a colon and still gathers items, outermost first
    for sentence in sentences:
        if hung and not sentence.whole and sentence.spans[0] in hung[-1].spans:
            hung.append(sentence)  # the tail of the sentence before, over a page break
            continue
        if sentence.kind != "item":
            open_ = []
        elif open_:
            open_ = open_[:1] + [item for item in open_[1:] if _around(item, sentence)]
            sentence = replace(sentence, stem=open_[-1].number)
        if sentence.whole and sentence.text.endswith((":", "—", "–")) and sentence.kind != "heading":
            open_.append(sentence)
        hung.append(sentence)
    return hung


def _around(outer: Sentence, inner: Sentence) -> bool:
    """Whether an item lies within another: its number goes on from the other's, or it is a bullet under it."""
    return inner.paragraph.startswith(outer.paragraph) and inner.block > outer.block
