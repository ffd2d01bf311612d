"""question and passages → the few quotes that are nearest to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from assistant.candidate import Candidate
from assistant.candidates import begin, rank_candidates
from assistant.differences import differ, hold_for_the_same
from assistant.intent import asks_for_rules, asks_several, asks_whether_i_must, wants_certainty
from assistant.names import Names
from assistant.passages import question_vector, read_ahead
from assistant.quotes import Quote, make_quote, verify
from assistant.roles import is_for, may_open
from assistant.several import things_asked
from ingest.folding import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from assistant.conversation import Talk
    from assistant.passages import Passage
    from ingest.embeddings import QuestionVector
    from ingest.index import Index
    from ingest.sentences import Sentence

MOST_QUOTES = 4
MOST_PAGES = 3
_LEAST = 0.30  # confidence below which nothing is near enough to be weighed
_FURTHER, _FURTHER_TOLD = 0.50, 0.45  # confidence of a further quote beside the first; where the classifier has a say
# What is quoted beside a paragraph that people ask for must score at least this share of the best: where one thing is
# asked, and where several are, each of which may have an answer of its own (docs/decisions/0030).
_BESIDE, _BESIDE_SEVERAL = 0.87, 0.75
# The same where the classifier has a say (docs/decisions/0050): the surer the best, the nearer must another be. The
# first is the share beside the best possible score, the second what it falls by for a score that is 1 less; the third
# is for a question each of whose things was looked for by itself (docs/decisions/0053).
_BESIDE_BEST, _BESIDE_FALLS, _BESIDE_EACH, _BESIDE_TOLD_SEVERAL = 0.92, 0.50, 0.80, 0.70
# What opens an answer (docs/decisions/0051): by how much what would frighten must score more than all else to be what
# is asked for; from which share of the best score something stands before it that fits better by a rule; and how much
# the score for a whole question counts beside that for one of its things.
_ASKED_FOR, _BEFORE_BEST, _OF_THE_WHOLE = 0.20, 0.90, 0.5
_QUIETER = 0.40  # the share of the best score from which the best quiet one of the same document stands beside it
# The same beside a sentence of another document; what is looked at to tell how surely the documents answer; and where
# it says that what was asked is not known, what stands before the best.
_NEAR_BEST = 0.75

# Quotes by the places of what they are made of, and whether each is exact.
_Made = dict[tuple[tuple[str, int], ...], tuple[Quote, bool]]


class Selected(NamedTuple):
    """The quotes that are nearest, () when none is near enough to be weighed; and what they open with.

    near are those that are as near whoever asks and whether or not they differ. Whether they answer is for
    `assistant.confidence` to say.
    """

    quotes: tuple[Quote, ...]
    first: Candidate | None
    near: tuple[Quote, ...]


def select_quotes(
    index: Index,
    question: str,
    vector: QuestionVector,
    passages: Sequence[Passage],
    names: Names = Names(),  # noqa: B008  frozen
    serves: Collection[str] | None = None,
    talk: Talk | None = None,
) -> Selected:
    """The best exact sentences and paragraphs, at most four from at most three pages; none when none is near enough.

    Sentences that follow each other in one paragraph become one quote. A paragraph flagged ``not_first`` never opens
    the answer, unless the question asks for such things. A paragraph flagged ``alone`` (it says that something is not
    known) is quoted by itself where the question asks by when or whether one must, so that no other number or duty
    seems to answer. A question for a number is answered with one, or not at all. What is for another role
    (`assistant.roles`) is no further quote, and what differs from a quote (`assistant.differences`) is one. names,
    serves and talk are those of `candidates.rank_candidates`.
    """
    ranked = rank_candidates(index, question, vector, passages, names, serves, talk)
    told_of = index.asked.told
    usable = _usable(ranked, question, told_of)
    first = _opening(ranked, [c for c in usable if c.confidence >= _LEAST], question, names, told_of)
    if first is None:
        return Selected((), None, ())
    near = [c for c in ranked if c is first or c.confidence >= _FURTHER]
    best, told = ranked[0].score, vector.whole is not None and first.place in told_of
    beside = [c for c in ranked if c is first or c.confidence >= (_FURTHER_TOLD if told else _FURTHER)]
    theirs = [c for c in beside if c is first or c is ranked[0] or is_for(c, question, told=c.place in told_of)]
    nearest = _nearest(question, first, near, _NEAR_BEST * best)
    each = [] if talk else _for_each(index, question, passages, names, serves)
    share = _beside(index, question, first, best, told=told)
    if each:
        share = _BESIDE_EACH if told else _BESIDE
    chosen = _nearest(question, first, theirs, share * best)
    if first.not_first and not asks_for_rules(question):
        chosen = _kept([first, *_quieter(first, usable, question, names), *chosen])
    if each:
        unknown = any(c.flag == "alone" for c in each)
        chosen = _kept(each if unknown else [_best_of_each(each, first, ranked), *each, *chosen])
        first = replace(first, likeness=max(c.likeness for c in (first, *each)))  # people ask for one thing at a time
    chosen = _with_counterparts(chosen, theirs)
    made: _Made = {}  # most of them are in both
    seen, quotes = _quotes(index, nearest, made), _quotes(index, chosen, made)
    return Selected(quotes, first if quotes else None, seen)


def _usable(ranked: Sequence[Candidate], question: str, told_of: Collection[tuple[str, int]] = ()) -> list[Candidate]:
    """Those that may open an answer: what would frighten may not, unless the question asks for it.

    It does by words for such things, or where the classifier tells of it (told_of) and nothing else is nearly as near.
    """
    if asks_for_rules(question):
        return list(ranked)
    quiet = [c for c in ranked if not c.not_first]
    asked_for = quiet and ranked[0].place in told_of and ranked[0].score - quiet[0].score >= _ASKED_FOR
    return [ranked[0], *quiet] if asked_for else quiet


def _quieter(first: Candidate, usable: Sequence[Candidate], question: str, names: Names) -> Iterator[Candidate]:
    """The best of the same document that would not frighten, where it is near: what frightens does not stand alone."""
    least = _QUIETER * first.score
    quiet = (c for c in usable if not c.not_first and c.card.id == first.card.id and c.score >= least)
    return islice((c for c in quiet if may_open(c, question, names.elsewhere_in)), 1)


def _best_of_each(each: Sequence[Candidate], first: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """What opens an answer to several things: the best for one of them that is near the whole question, too."""
    whole = {c.place: c.score for c in ranked}
    return max((*each, first), key=lambda c: c.score + _OF_THE_WHOLE * whole.get(c.place, 0.0))


def _for_each(
    index: Index, question: str, passages: Sequence[Passage], names: Names, serves: Collection[str] | None
) -> list[Candidate]:
    """The best for each thing that a question asks for, in their order; [] where it asks for one.

    Of all of it together the best would be on one thing alone (docs/decisions/0042).
    """
    found, things = list[Candidate](), things_asked(question)
    read_ahead(index, *things)
    vectors = [question_vector(index, thing) for thing in things]
    for thing, vector in zip(things, vectors, strict=True):
        begin(index, thing, vector, names)
    for thing, vector in zip(things, vectors, strict=True):
        ranked = rank_candidates(index, thing, vector, passages, names, serves)
        usable = _usable([c for c in ranked if c.confidence >= _FURTHER], thing, index.asked.told)
        best = _opening(ranked, usable, thing, names, index.asked.told)
        found += [best] if best else []
    return found


def _kept(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The first of these, each once: as many as an answer may hold, from as many pages."""
    kept: dict[tuple[str, int], Candidate] = {}
    for one in chosen:
        pages = {other.page for other in kept.values()}
        if one.place not in kept and len(kept) < MOST_QUOTES and (one.page in pages or len(pages) < MOST_PAGES):
            kept[one.place] = one
    return list(kept.values())


def _beside(index: Index, question: str, first: Candidate, best: float, *, told: bool) -> float:
    """The share of the best score from which a further quote may stand beside the first.

    told says that the classifier had a say in what comes first.
    """
    if first.place not in index.asked.sentences:
        return _NEAR_BEST
    several = asks_several(question)
    if not told:
        return _BESIDE_SEVERAL if several else _BESIDE
    share = _BESIDE_BEST - _BESIDE_FALLS * (1 - best)
    return min(share, _BESIDE_TOLD_SEVERAL) if several else share


def _quotes(index: Index, chosen: Sequence[Candidate], made: _Made) -> tuple[Quote, ...]:
    """Exact quotes of candidates, neighbours put together, without those that one before says."""
    quotes = list[Quote]()
    for run in _runs(chosen):
        places = tuple(c.place for c in run)
        if places not in made:
            sentences = [s for c in run for s in c.sentences]
            quote = make_quote(index, run[0].card, sentences, max(c.score for c in run))
            made[places] = quote, verify(index, quote)
        quote, exact = made[places]
        if exact and not _said(quote, quotes):
            quotes.append(quote)
    return tuple(quotes)


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


def _opening(
    ranked: Sequence[Candidate],
    usable: Sequence[Candidate],
    question: str,
    names: Names,
    told_of: Collection[tuple[str, int]] = (),
) -> Candidate | None:
    """The candidate that opens the answer, the best of those that may; None when there is none.

    To whether one must, that is the best of those near it that say that it is not known, where there is one; else the
    best of those near it that fit the question (`roles.may_open`), where there is one: nearer where the classifier
    tells of the best (told_of).
    """
    if not usable:  # such as where no document holds for the organisation that was chosen
        return None
    best = ranked[0].score
    least = (_BEFORE_BEST if ranked[0].place in told_of else _NEAR_BEST) * best
    unknown = (
        c for c in usable if c.flag == "alone" and c.score >= _NEAR_BEST * best and asks_whether_i_must(question)
    )
    fitting = (c for c in usable if c.score >= least and may_open(c, question, names.elsewhere_in))
    return next(iter(unknown), None) or next(fitting, None) or next(iter(usable), None)


def _nearest(question: str, first: Candidate, near: Sequence[Candidate], least: float) -> list[Candidate]:
    """The first and the best of the others that score at least so much, no text of them twice.

    Only the first, where that says that what is asked for is not known, and nothing else is the person's own.
    """
    chosen, pages, texts = [first], {first.page}, {fold(first.text)}
    for candidate in near:
        if candidate.score < least or len(chosen) == MOST_QUOTES:
            continue
        text = fold(candidate.text)
        if text not in texts and (candidate.page in pages or len(pages) < MOST_PAGES):
            chosen.append(candidate)
            pages.add(candidate.page)
            texts.add(text)
    unknown = first.flag == "alone" and wants_certainty(question)
    return chosen[:1] if unknown and not any(c.own for c in chosen[1:]) else chosen


def _with_counterparts(chosen: Sequence[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """Each chosen candidate, followed by the best of all that does not say the same on its matter, where there is one.

    At most MOST_QUOTES, so that such a one takes the place of the last. A text that was replaced is no such one.
    """
    found: list[Candidate] = []
    taken = {(c.card.id, c.first.block) for c in chosen}
    beside = [c for c in ranked if (c.card.id, c.first.block) not in taken and c.card.status != "superseded"]
    for one in chosen:
        others = (c for c in beside if _hold_together(one, c) and differ(one.said, c.said))
        found += [one, *islice(others, 1)]
    return _kept(found)


def _hold_together(one: Candidate, other: Candidate) -> bool:
    """Whether two are of two documents that can hold for the same people."""
    return one.card.id != other.card.id and hold_for_the_same(one.card.applies_to, other.card.applies_to)


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
