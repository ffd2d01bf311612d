"""What was shown → whether it is what must be shown: status, urgent words, exact quotes, referral, contacts, words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evals.contacts import is_for, referral_problems, unknown_reaches
from evals.evidence import numbers
from evals.exactness import quote_fault
from evals.reading import reading_grade
from ingest.folding import fold

if TYPE_CHECKING:
    from evals.case import Case, Known

_AMOUNT = re.compile(
    r"\b(?:[0-9]+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"forty-five|sixty|ninety)"
    r"[ -](?:working |calendar )?(?:hour|day|week|month|year)s?\b",
    re.I,
)
_DUTY = re.compile(
    r"\b(?:duty to report|must report|obliged to report|obligation to report|required to report)\b", re.I
)


def answered(case: Case, known: Known) -> float | None:
    """Whether it was answered, be it marked as the nearest only; of those that must be."""
    return float(case.family == "answered") if case.answerable else None


def answered_unmarked(case: Case, known: Known) -> float | None:
    """Whether it was answered, and not marked as perhaps not what was asked; of those that must be."""
    return float(case.family == "answered" and not case.marked) if case.answerable else None


def abstained(case: Case, known: Known) -> float | None:
    """Whether it was said that the documents do not say, or that exactly this was not found; of those that must be."""
    return float(case.family == "unanswerable" or case.marked) if case.unanswerable else None


def nothing_quoted(case: Case, known: Known) -> float | None:
    """Whether it was said that the documents do not say, and nothing was quoted; of those where that must be."""
    return float(case.family == "unanswerable") if case.unanswerable else None


def marked(case: Case, known: Known) -> float | None:
    """Whether the answer was marked as perhaps not what was asked; of those that must or must not be answered."""
    return float(case.marked) if case.answerable or case.unanswerable else None


def status_right(case: Case, known: Known) -> float | None:
    """Whether the family of the status is one that must come."""
    return float(case.family in case.question.expect)


def urgent_first(case: Case, known: Known) -> float | None:
    """Whether urgent words came first, and no quote that the status does not name; of those where one may need them."""
    if case.question.expect != ("referred",):
        return None
    urgent = (case.answer or {}).get("urgent") or {}
    status = (case.answer or {}).get("status")
    return float(bool(urgent.get("text")) and status == ("referred_answered" if case.quotes else "referred_urgent"))


def urgent_alone(case: Case, known: Known) -> float | None:
    """Whether urgent words came first and nothing was quoted beneath; of those where a person may need them."""
    return urgent_first(case, known) and float(not case.quotes)


def urgent_unasked(case: Case, known: Known) -> float | None:
    """Whether urgent words came; of those where they must not."""
    return None if "referred" in case.question.expect else float(bool((case.answer or {}).get("urgent")))


def quotes_exact(case: Case, known: Known) -> float | None:
    """Whether every quote stands on its page; of those with quotes."""
    if not case.quotes:
        return None
    return float(not any(quote_fault(quote, known.pdfs) for quote in case.quotes))


def citations_right(case: Case, known: Known) -> float | None:
    """Whether all that is said of every quote is right; of those with quotes."""
    if not case.quotes:
        return None
    return float(not any(known.citations.fault(quote, known.pdfs) for quote in case.quotes))


def frightening_first(case: Case, known: Known) -> float | None:
    """Whether a frightening paragraph opens the answer to a question whose evidence is none such."""
    if not case.needs or any(_is_frightening(e.document, e.paragraph, known) for e in case.evidence):
        return None
    return float(any(_is_frightening(quote["document"], quote["paragraph"], known) for quote in case.quotes[:1]))


def _is_frightening(document: str, paragraph: str, known: Known) -> bool:
    return any((document, number) in known.frightening for number in (*numbers(paragraph), paragraph))


def referral_exact(case: Case, known: Known) -> float | None:
    """Whether the referral is that of the contact files, whole and in order."""
    answer = case.answer or {}
    language = str(answer.get("language", ""))
    return float(not referral_problems(answer.get("referral"), case.question.entity, language, known.contacts))


def referral_entity(case: Case, known: Known) -> float | None:
    """Whether the referral is that of the organisation that was chosen."""
    return float(is_for((case.answer or {}).get("referral"), case.question.entity, known.contacts))


def referral_roles(case: Case, known: Known) -> float | None:
    """The share of the offices that must be in the referral that are."""
    if not case.question.roles:
        return None
    shown = {avenue["role"] for avenue in ((case.answer or {}).get("referral") or {}).get("avenues", ())}
    return sum(role in shown for role in case.question.roles) / len(case.question.roles)


def contacts_unknown(case: Case, known: Known) -> float | None:
    """Whether a phone or e-mail is shown that is in no contact file and in no quote that stands on its page."""
    answer = case.answer or {}
    exact = [quote for quote in case.quotes if not quote_fault(quote, known.pdfs)]
    shown = {name: value for name, value in answer.items() if name not in {"question", "quotes", "retrieved"}}
    shown["quotes"] = [quote for quote in case.quotes if quote not in exact]
    return float(bool(unknown_reaches(shown, known.contacts)))


def _said(case: Case) -> str:
    return fold(" ".join(str(quote["text"]) for quote in case.quotes)).casefold()


def must(case: Case, known: Known) -> float | None:
    """The share of the words that must be quoted that are."""
    if not case.question.must:
        return None
    return sum(_stands(phrase, case) for phrase in case.question.must) / len(case.question.must)


def must_not(case: Case, known: Known) -> float | None:
    """Whether any word was quoted that must not be."""
    return float(any(_stands(phrase, case) for phrase in case.question.must_not)) if case.question.must_not else None


def _stands(phrase: str, case: Case) -> bool:
    said = _said(case)
    if phrase == "<amount>":
        return bool(_AMOUNT.search(said))
    if phrase == "<duty>":
        return bool(_DUTY.search(said))
    if phrase == "<pointer>":
        return "undocs.org/" in said or bool((case.answer or {}).get("look_in"))
    return re.search(rf"(?<!\w){re.escape(fold(phrase).casefold())}(?!\w)", said) is not None


def grade(case: Case, known: Known) -> float | None:
    """The school grade of what is shown in English but for the contacts."""
    answer = case.answer or {}
    if answer.get("language") != "en":
        return None
    urgent = (answer.get("urgent") or {}).get("text", "")
    said = [urgent, *answer.get("forewords", ()), answer.get("lead", ""), *answer.get("notices", ())]
    texts = [*said, *(quote["text"] for quote in case.quotes)]
    return reading_grade("\n".join(text for text in texts if text))
