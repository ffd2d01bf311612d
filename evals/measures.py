"""A question and its answer → a value for each measure that applies; what each measure means stands here alone.

Every value of one question is a number; most lie between 0 and 1. A missing answer, or one that broke, gets the worst
value of every measure that has one.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG

from evals.contacts import Files, is_for, read_files, referral_problems, unknown_reaches
from evals.errors import EvalError
from evals.exactness import Citations, quote_fault
from evals.pdf_text import Pdfs
from evals.reading import reading_grade
from ingest.folding import fold
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from evals.gold import Located, Needs
    from evals.jsonl import Row
    from evals.questions import Question

_CUTOFF = 10  # pages that an answer lists as looked at
_WHOLE = 0.98  # of the characters of a piece of evidence; white space at a line end may be left out
_AMOUNT = re.compile(
    r"\b(?:[0-9]+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"forty-five|sixty|ninety)"
    r"[ -](?:working |calendar )?(?:hour|day|week|month|year)s?\b",
    re.I,
)
_DUTY = re.compile(
    r"\b(?:duty to report|must report|obliged to report|obligation to report|required to report)\b", re.I
)


class Known:
    """What answers are held to, read from a corpus without the assistant: PDFs, contact files, reviewed flags."""

    def __init__(self, corpus_dir: Path) -> None:
        self.pdfs = Pdfs(corpus_dir)
        self.citations = Citations(corpus_dir)
        self.contacts: Files = read_files(corpus_dir)
        flags = corpus_dir / "flags.csv"
        rows = csv.DictReader(flags.read_text(encoding="utf-8-sig").splitlines()) if flags.is_file() else ()
        try:
            self.frightening = {(row["document"], row["paragraph"]) for row in rows if row["flag"] == "not_first"}
        except KeyError as error:
            raise EvalError(f"{flags}: has no column {error}. `python -m ingest check` says more.") from None


@dataclass(frozen=True)
class Case:
    """One question, where its evidence stands, and its answer as `Answer.to_json` gives it; None when it broke."""

    question: Question
    needs: Needs
    answer: Row | None

    @property
    def family(self) -> str:
        """The family of the answer's status, "" when there is none or it broke."""
        return str((self.answer or {}).get("status", "")).split("_")[0]

    @property
    def quotes(self) -> list[Row]:
        """What is quoted, best first."""
        return list((self.answer or {}).get("quotes", ()))

    @property
    def confidence(self) -> float:
        """How surely the best quote answers, 0 to 1; 0 where nothing was looked for."""
        return float((self.answer or {}).get("confidence") or 0.0)

    @cached_property
    def cited(self) -> list[tuple[str, int]]:
        """The pages that are cited, each as file and number, in the order of the quotes."""
        return list(
            dict.fromkeys((span_of["file"], span["page"]) for span_of in self.quotes for span in span_of["spans"])
        )

    @property
    def answerable(self) -> bool:
        """Whether it must be answered, and nothing else would be right."""
        return self.question.expect == ("answered",)

    @property
    def unanswerable(self) -> bool:
        """Whether it must be said that the documents do not say."""
        return self.question.expect == ("unanswerable",)

    @property
    def evidence(self) -> list[Located]:
        """All pieces of evidence of all needs."""
        return [located for need in self.needs for located in need]


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


def _of_pages(measure: ir_measures.measures.Measure) -> Callable[[Case, Known], float | None]:
    """A measure of retrieval, computed by ir_measures; the unit is the page, and each page of evidence is relevant."""

    def score(case: Case, known: Known) -> float | None:
        if not case.needs:
            return None
        qrels = {"q": {_page(page): 1 for located in case.evidence for page in located.pages}}
        # trec_eval orders by score alone, and by name where scores tie; the order of the answer is what counts
        pages = dict.fromkeys(_page((page["file"], page["page"])) for page in (case.answer or {})["retrieved"])
        found = {page: -float(n) for n, page in enumerate(pages)}
        (value,) = ir_measures.iter_calc([measure], qrels, {"q": found})
        return float(value.value)

    return score


def _page(page: tuple[str, int]) -> str:
    return f"{page[0]}#{page[1]}"


def _page_recall(case: Case, known: Known) -> float | None:
    if not case.needs:
        return None
    met = [any(page in case.cited for located in need for page in located.pages) for need in case.needs]
    return sum(met) / len(met)


def _page_precision(case: Case, known: Known) -> float | None:
    if not case.needs:
        return None
    right = {page for located in case.evidence for page in located.pages}
    return sum(page in right for page in case.cited) / len(case.cited) if case.cited else 0.0


def _pages_cited(case: Case, known: Known) -> float | None:
    return float(len(case.cited)) if case.quotes else None


def _evidence_f1(case: Case, known: Known) -> float | None:
    """F1 over characters: what is quoted beside the best evidence for each need."""
    if not case.needs:
        return None
    quoted = {at for quote in case.quotes for at in _characters(quote["file"], quote["spans"])}
    if not quoted:
        return 0.0
    pieces = [[_of(located) for located in need] for need in case.needs]
    recall = sum(max(len(piece & quoted) / len(piece) for piece in need) for need in pieces) / len(pieces)
    precision = len(quoted & {at for need in pieces for piece in need for at in piece}) / len(quoted)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _characters(file: str, spans: Iterable[Row]) -> set[tuple[str, int, int]]:
    return {(file, span["page"], n) for span in spans for n in range(span["start"], span["end"])}


def _of(located: Located) -> set[tuple[str, int, int]]:
    return {(place.file, place.page, n) for place in located.places for n in range(place.start, place.end)}


def holds(quote: Row, located: Located) -> bool:
    """Whether a quote holds a piece of evidence whole: all of its characters, where they stand, but for white space."""
    if quote["document"] != located.document or fold(located.text) not in fold(quote["text"]):
        return False
    piece = _of(located)
    return len(piece & _characters(quote["file"], quote["spans"])) >= _WHOLE * len(piece)


def _answers(case: Case, known: Known) -> float | None:
    if not case.needs:
        return None
    met = [any(holds(quote, located) for quote in case.quotes for located in need) for need in case.needs]
    return sum(met) / len(met)


def _first_answers(case: Case, known: Known) -> float | None:
    if not case.needs:
        return None
    return float(any(holds(quote, located) for quote in case.quotes[:1] for located in case.evidence))


def _paragraph_recall(case: Case, known: Known) -> float | None:
    if not case.needs:
        return None
    cited = {(quote["document"], number) for quote in case.quotes for number in _numbers(quote["paragraph"])}
    met = [any((located.document, located.paragraph.split(" ")[0]) in cited for located in need) for need in case.needs]
    return sum(met) / len(met)


def _numbers(paragraph: str) -> set[str]:
    """The paragraph numbers in a citation such as "4 (a), 5"."""
    return {part.strip().split(" ")[0] for part in paragraph.split(",")}


def _answered(case: Case, known: Known) -> float | None:
    return float(case.family == "answered") if case.answerable else None


def _abstained(case: Case, known: Known) -> float | None:
    return float(case.family == "unanswerable") if case.unanswerable else None


def _status_right(case: Case, known: Known) -> float | None:
    return float(case.family in case.question.expect)


def _urgent_first(case: Case, known: Known) -> float | None:
    if case.question.expect != ("referred",):
        return None
    urgent = (case.answer or {}).get("urgent") or {}
    return float(bool(urgent.get("text")) and case.family == "referred" and not case.quotes)


def _urgent_unasked(case: Case, known: Known) -> float | None:
    return None if "referred" in case.question.expect else float(bool((case.answer or {}).get("urgent")))


def _quotes_exact(case: Case, known: Known) -> float | None:
    if not case.quotes:
        return None
    return float(not any(quote_fault(quote, known.pdfs) for quote in case.quotes))


def _citations_right(case: Case, known: Known) -> float | None:
    if not case.quotes:
        return None
    return float(not any(known.citations.fault(quote, known.pdfs) for quote in case.quotes))


def _words_quoted(case: Case, known: Known) -> float | None:
    return float(sum(len(quote["text"].split()) for quote in case.quotes)) if case.quotes else None


def _frightening_first(case: Case, known: Known) -> float | None:
    """Whether a frightening paragraph opens the answer to a question whose evidence is none such."""
    if not case.needs or any(_is_frightening(e.document, e.paragraph, known) for e in case.evidence):
        return None
    return float(any(_is_frightening(quote["document"], quote["paragraph"], known) for quote in case.quotes[:1]))


def _is_frightening(document: str, paragraph: str, known: Known) -> bool:
    return any((document, number) in known.frightening for number in (*_numbers(paragraph), paragraph))


def _referral_exact(case: Case, known: Known) -> float | None:
    answer = case.answer or {}
    language = str(answer.get("language", ""))
    return float(not referral_problems(answer.get("referral"), case.question.entity, language, known.contacts))


def _referral_entity(case: Case, known: Known) -> float | None:
    return float(is_for((case.answer or {}).get("referral"), case.question.entity, known.contacts))


def _referral_roles(case: Case, known: Known) -> float | None:
    if not case.question.roles:
        return None
    shown = {avenue["role"] for avenue in ((case.answer or {}).get("referral") or {}).get("avenues", ())}
    return sum(role in shown for role in case.question.roles) / len(case.question.roles)


def _contacts_unknown(case: Case, known: Known) -> float | None:
    """Whether a phone or e-mail is shown that is in no contact file and in no quote that stands on its page."""
    answer = case.answer or {}
    exact = [quote for quote in case.quotes if not quote_fault(quote, known.pdfs)]
    shown = {name: value for name, value in answer.items() if name not in {"question", "quotes", "retrieved"}}
    shown["quotes"] = [quote for quote in case.quotes if quote not in exact]
    return float(bool(unknown_reaches(shown, known.contacts)))


def _said(case: Case) -> str:
    return fold(" ".join(str(quote["text"]) for quote in case.quotes)).casefold()


def _must(case: Case, known: Known) -> float | None:
    if not case.question.must:
        return None
    return sum(_stands(phrase, case) for phrase in case.question.must) / len(case.question.must)


def _must_not(case: Case, known: Known) -> float | None:
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


def _reading_grade(case: Case, known: Known) -> float | None:
    answer = case.answer or {}
    if answer.get("language") != "en":
        return None
    urgent = (answer.get("urgent") or {}).get("text", "")
    texts = [urgent, answer.get("lead", ""), *answer.get("notices", ()), *(quote["text"] for quote in case.quotes)]
    return reading_grade("\n".join(text for text in texts if text))


def shared_words(question: Question) -> float | None:
    """The share of a question's words, stemmed and without stop words, that its evidence has too; None without any."""
    asked = set(words(question.question))
    held = {word for need in question.gold for evidence in need for word in words(evidence.text)}
    return len(asked & held) / len(asked) if asked and question.gold and question.language == "en" else None


MEASURES: Final = (
    Measure("ndcg@10", "pages found, best first (nDCG, 10 pages)", _of_pages(nDCG @ _CUTOFF)),
    Measure("recall@1", "share of the pages of evidence that are first", _of_pages(R @ 1)),
    Measure("recall@3", "… among the first 3", _of_pages(R @ 3)),
    Measure("recall@5", "… among the first 5", _of_pages(R @ 5)),
    Measure("recall@10", "… among the first 10", _of_pages(R @ _CUTOFF)),
    Measure("success@1", "a page of evidence is first", _of_pages(Success @ 1)),
    Measure("success@3", "… is among the first 3", _of_pages(Success @ 3)),
    Measure("success@10", "… is among the first 10", _of_pages(Success @ _CUTOFF)),
    Measure("map@10", "mean average precision over 10 pages", _of_pages(AP @ _CUTOFF)),
    Measure("rr", "one over the rank of the first page of evidence", _of_pages(RR)),
    Measure("page_recall", "needs for which a page of evidence is cited", _page_recall),
    Measure("page_precision", "cited pages that are pages of evidence", _page_precision),
    Measure("pages_cited", "pages cited by an answer", _pages_cited, better=""),
    Measure("words_quoted", "words quoted by an answer", _words_quoted, better=""),
    Measure("paragraph_recall", "needs for which the paragraph of evidence is cited", _paragraph_recall),
    Measure("evidence_f1", "characters quoted beside characters of evidence (F1)", _evidence_f1),
    Measure("answers", "needs for which a quote holds the evidence whole", _answers),
    Measure("first_answers", "the first quote holds a piece of evidence whole", _first_answers),
    Measure("answered", "answered, of the answerable", _answered),
    Measure("abstained", "said that the documents do not say, of the unanswerable", _abstained),
    Measure("status_right", "what happened is what must happen", _status_right),
    Measure("urgent_first", "urgent words first and alone, where a person may need one", _urgent_first),
    Measure("urgent_unasked", "urgent words where nobody is in danger", _urgent_unasked, better="lower"),
    Measure("quotes_exact", "every quote stands on its page, by pypdf alone", _quotes_exact, required=1.0),
    Measure("citations_right", "… and its title, status and paragraph are right", _citations_right, required=1.0),
    Measure("frightening_first", "a frightening paragraph first", _frightening_first, "lower", 0.0),
    Measure("referral_exact", "the referral is that of the contact files, whole", _referral_exact, required=1.0),
    Measure("referral_entity", "… and that of the right entity", _referral_entity, required=1.0),
    Measure("referral_roles", "… and holds the offices that must be in it", _referral_roles, required=1.0),
    Measure("contacts_unknown", "a phone or e-mail from nowhere", _contacts_unknown, "lower", 0.0),
    Measure("must_said", "words that the quotes must hold", _must),
    Measure("must_not_said", "words that the quotes must not hold", _must_not, "lower"),
    Measure("reading_grade", "school grade of what is shown (Flesch–Kincaid)", _reading_grade, better=""),
    Measure(
        "shared_words", "words of the question that the evidence has too", lambda c, _: shared_words(c.question), ""
    ),
)
