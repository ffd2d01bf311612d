"""Every quote is found again by somebody who has only the PDF, pypdf and the documented rule for joining spans."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from ingest.folding import fold, join
from ingest.layout import read_blocks
from ingest.pages import UnreadableError, read_pages, sha256_of
from ingest.sentences import read_sentences
from tests.small_corpus import QUESTIONS

SMALL_ENOUGH = 450_000  # bytes
REAL = Path(os.environ.get("AVENUES_PDFS", "/nowhere"))


@cache
def page_texts(path: Path) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(path).pages)


def said(path: Path, spans) -> str:
    texts = page_texts(path)
    return fold(join([(span.page, texts[span.page - 1][span.start : span.end]) for span in spans]))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_quote_is_what_pypdf_finds_at_its_spans(question, small_index, small_assistant):
    answer = small_assistant.ask(question)
    assert answer.status == "answered"
    for quote in answer.quotes:
        path = small_index.corpus / quote.file
        assert said(path, quote.spans) == fold(quote.text)
        assert quote.sha256 == sha256_of(path)
        labels = PdfReader(path).page_labels
        assert [labels[span.page - 1] for span in quote.spans] == [span.page_label for span in quote.spans]
        assert (quote.page, quote.page_label) == (quote.spans[0].page, quote.spans[0].page_label)


def test_a_quote_over_a_page_break_has_a_span_on_each_page(small_assistant):
    (quote,) = small_assistant.ask("Does the Ombudsman keep what I say in strict confidence?").quotes
    assert [span.page_label for span in quote.spans] == ["i", "ii"]
    assert quote.text.endswith("unless the visitor agrees to share it, and keeps no record of any visit.")


@pytest.mark.skipif(not REAL.is_dir(), reason="AVENUES_PDFS names no folder of real PDFs")
@pytest.mark.long
def test_every_sentence_of_real_documents_is_what_pypdf_finds_at_its_spans():
    read = 0
    for path in sorted(REAL.rglob("*.pdf")):
        if path.stat().st_size > SMALL_ENOUGH or read == 2:
            continue
        try:
            pages = read_pages(path)
        except UnreadableError:
            continue
        sentences = read_sentences(pages, read_blocks(pages))
        assert [page.raw for page in pages] == list(page_texts(path))
        wrong = [s.text for s in sentences if said(path, s.spans) != fold(s.text)]
        assert wrong == []
        read += len(sentences) > 50
    assert read > 0
