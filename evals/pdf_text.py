"""PDF files → what pypdf alone says of them, and what their pages show; nothing of the index is trusted here."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdfium2 import PdfDocument

from evals.errors import EvalError
from ingest.labels import printed_labels
from ingest.page_picture import NoPictureError
from ingest.recognition import NotRecognisedError, find_recogniser

if TYPE_CHECKING:
    from pathlib import Path


class Pdf:
    """One file: its SHA-256, its number of pages, and the raw text and printed label of each, from 1, read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._texts: dict[int, str] = {}

    @cached_property
    def sha256(self) -> str:
        """The hash of the file's bytes, as hexadecimal digits."""
        return hashlib.sha256(self._path.read_bytes()).hexdigest()

    @cached_property
    def _reader(self) -> PdfReader:
        try:
            reader = PdfReader(self._path)
            reader.pages[0]
        except (
            PyPdfError,
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            RecursionError,
        ) as error:
            raise EvalError(f"{self._path}: cannot be read as a PDF ({type(error).__name__}). Get it again.") from None
        return reader

    @cached_property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self._reader.pages)

    @cached_property
    def labels(self) -> list[str]:
        """What is printed on each page as its number: as the file says or its pages do; else the number itself."""
        try:
            named = "/PageLabels" in self._reader.root_object
            found = list(self._reader.page_labels) if named else []
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            named, found = True, []
        if len(found) == self.pages:
            return found
        numbers = range(1, self.pages + 1)
        printed = {} if named else printed_labels([self.text(number) for number in numbers])
        return [printed.get(number, str(number)) for number in numbers]

    def text(self, page: int) -> str:
        """The raw text of a page, counted from 1."""
        if page not in self._texts:
            self._texts[page] = self._reader.pages[page - 1].extract_text()
        return self._texts[page]

    @cached_property
    def _shown(self) -> dict[tuple[str, int], str]:
        return {}

    def drawn(self, page: int) -> str:
        """The text of a page in the order in which pdfium reads it, which is right where it is read from the right."""
        if ("drawn", page) not in self._shown:
            with PdfDocument(self._path) as document:
                text = document[page - 1].get_textpage().get_text_range().replace("\r\n", "\n")
            self._shown["drawn", page] = text
        return self._shown["drawn", page]

    def recognised(self, page: int) -> str:
        """What a program reads on the picture of a page, again; "" where it is not installed or reads nothing."""
        if ("recognised", page) not in self._shown:
            program = find_recogniser()
            try:
                text = program.recognise(self._path, page).text if program else ""
            except (NotRecognisedError, NoPictureError):
                text = ""
            self._shown["recognised", page] = text
        return self._shown["recognised", page]


class Pdfs:
    """The PDFs of a corpus folder, by their path in it; opened when they are wanted."""

    def __init__(self, corpus_dir: Path) -> None:
        self._corpus_dir = corpus_dir
        self._opened: dict[str, Pdf | None] = {}

    def get(self, file: str) -> Pdf | None:
        """The PDF of this name, or None where there is no such file inside the corpus."""
        if file not in self._opened:
            path = (self._corpus_dir / file).resolve()
            inside = path.is_relative_to(self._corpus_dir.resolve()) and path.is_file()
            self._opened[file] = Pdf(path) if inside else None
        return self._opened[file]
