"""PDF → the letters that its pages draw, and which of them a reader cannot see; ingest's only door to pdfium.

Every page is drawn twice, with its text and without. Where the two pictures are alike, no reader sees the text,
whatever the trick: its colour, an invisible mode, a box over it, a clip, a layer that is off, a place off the page.
Pdfium is a large C++ library that reads foreign files: a build calls it in the child process of one document only.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

SEEN, UNSEEN, TINY, FALSE_FONT, RECOGNISED = ".utfr"  # what can be said of a letter, one sign each
_SCALE: Final = 1.5  # pixels a point: strokes of 6-point text still reach their full colour
_LARGEST_PIXELS: Final = 20_000_000
_CONTRAST: Final = 32  # of 255, in the strongest of red, green and blue; #DFDFDF on white is as good as nothing
_TINY: Final = 4.0  # points
_SMALL_RAISED: Final = 3  # so many tiny letters in a row may be the "th" of "4th"
_LATIN: Final = "\u024f"  # pdfium brings letters of its own up to here; others come from the machine or not at all
_LAYERS: Final = 4  # texts over texts over texts: more than this is no page to read
_SQUARE: Final = 8  # pixels a side, less than a line of text is high
_OVERLAP: Final = 0.4  # of a letter's box, from which another text is said to lie on it
_SCAN_SHARE: Final = 0.9  # of the letters unseen, over pictures: a scan with the text that was recognised on it
_SCAN_COVER: Final = 0.5  # of the page that pictures cover


@dataclass(frozen=True)
class DrawnPage:
    """The letters and digits of one page in the order of its text, folded (`signs`), and one mark for each.

    A mark is SEEN; or UNSEEN, TINY (under 4 points) or FALSE_FONT, which a reader does not see so; or RECOGNISED, which
    stands unseen over a picture that shows something at its place, as on a scan. ink is the share of the page, 0 to 1,
    where it shows anything but its text. text is the page's text in reading order where it is written from right to
    left, which others give in the order of the lines; "" elsewhere.
    """

    signs: str
    marks: str
    ink: float = 0.0
    text: str = ""


@lru_cache(maxsize=4096)
def signs(text: str) -> str:
    """Letters and digits only, without case, ligatures taken apart."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


class _Letter(NamedTuple):
    """One character as the page draws it: its signs, its text object, and its box in pixels."""

    signs: str
    text: int
    left: int
    top: int
    right: int
    bottom: int

    def of(self, picture: NDArray[Any], margin: int = 0) -> NDArray[Any]:
        """The part of a picture in its box and a margin around it; empty when it is off the page."""
        rows = slice(max(self.top - margin, 0), max(self.bottom + margin, 0))
        return picture[rows, max(self.left - margin, 0) : max(self.right + margin, 0)]


@dataclass(frozen=True)
class _Text:
    """One text object: its handle, its render mode, its size in points and the name of its font.

    has_letters is False when its font is not in the file, so that pdfium may lack letters beyond the Latin ones.
    """

    handle: Any
    mode: int
    size: float
    font: str
    has_letters: bool


def read_drawn(path: Path, false_fonts: Mapping[int, Sequence[str]]) -> Iterator[DrawnPage]:
    """Every page of a PDF, drawn in this process. Raises what pdfium raises."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        for n in range(len(document)):
            page = document[n]
            yield _Sheet(page, false_fonts.get(n + 1, ())).drawn()
            page.close()


class _Sheet:
    """One page with its letters, its text objects and the pictures of it."""

    def __init__(self, page: PdfPage, false_fonts: Sequence[str]) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium: Any = pdfium
        self._page = page
        self._false_fonts = frozenset(false_fonts)
        width, height = page.get_size()
        self._scale = min(_SCALE, math.sqrt(_LARGEST_PIXELS / max(width * height, 1.0)))
        self._texts: dict[int, _Text] = {}
        self._handles, self._cover = self._objects()
        self._without_replacements()
        self._letters = list(self._read_letters())

    def drawn(self) -> DrawnPage:
        """The page's signs, each with its mark."""
        bare = self._picture(without=self._handles)
        ink = _ink(bare)
        if not self._letters:
            return DrawnPage("", "", ink)
        whole = self._picture()
        layers = self._layers()
        seen = self._seen_of(layers, whole, bare)
        marks = [self._mark(letter, layers, bool(s), bare) for letter, s in zip(self._letters, seen, strict=True)]
        self._spare_raised(marks)
        self._spare_scan(marks, bare)
        pairs = list(zip(self._letters, marks, strict=True))
        read = "".join(x.signs for x, _ in pairs)
        return DrawnPage(read, "".join(mark * len(x.signs) for x, mark in pairs), ink, self._reading(read))

    def _reading(self, read: str) -> str:
        """The page's text as pdfium orders it, where most of its letters are written from right to left; else ""."""
        if 2 * sum(map(from_right, read)) <= len(read):
            return ""
        text: str = self._page.get_textpage().get_text_range()
        return text.replace("\r\n", "\n")

    def _read_letters(self) -> Iterator[_Letter]:
        pdfium, words = self._pdfium, self._page.get_textpage()
        matrix, box = _pixels_of(self._page, self._scale), [ctypes.c_double() for _ in range(4)]
        a, b, c, d, e, f = matrix
        for n in range(words.count_chars()):
            code = pdfium.FPDFText_GetUnicode(words.raw, n)
            found = signs(chr(code)) if 0 < code < 0x110000 else ""
            if not found or pdfium.FPDFText_IsGenerated(words.raw, n):
                continue
            text = self._text_of(words.raw, n)
            pdfium.FPDFText_GetCharBox(words.raw, n, *box)
            left, right, bottom, top = (value.value for value in box)
            xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
            ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
            first, upper = math.floor(min(xs)), math.floor(min(ys))
            yield _Letter(
                found, text, first, upper, max(math.ceil(max(xs)), first + 1), max(math.ceil(max(ys)), upper + 1)
            )

    def _text_of(self, words: Any, n: int) -> int:
        """The number of the text object that a character belongs to; what is known of it is kept."""
        pdfium = self._pdfium
        handle = pdfium.FPDFText_GetTextObject(words, n)
        number = ctypes.addressof(handle.contents)
        if number not in self._texts:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(words, n, matrix)
            size = pdfium.FPDFText_GetFontSize(words, n) * math.hypot(matrix.c, matrix.d)
            font = pdfium.FPDFTextObj_GetFont(handle)
            name = ctypes.create_string_buffer(256)
            pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
            self._texts[number] = _Text(
                handle,
                pdfium.FPDFTextObj_GetTextRenderMode(handle),
                size,
                plain_font_name(name.value.decode("utf-8", "replace")),
                pdfium.FPDFFont_GetIsEmbedded(font) == 1,
            )
        return number

    def _objects(self) -> tuple[list[Any], float]:
        """All text objects, in forms too, and how much of the page pictures cover (0 to 1, at most once each)."""
        pdfium, found, area = self._pdfium, list[Any](), 0.0
        width, height = self._page.get_size()
        edges = [ctypes.c_float() for _ in range(4)]

        def walk(handle: Any, depth: int) -> None:
            nonlocal area
            kind = pdfium.FPDFPageObj_GetType(handle)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                found.append(handle)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFPageObj_GetBounds(handle, *edges):
                left, bottom, right, top = (edge.value for edge in edges)
                area += max(right - left, 0.0) * max(top - bottom, 0.0)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 16:  # pdfium itself stops before
                for n in range(pdfium.FPDFFormObj_CountObjects(handle)):
                    walk(pdfium.FPDFFormObj_GetObject(handle, n), depth + 1)

        for n in range(pdfium.FPDFPage_CountObjects(self._page.raw)):
            walk(pdfium.FPDFPage_GetObject(self._page.raw, n), 0)
        return found, min(area / max(width * height, 1.0), 1.0)

    def _without_replacements(self) -> None:
        """Take away what text objects say to be read instead of what they draw (ActualText)."""
        pdfium = self._pdfium
        for handle in self._handles:
            for n in reversed(range(pdfium.FPDFPageObj_CountMarks(handle))):
                mark = pdfium.FPDFPageObj_GetMark(handle, n)
                kind = pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText")
                if kind != pdfium.FPDF_OBJECT_UNKNOWN:
                    pdfium.FPDFPageObj_RemoveMark(handle, mark)

    def _picture(self, without: Sequence[Any] = ()) -> NDArray[np.int16]:
        """The page as pixels, shape (height, width, 3), without some of its text objects."""
        import numpy as np

        pdfium = self._pdfium
        modes = [pdfium.FPDFTextObj_GetTextRenderMode(handle) for handle in without]
        for handle in without:
            pdfium.FPDFTextObj_SetTextRenderMode(handle, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
        bitmap = self._page.render(scale=self._scale, may_draw_forms=False, draw_annots=False)
        picture: NDArray[np.int16] = bitmap.to_numpy()[:, :, :3].astype(np.int16)
        for handle, mode in zip(without, modes, strict=True):
            pdfium.FPDFTextObj_SetTextRenderMode(handle, mode)
        bitmap.close()
        return picture

    def _layers(self) -> dict[int, int]:
        """Text objects in layers, so that in no layer one lies on another; −1 where there would be too many."""
        import numpy as np

        height, width = (math.ceil(side * self._scale) + 1 for side in reversed(self._page.get_size()))
        owners = [np.zeros((height, width), dtype=np.int32)]
        letters: dict[int, list[_Letter]] = {}
        for letter in self._letters:
            letters.setdefault(letter.text, []).append(letter)
        layers = {}
        for n, (text, own) in enumerate(letters.items(), 1):
            layer = next((k for k, owner in enumerate(owners) if not any(_taken(x, owner) for x in own)), len(owners))
            layers[text] = layer if layer < _LAYERS else -1
            if layer == len(owners) < _LAYERS:
                owners.append(np.zeros_like(owners[0]))
            if layer < _LAYERS:
                for letter in own:
                    letter.of(owners[layer])[:] = n
        return layers

    def _seen_of(self, layers: Mapping[int, int], whole: NDArray[np.int16], bare: NDArray[np.int16]) -> list[bool]:
        """Whether each letter can be seen in the whole picture."""
        if set(layers.values()) == {0}:
            return _any_in(_differing(whole, bare) >= _CONTRAST, self._letters)
        inks = {}
        for layer in sorted({*layers.values()} - {-1}):
            own = {text for text, its in layers.items() if its == layer}
            others = [h for h in self._handles if ctypes.addressof(h.contents) not in own]
            inks[layer] = _differing(self._picture(others), bare)
        return [
            layers[letter.text] >= 0 and _stands_out(letter.of(inks[layers[letter.text]], 2), letter.of(whole, 2))
            for letter in self._letters
        ]

    def _mark(self, letter: _Letter, layers: Mapping[int, int], seen: bool, bare: NDArray[np.int16]) -> str:
        text = self._texts[letter.text]
        if text.font in self._false_fonts:
            return FALSE_FONT
        lacking = not seen and not text.has_letters and letter.signs > _LATIN and layers[letter.text] >= 0
        if not seen and not (lacking and self._would_be_seen(text, letter, bare)):
            return UNSEEN
        return TINY if text.size < _TINY and letter.bottom - letter.top < _TINY * self._scale else SEEN

    def _would_be_seen(self, text: _Text, letter: _Letter, bare: NDArray[np.int16]) -> bool:
        """Whether a letter that this machine cannot draw has a colour of its own, at a place on the page."""
        pdfium, ground = self._pdfium, letter.of(bare)
        colour = [ctypes.c_uint() for _ in range(4)]
        if text.mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE or not ground.size:
            return False
        if not pdfium.FPDFPageObj_GetFillColor(text.handle, *colour):
            return False
        red, green, blue, alpha = (part.value for part in colour)
        middle = ground.reshape(-1, 3).mean(axis=0)
        return alpha >= _CONTRAST and bool(abs(middle - (blue, green, red)).max() >= _CONTRAST)

    def _spare_raised(self, marks: list[str]) -> None:
        """Take a few tiny letters beside larger ones for what they mostly are: the raised "th" of "4th"."""
        start = 0
        while start < len(marks):
            end = start + 1
            while end < len(marks) and marks[end] == marks[start]:
                end += 1
            run = "".join(letter.signs for letter in self._letters[start:end])
            if marks[start] == TINY and len(run) <= _SMALL_RAISED and run.isalpha():
                marks[start:end] = [SEEN] * (end - start)
            start = end

    def _spare_scan(self, marks: list[str], bare: NDArray[np.int16]) -> None:
        """On a scan, keep the text that was recognised where the picture shows something."""
        if marks.count(UNSEEN) < _SCAN_SHARE * len(marks) or self._cover < _SCAN_COVER:
            return
        boxes: dict[int, list[int]] = {}
        for letter in self._letters:
            box = boxes.setdefault(letter.text, [letter.left, letter.top, letter.right, letter.bottom])
            box[:] = [min(box[0], letter.left), min(box[1], letter.top), max(box[2], letter.right),
                      max(box[3], letter.bottom)]  # fmt: skip
        for n, letter in enumerate(self._letters):
            left, top, right, bottom = boxes[letter.text]
            shown = bare[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
            if marks[n] == UNSEEN and shown.size and int(shown.max() - shown.min()) >= 2 * _CONTRAST:
                marks[n] = RECOGNISED


def plain_font_name(name: str) -> str:
    """The name of a font without its slash and without the six letters that mark a part of it ("ABCDEF+")."""
    name = name.lstrip("/")
    return name[7:] if name[6:7] == "+" else name


def _pixels_of(page: PdfPage, scale: float) -> tuple[float, float, float, float, float, float]:
    """The matrix from points of the page to pixels of its picture; knows turned and cut pages."""
    import pypdfium2.raw as pdfium

    fine = 64  # pdfium gives whole numbers
    width, height = (int(side * scale * fine) for side in page.get_size())

    def pixel(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
        return across.value / fine, down.value / fine

    (e, f), (x1, y1), (x2, y2) = pixel(0, 0), pixel(100, 0), pixel(0, 100)
    return (x1 - e) / 100, (y1 - f) / 100, (x2 - e) / 100, (y2 - f) / 100, e, f


def from_right(sign: str) -> bool:
    """Whether a letter is written from right to left."""
    return "\u0590" <= sign <= "\u08ff"


def _ink(picture: NDArray[np.int16]) -> float:
    """The share of small squares of a picture that are not of one colour."""
    import numpy as np

    height, width = (side // _SQUARE * _SQUARE for side in picture.shape[:2])
    if not height or not width:
        return 0.0
    rows = picture[:height, :width].reshape(height // _SQUARE, _SQUARE, width, 3)
    squares = height // _SQUARE, width // _SQUARE, _SQUARE, 3  # one side after the other: many times faster
    lightest = rows.max(axis=1).reshape(squares).max(axis=2)
    darkest = rows.min(axis=1).reshape(squares).min(axis=2)
    return round(float(np.mean((lightest - darkest).max(axis=2) >= 2 * _CONTRAST)), 4)


def _differing(one: NDArray[np.int16], other: NDArray[np.int16]) -> NDArray[np.int16]:
    """How far the pixels of two pictures are apart, in the colour in which they are so most, shape (height, width)."""
    import numpy as np

    apart = np.abs(one - other)
    most: NDArray[np.int16] = np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2])
    return most


def _any_in(pixels: NDArray[np.bool_], letters: Sequence[_Letter]) -> list[bool]:
    """Whether any pixel in the box of each letter is set, by sums over all that lies above and to the left of it."""
    import numpy as np

    height, width = pixels.shape
    sums = np.zeros((height + 1, width + 1), dtype=np.int32)
    np.cumsum(np.cumsum(pixels, axis=0, dtype=np.int32), axis=1, out=sums[1:, 1:])
    boxes = np.array([letter[2:] for letter in letters], dtype=np.int64)
    left, right = (np.clip(boxes[:, side], 0, width) for side in (0, 2))
    top, bottom = (np.clip(boxes[:, side], 0, height) for side in (1, 3))
    found = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return [bool(count > 0) for count in found]


def _taken(letter: _Letter, owners: NDArray[np.int32]) -> bool:
    import numpy as np

    box = letter.of(owners)
    return bool(np.count_nonzero(box) > _OVERLAP * box.size)


def _stands_out(ink: NDArray[np.int16], shown: NDArray[np.int16]) -> bool:
    """Whether a letter, where its own ink is, differs in the whole picture from what is around that."""
    import numpy as np

    inked = ink >= _CONTRAST
    if not inked.any():
        return False
    around = ~inked
    if not around.any():
        return True
    return bool(abs(np.median(shown[inked], axis=0) - np.median(shown[around], axis=0)).max() >= _CONTRAST)
