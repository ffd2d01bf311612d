"""PDF → pages of raw text, numbered from 1; the only module that knows pypdf."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.fonts import false_fonts
from ingest.labels import printed_labels
from ingest.outline import Title, titles_by_page
from ingest.recognition import RecognisedWord
from ingest.runs import NOWHERE, Placed, RunGatherer
from ingest.shapes import HERE_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pypdf import PageObject, PdfReader

    from ingest.shapes import HERE_ONLY
from ingest.runs import Run

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs pieces of the text that it stumbles over

# A label is shown with every quote, and nobody sees it on the page: no sentence, address or number may hide in it.
_LABEL = re.compile(r"(?=.{1,16}$)(?!.*\d{5})(?!(?:\D*\d){7})[\w ()\[\].–-]+")
_PIECE = 2**24  # bytes
_LIMITS: dict[str, Any] = {  # far above what a policy needs; the library's own are made for any PDF
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "stream_parsing_work_maximum_count": 500_000,
    "jbig2dec_binary": None,
}


class UnreadableError(Exception):
    """A PDF could not be read; the message says why and what to do, in words for a person."""


@dataclass(frozen=True)
class Span:
    """Characters start..end (end not included) of the raw text of one page; page counts from 1."""

    page: int
    page_label: str
    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """One page: number from 1, the label printed on it ("iv", "3", or the number), and the text as pypdf returns it.

    false_fonts are the names of fonts on it that draw other letters than their text says. read_by says where the text
    is from: ``text`` (pypdf), ``drawn`` (the same in the order of the page, where it is written from right to left),
    ``recognised`` (a program read it on the picture of the page) or ``unread`` (nobody did): see `ingest.page_text`.
    Of what was recognised, confidence is how sure the program was, 0 to 100 (None where the PDF brought the text
    along), and words are its words. language is a code such as "en", "other", or "" where it does not tell.
    placed is the text with where its parts stand and in what font; titles are what the outline of the file names on it.
    """

    number: int
    label: str
    raw: str
    false_fonts: frozenset[str] = frozenset()
    read_by: str = "text"
    confidence: int | None = None
    words: tuple[RecognisedWord, ...] = ()
    language: str = ""
    placed: Placed = field(default=NOWHERE, metadata=HERE_ONLY, compare=False)
    titles: tuple[Title, ...] = field(default=(), metadata=HERE_ONLY, compare=False)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Where the parts of its text stand, () where that is not known, or is known of another text."""
        return self.placed.runs if self.placed.raw == self.raw else ()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits; in few large pieces, as after each a busy thread may be waited for."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        piece = memoryview(bytearray(min(_PIECE, max(os.fstat(file.fileno()).st_size, 1))))
        while size := file.readinto(piece):
            digest.update(piece[:size])
    return digest.hexdigest()


def read_pages(path: Path) -> tuple[Page, ...]:
    """Every page of a PDF, in order; a page without text has an empty raw text.

    Raises UnreadableError when the file is no PDF, is damaged or locked, has no page, or a page cannot be read.
    """
    from pypdf import PdfReader, apply_configuration

    try:
        if path.stat().st_size == 0:
            raise UnreadableError("The file is empty. Get it again from where it was published.")
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise UnreadableError("This is not a PDF. Get it again from where it was published.")
            file.seek(0)
            with apply_configuration(**_LIMITS):
                return _pages(PdfReader(file, strict=False))
    except UnreadableError:
        raise
    except OSError as error:
        raise UnreadableError(f"The file cannot be opened ({error.strerror}). Check its name and rights.") from None
    except RecursionError:
        raise UnreadableError("The file refers to itself without end. Get it again from its publisher.") from None
    except Exception as error:  # noqa: BLE001  pypdf lets TypeError, AttributeError and others of its insides through
        raise UnreadableError(f"The PDF is damaged ({type(error).__name__}). Get it again.") from None


def _pages(reader: PdfReader) -> tuple[Page, ...]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("The PDF is locked with a password. Save it without one, and try again.")
    read, known = [_text(page) for page in reader.pages], dict[int, str]()
    if not read:
        raise UnreadableError("The PDF has no page. Get it again from where it was published.")
    raws = [placed.raw for placed in read]
    labels, titles = _labels(reader, raws), _titles(reader, raws)
    return tuple(
        Page(
            n,
            labels.get(n) or str(n),
            read[n - 1].raw,
            _false_fonts(page, known),
            placed=read[n - 1],
            titles=titles.get(n, ()),
        )
        for n, page in enumerate(reader.pages, 1)
    )


def _text(page: PageObject) -> Placed:
    gatherer = RunGatherer(page.rotation)
    return gatherer.of(page.extract_text(visitor_text=gatherer.visit))


def _labels(reader: PdfReader, raws: Sequence[str]) -> dict[int, str]:
    """The labels that the file names, or else those that its pages print."""
    try:
        named = "/PageLabels" in reader.root_object
        found = dict(enumerate(reader.page_labels, 1)) if named else printed_labels(raws)
    except Exception:  # noqa: BLE001  damaged labels must not cost the document; numbers stand in for them
        return {}
    return {number: label for number, label in found.items() if _LABEL.fullmatch(label)}


def _titles(reader: PdfReader, raws: Sequence[str]) -> dict[int, tuple[Title, ...]]:
    try:
        return titles_by_page(reader.outline, reader.get_destination_page_number, raws)
    except Exception:  # noqa: BLE001  a damaged outline must not cost the document
        return {}


def _false_fonts(page: PageObject, known: dict[int, str]) -> frozenset[str]:
    try:
        return false_fonts(page, known)
    except Exception:  # noqa: BLE001  a table that cannot be read gives no letter to be false
        return frozenset()
