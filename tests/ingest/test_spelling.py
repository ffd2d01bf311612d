"""Small mistakes in words are mended into words that documents and asked questions hold; all else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.spelling import Spelling, mistakes

HELD = {"harassment": 9, "complain": 5, "complaint": 7, "police": 2, "touch": 3, "touched": 4, "report": 9, "boss": 8}
KNOWN = frozenset({"polite", "tough", "farmer"})
SPELLING = Spelling(HELD, KNOWN.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harrassment", "harassment"),  # a letter too many
        ("harasment", "harassment"),  # one missing
        ("harassmemt", "harassment"),  # one wrong
        ("harassmnet", "harassment"),  # two changed
        ("harrasment", "harassment"),  # two mistakes in a long word
        ("polce", "police"),
        ("tuoch", "touch"),
    ],
)
def test_a_mistake_in_a_word_is_mended(typed, meant):
    assert SPELLING.mend(f"about {typed}, please?") == f"about {meant}, please?"


@pytest.mark.parametrize(
    "left",
    [
        "boos",  # too short
        "polite", "tough", "farmer",  # words, though no document holds them
        "Polce", "POLCE",  # maybe a name
        "bolice",  # another first letter
        "plce", "plocie",  # short, or two mistakes in a short word
        "harrrassmeent",  # three mistakes
        "zebra", "", "?!", "x" * 1000, "polce7", "polce's", "polce\u2019s", "ποιος", "举报", "harassment",
    ],
)  # fmt: skip
def test_what_is_no_small_mistake_is_left_alone(left):
    assert SPELLING.mend(left) == left


def test_of_two_equally_near_words_the_more_frequent_is_taken_and_then_the_first():
    assert Spelling({"touch": 1, "tough": 2}, frozenset().__contains__).mend("toush") == "tough"
    assert Spelling({"tough": 1, "touch": 1}, frozenset().__contains__).mend("toush") == "touch"


def test_the_nearer_word_is_taken_though_another_is_more_frequent():
    assert Spelling({"complain": 1, "complaint": 99}, frozenset().__contains__).mend("complian") == "complain"


WORD = st.text("abc", max_size=7)


@given(WORD, WORD)
def test_mistakes_are_the_same_both_ways_and_none_only_in_the_same_word(one, other):
    assert mistakes(one, other) == mistakes(other, one) <= max(len(one), len(other))
    assert (mistakes(one, other) == 0) == (one == other)


@given(st.sampled_from(sorted(HELD)), st.integers(0, 12), st.sampled_from("qxz"))
def test_every_word_with_one_wrong_letter_is_found_again(word, at, letter):
    at = 1 + at % (len(word) - 1)
    wrong = word[:at] + letter + word[at + 1 :]
    found = Spelling({word: 1}, frozenset().__contains__).mend(wrong)
    assert found == (word if len(word) >= 5 else wrong)
