"""Guides → PDFs, the same bytes for the same text; the only module that knows reportlab."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ingest.facts import read_facts
from ingest.guide_text import (
    Guide,
    GuideParagraph,
    Heading,
    RestsOn,
    guide_paragraphs,
    read_guides,
    rests_on,
    sources,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.facts import Fact

__all__ = ["GuideParagraph", "RestsOn", "build_guides", "guide_paragraphs", "rests_on"]

_MARGIN = 70  # points, about 2.5 cm
_INK, _TEAL, _GREY, _PALE = "#1b2430", "#0f5c63", "#5a6572", "#eef4f4"
_BOLD = {"fontName": "Helvetica-Bold", "textColor": _TEAL}
_STYLES: dict[str, dict[str, Any]] = {
    "Title": {**_BOLD, "fontSize": 24, "leading": 29, "spaceAfter": 12},
    "Box": {"fontSize": 10, "leading": 14.5, "spaceAfter": 10, "backColor": _PALE, "borderPadding": 6},
    "Heading": {**_BOLD, "fontSize": 14, "leading": 18, "spaceBefore": 12, "spaceAfter": 5},
    "Paragraph": {"fontSize": 11.5, "leading": 16.5, "leftIndent": 26, "spaceAfter": 7},
    "Item": {"fontSize": 11.5, "leading": 16.5, "leftIndent": 48, "spaceAfter": 3},
    "Source": {"fontSize": 9, "leading": 12.5, "spaceAfter": 4, "splitLongWords": 1},
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WARNING = (
    "This is an unofficial guide by Avenues. It is not a policy of the United Nations, and no office of the "
    "United Nations has approved it. It does not replace the rules of your entity. It says in plain words "
    "what official pages and documents say."
)


def build_guides(corpus_dir: Path) -> list[Path]:
    """Write documents/<id>.pdf for every guides/<id>.md and return the paths, sorted.

    Raises:
        CatalogueError: a guide or facts.csv cannot be used; it lists all problems, and nothing is
            written.

    """
    facts = read_facts(corpus_dir)
    guides = read_guides(corpus_dir, facts)
    folder = corpus_dir / "documents"
    folder.mkdir(exist_ok=True)
    for guide in guides:
        (folder / f"{guide.id}.pdf").write_bytes(_pdf(guide, facts))
    return [folder / f"{guide.id}.pdf" for guide in guides]


def _pdf(guide: Guide, facts: dict[str, Fact]) -> bytes:
    """Set a guide on A4 pages; streams stay uncompressed, since not every zlib packs the same bytes alike."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    class Pages(BaseDocTemplate):
        def afterFlowable(self, flowable: Any) -> None:
            """Add each heading to the outline."""
            level = {"Title": 0, "Heading": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
            if level is not None:
                text = flowable.getPlainText()
                self.canv.bookmarkPage(text)
                self.canv.addOutlineEntry(text, text, level)

    width, height = A4
    about: dict[str, Any] = {"title": guide.title, "subject": "Unofficial guide", "lang": "en"}
    about |= {"author": "Avenues", "creator": "Avenues"}
    out = io.BytesIO()
    pages = Pages(out, pagesize=A4, invariant=1, pageCompression=0, **about)
    frame = Frame(_MARGIN, 64, width - 2 * _MARGIN, height - 64 - 70, 0, 0, 0, 0)
    page = PageTemplate(
        frames=[frame],
        onPage=lambda canvas, _: _header(canvas, height),
        onPageEnd=lambda canvas, _: _footer(canvas, guide.title, width),
    )
    pages.addPageTemplates(page)
    pages.build([*_title(guide, facts), *_body(guide), *_sources(guide, facts)])
    return out.getvalue()


def _header(canvas: Any, height: float) -> None:
    """Draw the line above the text of a page; height is the page's, in points."""
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(_GREY)
    canvas.drawString(_MARGIN, height - 44, "Unofficial guide. Not United Nations policy text.")


def _footer(canvas: Any, title: str, width: float) -> None:
    """Draw the line below the text of a page; width is the page's, in points."""
    canvas.setStrokeColor(_GREY)
    canvas.setLineWidth(0.4)
    canvas.line(_MARGIN, 48, width - _MARGIN, 48)
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(_GREY)
    canvas.drawString(_MARGIN, 34, f"Avenues guide · unofficial · {title} · page {canvas.getPageNumber()}")


def _title(guide: Guide, facts: dict[str, Fact]) -> Iterator[Any]:
    """Set the title and the box that says what this is, what it rests on and when it was reviewed."""
    day = f"{guide.reviewed.day} {_MONTHS[guide.reviewed.month - 1]} {guide.reviewed.year}"
    names = "; ".join(dict.fromkeys(fact.document.split(", ")[0] for fact in sources(guide, facts)))
    basis = f"It rests on: {names}. The end of this guide says how each was read and where to find it."
    yield _words("Title", guide.title)
    yield _words("Box", f"{_WARNING}\nReviewed on {day}.\n{basis}")


def _body(guide: Guide) -> Iterator[Any]:
    """Set the headings and paragraphs; a paragraph is never parted between two pages."""
    from reportlab.platypus import KeepTogether

    heading: list[Any] = []
    for part in guide.parts:
        if isinstance(part, Heading):
            heading = [_words("Heading", part.text)]
        else:
            yield KeepTogether([*heading, *_paragraph(part)])
            heading = []


def _paragraph(part: GuideParagraph) -> Iterator[Any]:
    """Set one numbered paragraph: the number hangs before the text, list items stand below, further in."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = f"{part.number}. {part.text}".split("\n")
    for n, line in enumerate(lines):
        label = line.split(" ", 1)[0] + " "
        hang = -stringWidth(label, "Helvetica", 11.5)
        yield _words(
            "Item" if n else "Paragraph",
            line,
            firstLineIndent=hang,
            spaceAfter=7 if n == len(lines) - 1 else 3,
        )


def _sources(guide: Guide, facts: dict[str, Fact]) -> Iterator[Any]:
    """Set the list of pages and documents that the guide rests on."""
    from reportlab.platypus import KeepTogether

    lines = []
    for fact in sources(guide, facts):
        dated = f" Dated {fact.date}." if fact.date else ""
        address = f"\n{fact.official_url}" if fact.official_url else ""
        lines.append(_words("Source", f"{fact.document}. Read as: {fact.evidence}.{dated}{address}"))
    yield KeepTogether([_words("Heading", "Where to find the sources"), *lines[:1]])
    yield from (KeepTogether([line]) for line in lines[1:])


def _words(name: str, text: str, **more: Any) -> Any:
    """Make a paragraph in one of the styles; no word is cut at a hyphen, so that a reader gets it whole."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    base = {"fontName": "Helvetica", "textColor": _INK, "embeddedHyphenation": 0, "splitLongWords": 0}
    style = ParagraphStyle(name, **{**base, **_STYLES[name], **more})
    return Paragraph(escape(text).replace("\n", "<br/>"), style)
