"""quotes, referral, fixed wording → Answer; the public shape of everything that is shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.differences import Difference
    from assistant.options import Option
    from assistant.quotes import Basis, Quote
    from assistant.referral import Avenue, Referral


_PUBLIC_ORDER = (
    "question", "status", "language", "forewords", "lead", "notices", "quotes", "options", "differences", "confidence",
    "look_in", "afterwords", "urgent", "referral", "choices", "other", "retrieved", "timings_ms",
)  # fmt: skip


ANSWERED, NEAREST = "answered", "answered_nearest"  # NEAREST: what is quoted may not be what was asked
NOT_SAID, WORDS_UNKNOWN = "unanswerable_not_in_documents", "unanswerable_language"
URGENT, URGENT_ANSWERED = "referred_urgent", "referred_answered"  # urgent words alone, and with quotes beneath them
MOST_NEAREST = 2  # quotes that may stand under words that say so


class UncitedAnswerError(ValueError):
    """An answered Answer was about to be made without a quote."""


@dataclass(frozen=True)
class Urgent:
    """Fixed words that stand before everything else when someone may be in danger.

    kind is the triage rule's family: one of `assistant.triage.KINDS`. avenues come from the deploying
    office's own overlay only; it is empty when the office has entered none, and text stands without any number.
    in_english is the same in English while nobody has reviewed the text or the rules of the language; else "".
    """

    kind: str
    text: str
    avenues: tuple[Avenue, ...] = ()
    in_english: str = ""


@dataclass(frozen=True)
class Retrieved:
    """The best passage of one page that was looked at; score is in 0..1, comparable within one question only."""

    document: str
    file: str
    page: int
    score: float


@dataclass(frozen=True)
class Answer:
    """What a person is shown for one question.

    status is one of a few families by prefix: ``answered``, ``unanswerable_…``, ``clarification_…``,
    ``referred_…``, ``error_…``; ``answered_nearest`` is an answer that may not be what was asked, and says so;
    ``referred_urgent`` are urgent words alone, ``referred_answered`` with what was asked beneath them. lead and
    notices are fixed reviewed wording; quotes are exact text from pages. options are what can be done, all five, where
    that is what is asked or nothing is, else (); quotes that stand before the first of any option are shown
    before the options, others that no option holds after them. differences say which two quotes that follow
    each other do not say the same on one matter. confidence, 0 to 1 and comparable between questions, says how surely
    the documents answer; None when nothing was looked for. look_in names official texts where a person can look when
    the documents do not say. retrieved holds the best passages, one for each of at most ten pages. question is what
    was asked, with "[…]" in the place of e-mails, numbers of persons and names; afterwords are fixed words that stand
    after the quotes. forewords stand before everything, where somebody may be in danger though nothing says so: one
    line, and the same in English while nobody has reviewed that of the language.
    choices is what the person chose to say besides, and other the places to report where the other person works; None
    where nothing was chosen.
    timings_ms (load, retrieve, quote, total) is the only part that differs between two runs.
    """

    question: str
    status: str
    language: str
    lead: str
    referral: Referral
    notices: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    options: tuple[Option, ...] = ()
    differences: tuple[Difference, ...] = ()
    confidence: float | None = None
    look_in: tuple[Basis, ...] = ()
    urgent: Urgent | None = None
    retrieved: tuple[Retrieved, ...] = ()
    forewords: tuple[str, ...] = ()
    afterwords: tuple[str, ...] = ()
    choices: Choices = field(default_factory=Choices)
    other: Referral | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.status in (ANSWERED, NEAREST, URGENT_ANSWERED) and not self.quotes:
            raise UncitedAnswerError("An answer needs at least one verified quote.")

    def to_json(self) -> dict[str, Any]:
        """The public object that ``python -m assistant --json`` prints, as plain dicts and lists."""
        shown = asdict(self)
        if shown["urgent"]:
            del shown["urgent"]["kind"]
        return {name: shown[name] for name in _PUBLIC_ORDER}
