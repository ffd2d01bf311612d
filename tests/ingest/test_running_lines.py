from __future__ import annotations

from ingest.folding import tidy
from ingest.layout import read_blocks
from tests.ingest.made_up import numerals, pages_of


def shown(*raws):
    pages = pages_of(*raws)
    return [(block.paragraph, tidy(block.raw(pages[block.page - 1]))) for block in read_blocks(pages)]


def rule(n):
    return f"The rule {numerals(n)} of the office holds for all who work in it."


def test_the_title_of_a_chapter_at_the_top_of_some_pages_in_a_row_is_left_out():
    titles = ["Leave", "Leave", "Leave", "Travel", "Travel", "Travel", "Pay", "Pay", "Pay"]
    assert shown(*(f"{title}\n{rule(n)}" for n, title in enumerate(titles))) == [("", rule(n)) for n in range(9)]


def test_symbols_and_print_shop_numbers_of_a_document_of_two_pages_are_left_out():
    first = f"United Nations bulletin\n{rule(1)}\n24-24472 (E) 311224\n*2424472*"
    assert [text for _, text in shown(first, f"ST/IC/2025/1\n24-24472 2/2\n{rule(2)}")][-2:] == [rule(1), rule(2)]


def draft(step=1, first=1):
    words = "staff may report at any time and in any form to the office that they trust most of all".split()
    lines = [f"{words[n % 19]} {words[(n + 3) % 19]} {words[(n + 7) % 19]} of the draft rule" for n in range(40)]
    return [f"{n} {line}" if n % step == 0 else line for n, line in enumerate(lines, first)], lines


def test_the_numbers_of_the_lines_of_a_draft_are_left_out():
    for step in (1, 5):
        numbered, lines = draft(step)
        assert " ".join(text for _, text in shown("\n".join(numbered))) == " ".join(lines)


def test_line_numbers_in_lines_of_their_own_are_left_out():
    _, lines = draft()
    mixed = [part for n, line in enumerate(lines, 1) for part in (str(n), line)]
    kept = shown("\n".join(mixed))
    assert not any(char.isdigit() for _, text in kept for char in text)


def test_numbered_paragraphs_and_numbers_that_do_not_count_on_are_kept():
    listed = [f"{n}.  {rule(n)}" for n in range(1, 12)]
    assert [paragraph for paragraph, _ in shown("\n".join(listed))] == [str(n) for n in range(1, 12)]
    years = [f"{2000 + 7 * n % 19} was a year of the office {numerals(n)}." for n in range(1, 14)]
    assert " ".join(text for _, text in shown("\n".join(years))) == " ".join(years)
