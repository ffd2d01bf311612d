"""PDF, page, quote → a picture of the page with the quote marked."""

from __future__ import annotations

import io
import threading
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image
    from pypdfium2 import PdfBitmap, PdfPage, PdfTextPage

_LOCK: Final = threading.Lock()  # pdfium may be used by one thread at a time only
_MARK: Final = (255, 214, 0, 96)  # a translucent yellow
_LARGEST_PIXELS: Final = 20_000_000
_FEWEST_SIGNS: Final = 4  # a shorter quote would be found anywhere
_FEWEST_OF_PART: Final = 24  # the same for the part of a quote that goes on over the page


class PictureError(Exception):
    """A page could not be drawn; the message says why, in words for a person, and holds no text of the page."""


@dataclass(frozen=True)
class Picture:
    """One page as PNG bytes; marked tells whether the quote was found on it."""

    png: bytes
    marked: bool


class Box(NamedTuple):
    """A rectangle in PDF points, from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def page_picture(pdf: Path, page: int, quote_text: str, scale: float = 1.5) -> Picture:
    """Draw a page (counted from 1) with the quote marked in yellow; scale 1 is 72 pixels per inch.

    Raises PictureError when the file or the page is not there, cannot be drawn, or is too large.
    """
    with _LOCK:
        try:
            return _drawn(pdf, page, quote_text, scale)
        except PictureError:
            raise
        except FileNotFoundError:
            raise PictureError("The document is no longer there.") from None
        except Exception as error:  # noqa: BLE001  pdfium's errors may hold text of the page
            raise PictureError(f"The page cannot be drawn ({type(error).__name__}).") from None


def _drawn(pdf: Path, page: int, quote_text: str, scale: float) -> Picture:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        if not 1 <= page <= len(document):
            raise PictureError(f"The document has no page {page}.")
        sheet = document[page - 1]
        width, height = sheet.get_size()
        if width * height * scale**2 > _LARGEST_PIXELS:
            raise PictureError("The page is too large to be drawn.")
        words = sheet.get_textpage()
        boxes = tuple(_lines(words, quote_text))
        bitmap = sheet.render(scale=scale, may_draw_forms=False)
        return Picture(_png(_marked(bitmap, sheet, boxes, scale)), bool(boxes))


def _lines(words: PdfTextPage, quote_text: str) -> Iterator[Box]:
    """One box for each line of the quote; none when the quote is not on the page."""
    signs, places = _signs(words)
    wanted = "".join(_plain(quote_text))
    line: Box | None = None
    for index in dict.fromkeys(places[_found(signs, wanted)]):
        box = Box(*words.get_charbox(index, loose=True))
        if line and _same_line(line, box):
            line = Box(
                min(line.left, box.left),
                min(line.bottom, box.bottom),
                max(line.right, box.right),
                max(line.top, box.top),
            )
        else:
            if line:
                yield line
            line = box
    if line:
        yield line


def _found(signs: str, wanted: str) -> slice:
    """Where the quote stands among the page's signs: whole, else its longest beginning or end that is there."""
    start = signs.find(wanted)
    if start >= 0:
        return slice(start, start + len(wanted) if len(wanted) >= _FEWEST_SIGNS else start)
    sizes = range(len(wanted) + 1)  # a part is there whenever a longer one is, so halving finds the longest
    head = bisect_right(sizes, False, key=lambda size: wanted[:size] not in signs) - 1
    tail = bisect_right(sizes, False, key=lambda size: wanted[len(wanted) - size :] not in signs) - 1
    part = wanted[:head] if head >= tail else wanted[len(wanted) - tail :]
    start = signs.find(part)
    return slice(start, start + len(part) if len(part) >= _FEWEST_OF_PART else start)


def _signs(words: PdfTextPage) -> tuple[str, list[int]]:
    """The page's letters and digits in reading order, and for each of them its character's number on the page."""
    signs, places = [], []
    count = words.count_chars()
    whole = words.get_text_range(0, count) if count else ""
    characters = whole if len(whole) == count else (words.get_text_range(n, 1) for n in range(count))
    for number, character in enumerate(characters):
        for sign in _plain(character):
            signs.append(sign)
            places.append(number)
    return "".join(signs), places


def _plain(text: str) -> Iterator[str]:
    """Letters and digits only, without case, ligatures taken apart."""
    return (sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _same_line(line: Box, box: Box) -> bool:
    middle = (box.bottom + box.top) / 2
    near = box.left - line.right < 3 * max(box.top - box.bottom, 1.0)
    return line.bottom <= middle <= line.top and near and box.right >= line.left


def _marked(bitmap: PdfBitmap, sheet: PdfPage, boxes: tuple[Box, ...], scale: float) -> Image.Image:
    from PIL import Image, ImageDraw

    picture = bitmap.to_pil().convert("RGBA")
    places = bitmap.get_posconv(sheet)  # knows turned and cut pages
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    for box in boxes:
        xs, ys = zip(places.to_bitmap(box.left, box.bottom), places.to_bitmap(box.right, box.top), strict=True)
        pen.rectangle((min(xs) - scale, min(ys) - scale, max(xs) + scale, max(ys) + scale), fill=_MARK)
    return Image.alpha_composite(picture, veil).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False)
    return file.getvalue()
