"""Each fault that is planted in right answers turns the measure red that is there for it, and that one says so."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from assistant import selection
from assistant.confidence import read_confidence
from evals.asking import ask_all
from evals.case import Case
from evals.gate import broken_rules
from evals.measures import MEASURES, scores
from evals.run import score_all
from evals.summary import summarise
from ingest.build import CORPUS_DIR

WORST = {measure.name: measure.worst for measure in MEASURES}
REFERRAL = ("referral_exact", "referral_entity", "referral_roles")


@pytest.fixture
def score(questions, answers, known, finder):
    """The scores of one question after a fault was planted in a copy of its answer."""

    def planted(at: int, fault) -> dict[str, float]:
        answer = deepcopy(answers[at])
        fault(answer)
        return scores(Case(questions[at], finder.needs(questions[at]), answer), known)

    return planted


def test_right_answers_are_right(lines):
    first, second, third, fourth, fifth = (line["scores"] for line in lines)
    assert first["answers"] == first["page_recall"] == first["rr"] == first["quotes_exact"] == first["must_said"] == 1
    assert first["must_not_said"] == first["frightening_first"] == first["contacts_unknown"] == 0
    assert second["answers"] == second["first_answers"] == 1
    assert third["abstained"] == fourth["urgent_first"] == 1
    assert fifth["urgent_unasked"] == 0
    for line in lines:
        assert line["scores"]["status_right"] == 1
        assert all(line["scores"].get(name, 1) == 1 for name in REFERRAL)
    assert list(broken_rules(summarise(lines))) == []


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("place", ["quote", "span", "both"])
def test_a_page_number_off_by_one(score, place, by):
    def fault(answer):
        quote = answer["quotes"][0]
        for shown in [quote] * (place != "span") + [quote["spans"][0]] * (place != "quote"):
            shown["page"] += by

    assert score(0, fault)["quotes_exact"] == 0


def test_a_quote_with_one_letter_changed(score):
    def fault(answer):
        answer["quotes"][0]["text"] = answer["quotes"][0]["text"].replace("deadline", "deadlina")

    found = score(0, fault)
    assert found["quotes_exact"] == 0
    assert found["answers"] == 0


def test_a_quote_of_another_edition_of_the_file(score):
    assert score(0, lambda answer: answer["quotes"][0].update(sha256="0" * 64))["quotes_exact"] == 0


def test_a_wrong_printed_page_label(score):
    assert score(0, lambda answer: answer["quotes"][0].update(page_label="7"))["quotes_exact"] == 0


def test_a_referral_line_missing(score):
    for n in range(3):
        assert score(0, lambda answer, n=n: answer["referral"]["avenues"].pop(n))["referral_exact"] == 0


@pytest.mark.parametrize("field", ["phone", "email", "url", "name"])
def test_a_contact_changed(score, field):
    def fault(answer):
        line = next(line for line in answer["referral"]["avenues"] if line[field])
        line[field] = line[field][:-1] + ("1" if line[field][-1] != "1" else "2")

    assert score(0, fault)["referral_exact"] == 0


def test_the_referral_of_another_organisation(score, answers):
    assert score(0, lambda answer: answer.update(referral=answers[1]["referral"]))["referral_entity"] == 0


def test_another_text_than_the_reviewed_one(score):
    assert score(0, lambda answer: answer["referral"].update(text="Call us."))["referral_exact"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("telling_is_a_report", "no"),
        ("confidential", "They keep everything secret."),
        ("note", "Write at https://evil.example/form"),
        ("hours", "day and night"),
        ("verified_by", "An office"),
        ("scope", ["sexual_harassment", "more"]),
    ],
)
def test_what_a_line_says_of_itself_changed(score, field, value):
    def fault(answer):
        line = next(line for line in answer["referral"]["avenues"] if line[field] != value)
        line[field] = value

    assert score(0, fault)["referral_exact"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        lambda referral: referral["avenues"].reverse(),
        lambda referral: referral["avenues"].append(referral["avenues"][0]),
        lambda referral: referral.update(passing_on="Everybody here keeps all secret."),
        lambda referral: referral.update(entity_note="All is well."),
        lambda referral: referral.update(avenues=[]),
    ],
)
def test_a_referral_in_another_order_twice_or_with_other_words_beside_it(score, fault):
    assert score(0, lambda answer: fault(answer["referral"]))["referral_exact"] == 0


def test_the_fixed_text_of_another_case(score, small_assistant):
    words = small_assistant.wording("en")
    for key in ("referral.text_none", "referral.text_no_entity", "referral.text_report_first"):
        assert score(0, lambda answer, key=key: answer["referral"].update(text=words[key]))["referral_exact"] == 0


def test_a_line_that_is_for_communities_only(score, known):
    line = next(line for line in known.contacts.lines.values() if set(line["scope"]) == {"exploitation_and_abuse"})
    assert score(0, lambda answer: answer["referral"]["avenues"].append(line))["referral_exact"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another policy"),
        ("document_status", "superseded"),
        ("official", False),
        ("url", "https://evil.example/"),
        ("symbol", "ST/SGB/1"),
        ("document", "nothing"),
    ],
)
def test_a_citation_that_says_something_else_than_the_catalogue(score, field, value):
    assert score(0, lambda answer: answer["quotes"][0].update({field: value}))["citations_right"] == 0


def test_parts_that_are_shown_and_are_not_the_text(score):
    assert score(0, lambda answer: answer["quotes"][0].update(parts=["You have three days."]))["quotes_exact"] == 0


def cut(quote, known, around):
    """A quote that leaves out the first of these words of its page, as if they were not there."""
    (span,) = quote["spans"]
    raw = known.pdfs.get(quote["file"]).text(span["page"])
    at = raw.index(around, span["start"])
    first, second = {**span, "end": at}, {**span, "start": at + len(around)}
    text = " ".join((raw[first["start"] : first["end"]] + raw[second["start"] : second["end"]]).split())
    quote.update(spans=[first, second], text=text, parts=[text])


def test_a_word_that_is_left_out_without_a_sign(score, known):
    found = score(0, lambda answer: cut(answer["quotes"][0], known, "no "))
    assert found["citations_right"] == 0


def test_spans_in_another_order_than_on_the_page(score, known):
    def fault(answer):
        quote = answer["quotes"][0]
        cut(quote, known, "is ")
        quote["spans"].reverse()
        raw = known.pdfs.get(quote["file"]).text(quote["page"])
        quote["text"] = " ".join("".join(raw[s["start"] : s["end"]] for s in quote["spans"]).split())
        quote["parts"] = [quote["text"]]

    assert score(0, fault)["quotes_exact"] == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("lead", "Call +1 555 010 9999 now."),
        ("notices", ["Write to someone@example.com"]),
        ("urgent", {"text": "Call 0800 555 0199", "avenues": []}),
        ("lead", "Call 116 123 at any time."),
        ("lead", "Write to name＠un.example.org"),
        ("lead", "Dial +1\u00a0555–010–9999."),
        ("lead", "Call ٠٨٠٠ ٥٥٥ ٠١٩٩."),
    ],
)
def test_a_contact_invented(score, place, words):
    assert score(0, lambda answer: answer.update({place: words}))["contacts_unknown"] == 1


def test_a_contact_invented_inside_a_quote_that_is_not_on_its_page(score):
    def fault(answer):
        answer["quotes"][0]["text"] += " Call +1 555 010 9999."

    assert score(0, fault)["contacts_unknown"] == 1


def test_a_frightening_paragraph_first(score):
    def fault(answer):
        answer["quotes"].insert(0, {**answer["quotes"][0], "document": "policy", "paragraph": "3.2"})

    assert score(0, fault)["frightening_first"] == 1


def test_a_threshold_of_zero(questions, small_assistant, known, finder, monkeypatch):
    monkeypatch.setattr(selection, "_LEAST", 0.0)
    monkeypatch.setattr("assistant.confidence._ALIKE", 0.0)
    none = replace(read_confidence(CORPUS_DIR), enough=0.0, nearest=0.0, nearest_plain=0.0)
    monkeypatch.setitem(small_assistant._files.__dict__, "confidence", none)
    answers, _ = ask_all(questions, small_assistant)
    peru = score_all(questions, answers, known, finder)[2]["scores"]
    assert peru["abstained"] == peru["status_right"] == 0


def test_urgent_words_that_come_after_quotes_or_not_at_all(score, answers):
    assert score(3, lambda answer: answer.update(urgent=None))["urgent_first"] == 0
    assert score(3, lambda answer: answer.update(quotes=answers[0]["quotes"]))["urgent_first"] == 0
    assert score(4, lambda answer: answer.update(urgent={"text": "Be safe.", "avenues": []}))["urgent_unasked"] == 1


def test_words_that_must_not_stand_there(score):
    assert score(0, lambda answer: answer["quotes"][0].update(text="Within six months."))["must_not_said"] == 1


def test_a_page_that_is_not_found_or_not_cited(score):
    assert score(0, lambda answer: answer.update(retrieved=[]))["ndcg@10"] == 0
    found = score(0, lambda answer: answer.update(quotes=[]))
    assert found["page_recall"] == found["page_precision"] == found["evidence_f1"] == 0


def test_a_missing_answer_gets_the_worst_of_every_measure_that_applies(questions, answers, known, finder):
    for question, answer in zip(questions, answers, strict=True):
        needs = finder.needs(question)
        there = scores(Case(question, needs, answer), known)
        gone = scores(Case(question, needs, None), known)
        judged = {name for name in there if WORST[name] is not None}
        assert judged <= set(gone)
        assert {name: value for name, value in gone.items() if value != WORST[name]} == {}


def test_a_question_that_breaks_is_counted_and_the_rest_goes_on(questions, small_assistant, monkeypatch, capsys):
    real = small_assistant.ask

    def breaks(question, **options):
        if "Peru" in question:
            raise ValueError(question)
        return real(question, **options)

    monkeypatch.setattr(small_assistant, "ask", breaks)
    answers, timings = ask_all(questions, small_assistant)
    assert [answer is None for answer in answers] == [False, False, True, False, False]
    assert timings[2] == {}
    assert "Peru" not in capsys.readouterr().err
