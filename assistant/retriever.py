"""question → passages, as a LangChain retriever that others can use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.passages import Passage, question_vector, retrieve
from ingest.offline import silence_langsmith

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from ingest.chunks import Chunk

silence_langsmith()


class HybridRetriever(BaseRetriever):
    """LangChain's view of `passages.retrieve`: index is an opened `ingest.index.Index`, k how many passages are wanted.

    Each result's metadata holds document, title, file, page, page_label, heading, score and id.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Any
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        vector = question_vector(self.index, query)
        passages = retrieve(self.index, query, lambda: vector.said, self.k)
        chunks = self.index.store.chunks([passage.place.row for passage in passages])
        return [self._document(passage, chunk) for passage, chunk in zip(passages, chunks, strict=True)]

    def _document(self, passage: Passage, chunk: Chunk) -> LangChainDocument:
        card = passage.card
        page = self.index.store.page(chunk.document, chunk.page)
        metadata = {
            "document": card.id,
            "title": card.title,
            "file": card.file,
            "page": chunk.page,
            "page_label": page.label if page else str(chunk.page),
            "heading": list(chunk.heading),
            "score": passage.score,
            "id": chunk.id,
        }
        return LangChainDocument(page_content=chunk.text, metadata=metadata, id=chunk.id)
