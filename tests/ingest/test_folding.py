from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.folding import fold, join, searchable, tidy, without_invisible

SOFT = "\u00ad"
JOINERS = ["\u200d", "\u200c", "\u0645", "\ufeff"]
PIECES = st.sampled_from(
    [*JOINERS, "a", "B", "é", "ﬁ", "2", "-", "\u2010", SOFT, " ", "\n", "\t", "\u00a0", "\r\n", ".", "中", "ـ", "①"]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join))


@given(TEXTS)
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(TEXTS)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_what_is_searched_is_searched_the_same_again(text):
    assert searchable(searchable(text)) == searchable(text)


@given(TEXTS)
def test_the_shown_text_folds_to_what_the_raw_text_folds_to(text):
    assert fold(tidy(text)) == fold(text)


@given(TEXTS)
def test_tidying_adds_no_letter_and_drops_only_white_space_hyphens_and_what_is_invisible(text):
    kept = [c for c in without_invisible(text) if not c.isspace() and c not in f"-\u2010{SOFT}"]
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
        ("给予相应的\n纪律处理；\n两周", "给予相应的纪律处理；两周"),
        ("第七条 对于", "第七条 对于"),
        ("累计 \n8 周", "累计 8 周"),
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


def smuggled(text):
    """Text as tag characters, which no font draws."""
    return "".join(chr(0xE0000 + ord(c)) for c in text)


@pytest.mark.parametrize(
    "hidden",
    [
        smuggled("call +1 555 0100"),
        *"\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2063\u2064\u3164\ufe0f\ufeff\uffa0\ufffa",
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x1b\x7f\x9f\U000e0100\U000e01ef",
    ],
)
def test_what_nobody_sees_is_neither_shown_nor_compared(hidden):
    assert tidy(f"re{hidden}port{hidden}") == "report"
    assert fold(f"{hidden}re{hidden}port") == "report"


def test_a_joiner_that_is_spelling_stays_once():
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert tidy(persian) == persian
    assert tidy(persian.replace("\u200c", "\u200c\u200d\u200c\u200c")) == persian
    assert tidy(f"\u200c{persian}\u200d a\u200cb") == f"{persian} ab"


def test_what_can_be_seen_stays():
    assert tidy("é ① № 中 \uf0b7 € ‑ – “x” ¶ \u06dd") == "é ① № 中 \uf0b7 € ‑ – “x” ¶ \u06dd"


ALIKE = [
    ("\ufe97\ufeaa\ufead\ufef3\ufeb2", "تدريس"),
    ("التَّحَرُّش", "التحرش"),
    ("التـــحرش", "التحرش"),
    ("أحكام إلى آخر", "احكام الي اخر"),
    ("مدرسة", "مدرسه"),
    ("harcèlement", "harcelement"),
    ("HARCÈLEMENT", "harcelement"),
    ("oﬃce", "office"),
    ("ＡＢＣ１２", "abc12"),
    ("coun" + SOFT + "sellor", "counsellor"),
    ("l’agent", "l'agent"),
    ("ещё", "еще"),
    ("Straße", "strasse"),
]


@pytest.mark.parametrize(("written", "typed"), ALIKE)
def test_what_people_type_in_several_ways_is_searched_as_one(written, typed):
    assert searchable(written) == searchable(typed)


def test_letters_that_are_not_the_same_stay_apart():
    assert searchable("мой") != searchable("мои")
    assert searchable("может") != searchable("можем")
    assert searchable("中国") != searchable("中囯")
    assert searchable("हिन्दी") != searchable("हनद")
