"""Any BEIR folder → retrieval figures as one JSON object, through the product's own chunks, index and retriever."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import ir_measures
from ir_measures import AP, RR, R, nDCG
from tqdm import tqdm

from evals import statistics
from evals.asking import lend_models
from evals.errors import EvalError
from evals.jsonl import read_lines
from ingest.build import BuildError, BuildSettings, exported
from ingest.chunks import Chunk, Splitter
from ingest.embeddings import DocumentEmbedder, ModelError, QueryEmbedder, token_counter
from ingest.index import Index, texts_of, vectors_of, write_index
from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.sentences import read_sentences
from ingest.store import DocumentCard, ReadDocument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.retriever import HybridRetriever
    from evals.jsonl import Row

_CUTOFF = 10
_CHUNKS = 50  # asked for at first, so that ten texts come of them
_MOST_TOLD = 20
_SCORE = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]+)?")
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
    problems = [*_row_problems("corpus.jsonl", texts), *_row_problems("queries.jsonl", queries)]
    if problems:
        raise EvalError("\n".join(f"{folder}: {problem}" for problem in problems[:_MOST_TOLD]))
    asked = {str(query["_id"]): str(query["text"]) for query in queries}
    qrels = _qrels(qrels_file, asked)
    known = {str(text["_id"]) for text in texts}
    nowhere = sum(name not in known for found in qrels.values() for name in found)
    if nowhere:
        print(f"{qrels_file}: {nowhere} judgements are of texts that corpus.jsonl does not hold.", file=sys.stderr)
    return texts, asked, qrels


def _row_problems(name: str, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield f"{name} is empty."
    seen: set[str] = set()
    for n, row in enumerate(rows, 1):
        if not isinstance(row.get("text"), str) or not isinstance(row.get("_id"), (str, int)):
            yield f"{name}: object {n} has no _id or no text."
        elif str(row["_id"]) in seen:
            yield f"{name}: the _id {row['_id']} stands there twice."
        seen.add(str(row.get("_id")))


def _qrels(path: Path, asked: Mapping[str, str]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    problems = []
    for n, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (n == 1 and cells[0] not in asked and not _SCORE.fullmatch(cells[-1])):
            continue
        if len(cells) != 3 or not _SCORE.fullmatch(cells[2]):
            problems.append(f"{path}: line {n} is not query-id, corpus-id, score with tabs between.")
        elif cells[0] not in asked:
            problems.append(f"{path}: line {n}: queries.jsonl has no query {cells[0]}.")
        elif float(cells[2]) > 0:
            qrels.setdefault(cells[0], {})[cells[1]] = round(float(cells[2]))
    if problems or not qrels:
        raise EvalError("\n".join(problems[:_MOST_TOLD]) or f"{path}: names no relevant text.")
    return qrels


def index_texts(texts: Sequence[Row], folder: Path) -> Index:
    """An index of texts, each a document of one page, made of the same parts as the index of PDFs."""
    made, settings = folder / "index", BuildSettings(index_dir=folder)
    lend_models(folder)
    try:
        model = folder / "models" / exported(settings, folder)["folder"]
    except (ModelError, BuildError) as error:
        raise EvalError(str(error)) from None
    embedder = DocumentEmbedder(model)
    splitter = Splitter(token_counter(model / "tokenizer.json"), embedder.card.max_tokens)
    documents = [
        _document(row, splitter) for row in tqdm(texts, desc="reading", unit="text", leave=False, disable=None)
    ]
    made.mkdir()
    vectors = [
        vectors_of(document, embedder.embed_with_parts(*texts_of(document)))
        for document in tqdm(documents, desc="embedding", unit="text", leave=False, disable=None)
    ]
    write_index(made, documents, vectors)
    return Index(made, QueryEmbedder(model))


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
    return ReadDocument(card, (page,), (), tuple(replace(chunk, sentences=(), starts=()) for chunk in chunks))


def retrieve(index: Index, queries: Mapping[str, str]) -> tuple[dict[str, dict[str, float]], list[float]]:
    """The texts found for each query, scored by their order, and the milliseconds that each query took."""
    from assistant.retriever import HybridRetriever

    run: dict[str, dict[str, float]] = {}
    milliseconds = []
    for name, text in tqdm(queries.items(), desc="asking", unit="query", leave=False, disable=None):
        since = time.perf_counter()
        run[name] = _best(HybridRetriever, index, name, text)
        milliseconds.append((time.perf_counter() - since) * 1000)
    return run, milliseconds


def _best(retriever: type[HybridRetriever], index: Index, name: str, text: str) -> dict[str, float]:
    """Ten texts or more, or all, by the place of their best chunk; never the query itself, as in BEIR's own measure."""
    wanted = _CHUNKS
    while True:
        found = retriever(index=index, k=wanted).invoke(text)
        texts = dict.fromkeys(passage.metadata["document"] for passage in found)
        texts.pop(name, None)
        if len(texts) >= _CUTOFF or len(found) < wanted:
            return {document: -float(place) for place, document in enumerate(texts)}
        wanted *= 4
