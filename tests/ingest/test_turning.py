"""What people ask teaches which differences of words do not matter."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.turning import learn_turn

DIMENSIONS, PARAGRAPHS, MEANING = 32, 60, 12


def asked(each, seed):
    """Questions, each what its paragraph means in the first dimensions and whatever else, as strong, in the others."""
    means = np.random.default_rng(0).normal(size=(PARAGRAPHS, MEANING))
    paragraph = np.repeat(np.arange(PARAGRAPHS), each)
    other = 1.2 * np.random.default_rng(seed).normal(size=(len(paragraph), DIMENSIONS - MEANING))
    vectors = np.hstack([means[paragraph], other])
    texts = np.hstack([means, np.zeros((PARAGRAPHS, DIMENSIONS - MEANING))])
    return unit(vectors), paragraph, unit(texts)


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def found(turn, questions, known, paragraph):
    """The share of questions, three of each paragraph, whose nearest known question is one of their own paragraph."""
    nearest = (turn.turned(questions) @ turn.turned(known).T).argmax(axis=1)
    return float(np.mean(paragraph[nearest] == np.repeat(np.arange(PARAGRAPHS), 3)))


@pytest.fixture(scope="module")
def known():
    return asked(10, 1)


@pytest.fixture(scope="module")
def turn(known):
    return learn_turn(*known)


@pytest.fixture(scope="module")
def none(known):
    """What is learned of one question less than are needed."""
    questions, paragraph, texts = known
    return learn_turn(questions[:499], paragraph[:499], texts)


def test_questions_that_nobody_asked_yet_come_nearer_to_those_of_their_paragraph(known, turn, none):
    questions, paragraph, _ = known
    others, _, _ = asked(3, 2)
    before, after = (found(one, others, questions, paragraph) for one in (none, turn))
    assert before < 0.75
    assert after > before + 0.15


def test_turned_vectors_have_length_one_and_too_few_questions_turn_nothing(known, turn, none):
    questions, _, _ = known
    turned = turn.turned(questions)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1.0, atol=1e-5)
    assert np.abs(turned - questions).max() > 0.01
    np.testing.assert_allclose(none.turned(questions), questions, atol=1e-6)


def test_the_slopes_are_those_of_the_loss(known):
    """Against finite differences of the loss itself, written down apart."""
    from ingest import turning

    questions, paragraph, texts = (known[0][:60].astype(float), known[1][:60], known[2].astype(float))
    alike = texts @ texts.T > turning._ALIKE
    drawn = np.random.default_rng(3)
    down, up = drawn.normal(size=(DIMENSIONS, 5)) / 6, drawn.normal(size=(5, DIMENSIONS)) / 6

    def loss(down, up):
        y = questions + questions @ down @ up
        y /= np.linalg.norm(y, axis=1, keepdims=True)
        total = 0.0
        for n, own in enumerate(paragraph):
            same = [m for m in range(60) if m != n and paragraph[m] == own]
            counted = [m for m in range(60) if m != n and (paragraph[m] == own or not alike[own, paragraph[m]])]
            near = np.exp(y @ y[n] / turning._TEMPERATURE)
            total += np.log(near[counted].sum()) - np.log(near[same].sum()) if same else 0.0
        return total / 60 + turning._SMALL * ((down @ up) ** 2).sum() / DIMENSIONS

    for part, slope in zip((down, up), turning._slopes(questions, paragraph, alike, down, up), strict=True):
        for place in ((0, 0), (2, 3), (4, 1)):
            kept, changed = part[place], []
            for step in (1e-5, -1e-5):
                part[place] = kept + step
                changed.append(loss(down, up))
            part[place] = kept
            assert slope[place] == pytest.approx((changed[0] - changed[1]) / 2e-5, rel=1e-4, abs=1e-7)
