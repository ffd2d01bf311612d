"""Chunks and vectors → an index on disk → scores for a question; the only module that knows Chroma."""

from __future__ import annotations

import gc
import shutil
import sys
import types
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.asked import Asked, asked_texts, write_asked
from ingest.durable import stat_of
from ingest.lexical import Lexical, write_lexical
from ingest.offline import silence_langsmith
from ingest.spelling import Spelling
from ingest.store import TEXTS, ReadDocument, Store, write_store
from ingest.token_vectors import TOKEN_FILES, TokenVectors, write_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    from ingest.chunks import Chunk
    from ingest.classifier import Known
    from ingest.embeddings import Embedded, QueryEmbedder
    from ingest.sentences import Sentence

_CHUNKS, _SENTENCES = "chunks.npy", "sentences.npy"
_EXPORTER = "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
CHROMA = "chroma"  # the folder of an index that Chroma changes as it opens it
_COLLECTION = "chunks"
_BATCH = 1024
_SPARE = 8  # asked for beyond what is wanted, to see that no tie is cut
# Wide enough that the graph search misses nothing at the sizes of a policy corpus; a test holds it to exact search.
_HNSW = {"space": "cosine", "ef_construction": 400, "max_neighbors": 48, "ef_search": 400}


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
    _write_chunks(folder / CHROMA, chunks, made)
    np.save(folder / _CHUNKS, made)
    np.save(folder / _SENTENCES, np.concatenate([own.sentences for own in vectors]))
    write_tokens(
        folder, [own.tokens[chunk.embedded] for d, own in zip(documents, vectors, strict=True) for chunk in d.chunks]
    )
    write_asked(folder / "asked", documents, [own.asked for own in vectors], known)


def _write_chunks(folder: Path, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
    """Write chunks in batches of like size, each of which Chroma puts into its graph at once.

    What it has not put there, it would put there whenever the index is opened, before the first answer.
    """
    import numpy as np

    made = _made_already(vectors)
    batches = np.array_split(np.arange(len(chunks)), max(1, -(-len(chunks) // _BATCH)))
    store = _langchain_chroma(folder, made, min(len(batch) for batch in batches))
    for batch in batches:
        rows = {row: chunks[row] for row in batch.tolist()}
        store.add_texts(
            [chunk.embedded for chunk in rows.values()],
            metadatas=[{"row": row, "document": chunk.document, "page": chunk.page} for row, chunk in rows.items()],
            ids=[chunk.id for chunk in rows.values()],
        )


def _made_already(vectors: NDArray[np.float32]) -> Any:  # a LangChain Embeddings
    """What LangChain takes for a model: hands out vectors that were made before, in their order."""
    from langchain_core.embeddings import Embeddings

    silence_langsmith()
    rows = iter(vectors)

    class Made(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [next(rows).tolist() for _ in texts]

        def embed_query(self, text: str) -> list[float]:
            raise NotImplementedError

    return Made()


def _validate(**given: Any) -> None:
    """What jsonschema does under this name."""
    import jsonschema  # type: ignore[import-untyped]

    jsonschema.validate(**given)


@contextmanager
def _light_imports() -> Iterator[None]:
    """Import Chroma without what it would never use here and takes more than half of its time to import.

    httpx makes do without its command line, and nobody holds each of Chroma's methods against the one that it stands
    for. The exporter that could send traces is one that cannot be made, which also closes a door. What holds the
    settings of a model against a schema comes when it is called: no model of Chroma's is. All of it is put back for
    whoever else needs it in this process.
    """
    exporter, overrides = types.ModuleType(_EXPORTER), types.ModuleType("overrides")
    exporter.OTLPSpanExporter = None  # type: ignore[attr-defined]  # Chroma makes one only if an endpoint is set
    overrides.override = overrides.overrides = lambda method: method  # type: ignore[attr-defined]
    overrides.EnforceOverrides = type("EnforceOverrides", (), {})  # type: ignore[attr-defined]
    schemas = types.ModuleType("jsonschema")
    schemas.ValidationError = type("ValidationError", (Exception,), {})  # type: ignore[attr-defined]
    schemas.validate = _validate  # type: ignore[attr-defined]
    instead = {_EXPORTER: exporter, "httpx._main": None, "overrides": overrides, "jsonschema": schemas}
    stand_ins = {name: module for name, module in instead.items() if name not in sys.modules}
    sys.modules.update(stand_ins)  # type: ignore[arg-type]  # None stands for "cannot be imported"
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        for name in stand_ins:
            sys.modules.pop(name, None)
        if collecting:
            gc.enable()


def load_libraries() -> None:
    """Import Chroma now; opening an index does it otherwise."""
    with _light_imports():
        import chromadb.api.rust
        import chromadb.config  # noqa: F401


def _settings(folder: Path) -> Settings:
    load_libraries()
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))


def _langchain_chroma(folder: Path, embeddings: Any, batch: int) -> Chroma:
    """LangChain's store on a new collection, for writing batches of at least so many chunks."""
    whole = max(2, batch)  # Chroma takes no less
    hnsw = {**_HNSW, "sync_threshold": whole, "batch_size": min(whole, 100)}
    settings = _settings(folder)
    from langchain_chroma import Chroma

    silence_langsmith()
    return Chroma(
        _COLLECTION,
        embedding_function=embeddings,
        persist_directory=str(folder),
        client_settings=settings,
        collection_configuration={"hnsw": hnsw},  # type: ignore[arg-type]  # Chroma's own TypedDict, spelled out
    )


def _client(folder: Path) -> Any:  # a chromadb client; its declared type lacks close()
    """Chroma itself, for asking the same collection: importing LangChain takes longer than answering."""
    settings = _settings(folder)
    from chromadb import PersistentClient

    return PersistentClient(str(folder), settings)


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    """The rows of the highest scores above 0, best first; of equal ones the first rows."""
    import numpy as np

    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        rows = rows[scores[rows] >= np.partition(scores[rows], -count)[-count]]
    return [int(row) for row in rows[np.argsort(-scores[rows], kind="stable")][:count]]


class Index:
    """An opened index. Chroma changes its files as it opens them: they lie in a private folder, which `close` removes.

    All else is read from folder and never written to; the vectors of chunks, sentences and word pieces are mapped, and
    read as they are needed. Without a private folder, folder is one itself.
    """

    def __init__(self, folder: Path, embedder: QueryEmbedder, private: Path | None = None) -> None:
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
        self.folder, self.private = folder, private or folder
        self._opened = self._stats()
        self._client = _client(self.private / CHROMA)
        self._vectors = self._client.get_collection(_COLLECTION, embedding_function=None)
        self.size = self.store.chunk_count()
        self.nearest(
            np.ones(embedder.card.dimensions, dtype=np.float32), 1
        )  # Chroma reads its graph at the first query

    @cached_property
    def asked_first(self) -> dict[tuple[str, tuple[int, ...]], Sentence]:
        """The first sentence of each paragraph that people ask for, by its place; nothing in it hangs on a question."""
        places = self.asked.places
        self.store.read_ahead((document, numbers[0]) for document, numbers in places)
        return {place: self.store.sentences(place[0], place[1][:1])[0].sentence for place in places}

    def forget(self) -> None:
        """Let go of all that is remembered of the question at hand."""
        self.embedder.forget()
        self.asked.forget()
        self.store.forget()

    def scores(self, question: str, vector: NDArray[np.float32], candidates: int) -> Scores:
        """Cosine, BM25 and nearness of the chunks that are among the best by either of the first two, in order of row.

        candidates is how many are taken by each measure. Cosine is 1 − Chroma's cosine distance.
        """
        import numpy as np

        bm25 = self.lexical.scores(question)
        nearest = self.nearest(vector, candidates)
        lexical_only = [row for row in _best(bm25, candidates) if row not in nearest]
        nearest |= self._cosines(lexical_only, vector)
        rows = np.array(sorted(nearest), dtype=np.int64)
        cosine = np.array([nearest[int(row)] for row in rows], dtype=np.float32)
        asked = self.embedder.tokens(question)
        near = self.tokens.nearness(rows, asked.vectors, self.lexical.weights(asked.words))
        return Scores(rows, cosine, bm25[rows], near)

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """The rows whose vectors are nearest, each with its cosine, best first; of equally near ones the first rows.

        Chroma returns any of those that tie at the end of its list, so more are asked for until the tie is whole.
        """
        wanted = count
        while True:
            wanted = min(wanted + _SPARE, self.size)
            found = self._vectors.query(vector, n_results=wanted, include=["distances"])
            rows = self.store.rows(found["ids"][0])
            distances = (found["distances"] or [[]])[0]
            cosines = [(1.0 - float(distance), row) for distance, row in zip(distances, rows, strict=True)]
            best = sorted(cosines, key=lambda near: (-near[0], near[1]))
            if len(best) < wanted or wanted == self.size or best[-1][0] < best[count - 1][0]:
                return {row: cosine for cosine, row in best[:count]}
            wanted *= 2

    def _cosines(self, rows: Sequence[int], vector: NDArray[np.float32]) -> dict[int, float]:
        """The cosines of chunks that Chroma did not name, from a file beside it: to ask it for vectors takes longer."""
        return dict(zip(rows, (self.chunk_vectors[list(rows)] @ vector).tolist(), strict=True))

    def count(self) -> int:
        """How many vectors the vector store holds."""
        return int(self._vectors.count())

    def vector(self, chunk_id: str) -> NDArray[np.float32]:
        """The stored vector of one chunk, shape (dimensions,)."""
        import numpy as np

        found = self._vectors.get(ids=[chunk_id], include=["embeddings"])["embeddings"]
        vector: NDArray[np.float32] = np.asarray(found, dtype=np.float32)[0]
        return vector

    def lost(self) -> int:
        """How many chunks are not among the four that are nearest to their own vector; 0 in an index that is right.

        The very same text may stand on many pages; then any four of them will do.
        """
        import numpy as np

        ids, lost = self.store.chunk_ids(), 0
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            stored = self._vectors.get(ids=batch, include=["embeddings"])
            own = dict(zip(stored["ids"], np.asarray(stored["embeddings"], dtype=np.float32), strict=True))
            there = [(start + n, own[name]) for n, name in enumerate(batch) if name in own]
            lost += len(batch) - len(there)
            found = self._vectors.query(
                np.stack([vector for _, vector in there]),
                n_results=min(4, self.size),
                include=["distances", "metadatas"],
            )
            for (row, _), metadatas, distances in zip(there, found["metadatas"], found["distances"], strict=True):
                rows = [int(str(metadata["row"])) for metadata in metadatas]
                lost += row not in rows and 1.0 - max(distances) <= 0.9999
        return lost

    def untouched(self) -> bool:
        """Whether the files that are read while somebody asks are there, as they were when the index was opened."""
        try:
            return self._stats() == self._opened
        except OSError:
            return False

    def _stats(self) -> list[list[int]]:
        return [stat_of(self.folder / name) for name in (TEXTS, _CHUNKS, _SENTENCES, *TOKEN_FILES)]

    def close(self) -> None:
        """Let the files and the question at hand go, and remove the private folder."""
        self.forget()
        self.store.close()
        self._client.close()
        del self.chunk_vectors, self.sentence_vectors, self.tokens
        shutil.rmtree(self.private, ignore_errors=True)
