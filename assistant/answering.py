"""paragraphs that may be quoted → the few sentences of them that probably answer."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from assistant.intent import asks_for_rules, holds, is_about_another, needed_number
from ingest.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.candidates import Candidate
    from ingest.index import Index

MOST_QUOTES = 4
MOST_PAGES = 3
# Set by logistic regression on the development half of the questions (docs/decisions/0020): how likely a sentence
# answers, by its candidate's share of the best score, whether that is the best, the share of the question's weight
# that its words cover, and one over the number of sentences of its paragraph.
_RELATIVE, _BEST, _COVERED, _ALONE, _CONSTANT = 5.31, 0.79, 1.42, 1.32, -7.15
# How much it is worth to hold an answer at all beside quoting little else; chosen so that at most 1 in 100 is lost.
_HOLDING = 3.0
_LOOKED_AT = 12  # candidates
_UNKNOWN = re.compile(
    r"\b(?:(?:is|are) not known|(?:does|do|did) not (?:know|say|name)|could (?:not )?(?:read|find)|found no|"
    r"names? no|nobody knows|cannot say)\b",
    re.I,
)
_OF_OTHERS = re.compile(
    r"\b(?:managers?|supervisors?|heads? of|bystanders?|witness(?:es)?|saw or heard|what i (?:saw|heard))\b", re.I
)
_DUTY = re.compile(r"\b(?:duty|must|shall|obliged|obligations?|(?:has|have) to|required to)\b", re.I)


class _Piece(NamedTuple):
    """What is quoted whole or not at all: a sentence, or a paragraph that may not be cut; likely is from 0 to 1."""

    of: Candidate
    numbers: frozenset[int]
    likely: float
    opens: bool  # whether it may be all that is quoted of its candidate


def sentences_that_answer(
    index: Index, question: str, first: Candidate, ranked: Sequence[Candidate]
) -> list[Candidate]:
    """The candidates to quote, best first, each cut to the sentences that probably answer; first opens the answer.

    ranked are all that are good enough, best first, the first among them. A sentence is added as long as that makes
    the answer more worth: the F1 that is to be expected of what is quoted, and _HOLDING times the likelihood that an
    answer is in it. At most four candidates from at most three pages. A flagged paragraph stays whole, and so does one
    that says that something is not known; what is quoted of each holds the number that is asked for. The duty of
    another role is quoted only to a question for duties, or about somebody in such a role.
    """
    pieces = [
        piece
        for candidate in _looked_at(first, ranked, question)
        for piece in _pieces(index, question, candidate, ranked[0].score)
    ]
    ordered = sorted(pieces, key=lambda piece: -piece.likely)
    opening = next((p for p in ordered if p.of is first and p.opens), None)
    chosen = [opening or _Piece(first, frozenset(s.number for s in first.sentences), 1.0, opens=True)]
    for piece in ordered:
        if any(piece is other for other in chosen) or not _has_room(piece, chosen):
            continue
        if _worth([*chosen, piece]) <= _worth(chosen):
            break
        chosen.append(piece)
    return [_cut(candidate, chosen) for candidate in {id(piece.of): piece.of for piece in chosen}.values()]


def _looked_at(first: Candidate, ranked: Sequence[Candidate], question: str) -> Iterator[Candidate]:
    """The first, and the best of the others that say something else and are not the duty of another role."""
    texts = {fold(first.text)}
    yield first
    about_another = asks_for_rules(question) or is_about_another(question)
    for candidate in ranked[:_LOOKED_AT]:
        text = fold(candidate.text)
        if text not in texts and (about_another or not _is_duty_of_another(candidate)):
            texts.add(text)
            yield candidate


def _is_duty_of_another(candidate: Candidate) -> bool:
    """Whether a paragraph that is flagged as frightening is on what managers, bystanders or witnesses have to do."""
    about = " ".join((candidate.card.title, *candidate.first.heading, candidate.first.text))
    return candidate.not_first and bool(_OF_OTHERS.search(about)) and bool(_DUTY.search(candidate.text))


def _pieces(index: Index, question: str, candidate: Candidate, best: float) -> Iterator[_Piece]:
    needed, count = needed_number(question), len(candidate.sentences)
    whole = bool(candidate.flag) or bool(_UNKNOWN.search(candidate.text))
    relative = candidate.score / best if best else 1.0
    parts = [candidate.sentences] if whole else [(sentence,) for sentence in candidate.sentences]
    for part in parts:
        covered = max(index.lexical.coverage(question, sentence.text) for sentence in part)
        points = _CONSTANT + _RELATIVE * relative + _BEST * (relative >= 1) + _COVERED * covered + _ALONE / count
        text = " ".join(sentence.text for sentence in part)
        numbers = frozenset(sentence.number for sentence in part)
        yield _Piece(candidate, numbers, 1 / (1 + math.exp(-points)), holds(text, needed))


def _has_room(piece: _Piece, chosen: Sequence[_Piece]) -> bool:
    if any(piece.of is other.of for other in chosen):
        return True
    pages = {other.of.page for other in chosen}
    quotes = len({other.of.place for other in chosen})
    twice = any(piece.of.card.id == other.of.card.id and piece.numbers & other.numbers for other in chosen)
    return piece.opens and not twice and quotes < MOST_QUOTES and (piece.of.page in pages or len(pages) < MOST_PAGES)


def _worth(chosen: Sequence[_Piece]) -> float:
    """The F1 that is to be expected, every piece being as long as any other, and the worth of holding an answer."""
    shares = [1.0]  # the likelihood that so many of them answer, from none on
    for piece in chosen:
        right, wrong = piece.likely, 1 - piece.likely
        shares = [a * wrong + b * right for a, b in zip([*shares, 0.0], [0.0, *shares], strict=True)]
    f1 = sum(share * 2 * n / (n + len(chosen)) for n, share in enumerate(shares))
    return f1 + _HOLDING * (1 - shares[0])


def _cut(candidate: Candidate, chosen: Sequence[_Piece]) -> Candidate:
    numbers = frozenset[int]().union(*(piece.numbers for piece in chosen if piece.of is candidate))
    return replace(candidate, sentences=tuple(s for s in candidate.sentences if s.number in numbers))
