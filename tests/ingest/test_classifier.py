"""Which paragraph a question asks for is told by a file that holds for one model, and by no damaged one."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest

from ingest import worker
from ingest.classifier import (
    CLASSIFIER,
    Classifier,
    ClassifierError,
    paragraph_digest,
    read_classifier,
    write_classifier,
)
from ingest.embeddings import DEFAULT_MODEL
from ingest.model_export import _weights_sha256 as weights_of
from ingest.model_export import locate_model

MODEL = "a" * 64


def made(outputs=3):
    """A network of two dimensions and two hidden units; the second sees nothing above zero but of negative numbers."""
    return Classifier(
        np.array([[1, -1], [0, 0]], dtype=np.float32),
        np.array([0, 0], dtype=np.float32),
        np.array([[2, 0, 0], [0, 3, 0]], dtype=np.float32)[:, :outputs],
        np.array([0, 0, 1], dtype=np.float32)[:outputs],
    )


def softmax(*said):
    exponents = np.exp(said)
    return exponents / exponents.sum()


@pytest.mark.parametrize(("vector", "said"), [((1, 0), (2, 0, 1)), ((-1, 0), (0, 3, 1)), ((0, 1), (0, 0, 1))])
def test_a_probability_is_told_of_each_output(vector, said):
    likelihood = made().likelihood(np.array(vector, dtype=np.float32))
    np.testing.assert_allclose(np.exp(likelihood), softmax(*said), rtol=1e-6)


def test_of_some_outputs_alone_the_probability_is_shared_among_these_in_their_order():
    likelihood = made().of([2, 0]).likelihood(np.array([1, 0], dtype=np.float32))
    np.testing.assert_allclose(np.exp(likelihood), softmax(1, 2), rtol=1e-6)


def test_it_is_written_and_read_with_the_paragraphs_that_its_outputs_stand_for(tmp_path):
    write_classifier(made(), ["one", "two", "three"], MODEL, "Learned.", tmp_path / "made")
    known = read_classifier(MODEL, tmp_path / "made")
    assert known.outputs == {"one": 0, "two": 1, "three": 2}
    known.classifier.save(tmp_path)
    vector = np.array([0.25, 1], dtype=np.float32)
    for read in (known.classifier, Classifier.load(tmp_path)):
        np.testing.assert_array_equal(read.likelihood(vector), made().likelihood(vector))


def test_for_another_model_there_is_none(tmp_path):
    write_classifier(made(), ["one", "two", "three"], MODEL, "Learned.", tmp_path / "made")
    assert read_classifier("b" * 64, tmp_path / "made") is None


@pytest.mark.parametrize(
    ("network", "paragraphs"),
    [(made(), ["one", "two"]), (made(), ["one", "one", "two"]), (made(2), ["one", "two", "three"])],
)
def test_one_whose_parts_do_not_fit_is_refused_with_what_to_do(tmp_path, network, paragraphs):
    write_classifier(network, paragraphs, MODEL, "Learned.", tmp_path / "made")
    with pytest.raises(ClassifierError, match=r"made cannot be used \(its layers .*\)\. Put it back") as caught:
        read_classifier(MODEL, tmp_path / "made")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 64, CLASSIFIER.read_bytes()[:2000]])
def test_a_missing_or_damaged_one_is_refused_with_what_to_do(tmp_path, content):
    if content is not None:
        (tmp_path / "made").write_bytes(content)
    with pytest.raises(ClassifierError, match=r"made cannot be used .* Put it back"):
        read_classifier(MODEL, tmp_path / "made")


def test_a_paragraph_is_known_by_its_document_and_its_words():
    digest = paragraph_digest("guide", ["One.", "Two."])
    assert digest == paragraph_digest("guide", ("One.", "Two."))
    others = [("other", ["One.", "Two."]), ("guide", ["One. Two."]), ("guide", ["One.", "Two"])]
    assert digest not in {paragraph_digest(*other) for other in others}


def test_the_shipped_one_holds_for_the_model_that_has_learned():
    known = read_classifier(weights_of(DEFAULT_MODEL, locate_model(DEFAULT_MODEL)[1]))
    assert known and len(known.outputs) > 500


def test_a_build_that_cannot_use_it_says_so_in_its_words_before_anything_is_read(tmp_path, monkeypatch, capsys):
    def reads(model):
        return read_classifier(model, tmp_path / "gone")

    monkeypatch.setattr(worker, "end_with_parent", lambda: None)
    monkeypatch.setattr(worker, "read_card", lambda folder: SimpleNamespace(weights_sha256=MODEL))
    monkeypatch.setattr(worker, "read_classifier", reads)
    task = dict.fromkeys(("corpus_dir", "folder", "kept_dir", "model_folder"), str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(task)))
    assert worker.main(["build"]) == 0
    refused = json.loads(capsys.readouterr().out)["result"]["refused"]
    assert "gone cannot be used" in refused and refused.endswith("Put it back as it was shipped.")
