"""A follow-up is understood after the turns that it leans on; whatever stands alone is answered alone."""

from __future__ import annotations

import pytest

from assistant.conversation import _swapped, _topic, looked_for
from tests.small_corpus import QUESTIONS

ANONYMOUS, LEAVE = QUESTIONS[7], QUESTIONS[6]


@pytest.fixture(scope="module")
def index(small_assistant):
    small_assistant.ask(QUESTIONS[0])
    return small_assistant._opened.index


@pytest.mark.parametrize(
    "follow_up", ["and is it assessed?", "even then?", "without my name?", "how are they assessed"]
)
def test_a_follow_up_takes_the_topic_of_the_turn_before(index, follow_up):
    first, alone = looked_for(index, follow_up, [LEAVE, ANONYMOUS])
    assert "anonymous" in first.text
    assert "anonymous" not in alone.text


@pytest.mark.parametrize(
    "question",
    [
        *QUESTIONS,
        "Another question: and leave?",
        "By the way, is it confidential?",
        "😢🙏",
        "Is there a bus to Geneva?",
    ],
)
def test_a_question_that_stands_alone_or_changes_the_topic_takes_nothing(index, question):
    (only,) = looked_for(index, question, [ANONYMOUS])
    assert "complaint" not in only.text or "complaint" in question


def test_a_turn_that_leans_back_itself_brings_the_one_before_it(index):
    first = next(looked_for(index, "and then?", [LEAVE, ANONYMOUS, "who reads it?"]))
    assert "anonymous" in first.text and "reads" in first.text and "pay" not in first.text


def test_a_marked_change_is_not_looked_for_itself(index):
    (only,) = looked_for(index, "Different question: can one incident be enough?", [LEAVE])
    assert only.text == "can one incident be enough?"


def test_what_the_question_names_stands_in_the_place_of_what_was_named_before(index):
    first = next(looked_for(index, "and in UNOPS?", ["Can interns of UNDP complain?"], ["UNDP", "UNOPS", "WHO"]))
    assert "UNDP" not in first.text
    assert _swapped("Are interns paid?", "and consultants?", []) == "Are interns paid?"
    first = next(looked_for(index, "and consultants?", ["Are interns protected?"]))
    assert "interns" not in first.text and "protected" in first.text


def test_topics_leave_out_what_says_nothing_and_what_was_said():
    assert _topic(["How long do I have to complain?"], "who decides") == "complain"
    assert _topic(["Can I complain?"], "where do I complain") == ""
