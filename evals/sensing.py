"""vectors of questions, and whether the documents answer each → what a vector says of that by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from assistant.sense import Sense
from ingest.limits import cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PENALTY: Final = 0.1  # of the ridge regression; one question more counts about as much as this
_ASKED: Final = 0.4  # what all that people ask counts together, beside all questions of which it is known
_EACH: Final = 2  # every second of what people ask is learned from: the time grows with the cube of their number


def learn(
    vectors: NDArray[np.float64],
    answerable: NDArray[np.bool_],
    writers: NDArray[np.str_],
    asked: NDArray[np.float64],
    model: str,
) -> tuple[Sense, NDArray[np.float64]]:
    """What vectors say, learned from all; and of each question what it says when its writer's are left out.

    vectors has a row of length 1 a question, asked the same of what people ask, which the documents answer. A kernel
    ridge regression with the kernel ((1 + x·y) / 2)², which is a quadratic form of the vector; what a left-out group
    gets is known from the inverse of the whole (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning,
    5.4.2).
    """
    known, rows = len(vectors), np.vstack([vectors, asked[::_EACH]])
    right = np.concatenate([np.where(answerable, 1.0, -1.0), np.ones(len(rows) - known)])
    penalties = np.full(len(rows), _PENALTY)
    penalties[known:] *= (len(rows) - known) / (_ASKED * known)
    kernel = rows @ rows.T
    kernel += 1
    kernel *= 0.5
    kernel *= kernel
    kernel.flat[:: len(rows) + 1] += penalties
    with threadpool_limits(cores(), "blas"):  # whoever asks has one thread; this is minutes of work
        inverse = np.linalg.inv(kernel)
    del kernel
    pulls = inverse @ right
    told = np.empty(known)
    for writer in sorted(set(writers)):
        own = np.flatnonzero(writers == writer)
        told[own] = right[own] - np.linalg.solve(inverse[np.ix_(own, own)], pulls[own])
    form = (rows * pulls[:, None]).T @ rows / 4
    line, base = pulls @ rows / 2, pulls.sum() / 4
    return Sense(model, float(base), line.astype(np.float32), form.astype(np.float32)), told
