from __future__ import annotations

import logging
import zlib
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from ingest.pages import UnreadableError, read_pages, sha256_of
from tests.pdfs import make_pdf

TWO = ["First page.\nSecond line of it.", "Second page."]


@pytest.fixture
def pdf(tmp_path):
    return make_pdf(tmp_path / "a policy.pdf", TWO)


def test_pages_are_numbered_from_one_in_order(pdf):
    assert [page.number for page in read_pages(pdf)] == [1, 2]


def test_the_raw_text_is_what_pypdf_gives_to_anybody(pdf):
    assert [page.raw for page in read_pages(pdf)] == [page.extract_text() for page in PdfReader(pdf).pages]


def test_the_line_ends_of_the_page_are_kept(pdf):
    assert read_pages(pdf)[0].raw == "First page.\nSecond line of it.\n"


def test_printed_labels_are_kept_and_numbers_stand_in_where_there_are_none(tmp_path, pdf):
    labels = [(0, "ROMAN_LOWER", 4), (2, "ARABIC", 1)]
    labelled = make_pdf(tmp_path / "labelled.pdf", ["One", "Two", "Three"], labels)
    assert [page.label for page in read_pages(labelled)] == ["iv", "v", "1"]
    assert [page.label for page in read_pages(pdf)] == ["1", "2"]


def test_damaged_labels_do_not_cost_the_document(pdf, monkeypatch):
    def damaged(self):
        raise KeyError("/Nums")

    monkeypatch.setattr(PdfReader, "page_labels", property(damaged))
    assert [page.label for page in read_pages(pdf)] == ["1", "2"]


def test_a_page_without_text_is_a_page_with_empty_text(tmp_path):
    pages = read_pages(make_pdf(tmp_path / "scan.pdf", ["", "Text"]))
    assert [(page.number, page.raw) for page in pages] == [(1, ""), (2, "Text\n")]


def test_a_pdf_that_opens_with_the_empty_password_is_read(tmp_path, pdf):
    writer = PdfWriter(clone_from=pdf)
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(tmp_path / "open.pdf")
    assert read_pages(tmp_path / "open.pdf") == read_pages(pdf)


def without_pages(path, whole):
    PdfWriter().write(path)


UNREADABLE = {
    "empty": (lambda path, whole: path.write_bytes(b""), "empty"),
    "not a PDF": (lambda path, whole: path.write_text("<html>Not found</html>"), "not a PDF"),
    "truncated": (lambda path, whole: path.write_bytes(whole[: len(whole) // 3]), "damaged|no page"),
    "header only": (lambda path, whole: path.write_bytes(b"%PDF-1.7\n"), "damaged|no page"),
    "locked": (lambda path, whole: make_pdf(path, TWO, password="secret"), "locked with a password"),
    "without pages": (without_pages, "no page"),
    "a folder": (lambda path, whole: path.mkdir(), "cannot be opened"),
    "not there": (lambda path, whole: None, "cannot be opened"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(kind, tmp_path, pdf):
    make, reason = UNREADABLE[kind]
    path = tmp_path / "other.pdf"
    make(path, pdf.read_bytes())
    with pytest.raises(UnreadableError, match=reason) as refused:
        read_pages(path)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize(("megabytes", "read"), [(1, True), (21, False)])
def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path, pdf, megabytes, read):
    writer, packed = PdfWriter(clone_from=pdf), StreamObject()
    packed._data = zlib.compress(b" " * megabytes * 1_000_000)
    packed[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(packed)
    writer.write(tmp_path / "bomb.pdf")
    assert (tmp_path / "bomb.pdf").stat().st_size < 100_000
    if read:
        assert read_pages(tmp_path / "bomb.pdf")
    else:
        with pytest.raises(UnreadableError, match="LimitReachedError"):
            read_pages(tmp_path / "bomb.pdf")


def test_whatever_breaks_inside_pypdf_becomes_a_reason(pdf, monkeypatch):
    for error in (TypeError("secret text"), AssertionError(), NotImplementedError(), RecursionError()):

        def breaks(self, error=error, **options):
            raise error

        monkeypatch.setattr("pypdf._page.PageObject.extract_text", breaks)
        with pytest.raises(UnreadableError) as refused:
            read_pages(pdf)
        assert "secret text" not in str(refused.value)


def test_pypdf_logs_nothing_of_what_it_stumbles_over():
    assert not logging.getLogger("pypdf").isEnabledFor(logging.WARNING)


def test_the_hash_is_that_of_the_whole_file(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_places_of_a_text_hold_for_that_text_alone(pdf):
    page = read_pages(pdf)[0]
    first = page.runs[0]
    assert page.raw[first.start : first.end].strip() == "First page."
    assert (first.x, first.y, first.size) == (60.0, 790.0, 10.0)
    assert replace(page, raw="Recognised text").runs == ()
