"""The words that BM25 counts, in scripts that are not English, and pages of real documents found by them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ingest.chunks import Splitter
from ingest.drawn import read_drawn
from ingest.layout import read_blocks
from ingest.lexical import Lexical, words, write_lexical
from ingest.page_text import read_pictures
from ingest.pages import Page, read_pages
from ingest.sentences import read_sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("学生应当遵守", ["学生", "生应", "应当", "当遵", "遵守"]),
        ("请假8周ABC", ["请假", "8", "周", "abc"]),
        ("التحرش بالتحرش", ["تحرش", "تحرش"]),
        ("домогательства домогательств", ["домогательств", "домогательств"]),
        ("L’agente dell’ufficio", ["agent", "ufficio"]),
        ("Staff member’s rights don't", ["staff", "member", "right", "don't"]),
        ("(ST/SGB/2019/8)", ["st", "sgb", "2019", "8"]),
    ],
)
def test_the_words_of_a_text_in_order(text, found):
    assert words(text) == found


def test_a_question_finds_a_text_that_is_written_in_another_way(tmp_path):
    texts = [
        "لا يجوز \ufe97\ufeaa\ufead\ufef3\ufeb2 المقرر",
        "第二学士学位学习年限为两年",
        "Le harcèlement est interdit",
    ]
    write_lexical(tmp_path, texts)
    asked = Lexical(tmp_path)
    for row, question in enumerate(["تَدريس", "学习年限", "HARCELEMENT"]):
        assert list(np.flatnonzero(asked.scores(question))) == [row]
    assert asked.holds("学习") and not asked.holds("习学")


def sentences_of(raw, language):
    pages = [Page(n, str(n), text, language=language) for n, text in enumerate(raw, 1)]
    return [sentence.text for sentence in read_sentences(pages, read_blocks(pages)) if sentence.whole]


def test_chinese_is_cut_at_its_own_full_stops_and_runs_over_lines_without_blanks():
    raw = "第八条 学生到达学习年限后，不再\n延长。无故缺席者，给予批评教育！怎\n么申请？请写明。\n"
    assert sentences_of([raw], "zh") == [
        "第八条 学生到达学习年限后，不再延长。",
        "无故缺席者，给予批评教育！",
        "怎么申请？",
        "请写明。",
    ]


def test_arabic_is_cut_at_its_own_question_mark_and_not_after_the_letter_of_a_list():
    raw = "هل يجوز الإبلاغ دون ذكر الاسم؟ نعم، يجوز ذلك. ت. تقبل الكلية الطلاب.\n"
    assert sentences_of([raw], "ar") == ["هل يجوز الإبلاغ دون ذكر الاسم؟", "نعم، يجوز ذلك.", "ت. تقبل الكلية الطلاب."]


def test_a_sentence_of_a_script_without_capitals_goes_on_over_the_page():
    assert sentences_of(["学生应当在两周内提出\n", "书面申请。第九条 另行规定。\n"], "zh") == [
        "学生应当在两周内提出书面申请。",
        "第九条 另行规定。",
    ]
    assert sentences_of(["学生应当在两周内提出\n", "第九条 另行规定。\n"], "zh") == ["第九条 另行规定。"]


PHRASES = {  # what a page says, as somebody would type it, and the page
    "bylaws_arabic.pdf": [
        ("الفصل الصيفي تتضاعف عدد الساعات الأسبوعية", 3),
        ("تحسين تقدير المقرر خمس مرات", 8),
        ("حساب المُعدّل الفصلي والمعدل التراكمي", 13),
        ("دراسة مقررات خارج الكلية", 13),
        ("وصف كتالوجي لمحتويات المقررات", 25),
    ],
    "handbook_chinese.pdf": [
        ("临时困难补助每年申请不超过一次", 130),
        ("转户口 大钟寺派出所", 61),
        ("第二学士学位学习年限为两年", 21),
        ("偷开他人航空器、机动船舶", 200),
        ("地震台风海啸导致家庭出现经济危机", 130),
    ],
}


@pytest.mark.long
@pytest.mark.parametrize("file", PHRASES)
def test_a_real_document_is_searched_in_its_own_words(file, tmp_path):
    folder = os.environ.get("AVENUES_PDFS")
    if not folder:
        pytest.skip("AVENUES_PDFS names no folder of PDFs to read.")
    path = Path(folder) / file
    read = read_pages(path)
    pages = read_pictures(path, read, tuple(read_drawn(path, {})), find=lambda: None).pages
    chunks = Splitter(lambda text: 1 + len(text) // 2).split(
        "x", "0" * 16, "", read_sentences(pages, read_blocks(pages))
    )
    write_lexical(tmp_path, [chunk.embedded for chunk in chunks])
    asked = Lexical(tmp_path)
    found = [(question, chunks[int(np.argmax(asked.scores(question)))].page) for question, _ in PHRASES[file]]
    assert found == PHRASES[file]
