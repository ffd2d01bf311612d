"""Evidence → where it stands: pages and spans, found anew with pypdf alone, so that a rebuilt guide breaks nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.contacts import read_files
from evals.errors import EvalError
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.folding import fold
from ingest.guide_text import guide_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evals.pdf_text import Pdf, Pdfs
    from evals.questions import Evidence, Question

_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Place:
    """Characters start..end (end not included) of the raw text of one page, counted from 1, of a file."""

    file: str
    page: int
    start: int
    end: int


@dataclass(frozen=True)
class Located:
    """A piece of evidence and where it stands; places has one for each page that it touches."""

    document: str
    paragraph: str
    text: str
    places: tuple[Place, ...]

    @property
    def pages(self) -> set[tuple[str, int]]:
        """The file and number of each page that it touches."""
        return {(place.file, place.page) for place in self.places}


Needs = tuple[tuple[Located, ...], ...]  # for each thing that is asked, all that answers it


class Finder:
    """Finds evidence in the PDFs of a corpus, whatever the white space and line ends."""

    def __init__(self, corpus_dir: Path, pdfs: Pdfs) -> None:
        try:
            known = read_catalogue(corpus_dir).documents
        except CatalogueError as error:
            raise EvalError(f"The catalogue has problems, so no evidence can be found.\n{error}") from None
        self._files = {document.id: document.file for document in known}
        self._pdfs = pdfs
        self._tight: dict[str, tuple[str, list[tuple[int, int]]]] = {}

    def needs(self, question: Question) -> Needs:
        """The gold of a question with its places. Raises EvalError for a piece that stands nowhere."""
        return tuple(tuple(self.locate(evidence) for evidence in need) for need in question.gold)

    def locate(self, evidence: Evidence) -> Located:
        """One piece with its places. Raises EvalError when its document is not there or does not hold it."""
        file = self._files.get(evidence.document, "")
        pdf = self._pdfs.get(file) if file else None
        if pdf is None:
            raise EvalError(f"{evidence.document} is no document of this corpus.")
        if file not in self._tight:
            self._tight[file] = _tight(pdf)
        text, at = self._tight[file]
        wanted = _SPACE.sub("", evidence.text)
        start = text.find(wanted)
        if not wanted or start < 0:
            raise EvalError(f"{evidence.document} does not say “{evidence.text[:60]}”.")
        return Located(
            evidence.document, evidence.paragraph, evidence.text, tuple(_places(file, at[start : start + len(wanted)]))
        )


def _tight(pdf: Pdf) -> tuple[str, list[tuple[int, int]]]:
    """All text of a PDF without white space, and the page and offset of each character of it."""
    characters, at = [], []
    for page in range(1, pdf.pages + 1):
        for offset, character in enumerate(pdf.text(page)):
            if not character.isspace():
                characters.append(character)
                at.append((page, offset))
    return "".join(characters), at


def _places(file: str, at: Sequence[tuple[int, int]]) -> Iterator[Place]:
    for page in sorted({page for page, _ in at}):
        offsets = [offset for on, offset in at if on == page]
        yield Place(file, page, offsets[0], offsets[-1] + 1)


def evidence_problems(questions: Sequence[Question], corpus_dir: Path, finder: Finder) -> list[str]:
    """Every piece of evidence that its PDF or paragraph does not hold, gold where none is due, unknown entities."""
    paragraphs = {
        (path.stem, paragraph.number): fold(paragraph.text)
        for path in sorted((corpus_dir / "guides").glob("*.md"))
        for paragraph in guide_paragraphs(path)
    }
    files = read_files(corpus_dir)
    known_roles = {line["role"] for line in files.lines.values()}
    guides, problems = {document for document, _ in paragraphs}, []
    for question in questions:
        if question.entity and question.entity not in files.chains:
            problems.append(f"{question.id}: there is no entity {question.entity}")
        problems += [f"{question.id}: no contact has the role {role}" for role in set(question.roles) - known_roles]
        if question.gold and "answered" not in question.expect:
            problems.append(f"{question.id}: has evidence, but must not be answered")
        for evidence in (evidence for need in question.gold for evidence in need):
            try:
                finder.locate(evidence)
            except EvalError as error:
                problems.append(f"{question.id}: {error}")
                continue
            number = evidence.paragraph.split(" ")[0]
            if evidence.document in guides and fold(evidence.text) not in paragraphs.get(
                (evidence.document, number), ""
            ):
                problems.append(
                    f"{question.id}: paragraph {number} of {evidence.document} does not say “{evidence.text[:60]}”"
                )
    return problems
