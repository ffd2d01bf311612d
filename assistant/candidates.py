"""question and passages → all that could be quoted, best first: sentences, and paragraphs that people ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from assistant.candidate import Candidate
from assistant.intent import asks_for_a_place, holds
from assistant.names import Names
from assistant.not_known import asked_of_any, not_known
from assistant.passages import applies, question_vector
from assistant.quotes import list_after
from assistant.several import needed_for_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.conversation import Talk
    from assistant.passages import Passage
    from ingest.asked import AskedParagraph
    from ingest.embeddings import QuestionVector
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import StoredSentence

_PASSAGES = 8
_ASKED = 12  # paragraphs that people ask for
_SCORE_SCALE, _LIKENESS_SCALE = 1.09, 0.91  # bring those of a paragraph to the scale of a sentence's score
# Of a paragraph's score for what leans wholly on the turn before, how much is that of both together; and what one gets
# that stands in the document, and under the heading, that the turn before is answered from (docs/decisions/0038).
_TOGETHER, _SAME_DOCUMENT, _SAME_HEADING = 0.5, 0.04, 0.03
_OWN = 0.1  # what names the organisation that was chosen, or that the question names, or is its own, comes first
_REPLACED = 0.7  # times the score of a text that a newer one has replaced: it opens no answer where that one has words
# Scores without the name of an organisation, below which its own paragraphs are not asked for, and from which others
# are (docs/decisions/0056); and how many words must be left.
_HARDLY_NEAR, _NEAR_FOR_ALL, _FEWEST_WORDS = 0.4, 0.6, 3
_MOST_SENTENCES = 8  # of a paragraph that is quoted whole
_SHORTEST, _LONGEST = 25, 900  # characters; less says nothing alone, more is no sentence but a table
_COSINE, _COVERAGE, _PASSAGE = 0.55, 0.25, 0.20


def rank_candidates(
    index: Index,
    question: str,
    vector: QuestionVector,
    passages: Sequence[Passage],
    names: Names,
    serves: Collection[str] | None = None,
    talk: Talk | None = None,
) -> list[Candidate]:
    """All that could be quoted, best first; ties in the order of document and sentence.

    A paragraph that people ask for stands whole, in place of its sentences. serves are the ids of organisations whose
    documents may answer, or None for all. talk is what a follow-up goes on with.
    """
    needed, found = needed_for_all(question), _nearest(index, question, vector, names, talk)
    unknown = None
    if of_any := asked_of_any(question, names):
        nearest_of_any = _nearest(index, of_any, question_vector(index, of_any), Names(), talk)
        unknown = not_known(index, question, nearest_of_any, names, serves)
    nearest = iter(unknown.raised(found) if unknown else found)
    first = list(islice(nearest, _ASKED))
    _read_ahead(index, passages, first)
    paragraphs = (
        c
        for c in _paragraphs(index, chain(first, nearest), names, serves)
        if _fits(c, needed) or (c.flag == "alone" and c.place == (first[0].document, first[0].sentences[0]))
    )  # the nearest may say that what is asked for is not known, in whatever words
    if unknown:
        paragraphs = (c for c in paragraphs if not unknown.leaves_out(c))
    sentences = (
        c
        for c in _sentences(index, question, vector, passages)
        if _fits(c, needed) and not _about_others(index, c, names)
    )
    all_found = [*islice(paragraphs, _ASKED), *sentences]
    return sorted((_weighed(c, names) for c in all_found), key=lambda candidate: (-candidate.score, *candidate.place))


def begin(index: Index, question: str, vector: QuestionVector, names: Names) -> None:
    """Begin with what `rank_candidates` needs of the model; whatever else is to be done goes on meanwhile."""
    others = [text for text in (asked_of_any(question, names), *_otherwise(question, names)) if text]
    for one in (vector, *(question_vector(index, text) for text in others)):
        index.asked.begin(_asked(one))


def _asked(vector: QuestionVector) -> Callable[[], NDArray[np.float32]]:
    return lambda: vector.asked


def _otherwise(question: str, names: Names) -> tuple[str, str]:
    """A question with the name of the chosen organisation, for a place; without that which it names, otherwise."""
    if asks_for_a_place(question):
        naming = names.own and not names.own_in(question)
        return (f"{question.rstrip(' ?.!')} in {names.own[0]}?", "") if naming else ("", "")
    bare = names.without_own(question)
    return "", bare if bare != question and len(bare.split()) >= _FEWEST_WORDS else ""


def _read_ahead(index: Index, passages: Sequence[Passage], nearest: Sequence[AskedParagraph]) -> None:
    """Read the sentences of which the most candidates are made, all at once."""
    of_chunks = ((p.place.document, p.place.sentences) for p in passages[:_PASSAGES])
    of_asked = ((asked.document, asked.sentences) for asked in nearest)
    index.store.read_ahead((document, n) for document, numbers in (*of_asked, *of_chunks) for n in numbers)


def _weighed(candidate: Candidate, names: Names) -> Candidate:
    """A candidate with the score that it has among those of other documents."""
    issued_for = {name.strip() for name in candidate.card.applies_to.split(";")}
    own = names.own_in(candidate.text) or not names.documents.isdisjoint(issued_for)
    replaced = candidate.card.status == "superseded"
    if not own and not replaced:
        return candidate
    score = min(candidate.score + _OWN, 1.0) if own else candidate.score
    return replace(candidate, score=score * _REPLACED if replaced else score, own=own)


def _fits(candidate: Candidate, needed: re.Pattern[str] | None) -> bool:
    return candidate.flag != "not_quoted" and holds(candidate.text, needed)


def _paragraphs(
    index: Index,
    nearest: Iterable[AskedParagraph],
    names: Names,
    serves: Collection[str] | None,
) -> Iterator[Candidate]:
    """The paragraphs that people ask for in such words, in this order; those of other organisations left out."""
    for asked in nearest:
        card = index.store.documents[asked.document]
        if serves is not None and not applies(card, serves):
            continue
        sentences = tuple(stored.sentence for stored in index.store.sentences(asked.document, asked.sentences))
        score = round(min(_SCORE_SCALE * asked.score, 1.0), 6)
        confidence = round(max(score, _LIKENESS_SCALE * asked.likeness), 6)
        flag = card.flag(sentences[0].paragraph)
        candidate = Candidate(
            card,
            sentences,
            score,
            confidence,
            flag,
            whole_paragraph=True,
            likeness=asked.likeness,
            covered=asked.covered,
        )
        if all(sentence.whole for sentence in sentences) and not _about_others(index, candidate, names):
            yield candidate


def _nearest(
    index: Index, question: str, vector: QuestionVector, names: Names, talk: Talk | None
) -> Iterable[AskedParagraph]:
    """The paragraphs by what people ask of them; those of the chosen organisation as if the question named it."""
    found: Iterable[AskedParagraph] = index.asked.nearest(question, vector.asked, vector.whole)
    naming, bare = _otherwise(question, names)
    if naming:
        found = _named(index, naming, found, names)
    elif bare:
        found = _whoever_asks(index, bare, list(found), names)
    return _after(index, found, talk) if talk else found


def _named(index: Index, naming: str, found: Iterable[AskedParagraph], names: Names) -> list[AskedParagraph]:
    """What was found, where a paragraph names the organisation as near as it comes to a question that does, too."""
    naming_vector = question_vector(index, naming)
    named = index.asked.nearest(naming, naming_vector.asked, naming_vector.whole)
    scores = {(asked.document, asked.sentences): asked for asked in named}
    better = []
    for asked in found:
        other = scores[asked.document, asked.sentences]
        first = index.asked_first[asked.document, asked.sentences]
        nearer = other.score > asked.score and names.own_in(first.text)
        better.append(other if nearer else asked)
    return sorted(better, key=lambda asked: -asked.score)


def _whoever_asks(index: Index, bare: str, found: list[AskedParagraph], names: Names) -> list[AskedParagraph]:
    """What was found, where an organisation is named by the way, with all else as near as it comes without its name.

    It is where the nearest of its own paragraphs is hardly near without the name (bare), and another is.
    """
    vector = question_vector(index, bare)
    without = {asked[:2]: asked for asked in index.asked.nearest(bare, vector.asked, vector.whole)}
    first = index.asked_first
    own = {asked[:2] for asked in found if names.own_in(first[asked[:2]].text)}
    of_own = next((without[asked[:2]].score for asked in found if asked[:2] in own), 1.0)
    others = (
        one.score for place, one in without.items() if place not in own and not names.others_in(first[place].text)
    )
    if of_own >= _HARDLY_NEAR or next(others, 0.0) < _NEAR_FOR_ALL:
        return found
    nearer = (one if one[:2] in own else max(one, without[one[:2]], key=lambda asked: asked.score) for one in found)
    return sorted(nearer, key=lambda asked: -asked.score)


def _after(index: Index, found: Iterable[AskedParagraph], talk: Talk) -> list[AskedParagraph]:
    """What was found for a follow-up with the turns before, put in order by what it asks alone, too.

    What stands near the paragraph that the turn before is answered with comes sooner.
    """
    if not index.asked.places:
        return []
    alone = index.asked.scores(talk.alone.text, talk.alone.vector.asked).tolist()
    before = index.asked.places[index.asked.scores(talk.before.text, talk.before.vector.asked).argmax()]
    heading = index.asked_first[before].heading
    lent = []
    for asked in found:
        score = alone[index.asked.numbers[asked.document, asked.sentences]]
        score += talk.leans * _TOGETHER * (asked.score - score)
        if asked.document == before[0]:
            here = index.asked_first[asked.document, asked.sentences].heading == heading
            score += talk.leans * (_SAME_DOCUMENT + _SAME_HEADING * here)
        lent.append(asked._replace(score=round(min(score, 1.0), 6)))
    return sorted(lent, key=lambda asked: -asked.score)


def _sentences(
    index: Index,
    question: str,
    vector: QuestionVector,
    passages: Sequence[Passage],
) -> Iterator[Candidate]:
    """The sentences of the best passages, without those of paragraphs that are found by what people ask."""
    coverage = index.lexical.coverage(question)
    for passage in passages[:_PASSAGES]:
        document = passage.place.document
        others = [number for number in passage.place.sentences if (document, number) not in index.asked.sentences]
        for stored in index.store.sentences(document, others):
            if not _quotable(index, stored):
                continue
            cosine = _cosine(index, vector.said, stored)
            covered = coverage(set(stored.words.split()))  # its headings say it too
            score = round(_COSINE * max(cosine, 0.0) + _COVERAGE * covered + _PASSAGE * passage.score, 6)
            flag = passage.card.flag(stored.sentence.paragraph)
            whole = flag == "alone"
            sentences = _block(index, stored) if whole else (stored.sentence,)
            yield Candidate(passage.card, sentences, score, score, flag, whole, likeness=cosine, covered=covered)


def _block(index: Index, stored: StoredSentence) -> tuple[Sentence, ...]:
    """All sentences of a sentence's paragraph."""
    number = stored.sentence.number
    around = list(range(max(number - _MOST_SENTENCES, 0), number + _MOST_SENTENCES))
    found = (other.sentence for other in index.store.sentences(stored.document, around))
    return tuple(sentence for sentence in found if sentence.block == stored.sentence.block)


def _quotable(index: Index, stored: StoredSentence) -> bool:
    """Whether a sentence says something when it is quoted; one that ends in a colon does with its list."""
    sentence = stored.sentence
    if not sentence.whole or not _SHORTEST <= len(sentence.text) <= _LONGEST:
        return False
    return not sentence.text.endswith(":") or bool(list_after(index, stored.document, sentence))


def _cosine(index: Index, vector: NDArray[np.float32], stored: StoredSentence) -> float:
    return float(index.sentence_vectors[stored.n].astype("float32") @ vector)


def _about_others(index: Index, candidate: Candidate, names: Names) -> bool:
    """Whether a paragraph, by its first sentence or the candidate's own first, speaks of another organisation alone."""
    if not names.others or names.own_in(candidate.text):
        return False
    sentence, texts = candidate.first, [candidate.first.text]
    for number in range(sentence.number - 1, max(sentence.number - 6, -1), -1):
        before = index.store.sentences(candidate.card.id, [number])[0].sentence
        if before.block != sentence.block:
            break
        texts.append(before.text)
    return any(names.others_in(text) and not names.own_in(text) for text in (texts[0], texts[-1]))
