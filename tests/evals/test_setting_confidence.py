"""evals.confidence: weights are those of a logistic regression, thresholds hold the share that they are set for."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.confidence import SIGNALS, Signals, read_confidence
from evals import confidence
from evals.confidence import FITTING, fit, threshold, told_questions
from evals.errors import EvalError
from evals.questions import DEVELOPMENT, LEARNED, SEEN, Question, read_set
from ingest.build import CORPUS_DIR
from ingest.facts import read_asked


def test_the_weights_are_those_that_another_program_finds():
    from sklearn.linear_model import LogisticRegression  # takes seconds, and every worker reads every module

    random = np.random.default_rng(7)
    signals = random.normal(size=(300, 3)) * (1.0, 5.0, 0.2) + (0.0, 2.0, 1.0)
    answerable = signals @ (1.0, -0.3, 4.0) + random.normal(size=300) > 3.0
    spread = signals.std(axis=0)
    other = LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=5000).fit(signals / spread, answerable)
    found = fit(signals, answerable, strength=3.0)
    assert found.weights * spread == pytest.approx(other.coef_[0], abs=1e-4)
    assert found.base == pytest.approx(other.intercept_[0], abs=1e-3)


def test_a_signal_that_is_always_the_same_gets_no_weight():
    signals = np.column_stack([np.arange(20.0), np.full(20, 3.0)])
    found = fit(signals, np.arange(20.0) > 9)
    assert found.weights[1] == pytest.approx(0.0, abs=1e-6) and np.isfinite(found.base)


@pytest.mark.long
def test_what_vectors_say_is_one_signal_more_and_both_files_are_read_again(tmp_path):
    random, told = np.random.default_rng(5), []
    for n, vector in enumerate(random.normal(size=(240, 6))):
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        expect = ("answered",) if unit[0] * unit[1] > 0 else ("unanswerable",)
        values = dict.fromkeys(SIGNALS, 0.0) | {"covered": random.random()}
        question = Question(f"q-{n}", "q", expect, ("lay", "formal", "fresh")[n % 3])
        told.append(confidence.Heard(question, Signals("asked", values, unit, "model")))
    table, sense = confidence.with_sense(told, np.zeros((0, 6)))
    assert table.names == (*SIGNALS, "sense") and table.signals.shape == (240, len(SIGNALS) + 1)
    sure = confidence.out_of_fold(table)
    assert sure[table.answerable].mean() > 0.7 > 0.3 > sure[~table.answerable].mean()
    plain = confidence.learned_plain(told)
    texts = confidence.confidence_files(told, np.zeros((0, 6)), plain)
    for name, text in zip(("confidence.toml", "sense.toml"), texts, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    kept = confidence.plain_of(tmp_path / "confidence.toml")
    assert kept.nearest == plain.nearest and kept.weights == pytest.approx(plain.weights, abs=0.0006)
    assert confidence.confidence_files(told, np.zeros((0, 6)), kept) == texts
    read = read_confidence(tmp_path)
    assert read.sense.of(told[0].signals.vector, "model") == pytest.approx(
        sense.of(told[0].signals.vector, "model"), abs=0.02
    )
    found = [read.sure(one.signals) >= 0.5 for one in told]
    assert np.mean(np.array(found) == table.answerable) > 0.9


@pytest.mark.long
@pytest.mark.parametrize("content", [None, "x = [", "nearest_plain = 0.4\n[plain]\nbase = 1.0\n"])
def test_where_nothing_can_be_kept_nobody_is_asked_first(tmp_path, monkeypatch, content):
    monkeypatch.setattr(confidence, "build_index", lambda *given: pytest.fail("it was built"))
    if content is not None:
        (tmp_path / "confidence.toml").write_text(content, encoding="utf-8")
    with pytest.raises(EvalError, match=r"confidence\.toml: what it says of \[plain\] cannot be kept .* --plain"):
        confidence.set_confidence(tmp_path, tmp_path / "index", plain=False)


def test_probabilities_become_as_high_as_the_questions_are_often_answered():
    random = np.random.default_rng(11)
    true = random.normal(scale=2.0, size=4000)  # log-odds
    answerable = random.random(4000) < 1 / (1 + np.exp(-true))
    too_low = 1 / (1 + np.exp(-(0.5 * true - 1.0)))
    found = confidence.levelled(too_low, answerable)
    assert found.weights[0] == pytest.approx(2.0, abs=0.2) and found.base == pytest.approx(2.0, abs=0.2)


@pytest.mark.long
def test_what_is_made_to_learn_from_levels_nothing(tmp_path):
    random, told = np.random.default_rng(9), []
    for n, vector in enumerate(random.normal(size=(400, 4))):
        made = n % 2 == 0  # of these three in four are not answered, of the others one in four
        answered = bool(random.random() < (0.25 if made else 0.75))
        values = dict.fromkeys(SIGNALS, 0.0) | {"covered": 0.3 * answered + 0.7 * random.random()}
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        writer = FITTING[n % 3].stem if made else ("lay", "formal", "fresh")[n % 3]
        question = Question(f"q-{n}", "q", ("answered",) if answered else ("unanswerable",), writer)
        told.append(confidence.Heard(question, Signals("asked", values, unit, "model")))
    texts = confidence.confidence_files(told, np.zeros((0, 4)), confidence.learned_plain(told))
    for name, text in zip(("confidence.toml", "sense.toml"), texts, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = read_confidence(tmp_path)
    others = [one for one in told if one.question.set not in {path.stem for path in FITTING}]
    sure, right = [read.sure(one.signals) for one in others], [one.answerable for one in others]
    assert np.mean(sure) == pytest.approx(np.mean(right), abs=0.05)


@pytest.mark.parametrize("most", [0.0, 0.1, 0.25, 0.5])
def test_no_more_than_the_share_reach_the_threshold(most):
    sure = np.random.default_rng(3).random(211)
    least = threshold(sure, most)
    assert (sure >= least).mean() <= most
    assert (sure >= least - 0.02).mean() > most - 0.02


def test_only_english_questions_of_the_development_half_with_one_right_status_are_learned_from():
    questions = told_questions(CORPUS_DIR)
    assert {
        question.half for question in questions if question.set not in (*SEEN, *(path.stem for path in FITTING))
    } == {DEVELOPMENT}
    assert {question.language for question in questions} == {"en"}
    assert {question.expect for question in questions} == {("answered",), ("unanswerable",)}
    asked = {question for each in read_asked(CORPUS_DIR).values() for question in each}
    made = [question for path in FITTING if path not in LEARNED for question in read_set(path)]
    assert {question for question in made if question.question not in asked} <= set(questions)


@pytest.mark.long
def test_what_stands_in_asked_csv_is_not_learned_from_once_more():
    asked = {question for each in read_asked(CORPUS_DIR).values() for question in each}
    learned = [question for question in told_questions(CORPUS_DIR) if question.set in {path.stem for path in LEARNED}]
    assert not [q.id for q in learned if q.question in asked and not q.history]
    assert {q.expect for q in learned} == {("answered",), ("unanswerable",)}  # follow-ups, several things; all of these


def test_each_question_is_told_by_what_was_learned_from_other_writers(monkeypatch):
    questions = [
        Question(f"{name}-{n}", "q", ("answered",), name) for name in ("lay", "follow_up", "formal") for n in (1, 2)
    ]
    told = [confidence.Heard(question, Signals("asked", dict.fromkeys(SIGNALS, 0.0))) for question in questions]
    learned = []
    monkeypatch.setattr(confidence, "fit", lambda rows, *more: learned.append(len(rows)) or fit(rows, *more))
    confidence.out_of_fold(confidence.table_of(told))
    assert sorted(learned) == [2, 4]  # lay and follow_up are of one writer
