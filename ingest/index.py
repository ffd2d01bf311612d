"""Chunks and vectors → an index on disk → scores for a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.asked import Asked, asked_texts, write_asked
from ingest.durable import stat_of
from ingest.lexical import Lexical, write_lexical
from ingest.spelling import Spelling
from ingest.store import TEXTS, ReadDocument, Store, write_store
from ingest.token_vectors import TOKEN_FILES, TokenVectors, write_tokens
from ingest.vector_store import CHROMA, write_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ingest.classifier import Known
    from ingest.embeddings import Embedded, QueryEmbedder
    from ingest.sentences import Sentence
    from ingest.vector_store import VectorStore

_CHUNKS, _SENTENCES = "chunks.npy", "sentences.npy"
_ROUNDING: Final = 1e-5  # how far a product of matrices may be from the products of single vectors


@dataclass(frozen=True)
class Scores:
    """Scores of the best chunks for one question: rows, and per row the cosine (−1 to 1), BM25 (0 and up), nearness.

    nearness, −1 to 1, is that of the question's words to those of the chunk; see `TokenVectors.nearness`.
    """

    rows: NDArray[np.int64]
    cosine: NDArray[np.float32]
    bm25: NDArray[np.float32]
    nearness: NDArray[np.float32]


class DocumentVectors(NamedTuple):
    """All vectors of one document: of its chunks and of what people ask of it, of word pieces, and of sentences.

    texts has the unit vector of each chunk's text, asked that of each of its `asked_texts`, tokens the `quantised`
    vectors of the word pieces of each chunk's text.
    sentences has a row for each sentence, in order: a unit vector, or zeros for a sentence that begins in no chunk.
    """

    texts: Mapping[str, NDArray[np.float32]]
    asked: Mapping[str, NDArray[np.float32]]
    tokens: Mapping[str, NDArray[np.int8]]
    sentences: NDArray[np.float16]


def texts_of(document: ReadDocument) -> tuple[list[str], list[tuple[int, ...]]]:
    """Every text of a document that has a vector: its chunks, then what people ask of it; and where sentences begin.

    The second list says it for the chunks, which are the first texts. Chunks that say the same are one text, unless
    their sentences begin elsewhere.
    """
    chunks = _texts_of_chunks(document)
    texts = [*(text for text, _ in chunks), *dict.fromkeys(asked_texts(document))]
    return texts, [starts for _, starts in chunks]


def vectors_of(document: ReadDocument, embedded: Embedded) -> DocumentVectors:
    """The vectors of a document, of its `texts_of` as they were embedded."""
    import numpy as np

    texts, starts = texts_of(document)
    first = len(starts)
    parts = dict(zip(_texts_of_chunks(document), embedded.parts, strict=True))
    sentences = np.zeros((len(document.sentences), embedded.vectors.shape[1]), dtype=np.float16)
    for chunk in document.chunks:
        sentences[list(chunk.sentences)] = parts[chunk.embedded, chunk.starts]
    tokens = dict(zip(texts, embedded.tokens, strict=False))
    said, asked = (
        dict(zip(some, vectors, strict=True))
        for some, vectors in ((texts[:first], embedded.vectors[:first]), (texts[first:], embedded.vectors[first:]))
    )
    return DocumentVectors(said, asked, tokens, sentences)


def _texts_of_chunks(document: ReadDocument) -> list[tuple[str, tuple[int, ...]]]:
    return list(dict.fromkeys((chunk.embedded, chunk.starts) for chunk in document.chunks))


def write_index(
    folder: Path,
    documents: Sequence[ReadDocument],
    vectors: Sequence[DocumentVectors],
    known: Known | None = None,
) -> None:
    """Write store, vectors and lexical index of documents, each with its vectors, to an empty folder.

    known are the paragraphs that a classifier knows (`ingest.classifier`).
    """
    import numpy as np

    chunks = [chunk for document in documents for chunk in document.chunks]
    write_store(folder / TEXTS, documents)
    write_lexical(folder / "lexical", [chunk.embedded for chunk in chunks])
    made = np.stack(
        [own.texts[chunk.embedded] for d, own in zip(documents, vectors, strict=True) for chunk in d.chunks]
    )
    write_chunks(folder / CHROMA, chunks, made)
    np.save(folder / _CHUNKS, made)
    np.save(folder / _SENTENCES, np.concatenate([own.sentences for own in vectors]))
    write_tokens(
        folder, [own.tokens[chunk.embedded] for d, own in zip(documents, vectors, strict=True) for chunk in d.chunks]
    )
    write_asked(folder / "asked", documents, [own.asked for own in vectors], known)


def _highest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Where the highest scores are, best first; of equal ones the first."""
    import numpy as np

    among = np.arange(len(scores))
    if len(scores) > count:
        among = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    return among[np.argsort(-scores[among], kind="stable")][:count]


class Index:
    """An opened index. It is read from folder and never written to; vectors are mapped, and read as they are needed.

    What is nearest to a question is found by exact search, or by a vector store where one is given: that of the same
    chunks, for so many that a graph is quicker.
    """

    def __init__(self, folder: Path, embedder: QueryEmbedder, graph: VectorStore | None = None) -> None:
        import numpy as np

        self.store = Store(folder / TEXTS)
        self.lexical = Lexical(folder / "lexical")
        self.embedder = embedder
        self.chunk_vectors: NDArray[np.float32] = np.asarray(np.load(folder / _CHUNKS, mmap_mode="r"))
        self.sentence_vectors: NDArray[np.float16] = np.asarray(np.load(folder / _SENTENCES, mmap_mode="r"))
        self.asked = Asked(folder / "asked")
        self.tokens = TokenVectors(folder)
        lexical = self.lexical  # by itself: what holds the index would keep it when nobody else does
        self.spelling = Spelling(self.asked.counts, lambda word: lexical.holds(word) or embedder.knows(word))
        self.folder, self.graph = folder, graph
        self._opened = self._stats()
        self.size = self.store.chunk_count()
        if graph:  # Chroma reads its graph at the first query
            self.nearest(np.ones(embedder.card.dimensions, dtype=np.float32), 1)
        else:  # a product with all of them takes a third of the time where they lie so (docs/decisions/0061)
            self._by_dimension: NDArray[np.float32] = np.ascontiguousarray(self.chunk_vectors.T)

    @cached_property
    def asked_first(self) -> dict[tuple[str, tuple[int, ...]], Sentence]:
        """The first sentence of each paragraph that people ask for, by its place; nothing in it hangs on a question."""
        places = self.asked.places
        self.store.read_ahead((document, numbers[0]) for document, numbers in places)
        return {place: self.store.sentences(place[0], place[1][:1])[0].sentence for place in places}

    def hold(self) -> None:
        """Keep what hangs on no question and nearly every question reads: the sentences of what people ask for."""
        self.store.hold(self.asked.documents)

    def forget(self) -> None:
        """Let go of all that is remembered of the question at hand."""
        self.embedder.forget()
        self.asked.forget()
        self.store.forget()

    def scores(self, question: str, vector: Callable[[], NDArray[np.float32]], candidates: int) -> Scores:
        """Cosine, BM25 and nearness of the chunks that are among the best by either of the first two, in order of row.

        candidates is how many are taken by each measure. vector gives a unit vector, and is asked when all is done that
        needs none: until then the model may read on.
        """
        import numpy as np

        bm25 = self.lexical.scores(question)
        shared = np.flatnonzero(bm25 > 0)
        best = shared[_highest(bm25[shared], candidates)].tolist()
        looked_for = vector()
        nearest = self.nearest(looked_for, candidates)
        lexical_only = [row for row in best if row not in nearest]
        nearest |= dict(zip(lexical_only, self._cosines(lexical_only, looked_for).tolist(), strict=True))
        rows = np.array(sorted(nearest), dtype=np.int64)
        cosine = np.array([nearest[int(row)] for row in rows], dtype=np.float32)
        asked = self.embedder.tokens(question)
        near = self.tokens.nearness(rows, asked.vectors, self.lexical.weights(asked.words))
        return Scores(rows, cosine, bm25[rows], near)

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """The rows whose vectors are nearest, each with its cosine, best first; of equally near ones the first rows."""
        import numpy as np

        if self.graph:
            return self.graph.nearest(vector, count, self.store.rows)
        about = vector @ self._by_dimension
        least = np.partition(about, -count)[-count] - _ROUNDING if count < len(about) else -np.inf
        rows = np.flatnonzero(about >= least)
        cosines = self._cosines(rows, vector)
        best = _highest(cosines, count)
        return dict(zip(rows[best].tolist(), cosines[best].tolist(), strict=True))

    def _cosines(self, rows: Sequence[int] | NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosines of some chunks, to the last bit the same for the same text, wherever it stands."""
        import numpy as np

        cosines: NDArray[np.float32] = np.einsum("ij,j->i", self.chunk_vectors[rows], vector)
        return cosines

    def untouched(self) -> bool:
        """Whether the files that are read while somebody asks are there, as they were when the index was opened."""
        try:
            return self._stats() == self._opened
        except OSError:
            return False

    def _stats(self) -> list[list[int]]:
        return [stat_of(self.folder / name) for name in (TEXTS, _CHUNKS, _SENTENCES, *TOKEN_FILES)]

    def close(self) -> None:
        """Let the files and the question at hand go, and the copy that the vector store has of its own."""
        self.forget()
        self.store.close()
        if self.graph:
            self.graph.close()
        else:
            del self._by_dimension
        del self.chunk_vectors, self.sentence_vectors, self.tokens
