"""question and passages → all that could be quoted, best first: sentences, and paragraphs that people ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.intent import holds, needed_number
from assistant.passages import applies, part_vectors
from assistant.quotes import list_after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.passages import Passage
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard, StoredSentence

_PASSAGES = 8
_ASKED = 12  # paragraphs that people ask for
_SCORE_SCALE, _LIKENESS_SCALE = 1.09, 0.91  # bring those of a paragraph to the scale of a sentence's score
_OWN = 0.1  # what names the organisation that was chosen, or that the question names, comes first
_MOST_SENTENCES = 8  # of a paragraph that is quoted whole
_SHORTEST, _LONGEST = 25, 900  # characters; less says nothing alone, more is no sentence but a table
_COSINE, _COVERAGE, _PASSAGE = 0.55, 0.25, 0.20


@dataclass(frozen=True)
class Candidate:
    """One sentence, or a whole paragraph, that may be quoted.

    score ranks it, confidence says whether it answers at all; both are 0 to 1. flag is that of its paragraph.
    """

    card: DocumentCard
    sentences: tuple[Sentence, ...]
    score: float
    confidence: float
    flag: str
    whole_paragraph: bool

    @property
    def first(self) -> Sentence:
        """The sentence that it begins with."""
        return self.sentences[0]

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def place(self) -> tuple[str, int]:
        """Its document and the number of its first sentence."""
        return self.card.id, self.first.number

    @property
    def page(self) -> tuple[str, int]:
        """The document and page that it begins on."""
        return self.card.id, self.first.spans[0].page

    @property
    def not_first(self) -> bool:
        """Whether it would frighten when it stood first."""
        return self.flag == "not_first"


def rank_candidates(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    passages: Sequence[Passage],
    others: Sequence[str] = (),
    own: Sequence[str] = (),
    serves: Collection[str] | None = None,
) -> list[Candidate]:
    """All that could be quoted, best first; ties in the order of document and sentence.

    A paragraph that people ask for stands whole, in place of its sentences. others are names of organisations whose
    rules must not answer, unless the sentence names one of own as well; serves are the ids of those whose documents
    may, or None for all.
    """
    found = [
        *_paragraphs(index, question, vector, serves),
        *_sentences(index, question, vector, passages),
    ]
    needed = needed_number(question)
    kept = [
        candidate
        for candidate in found
        if candidate.flag != "not_quoted"
        and holds(candidate.text, needed)
        and not _about_others(index, candidate, others, own)
    ]
    nearer = (replace(c, score=min(c.score + _OWN, 1.0)) if _names(c.text, own) else c for c in kept)
    return sorted(nearer, key=lambda candidate: (-candidate.score, *candidate.place))


def _paragraphs(
    index: Index, question: str, vector: NDArray[np.float32], serves: Collection[str] | None
) -> Iterator[Candidate]:
    for asked in index.asked.nearest(question, part_vectors(index, question, vector), _ASKED):
        card = index.store.documents[asked.document]
        sentences = tuple(stored.sentence for stored in index.store.sentences(asked.document, asked.sentences))
        if (serves is None or applies(card, serves)) and all(sentence.whole for sentence in sentences):
            score = round(min(_SCORE_SCALE * asked.score, 1.0), 6)
            confidence = round(max(score, _LIKENESS_SCALE * asked.likeness), 6)
            yield Candidate(card, sentences, score, confidence, _flag(card, sentences[0].paragraph), True)


def _sentences(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    passages: Sequence[Passage],
) -> Iterator[Candidate]:
    """The sentences of the best passages, without those of paragraphs that are found by what people ask."""
    for passage in passages[:_PASSAGES]:
        for stored in index.store.sentences(passage.chunk.document, passage.chunk.sentences):
            if (stored.document, stored.sentence.number) in index.asked.sentences or not _quotable(index, stored):
                continue
            score, flag = (
                _score(index, question, vector, passage, stored),
                _flag(passage.card, stored.sentence.paragraph),
            )
            whole = flag == "alone"
            sentences = _block(index, stored) if whole else (stored.sentence,)
            yield Candidate(passage.card, sentences, score, score, flag, whole)


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


def _score(index: Index, question: str, vector: NDArray[np.float32], passage: Passage, stored: StoredSentence) -> float:
    cosine = float(index.sentence_vectors[stored.n].astype("float32") @ vector)
    covered = index.lexical.coverage(question, " ".join((*stored.sentence.heading, stored.sentence.text)))
    return round(_COSINE * max(cosine, 0.0) + _COVERAGE * covered + _PASSAGE * passage.score, 6)


def _flag(card: DocumentCard, paragraph: str) -> str:
    """The reviewed flag of a paragraph; that of "4" also holds for "4 (a)"."""
    return card.flags.get(paragraph) or card.flags.get(paragraph.split(" ")[0], "")


def _about_others(index: Index, candidate: Candidate, others: Sequence[str], own: Sequence[str]) -> bool:
    """Whether a paragraph, by its first sentence or the candidate's own first, speaks of another organisation alone."""
    if not others:
        return False
    sentence, texts = candidate.first, [candidate.first.text]
    for number in range(sentence.number - 1, max(sentence.number - 6, -1), -1):
        before = index.store.sentences(candidate.card.id, [number])[0].sentence
        if before.block != sentence.block:
            break
        texts.append(before.text)
    return any(_names(text, others) and not _names(text, own) for text in (texts[0], texts[-1]))


def _names(text: str, names: Sequence[str]) -> bool:
    return bool(names) and bool(re.search(rf"\b(?:{'|'.join(map(re.escape, names))})\b", text))
