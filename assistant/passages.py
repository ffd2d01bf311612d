"""question → passages: how near a chunk is by its vector, its words and its word vectors, scaled and weighted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assistant.several import sentence_that_asks
from ingest.embeddings import QuestionVector, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ingest.index import Index
    from ingest.store import ChunkPlace, DocumentCard

CANDIDATES = 60  # by vector, and as many by BM25


class Weights(NamedTuple):
    """How much each score of a chunk counts; together 1."""

    cosine: float
    bm25: float
    nearness: float


WEIGHTS = Weights(0.2, 0.3, 0.5)  # evals/retrieval.md says what each gives, and on what they were set


@dataclass(frozen=True)
class Passage:
    """One chunk that may answer. score is 0 to 1, comparable within one question; cosine and nearness are −1 to 1.

    nearness is that of the question's words to those of the chunk; see `ingest.token_vectors`.
    """

    place: ChunkPlace
    card: DocumentCard
    score: float
    cosine: float
    nearness: float = 0.0


def question_vector(index: Index, question: str) -> QuestionVector:
    """The unit vectors of a question; of several sentences, the one that asks counts as much as all together.

    People tell before they ask ("My supervisor keeps … Do I have to report it?"); the telling must not drown the
    asking.
    """
    texts, embedder = _told_and_asked(question), index.embedder
    embedder.read_ahead(texts)
    said, asked = ([later(text) for text in texts] for later in (embedder.said_later, embedder.asked_later))
    return QuestionVector(lambda: _mean(said), lambda: _mean(asked), asked[0])


def _mean(vectors: Sequence[Callable[[], NDArray[np.float32]]]) -> NDArray[np.float32]:
    """The unit vector in the middle of unit vectors."""
    first, *others = (vector() for vector in vectors)
    return unit(sum(others, first))


def read_ahead(index: Index, *questions: str, later: Sequence[str] = ()) -> None:
    """Let the model begin with the vectors of questions, and with those of others that are looked for later."""
    texts, more = ([text for one in some for text in _told_and_asked(one)] for some in (questions, later))
    index.embedder.read_ahead(texts, more)


def _told_and_asked(question: str) -> list[str]:
    """A question, and the last of its sentences that asks, where it has others."""
    asking = sentence_that_asks(question)
    return [question, asking] if asking else [question]


def retrieve(
    index: Index,
    question: str,
    vector: Callable[[], NDArray[np.float32]],
    k: int = 10,
    serves: Collection[str] | None = None,
    weights: Weights = WEIGHTS,
) -> list[Passage]:
    """The k best passages, best first; ties in the order of document, page and ordinal.

    vector gives the question's unit vector (`QuestionVector.said`). The score is the weighted sum of cosine, BM25 and
    nearness, each scaled to 0..1 over the candidates. serves are the ids of organisations whose documents may answer,
    or None for all.
    """
    candidates = CANDIDATES
    passages = _best(index, question, vector, candidates, k, serves, weights)
    while len(passages) < k and candidates < index.size:  # the rest served others
        candidates *= 4
        passages = _best(index, question, vector, candidates, k, serves, weights)
    return passages


def _best(
    index: Index,
    question: str,
    vector: Callable[[], NDArray[np.float32]],
    candidates: int,
    k: int,
    serves: Collection[str] | None,
    weights: Weights,
) -> list[Passage]:
    """The k best of so many candidates by each measure; only the places of those that may be among them are read."""
    scores = index.scores(question, vector, candidates)
    combined = weights.cosine * _scaled(scores.cosine) + weights.bm25 * _scaled(scores.bm25, floor=0.0)
    combined = combined + weights.nearness * _scaled(scores.nearness)
    values = [round(value, 6) for value in combined.tolist()]
    order = sorted(range(len(values)), key=lambda n: -values[n])
    passages: list[Passage] = []
    for start in range(0, len(order), k):
        some = order[start : start + k]
        if len(passages) >= k and values[some[0]] < passages[k - 1].score:
            break
        places = index.store.places([int(scores.rows[n]) for n in some])
        read = (
            Passage(
                place,
                index.store.documents[place.document],
                values[n],
                round(float(scores.cosine[n]), 6),
                round(float(scores.nearness[n]), 6),
            )
            for place, n in zip(places, some, strict=True)
        )
        passages += (passage for passage in read if serves is None or applies(passage.card, serves))
        passages.sort(key=lambda p: (-p.score, p.place.document, p.place.page, p.place.ordinal))
    return passages[:k]


def applies(card: DocumentCard, serves: Collection[str]) -> bool:
    """Whether a document holds for any of these organisations; one that names none holds for all."""
    named = {name.strip() for name in card.applies_to.split(";") if name.strip()}
    return not named or bool(named.intersection(serves))


def _scaled(scores: NDArray[np.float32], floor: float | None = None) -> NDArray[np.float32]:
    if not len(scores):
        return scores
    low = float(scores.min()) if floor is None else floor
    width = float(scores.max()) - low
    return (scores - low) / width if width > 0 else scores * 0
