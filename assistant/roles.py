"""candidate, question → whether the candidate is written for the person who asks, or for another role alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.intent import asks_for_rules, is_about_another

if TYPE_CHECKING:
    from assistant.candidates import Candidate

_OF_OTHERS = re.compile(
    r"\b(?:managers?|supervisors?|heads? of|bystanders?|witness(?:es)?|saw or heard|what i (?:saw|heard))\b", re.I
)
_DUTY = re.compile(r"\b(?:duty|must|shall|obliged|obligations?|(?:has|have) to|required to)\b", re.I)
_TO_OTHERS = re.compile(
    r"\bif you (?:manage|supervise|lead|saw|see|heard|hear|witness)|"
    r"\bfor (?:managers|supervisors|bystanders|witnesses)\b",
    re.I,
)


def is_for(candidate: Candidate, question: str) -> bool:
    """Whether a further quote may be of it: not what speaks to another role, nor what would frighten of its duties.

    Both are for a question for duties, or one that is asked by or about somebody in such a role. What speaks to
    another role is also for whoever asks for the organisation that it names.
    """
    if asks_for_rules(question) or is_about_another(question):
        return True
    return not ((_speaks_to_others(candidate) and not candidate.own) or _is_duty_of_others(candidate))


def _speaks_to_others(candidate: Candidate) -> bool:
    """Whether its document, by the title, is written to managers, bystanders or witnesses."""
    return bool(_TO_OTHERS.search(candidate.card.title))


def _is_duty_of_others(candidate: Candidate) -> bool:
    """Whether it is flagged as frightening and on what managers, bystanders or witnesses have to do."""
    about = " ".join((candidate.card.title, *candidate.first.heading, candidate.first.text))
    return candidate.not_first and bool(_OF_OTHERS.search(about)) and bool(_DUTY.search(candidate.text))
