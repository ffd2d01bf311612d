"""Quote → whether its words stand on its page, by pypdf alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.folding import fold, join

if TYPE_CHECKING:
    from evals.jsonl import Row
    from evals.pdf_text import Pdfs


def quote_fault(quote: Row, pdfs: Pdfs) -> str:
    """What is wrong with a quote, or "": its file, its hash, its page, its printed label, or its words.

    A quote is exact when its spans, cut from the raw text of their pages, joined and folded, equal its text folded.
    """
    pdf = pdfs.get(quote["file"])
    if pdf is None:
        return "the file is not in the corpus"
    if pdf.sha256 != quote["sha256"]:
        return "the SHA-256 is not that of the file"
    parts = []
    for span in quote["spans"]:
        page, start, end = span["page"], span["start"], span["end"]
        if not 1 <= page <= pdf.pages or not 0 <= start < end <= len(pdf.text(page)):
            return "a span lies outside the pages"
        if span["page_label"] != (pdf.labels[page - 1] or str(page)):
            return "the printed page label is another one"
        parts.append((page, pdf.text(page)[start:end]))
    if not parts or not fold(quote["text"]) or fold(join(parts)) != fold(quote["text"]):
        return "the words are not those of the page"
    first = quote["spans"][0]
    same = (quote["page"], quote["page_label"]) == (first["page"], first["page_label"])
    return "" if same else "the citation names another page than the words are on"
