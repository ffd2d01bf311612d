"""PDF, page numbers → small grey pictures of the pages, drawn in a child process with limits.

The child speaks to its parent in JSON lines on standard output, one for each page: {"page": n, "png": base64}.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.limits import Limits, hold

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = Path(__file__).resolve().parent.parent
_WIDTH = 620  # pixels: enough to see what a page is, not to read a footnote
_TALLEST = 4.0  # times its width; a longer page is not drawn
_LIMITS = Limits(wall=60.0, processor=45, memory=1 << 30)


def page_pictures(pdf: Path, pages: Sequence[int], limits: Limits = _LIMITS) -> dict[int, bytes]:
    """PNG pictures of pages, by their numbers from 1; a page that cannot be drawn within the limits is left out."""
    task = {"path": str(pdf.resolve()), "pages": list(pages), "limits": asdict(limits)}
    try:
        said = subprocess.run(
            [sys.executable, "-m", "ingest.page_pictures"], input=json.dumps(task), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=_ROOT, encoding="utf-8", errors="replace", timeout=limits.wall, check=False,
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode("utf-8", "replace") if isinstance(late.stdout, bytes) else late.stdout or ""
    return {page: png for line in said.splitlines() for page, png in _picture(line, pages)}


def _picture(line: str, wanted: Sequence[int]) -> list[tuple[int, bytes]]:
    """The picture in a line, or nothing: the child has read a PDF that nobody vouches for."""
    try:
        said = json.loads(line)
        png = base64.b64decode(said["png"], validate=True)
        return [(said["page"], png)] if said["page"] in wanted and png.startswith(b"\x89PNG") else []
    except (ValueError, KeyError, TypeError):
        return []


def _draw(path: Path, pages: Sequence[int]) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        for number in pages:
            if not 1 <= number <= len(document):
                continue
            width, height = document[number - 1].get_size()
            if not 0 < height <= _TALLEST * width:
                continue
            bitmap = document[number - 1].render(scale=_WIDTH / width, may_draw_forms=False, grayscale=True)
            png = io.BytesIO()
            bitmap.to_pil().quantize(16).save(png, "PNG", optimize=True)
            said = {"page": number, "png": base64.b64encode(png.getvalue()).decode("ascii")}
            print(json.dumps(said), flush=True)  # noqa: T201  the line protocol with the parent


def main() -> int:
    """Entry of the child process: one JSON object on standard input names the file, the pages and the limits."""
    task = json.load(sys.stdin)
    hold(Limits(**task["limits"]))
    try:
        _draw(Path(task["path"]), task["pages"])
    except Exception:  # noqa: BLE001  whatever a hostile PDF does, the pages before it are drawn
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
