"""Quote → whether its words stand on its page, by the PDF alone, and whether its citation is that of the catalogue."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from evals.errors import EvalError
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.folding import fold, join
from ingest.guide_text import guide_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evals.jsonl import Row
    from evals.pdf_text import Pdf, Pdfs

_LETTERS = re.compile(r"[^\W\d_]{2}")
_SPACE = re.compile(r"\s")


def quote_fault(quote: Row, pdfs: Pdfs) -> str:
    """What is wrong with a quote, or "": its file, its hash, its page, its printed label, or its words.

    A quote is exact when its spans, in reading order, cut from the raw text of their pages, joined and folded, equal
    its text folded, and its parts are that text again. Raw text is that of pypdf; where that is read from the right,
    that of pdfium; and for a quote that says that it was recognised, what a program reads on the picture, again.
    """
    pdf = pdfs.get(quote["file"])
    if pdf is None:
        return "the file is not in the corpus"
    if pdf.sha256 != quote["sha256"]:
        return "the SHA-256 is not that of the file"
    if any(not 1 <= span["page"] <= pdf.pages for span in quote["spans"]):
        return "a span lies outside the pages"
    faults = [_words_fault(quote, pdf, text) for text in _readings(quote, pdf)]
    return "" if "" in faults else faults[0]


def _readings(quote: Row, pdf: Pdf) -> Iterator[Callable[[int], str]]:
    """The texts that the pages of a quote may have been read as."""
    yield pdf.text
    if any(_is_from_right(pdf.text(span["page"])) for span in quote["spans"]):
        yield lambda page: pdf.drawn(page) if _is_from_right(pdf.text(page)) else pdf.text(page)
    if quote["recognised"]:
        yield lambda page: pdf.recognised(page) or pdf.text(page)


def _is_from_right(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in letters) > len(letters)


def _words_fault(quote: Row, pdf: Pdf, text_of: Callable[[int], str]) -> str:
    cut, at = [], (0, 0)
    for span in quote["spans"]:
        page, start, end = span["page"], span["start"], span["end"]
        if not 0 <= start < end <= len(text_of(page)):
            return "a span lies outside the pages"
        if (page, start) < at:
            return "the spans are not in the order of the page"
        if span["page_label"] != (pdf.labels[page - 1] or str(page)):
            return "the printed page label is another one"
        cut.append((page, text_of(page)[start:end]))
        at = (page, end)
    text = fold(quote["text"])
    if not cut or not text or fold(join(cut)) != text:
        return "the words are not those of the page"
    if _tight("".join(quote.get("parts") or [quote["text"]])) != _tight(quote["text"]):
        return "the parts that are shown are not the text"
    first = quote["spans"][0]
    same = (quote["page"], quote["page_label"]) == (first["page"], first["page_label"])
    return "" if same else "the citation names another page than the words are on"


def _tight(text: str) -> str:
    return _SPACE.sub("", fold(text))


class Citations:
    """What the catalogue and the guides of a corpus say, to hold citations against."""

    def __init__(self, corpus_dir: Path) -> None:
        try:
            known = read_catalogue(corpus_dir).documents
            self._paragraphs = {
                (path.stem, paragraph.number): _tight(paragraph.text)
                for path in (corpus_dir / "guides").glob("*.md")
                for paragraph in guide_paragraphs(path)
            }
        except CatalogueError as error:
            raise EvalError(
                f"The catalogue or a guide has problems. `python -m ingest check` says which.\n{error}"
            ) from None
        self._documents = {document.id: document for document in known}

    def fault(self, quote: Row, pdfs: Pdfs) -> str:
        """What is wrong with what is said of an exact quote, or "": document, status, paragraph, or a hidden cut."""
        document = self._documents.get(quote["document"])
        if document is None:
            return "there is no such document"
        said = {
            "file": document.file, "title": document.title, "issuer": document.issuer, "symbol": document.symbol,
            "applies_to": document.applies_to, "document_status": document.status, "url": document.official_url,
            "official": document.official,
        }  # fmt: skip
        wrong = [name for name, value in said.items() if quote[name] != value]
        if wrong:
            return f"its {' and '.join(wrong)} is not that of the catalogue"
        if len(list(self._cuts(quote, pdfs))) >= len(quote.get("parts") or [""]):
            return "words are left out, and it is not shown that they are"
        return self._paragraph_fault(quote)

    def _paragraph_fault(self, quote: Row) -> str:
        """Guides are numbered by us, so what stands in which paragraph is known; of others the page alone is."""
        if quote["official"] or not any(document == quote["document"] for document, _ in self._paragraphs):
            return ""
        numbers = {part.strip().split(" ")[0] for part in quote["paragraph"].split(",")}
        held = [self._paragraphs.get((quote["document"], number), "") for number in numbers]
        parts = [_tight(part) for part in quote.get("parts") or [quote["text"]]]
        return "" if all(any(part in text for text in held) for part in parts) else "it stands in another paragraph"

    def _cuts(self, quote: Row, pdfs: Pdfs) -> Iterator[str]:
        """The words between two spans of one page."""
        pdf = pdfs.get(quote["file"])
        right = (text for text in _readings(quote, pdf) if not _words_fault(quote, pdf, text)) if pdf else iter(())
        text_of = next(right, pdf.text if pdf else None)
        for before, after in pairwise(quote["spans"]):
            if text_of and before["page"] == after["page"]:
                between = text_of(before["page"])[before["end"] : after["start"]]
                if _LETTERS.search(between):
                    yield between
