from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from ingest import store as stored
from ingest.chunks import Chunk
from ingest.embeddings import Embedded, ModelCard, QuestionTokens
from ingest.index import DocumentVectors, Index, texts_of, write_index
from ingest.index import vectors_of as vectors_as_embedded
from ingest.lexical import Lexical, words, write_lexical
from ingest.pages import Page, Span
from ingest.sentences import Sentence
from ingest.store import AskedQuestion, DocumentCard, ReadDocument, Store
from ingest.token_vectors import quantised
from ingest.vector_store import CHROMA, VectorStore, load_libraries
from tests.small_corpus import QUESTIONS, run

COUNT, DIMENSIONS = 640, 64


class RandomEmbedder:
    """Unit vectors drawn by the text itself, in forty bundles, as real ones are; equal texts have equal vectors."""

    card = ModelCard("random", "", 256, DIMENSIONS)

    def embed(self, texts):
        return np.stack([self._vector(text) for text in texts])

    def forget(self):
        """Nothing is remembered."""

    def _vector(self, text):
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        around = np.random.default_rng(seed % 40).normal(size=DIMENSIONS)
        vector = around + 0.6 * np.random.default_rng(seed).normal(size=DIMENSIONS)
        return (vector / np.linalg.norm(vector)).astype(np.float32)

    def tokens(self, text):
        return QuestionTokens(tuple(text.split()), quantised(self.embed(text.split())))


def vectors_of(document):
    embedder, (texts, _) = RandomEmbedder(), texts_of(document)
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    sentences = np.stack([vectors[sentence.text] for sentence in document.sentences]).astype(np.float16)
    return DocumentVectors(vectors, {}, {text: embedder.tokens(text).vectors for text in texts}, sentences)


def document(count, alike=100):
    """One document of many pages; the last hundred say the same, and of the others every eighth what the one before."""
    texts = [f"the rule on matter {n - (n % 8 == 7)} holds in all offices" for n in range(count - alike)]
    texts += ["this page is left blank for the rule on a matter"] * alike
    blank = dict.fromkeys(
        ("file", "title", "issuer", "applies_to", "symbol", "language", "published", "status", "replaced_by"), ""
    )
    card = DocumentCard(id="rules", official_url="", sha256="0" * 64, pages=count, **blank)
    pages = tuple(Page(n + 1, str(n + 1), text) for n, text in enumerate(texts))
    sentences = tuple(
        Sentence(n, n, "sentence", text, text, (Span(n + 1, str(n + 1), 0, len(text)),), "", ())
        for n, text in enumerate(texts)
    )
    chunks = tuple(Chunk(f"rules-{n + 1}-0", "rules", n + 1, 0, text, text, (), (n,)) for n, text in enumerate(texts))
    return ReadDocument(card, pages, sentences, chunks)


@pytest.fixture(scope="module")
def rules():
    return document(COUNT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, rules):
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, [rules], [vectors_of(rules)])
    return folder


@pytest.fixture(scope="module")
def graph(folder, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy") / "index"
    shutil.copytree(folder / CHROMA, copy / CHROMA)
    graph = VectorStore(copy)
    yield graph
    graph.close()
    assert not copy.exists()


@pytest.fixture(scope="module", params=["exact", "graph"])
def index(folder, graph, request):
    index = Index(folder, RandomEmbedder(), graph if request.param == "graph" else None)
    yield index
    index.store.close()


@pytest.fixture(scope="module")
def vectors(rules):
    return RandomEmbedder().embed([chunk.embedded for chunk in rules.chunks])


def queries(count=40):
    drawn = np.random.default_rng(3).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_opening_leaves_nothing_for_chroma_to_put_into_its_graph(folder):
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as kept:
        done = [row[0] for row in kept.execute("SELECT seq_id FROM max_seq_id")]
    assert done == [COUNT, COUNT]  # one for what Chroma knows of chunks, one for their vectors


def test_the_nearest_are_those_of_all_vectors_with_their_cosines(index, vectors):
    for query in queries():
        exact = vectors @ query
        found = index.nearest(query, 60)
        assert len(found) == 60
        kept = np.array(sorted(found.values(), reverse=True))
        np.testing.assert_allclose(kept, np.sort(exact)[::-1][:60], atol=2e-5)
        np.testing.assert_allclose(list(found.values()), exact[list(found)], atol=2e-5)


def test_scores_hold_the_best_by_either_measure_each_with_both_scores(index, vectors):
    query = queries()[0]
    scores = index.scores("matter 113", lambda: query, 30)
    exact, bm25 = vectors @ query, index.lexical.scores("matter 113")
    assert set(np.argsort(-exact)[:20]) <= set(scores.rows)
    assert 113 in scores.rows
    assert list(scores.rows) == sorted(set(scores.rows))
    np.testing.assert_allclose(scores.cosine, exact[scores.rows], atol=2e-5)
    np.testing.assert_array_equal(scores.bm25, bm25[scores.rows])
    near = dict(zip(scores.rows.tolist(), scores.nearness.tolist(), strict=True))
    assert near.pop(113) == pytest.approx(1, abs=0.02) and max(near.values()) < 0.95


def test_a_text_is_found_by_its_own_vector_and_is_as_near_as_can_be(index, vectors):
    assert index.nearest(vectors[8], 1) == {8: pytest.approx(1.0, abs=1e-5)}
    np.testing.assert_array_equal(index.chunk_vectors, vectors)


def test_of_texts_that_are_alike_the_first_are_taken(index, vectors):
    assert list(index.nearest(vectors[-1], 60)) == list(range(COUNT - 100, COUNT - 40))
    assert list(index.nearest(vectors[15], 1)) == [14]


def test_the_order_in_which_chroma_returns_what_ties_makes_no_difference(graph, rules, vectors, monkeypatch):
    rows_by_id = {chunk.id: row for row, chunk in enumerate(rules.chunks)}

    def rows_of(ids):
        return [rows_by_id[name] for name in ids]

    asked = [vectors[-1], vectors[15], queries()[0]]
    before = [list(graph.nearest(vector, 60, rows_of).items()) for vector in asked]
    query = graph._collection.query

    def backwards(vector, **options):
        found = query(vector, **options)
        distances, ids = found["distances"][0], found["ids"][0]
        rows = rows_of(ids)
        order = sorted(range(len(distances)), key=lambda n: (distances[n], -rows[n]))
        return {"distances": [[distances[n] for n in order]], "ids": [[ids[n] for n in order]]}

    monkeypatch.setattr(graph, "_collection", SimpleNamespace(query=backwards))
    assert [list(graph.nearest(vector, 60, rows_of).items()) for vector in asked] == before


def test_more_candidates_than_there_are_chunks_are_all_chunks(index):
    assert len(index.scores("rule", lambda: queries()[0], 10_000).rows) == COUNT


def test_the_graph_holds_every_chunk_with_its_vector_and_says_what_it_has_lost(graph, rules, vectors):
    ids = [chunk.id for chunk in rules.chunks]
    assert graph.count() == COUNT
    assert graph.lost(ids, vectors) == 0
    other = vectors.copy()
    other[5] = -other[5]
    assert graph.lost(ids, other) == 1
    assert graph.lost(["of another corpus", *ids[1:]], vectors) == 1
    assert graph.lost([f"{name} of another corpus" for name in ids], vectors) == COUNT


class Unsteady(np.ndarray):
    """A matrix whose product tells apart rows that are alike, as a real one may where its kernel ends otherwise."""

    def __matmul__(self, other):
        found = np.asarray(self) @ np.asarray(other)
        return found + (1e-6 * (np.arange(len(found)) % 3 - 1)).astype(np.float32)


def test_texts_that_are_alike_are_as_near_wherever_they_stand(folder):
    index = Index(folder, RandomEmbedder())
    index.chunk_vectors = index.chunk_vectors.view(Unsteady)
    for query in queries():
        near = index.nearest(query, COUNT)
        assert len({near[row] for row in range(COUNT - 100, COUNT)}) == 1
        assert all(near[row] == near[row - 1] for row in range(7, COUNT - 100, 8))
    index.close()


def test_bm25_scores_are_those_of_bm25s(folder, index, rules):
    import bm25s

    reference = bm25s.BM25.load(str(folder / "lexical"))
    for question in ("rule on matter 17", "matter matter 5", "offices hold", "rules"):
        asked = words(question)
        pairs = {f"{one} {other}" for one, other in pairwise(asked)}
        known = [term for term in (*asked, *sorted(pairs)) if term in reference.vocab_dict]
        np.testing.assert_allclose(index.lexical.scores(question), reference.get_scores(known), rtol=1e-5)


def test_words_that_follow_each_other_as_in_the_question_count_more_than_the_same_words_apart(tmp_path):
    texts = ["a duty of care for staff", "staff care is a duty", "care for a duty station of staff"]
    write_lexical(tmp_path, texts)
    scores = Lexical(tmp_path).scores("the duty of care")
    assert scores[0] > scores[1] > 0 and scores[2] > 0
    assert scores.argmax() == 0


def test_bm25_is_zero_without_a_shared_word_and_higher_for_a_rare_word(index):
    assert not index.lexical.scores("bicycle").any()
    assert not index.lexical.scores("").any()
    assert not index.lexical.scores("what is the").any()
    rare, common = index.lexical.scores("113"), index.lexical.scores("rule")
    assert rare.argmax() == 113
    assert np.count_nonzero(rare) == 1
    assert rare.max() > common.max() > 0


def test_coverage_is_the_share_of_a_question_that_a_text_holds(index):
    def coverage(question, text):
        return index.lexical.coverage(question)(words(text))

    assert coverage("the rule on matter 113", "Matters: rule 113") == pytest.approx(1.0)
    assert coverage("rule 113", "the rule") < coverage("rule 113", "number 113") < 1
    assert coverage("rule", "bicycle") == 0
    assert coverage("the of", "anything") == 0
    assert 0 < coverage("rule bicycle", "rule") < 0.5


def test_what_is_stored_is_read_back_as_it_was(index, rules):
    assert index.store.chunks([5, 3]) == [rules.chunks[5], rules.chunks[3]]
    places = [(p.row, p.document, p.page, p.ordinal, p.sentences) for p in index.store.places([5, 3])]
    assert places == [
        (n, c.document, c.page, c.ordinal, c.sentences) for n, c in ((5, rules.chunks[5]), (3, rules.chunks[3]))
    ]
    assert [stored.sentence for stored in index.store.sentences("rules", [9, 2])] == [
        rules.sentences[9],
        rules.sentences[2],
    ]
    assert index.store.sentences("rules", [COUNT]) == []
    assert index.store.page("rules", 4) == rules.pages[3]
    assert index.store.page("rules", COUNT + 1) is None
    assert index.store.documents == {"rules": rules.card}


def test_what_is_held_is_the_same_and_stays_until_the_store_is_closed(folder, rules):
    store, held = Store(folder / "texts.sqlite"), Store(folder / "texts.sqlite")
    held.hold(["rules"])
    held.forget()
    statements = []
    held._connection.set_trace_callback(statements.append)
    numbers = [9, 2, COUNT, 2]
    held.read_ahead(("rules", number) for number in numbers)
    assert held.sentences("rules", numbers) == store.sentences("rules", numbers) != []
    held.hold(["rules"])
    assert statements == []
    assert held.sentences("another", [1]) == [] and len(statements) == 1
    held.close()
    assert held._held == {}


def test_only_so_much_is_held(folder, monkeypatch):
    monkeypatch.setattr(stored, "_MOST_HELD", 0)
    store = Store(folder / "texts.sqlite")
    store.hold(["rules"])
    assert store._held == {} and len(store.sentences("rules", [1, 2])) == 2
    store.close()


def test_a_page_with_half_a_surrogate_is_stored_as_it_is(tmp_path):
    from ingest.store import write_store

    odd = document(1, alike=0)
    page = Page(1, "1", "odd \ud800 text\x00 \r\n")
    write_store(tmp_path / "texts.sqlite", [replace(odd, pages=(page,))])
    assert Store(tmp_path / "texts.sqlite").page("rules", 1) == page


ORDER = """
import json, sys
from pathlib import Path
from assistant.passages import retrieve
from ingest.index import Index
from ingest.vector_store import VectorStore
import numpy as np
from tests.ingest.test_index import RandomEmbedder
graph = VectorStore(Path(sys.argv[1])) if sys.argv[2] == "graph" else None
index = Index(Path(sys.argv[1]), RandomEmbedder(), graph)
vectors = np.random.default_rng(3).normal(size=(12, 64)).astype(np.float32)
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
vectors[0] = RandomEmbedder().embed(["this page is left blank for the rule on a matter"])[0]
found = [retrieve(index, "the rule on matter", lambda: v, 40) for v in vectors]
print(json.dumps([[(p.place.row, p.score) for p in passages] for passages in found]))
"""


@pytest.mark.long
@pytest.mark.parametrize("by", ["exact", "graph"])
def test_passages_come_in_the_same_order_in_another_process_though_many_are_alike(folder, tmp_path, by):
    orders = []
    for seed in ("1", "2"):
        shutil.copytree(folder, tmp_path / seed)
        done = run("-c", ORDER, str(tmp_path / seed), by, env=os.environ | {"PYTHONHASHSEED": seed})
        orders.append(json.loads(done.stdout))
    assert orders[0] == orders[1]
    for order in orders[0]:
        ties = [(-score, row) for row, score in order]
        assert ties == sorted(ties)
    assert any(len({score for _, score in order}) < len(order) for order in orders[0])


def test_what_chroma_is_opened_without_is_there_when_it_is_called():
    load_libraries()
    schemas = importlib.import_module("chromadb.utils.embedding_functions.schemas.schema_utils")
    with pytest.raises(Exception, match="nonsense"):
        schemas.validate_config_schema({"nonsense": []}, "default")
    assert hasattr(importlib.import_module("jsonschema"), "Draft202012Validator")


def test_a_langchain_program_can_use_the_index(small_assistant):
    from assistant.retriever import HybridRetriever

    small_assistant.ask(QUESTIONS[0])
    found = HybridRetriever(index=small_assistant._opened.index, k=3).invoke(QUESTIONS[7])
    assert len(found) == 3
    assert found[0].metadata == {
        "document": "policy", "title": "Addressing sexual harassment", "file": "documents/policy.pdf", "page": 2,
        "page_label": "ii", "heading": ["Section 3", "Reporting"], "score": found[0].metadata["score"],
        "id": found[0].id,
    }  # fmt: skip
    assert "Anonymous complaints are accepted" in found[0].page_content


def test_each_sentence_has_the_vector_of_its_part_of_its_chunk_and_one_in_no_chunk_has_zeros():
    made = document(4, alike=0)
    chunks = [
        replace(made.chunks[n], embedded="the same", starts=starts) for n, starts in enumerate([(0,), (4,), (0,)])
    ]
    read = replace(made, chunks=tuple(chunks), asked=(AskedQuestion("the same", (1,)),))
    texts, starts = texts_of(read)
    assert (texts[:2], starts) == (["the same", "the same"], [(0,), (4,)])
    parts = [np.full((1, 2), n, dtype=np.float16) for n in (1, 2)]
    vectors = np.ones((len(texts), 2), dtype=np.float32)
    found = vectors_as_embedded(read, Embedded(vectors, [np.zeros((1, 2), dtype=np.int8)] * 2, parts))
    assert found.sentences.tolist() == [[1, 1], [2, 2], [1, 1], [0, 0]]
    assert (set(found.texts), set(found.asked)) == (set(texts[:2]), set(texts[2:])) and texts[2:]
