"""assistant.differences: texts that do not say the same are told from texts about two steps."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant import Answer
from assistant.__main__ import _show
from assistant.differences import (
    DUTY,
    KINDS,
    NUMBER,
    Difference,
    amounts,
    beside_each_other,
    differ,
    differences,
    modals,
    said,
)
from assistant.gate import check
from assistant.selection import _with_counterparts
from tests.small_corpus import QUESTIONS

APPEAL = "A staff member may file an appeal within 60 days of receipt of the decision."
DIFFERENT = [
    (NUMBER, "A formal complaint must be submitted within six months of the last incident.",
     "A formal complaint has to be filed within one year of the last incident."),
    (NUMBER, "Leave with full pay of up to ten working days may be granted.",
     "Leave with full pay of up to five working days may be granted to those affected."),
    (NUMBER, "The investigation shall be completed within three months.",
     "The investigation is normally finished within six months."),
    (NUMBER, "An appeal has to be filed within 60 days of the decision.",
     "An appeal has to be filed within ninety-five (95) calendar days of the decision."),
    (DUTY, "Managers who learn of sexual harassment must report it to the head of office.",
     "Managers who learn of sexual harassment may report it to the head of office."),
    (DUTY, "A witness is required to cooperate with the investigation.",
     "A witness is not required to cooperate with the investigation."),
    (DUTY, "Anonymous reports cannot be investigated.", "Anonymous reports may be investigated."),
    (DUTY, "The name of the complainant must not be shared.", "The name of the complainant shall be shared."),
]  # fmt: skip
OF_TWO_STEPS = [
    (APPEAL, "A staff member may request a management evaluation within 90 days of receipt of the decision."),
    ("The complaint is registered within 5 days of receipt.", "The complaint is assessed within 15 days of receipt."),
    ("The report is acknowledged by the office within 7 days.", "The office decides on the report within 60 days."),
    ("In UNDP, a formal report can be made within one year.", "In UNICEF, a formal report can be made within 2 years."),
    ("Special leave of up to 10 working days can be granted.", "Sick leave of up to 20 working days can be granted."),
    ("If a formal report is urgent, the office looks at it within 2 days.",
     "The office looks at an urgent formal report within 15 days."),
    ("The panel of the office finishes within ninety days.", "The panel of the office finishes within three months."),
    ("The panel of the office finishes within 60 days.", "The panel of the office finishes within sixty days."),
    ("The panel finishes its work within 30 days, or within 60 days.", "The panel finishes its work within 90 days."),
    ("Witnesses must cooperate with the investigators.", "Witnesses may bring a friend to the investigators."),
    ("Managers must treat all reports as confidential.", "Managers may treat all reports as urgent."),
    ("Sexual harassment may take any form.", "Sexual harassment must be reported."),
    ("In 2018, 33 of 100 staff were harassed.", "In 2023, 12 of 100 staff were harassed."),
]  # fmt: skip


def how(one, other):
    return differ(said(one), said(other))


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_texts_on_one_matter_that_do_not_say_the_same_differ_whichever_comes_first(kind, one, other):
    assert (how(one, other), how(other, one)) == (kind, kind)
    assert how(f"Any person can ask for advice. {one}", other) == kind


@pytest.mark.parametrize(("one", "other"), OF_TWO_STEPS)
def test_texts_on_two_steps_people_or_entities_do_not_differ(one, other):
    assert how(one, other) == how(other, one) == ""


def test_numbers_count_in_figures_and_words_and_years_as_months():
    assert amounts("within forty-five (45) days, a year or 10 working days") == {"day": {45, 10}, "month": {12}}
    assert amounts("on page 12 of 2019, in 3.5 hours") == {}


def test_a_duty_that_is_taken_back_is_a_choice_and_a_choice_that_is_taken_back_a_ban():
    said = modals("You must report. You do not have to speak. You may not record, and you can also write.")
    assert said == {"report": "duty", "speak": "choice", "record": "ban", "write": "choice"}


def a_quote(quote, document, text, applies_to=""):
    return replace(quote, document=document, text=text, parts=(text,), applies_to=applies_to)


@pytest.fixture
def quote(small_assistant):
    return small_assistant.ask(QUESTIONS[7]).quotes[0]


@pytest.fixture
def words(small_assistant):
    return small_assistant.wording("en")


def test_two_quotes_that_differ_stand_side_by_side_and_are_said_to_differ(quote, words):
    kind, one, other = DIFFERENT[0]
    first, between, last = (a_quote(quote, name, text) for name, text in (("a", one), ("a", APPEAL), ("b", other)))
    assert differences((first, between, last), words) == ()
    placed = beside_each_other((first, between, last))
    assert placed == (first, last, between)
    assert differences(placed, words) == (Difference(0, 1, kind, words["difference.number"]),)


@pytest.mark.parametrize(
    ("second", "applies_to"), [("a", ""), ("b", "undp;unops")]
)  # fmt: skip
def test_one_document_or_documents_for_other_people_do_not_differ(quote, words, second, applies_to):
    _, one, other = DIFFERENT[0]
    pair = (a_quote(quote, "a", one, "un-secretariat"), a_quote(quote, second, other, applies_to))
    assert differences(pair, words) == ()
    assert differences((pair[0], replace(pair[1], document="b", applies_to="un-secretariat;undp")), words)


def test_what_differs_from_a_chosen_text_is_chosen_too_in_the_place_of_the_last():
    _, one, other = DIFFERENT[0]

    def candidate(document, text, block=0):
        card = SimpleNamespace(id=document, applies_to="", status="in_force")
        first = SimpleNamespace(block=block)
        return SimpleNamespace(card=card, said=said(text), page=(document, 1), place=(document, block), first=first)

    chosen = [candidate("a", one), *(candidate("c", f"{APPEAL} {n}", n) for n in range(3))]
    beside = candidate("b", other)
    assert _with_counterparts(chosen, [*chosen, beside]) == [chosen[0], beside, *chosen[1:3]]
    assert _with_counterparts(chosen, chosen) == chosen


def test_the_gate_says_itself_which_quotes_differ(small_assistant, words):
    answer = small_assistant.ask(QUESTIONS[7])
    lie = Difference(0, 1, NUMBER, words["difference.number"])
    assert answer.differences == ()
    assert check(replace(answer, differences=(lie,)), None, small_assistant._sources) == answer


def test_the_terminal_says_that_two_quotes_differ_right_after_them(quote, words, capsys, small_assistant):
    _, one, other = DIFFERENT[0]
    quotes = (a_quote(quote, "a", one), a_quote(quote, "b", other), a_quote(quote, "c", APPEAL))
    answer: Answer = replace(
        small_assistant.ask(QUESTIONS[7]), quotes=quotes, differences=differences(quotes, words)
    )  # fmt: skip
    _show(answer, words)
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.index(other) < shown.index(words["difference.number"]) < shown.index(APPEAL)


def test_each_kind_has_fixed_words(words):
    assert len({words[f"difference.{kind}"] for kind in KINDS}) == len(KINDS)
