"""Values → means with intervals, areas, curves, agreement; the only module of the evals that does statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20261125
_MIDDLE = (2.5, 97.5)  # percentiles of a 95 % interval
_BINS = 10
_MOST_NUMBERS = 4_000_000  # of one block of resampled rows


class Estimate(NamedTuple):
    """A figure of n questions with its bootstrap 95 % interval; value is None when n is 0."""

    n: int
    value: float | None
    low: float | None
    high: float | None


class Point(NamedTuple):
    """One step of a curve: x and y between 0 and 1, and of how many questions."""

    x: float
    y: float
    n: int


def mean(values: Sequence[float]) -> Estimate:
    """The mean of one value a question. The interval is the percentile bootstrap over questions (Efron 1979)."""
    if not values:
        return Estimate(0, None, None, None)
    found = np.asarray(values, dtype=np.float64)
    means = np.concatenate([found[rows].mean(axis=1) for rows in _resampled(len(found))])
    return _estimate(len(found), float(found.mean()), means)


def auroc(right: Sequence[bool], confidence: Sequence[float]) -> Estimate:
    """How well confidence tells the answerable from the others: the area under the ROC curve, 0.5 is chance."""
    from sklearn.metrics import roc_auc_score

    marks, scores = np.asarray(right), np.asarray(confidence, dtype=np.float64)
    if not 0 < marks.sum() < len(marks):
        return Estimate(len(marks), None, None, None)
    level = np.unique(scores, return_inverse=True)[1]
    areas = np.concatenate([_areas(marks[rows], level[rows]) for rows in _resampled(len(marks))])
    return _estimate(len(marks), float(roc_auc_score(marks, scores)), areas)


def _areas(marks: NDArray[np.bool_], level: NDArray[np.intp]) -> NDArray[np.float64]:
    """The same area of each resample, a row each: how many pairs are told apart, ties half (Mann and Whitney 1947).

    level is the place of each score among all that differ. A resample of one kind alone has no area.
    """
    levels = int(level.max()) + 1
    cells = level + levels * np.arange(len(level))[:, None]
    yes, no = (np.bincount(cells[kind], minlength=len(level) * levels).reshape(-1, levels) for kind in (marks, ~marks))
    told_apart = (yes * (np.cumsum(no, axis=1) - no / 2)).sum(axis=1)
    pairs = yes.sum(axis=1) * no.sum(axis=1)
    return np.asarray(told_apart[pairs > 0] / pairs[pairs > 0])


def risk_coverage(right: Sequence[bool], confidence: Sequence[float], total: int) -> list[Point]:
    """For each confidence, the share of all questions answered with at least it (x), and of those wrong (y).

    The curve of selective classification (El-Yaniv and Wiener 2010), as far as answers were given: total counts the
    questions without one too. Questions of equal confidence come together.
    """
    order = sorted(zip(confidence, right, strict=True), key=lambda pair: -pair[0])
    points, wrong = [], 0
    for n, (score, is_right) in enumerate(order, 1):
        wrong += not is_right
        if n == len(order) or order[n][0] < score:
            points.append(Point(round(n / total, 6), round(wrong / n, 6), n))
    return points


def area_under_risk(right: Sequence[bool], confidence: Sequence[float]) -> Estimate:
    """The mean risk over the coverages that were reached (AURC); lower is better, 0 means that no answer is wrong."""
    if not right:
        return Estimate(0, None, None, None)
    marks, scores = np.asarray(right, dtype=np.float64), np.asarray(confidence, dtype=np.float64)
    areas = np.asarray([_aurc(marks[row], scores[row]) for rows in _resampled(len(marks)) for row in rows])
    return _estimate(len(marks), _aurc(marks, scores), areas)


def _aurc(marks: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Ties are taken as if their wrong ones were spread evenly among them."""
    values, inverse, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    wrong = np.bincount(inverse, weights=1 - marks, minlength=len(values)) / counts
    spread = np.repeat(wrong, counts)
    return float((np.cumsum(spread) / np.arange(1, len(marks) + 1)).mean())


def reliability(right: Sequence[bool], confidence: Sequence[float]) -> list[Point]:
    """In each tenth of the scale of confidence: the mean confidence (x) and the share that was right (y)."""
    points = []
    for n in range(_BINS):
        inside = [
            (score, is_right)
            for score, is_right in zip(confidence, right, strict=True)
            if min(int(score * _BINS), _BINS - 1) == n
        ]
        if inside:
            total = len(inside)
            points.append(
                Point(round(sum(s for s, _ in inside) / total, 6), round(sum(r for _, r in inside) / total, 6), total)
            )
    return points


def agreement(ratings: Sequence[Sequence[float | None]]) -> float | None:
    """Krippendorff's alpha for ordered ratings: a row a reader, None where nothing was rated; None if undefined."""
    import krippendorff

    table = np.array([[np.nan if mark is None else mark for mark in row] for row in ratings], dtype=np.float64)
    told = table[~np.isnan(table)]
    if len(table) < 2 or len(set(told)) < 2:
        return None
    try:
        return round(float(krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal")), 6)
    except ValueError:  # no question was rated by two
        return None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value that this percentage of values does not exceed, between two where it falls so; None without values."""
    return round(float(np.percentile(values, percent)), 1) if values else None


def _resampled(n: int) -> list[NDArray[np.int64]]:
    """RESAMPLES rows of n places drawn with replacement, in blocks; the same for the same n."""
    random, block = np.random.default_rng((SEED, n)), max(1, _MOST_NUMBERS // n)
    sizes = [min(block, RESAMPLES - start) for start in range(0, RESAMPLES, block)]
    return [random.integers(0, n, (size, n)) for size in sizes]


def _estimate(n: int, value: float, resampled: NDArray[np.float64]) -> Estimate:
    low, high = np.percentile(resampled, _MIDDLE) if len(resampled) else (value, value)
    return Estimate(n, round(value, 6), round(float(low), 6), round(float(high), 6))
