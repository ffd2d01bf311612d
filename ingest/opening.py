"""Published index → one that can be asked, or a plain reason why not."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest import vector_store
from ingest.build import BuildSettings, index_state
from ingest.embeddings import QueryEmbedder
from ingest.index import Index
from ingest.publish import DamagedError, Published, check_files, check_published, current, previous, private_copy

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoIndexError(Exception):
    """There is no index to ask; state is ``missing``, ``empty`` or ``damaged``."""

    def __init__(self, state: str, reason: str = "") -> None:
        self.state = state
        self.reason = reason
        super().__init__(reason or state)


@dataclass(frozen=True)
class OpenedIndex:
    """An index in use. condition is ``ready``, ``stale`` (not today's corpus) or ``previous`` (the newest is damaged).

    name is what the pointer named when it was opened: another name in use means that a newer one was published.
    """

    index: Index
    name: str
    condition: str


def open_index(settings: BuildSettings) -> OpenedIndex:
    """Open the index in use, or the one before it when a file of the newest is damaged.

    Raises NoIndexError when neither can be used. Never writes to the index folder.
    """
    state = index_state(settings)
    reason = state.reason
    if state.name in {"missing", "empty"}:
        raise NoIndexError(state.name)
    for condition, published in _candidates(settings, state.name):
        try:
            return OpenedIndex(_open(settings, published), in_use(settings), condition)
        except DamagedError as error:
            reason = str(error)
    raise NoIndexError("damaged" if state.usable else "missing", reason)


def in_use(settings: BuildSettings) -> str:
    """The name of the folder that the pointer names now, "" when there is none."""
    try:
        published = current(settings.index_dir)
    except DamagedError:
        return ""
    return published.folder.name if published else ""


def _candidates(settings: BuildSettings, state: str) -> Iterator[tuple[str, Published]]:
    if state != "damaged":
        newest = current(settings.index_dir)
        if newest:
            yield state, newest
    before = previous(settings.index_dir)
    if before:
        yield "previous", before


def _open(settings: BuildSettings, published: Published) -> Index:
    """Hold the files to their hashes, and load the model; Chroma only where there are enough chunks for its graph.

    All is read where it lies, and never written to, but for Chroma's folder: it changes that as it opens it, so it
    opens a copy.
    """
    model = published.manifest["model"]
    folder = settings.index_dir / "models" / model["folder"]
    many = published.manifest.get("chunks", 0) >= vector_store.GRAPH_FROM

    def embedder() -> QueryEmbedder:
        check_files(folder, model["files"])
        return QueryEmbedder(folder)

    with ThreadPoolExecutor(1) as pool:  # each waits for other things
        prepared = pool.submit(embedder)
        if not many:
            check_published(published)
            return Index(published.folder, prepared.result())
        vector_store.load_libraries()
        loaded = prepared.result()
    private = private_copy(published, vector_store.CHROMA)
    try:
        return Index(published.folder, loaded, vector_store.VectorStore(private))
    except BaseException:
        shutil.rmtree(private, ignore_errors=True)
        raise
