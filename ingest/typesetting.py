"""styled words → the bytes of a PDF, the same for the same words; the only module that knows reportlab."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

INK, TEAL, GREY, PALE = "#1b2430", "#0f5c63", "#5a6572", "#eef4f4"


@dataclass(frozen=True)
class Style:
    """How a paragraph looks; sizes are in points. outline is the level of a heading in the PDF's outline, from 0."""

    size: float
    leading: float
    bold: bool = False
    colour: str = INK
    before: float = 0
    after: float = 0
    indent: float = 0
    background: str | None = None
    padding: float = 0
    cut_long_words: bool = False  # for links, which may be wider than the page
    outline: int | None = None


@dataclass(frozen=True)
class Words:
    """One paragraph in a style. hanging is its first few characters where they stand out to the left."""

    style: str
    text: str
    hanging: str = ""
    after: float | None = None  # points, instead of the style's


@dataclass(frozen=True)
class Together:
    """Paragraphs that are not parted between two pages, if they fit on one."""

    parts: tuple[Words, ...]


@dataclass(frozen=True)
class Layout:
    """An A4 page: its styles by name, margins in points, a line above the text, and one below for a page number.

    about is what the file says of itself: title, subject, author, creator, lang. Where anonymous is set it says nothing
    but the language: no title, no program, no date, no id.
    """

    styles: Mapping[str, Style]
    margin: float
    top: float
    bottom: float
    header: str = ""
    footer: Callable[[int], str] | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    anonymous: bool = False


@dataclass(frozen=True)
class Typeset:
    """A PDF and how many pages it has."""

    pdf: bytes
    pages: int


def typeset(blocks: Iterable[Words | Together], layout: Layout) -> Typeset:
    """Set blocks on A4 pages; streams stay uncompressed, since not every zlib packs the same bytes alike."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    class Pages(BaseDocTemplate):
        def afterFlowable(self, flowable: Any) -> None:
            """Add each heading to the outline."""
            style = layout.styles.get(getattr(getattr(flowable, "style", None), "name", ""))
            if style and style.outline is not None:
                text = flowable.getPlainText()
                self.canv.bookmarkPage(text)
                self.canv.addOutlineEntry(text, text, style.outline)

    class Anonymous(Canvas):
        def save(self) -> None:
            """Write the file with an empty record of what it is, and without an id."""
            document: Any = self._doc  # type: ignore[attr-defined]  # its types leave it out
            document.info.format = lambda _: b"<< >>"
            document.ID = lambda: None
            super().save()

    width, height = A4
    out = io.BytesIO()
    about: dict[str, Any] = dict(layout.about)
    pages = Pages(out, pagesize=A4, invariant=1, pageCompression=0, **about)
    size = (width - 2 * layout.margin, height - layout.bottom - layout.top)
    page = PageTemplate(
        frames=[Frame(layout.margin, layout.bottom, *size, 0, 0, 0, 0)],
        onPage=lambda canvas, _: _header(canvas, layout, height),
        onPageEnd=lambda canvas, _: _footer(canvas, layout, width),
    )
    pages.addPageTemplates(page)
    pages.build([_block(block, layout) for block in blocks], canvasmaker=Anonymous if layout.anonymous else Canvas)
    pdf = out.getvalue()
    return Typeset(_without_maker(pdf) if layout.anonymous else pdf, pages.page)


def _without_maker(pdf: bytes) -> bytes:
    """Blank the comment that names the program that made a file; places in the file stay as they are."""
    head, _, rest = pdf.partition(b"\n")
    comment, _, body = rest.partition(b"\n")
    signs = comment[:5]  # a percent sign and four bytes that say that the file is not text
    return b"\n".join((head, signs.ljust(len(comment)), body))


def unprintable(text: str) -> str:
    """The characters that the built-in typefaces do not have, each once; "" when all can be printed."""
    return "".join(dict.fromkeys(character for character in text if not _has(character)))


def _has(character: str) -> bool:
    try:
        return bool(character.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _header(canvas: Any, layout: Layout, height: float) -> None:
    """Draw the line above the text of a page; height is the page's, in points."""
    if not layout.header:
        return
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(GREY)
    canvas.drawString(layout.margin, height - 44, layout.header)


def _footer(canvas: Any, layout: Layout, width: float) -> None:
    """Draw the line below the text of a page; width is the page's, in points."""
    if layout.footer is None:
        return
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.4)
    canvas.line(layout.margin, 48, width - layout.margin, 48)
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(GREY)
    canvas.drawString(layout.margin, 34, layout.footer(canvas.getPageNumber()))


def _block(block: Words | Together, layout: Layout) -> Any:
    from reportlab.platypus import KeepTogether

    if isinstance(block, Words):
        return _paragraph(block, layout.styles[block.style])
    return KeepTogether([_paragraph(part, layout.styles[part.style]) for part in block.parts])


def _paragraph(words: Words, style: Style) -> Any:
    """Make a paragraph in a style; no word is cut at a hyphen, so that a reader gets it whole."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import Paragraph

    font = "Helvetica-Bold" if style.bold else "Helvetica"
    looks: dict[str, Any] = {
        "fontName": font,
        "fontSize": style.size,
        "leading": style.leading,
        "textColor": style.colour,
        "spaceBefore": style.before,
        "spaceAfter": style.after if words.after is None else words.after,
        "leftIndent": style.indent,
        "firstLineIndent": -stringWidth(words.hanging, font, style.size) if words.hanging else 0,
        "backColor": style.background,
        "borderPadding": style.padding,
        "embeddedHyphenation": 0,
        "splitLongWords": int(style.cut_long_words),
    }
    return Paragraph(escape(words.text).replace("\n", "<br/>"), ParagraphStyle(words.style, **looks))
