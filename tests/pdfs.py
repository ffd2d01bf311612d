"""Lines of text → PDFs to test with; each line of a text is one line that pypdf gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def make_pdf(path: Path, pages: Sequence[str], labels: Sequence[tuple[int, str, int]] = (), password: str = "") -> Path:
    """Write one page for each text, line by line; the same bytes every time.

    labels are (index of the page where they begin, style such as ROMAN_LOWER or ARABIC, number to begin with).
    """
    canvas = Canvas(str(path), pagesize=A4, invariant=True, encrypt=password or None)
    for index, style, first in labels:
        canvas.addPageLabel(index, style, first)
    for page in pages:
        text = canvas.beginText(60, 790)
        text.setFont("Helvetica", 10)
        text.textLines(page.strip("\n"), trim=0)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return path


def place_pdf(
    path: Path,
    pages: Sequence[Sequence[tuple[float, float, str, str, float]]],
    outline: Sequence[tuple[int, int, str]] = (),
) -> Path:
    """Write pages of lines at places: (points from the left, from the bottom, text, font, size), in this order.

    outline are (index of the page, level from 0, title).
    """
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    for n, page in enumerate(pages):
        for index, level, title in outline:
            if index == n:
                canvas.bookmarkPage(title)
                canvas.addOutlineEntry(title, title, level)
        for x, y, text, font, size in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return path
