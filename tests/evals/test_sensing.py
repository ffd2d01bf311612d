"""evals.sensing: what a vector says is a quadratic form, and a writer's questions are told without that writer."""

from __future__ import annotations

import numpy as np
import pytest

from evals import sensing


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


RANDOM = np.random.default_rng(4)
VECTORS = unit(RANDOM.normal(size=(400, 6)))
ANSWERABLE = VECTORS[:, 0] * VECTORS[:, 1] > 0  # no straight line tells them apart
WRITERS = np.array(["ann", "ben", "eve"])[RANDOM.integers(3, size=400)]
ASKED = unit(np.abs(RANDOM.normal(size=(40, 6))))


def test_it_tells_apart_what_no_straight_line_does():
    sense, told = sensing.learn(VECTORS, ANSWERABLE, WRITERS, ASKED[:0], "model")
    says = np.array([sense.of(vector.astype(np.float32), "model") for vector in VECTORS])
    assert ((says > 0) == ANSWERABLE).mean() > 0.9
    assert ((told > 0) == ANSWERABLE).mean() > 0.8


def test_what_a_writers_questions_get_is_what_was_learned_without_them():
    _, told = sensing.learn(VECTORS, ANSWERABLE, WRITERS, ASKED, "model")
    others = WRITERS != "eve"
    # as much as before for each row of what is asked, which counts beside fewer questions
    share = pytest.MonkeyPatch()
    share.setattr(sensing, "_ASKED", sensing._ASKED * len(VECTORS) / others.sum())
    sense, _ = sensing.learn(VECTORS[others], ANSWERABLE[others], WRITERS[others], ASKED, "model")
    share.undo()
    says = [sense.of(vector.astype(np.float32), "model") for vector in VECTORS[~others]]
    assert says == pytest.approx(told[~others], abs=1e-4)


def test_what_people_ask_speaks_for_an_answer():
    without, _ = sensing.learn(VECTORS, ANSWERABLE, WRITERS, ASKED[:0], "model")
    with_asked, _ = sensing.learn(VECTORS, ANSWERABLE, WRITERS, np.repeat(ASKED, 2, axis=0), "model")
    more = [with_asked.of(row, "model") - without.of(row, "model") for row in ASKED.astype(np.float32)]
    assert np.mean(more) > 0.02
