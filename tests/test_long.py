"""Heavy checks on many real PDFs; `make test-long` runs them, `make test` does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.folding import fold, join
from ingest.layout import read_blocks
from ingest.pages import UnreadableError, read_pages
from ingest.sentences import read_sentences

pytestmark = pytest.mark.long
FOLDERS = [name for name in ("AVENUES_PDFS", "AVENUES_ODD_PDFS") if name in os.environ]


@pytest.mark.parametrize("folder", FOLDERS or [""])
def test_every_sentence_of_every_real_pdf_stands_exactly_on_its_pages(folder):
    if not folder:
        pytest.skip("AVENUES_PDFS and AVENUES_ODD_PDFS name no folder of PDFs to read.")
    sentences = 0
    for path in sorted(Path(os.environ[folder]).rglob("*.pdf")):
        try:
            pages = read_pages(path)
        except UnreadableError as error:
            assert str(error)
            continue
        for sentence in read_sentences(pages, read_blocks(pages)):
            parts = [(span.page, pages[span.page - 1].raw[span.start : span.end]) for span in sentence.spans]
            assert fold(join(parts)) == fold(sentence.text), path.name
            sentences += 1
    assert sentences > 1000
