from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.folding import fold, join, tidy

SOFT = "\u00ad"
PIECES = st.sampled_from(
    ["a", "B", "é", "ﬁ", "2", "-", "\u2010", SOFT, " ", "\n", "\t", "\u00a0", "\r\n", ".", "中", "ـ", "①"]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join))


@given(TEXTS)
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(TEXTS)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_the_shown_text_folds_to_what_the_raw_text_folds_to(text):
    assert fold(tidy(text)) == fold(text)


@given(TEXTS)
def test_tidying_adds_no_letter_and_drops_only_white_space_and_hyphens(text):
    kept = [c for c in text if not c.isspace() and c not in f"-\u2010{SOFT}"]
    assert [c for c in tidy(text) if not c.isspace() and c not in "-\u2010"] == kept


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("harass-\nment", "harassment"),
        ("harass- \n  ment", "harassment"),
        ("harass\u2010\nment", "harassment"),
        ("Secretary-\nGeneral", "Secretary-General"),
        ("2017-\n18", "2017-18"),
        ("well-being", "well-being"),
        ("counsel" + SOFT + "lor", "counsellor"),
        ("counsel" + SOFT + "\nlor", "counsellor"),
        ("counsel" + SOFT, "counsel"),
        ("a  word\t and\u00a0one\nmore ", "a word and one more"),
        ("before - \nafter", "before - after"),
        ("", ""),
    ],
)
def test_what_is_shown_of_a_line_end(raw, shown):
    assert tidy(raw) == shown


@pytest.mark.parametrize(("raw", "folded"), [("oﬃce", "office"), ("ﬁle", "file"), ("１２", "12"), ("a\u2003b", "a b")])
def test_ligatures_and_wide_forms_compare_as_plain_letters(raw, folded):
    assert fold(raw) == folded


def test_folding_keeps_apart_what_differs_by_letter_case_or_a_word():
    assert fold("may report") != fold("must report")
    assert fold("Report") != fold("report")


def test_spans_of_one_page_are_joined_as_they_are_and_of_two_pages_with_a_line_break():
    assert join([(1, "a victim-"), (1, "centred "), (2, "approach")]) == "a victim-centred \napproach"
    assert join([]) == ""


def test_a_word_cut_by_a_page_break_is_mended_too():
    assert fold(join([(3, "harass-"), (4, "ment")])) == "harassment"
