"""Texts at places of a page → what is read of them."""

from __future__ import annotations

from ingest.folding import fold, join, tidy
from ingest.layout import read_blocks
from ingest.pages import read_pages
from ingest.sentences import read_sentences
from tests.pdfs import place_pdf

PLAIN, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"


def text(lines, x=72.0, top=780.0, font=PLAIN, size=10.0, pitch=12.0):
    """Lines one below the other."""
    return [(x, top - pitch * n, line, font, size) for n, line in enumerate(lines)]


def read(tmp_path, pages, outline=()):
    """Pages, blocks and sentences of a PDF that is made of these pages; every sentence is exact and in order."""
    found = read_pages(place_pdf(tmp_path / "placed.pdf", pages, outline))
    blocks = read_blocks(found)
    sentences = read_sentences(found, blocks)
    for sentence in sentences:
        parts = [(span.page, found[span.page - 1].raw[span.start : span.end]) for span in sentence.spans]
        places = [(span.page, edge) for span in sentence.spans for edge in (span.start, span.end)]
        assert fold(join(parts)) == fold(sentence.text)
        assert places == sorted(places)
    return found, blocks, sentences


def shown(pages, blocks):
    """Kind, paragraph number and text of each block."""
    return [(block.kind, block.paragraph, tidy(block.raw(pages[block.page - 1]))) for block in blocks]
