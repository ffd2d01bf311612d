from __future__ import annotations

import numpy as np
import pytest

from ingest.token_vectors import SCALE, TokenVectors, quantised, write_tokens


def units(count, seed, dimensions=64):
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


CHUNKS = [units(count, seed) for seed, count in enumerate((5, 0, 90, 1, 0))]
QUESTION, WEIGHTS = units(7, 99), np.array([3.0, 0.0, 1.0, 2.5, 0.5, 1.0, 4.0], dtype=np.float32)


@pytest.fixture
def stored(tmp_path):
    write_tokens(tmp_path, [quantised(chunk) for chunk in CHUNKS])
    return TokenVectors(tmp_path)


def exact(chunk):
    """The weighted mean over the pieces of the question of their best cosine, by plain loops."""
    best = [max(float(np.dot(piece, other)) for other in chunk) for piece in QUESTION]
    return sum(weight * cosine for weight, cosine in zip(WEIGHTS, best, strict=True)) / float(WEIGHTS.sum())


def test_nearness_is_the_weighted_mean_of_the_best_cosines_whatever_the_order_of_rows(stored):
    for rows in ([0, 2, 3], [3, 0, 2], [2]):
        near = stored.nearness(rows, quantised(QUESTION), WEIGHTS)
        np.testing.assert_allclose(near, [exact(CHUNKS[row]) for row in rows], atol=0.01)


def test_a_chunk_without_word_pieces_and_a_question_without_weight_are_near_to_nothing(stored):
    near = stored.nearness([1, 0, 4], quantised(QUESTION), WEIGHTS)
    assert near[0] == near[2] == 0 and near[1] == stored.nearness([0], quantised(QUESTION), WEIGHTS)[0] != 0
    assert stored.nearness([0, 2], quantised(QUESTION), 0 * WEIGHTS).tolist() == [0, 0]
    assert stored.nearness([0, 2], np.zeros((0, 64), np.int8), np.zeros(0, np.float32)).tolist() == [0, 0]
    assert stored.nearness([], quantised(QUESTION), WEIGHTS).shape == (0,)


def test_a_chunk_that_holds_the_very_words_is_as_near_as_can_be(tmp_path):
    write_tokens(tmp_path, [quantised(units(40, 5)), quantised(np.concatenate([units(9, 6), QUESTION]))])
    near = TokenVectors(tmp_path).nearness([0, 1], quantised(QUESTION), WEIGHTS)
    assert near[1] == pytest.approx(1, abs=0.01) and near[0] < 0.6


def test_products_are_exact_so_that_no_order_of_summing_changes_a_bit():
    largest = np.full((1, 384), SCALE, dtype=np.int8)
    assert (largest.astype(np.int64) @ largest.T.astype(np.int64)).item() < 2**24
    one, other = quantised(units(50, 1)), quantised(units(60, 2))
    whole = one.astype(np.int64) @ other.T.astype(np.int64)
    np.testing.assert_array_equal(one.astype(np.float32) @ other.T.astype(np.float32), whole)


def test_an_index_without_any_word_piece_can_be_asked(tmp_path):
    write_tokens(tmp_path, [np.zeros((0, 64), np.int8)] * 2)
    assert TokenVectors(tmp_path).nearness([0, 1], quantised(QUESTION), WEIGHTS).tolist() == [0, 0]
