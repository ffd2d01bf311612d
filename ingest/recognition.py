"""Page of a PDF → the words that tesseract reads on its picture; the only module that knows tesseract.

Tesseract is an optional program of the machine. It is given a picture on its standard input and answers on its standard
output, in a process with limits; nothing is written to a file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.confined import confined
from ingest.page_language import page_language
from ingest.page_picture import DOTS_PER_INCH, page_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ROOT: Final = Path(__file__).resolve().parent.parent
_PACKS: Final = {  # what tesseract calls each language
    "en": "eng", "fr": "fra", "es": "spa", "ar": "ara", "ru": "rus", "zh": "chi_sim", "pt": "por", "it": "ita",
    "de": "deu", "nl": "nld",
}  # fmt: skip
_LATIN: Final = frozenset(_PACKS) - {"ar", "ru", "zh"}  # where a bar alone is taken for the word "I"
_OF_SCRIPT: Final = {"Arabic": "ar", "Cyrillic": "ru", "Han": "zh"}
_SECONDS: Final = 240.0  # for one page, on a busy machine; its processor time is limited to half of that
_NOISE: Final = 30  # a line that it is less sure of, of 100, is the grain of a picture
_LOWEST: Final = 4.0 / 72 * DOTS_PER_INCH  # pixels: lines of letters under 4 points, which a reader does not see
_UNSURE: Final = 70  # a page read with less, of 100, may be in another script
_TIGHT: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]{2}")  # Chinese stands without blanks
INSTALL: Final = (
    "Install tesseract (Debian: apt install tesseract-ocr; macOS: brew install tesseract), and build again."
)


class NotRecognisedError(Exception):
    """A page could not be read by a program; the message says why and what to do, in words for a person."""


@dataclass(frozen=True)
class RecognisedWord:
    """One word: characters start..end of the page's raw text, how sure the program is (0 to 100), and its box.

    The box is in shares of the page's width and height (0 to 1), from the upper left corner.
    """

    start: int
    end: int
    confidence: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Recognised:
    """What was read on one page: its text line by line, its words, and the language that it was read as."""

    text: str
    words: tuple[RecognisedWord, ...]
    language: str

    @property
    def confidence(self) -> int:
        """How sure the program is on the whole, 0 to 100: the mean over its words; 0 where there is none."""
        return confidence_of(self.words)


def confidence_of(words: Iterable[RecognisedWord]) -> int:
    """The mean confidence of words, each as often as it has letters, 0 to 100; 0 where there is none."""
    weights = [(word.confidence, word.end - word.start) for word in words]
    letters = sum(length for _, length in weights)
    return round(sum(sure * length for sure, length in weights) / letters) if letters else 0


@dataclass(frozen=True)
class Recogniser:
    """The program as it is installed: its path, its version, and the languages it has, by tesseract's names."""

    program: str
    version: str
    packs: frozenset[str]

    def recognise(self, path: Path, page: int, language: str = "") -> Recognised:
        """Read a page, counted from 1. language is that of the document, "" where it is not known.

        Raises NotRecognisedError, and NoPictureError when there is no picture of the page.
        """
        picture = page_picture(path, page)
        if language:
            return self._read(picture, language)
        found = self._read(picture, "en")
        other = page_language(found.text)
        if found.confidence < _UNSURE:
            other = _OF_SCRIPT.get(self._script(picture), other)
        return self._read(picture, other) if other != "en" and _PACKS.get(other) in self.packs else found

    def _read(self, picture: bytes, language: str) -> Recognised:
        pack = _PACKS.get(language, "eng")
        if pack not in self.packs:
            name = pack.replace("_", "-")
            raise NotRecognisedError(
                f"Tesseract lacks the language {language}. Install it (Debian: apt install tesseract-ocr-{name}; "
                "macOS: brew install tesseract-lang), and build again."
            )
        upright = ("--psm", "1") if "osd" in self.packs else ()  # turned pages are turned back
        table = self._run(picture, "-l", pack, *upright, "tsv")
        return _recognised(table, _size(picture), language)

    def _script(self, picture: bytes) -> str:
        """The name of the script that most of a picture is in, or ""."""
        if "osd" not in self.packs:
            return ""
        try:
            found = re.search(r"Script: (\w+)", self._run(picture, "--psm", "0"))
        except NotRecognisedError:  # too few letters to tell
            return ""
        return found[1] if found else ""

    def _run(self, picture: bytes, *options: str) -> str:
        command = confined(self.program, "stdin", "stdout", "--dpi", str(DOTS_PER_INCH), *options)
        try:
            done = subprocess.run(command, input=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT,
                                  env=_environment(), timeout=_SECONDS, check=True)  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            raise NotRecognisedError("Tesseract could not read its picture. Look at it in a PDF viewer.") from None
        return done.stdout.decode("utf-8", "replace")


@cache
def find_recogniser() -> Recogniser | None:
    """Find tesseract and what it has, or None where it is not installed or does not run."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    said = []
    for option in ("--version", "--list-langs"):
        try:
            done = subprocess.run(
                [program, option], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                env=_environment(), timeout=_SECONDS, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        said.append(done.stdout.decode("utf-8", "replace").split("\n"))
    version, packs = said
    return Recogniser(program, version[0].strip(), frozenset(line.strip() for line in packs[1:] if line.strip()))


def _environment() -> dict[str, str]:
    """What tesseract needs of the environment; more than one thread only makes it slower."""
    kept = ("PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"OMP_THREAD_LIMIT": "1"}


def _size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PGM picture."""
    _, width, height, _ = picture[:64].split(maxsplit=3)
    return int(width), int(height)


class _Cell(NamedTuple):
    """One row of tesseract's table: the line it belongs to, its box in pixels, how sure, and the word."""

    line: tuple[str, ...]
    left: int
    top: int
    width: int
    height: int
    sure: float
    word: str


def _recognised(table: str, size: tuple[int, int], language: str) -> Recognised:
    """The text of a table of words, line after line, with an empty line between its paragraphs."""
    text, words, paragraph = "", list[RecognisedWord](), None
    for place, line in groupby(_cells(table), key=lambda cell: cell.line):
        cells = list(line)
        mean = sum(cell.sure for cell in cells) / len(cells)
        if mean < _NOISE or max(min(cell.width, cell.height) for cell in cells) < _LOWEST:
            continue
        text += "\n" if text and paragraph != place[:-1] else ""
        paragraph = place[:-1]
        for before, cell in pairwise([None, *cells]):
            assert cell is not None  # noqa: S101  only the first of a pair is
            text += "" if before is None or _TIGHT.fullmatch(before.word[-1] + cell.word[0]) else " "
            words.append(_word(cell, len(text), size))
            text += "I" if cell.word == "|" and language in _LATIN else cell.word
        text += "\n"
    return Recognised(text, tuple(words), language)


def _cells(table: str) -> Iterable[_Cell]:
    for row in table.split("\n"):
        values = row.rstrip("\r").split("\t")
        if len(values) == 12 and values[0] == "5" and values[11].strip() and float(values[10]) >= 0:
            left, top, width, height = map(int, values[6:10])
            yield _Cell(tuple(values[2:5]), left, top, width, height, float(values[10]), values[11].strip())


def _word(cell: _Cell, start: int, size: Sequence[int]) -> RecognisedWord:
    width, height = size
    edges = (
        cell.left / width, cell.top / height, (cell.left + cell.width) / width, (cell.top + cell.height) / height,
    )  # fmt: skip
    return RecognisedWord(start, start + len(cell.word), round(cell.sure), *(round(edge, 4) for edge in edges))
