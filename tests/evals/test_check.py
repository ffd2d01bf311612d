"""The checker must see each fault that is planted in answers that are otherwise right."""

from copy import deepcopy

import pytest

from evals.check import score
from evals.scores import Pdf

PAGES = ("Contents", "You may talk to\nthe Ombudsman first. Telling is no re-\nport.", "Another page.")
QUESTIONS = [
    {"id": "a", "question": "Who can I talk to?", "answerable": True},
    {"id": "b", "question": "What is the capital of Peru?", "answerable": False},
]
PDFS = {"documents/guide.pdf": Pdf("ab12", PAGES, ("i", "1", "2"))}
AVENUE = {"id": "x", "phone": "+1 212 963 1111", "email": "help@example.org", "url": "", "note": ""}
CONTACTS = [{"id": "un", "avenues": [{"phone": "+1 (212) 963-1111", "email": "Help@example.org"}]}]
REFERRAL = {"entity": "", "text": "It is your choice.", "entity_note": "", "avenues": [AVENUE]}


def _answers():
    span = {"page": 2, "page_label": "1", "start": 0, "end": len(PAGES[1])}
    quote = {
        "text": "You may talk to the Ombudsman first. Telling is no report.", "spans": [span], "page": 2,
        "page_label": "1", "file": "documents/guide.pdf", "sha256": "ab12",
    }  # fmt: skip
    shared = {"lead": "", "notices": [], "urgent": None, "referral": REFERRAL, "retrieved": []}
    answered = {
        "id": "a",
        "question": "",
        "status": "answered",
        **shared,
        "quotes": [quote],
        "timings_ms": {"total": 3},
    }
    silent = {"id": "b", "question": "", "status": "unanswerable_not_in_documents", **shared, "quotes": []}
    return deepcopy([answered, {**silent, "timings_ms": {"total": 9}}])


def _failed(first, second=None):
    scores = score(QUESTIONS, first, second if second is not None else deepcopy(first), PDFS, CONTACTS)
    return {found.name for found in scores if found.failed}


def test_right_answers_pass_even_if_the_second_run_took_longer():
    slower = _answers()
    slower[0]["timings_ms"]["total"] = 99
    assert _failed(_answers(), slower) == set()


@pytest.mark.parametrize("place", ["quote", "span", "both"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_page_number_that_is_off_by_one_is_caught(place, by):
    answers = _answers()
    quote = answers[0]["quotes"][0]
    for shown in [quote] * (place != "span") + quote["spans"] * (place != "quote"):
        shown["page"] += by
    assert _failed(answers) == {"quotes exact on their page"}


def test_a_wrong_printed_page_label_is_caught():
    answers = _answers()
    answers[0]["quotes"][0]["spans"][0]["page_label"] = answers[0]["quotes"][0]["page_label"] = "2"
    assert _failed(answers) == {"quotes exact on their page"}


@pytest.mark.parametrize("changed", ["You may talk to the Ombudsmen first. Telling is no report.", "", "No report."])
def test_a_quote_with_another_letter_or_fewer_words_is_caught(changed):
    answers = _answers()
    answers[0]["quotes"][0]["text"] = changed
    assert _failed(answers) == {"quotes exact on their page"}


def test_a_quote_of_a_file_that_has_changed_is_caught():
    answers = _answers()
    answers[0]["quotes"][0]["sha256"] = "cd34"
    assert _failed(answers) == {"citations name the right file"}


@pytest.mark.parametrize("referral", [None, {**REFERRAL, "avenues": []}, {**REFERRAL, "text": ""}])
def test_a_missing_or_empty_referral_is_caught(referral):
    answers = _answers()
    answers[1]["referral"] = referral
    assert "referral present" in _failed(answers)


def test_an_entity_with_nothing_on_file_needs_its_note_in_place_of_contacts():
    answers = _answers()
    answers[1]["referral"] = {"entity": "bank", "text": "Look there.", "entity_note": "Nothing.", "avenues": []}
    assert _failed(answers) == {"referral present"}
    CONTACTS_WITH_BARE = [*CONTACTS, {"id": "bank", "inherits": []}]
    scores = score(QUESTIONS, answers, answers, PDFS, CONTACTS_WITH_BARE)
    assert not any(found.failed for found in scores)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("lead", "Call +1 555 010 9999 now."),
        ("notices", ["Write to someone@example.com"]),
        ("urgent", {"text": "Call 0800 555 0199", "avenues": []}),
        ("referral", {**REFERRAL, "avenues": [{**AVENUE, "phone": "+1 212 963 1112"}]}),
    ],
)
def test_an_invented_phone_or_mail_is_caught_wherever_it_stands(place, words):
    answers = _answers()
    answers[0][place] = words
    assert _failed(answers) == {"phones and e-mails on file"}


def test_a_second_run_that_differs_or_ends_early_is_caught():
    other = _answers()
    other[1]["lead"] = "Something else."
    assert _failed(_answers(), other) == {"same bytes in two processes"}
    assert _failed(_answers(), _answers()[:1]) == {"same bytes in two processes"}


def test_a_lost_answer_an_error_and_an_answer_without_a_quote_are_caught():
    assert "an answer to each question" in _failed(_answers()[:1])
    assert "an answer to each question" in _failed([_answers()[0], {"line": 2, "error": "Line 2: is no JSON."}])
    without = _answers()
    without[1]["status"] = "answered"
    assert _failed(without) == {"an answer to each question"}


def test_nothing_to_check_is_no_success():
    assert "quotes exact on their page" in _failed([{**answer, "quotes": []} for answer in _answers()])


def test_shares_are_counted_and_never_fail():
    silent = {**_answers()[1], "id": "a"}
    scores = score(QUESTIONS, [silent, _answers()[1]], [silent, _answers()[1]], PDFS, CONTACTS)
    answered, held_back = scores[-2:]
    assert (answered.passed, answered.n, answered.failed) == (0, 1, False)
    assert (held_back.passed, held_back.n) == (1, 1)
