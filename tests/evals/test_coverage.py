"""Each score must see the fault that is planted in answers that are otherwise right."""

from __future__ import annotations

import pytest

from evals.coverage import named_scores, open_scores
from tests.evals.planted import HELPED, NAMED, REFERRAL, answers, quote, silent


def passed(found):
    return [(score.passed, score.n) for score in named_scores("set", NAMED, found)]


def failed(found):
    return {score.name for score in open_scores(found) if score.failed}


# What the presentation names


def test_right_answers_have_no_fault():
    assert passed(answers()) == [(2, 2), (2, 2)]
    assert failed(silent()) == set()


def test_a_quote_of_any_piece_of_evidence_will_do_whatever_its_spacing():
    found = answers()
    found[0]["quotes"] = [quote("So: They\n help.  Truly.", "two")]
    assert passed(found) == [(2, 2), (2, 2)]


def test_an_answer_that_comes_second_is_not_first():
    found = answers()
    found[0]["quotes"].reverse()
    assert passed(found) == [(2, 2), (1, 2)]


@pytest.mark.parametrize("quotes", [[], [quote("The office helped.")], [quote(HELPED, "two")], [quote("helps.")]])
def test_other_words_another_document_half_the_evidence_or_nothing_is_a_miss_that_is_named(quotes):
    found = answers()
    found[0] |= {"quotes": quotes, "status": "answered" if quotes else "unanswerable_not_in_documents"}
    assert passed(found) == [(1, 2), (1, 2)]
    (fault,) = named_scores("set", NAMED, found)[0].faults
    got = f"{quotes[0]['document']} 1" if quotes else "unanswerable_not_in_documents"
    assert fault == f"a (help, {got}): Who helps?"


def test_what_the_presentation_names_is_counted_and_fails_nothing_alone():
    assert not any(score.failed for score in named_scores("set", NAMED, [answers()[0], answers()[1] | {"quotes": []}]))


@pytest.mark.parametrize("lost", [[], [{"line": 2, "error": "Line 2 is no JSON."}]])
def test_a_question_whose_answer_is_lost_counts_as_missed(lost):
    assert passed([answers()[0], *lost]) == [(1, 2), (1, 2)]


# Open numbers


@pytest.mark.parametrize(
    "text",
    ["You have 90 days.", "within thirty calendar days", "a 24-hour line", "Forty-five working days", "two YEARS"],
)
def test_an_amount_of_time_for_an_open_question_is_caught(text):
    found = silent()
    found[0]["quotes"] = [quote("First."), quote(text)]
    assert failed(found) == {"no number for an open question"}


@pytest.mark.parametrize("text", ["In 2019, ST/SGB/2019/8 came.", "Some days later", "475 focal points", "In May"])
def test_a_number_that_is_no_amount_of_time_is_let_pass(text):
    found = silent()
    found[0]["quotes"] = [quote(text)]
    assert failed(found) == set()


@pytest.mark.parametrize(
    "text", ["You must report it.", "Staff have a Duty to report.", "They are required to report", "obliged to report"]
)
def test_a_duty_for_an_open_question_is_caught(text):
    found = silent()
    found[0]["quotes"] = [quote(text)]
    assert failed(found) == {"no duty for an open question"}


def test_an_open_question_without_a_pointer_is_caught():
    found = silent()
    found[0]["look_in"] = []
    assert failed(found) == {"a pointer to the official text"}
    found[0]["quotes"] = [quote("You can look at undocs.org/ST/SGB/2019/8.")]
    assert failed(found) == set()


@pytest.mark.parametrize("change", [{"text": ""}, {"avenues": []}])
def test_an_open_question_without_the_referral_is_caught(change):
    found = silent()
    found[0]["referral"] = REFERRAL | change
    assert failed(found) == {"the referral"}
    (score,) = (score for score in open_scores(found) if score.failed)
    assert score.faults == ("n: How many days do I have?",)


def test_no_open_question_at_all_is_no_success():
    assert len(failed([])) == 4


@pytest.mark.parametrize(
    "text", ["within twenty days", "fourteen days", "within one month", "a week", "in eleven days"]
)
def test_every_amount_of_time_is_caught(text):
    found = silent()
    found[0]["quotes"] = [quote(text)]
    assert "no number for an open question" in failed(found)
