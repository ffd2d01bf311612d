from __future__ import annotations

import pytest

from evals.reading import reading_grade


def grade(words, sentences, syllables):
    return pytest.approx(0.39 * words / sentences + 11.8 * syllables / words - 15.59)


COUNTED = {
    "The cat sat.": (3, 1, 3),
    "You can talk. You can wait.": (6, 2, 6),
    "Is it so? Yes! It is.": (6, 3, 6),
    "Harassment is a bad thing.": (5, 1, 7),
    "It’s her choice.": (3, 1, 3),
    "People are able.": (3, 1, 5),  # a last e is silent, but not that of -le
    "See 90 days in 2019.": (3, 1, 3),  # numbers are no words
    "There are two ways:\n(a) by phone;\n(b) in person.": (10, 3, 11),
    "It is v1.5 here.": (4, 1, 4),  # a full stop ends a sentence only before a blank or the end
}


@pytest.mark.parametrize("text", COUNTED)
def test_the_grade_follows_from_words_sentences_and_syllables(text):
    assert reading_grade(text) == grade(*COUNTED[text])


@pytest.mark.parametrize("text", ["", " \n ", "90, 2019.", "…"])
def test_a_text_without_words_has_grade_zero(text):
    assert reading_grade(text) == 0.0


def test_longer_sentences_and_longer_words_ask_for_more_school():
    short, long = "You can talk. It is safe.", "You can talk and it is safe."
    assert reading_grade(short) < reading_grade(long)
    assert reading_grade("You can talk.") < reading_grade("Everybody participates confidentially.")


def test_a_line_without_a_full_stop_is_a_sentence_of_its_own():
    assert reading_grade("by phone\nin person") == reading_grade("by phone. in person.")
    assert reading_grade("by phone\n\n  \nin person") == reading_grade("by phone\nin person")


def test_a_word_has_at_least_one_syllable_and_case_makes_no_difference():
    assert reading_grade("Hmm.") == reading_grade("HMM.") == grade(1, 1, 1)
    assert reading_grade("ANYBODY MAY HELP.") == reading_grade("anybody may help.")
