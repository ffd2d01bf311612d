"""Any BEIR folder → retrieval figures as one JSON object, through the product's own chunks, index and retriever."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ir_measures
from ir_measures import AP, RR, R, nDCG
from tqdm import tqdm

from evals import statistics
from evals.errors import EvalError
from evals.jsonl import read_lines
from ingest.build import BuildSettings
from ingest.chunks import Chunk, Splitter
from ingest.embeddings import DocumentEmbedder, ModelError, QueryEmbedder
from ingest.index import Index, write_index
from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.sentences import read_sentences
from ingest.store import DocumentCard, ReadDocument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.jsonl import Row

_CUTOFF = 10
_CHUNKS = 50  # asked for, so that ten texts come of them
_MEASURES = {"nDCG@10": nDCG @ _CUTOFF, "Recall@10": R @ _CUTOFF, "MAP@10": AP @ _CUTOFF, "RR@10": RR @ _CUTOFF}


def beir(folder: Path, split: str) -> int:
    """Index the corpus in a scratch folder, ask the queries of a split, print the figures; 0. Raises EvalError."""
    texts, queries, qrels = read_beir(folder, split)
    with tempfile.TemporaryDirectory(prefix="avenues-beir-") as scratch:
        since = time.perf_counter()
        index = index_texts(texts, Path(scratch))
        seconds = time.perf_counter() - since
        run, milliseconds = retrieve(index, {name: queries[name] for name in qrels})
        index.close()
    found = ir_measures.calc_aggregate(list(_MEASURES.values()), qrels, run)
    print(
        json.dumps(
            {
                "n": len(qrels), "texts": len(texts),
                **{name: round(float(found[measure]), 6) for name, measure in _MEASURES.items()},
                "index_seconds": round(seconds, 1),
                "latency_ms": {f"p{at}": statistics.percentile(milliseconds, at) for at in (50, 95)},
            }
        )
    )  # fmt: skip
    return 0


def read_beir(folder: Path, split: str) -> tuple[list[Row], dict[str, str], dict[str, dict[str, int]]]:
    """The texts, the queries by id, and how relevant which text is to which query of a split. Raises EvalError."""
    qrels_file = folder / "qrels" / f"{split}.tsv"
    missing = [path for path in (folder / "corpus.jsonl", folder / "queries.jsonl", qrels_file) if not path.is_file()]
    if missing:
        splits = ", ".join(sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))) or "none"
        raise EvalError(
            "This is no BEIR folder: "
            + "; ".join(f"there is no {path}" for path in missing)
            + f". The splits there: {splits}."
        )
    texts, queries = read_lines(folder / "corpus.jsonl"), read_lines(folder / "queries.jsonl")
    lacking = [row for row in (*texts, *queries) if not {"_id", "text"} <= set(row)]
    if lacking:
        raise EvalError(f"{folder}: {len(lacking)} lines of corpus.jsonl or queries.jsonl have no _id or no text.")
    asked = {str(query["_id"]): str(query["text"]) for query in queries}
    qrels = _qrels(qrels_file, asked)
    return texts, asked, qrels


def _qrels(path: Path, asked: Mapping[str, str]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    problems = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (n == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            problems.append(f"{path}: line {n} is not query-id, corpus-id, score with tabs between.")
        elif cells[0] not in asked:
            problems.append(f"{path}: line {n}: queries.jsonl has no query {cells[0]}.")
        elif int(cells[2]) > 0:
            qrels.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    if problems or not qrels:
        raise EvalError("\n".join(problems[:20]) or f"{path}: names no relevant text.")
    return qrels


def index_texts(texts: Sequence[Row], folder: Path) -> Index:
    """An index of texts, each a document of one page, made of the same parts as the index of PDFs."""
    try:
        embedder = DocumentEmbedder(BuildSettings().model)
    except ModelError as error:
        raise EvalError(str(error)) from None
    splitter = Splitter(embedder.count_tokens, embedder.card.max_tokens)
    documents = [
        _document(row, splitter) for row in tqdm(texts, desc="reading", unit="text", leave=False, disable=None)
    ]
    total = sum(len(document.chunks) for document in documents)
    made, model = folder / "index", folder / "model"
    made.mkdir()
    with tqdm(total=total, desc="embedding", unit="chunk", leave=False, disable=None) as bar:
        write_index(made, documents, embedder, lambda n: _move(bar, n))
    embedder.export(model)
    return Index(made, QueryEmbedder(model))


def _move(bar: tqdm[Any], done: int) -> None:
    bar.update(done - bar.n)


def _document(row: Row, splitter: Splitter) -> ReadDocument:
    """One text as a document; its sentences are not quoted here, so they are left out of the index."""
    name, title, text = str(row["_id"]), str(row.get("title") or ""), str(row["text"])
    page = Page(1, "1", text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    chunks = splitter.split(name, digest, title, read_sentences((page,), read_blocks((page,)), "en"))
    if not chunks:  # too short to be a sentence
        whole = f"{title}\n{text}" if title else text
        chunks = [Chunk(f"{name}-{digest[:16]}-1-0", name, 1, 0, text, whole, (), ())]
    card = DocumentCard(name, name, title, "", "", "", "en", "", "", "", "", digest, 1)
    return ReadDocument(card, (page,), (), tuple(chunks))


def retrieve(index: Index, queries: Mapping[str, str]) -> tuple[dict[str, dict[str, float]], list[float]]:
    """The score of the best chunk of each text for each query, and the milliseconds that each query took."""
    from assistant.retriever import HybridRetriever

    retriever = HybridRetriever(index=index, k=_CHUNKS)
    run: dict[str, dict[str, float]] = {}
    milliseconds = []
    for name, text in tqdm(queries.items(), desc="asking", unit="query", leave=False, disable=None):
        since = time.perf_counter()
        found = retriever.invoke(text)
        milliseconds.append((time.perf_counter() - since) * 1000)
        best: dict[str, float] = {}
        for place, passage in enumerate(found):
            best.setdefault(passage.metadata["document"], -float(place))
        run[name] = best
    return run, milliseconds
