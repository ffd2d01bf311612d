"""A follow-up is understood after the turns that it leans on; whatever stands alone is answered alone."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.candidates import _after
from assistant.conversation import LookedFor, Talk, _leans, _swapped, _topic, looked_for
from ingest.asked import AskedParagraph
from ingest.embeddings import QuestionVector
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


@pytest.mark.parametrize(
    ("history", "question", "asked"),
    [
        (["How long does it take in UNDP?"], "and in UNOPS?", "How long does it take in UNOPS?"),
        (["How long does it take?"], "what about UNOPS", "How long does it take in UNOPS?"),
        (["How long does it take?", "And in UNDP?"], "ok and WHO?", "How long does it take in WHO?"),
        (["How long does it take in UNDP?"], "and in UNDP?", "How long does it take in UNDP?"),
        (["Can I complain? I am afraid."], "I am in UNDP", "In UNDP: Can I complain? I am afraid."),
        (["Who decides?", "Can interns complain?"], "is it like that in undp too?", "Can interns complain in undp?"),
    ],
)
def test_a_follow_up_that_only_names_an_organisation_asks_the_turn_before_of_it(index, history, question, asked):
    assert next(looked_for(index, question, history, ["UNDP", "UNOPS", "WHO"])).text == asked


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ([], "and in UNOPS?"),
        (["and in UNDP?"], "and in UNOPS?"),
        (["How long does it take?"], "who pays in UNOPS?"),
        (["How long does it take?"], "Another question: in UNOPS?"),
        (["How long does it take?"], "and who decides there?"),
        (["How long does it take?"], "Do I need to tell UNOPS?"),
        (["How long does it take?"], "Will UNDP know?"),
        (["How long does it take?"], "WHO IS IT?"),
        (["How long does it take in UNDP, and in WHO?"], "and in UNOPS?"),
    ],
)
def test_any_other_asks_no_turn_before_of_an_organisation(index, history, question):
    assert all(
        not one.text.startswith("How long") for one in looked_for(index, question, history, ["UNDP", "UNOPS", "WHO"])
    )


def test_an_organisation_of_the_turn_before_holds_for_the_follow_up_also_where_that_is_asked_alone(index):
    names = ["UNDP", "WHO"]
    together, alone = looked_for(index, "and is there a time limit?", ["Can I report that to WHO?"], names)
    assert "WHO" in together.text.split() and alone.text == "and is there a time limit in WHO?"
    other = [one.text for one in looked_for(index, "and in UNDP, is there one?", ["Can I report that to WHO?"], names)]
    assert not any("WHO" in text for text in other)


def test_the_organisation_that_was_named_last_holds_for_all_turns_before_it(index):
    turns = ["How long do I have to complain in UNDP?", "and in WHO?"]
    together, alone = looked_for(index, "and who will know?", turns, ["UNDP", "WHO"])
    assert "UNDP" not in together.text and "WHO" in together.text.split() and "complain" in together.text
    assert alone.text == "and who will know in WHO?"


def test_topics_leave_out_what_says_nothing_and_what_was_said():
    assert _topic(["How long do I have to complain?"], "who decides") == "complain"
    assert _topic(["Can I complain?"], "where do I complain") == ""


def _alike(likeness):
    """An index where a question comes so near to what people ask."""
    one = np.ones(1, dtype=np.float32)
    embedder = SimpleNamespace(
        said_later=lambda text: lambda: one, asked_later=lambda text: lambda: one, read_ahead=lambda *texts: None
    )
    return SimpleNamespace(asked=SimpleNamespace(places=(0,), likeness=lambda vector: likeness), embedder=embedder)


def test_a_question_leans_by_degrees_the_less_the_more_it_says_and_the_more_people_ask_it():
    said = [
        "and then?",
        "do they keep records of interviews?",
        "do they keep records of interviews with witnesses on money?",
    ]
    degrees = [_leans(_alike(0.85), question) for question in said]
    assert degrees[0] == 1 and 0 < degrees[1] < 1 and degrees[2] == 0
    assert _leans(_alike(0.5), said[1]) == 1 and _leans(_alike(1.0), said[1]) < degrees[1]


@dataclass
class _Asked:
    """Two documents of two paragraphs each; a question scores what its text says for each of them."""

    places = (("one", (0,)), ("one", (1,)), ("two", (0,)), ("two", (1,)))

    @property
    def numbers(self):
        return {place: n for n, place in enumerate(self.places)}

    def scores(self, text, vector):
        return np.array([float(score) for score in text.split()])


def _ordered(alone, together, before, leans, headings=("A", "B", "A", "B")):
    """The numbers of the paragraphs, best first, for a follow-up with these scores."""
    zero = np.zeros(1, dtype=np.float32)
    asked, nothing = _Asked(), QuestionVector(lambda: zero, lambda: zero)
    heading = {("one", 0): headings[0], ("one", 1): headings[1], ("two", 0): headings[2], ("two", 1): headings[3]}
    first = {(document, (n,)): SimpleNamespace(heading=(said,)) for (document, n), said in heading.items()}
    found = [AskedParagraph(*place, score, 0.0) for place, score in zip(asked.places, together, strict=True)]
    talk = Talk(LookedFor(alone, nothing), LookedFor(before, nothing), leans)
    after = _after(SimpleNamespace(asked=asked, asked_first=first), found, talk)
    return [asked.numbers[one.document, one.sentences] for one in after]


def test_what_a_follow_up_asks_alone_counts_as_much_as_with_the_turn_before():
    together = (0.6, 0.1, 0.5, 0.1)
    assert _ordered("0.1 0.1 0.5 0.1", together, "0.1 0.1 0.9 0.1", 1)[0] == 2
    assert _ordered("0.5 0.1 0.1 0.1", (0.1, 0.1, 0.6, 0.1), "0.9 0.1 0.1 0.1", 0)[0] == 0


def test_what_stands_near_the_answer_of_the_turn_before_comes_sooner_the_same_heading_soonest():
    same, equal = "0.5 0.5 0.5 0.5", (0.5, 0.5, 0.5, 0.5)
    assert _ordered(same, equal, "0.1 0.1 0.1 0.9", 1) == [3, 2, 0, 1]
    assert _ordered(same, equal, "0.1 0.1 0.1 0.9", 0) == [0, 1, 2, 3]
