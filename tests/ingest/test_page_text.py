from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.drawn import DrawnPage, signs
from ingest.layout import read_blocks
from ingest.left_out import left_out_lines, screen
from ingest.page_picture import NoPictureError
from ingest.page_text import (
    PageNote,
    confidence_within,
    could_read_more,
    is_disordered,
    noted,
    page_runs,
    read_pictures,
    unsure_sentences,
)
from ingest.pages import Page
from ingest.recognition import INSTALL, NotRecognisedError, Recognised, RecognisedWord
from ingest.sentences import read_sentences

SOUND = (
    "The Ombudsman may be asked for confidential advice at any time. Nobody is told who came, and no record is kept. "
    * 2
)
LOST = "".join("\ufffd" if n % 25 == 3 else c for n, c in enumerate(SOUND))
NOWHERE = Path("nowhere.pdf")


def recognised(text, sure=96):
    """What a program reads, as sure of each word."""
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append(RecognisedWord(at, at + len(word), sure, 0.1, 0.1, 0.2, 0.2))
        at += len(word)
    return Recognised(text, tuple(words), "en")


class Program:
    """Stands in for tesseract: reads the same on every page, or fails."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def __call__(self):
        return self

    def recognise(self, path, page, language=""):
        self.asked.append((page, language))
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def drawn(raw, ink=0.0, mark="."):
    found = signs(raw)
    return DrawnPage(found, mark * len(found), ink)


def read(raw, program, ink=0.0, mark=".", language="en"):
    page = Page(1, "1", raw)
    texts = read_pictures(NOWHERE, [page], [drawn(raw, ink, mark)], language, program or (lambda: None))
    return texts.pages[0], texts


def test_a_picture_beside_running_lines_is_read():
    program = Program(recognised(SOUND))
    page, texts = read("A/45/696/Add.1\nEnglish\nPage 2", program, ink=0.3, language="en-GB")
    assert (page.raw, page.read_by, page.confidence) == (SOUND, "recognised", 96)
    assert program.asked == [(1, "en")]
    assert texts.drawn[0].signs == signs(SOUND)


def test_a_stamp_that_stands_on_every_page_of_a_scan_is_no_text():
    stamp = "This copy was downloaded from the library of an office far away. For study and teaching alone, page {}.\n"
    pages = [Page(n, str(n), stamp.format(n)) for n in (1, 2, 3)]
    what = [drawn(page.raw, ink=0.3) for page in pages]
    assert len(what[0].signs) > 80
    texts = read_pictures(NOWHERE, pages, what, "en", Program(recognised(SOUND)))
    assert [page.raw for page in texts.pages] == [SOUND] * 3
    alone = read_pictures(
        NOWHERE, [Page(1, "1", stamp * 2)], [drawn(stamp * 2, ink=0.3)], "en", Program(recognised(SOUND))
    )
    assert [page.read_by for page in alone.pages] == ["text"]


@pytest.mark.parametrize(("raw", "ink"), [(SOUND, 0.9), ("Annex I", 0.05), ("", 0.0), ("", 0.005)])
def test_a_page_with_text_or_without_a_picture_is_not(raw, ink):
    program = Program(recognised(SOUND))
    page, texts = read(raw, program, ink)
    assert (page.raw, page.read_by, program.asked, texts.notes) == (raw, "text", [], ())


def test_a_reading_that_says_no_more_than_the_text_is_not_taken():
    page, texts = read("Annual report of the office", Program(recognised("Annual report")), ink=0.5)
    assert (page.raw, page.read_by) == ("Annual report of the office", "text")
    assert [note.kind for note in texts.notes] == ["wordless"]


@pytest.mark.parametrize(
    ("error", "said"),
    [(NotRecognisedError("Install the language."), "Install the language."), (NoPictureError(), "drawn")],
)
def test_a_page_that_cannot_be_read_says_why(error, said):
    page, texts = read("", Program(error), ink=0.3)
    assert page.read_by == "unread"
    assert said in texts.notes[0].detail


def test_the_text_layer_of_a_scan_is_recognised_text_too():
    for text in (SOUND, SOUND[:60]):
        page, texts = read(text, None, ink=0.5, mark="r")
        assert (page.raw, page.read_by, page.confidence, texts.notes) == (text, "recognised", None, ())


def test_a_damaged_page_is_replaced_by_a_clearly_better_reading():
    page, texts = read(LOST, Program(recognised(SOUND)))
    assert (page.raw, page.read_by) == (SOUND, "recognised")
    assert [note.kind for note in texts.notes] == ["replaced", "recognised"]
    (line,) = noted(texts.notes)
    assert line.startswith("the text of page 1 is damaged (signs that stand for lost letters). Instead, it was read")


@pytest.mark.parametrize(
    "reading", [None, recognised(SOUND, 88), recognised(SOUND[:40]), recognised(LOST), NotRecognisedError("No.")]
)
def test_otherwise_it_stays_and_is_said_to_be_damaged(reading):
    page, texts = read(LOST, Program(reading) if reading else None)
    assert (page.raw, page.read_by) == (LOST, "text")
    assert [(note.kind, note.detail) for note in texts.notes] == [("damaged", "lost")]


@pytest.mark.parametrize(("program", "said"), [(None, INSTALL), (Program(NotRecognisedError("No.")), "No.")])
def test_a_page_of_which_most_is_lost_stays_unread(program, said):
    page, texts = read("\ufffd" * 300 + SOUND[:100], program)
    assert (page.raw, page.read_by) == ("", "unread")
    assert [(note.kind, note.detail) for note in texts.notes] == [("unread", said)]


def test_text_from_right_to_left_has_the_order_of_the_page():
    page = Page(1, "1", "الدراسة مدة")
    texts = read_pictures(NOWHERE, [page], [replace(drawn("مدة الدراسة"), text="مدة الدراسة")], "ar", lambda: None)
    assert (texts.pages[0].raw, texts.pages[0].read_by, texts.pages[0].language) == ("مدة الدراسة", "drawn", "ar")


def test_what_stands_in_another_order_than_on_the_page_is_not_quoted():
    raw = "ً لقرارات المجلس الأعلى\nالفصل الأول يبدأ وفقا\nللجامعات في هذا الشأن. تسجيل المقررات يتم قبل البداية.\n"
    pages = [Page(1, "1", raw, language="ar")]
    screened = screen(pages, [drawn(raw)], read_sentences(pages, read_blocks(pages)))
    assert [sentence.whole for sentence in screened.sentences] == [False, True]
    assert is_disordered(raw) and not is_disordered("وفقاً لقرارات")


def test_a_page_that_does_not_tell_has_the_language_of_the_catalogue_or_of_most_pages():
    raws = ["Il personale può segnalare i fatti all’ufficio e non è necessario dare il nome.", "UNDP", SOUND]
    pages = [Page(n, str(n), raw) for n, raw in enumerate([*raws, raws[0]], 1)]
    for catalogue, expected in (("", "it"), ("fr", "fr")):
        texts = read_pictures(NOWHERE, pages, [drawn(page.raw) for page in pages], catalogue, lambda: None)
        assert [page.language for page in texts.pages] == ["it", expected, "en", "it"]


def test_pages_that_were_not_drawn_keep_their_text():
    texts = read_pictures(NOWHERE, [Page(1, "1", SOUND), Page(2, "2", SOUND)], [drawn(SOUND)], "en", lambda: None)
    assert [page.raw for page in texts.pages] == [SOUND, SOUND]
    assert len(texts.drawn) == 2


def test_a_sentence_read_with_doubt_is_left_out_and_its_neighbours_stay():
    text = "Nobody is told who came. A report can be made within 180 days. No record is kept."
    sure = recognised(text)
    words = [replace(word, confidence=40) if text[word.start : word.end] == "180" else word for word in sure.words]
    pages = [Page(1, "1", text, read_by="recognised", confidence=93, words=tuple(words))]
    sentences = read_sentences(pages, read_blocks(pages))
    assert unsure_sentences(pages, sentences) == [1]
    screened = screen(pages, [drawn(text)], sentences)
    assert [sentence.text for sentence in screened.sentences] == ["Nobody is told who came.", "", "No record is kept."]
    (line,) = left_out_lines([{"file": "a.pdf", "left_out": screened.report}])
    assert "read on its picture only with doubt (page 1): 1 sentence is left out" in line


def test_how_sure_counts_the_words_of_the_spans_alone_by_their_letters():
    words = (RecognisedWord(0, 6, 90, 0, 0, 1, 1), RecognisedWord(7, 9, 50, 0, 0, 1, 1))
    pages = [Page(1, "1", "report me", words=words), Page(2, "2", "other")]
    span = read_sentences(pages, read_blocks(pages))[0].spans[0]
    assert confidence_within(pages, [replace(span, page=1, start=0, end=9)]) == 80
    assert confidence_within(pages, [replace(span, page=1, start=0, end=5)]) == 90
    assert confidence_within(pages, [replace(span, page=2, start=0, end=5)]) is None


def test_what_is_said_of_pages_is_one_line_for_each_kind_with_what_to_do():
    notes = [PageNote(n, "unread", INSTALL) for n in (1, 2, 3, 7)]
    notes += [PageNote(9, "damaged", "lost, single"), PageNote(4, "recognised", "96"), PageNote(5, "recognised", "90")]
    unread, recognised_, damaged = noted(notes)
    assert unread == f"the text of pages 1-3, 7 could not be read. {INSTALL}"
    assert "pages 4-5 was read on pictures by a program" in recognised_
    assert "page 9 is damaged (signs that stand for lost letters, words taken apart into letters)" in damaged
    assert page_runs(range(1, 60, 2)).endswith("21, 23, …")


def test_a_build_that_lacked_the_program_is_done_again_once_it_is_there():
    lacking = {"page_notes": [{"page": 1, "kind": "unread", "detail": INSTALL}]}
    other = {"page_notes": [{"page": 1, "kind": "unread", "detail": "Get it again."}]}
    there, away = (lambda: Program(None)), (lambda: None)
    assert could_read_more({"indexed": [lacking], "unread": []}, there)
    assert could_read_more({"indexed": [], "unread": [{"reason": f"It was not indexed: {INSTALL}"}]}, there)
    assert not could_read_more({"indexed": [lacking], "unread": []}, away)
    assert not could_read_more({"indexed": [other, {}], "unread": [{"reason": "Locked."}]}, there)
