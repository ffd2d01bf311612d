"""Vectors are turned as the file of the corpus says, for the model that it was learned for and no other."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ingest.asked import Asked, _handed_out, asked_texts, write_asked
from ingest.catalogue import CatalogueError
from ingest.store import DocumentCard, ReadDocument
from ingest.turning import TURNED, Turn, read_turn, turn_file
from tests.ingest.test_asked import BLANK, read_document

MODEL = SimpleNamespace(weights_sha256="a" * 64, dimensions=3)
DOWN = np.array([[1.0], [0.0], [-0.5]], dtype=np.float32)
UP = np.array([[0.5, 2.0, 0.0]], dtype=np.float32)
TURN = Turn(DOWN, UP)


def unit(*numbers):
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_a_turn_is_read_as_it_was_written(tmp_path):
    (tmp_path / TURNED).write_text(turn_file(TURN, MODEL.weights_sha256, "Learned."), encoding="utf-8")
    found = read_turn(tmp_path, MODEL)
    assert np.array_equal(found.down, DOWN)
    assert np.array_equal(found.up, UP)


def test_there_is_no_turn_without_a_file_or_for_another_model(tmp_path):
    assert read_turn(tmp_path, MODEL) is None
    (tmp_path / TURNED).write_text(turn_file(TURN, "b" * 64, "Learned."), encoding="utf-8")
    assert read_turn(tmp_path, MODEL) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [('down = """', 'down = """%'), ("up = ", "over = "), ('model = "', "model = "), ('down = """', 'down = """AAAA')],
)
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path, before, after):
    text = turn_file(TURN, MODEL.weights_sha256, "Learned.")
    (tmp_path / TURNED).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"turned\.toml cannot be read .* evals turn"):
        read_turn(tmp_path, MODEL)


def test_the_cosine_of_turned_vectors_is_had_without_turning_what_is_searched():
    searched, asked = np.array([unit(1, 2, 3), unit(3, -1, 0), unit(0, 0, 1)]), unit(1, 1, -1)
    turned = [vector + (vector @ DOWN) @ UP for vector in (*searched, asked)]
    wanted = [float(unit(*one) @ unit(*turned[-1])) for one in turned[:-1]]
    assert (searched @ TURN.towards(asked)) / TURN.lengths(searched) == pytest.approx(wanted, abs=1e-6)


def test_turned_vectors_say_which_question_is_nearest_and_others_how_near(tmp_path):
    """Where the second axis counts for nothing the second paragraph comes first, with the score that the first had."""
    read = read_document("doc", ("p", ["near"]), ("q", ["far"]))
    vectors = {"near": unit(0, 1, 0), "far": unit(1, 0, 0)}
    vectors |= {text: unit(0, 0, 1) for text in asked_texts(read) if text not in vectors}
    flat = Turn(np.array([[0.0], [1.0], [0.0]], dtype=np.float32), np.array([[0.0, -0.99, 0.0]], dtype=np.float32))
    scores = []
    for folder, turn in ((tmp_path / "as-they-are", None), (tmp_path / "turned", flat)):
        write_asked(folder, [read], [vectors], turn)
        scores.append([(one.sentences[0], one.score) for one in Asked(folder).nearest("?", unit(0.8, 1, 0)[None])])
    assert [number for number, _ in scores[0]] == [0, 1]
    assert [number for number, _ in scores[1]] == [1, 0]
    assert [score for _, score in scores[1]] == [score for _, score in scores[0]]


def test_where_nothing_is_asked_nothing_is_turned(tmp_path):
    write_asked(tmp_path / "asked", [ReadDocument(DocumentCard(**BLANK | {"id": "doc"}), (), (), (), ())], [{}], TURN)
    assert Asked(tmp_path / "asked").nearest("?", unit(1, 0, 0)[None]) == []


def test_the_nearest_gets_the_highest_cosine_and_equally_near_ones_the_same():
    cosines, near = (np.array(row, dtype=np.float32) for row in ([0.5, 0.25, 1.0, 0.75], [4, 3, 1, 3]))
    best = np.array([[4, 3, 3], [1, -np.inf, -np.inf]], dtype=np.float32)
    assert _handed_out(cosines, near, best).tolist() == [[1.0, 0.75, 0.75], [0.25, -np.inf, -np.inf]]
