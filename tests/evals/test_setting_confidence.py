"""evals.confidence: weights are those of a logistic regression, thresholds hold the share that they are set for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from assistant.confidence import SIGNALS, Signals
from evals import confidence
from evals.confidence import FITTING, fit, threshold, told_questions
from evals.questions import DEVELOPMENT, SEEN, Question, read_set


def test_the_weights_are_those_that_another_program_finds():
    random = np.random.default_rng(7)
    signals = random.normal(size=(300, 3)) * (1.0, 5.0, 0.2) + (0.0, 2.0, 1.0)
    answerable = (signals @ (1.0, -0.3, 4.0) + random.normal(size=300) > 3.0).astype(float)
    spread = signals.std(axis=0)
    other = LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=5000).fit(signals / spread, answerable)
    found = fit(signals, np.zeros((300, 0)), answerable, strength=3.0)
    assert found.weights * spread == pytest.approx(other.coef_[0], abs=1e-4)
    assert found.base == pytest.approx(other.intercept_[0], abs=1e-3)


def test_a_signal_that_is_always_the_same_gets_no_weight():
    signals = np.column_stack([np.arange(20.0), np.full(20, 3.0)])
    found = fit(signals, np.zeros((20, 0)), (np.arange(20.0) > 9).astype(float))
    assert found.weights[1] == pytest.approx(0.0, abs=1e-6) and np.isfinite(found.base)


def test_what_a_vector_says_is_learned_beside_the_signals_and_counts_from_its_middle():
    random = np.random.default_rng(5)
    signals, vectors = random.normal(size=(400, 2)), random.normal(size=(400, 6)) + 2.0
    answerable = (signals[:, 0] + 2 * vectors[:, 3] + random.normal(size=400) > 4.0).astype(float)
    found = fit(signals, vectors, answerable)
    assert found.sense[3] == max(found.sense, key=abs)
    assert found.middle == pytest.approx(vectors.mean(axis=0) @ found.sense)
    sure = found.sure(signals, vectors)
    assert sure[answerable == 1].mean() > 0.75 > 0.25 > sure[answerable == 0].mean()


@pytest.mark.parametrize("most", [0.0, 0.1, 0.25, 0.5])
def test_no_more_than_the_share_reach_the_threshold(most):
    sure = np.random.default_rng(3).random(211)
    least = threshold(sure, most)
    assert (sure >= least).mean() <= most
    assert (sure >= least - 0.02).mean() > most - 0.02


def test_only_english_questions_of_the_development_half_with_one_right_status_are_learned_from():
    questions = told_questions()
    assert {
        question.half for question in questions if question.set not in (*SEEN, *(path.stem for path in FITTING))
    } == {DEVELOPMENT}
    assert {question.language for question in questions} == {"en"}
    assert {question.expect for question in questions} == {("answered",), ("unanswerable",)}
    assert all(set(read_set(path)) <= set(questions) for path in FITTING)


def test_each_question_is_told_by_what_was_learned_from_other_writers(monkeypatch):
    questions = [
        Question(f"{name}-{n}", "q", ("answered",), name) for name in ("lay", "follow_up", "formal") for n in (1, 2)
    ]
    told = [confidence.Heard(question, Signals("asked", dict.fromkeys(SIGNALS, 0.0))) for question in questions]
    learned = []
    monkeypatch.setattr(confidence, "fit", lambda rows, *more: learned.append(len(rows)) or fit(rows, *more))
    confidence.out_of_fold(told)
    assert sorted(learned) == [2, 4]  # lay and follow_up are of one writer
