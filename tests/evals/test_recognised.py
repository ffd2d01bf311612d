from __future__ import annotations

import hashlib

import pytest

import evals.pdf_text
from evals.exactness import quote_fault
from evals.pdf_text import Pdfs
from ingest.recognition import Recognised
from tests.pdfs import make_pdf

READ = "Nobody is told who came.\nA report can be made within 180 days.\n"


class Program:
    """Stands in for tesseract: reads the same on every page."""

    def recognise(self, path, page, language=""):
        return Recognised(READ, (), "en")


@pytest.fixture
def scan(tmp_path):
    """A page without text."""
    return make_pdf(tmp_path / "scan.pdf", [""])


def quote(scan, text, start, end, recognised=True):
    span = {"page": 1, "page_label": "1", "start": start, "end": end}
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    return {"file": "scan.pdf", "sha256": digest, "text": text, "parts": [text], "spans": [span], "page": 1,
            "page_label": "1", "recognised": recognised}  # fmt: skip


def test_a_recognised_quote_is_exact_when_the_picture_is_read_so_again(scan, monkeypatch):
    monkeypatch.setattr(evals.pdf_text, "find_recogniser", Program)
    pdfs = Pdfs(scan.parent)
    assert quote_fault(quote(scan, READ[:24], 0, 24), pdfs) == ""
    assert quote_fault(quote(scan, READ[:24].replace("Nobody", "Anybody"), 0, 24), pdfs) != ""
    assert quote_fault(quote(scan, READ[:24], 0, 24, recognised=False), pdfs) != ""


def test_without_the_program_it_is_not_said_to_be_exact(scan, monkeypatch):
    monkeypatch.setattr(evals.pdf_text, "find_recogniser", lambda: None)
    assert quote_fault(quote(scan, READ[:24], 0, 24), Pdfs(scan.parent)) != ""
