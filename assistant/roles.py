"""candidate, question → whether it is written for the person who asks, and whether an answer may open with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.intent import (
    asks_for_rules,
    asks_for_time,
    asks_where_to_report,
    is_about_another,
    is_about_time,
    speaks_of_a_must,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.candidate import Candidate

_OF_OTHERS = re.compile(
    r"\b(?:managers?|supervisors?|heads? of|bystanders?|witness(?:es)?|saw or heard|what i (?:saw|heard))\b", re.I
)
_DUTY = re.compile(r"\b(?:duty|must|shall|obliged|obligations?|(?:has|have) to|required to)\b", re.I)
_TO_OTHERS = re.compile(
    r"\bif you (?:manage|supervise|lead|saw|see|heard|hear|witness)|"
    r"\bfor (?:managers|supervisors|bystanders|witnesses)\b",
    re.I,
)
_FOCAL_POINT = re.compile(r"\bfocal points?\b", re.I)
_IN_CONFIDENCE = re.compile(r"\b(?:ombuds\w*|counsell?ors?|mediators?)\b", re.I)  # where telling is no report
_STEPS = (  # what has time limits of its own, which are none for a report
    r"tribunals?|evaluations?|appeals?|judge?ments?|reviews?|decisions?|protect\w*|retaliat\w*|punish\w*|mediat\w*|contest\w*"
)
_STEP = re.compile(rf"\b(?:{_STEPS})\b", re.I)
_WORKED = re.compile(r"\b(?:worked|left|leave|leaving|former|formerly|ex|retired|used to)\b", re.I)
_HOW_LONG = re.compile(r"How (?:long|many)\b")
_ON_A_STEP = re.compile(
    rf"\b(?:{_STEPS}|contracts?|renew\w*|fired|dismiss\w*|terminat\w*|courts?|lawyers?|ombuds\w*|disputes?|fight|challenge"
    r"|results?|outcomes?)\b",
    re.I,
)


def is_for(candidate: Candidate, question: str, *, told: bool = False) -> bool:
    """Whether a further quote may be of it: not what speaks to another role, nor what would frighten of its duties.

    Both are for a question for duties, or one that is asked by or about somebody in such a role. What speaks to
    another role is also for whoever asks for the organisation that it names, and where the classifier told that it is
    asked for: it learned from questions of that role, too.
    """
    not_theirs = _is_duty_of_others(candidate) or (not told and _speaks_to_another(candidate, question))
    return not not_theirs or asks_for_rules(question) or is_about_another(question)


def may_open(candidate: Candidate, question: str, elsewhere: Callable[[str], bool]) -> bool:
    """Whether an answer may open with it, where something else is near.

    Not with what is for another role, with the place of an organisation that nobody named (elsewhere), with who is no
    place to report where one is asked for, with the time limit of a step that nobody asks for, or with that a time or a
    duty is not known where neither is asked for.
    """
    opening = candidate.first.text
    if not is_for(candidate, question) or elsewhere(opening):
        return False
    if opening.startswith("If you worked for") and not _WORKED.search(question):
        return False
    if asks_where_to_report(question) and _IN_CONFIDENCE.search(opening) and not _IN_CONFIDENCE.search(question):
        return False
    if candidate.flag != "alone":
        return not (asks_for_time(question) and _STEP.search(candidate.text) and not _ON_A_STEP.search(question))
    if _HOW_LONG.match(opening):
        return is_about_time(question)
    return speaks_of_a_must(question) or not speaks_of_a_must(candidate.text)


def _speaks_to_another(candidate: Candidate, question: str) -> bool:
    """Whether it speaks to a role that nothing says whoever asks has."""
    if _speaks_to_focal_points(candidate) and not _FOCAL_POINT.search(question):
        return True
    return _speaks_to_others(candidate) and not candidate.own


def _speaks_to_others(candidate: Candidate) -> bool:
    """Whether its document, by the title, is written to managers, bystanders or witnesses."""
    return bool(_TO_OTHERS.search(candidate.card.title))


def _speaks_to_focal_points(candidate: Candidate) -> bool:
    return any("I am a focal point" in title for title in candidate.first.heading)


def _is_duty_of_others(candidate: Candidate) -> bool:
    """Whether it is flagged as frightening and on what managers, bystanders or witnesses have to do."""
    about = " ".join((candidate.card.title, *candidate.first.heading, candidate.first.text))
    return candidate.not_first and bool(_OF_OTHERS.search(about)) and bool(_DUTY.search(candidate.text))
