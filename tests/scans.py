"""Pages of a PDF → a PDF of their pictures, as a scanner makes it; no text layer at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image


def make_scan(path: Path, printed: Path, dots_per_inch: int = 150) -> Path:
    """Write the pictures of all pages of a printed PDF, one a page; the same bytes every time."""
    with PdfDocument(printed) as document:
        pictures = [page.render(scale=dots_per_inch / 72, grayscale=True).to_pil() for page in document]
    return picture_pdf(path, pictures, dots_per_inch)


def picture_pdf(path: Path, pictures: list[Image.Image], dots_per_inch: int = 150) -> Path:
    """Write one page for each picture, as large as the picture is at this resolution."""
    canvas = Canvas(str(path), invariant=True)
    for picture in pictures:
        width, height = (side * 72 / dots_per_inch for side in picture.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return path
