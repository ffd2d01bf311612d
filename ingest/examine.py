"""A PDF that nobody has read yet → what a child process with limits saw in it; a hang or a bomb costs no more.

The child speaks to its parent in one JSON line on standard output: {"result": …} or {"refused": …}.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.layout import read_blocks
from ingest.limits import Limits, hold
from ingest.pages import UnreadableError, read_pages

_ROOT = Path(__file__).resolve().parent.parent
EXAMINE_LIMITS = Limits(wall=180.0, processor=120, memory=1 << 30)
_OPENING = 3  # pages that may show what a document is
_END = 2048  # bytes before the end of a file in which %%EOF stands in all real PDFs that were tried
_TOO_MUCH = "Reading it takes more time or memory than a policy needs. Look at it in a PDF viewer; get it elsewhere."
_NO_PDF = (
    "It is not a PDF but perhaps a web page (a notice, or a request to log in). Open its address in a browser to see."
)


class RefusedError(Exception):
    """A PDF cannot be taken in, whatever a person says of it; the message says why and what to do."""


@dataclass(frozen=True)
class Seen:
    """What was seen in a PDF: opening is the raw text of its first pages, letters how many letters and digits it has.

    paragraphs are its headings, paragraphs and list items in order, each after its number, with white space made
    single; whole says that the file ends as a PDF ends.
    """

    pages: int
    letters: int
    opening: tuple[str, ...]
    paragraphs: tuple[str, ...]
    whole: bool

    @property
    def has_text(self) -> bool:
        """False for pages that are pictures: hardly a letter on most of them."""
        return self.letters >= 20 * self.pages


def examine(path: Path, limits: Limits = EXAMINE_LIMITS) -> Seen:
    """Look into a PDF from a safe distance.

    Raises:
        RefusedError: it is no PDF, is damaged, locked or empty, or takes more than the limits to read.
        OSError: the file cannot be opened.

    """
    with path.open("rb") as file:
        begin = file.read(1024)
        file.seek(max(0, path.stat().st_size - _END))
        whole = b"%%EOF" in file.read()
    if not begin.lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        raise RefusedError("It is empty. Get it again." if not begin else _NO_PDF)
    said = _ask_child(path.resolve(), limits)
    if "refused" in said:
        raise RefusedError(said["refused"])
    result = said["result"]
    opening, paragraphs = tuple(result["opening"]), tuple(result["paragraphs"])
    return Seen(result["pages"], result["letters"], opening, paragraphs, whole)


def _ask_child(path: Path, limits: Limits) -> dict[str, Any]:
    """What a child process of its own says of a PDF. Raises RefusedError where it ends without a word."""
    task = json.dumps({"path": str(path), "limits": asdict(limits)})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ingest.examine"], input=task, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=_ROOT, encoding="utf-8", timeout=limits.wall, check=False,
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # ended by a limit, or by what it read
        raise RefusedError(_TOO_MUCH) from None
    return said


def said_of(path: Path) -> dict[str, Any]:
    """What the child says of a PDF: {"result": …} or {"refused": …}."""
    try:
        return {"result": _look(path)}
    except UnreadableError as error:
        strained = any(word in str(error) for word in ("MemoryError", "LimitReached"))
        return {"refused": _TOO_MUCH if strained else str(error)}
    except Exception as error:  # noqa: BLE001  said to the parent: the child's own output goes nowhere
        return {"refused": f"It cannot be read ({type(error).__name__}). Look at it in a PDF viewer; get it elsewhere."}


def _look(path: Path) -> dict[str, object]:
    pages = read_pages(path)
    blocks = [" ".join(f"{block.paragraph} {block.raw(pages[block.page - 1])}".split()) for block in read_blocks(pages)]
    letters = sum(character.isalnum() for page in pages for character in page.raw)
    opening = [page.raw for page in pages[:_OPENING]]
    return {"pages": len(pages), "letters": letters, "opening": opening, "paragraphs": [b for b in blocks if b]}


def main() -> int:
    """Entry of the child process: one JSON object on standard input names the file and the limits."""
    task = json.load(sys.stdin)
    hold(Limits(**task["limits"]))
    print(json.dumps(said_of(Path(task["path"]))))  # noqa: T201  the line protocol with the parent
    return 0


if __name__ == "__main__":
    sys.exit(main())
