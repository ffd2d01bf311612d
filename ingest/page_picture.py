"""PDF, page → a grey picture of the page, made to be read by a program; drawn in a child process with limits."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Final

from ingest.confined import confine

DOTS_PER_INCH: Final = 300  # what tesseract was trained on
_ROOT: Final = Path(__file__).resolve().parent.parent
_LARGEST_PIXELS: Final = 20_000_000
_SECONDS: Final = 60.0
_FAINT: Final = 32  # of 255; what stands out by less than this is not seen by a reader, so it is not read here either
_CLEARED: Final = bytes(0 if grey < _FAINT else 255 if grey > 255 - _FAINT else grey for grey in range(256))


class NoPictureError(Exception):
    """A page cannot be drawn."""


def page_picture(path: Path, page: int) -> bytes:
    """A page, counted from 1, as a grey PGM picture at 300 dots per inch, less where the page is very large.

    What is nearly white is white in it, and what is nearly black is black. Raises NoPictureError.
    """
    command = [sys.executable, "-m", "ingest.page_picture", str(path.resolve()), str(page)]
    try:
        drawn = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               cwd=_ROOT, timeout=_SECONDS, check=True)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise NoPictureError from None
    return drawn.stdout


def _draw(path: Path, page: int) -> bytes:
    """The picture, drawn in this process; for the child. Raises what pdfium raises."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = min(DOTS_PER_INCH / 72, math.sqrt(_LARGEST_PIXELS / max(width * height, 1.0)))
        bitmap = sheet.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        rows, width, stride = bytes(bitmap.buffer), bitmap.width, bitmap.stride
        lines = (rows[start : start + width] for start in range(0, bitmap.height * stride, stride))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines).translate(_CLEARED)


def main() -> int:
    """Entry of the child process: a path and a page on the command line, the picture on standard output."""
    confine()
    try:
        picture = _draw(Path(sys.argv[1]), int(sys.argv[2]))
    except Exception:  # noqa: BLE001  said to the parent by the exit status: the child's own words go nowhere
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
