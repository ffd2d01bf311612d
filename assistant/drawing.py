"""PDF, page, quote → a picture of the page with the quote marked, drawn in a child process with limits.

The child is given one JSON object on standard input. On standard output it says in a line what became of it: ``marked``
or ``unmarked``, with the picture after it, or ``page``, ``large`` or ``broken``.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.confined import confine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image
    from pypdfium2 import PdfBitmap, PdfPage, PdfTextPage

_MARK: Final = (255, 214, 0, 96)  # a translucent yellow
_LARGEST_PIXELS: Final = 20_000_000
_FEWEST_SIGNS: Final = 4  # a shorter quote would be found anywhere
_FEWEST_OF_PART: Final = 24  # the same for the part of a quote that goes on over the page


class TooLargeError(Exception):
    """A page has more pixels than is drawn."""


class NoPageError(Exception):
    """A document has no page of this number."""


class Box(NamedTuple):
    """A rectangle in PDF points, from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class Share(NamedTuple):
    """A rectangle in shares of a picture's width and height, 0 to 1, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def draw(pdf: Path, page: int, quote: str, shares: Sequence[Share], scale: float) -> tuple[bytes, bool]:
    """A page (counted from 1) as PNG bytes, and whether the quote was marked in yellow; scale 1 is 72 pixels per inch.

    The quote is marked where shares say, else where its words are found on the page. Raises NoPageError,
    TooLargeError, and what pdfium raises.
    """
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        if not 1 <= page <= len(document):
            raise NoPageError
        sheet = document[page - 1]
        width, height = sheet.get_size()
        if width * height * scale**2 > _LARGEST_PIXELS:
            raise TooLargeError
        boxes = () if shares else tuple(_lines(sheet.get_textpage(), quote))
        bitmap = sheet.render(scale=scale, may_draw_forms=False)
        rectangles = [*_of_boxes(boxes, bitmap, sheet), *_of_shares(shares, bitmap)]
        return _png(_marked(bitmap, rectangles, scale)), bool(rectangles)


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


def _of_boxes(boxes: Sequence[Box], bitmap: PdfBitmap, sheet: PdfPage) -> Iterator[tuple[float, ...]]:
    places = bitmap.get_posconv(sheet)  # knows turned and cut pages
    for box in boxes:
        xs, ys = zip(places.to_bitmap(box.left, box.bottom), places.to_bitmap(box.right, box.top), strict=True)
        yield min(xs), min(ys), max(xs), max(ys)


def _of_shares(shares: Sequence[Share], bitmap: PdfBitmap) -> Iterator[tuple[float, ...]]:
    for left, top, right, bottom in shares:
        yield left * bitmap.width, top * bitmap.height, right * bitmap.width, bottom * bitmap.height


def _marked(bitmap: PdfBitmap, rectangles: Sequence[tuple[float, ...]], margin: float) -> Image.Image:
    from PIL import Image, ImageDraw

    picture = bitmap.to_pil().convert("RGBA")
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    for left, top, right, bottom in rectangles:
        pen.rectangle((left - margin, top - margin, right + margin, bottom + margin), fill=_MARK)
    return Image.alpha_composite(picture, veil).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False)
    return file.getvalue()


def main() -> int:
    """Entry of the child process: draws at the first of the scales at which the picture is small enough."""
    task = json.load(sys.stdin)
    confine()
    said, png = "broken", b""
    for scale in task["scales"]:
        try:
            png, marked = draw(Path(task["pdf"]), task["page"], task["quote"], task["shares"], scale)
            said = "marked" if marked else "unmarked"
        except NoPageError:
            said, png = "page", b""
        except TooLargeError:
            said, png = "large", b""
        except Exception:  # noqa: BLE001  pdfium's errors may hold text of the page
            said, png = "broken", b""
        if said != "large" and len(png) <= task["largest"]:
            break
        said, png = "large", b""
    sys.stdout.buffer.write(said.encode() + b"\n" + png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
