"""assistant.picture: the quote is marked where it stands, on turned and cut pages too."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

import assistant.picture
from assistant.drawing import Share, draw
from assistant.picture import Picture, PictureError, page_picture

QUOTE = "The ombudsman keeps what you say in confidence."


def make_pdf(path: Path, *, crop: tuple[float, ...] | None = None) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 300))
    if crop:
        canvas.setCropBox(crop)
    canvas.drawString(50, 200, "1. The ombudsman keeps what")
    canvas.drawString(50, 180, "you say in confi-")
    canvas.drawString(50, 160, "dence. Another sentence follows.")
    canvas.showPage()
    canvas.drawString(50, 200, "Second page")
    canvas.showPage()
    canvas.save()
    return path


def drawn(pdf: Path, page: int, quote: str, shares: tuple[Share, ...] = ()) -> Picture:
    return Picture(*draw(pdf, page, quote, shares, 1.0))


def yellow_box(png: bytes) -> tuple[int, int, int, int] | None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    red, _, blue = picture.split()
    mask = Image.merge("L", [blue.point(lambda value: 255 if value < 200 else 0)])
    strong = Image.composite(mask, Image.new("L", picture.size), red.point(lambda value: 255 if value > 220 else 0))
    return strong.getbbox()


def test_the_quote_is_marked_where_it_stands(tmp_path):
    picture = drawn(make_pdf(tmp_path / "a.pdf"), 1, QUOTE)
    left, top, right, bottom = yellow_box(picture.png)
    assert picture.marked
    assert 45 <= left <= 70 and 85 <= top <= 95  # the first line, after its number
    assert 180 <= right <= 230 and 140 <= bottom <= 150  # three lines, not the next sentence's end


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_the_mark_follows_a_turned_page(tmp_path, rotate):
    writer = PdfWriter(clone_from=make_pdf(tmp_path / "upright.pdf"))
    writer.pages[0].rotate(rotate)
    writer.write(tmp_path / "turned.pdf")
    picture = drawn(tmp_path / "turned.pdf", 1, "Another sentence follows")
    upright = drawn(tmp_path / "upright.pdf", 1, "Another sentence follows")
    turned = Image.open(io.BytesIO(picture.png)).rotate(rotate, expand=True)
    file = io.BytesIO()
    turned.save(file, "PNG")
    for here, there in zip(yellow_box(file.getvalue()), yellow_box(upright.png), strict=True):
        assert abs(here - there) <= 3


def test_the_mark_follows_a_cut_page(tmp_path):
    picture = drawn(make_pdf(tmp_path / "a.pdf", crop=(40, 100, 400, 300)), 1, QUOTE)
    left, top, _, _ = yellow_box(picture.png)
    assert 5 <= left <= 30 and 85 <= top <= 95


def test_a_quote_that_is_not_on_the_page_leaves_it_unmarked(tmp_path):
    picture = drawn(make_pdf(tmp_path / "a.pdf"), 2, QUOTE)
    assert not picture.marked and yellow_box(picture.png) is None


def test_the_part_of_a_quote_that_stands_on_this_page_is_marked(tmp_path):
    pdf = make_pdf(tmp_path / "a.pdf")
    over_the_page = "what you say in confidence. Another sentence follows and goes on overleaf, as they do."
    before = "It went on from the page before: " + QUOTE
    whole = yellow_box(drawn(pdf, 1, "what you say in confidence. Another sentence follows").png)
    assert yellow_box(drawn(pdf, 1, over_the_page).png) == whole
    assert yellow_box(drawn(pdf, 1, before).png) == yellow_box(drawn(pdf, 1, QUOTE).png)


def test_a_quote_without_letters_marks_nothing(tmp_path):
    assert not drawn(make_pdf(tmp_path / "a.pdf"), 1, "…").marked


def test_on_a_page_that_is_a_picture_the_quote_is_marked_where_it_was_read(tmp_path):
    picture = drawn(make_pdf(tmp_path / "a.pdf"), 2, QUOTE, (Share(0.25, 0.5, 0.75, 0.6),))
    assert picture.marked
    assert yellow_box(picture.png) == (99, 149, 302, 182)


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_is_said_plainly(tmp_path, page):
    with pytest.raises(PictureError, match=f"no page {page}"):
        page_picture(make_pdf(tmp_path / "a.pdf"), page, QUOTE)


def test_missing_and_broken_files_are_said_plainly(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing SECRET")
    with pytest.raises(PictureError, match="no longer there"):
        page_picture(tmp_path / "none.pdf", 1, QUOTE)
    with pytest.raises(PictureError) as caught:
        page_picture(broken, 1, QUOTE)
    assert "SECRET" not in str(caught.value)


def test_a_page_as_large_as_a_wall_is_refused(tmp_path):
    canvas = Canvas(str(tmp_path / "wall.pdf"), pagesize=(14000, 14000))
    canvas.showPage()
    canvas.save()
    with pytest.raises(PictureError, match="too large"):
        page_picture(tmp_path / "wall.pdf", 1, QUOTE)


def test_a_page_that_takes_too_long_ends_and_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setattr(assistant.picture, "_SECONDS", 0.01)
    with pytest.raises(PictureError, match=r"cannot be drawn\.$"):
        page_picture(make_pdf(tmp_path / "a.pdf"), 1, QUOTE)


@pytest.mark.parametrize("said", [b"", b"marked\n", b"marked\n<svg>", b"{}\n\x89PNG", b"large{page}\n"])
def test_what_a_spoilt_child_says_is_no_picture(tmp_path, monkeypatch, said):
    class Done:
        stdout = said

    monkeypatch.setattr(assistant.picture.subprocess, "run", lambda *_, **__: Done)
    with pytest.raises(PictureError, match=r"cannot be drawn\.$"):
        page_picture(make_pdf(tmp_path / "a.pdf"), 1, QUOTE)


def test_four_threads_draw_at_once(tmp_path):
    pdf = make_pdf(tmp_path / "a.pdf")
    marked = []
    threads = [Thread(target=lambda: marked.append(page_picture(pdf, 1, QUOTE).marked)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert marked == [True] * 4
