"""assistant.roles: what speaks to a manager or a bystander is for them, not for whom it happens to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.intent import is_about_another
from assistant.roles import is_for, may_open

FOR_ONESELF = "my boss keeps touching me and i am afraid to say it"


def candidate(text, title="A guide", heading=(), *, not_first=False, own=False, flag=""):
    first = SimpleNamespace(text=text, heading=heading)
    card = SimpleNamespace(title=title)
    return SimpleNamespace(card=card, first=first, text=text, not_first=not_first, own=own, flag=flag)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        (FOR_ONESELF, False),
        ("i saw it happen to a colleague, who can i talk to", True),
        ("is there a duty to talk", True),
    ],
)
def test_what_another_role_must_do_or_reads_is_only_for_who_is_in_it_or_asks_for_duties(question, shown):
    heading = ("If you saw or heard something",)
    duty = candidate("You must talk to the office about what you saw.", heading=heading, not_first=True)
    assert is_for(duty, question) is shown
    assert is_for(candidate("Listen calmly.", title="If you manage people"), question) is shown


def test_what_another_role_reads_is_for_whoever_asks_for_the_organisation_that_it_names():
    report = candidate("A report in ICAO goes to OIOS.", title="If you manage people", own=True)
    assert is_for(report, "To which office does a report go in ICAO?")


def test_what_another_role_reads_is_for_whoever_asks_for_it_as_was_learned_but_not_what_it_must_do():
    assert is_for(candidate("Listen calmly.", title="If you manage people"), FOR_ONESELF, told=True)
    duty = candidate("Managers must report it.", title="If you manage people", not_first=True)
    assert not is_for(duty, FOR_ONESELF, told=True)


def test_what_speaks_to_everybody_is_for_everybody():
    duty = "The office must keep what you say to itself."
    assert is_for(candidate(duty, title="Your options at a glance", not_first=True), FOR_ONESELF)
    assert is_for(candidate("Managers listen.", title="How to report"), FOR_ONESELF)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        (FOR_ONESELF, False),
        ("can i stay anonymous", False),
        ("I saw my director grab somebody", True),
        ("someone told me what happened to her", True),
        ("I am the manager of the person", True),
        ("how can i support a colleague after it", True),
    ],
)
def test_who_asks_about_another_is_told_from_who_asks_for_oneself(question, about):
    assert is_about_another(question) is about


REVIEW = candidate("In UNDP, you have 30 days to ask for a review.")
NOT_KNOWN = candidate("How long do you have to report? No time limit is known.", flag="alone")
NO_DUTY_KNOWN = candidate("It happened to me: do I have to report it? Nobody knows.", flag="alone")
OMBUDSMAN = candidate("You can talk to the Ombudsman.")
FORMER = candidate("If you worked for WFP, complaints are considered too.")
TO_FOCAL_POINTS = candidate("Find a quiet place.", heading=("A first conversation: I am a focal point",))


@pytest.mark.parametrize(
    ("first", "question", "opens"),
    [
        (REVIEW, "how many days i have to complain", False),
        (REVIEW, "how many days do I have to ask for a review", True),
        (REVIEW, "my contract was not renewed, how long do I have", True),
        (NOT_KNOWN, "where to report", False),
        (NOT_KNOWN, "i left two years ago can i still report", True),
        (NO_DUTY_KNOWN, "who do i report to", False),
        (NO_DUTY_KNOWN, "do i have to tell them", True),
        (OMBUDSMAN, "who do i report to", False),
        (OMBUDSMAN, "who can i talk to", True),
        (OMBUDSMAN, "can i report to the ombudsman, and where", True),
        (FORMER, "how do i make a complaint", False),
        (FORMER, "i left wfp, how do i complain", True),
        (TO_FOCAL_POINTS, "who can i talk to in confidence", False),
        (TO_FOCAL_POINTS, "what do i do first as a focal point", True),
    ],
)
def test_an_answer_opens_with_what_fits_the_question(first, question, opens):
    assert may_open(first, question, lambda text: False) is opens


def test_an_answer_does_not_open_with_the_place_of_an_organisation_that_nobody_named():
    assert not may_open(candidate("In WHO, a report goes to IOS."), "who do i report to", lambda text: "WHO" in text)
