from __future__ import annotations

import pytest
from hypothesis import given, settings

from ingest.folding import fold, join
from ingest.layout import read_blocks
from ingest.sentences import read_sentences
from tests.ingest.made_up import FOOTER, HEADER, body, pages_of, texts


def read(*raws):
    pages = pages_of(*raws)
    return read_sentences(pages, read_blocks(pages))


def shown(*raws):
    return [sentence.text for sentence in read(*raws)]


@settings(max_examples=60)
@given(texts())
def test_the_spans_of_every_sentence_lie_on_their_pages_in_order_and_say_its_text(pages):
    for sentence in read_sentences(pages, read_blocks(pages)):
        places = [(span.page, edge) for span in sentence.spans for edge in (span.start, span.end)]
        assert places == sorted(places)
        assert all(0 <= span.start < span.end <= len(pages[span.page - 1].raw) for span in sentence.spans)
        parts = [(span.page, pages[span.page - 1].raw[span.start : span.end]) for span in sentence.spans]
        assert fold(join(parts)) == fold(sentence.text)


@settings(max_examples=60)
@given(texts())
def test_no_letter_outside_the_running_lines_is_lost_and_none_of_theirs_is_taken(pages):
    sentences = read_sentences(pages, read_blocks(pages))
    for page in pages:
        taken = {
            n for s in sentences for span in s.spans if span.page == page.number for n in range(span.start, span.end)
        }
        lost = [page.raw[n] for n, c in enumerate(body(page)) if c.isalpha() and n not in taken]
        assert lost == []
        assert not any(c == " " and page.raw[n] != " " and n in taken for n, c in enumerate(body(page)))


@settings(max_examples=40)
@given(texts())
def test_sentences_are_numbered_and_whole_ones_never_begin_in_the_middle(pages):
    sentences = read_sentences(pages, read_blocks(pages))
    assert [sentence.number for sentence in sentences] == list(range(len(sentences)))
    assert not [s.text for s in sentences if s.kind == "sentence" and s.whole and s.text[:1].islower()]
    assert not [s.text for s in sentences if HEADER in s.text or FOOTER.format(1) in s.text]


def test_a_paragraph_is_cut_at_its_sentences():
    assert shown("1.  Leave is paid. It lasts ten days. Who decides? The office does.") == [
        "Leave is paid.", "It lasts ten days.", "Who decides?", "The office does.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "The rule in para. 4 of the circular holds.",
        "See arts. 2 and 3 of the annex for the measures.",
        "Measures, e.g. leave with pay, are offered to all.",
        "The rule of the U.N. staff holds in all offices.",
        "The bulletin No. 8 of the year 2019 holds.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text):
    assert shown(text) == [text]


def test_a_footnote_mark_after_the_full_stop_ends_the_sentence():
    assert shown("The office decides.3 The decision is given in writing to the person.")[0] == "The office decides.3"


def test_a_word_cut_at_a_line_end_is_mended_and_a_compound_keeps_its_hyphen():
    assert shown("Sexual harass-\nment is forbidden.") == ["Sexual harassment is forbidden."]
    assert shown("A victim-centred rule. A victim-\ncentred rule.")[1] == "A victim-centred rule."


def test_a_sentence_over_a_page_break_is_one_with_a_span_on_each_page():
    first, rest = read(
        "1.  The office keeps everything that a visitor says to it in strict confidence unless the visitor",
        "agrees to share it.",
    )
    assert first.text.endswith("unless the visitor agrees to share it.")
    assert [span.page for span in first.spans] == [1, 2]
    assert (first.whole, rest.whole) == (True, False)
    assert first.here.endswith("unless the visitor")


def test_a_sentence_whose_other_half_is_not_found_is_never_whole():
    cut, following = read(
        "1.  The office keeps everything that a visitor says to it in strict confidence unless the visitor",
        "2.  Another rule begins here.",
    )
    assert (cut.whole, following.whole) == (False, True)


def test_a_sentence_over_two_page_breaks_is_not_shown_in_part():
    sentences = read(
        "1.  The office keeps everything that a visitor says to it in strict confidence unless",
        "the visitor agrees to share it with the people who have",
        "been named in writing.",
    )
    for sentence in sentences:
        assert not sentence.whole or sentence.text.endswith("been named in writing.")


def test_a_sentence_that_goes_on_and_is_cut_again_is_never_whole():
    sentences = read(
        "1.  The office keeps everything that a visitor says to it in strict confidence unless",
        "the visitor agrees to share it with the people who",
        "2.  Another rule begins here.",
    )
    assert [sentence.whole for sentence in sentences] == [False, False, True]


def test_list_items_hang_on_the_sentence_before_their_list():
    stem, first, second, after = read(
        "4.  Support includes these measures:\n(a)  Leave with full pay;\n(b)  Medical care.\n5.  Leave is paid.\n"
    )
    assert (first.stem, second.stem) == (stem.number, stem.number)
    assert (stem.stem, after.stem) == (None, None)
    assert first.text == "(a) Leave with full pay;"


def test_items_under_a_new_heading_hang_on_nothing_above_it():
    sentences = read(
        "1.  Support includes:\n(a)  Leave.\n\nSection 2\nReporting\n(a)  Reports are kept in confidence.\n"
    )
    assert sentences[-1].stem is None


def test_a_block_without_letters_or_digits_is_no_sentence():
    assert shown("Leave is paid.\n\n***\n") == ["Leave is paid."]


def test_a_chinese_or_arabic_text_is_cut_in_its_own_way():
    pages = pages_of("工作人员可以举报。办公室会保密。")
    assert [s.text for s in read_sentences(pages, read_blocks(pages), "zh")] == ["工作人员可以举报。", "办公室会保密。"]


def test_an_item_within_an_item_hangs_on_it_and_that_one_on_the_sentence_before_the_list():
    pages = pages_of(
        "1.  Managers must not do any of the following:\n"
        "(a)  Refuse to let the affected person do one of these:\n"
        "(i)  Speak with the counsellor;\n"
        "(ii)  Take leave;\n"
        "(b)  Share the report.\n"
    )
    found = {s.text: s for s in read_sentences(pages, read_blocks(pages))}
    stem = found["Managers must not do any of the following:"]
    outer = found["(a) Refuse to let the affected person do one of these:"]
    assert outer.stem == stem.number
    assert {found["(i) Speak with the counsellor;"].stem, found["(ii) Take leave;"].stem} == {outer.number}
    assert found["(b) Share the report."].stem == stem.number
