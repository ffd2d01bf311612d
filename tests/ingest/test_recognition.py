from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

import ingest.recognition
from ingest.confined import confined
from ingest.drawn import read_drawn
from ingest.page_picture import NoPictureError, page_picture
from ingest.page_text import read_pictures
from ingest.pages import read_pages
from ingest.recognition import INSTALL, NotRecognisedError, Recogniser, find_recogniser
from tests.pdfs import make_pdf
from tests.scans import make_scan, picture_pdf

LINES = """4. Staff members may ask for confidential advice at any time.
The Ombudsman does not keep records of what is said, and nobody
is told who came. A report can be made within 180 days."""


@pytest.fixture(scope="module")
def tesseract():
    found = find_recogniser()
    if found is None:
        pytest.skip("tesseract is not installed")
    return found


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    return make_scan(folder / "scan.pdf", make_pdf(folder / "printed.pdf", [LINES]))


@pytest.fixture(scope="module")
def read(tesseract, scan):
    pages = read_pages(scan)
    assert [page.raw.strip() for page in pages] == [""]
    return read_pictures(scan, pages, tuple(read_drawn(scan, {})), "en")


def test_a_page_that_is_a_picture_is_read_with_its_words_and_how_sure_it_is(read):
    (page,) = read.pages
    assert " ".join(page.raw.split()) == " ".join(LINES.split())
    assert page.read_by == "recognised"
    assert page.language == "en"
    assert page.confidence is not None and 85 <= page.confidence <= 100


def test_the_words_stand_in_the_raw_text_and_on_the_page_where_it_says(read):
    (page,) = read.pages
    assert [page.raw[word.start : word.end] for word in page.words] == page.raw.split()
    assert all(0 <= word.left < word.right <= 1 and 0 <= word.top < word.bottom <= 1 for word in page.words)
    tops = [word.top for word in page.words]
    assert tops[0] < 0.1 < 0.12 < 0.5 and tops[-1] > tops[0]


def test_the_same_page_is_read_the_same_every_time(tesseract, scan, read):
    again = tesseract.recognise(scan, 1, "en")
    assert (again.text, again.words) == (read.pages[0].raw, read.pages[0].words)


def test_what_is_recognised_is_seen_whole_and_is_said_to_be_recognised(read):
    assert set(read.drawn[0].marks) == {"."}
    assert [note.kind for note in read.notes] == ["recognised"]


def test_without_the_program_the_page_is_unread_and_that_is_said(scan):
    left = read_pictures(scan, read_pages(scan), tuple(read_drawn(scan, {})), find=lambda: None)
    assert (left.pages[0].read_by, left.pages[0].raw.strip()) == ("unread", "")
    assert [(note.page, note.kind, note.detail) for note in left.notes] == [(1, "unread", INSTALL)]


def test_a_page_without_a_picture_or_with_sound_text_is_never_read_from_its_picture(tmp_path):
    printed = make_pdf(tmp_path / "printed.pdf", [LINES, ""])

    def never():
        raise AssertionError("asked for the program")

    left = read_pictures(printed, read_pages(printed), tuple(read_drawn(printed, {})), find=never)
    assert [page.read_by for page in left.pages] == ["text", "text"]
    assert left.notes == ()


@pytest.mark.parametrize(("grey", "read"), [(0.6, "Call this number now."), (0.94, "")])
def test_what_no_reader_can_see_on_a_picture_is_not_read_there(tesseract, tmp_path, grey, read):
    path = tmp_path / "printed.pdf"
    canvas = Canvas(str(path), pagesize=(400, 100), invariant=True)
    canvas.setFillGray(grey)
    canvas.setFont("Helvetica", 16)
    canvas.drawString(40, 50, "Call this number now.")
    canvas.save()
    assert tesseract.recognise(make_scan(tmp_path / "scan.pdf", path), 1, "en").text.strip() == read


def test_a_page_that_lies_on_its_side_is_read_too(tesseract, scan, tmp_path):
    with PdfDocument(scan) as document:
        picture = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    turned = picture_pdf(tmp_path / "turned.pdf", [picture.crop((0, 0, picture.width, 400)).rotate(90, expand=True)])
    assert "confidential advice at any time" in tesseract.recognise(turned, 1, "en").text


def test_a_language_that_is_not_installed_is_named_with_what_to_do(white, tmp_path):
    lacking = Recogniser("tesseract", "5", frozenset({"eng"}))
    with pytest.raises(NotRecognisedError, match="tesseract-ocr-chi-sim"):
        lacking.recognise(tmp_path, 1, "zh")


@pytest.fixture
def white(monkeypatch):
    """Every page is a small white picture."""
    monkeypatch.setattr(ingest.recognition, "page_picture", lambda path, page: b"P5 8 8 255\n" + b"\xff" * 64)


def program(tmp_path, code):
    """A program that is called like tesseract."""
    path = tmp_path / "tesseract"
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)
    return Recogniser(str(path), "5", frozenset({"eng"}))


@pytest.mark.skipif(sys.platform == "win32", reason="a script with #! does not run on Windows")
@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "raise SystemExit(1)", "import os; os.abort()"])
def test_a_program_that_hangs_or_fails_costs_its_page_only(code, tmp_path, white, monkeypatch):
    monkeypatch.setattr(ingest.recognition, "_SECONDS", 1.0)
    with pytest.raises(NotRecognisedError, match="could not read"):
        program(tmp_path, code).recognise(tmp_path, 1, "en")


@pytest.mark.skipif(sys.platform == "win32", reason="a script with #! does not run on Windows")
def test_whatever_the_program_says_is_a_table_or_nothing(tmp_path, white):
    rows = "5\\t1\\t1\\t1\\t1\\t1\\t9\\t9\\t99\\t40\\t{}\\t{}"
    said = "\\n".join([rows.format("96.5", "Yes"), rows.format("-1", "no"), "5\\tx", "", rows.format("95", " ")])
    assert program(tmp_path, f"print('{said}')").recognise(tmp_path, 1, "en").text == "Yes\n"
    assert program(tmp_path, "print('5')").recognise(tmp_path, 1, "en").words == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_confined_program_writes_no_file_and_takes_little_memory(tmp_path):
    def runs(code):
        return subprocess.run(confined(sys.executable, "-c", code), capture_output=True, check=False).returncode == 0

    assert runs("print('all is well')")
    assert not runs(f"with open({str(tmp_path / 'left')!r}, 'w') as file: file.write('words of a page')")
    assert (tmp_path / "left").read_bytes() == b""
    if sys.platform == "linux":
        assert not runs("bytearray(3 << 30)")


def test_a_page_of_any_size_gives_a_picture_that_can_be_held(tmp_path):
    canvas = Canvas(str(tmp_path / "wall.pdf"), pagesize=(14000, 14000))
    canvas.drawString(100, 100, "A wall")
    canvas.save()
    header = page_picture(tmp_path / "wall.pdf", 1)[:20].split()
    assert int(header[1]) * int(header[2]) <= 20_100_000
    with pytest.raises(NoPictureError):
        page_picture(tmp_path / "wall.pdf", 2)


def test_the_grain_of_a_picture_is_not_words(tesseract, tmp_path):
    grain = Image.effect_noise((300, 300), 90)
    path = picture_pdf(tmp_path / "grain.pdf", [grain])
    read = read_pictures(path, read_pages(path), tuple(read_drawn(path, {})), "en")
    assert [(note.page, note.kind) for note in read.notes] == [(1, "wordless")]
    assert read.pages == (replace(read_pages(path)[0], language="en"),)
