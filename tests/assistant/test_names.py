"""assistant.organisations, names.Names: whose rules come first, and whose must not answer or open an answer."""

from __future__ import annotations

import pytest

from assistant.organisations import names, serves
from assistant.referral import read_contacts
from tests.small_corpus import ROOT

CONTACTS = read_contacts(ROOT / "corpus")
IN_ITC_ILO = "In ITC-ILO, a report goes to Human Resources."


@pytest.mark.parametrize(
    "entity, own, other", [("itc", "ITC", False), ("ilo", "ILO", False), ("itcilo", "ITC-ILO", True)]
)
def test_a_name_inside_the_name_of_another_organisation_is_not_that_name(entity, own, other):
    found = names(CONTACTS, entity, "where to report")
    assert found.own_in(f"In {own}, a report goes to an office.")
    assert found.own_in(IN_ITC_ILO) is other and found.others_in(IN_ITC_ILO) is not other


@pytest.mark.parametrize(
    "question, asked", [("where to report in itc-ilo", "itcilo"), ("where to report in ITC", "itc")]
)
def test_a_question_names_the_organisation_of_the_longest_name_alone(question, asked):
    served = serves(CONTACTS, "", question)
    assert served and asked in served and served.isdisjoint({"itc", "itcilo"} - {asked})


def test_who_names_no_organisation_is_not_shown_the_place_to_report_of_one_first():
    found = names(CONTACTS, "", "who do i report to")
    assert found.elsewhere_in("In WHO, a report goes to IOS.") and not found.others_in("In WHO, a report goes to IOS.")
    assert not found.elsewhere_in("You can report through the channel of your own entity. UN Secretariat, you too.")
    assert not names(CONTACTS, "", "what is sexual harassment").elsewhere_in("In WHO, it is prohibited.")
    assert not names(CONTACTS, "who", "who do i report to").elsewhere
