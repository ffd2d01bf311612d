"""PDF, page, quote → a picture of the page with the quote marked; a hostile PDF costs its own child process only."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.drawing import Share

_ROOT: Final = Path(__file__).resolve().parent.parent
_SECONDS: Final = 20.0
_AT_ONCE: Final = BoundedSemaphore(4)  # children; the others wait
_SCALES: Final = (1.5, 1.0, 0.5)  # 1 is 72 pixels per inch; a page that is itself a photograph is drawn smaller
_LARGEST: Final = 2_800_000  # bytes; a message to the page holds 4 MB, in which a picture takes a third more
_MARKED: Final = {b"marked": True, b"unmarked": False}  # what the child says before a picture
_PROBLEMS: Final = {  # and what it says instead of one
    "page": "The document has no page {page}.",
    "large": "The page is too large to be drawn.",
    "broken": "The page cannot be drawn.",
}


class PictureError(Exception):
    """A page could not be drawn; the message says why, in words for a person, and holds no text of the page."""


@dataclass(frozen=True)
class Picture:
    """One page as PNG bytes; marked tells whether the quote was found on it."""

    png: bytes
    marked: bool


def page_picture(
    pdf: Path, page: int, quote_text: str, shares: Sequence[Share] = (), scales: Sequence[float] = _SCALES
) -> Picture:
    """Draw a page (counted from 1) with the quote marked in yellow, at the first scale that gives few enough bytes.

    shares say where the quote stands on a page that is a picture; () where its words are in the page's own text.
    Raises PictureError when the file or the page is not there, cannot be drawn within 20 seconds, or is too large.
    """
    if not pdf.is_file():
        raise PictureError("The document is no longer there.")
    task = {
        "pdf": str(pdf.resolve()), "page": page, "quote": quote_text, "shares": shares, "scales": scales,
        "largest": _LARGEST,
    }  # fmt: skip
    try:
        with _AT_ONCE:
            done = subprocess.run(
                [sys.executable, "-m", "assistant.drawing"], input=json.dumps(task).encode(), stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd=_ROOT, timeout=_SECONDS, check=True,
            )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise PictureError(_PROBLEMS["broken"]) from None
    said, _, png = done.stdout.partition(b"\n")
    if said in _MARKED and png.startswith(b"\x89PNG") and len(png) <= _LARGEST:
        return Picture(png, _MARKED[said])
    problem = said.decode("ascii", "replace")  # the child has read a PDF that nobody vouches for
    raise PictureError(_PROBLEMS.get(problem, _PROBLEMS["broken"]).format(page=page))
