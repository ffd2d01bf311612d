from __future__ import annotations

import pytest

from ingest.identity import identity_problem, is_tombstone, masthead, names_title, stands

SYMBOL = "ST/SGB/2019/8"
SHOWN = [
    " United Nations  ST/SGB/2019/8 \n \nSecretariat", "United NationsST/SGB/2019/8", "st/sgb/2019/8\n10 September",
    "ST / SGB / 2019 / 8", "ST/SGB/201 9/8.", "(ST/SGB/2019/8)", "ST/SGB/2019/8*", "ST/SGB/2019/8-ST/AI/2019/1",
]  # fmt: skip
NOT_SHOWN = [
    "ST/SGB/2019/80", "ST/SGB/2019/8/Rev.1", "ST/SGB/2019/8 / Add.2", "ST/SGB/2019/8 (Part I)", "DP/ST/SGB/2019/8",
    "ST/SGB/2019/8.1", "ST/SGB/2019/8-2", "ST/SGB/2019/8a", "AST/SGB/2019/8", "ST/SGB/2019", "",
]  # fmt: skip


@pytest.mark.parametrize("text", SHOWN)
def test_a_symbol_is_found_in_any_spacing_and_case(text):
    assert stands(SYMBOL, text)


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_a_symbol_is_not_found_as_a_part_of_another(text):
    assert not stands(SYMBOL, text)


def test_i_without_its_dot_is_an_i_in_a_symbol_as_it_is_to_patterns():
    assert stands("IC/2020/15", "\u0131c/2020/15") and stands("ic/2020/15", "\u0130C/2020/15")
    assert stands("ÉC/2020/15", "éc / 2020/15") and not stands("ÉC/2020/15", "ec/2020/15")


def test_dashes_of_any_kind_are_one():
    assert stands("A/80/74-E/2025/57", "A/80/74–E/2025/57")


MASTHEADS = {
    " United Nations  DP/FPA/2025/4 (Part I) \n \nExecutive Board": "DP/FPA/2025/4 (Part I)",
    "United Nations E/CN.6/2025/3/Rev.1 \n25-05364 (E)": "E/CN.6/2025/3/Rev.1",
    "A/80/74–E/2025/57 \nGeneral Assembly": "A/80/74-E/2025/57",
    "Policy on SEA/SH and N/A, 24/7": "",
    "JIU/NOTE/2022/1/Rev.1\nMarch 2023": "JIU/NOTE/2022/1/Rev.1",
}


@pytest.mark.parametrize("page", MASTHEADS)
def test_the_symbol_at_the_head_of_a_page_is_read(page):
    assert masthead([page]) == MASTHEADS[page]


def test_a_document_that_only_cites_a_symbol_is_not_that_document():
    page = "ST/AI/2017/1\nThis instruction goes with ST/SGB/2019/8."
    assert identity_problem(SYMBOL, "", [page]) == "it says that it is ST/AI/2017/1, not ST/SGB/2019/8"
    assert identity_problem("ST/AI/2017/1", "", [page]) == ""


def test_one_of_two_symbols_of_a_document_is_enough():
    for symbol in ("A/80/74", "E/2025/57"):
        assert identity_problem(symbol, "", ["A/80/74–E/2025/57"]) == ""


def test_a_symbol_of_another_kind_may_stand_anywhere_on_the_first_pages():
    assert identity_problem("Circular No. 543 (Rev.1)", "", ["ILO", "circular no. 543 (Rev.1), 2004"]) == ""
    assert "do not show" in identity_problem("Circular No. 543", "", ["Circular No. 5431"])


def test_a_title_is_found_whatever_its_case_line_ends_and_signs():
    assert identity_problem("", "Guide for Managers: what to do", ["GUIDE FOR\nMANAGERS – What to do"]) == ""
    assert "do not show the title" in identity_problem("", "Guide for Managers", ["Guide for everybody"])
    assert not names_title("A", "A text with an A")


def test_the_notice_that_there_is_no_document_is_known_and_a_policy_that_cites_it_is_not_one():
    notice = "The document you are looking for does not exist in the Official Document\nSystem (ODS)."
    assert is_tombstone(notice)
    assert not is_tombstone(notice + "A policy on documents. " * 200)
    assert not is_tombstone("A complaint that does not exist in writing can be made orally.")
