"""Pages and quotes → how much of the evidence was looked at, cited and quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ir_measures

from ingest.folding import fold
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evals.case import Case, Known
    from evals.gold import Located
    from evals.jsonl import Row
    from evals.questions import Question

_WHOLE: Final = 0.98  # of the characters of a piece of evidence; white space at a line end may be left out


def of_pages(measure: ir_measures.measures.Measure) -> Callable[[Case, Known], float | None]:
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


def page_recall(case: Case, known: Known) -> float | None:
    """The share of needs for which a page of evidence is cited."""
    if not case.needs:
        return None
    met = [any(page in case.cited for located in need for page in located.pages) for need in case.needs]
    return sum(met) / len(met)


def page_precision(case: Case, known: Known) -> float | None:
    """The share of cited pages that are pages of evidence; 0 when nothing is cited."""
    if not case.needs:
        return None
    right = {page for located in case.evidence for page in located.pages}
    return sum(page in right for page in case.cited) / len(case.cited) if case.cited else 0.0


def pages_cited(case: Case, known: Known) -> float | None:
    """How many pages an answer cites."""
    return float(len(case.cited)) if case.quotes else None


def evidence_f1(case: Case, known: Known) -> float | None:
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


def answers(case: Case, known: Known) -> float | None:
    """The share of needs for which a quote holds a piece of evidence whole."""
    if not case.needs:
        return None
    met = [any(holds(quote, located) for quote in case.quotes for located in need) for need in case.needs]
    return sum(met) / len(met)


def first_answers(case: Case, known: Known) -> float | None:
    """Whether the first quote holds a piece of evidence whole."""
    if not case.needs:
        return None
    return float(any(holds(quote, located) for quote in case.quotes[:1] for located in case.evidence))


def paragraph_recall(case: Case, known: Known) -> float | None:
    """The share of needs for which the paragraph of evidence is cited."""
    if not case.needs:
        return None
    if not all(located.paragraph for located in case.evidence):
        return None
    cited = {(quote["document"], number) for quote in case.quotes for number in numbers(quote["paragraph"])}
    met = [any((located.document, located.paragraph.split(" ")[0]) in cited for located in need) for need in case.needs]
    return sum(met) / len(met)


def numbers(paragraph: str) -> set[str]:
    """The paragraph numbers in a citation such as "4 (a), 5"."""
    return {part.strip().split(" ")[0] for part in paragraph.split(",")}


def words_quoted(case: Case, known: Known) -> float | None:
    """How many words an answer quotes."""
    return float(sum(len(quote["text"].split()) for quote in case.quotes)) if case.quotes else None


def shared_words(question: Question) -> float | None:
    """The share of a question's words, stemmed and without stop words, that its evidence has too; None without any."""
    asked = set(words(question.question))
    held = {word for need in question.gold for evidence in need for word in words(evidence.text)}
    return len(asked & held) / len(asked) if asked and question.gold and question.language == "en" else None
