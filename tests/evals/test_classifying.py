"""A network that learns from what people ask tells which paragraph a new question asks for."""

from __future__ import annotations

import numpy as np
import pytest

from evals.errors import EvalError
from ingest.build import build
from ingest.classifier import read_classifier, write_classifier
from ingest.opening import open_index

PARAGRAPHS, EACH, DIMENSIONS = 6, 40, 16


@pytest.fixture(scope="module")
def classifying():
    """The module, and with it torch: imported when it is wanted, not by all who only collect tests."""
    from evals import classifying

    return classifying


def made_questions(seed):
    """Unit vectors around one of two places of each paragraph, which no line parts from those of the others."""
    draw = np.random.default_rng(seed)
    paragraphs = np.repeat(np.arange(PARAGRAPHS), EACH)
    places = np.random.default_rng(7).standard_normal((PARAGRAPHS, 2, DIMENSIONS))
    vectors = places[paragraphs, draw.integers(0, 2, len(paragraphs))]
    vectors = vectors + 0.3 * draw.standard_normal(vectors.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), paragraphs


@pytest.mark.long
def test_the_paragraph_of_questions_that_were_not_learned_from_is_told(classifying, monkeypatch):
    monkeypatch.setattr(classifying, "_BATCH", 32)
    network = classifying.learn(*made_questions(1))
    vectors, paragraphs = made_questions(2)
    said = np.array([network.likelihood(vector) for vector in vectors])
    assert said.shape == (len(paragraphs), PARAGRAPHS)
    assert (said.argmax(axis=1) == paragraphs).mean() > 0.9


def test_the_same_questions_teach_the_same(classifying, monkeypatch):
    monkeypatch.setattr(classifying, "_PASSES", 1)
    first, second = (classifying.learn(*made_questions(1)) for _ in range(2))
    assert first.inner.tobytes() == second.inner.tobytes() and first.outer.tobytes() == second.outer.tobytes()


ASKED = (
    "first-steps,2,need i write it all down", "programme,2,where do i sleep tonight", "policy,2.2,what do i get",
    "first-steps,1,may a friend sit in", "programme,2,i cannot go home", "nobody,1,is there a nobody",
)  # fmt: skip


@pytest.mark.long
def test_the_command_writes_what_the_next_build_tells_paragraphs_by(
    own_index, builds_here, classifying, tmp_path, monkeypatch, capsys
):
    rows = "\n".join(("document,paragraph,question", *ASKED)) + "\n"
    (own_index.corpus / "asked.csv").write_text(rows, encoding="utf-8")
    made = tmp_path / "made"
    monkeypatch.setattr(classifying, "_BATCH", len(ASKED) - 1)
    monkeypatch.setattr(classifying, "write_classifier", lambda *given: write_classifier(*given, made))
    assert classifying.set_classifier(own_index.corpus, own_index.index) == 0
    assert "5 questions of 4 paragraphs" in capsys.readouterr().out
    monkeypatch.setattr("ingest.worker.read_classifier", lambda model: read_classifier(model, made))
    monkeypatch.setattr("ingest.build.program", lambda: "another")
    build(own_index.settings)
    index = open_index(own_index.settings).index
    try:
        said = index.asked._classifier.likelihood(index.embedder.asked("i cannot go home"))
        assert len(said) == len(index.asked.places) == 4
        document, _ = index.asked.places[said.argmax()]
        assert document == "programme"
    finally:
        index.close()


def test_where_hardly_anybody_asks_anything_nothing_is_learned(own_index, classifying):
    with pytest.raises(EvalError, match=r"has 0 rows in asked\.csv .* At least 256 are needed"):
        classifying.set_classifier(own_index.corpus, own_index.index)
