"""styled words → the bytes of a PDF, the same for the same words; the only module that knows reportlab."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import escape

from ingest import arabic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PACKED: Final = {  # language → package and files of its typeface, regular and bold, where it is installed
    "ar": ("fontpkg_ibm_plex_sans_arabic", "IBMPlexSansArabic-Regular.ttf", "IBMPlexSansArabic-Bold.ttf"),
    "ru": ("fontpkg_pt_sans", "PT_Sans-Web-Regular.ttf", "PT_Sans-Web-Bold.ttf"),
}
FROM_THE_RIGHT: Final = frozenset({"ar"})
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


class _Typeface(NamedTuple):
    """Two weights by name, and the characters that both have; None for those of Windows' Latin alphabet."""

    regular: str
    bold: str
    characters: frozenset[int] | None = None


_BUILT_IN: Final = _Typeface("Helvetica", "Helvetica-Bold")


@lru_cache(maxsize=8)
def _typeface(language: str) -> _Typeface:
    """The typeface for a language; the built-in one where none is named for it or that one is not installed."""
    package, *files = _PACKED.get(language, ("",))
    found = find_spec(package) if package else None
    if found is None or found.origin is None:
        return _BUILT_IN
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        fonts = [TTFont(Path(name).stem, str(Path(found.origin).with_name("files") / name)) for name in files]
    except (TTFError, OSError):
        return _BUILT_IN
    for font in fonts:
        registerFont(font)
    regular, bold = fonts
    return _Typeface(regular.fontName, bold.fontName, frozenset(regular.face.charToGlyph) & set(bold.face.charToGlyph))


def unprintable(text: str, language: str = "en") -> str:
    """The characters that the typeface for a language does not have, each once; "" when all can be printed."""
    characters = _typeface(language).characters
    shown = arabic.joined(text) if characters is not None and arabic.runs_from_the_right(text) else text
    return "".join(dict.fromkeys(character for character in shown if not _has(character, characters)))


def _has(character: str, characters: frozenset[int] | None) -> bool:
    if characters is not None:
        return character == "\n" or ord(character) in characters
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
        return _paragraph(block, layout)
    return KeepTogether([_paragraph(part, layout) for part in block.parts])


def _paragraph(words: Words, layout: Layout) -> Any:
    """Make a paragraph in its style; no word is cut at a hyphen, so that a reader gets it whole.

    In a language that runs from right to left every paragraph stands at the right, and its lines are made here.
    """
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import Paragraph

    style, language = layout.styles[words.style], layout.about.get("lang", "")
    typeface = _typeface(language)
    font = typeface.bold if style.bold else typeface.regular
    text = words.text
    if from_right := language in FROM_THE_RIGHT:
        width = A4[0] - 2 * layout.margin - style.indent - 2 * style.padding - 1
        text = _lines_from_the_right(text, width, lambda said: stringWidth(said, font, style.size))
    looks: dict[str, Any] = {
        "fontName": font,
        "fontSize": style.size,
        "leading": style.leading,
        "textColor": style.colour,
        "spaceBefore": style.before,
        "spaceAfter": style.after if words.after is None else words.after,
        "leftIndent": 0 if from_right else style.indent,
        "rightIndent": style.indent if from_right else 0,
        "alignment": TA_RIGHT if from_right else TA_LEFT,
        "firstLineIndent": -stringWidth(words.hanging, font, style.size) if words.hanging else 0,
        "backColor": style.background,
        "borderPadding": style.padding,
        "embeddedHyphenation": 0,
        "splitLongWords": int(style.cut_long_words),
    }
    return Paragraph(escape(text).replace("\n", "<br/>"), ParagraphStyle(words.style, **looks))


def _lines_from_the_right(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The lines of a text in the order of drawing; width is theirs, in points."""
    made = (line for paragraph in text.split("\n") for line in arabic.lines(paragraph, width, measure))
    return "\n".join(line.replace(" ", "\N{NO-BREAK SPACE}") for line in made)
