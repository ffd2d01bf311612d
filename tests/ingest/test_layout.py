from __future__ import annotations

import pytest
from hypothesis import given

from ingest.folding import tidy
from ingest.layout import read_blocks
from tests.ingest.made_up import pages_of, texts


def shown(pages):
    """Kind, paragraph number and text of each block."""
    return [(block.kind, block.paragraph, tidy(block.raw(pages[block.page - 1]))) for block in read_blocks(pages)]


def test_running_headers_footers_and_page_numbers_are_in_no_block():
    bodies = ("The first rule is about leave.", "The second rule is about travel.", "The third rule is about pay.")
    pages = pages_of(*(f"ST/SGB/2008/5\nUnited Nations\n{body}\n{n} of 3\n" for n, body in enumerate(bodies, 1)))
    assert shown(pages) == [("paragraph", "", body) for body in bodies]


@pytest.mark.parametrize("number", ["7", "- 7 -", "Page 7", "7/12", "7 of 12", "iv", "xii", "7 sur 12"])
def test_a_page_number_alone_at_the_edge_is_no_text(number):
    assert shown(pages_of(f"The rule is about leave.\n{number}")) == [("paragraph", "", "The rule is about leave.")]


@pytest.mark.parametrize("word", ["civil", "ill", "civic", "vivid", "mix"])
def test_a_word_alone_at_the_edge_of_a_page_is_kept_though_its_letters_are_roman_numerals(word):
    pages = pages_of(f"{word}\nrights of staff members are kept. The office may have ended its talks with the\n{word}")
    assert shown(pages)[0][2].startswith(word)
    assert shown(pages)[-1][2].endswith(word)


def test_a_line_that_repeats_inside_the_pages_is_kept():
    filler = "\n".join(f"A line of the rule on {word} that is long enough to be one." for word in "abcdef")
    pages = pages_of(*(f"{filler}\nThe same line.\n{filler}" for _ in range(3)))
    assert sum("The same line." in text for _, _, text in shown(pages)) == 3


def test_lines_of_a_contents_list_are_in_no_block():
    pages = pages_of(
        "Contents\nScope ........................ 3\nReporting . . . . . . . . . . 7\n\nThe rule is short."
    )
    assert not [text for _, _, text in shown(pages) if "Scope" in text or "Reporting" in text]


def test_numbered_paragraphs_keep_their_numbers_and_the_number_is_not_text():
    pages = pages_of(
        "1.  Staff members may report at any time to the office,\nand in any form.\n"
        "2.  The office answers within thirty days of the report.\n"
        "2.1  The answer is given in writing.\n"
    )
    assert shown(pages) == [
        ("paragraph", "1", "Staff members may report at any time to the office, and in any form."),
        ("paragraph", "2", "The office answers within thirty days of the report."),
        ("paragraph", "2.1", "The answer is given in writing."),
    ]


def test_list_items_hang_under_the_number_of_their_paragraph():
    pages = pages_of(
        "4.  Support includes the following measures:\n(a)  Leave with full pay;\n(b)  Care, that is:\n"
        "(i)  Medical care;\n(ii)  Counselling;\n(c)  A change of office.\n5.  Leave is paid.\n"
    )
    assert [(kind, paragraph) for kind, paragraph, _ in shown(pages)] == [
        ("paragraph", "4"), ("item", "4 (a)"), ("item", "4 (b)"), ("item", "4 (b) (i)"), ("item", "4 (b) (ii)"),
        ("item", "4 (c)"), ("paragraph", "5"),
    ]  # fmt: skip


def test_a_number_in_the_middle_of_a_sentence_opens_no_paragraph():
    pages = pages_of(
        "9.  The rule of the circular of the Secretary-General that was issued on the day of\n12. May is kept."
    )
    assert [paragraph for _, paragraph, _ in shown(pages)] == ["9"]


def test_headings_stand_above_what_follows_and_end_with_the_next_of_their_level():
    pages = pages_of(
        "Section 1\nScope\n1.1  This rule holds for all staff members.\n"
        "Section 2\nSupport\n2.1  Support is offered to every affected person.\n"
    )
    paths = {block.paragraph: block.heading for block in read_blocks(pages) if block.kind != "heading"}
    assert paths == {"1.1": ("Section 1", "Scope"), "2.1": ("Section 2", "Support")}


def test_a_block_is_cut_so_that_a_hyphen_that_belongs_to_the_word_stays():
    pages = pages_of("A victim-centred approach is kept.\n\nThe approach is victim-\ncentred from the first day on.")
    assert shown(pages)[-1][2] == "The approach is victim-centred from the first day on."


def test_a_hyphen_of_the_line_end_goes_when_the_document_writes_the_word_without_it():
    pages = pages_of(
        "All harassment is forbidden.\n\nSexual harass-\nment is forbidden as well, from the first day on."
    )
    assert shown(pages)[-1][2] == "Sexual harassment is forbidden as well, from the first day on."


def test_blank_pages_have_no_block():
    assert read_blocks(pages_of("", " \n ")) == []


@given(texts())
def test_blocks_are_pieces_of_their_page_in_order_without_overlap(pages):
    blocks = read_blocks(pages)
    assert [block.page for block in blocks] == sorted(block.page for block in blocks)
    for page in pages:
        pieces = [piece for block in blocks if block.page == page.number for piece in block.pieces]
        ends = [0, *(edge for piece in pieces for edge in piece)]
        assert ends == sorted(ends)
        assert ends[-1] <= len(page.raw)


def test_a_paragraph_whose_line_breaks_inside_a_name_is_no_heading():
    pages = pages_of(
        "6. The Ombudsman of the fund says that it would never mention your name to anyone at all.\n"
        "7. Nobody should be punished for going to the Ombudsman for UN Funds and\n"
        "Programmes. The Ombudsman is also protected from having to testify before the Tribunal.\n"
        "8. Nobody should be punished for going to the Ombudsman of the United Nations\n"
        "Programmes. The Ombudsman is also protected from having to testify before a court.\n"
    )
    assert [(kind, number) for kind, number, _ in shown(pages)] == [("paragraph", n) for n in "678"]
