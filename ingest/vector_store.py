"""Chunks and vectors → a Chroma collection on disk → what is nearest to a vector; the only module that knows Chroma."""

from __future__ import annotations

import gc
import shutil
import sys
import types
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ingest.offline import silence_langsmith

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    from ingest.chunks import Chunk

GRAPH_FROM: Final = 50_000  # chunks; with fewer, to look at all vectors takes less in all (docs/decisions/0058)
CHROMA: Final = "chroma"  # the folder of an index that Chroma changes as it opens it
_EXPORTER: Final = "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
_COLLECTION: Final = "chunks"
_BATCH: Final = 1024
_SAME: Final = 1e-5  # how far the parts of a vector may be from those that were written
_SPARE: Final = 8  # asked for beyond what is wanted, to see that no tie is cut
# Wide enough that the graph search misses nothing at the sizes of a policy corpus; a test holds it to exact search.
_HNSW: Final = {"space": "cosine", "ef_construction": 400, "max_neighbors": 48, "ef_search": 400}


def write_chunks(folder: Path, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
    """Write chunks and their vectors, a row each, to a new collection in a folder.

    They go in batches of like size, each of which Chroma puts into its graph at once: what it has not put there, it
    would put there whenever the collection is opened, before the first answer.
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
    """Import Chroma now; opening a vector store does it otherwise."""
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


class VectorStore:
    """An opened collection. Chroma changes its files as it opens them: they lie in a folder that `close` removes."""

    def __init__(self, private: Path) -> None:
        """Open what lies in private/chroma, a copy for this process alone."""
        self.private = private
        self._client = _client(private / CHROMA)
        self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        self._size = self.count()

    def count(self) -> int:
        """How many vectors it holds."""
        return int(self._collection.count())

    def nearest(
        self, vector: NDArray[np.float32], count: int, rows_of: Callable[[Sequence[str]], list[int]]
    ) -> dict[int, float]:
        """The rows whose vectors are nearest, each with its cosine (1 − Chroma's distance), best first.

        rows_of tells the rows of chunks by their ids, quicker than Chroma does. Of equally near ones the first rows are
        taken: Chroma returns any of those that tie at the end of its list, so more are asked for until the tie is
        whole.
        """
        wanted = count
        while True:
            wanted = min(wanted + _SPARE, self._size)
            found = self._collection.query(vector, n_results=wanted, include=["distances"])
            rows, distances = rows_of(found["ids"][0]), found["distances"][0]
            cosines = [(1.0 - float(distance), row) for distance, row in zip(distances, rows, strict=True)]
            best = sorted(cosines, key=lambda near: (-near[0], near[1]))
            if len(best) < wanted or wanted == self._size or best[-1][0] < best[count - 1][0]:
                return {row: cosine for cosine, row in best[:count]}
            wanted *= 2

    def lost(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> int:
        """How many chunks are not here with these vectors, or not among the four nearest to their own; 0 if right.

        ids are those of all chunks, by row, vectors their vectors. The very same text may stand on many pages; then any
        four of them will do.
        """
        import numpy as np

        lost = 0
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            stored = self._collection.get(ids=list(batch), include=["embeddings"])
            own = dict(zip(stored["ids"], np.asarray(stored["embeddings"], dtype=np.float32), strict=True))
            here = [(start + n, own[name]) for n, name in enumerate(batch) if name in own]
            there = [(row, vector) for row, vector in here if float(np.abs(vector - vectors[row]).max()) < _SAME]
            lost += len(batch) - len(there)
            if not there:
                continue
            found = self._collection.query(
                np.stack([vector for _, vector in there]),
                n_results=min(4, self._size),
                include=["distances", "metadatas"],
            )
            for (row, _), metadatas, distances in zip(there, found["metadatas"], found["distances"], strict=True):
                rows = [int(str(metadata["row"])) for metadata in metadatas]
                lost += row not in rows and 1.0 - max(distances) <= 0.9999
        return lost

    def close(self) -> None:
        """Let the files go, and remove their folder."""
        self._client.close()
        shutil.rmtree(self.private, ignore_errors=True)
