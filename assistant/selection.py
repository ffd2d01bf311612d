"""question and passages → the few quotes that answer; the only place where "good enough" is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.answering import MOST_PAGES, MOST_QUOTES, sentences_that_answer
from assistant.candidates import Candidate, Names, rank_candidates
from assistant.differences import differ, hold_for_the_same
from assistant.intent import asks_for_rules, asks_whether_i_must, names_a_stranger, wants_certainty
from assistant.quotes import Quote, make_quote, verify

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.passages import Passage
    from ingest.index import Index
    from ingest.sentences import Sentence

# Below this the documents do not say. Set on evals/questions/varied.jsonl; not yet calibrated.
ENOUGH = 0.50
_FOR_STRANGERS = 1.5  # times that much for a question that names something which no document holds
_NEAR_BEST = 0.75  # what says that it is not known comes before the best from this share of its score on


class Selected(NamedTuple):
    """The quotes, () when none is good enough, and the confidence of the best that could open an answer, 0 to 1.

    There are quotes when it is at least ENOUGH; that of a question which names a stranger is less to begin with.
    """

    quotes: tuple[Quote, ...]
    confidence: float


def select_quotes(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    passages: Sequence[Passage],
    names: Names = Names(),  # noqa: B008  frozen
    serves: Collection[str] | None = None,
    *,
    names_somebody: bool = False,
) -> Selected:
    """The best exact sentences and paragraphs, at most four from at most three pages; none when none is good enough.

    Of a paragraph only the sentences that probably answer are quoted, with what belongs to them (`assistant.answering`,
    `assistant.quotes`). Sentences that follow each other in one paragraph become one quote. A paragraph flagged
    ``not_first`` never opens the answer, unless the question asks for such things. A paragraph flagged ``alone`` (it
    says that something is not known) is quoted by itself where the question asks by when or whether one must, so that
    no other number or duty seems to answer. A question for a number is answered with one, or not at all. names and
    serves are those of `candidates.rank_candidates`. names_somebody says that names were taken out of the question:
    that is a stranger too.
    """
    ranked = rank_candidates(index, question, vector, passages, names, serves)
    strange = _FOR_STRANGERS if names_somebody or names_a_stranger(index, question) else 1.0
    usable = [c for c in ranked if asks_for_rules(question) or not c.not_first]
    confidence = max((c.confidence for c in usable), default=0.0) / strange
    good = [c for c in ranked if c.confidence >= ENOUGH * strange]
    first = _opening(ranked, [c for c in usable if c in good], asks_whether_i_must(question))
    chosen = sentences_that_answer(index, question, first, good) if first else []
    if chosen and chosen[0].flag == "alone" and wants_certainty(question) and not any(c.own for c in chosen[1:]):
        chosen = chosen[:1]
    quotes = [
        make_quote(index, run[0].card, [s for c in run for s in c.sentences], max(c.score for c in run))
        for run in _runs(_with_counterparts(chosen, good))
    ]
    exact = tuple(quote for n, quote in enumerate(quotes) if verify(index, quote) and not _said(quote, quotes[:n]))
    return Selected(exact, round(confidence, 6))


def _said(quote: Quote, before: Sequence[Quote]) -> bool:
    """Whether a quote before holds all of this one."""
    return any(
        earlier.document == quote.document
        and all(
            any(s.page == span.page and s.start <= span.start and span.end <= s.end for s in earlier.spans)
            for span in quote.spans
        )
        for earlier in before
    )


def _opening(ranked: Sequence[Candidate], usable: Sequence[Candidate], must_i: bool) -> Candidate | None:
    """The candidate that opens the answer, the best of those that may; None when there is none.

    To whether one must, that is the best of those near it that say that it is not known, where there is one.
    """
    unknown = [c for c in usable if must_i and c.flag == "alone" and c.score >= _NEAR_BEST * ranked[0].score]
    return next(iter(unknown or usable), None)


def _with_counterparts(chosen: Sequence[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """Each chosen candidate, followed by the best of all that does not say the same on its matter, where there is one.

    At most MOST_QUOTES, so that such a one takes the place of the last. A text that was replaced is no such one.
    """
    found: list[Candidate] = []
    taken = {(c.card.id, c.first.block) for c in chosen}
    for one in chosen:
        beside = [c for c in ranked if (c.card.id, c.first.block) not in taken and c.card.status != "superseded"]
        found += [one, *[c for c in beside if _differ(one, c)][:1]]
    pages: list[tuple[str, int]] = []
    kept: list[Candidate] = []
    for one in found:
        if len(kept) < MOST_QUOTES and (one.page in pages or len(set(pages)) < MOST_PAGES):
            kept.append(one)
            pages.append(one.page)
    return kept


def _differ(one: Candidate, other: Candidate) -> bool:
    apart = one.card.id == other.card.id or not hold_for_the_same(one.card.applies_to, other.card.applies_to)
    return not apart and bool(differ(one.text, other.text))


def _runs(chosen: Sequence[Candidate]) -> list[list[Candidate]]:
    """Neighbours in one paragraph put together; grouped by document, the run of the first candidate first."""
    runs: list[list[Candidate]] = []
    for candidate in sorted(chosen, key=lambda c: c.place):
        last = runs[-1][-1] if runs else None
        if last and _together(last, candidate):
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    order = {candidate.place: n for n, candidate in enumerate(chosen)}
    by_rank = sorted(runs, key=lambda run: min(order[c.place] for c in run))
    documents = list(dict.fromkeys(run[0].card.id for run in by_rank))
    return sorted(by_rank, key=lambda run: documents.index(run[0].card.id))


def _together(first: Candidate, second: Candidate) -> bool:
    """Whether one quote may hold both."""
    alike = first.card.id == second.card.id and first.not_first == second.not_first
    sentences = not (first.whole_paragraph or second.whole_paragraph)
    return alike and sentences and _adjoin(first.first, second.first)


def _adjoin(first: Sentence, second: Sentence) -> bool:
    """Whether two sentences follow each other in one paragraph or list."""
    same_block = first.block == second.block
    same_list = first.stem is not None and first.stem == second.stem
    return second.number == first.number + 1 and (same_block or same_list or second.stem == first.number)
