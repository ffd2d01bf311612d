"""What is learned of the questions for some paragraphs holds for the questions for others."""

from __future__ import annotations

import numpy as np

from evals.turning import learn

DIMENSIONS, PARAGRAPHS, EACH = 16, 60, 6


def made_questions():
    """Questions that agree with their paragraph in eight directions, and differ more in eight others."""
    draw = np.random.default_rng(3)
    paragraph = np.repeat(np.arange(PARAGRAPHS), EACH)
    matter = draw.standard_normal((PARAGRAPHS, 8))[paragraph] + 0.5 * draw.standard_normal((len(paragraph), 8))
    manner = 3 * draw.standard_normal((len(paragraph), 8))
    vectors = np.hstack([matter, manner]).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), paragraph


def nearest_is_own(vectors, paragraph):
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2.0)
    return float((paragraph[near.argmax(axis=1)] == paragraph).mean())


def test_a_question_comes_nearer_to_others_for_its_paragraph_that_was_not_learned_from():
    vectors, paragraph = made_questions()
    learned, new = paragraph < PARAGRAPHS // 2, paragraph >= PARAGRAPHS // 2
    turn = learn(vectors[learned], paragraph[learned])
    turned = vectors[new] + (vectors[new] @ turn.down) @ turn.up
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    assert nearest_is_own(turned, paragraph[new]) > nearest_is_own(vectors[new], paragraph[new]) + 0.05


def test_the_same_questions_teach_the_same():
    first, second = (learn(*made_questions()) for _ in range(2))
    assert np.array_equal(first.down, second.down)
    assert np.array_equal(first.up, second.up)
