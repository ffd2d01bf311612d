"""A question and its answer → a value for each measure that applies; what each measure means stands here.

Every value of one question is a number; most lie between 0 and 1. A missing answer, or one that broke, gets the worst
value of every measure that has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ir_measures import AP, RR, R, Success, nDCG

from evals import conduct, evidence
from evals.case import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.case import Known

_CUTOFF: Final = 10  # pages that an answer lists as looked at


@dataclass(frozen=True)
class Measure:
    """What a measure is called, what it says, which way is better, and the value that it must have, if any.

    score gives the value for one question, or None where the measure does not apply. better is ``higher``, ``lower``
    or "" for what is told and not judged; worst is the value of a question without an answer, None where it is left
    out.
    """

    name: str
    says: str
    score: Callable[[Case, Known], float | None]
    better: str = "higher"
    required: float | None = None

    @property
    def worst(self) -> float | None:
        """What a missing or broken answer gets."""
        return {"higher": 0.0, "lower": 1.0}.get(self.better)


def scores(case: Case, known: Known) -> dict[str, float]:
    """Every measure that applies to one question, rounded to six places."""
    found: dict[str, float] = {}
    for measure in MEASURES:
        value = measure.score(case, known) if case.answer is not None else _without_answer(measure, case, known)
        if value is not None:
            found[measure.name] = round(value, 6)
    return found


def _without_answer(measure: Measure, case: Case, known: Known) -> float | None:
    """The worst value of a measure that would apply to some answer of this question, or to any."""
    if measure.worst is None:
        return None
    silent = Case(case.question, case.needs, {"status": "error", "quotes": [], "retrieved": []})
    applies = measure.score(silent, known) is not None or measure.name in _OF_ANY_ANSWER
    return measure.worst if applies else None


_OF_ANY_ANSWER: Final = ("quotes_exact", "citations_right")


MEASURES: Final = (
    Measure("ndcg@10", "pages found, best first (nDCG, 10 pages)", evidence.of_pages(nDCG @ _CUTOFF)),
    Measure("recall@1", "share of the pages of evidence that are first", evidence.of_pages(R @ 1)),
    Measure("recall@3", "… among the first 3", evidence.of_pages(R @ 3)),
    Measure("recall@5", "… among the first 5", evidence.of_pages(R @ 5)),
    Measure("recall@10", "… among the first 10", evidence.of_pages(R @ _CUTOFF)),
    Measure("success@1", "a page of evidence is first", evidence.of_pages(Success @ 1)),
    Measure("success@3", "… is among the first 3", evidence.of_pages(Success @ 3)),
    Measure("success@10", "… is among the first 10", evidence.of_pages(Success @ _CUTOFF)),
    Measure("map@10", "mean average precision over 10 pages", evidence.of_pages(AP @ _CUTOFF)),
    Measure("rr", "one over the rank of the first page of evidence", evidence.of_pages(RR)),
    Measure("page_recall", "needs for which a page of evidence is cited", evidence.page_recall),
    Measure("page_precision", "cited pages that are pages of evidence", evidence.page_precision),
    Measure("pages_cited", "pages cited by an answer", evidence.pages_cited, better=""),
    Measure("words_quoted", "words quoted by an answer", evidence.words_quoted, better=""),
    Measure("paragraph_recall", "needs for which the paragraph of evidence is cited", evidence.paragraph_recall),
    Measure("evidence_f1", "characters quoted beside characters of evidence (F1)", evidence.evidence_f1),
    Measure("answers", "needs for which a quote holds the evidence whole", evidence.answers),
    Measure("first_answers", "the first quote holds a piece of evidence whole", evidence.first_answers),
    Measure("answered", "answered, marked as the nearest or not, of the answerable", conduct.answered),
    Measure("answered_unmarked", "… and not marked", conduct.answered_unmarked),
    Measure("abstained", "said that the documents do not say (exactly this), of the unanswerable", conduct.abstained),
    Measure("nothing_quoted", "… and quoted nothing", conduct.nothing_quoted),
    Measure("marked", "answers marked as perhaps not what was asked", conduct.marked, better=""),
    Measure("status_right", "what happened is what must happen", conduct.status_right),
    Measure("urgent_first", "urgent words first, where a person may need them", conduct.urgent_first),
    Measure("urgent_alone", "… and nothing quoted beneath", conduct.urgent_alone, better=""),
    Measure("urgent_unasked", "urgent words where nobody is in danger", conduct.urgent_unasked, better="lower"),
    Measure("quotes_exact", "every quote stands on its page, by pypdf alone", conduct.quotes_exact, required=1.0),
    Measure("citations_right", "… and title, status and paragraph are right", conduct.citations_right, required=1.0),
    Measure("frightening_first", "a frightening paragraph first", conduct.frightening_first, "lower", 0.0),
    Measure("referral_exact", "the referral is that of the contact files, whole", conduct.referral_exact, required=1.0),
    Measure("referral_entity", "… and that of the right entity", conduct.referral_entity, required=1.0),
    Measure("referral_roles", "… and holds the offices that must be in it", conduct.referral_roles, required=1.0),
    Measure("contacts_unknown", "a phone or e-mail from nowhere", conduct.contacts_unknown, "lower", 0.0),
    Measure("must_said", "words that the quotes must hold", conduct.must),
    Measure("must_not_said", "words that the quotes must not hold", conduct.must_not, "lower"),
    Measure("reading_grade", "school grade of what is shown (Flesch–Kincaid)", conduct.grade, better=""),
    Measure(
        "shared_words",
        "words of the question that evidence has too",
        lambda c, _: evidence.shared_words(c.question),
        "",
    ),
)
