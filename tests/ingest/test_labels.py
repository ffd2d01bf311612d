from __future__ import annotations

import pytest

from ingest.labels import printed_labels
from ingest.pages import read_pages
from tests.ingest.made_up import numerals
from tests.pdfs import make_pdf


def raws(*edges):
    """Pages with a text of their own and a line at the foot."""
    return [
        f"The rule {numerals(n)} is about leave and pay.\nIt holds for all.\n{edge}" for n, edge in enumerate(edges)
    ]


@pytest.mark.parametrize(
    "printed", ["{}/25", "{}/25 25-07881", "25-07881 {}/25", "Page {}", "- {} -", "{}", "{} of 25"]
)
def test_a_number_that_goes_on_by_one_is_the_label(printed):
    assert printed_labels(raws("Cover", *(printed.format(n) for n in range(3, 8)))) == {
        1: "2", 2: "3", 3: "4", 4: "5", 5: "6", 6: "7",
    }  # fmt: skip


def test_the_two_sides_of_a_book_may_print_it_differently():
    edges = [f"{n}/25 25-07881" if n % 2 else f"25-07881 {n}/25" for n in range(3, 9)]
    assert printed_labels(raws(*edges)) == {n: str(n + 2) for n in range(1, 7)}


def test_roman_numerals_and_then_others_are_two_countings():
    labels = printed_labels(raws("Cover", "ii", "iii", "iv", "v", *(str(n) for n in range(1, 6))))
    assert [labels.get(n) for n in (2, 5, 6, 10)] == ["ii", "v", "1", "5"]


def test_a_page_without_its_number_is_counted_between_its_neighbours():
    assert printed_labels(raws("11", "12", "A figure", "14", "15"))[3] == "13"


@pytest.mark.parametrize(
    "edges",
    [
        ["4", "9", "2", "7", "5"],
        ["1", "2"],
        ["Chapter 3", "Chapter 4", "Chapter 5", "Chapter 6"],
        ["2019", "In 2020", "By 2021", "2022"],
        ["The rule of paragraph 4", "The rule of section 5", "The law of part 6", "See item 7"],
    ],
)
def test_numbers_that_may_be_anything_else_are_no_labels(edges):
    assert printed_labels(raws(*edges)) == {}


def test_pages_with_less_than_one_are_left_out():
    labels = printed_labels(raws("Cover", "Blank", "Title", "2/9", "3/9", "4/9"))
    assert [labels.get(n) for n in range(1, 7)] == [None, None, "1", "2", "3", "4"]


def test_what_the_file_names_itself_holds_against_what_is_printed(tmp_path):
    texts = [f"A rule of page {numerals(n)}.\n{n + 4}/9" for n in range(4)]
    printed = read_pages(make_pdf(tmp_path / "printed.pdf", texts))
    named = read_pages(make_pdf(tmp_path / "named.pdf", texts, [(0, "ROMAN_LOWER", 1)]))
    assert [page.label for page in printed] == ["4", "5", "6", "7"]
    assert [page.label for page in named] == ["i", "ii", "iii", "iv"]
