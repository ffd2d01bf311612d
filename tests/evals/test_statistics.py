from __future__ import annotations

import numpy as np
import pytest

from evals import statistics as of


def test_a_mean_has_the_interval_of_the_bootstrap_and_is_the_same_again():
    values = [0.0, 1.0] * 50
    found = of.mean(values)
    assert found.value == 0.5
    assert 0.38 < found.low < 0.43 and 0.57 < found.high < 0.62  # 0.5 ± 1.96 × 0.05
    assert found == of.mean(values)
    assert of.mean([]) == (0, None, None, None)
    assert of.mean([0.25]) == (1, 0.25, 0.25, 0.25)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(7)
    samples = [random.random(60) < 0.7 for _ in range(200)]
    held = [found.low <= 0.7 <= found.high for found in (of.mean(list(map(float, sample))) for sample in samples)]
    assert 0.88 <= sum(held) / len(held) <= 0.99


@pytest.mark.parametrize("seed", range(5))
def test_auroc_is_that_of_scikit_learn_ties_and_all(seed):
    from sklearn.metrics import roc_auc_score  # takes seconds, and every worker reads every module

    random = np.random.default_rng(seed)
    marks, scores = random.random(80) < 0.4, random.integers(0, 10, 80) / 10
    rows = np.vstack([random.integers(0, 80, (20, 80)), np.full(80, np.flatnonzero(marks)[0])])  # the last of one kind
    areas = [roc_auc_score(marks[row], scores[row]) for row in rows[:-1]]
    assert of._areas(marks[rows], (10 * scores[rows]).round().astype(int)) == pytest.approx(areas)
    assert of.auroc(list(marks), list(scores)).value == pytest.approx(roc_auc_score(marks, scores), abs=1e-6)


def test_without_both_kinds_there_is_no_auroc():
    assert of.auroc([True, True], [0.1, 0.2]).value is None
    assert of.auroc([], []).value is None


def test_risk_rises_with_coverage_when_the_wrong_ones_come_last():
    points = of.risk_coverage([True, True, False, False], [0.9, 0.8, 0.3, 0.3], total=8)
    assert points == [(0.125, 0.0, 1), (0.25, 0.0, 2), (0.5, 0.5, 4)]


def test_the_area_under_risk():
    assert of.area_under_risk([True] * 4, [0.1, 0.2, 0.3, 0.4]).value == 0.0
    assert of.area_under_risk([False] * 4, [0.1, 0.2, 0.3, 0.4]).value == 1.0
    good = of.area_under_risk([True, False], [0.9, 0.1]).value
    assert good == 0.25
    assert of.area_under_risk([True, False], [0.1, 0.9]).value == 0.75
    assert of.area_under_risk([True, False], [0.5, 0.5]).value == 0.5
    assert of.area_under_risk([], []).n == 0


def test_reliability_is_told_for_each_tenth_that_holds_something():
    points = of.reliability([True, False, True], [0.91, 0.99, 0.2])
    assert points == [(0.2, 1.0, 1), (0.95, 0.5, 2)]
    assert of.reliability([True], [1.0])[0].n == 1


def test_agreement_is_full_when_all_say_the_same_and_undefined_where_nothing_can_be_told():
    assert of.agreement([[1, 2, 5, None], [1, 2, 5, 4]]) == 1.0
    assert of.agreement([[1, 5, 1, 5], [5, 1, 5, 1]]) < 0
    assert of.agreement([[1, 2, 3]]) is None
    assert of.agreement([[3, 3], [3, 3]]) is None
    assert of.agreement([[1, None], [None, 2]]) is None


def test_percentiles():
    assert of.percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert of.percentile([], 50) is None
