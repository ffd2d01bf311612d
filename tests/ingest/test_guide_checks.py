from __future__ import annotations

from datetime import date

import pytest

from ingest.facts import Fact
from ingest.guide_checks import figures, guide_problems
from ingest.guide_text import Guide, GuideParagraph, Heading

FIGURES = {
    "There are 90 of them.": {"90"},
    "It ends in 2024.": {"2024"},
    "They counted 475+ of 1,200 people.": {"475", "1,200"},
    "A 24-hour line, 7 days": {"24-hour", "7"},
    "Within 5-10 days": {"5-10"},
    "Within 5–10 days": {"5", "10"},
    "At level P4, or 3.5 per cent": {"P4", "3.5"},
    "See ST/SGB/2019/8.": {"ST/SGB/2019/8"},
    "See ST/SGB/2017/2/Rev.1, and more": {"ST/SGB/2017/2/Rev.1"},
    "Look at undocs.org/ST/SGB/2019/8.": {"ST/SGB/2019/8"},
    "Ask twice. Two thirds and half of Forty agree.": {"twice", "two", "thirds", "half", "forty"},
    "forty-five days": {"forty", "five"},
    "It began on 4 May 2023.": {"4", "May", "2023"},
    "It began in March 2023.": {"March", "2023"},
    "May 5 was a Monday.": {"May", "5"},
}
NO_FIGURES = (
    "You may ask, and May is a month.",
    "They may march on. A march in march is no date.",
    "Someone at work is one person, and no one is alone.",
    "Often, tense, weight, tone, halfway, sixtyish.",
    "",
)


@pytest.mark.parametrize("text", FIGURES)
def test_numbers_symbols_number_words_and_dated_months_are_figures(text):
    assert figures(text) == FIGURES[text]


@pytest.mark.parametrize("text", NO_FIGURES)
def test_the_verb_may_the_word_march_and_words_that_only_hold_a_number_word_are_none(text):
    assert figures(text) == set()


@pytest.mark.parametrize("word", ["fourteen", "eighteen", "dozen", "million"])
def test_every_number_word_is_a_figure(word):
    assert figures(f"within {word} days") == {word}


def fact(statement, document="A page of the UN", name="F001"):
    return Fact(name, statement, document, "https://www.un.org/page", "official page", "")


def said(text, *facts, number="4"):
    """What is wrong with a guide of one paragraph that rests on these facts."""
    known = {f"F{n:03}": fact for n, fact in enumerate(facts, 1)}
    paragraph = GuideParagraph(number, text, tuple(known))
    return list(guide_problems(Guide("one", "One", date(2026, 11, 25), (Heading("Part 2"), paragraph)), known))


def test_a_figure_that_a_fact_or_the_name_of_its_document_carries_is_no_problem():
    assert said("ST/SGB/2019/8 gives 90 days.", fact("It takes 90 days.", "ST/SGB/2019/8, page 3")) == []


def test_the_figures_of_a_paragraph_may_come_from_several_facts():
    assert said("Since May 2023, two offices help.", fact("Two offices help."), fact("It began in May 2023.")) == []


@pytest.mark.parametrize(
    "text, missing",
    [
        ("You have 90 days.", "90"),
        ("See ST/SGB/2019/80.", "ST/SGB/2019/80"),
        ("It lasts three days.", "three"),
        ("It began in June 2023.", "June"),
        ("It is a 30-day term.", "30-day"),
    ],
)
def test_a_figure_that_no_fact_carries_is_named_with_its_paragraph(text, missing):
    facts = (fact("It takes 30 days, says ST/SGB/2019/8."), fact("It began in May 2023."))
    assert said(text, *facts) == [
        f'paragraph 4: none of its facts says "{missing}". Take it out, or name the fact that does.'
    ]


def test_a_paragraph_without_facts_may_state_no_figure():
    assert said("It takes 90 days.") == [
        'paragraph 4: none of its facts says "90". Take it out, or name the fact that does.'
    ]


def test_a_fact_of_another_paragraph_carries_nothing():
    first, second = GuideParagraph("1", "Wait 90 days.", ("F001",)), GuideParagraph("2", "Wait 90 days.", ())
    guide = Guide("one", "One", date(2026, 11, 25), (first, second))
    assert [problem[:12] for problem in guide_problems(guide, {"F001": fact("Wait 90 days.")})] == ["paragraph 2:"]


@pytest.mark.parametrize("reach", ["+41 22 555 01 00", "help@un.org", "212-555-0100", "(212) 555 0100", "+ 41"])
def test_a_phone_number_or_an_address_is_told_though_a_fact_carries_it(reach):
    assert said(f"Reach them at {reach}.", fact(f"Reach them at {reach}.")) == [
        "paragraph 4: it holds a phone number or an e-mail address. Those belong in contacts/."
    ]


@pytest.mark.parametrize(
    "words",
    ["alleged victim", "claims to be", "false reports", "how to prove it", "tell us what happened", "You must report"],
)
def test_words_that_doubt_or_order_are_told_in_any_case(words):
    (problem,) = said(f"Of the {words.upper()}.")
    assert problem.startswith('paragraph 4: it says "') and problem.split('"')[1] in words.casefold()


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_paragraphs():
    parts = (GuideParagraph("1", "An alleged 5 and two.", ()), GuideParagraph("2", "Write to a@un.org.", ()))
    guide = Guide("one", "One", date(2026, 11, 25), parts)
    assert [problem.split(". ")[0] for problem in guide_problems(guide, {})] == [
        'paragraph 1: none of its facts says "5"', 'paragraph 1: none of its facts says "two"',
        'paragraph 1: it says "alleged"', "paragraph 2: it holds a phone number or an e-mail address",
    ]  # fmt: skip
