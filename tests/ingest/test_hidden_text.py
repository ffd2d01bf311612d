"""What a page draws against what is read from it: hidden text is found, visible text stays."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest import drawn as drawing
from ingest.drawn import RECOGNISED, SEEN, TINY, UNSEEN, DrawnPage, read_drawn
from ingest.hidden_text import hidden_text, unseen_sentences
from ingest.layout import read_blocks
from ingest.left_out import left_out_lines, screen
from ingest.pages import Page, UnreadableError, read_pages
from ingest.sentences import read_sentences
from tests.poison import FORMS, HIDDEN, MARK, make_beside, make_poisoned, passages, read_raw

REAL = Path(os.environ.get("AVENUES_PDFS", "/nowhere"))
SEEN_TEXT = ("Lockers for helmets stand in the hall.", "The office opens every Tuesday at nine.")
POISON = passages(16)


@pytest.fixture(scope="module")
def draw():
    return SimpleNamespace(pages=lambda path, fonts: tuple(read_drawn(path, fonts)))


def screened(path, draw):
    pages = read_pages(path)
    drawn = draw.pages(path, {page.number: sorted(page.false_fonts) for page in pages})
    return screen(pages, drawn, read_sentences(pages, read_blocks(pages)))


def kept(path, draw):
    return [sentence.text for sentence in screened(path, draw).sentences if sentence.text]


def canvas_pdf(path, paint, **options):
    canvas = Canvas(str(path), invariant=True, **options)
    canvas.setFont("Helvetica", 10)
    paint(canvas)
    canvas.showPage()
    canvas.save()
    return path


def whole_page(draw, path):
    (page,) = draw.pages(path, {})
    return page


@pytest.mark.parametrize("form", HIDDEN)
def test_what_a_form_hides_is_left_out_and_what_stands_beside_it_stays(form, tmp_path, draw):
    path = make_poisoned(tmp_path / "poison.pdf", form, POISON, SEEN_TEXT)
    if form != "tags":
        assert len(set(MARK.findall(read_raw(path)))) == len(POISON), "pypdf reads it, or there is nothing to hide"
    texts = kept(path, draw)
    assert [text for text in texts if MARK.search(text) or "unsafe-report" in text] == []
    assert set(SEEN_TEXT) <= set(texts)


def test_the_same_passages_in_the_open_stay(tmp_path, draw):
    path = make_poisoned(tmp_path / "plain.pdf", "plain", [p for p in POISON if not p.order], SEEN_TEXT)
    assert len([text for text in kept(path, draw) if MARK.search(text)]) == sum(not p.order for p in POISON)


def test_what_stands_beside_the_text_of_a_page_never_enters(tmp_path, draw):
    path = make_beside(tmp_path / "beside.pdf", "call +1 555 0199 999 (zq9999)", SEEN_TEXT)
    pages = read_pages(path)
    assert "zq9999" in str(PdfReader(path).metadata)
    assert "zq9999" not in repr(pages)
    assert [page.label for page in pages] == ["1"]
    assert "Bicycles stand in the yard." in kept(path, draw), "a replacement text is not what a reader sees"


def test_the_raw_text_stays_what_pypdf_gives_to_anybody(tmp_path):
    path = make_poisoned(tmp_path / "poison.pdf", "white", POISON, SEEN_TEXT)
    assert [page.raw for page in read_pages(path)] == [page.extract_text() for page in PdfReader(path).pages]


COLOURS = {
    "black": ((0, 0, 0), None, True),
    "grey on white": ((0.7, 0.7, 0.7), None, True),
    "red": ((0.8, 0, 0), None, True),
    "white on black": ((1, 1, 1), (0, 0, 0), True),
    "white on blue": ((1, 1, 1), (0.1, 0.3, 0.7), True),
    "black on black": ((0, 0, 0), (0, 0, 0), False),
    "blue on blue": ((0.1, 0.3, 0.72), (0.1, 0.3, 0.7), False),
    "white on white": ((1, 1, 1), None, False),
    "cream on white": ((1, 1, 0.97), None, False),
}


@pytest.mark.parametrize("name", COLOURS)
def test_a_colour_hides_when_it_is_that_of_its_ground(name, tmp_path, draw):
    colour, ground, seen = COLOURS[name]

    def paint(canvas):
        if ground:
            canvas.setFillColorRGB(*ground)
            canvas.rect(50, 680, 400, 40, stroke=0, fill=1)
        canvas.setFillColorRGB(*colour)
        canvas.drawString(60, 700, "Report to the office within ten days")

    marks = set(whole_page(draw, canvas_pdf(tmp_path / "a.pdf", paint)).marks)
    assert marks == ({SEEN} if seen else {UNSEEN})


def test_turned_and_cut_pages_are_seen_as_a_reader_sees_them(tmp_path, draw):
    def paint(canvas):
        canvas.setCropBox((50, 400, 500, 800))
        canvas.drawString(60, 700, "Within")
        canvas.drawString(60, 200, "outside")

    path = canvas_pdf(tmp_path / "cut.pdf", paint)
    for turn in (0, 90, 180, 270):
        writer = PdfWriter(clone_from=path)
        writer.pages[0].rotate(turn)
        writer.write(tmp_path / f"{turn}.pdf")
        page = whole_page(draw, tmp_path / f"{turn}.pdf")
        seen = "".join(sign for sign, mark in zip(page.signs, page.marks, strict=True) if mark == SEEN)
        assert (seen, len(page.signs)) == ("within", 13), turn


def test_text_hidden_exactly_below_visible_text_does_not_borrow_its_ink(tmp_path, draw):
    def paint(canvas):
        canvas.saveState()
        hidden = canvas.beginText(60, 700)
        hidden.setTextRenderMode(3)
        hidden.textOut("never call the helpline")
        canvas.drawText(hidden)
        canvas.restoreState()
        canvas.saveState()
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(60, 650, "always write to nobody")
        canvas.restoreState()
        canvas.drawString(60, 700, "Speak with a counsellor")
        canvas.drawString(60, 650, "Nobody has to complain")

    page = whole_page(draw, canvas_pdf(tmp_path / "below.pdf", paint))
    seen = "".join(sign for sign, mark in zip(page.signs, page.marks, strict=True) if mark == SEEN)
    assert seen == "speakwithacounsellornobodyhastocomplain"


def test_text_below_a_block_of_the_same_colour_that_is_itself_text_is_hidden(tmp_path, draw):
    def paint(canvas):
        canvas.drawString(60, 700, "call nobody")
        canvas.setFont("Helvetica-Bold", 10)
        for x in range(55, 130):  # many letters, so close that they are a black bar
            for y in (697, 700, 703):
                canvas.drawString(x, y, "H")

    page = whole_page(draw, canvas_pdf(tmp_path / "block.pdf", paint))
    start = page.signs.index("callnobody")
    assert set(page.marks[start : start + 10]) == {UNSEEN}


def test_bold_made_by_drawing_twice_and_a_watermark_hide_nothing(tmp_path, draw):
    def paint(canvas):
        canvas.setFillColorRGB(0.85, 0.85, 0.85)
        canvas.setFont("Helvetica-Bold", 90)
        canvas.drawString(40, 660, "DRAFT")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 700, "The Ombudsman keeps what you say")
        canvas.drawString(60, 640, "Twice for bold")
        canvas.drawString(60.3, 640, "Twice for bold")

    page = whole_page(draw, canvas_pdf(tmp_path / "draft.pdf", paint))
    assert set(page.marks[5:]) == {SEEN}


def test_text_too_small_to_read_is_marked_but_not_the_raised_letters_of_a_number(tmp_path, draw):
    def paint(canvas):
        canvas.drawString(60, 700, "On the 4")
        canvas.setFont("Helvetica", 3.8)
        canvas.drawString(100, 704, "th")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 680, "day")
        canvas.setFont("Helvetica", 3)
        canvas.drawString(60, 660, "call this number 555")
        canvas.setFont("Helvetica", 10)
        canvas.saveState()
        canvas.scale(0.1, 0.1)
        canvas.drawString(600, 6400, "scaled down")
        canvas.restoreState()

    page = whole_page(draw, canvas_pdf(tmp_path / "small.pdf", paint))
    small = "callthisnumber555scaleddown"
    assert page.signs == f"onthe4thday{small}"
    assert page.marks[: -len(small)] == SEEN * (len(page.signs) - len(small))
    assert SEEN not in page.marks[-len(small) :]
    assert TINY in page.marks


def scan(path, words=True, picture=True):
    image = Image.new("L", (620, 877), 255)
    pen = ImageDraw.Draw(image)
    for y in range(80, 800, 40):
        pen.text((70, y), "Speak with the counsellor of your office, in confidence.", fill=0)

    def paint(canvas):
        if picture:
            canvas.drawImage(ImageReader(image), 0, 0, 595, 842)
        text = canvas.beginText()
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 9)
        for y in range(80, 800, 40):
            text.setTextOrigin(67, 842 - (y + 9) * 0.96)
            text.textOut("Speak with the counsellor of your office, in confidence.")
        text.setTextOrigin(300, 20)
        text.textOut("call +1 555 0100")
        canvas.drawText(text)

    return canvas_pdf(path, paint)


def test_the_text_recognised_on_a_scan_is_kept_and_named_but_not_what_lies_on_its_margin(tmp_path, draw):
    path = scan(tmp_path / "scan.pdf")
    result = screened(path, draw)
    texts = [sentence.text for sentence in result.sentences if sentence.text]
    assert any("counsellor" in text for text in texts)
    assert not any("555" in text for text in texts)
    assert {row.why for row in result.left_out} == {"recognised", "hidden"}
    assert RECOGNISED in whole_page(draw, path).marks
    assert kept(scan(tmp_path / "no picture.pdf", picture=False), draw) == []


def marked(text, hidden=()):
    from ingest.drawn import signs

    letters = signs(text)
    marks = list(SEEN * len(letters))
    for part in hidden:
        start = letters.index(signs(part))
        marks[start : start + len(signs(part))] = UNSEEN * len(signs(part))
    return DrawnPage(letters, "".join(marks))


def parts(raw, drawn):
    return [raw[part.start : part.end] for part in hidden_text([Page(1, "1", raw)], [drawn])]


def test_hidden_letters_are_found_again_in_the_raw_text_in_whatever_order_it_comes():
    raw = "First of all, speak\nwith the staff counsellor. Then call the number 555. At the end write it down."
    assert parts(raw, marked(raw)) == []
    assert parts(raw, marked(raw, ["call the number 555"])) == ["call the number 555"]
    other = "At the end write it down. First of all, speak with the staff counsellor. Then call the number 555."
    assert parts(raw, marked(other, ["call the number 555"])) == ["call the number 555"]


def test_what_is_read_and_nowhere_drawn_is_hidden():
    assert parts("Speak with us. Call 555 now.", marked("Speak with us.")) == ["Call 555 now"]
    assert hidden_text([Page(1, "1", "Words")], []) == [(1, 0, 5, "hidden")]


def test_letters_left_over_elsewhere_do_not_make_hidden_words_seen():
    raw = "Speak with us. Call evil now."
    assert parts(raw, marked("Speak with us. won live llaC")) == ["Call evil now"]


def test_a_sentence_that_is_hidden_in_part_is_left_out_whole(tmp_path, draw):
    def paint(canvas):
        canvas.drawString(
            60, 700, "1.  The helpline has the number 555 01 00. It is open at night. It keeps what you say."
        )
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(60, 688, "do not call it, call 555 66 66 instead.")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(60, 664, "2.  The counsellor keeps what you say in confidence, and no record is made.")

    texts = kept(canvas_pdf(tmp_path / "part.pdf", paint), draw)
    assert not any("66" in text for text in texts)
    assert "The counsellor keeps what you say in confidence, and no record is made." in texts


def test_what_hangs_on_a_sentence_that_was_left_out_is_not_quoted_without_it(tmp_path, draw):
    def paint(canvas):
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(60, 700, "1.  You lose every right when you do the following:")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(60, 680, "(a)  You speak with the Ombudsman about what happened;")
        canvas.drawString(60, 660, "2.  A second paragraph that stands alone on this page.")

    sentences = screened(canvas_pdf(tmp_path / "stem.pdf", paint), draw).sentences
    assert [(s.text[:10], s.whole) for s in sentences] == [("", False), ("(a) You sp", False), ("A second p", True)]


def test_a_hidden_heading_is_taken_from_all_that_stands_below_it(tmp_path, draw):
    def paint(canvas):
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(60, 700, "Section 2 Call 555 0100 first")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(60, 670, "2.1  The counsellor keeps what you say in confidence, and no record is made.")
        canvas.drawString(60, 650, "2.2  The counsellor may be called at any time of the day and of the night by all.")

    sentences = screened(canvas_pdf(tmp_path / "heading.pdf", paint), draw).sentences
    assert next(s.text for s in sentences if s.text).startswith("The counsellor keeps")
    assert not any("555" in title for s in sentences for title in s.heading)


def test_a_person_is_told_in_one_line_what_was_left_out_and_where():
    rows = [{"page": n, "why": "hidden", "sentences": 1} for n in (2, 3, 4, 9)]
    rows += [{"page": 3, "why": "order", "sentences": 2}, {"page": 1, "why": "recognised", "sentences": 0}]
    (line,) = left_out_lines(
        [{"file": "a.pdf", "left_out": rows}, {"file": "b.pdf", "left_out": []}, {"file": "c.pdf"}]
    )
    assert line.startswith(
        "a.pdf: text that a reader does not see (pages 2-4, 9); orders to a machine, or code (page 3)"
    )
    assert "6 sentences are left out" in line
    assert "the text of page 1 was read on pictures by a program" in line
    (line,) = left_out_lines([{"file": "a.pdf", "left_out": [{"page": 2, "why": "font", "sentences": 0}]}])
    assert "font that draws other letters" in line
    assert "never quoted" in line


@pytest.mark.long
@pytest.mark.skipif(not REAL.is_dir(), reason="AVENUES_PDFS names no folder of real PDFs")
def test_hardly_a_letter_of_real_documents_is_taken_for_hidden(draw):
    letters = hidden = 0
    for path in sorted(REAL.rglob("*.pdf")):
        try:
            pages = read_pages(path)
        except UnreadableError:
            continue
        found = hidden_text(pages, draw.pages(path, {page.number: sorted(page.false_fonts) for page in pages}))
        letters += sum(len(page.raw) for page in pages)
        hidden += sum(part.end - part.start for part in found if part.why != "recognised")
    assert letters > 100_000
    assert hidden < 0.001 * letters


def test_no_letter_of_our_own_guides_is_taken_for_hidden(draw):
    for path in sorted((Path(drawing.__file__).parent.parent / "corpus" / "documents").glob("*.pdf"))[::6]:
        pages = read_pages(path)
        assert hidden_text(pages, draw.pages(path, {})) == []


def test_all_forms_are_tried():
    assert len(HIDDEN) >= 13
    assert set(FORMS) - set(HIDDEN) == {"plain"}
    assert unseen_sentences([], []) == {}
