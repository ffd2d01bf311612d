"""Arabic in a PDF: letters join as they are written, what runs the other way keeps its order, and nothing is lost."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.arabic import VOWELS, joined, lines, parted

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوىيءآأؤإئةـ"


def whole(text, width=1000):
    (line,) = lines(text, width, len)
    return line


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("سلم", "\ufeb3\ufee0\ufee2"),  # beginning, middle, end
        ("دار", "\ufea9\ufe8d\ufead"),  # letters that join to none after them
        ("لا", "\ufefb"),  # lam and alef are one sign
        ("بلا", "\ufe91\ufefc"),
        ("ء", "\ufe80"),
        ("بُد", "\ufe91\ufeaa"),  # signs above letters are left out, and part none
    ],
)
def test_letters_have_the_form_that_their_place_asks_for(word, forms):
    assert joined(word) == forms


def test_a_line_is_turned_around_but_numbers_links_and_names_are_not():
    assert whole("رقم +1 212 555 0100 (UNDP)") == "+1 212 555 0100 (UNDP) " + joined("رقم")[::-1]
    assert whole("صفحة: https://example.org/faq/") == "https://example.org/faq/ :" + joined("صفحة")[::-1]
    assert whole("(سر)") == f"({joined('سر')[::-1]})"  # brackets open where the reader comes to them first


def test_a_paragraph_that_begins_in_latin_letters_runs_from_the_left():
    assert whole("“A policy”, para. 3 · ساري المفعول") == "“A policy”, para. 3 · " + joined("ساري المفعول")[::-1]
    assert whole("No Arabic (here).") == "No Arabic (here)."


def test_a_sentence_keeps_its_signs_where_a_line_ends():
    assert next(lines("سر: Yes, but ask first", 9, len)).startswith("Yes, :")


def test_words_wider_than_a_line_go_on_in_the_next_one():
    assert list(lines("https://example.org", 8, len)) == ["https://", "example.", "org"]


@given(st.text(alphabet=LETTERS + VOWELS + "ab12 .,:()/+@“”", max_size=60), st.integers(4, 40))
def test_no_letter_is_lost_or_made_up_wherever_lines_end(text, width):
    made = "".join(lines(text, width, len))
    plain = Counter(letter for letter in text if letter not in VOWELS and letter not in " ()“”")
    assert Counter(unicodedata.normalize("NFKC", made)) - Counter(" ()“”" * 60) == plain
    assert "".join(own + other for own, other in parted(text)) == text


def test_what_stands_in_quotation_marks_keeps_its_own_signs():
    assert [other for _, other in parted("بدلا من «pay.» ورد «half pay, or»")] == ["pay.", "half pay, or", ""]
