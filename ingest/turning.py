"""Vectors of asked questions → a change of vectors that brings together the questions which ask for the same.

The model was trained on the language of the web. What people ask of a guide teaches it which differences do not matter:
"my boss" and "the director of my office" ask for the same paragraph. The change is small, so that it holds for
questions that nobody has asked yet; `evals/retrieval.md` has what it gives on guides that it never saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RANK, _STEPS, _BATCH = 48, 60, 1024
_TEMPERATURE, _RATE, _SMALL = 0.05, 0.002, 1.0  # of the softmax; of Adam; what a large change costs
_ALIKE = 0.80  # the cosine of two paragraphs that may answer the same question: they are not pulled apart
_LEAST: Final = 500  # questions; from fewer there is nothing to learn


class Turn(NamedTuple):
    """A change of vectors: x becomes x + (x·down)·up, of length 1; shapes (dimensions, rank) and (rank, dimensions)."""

    down: NDArray[np.float32]
    up: NDArray[np.float32]

    def turned(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions), changed."""
        return _of_length_one(vectors + vectors @ self.down @ self.up)[0]


def learn_turn(questions: NDArray[np.float32], paragraph: NDArray[np.intp], texts: NDArray[np.float32]) -> Turn:
    """A change under which questions of one paragraph are nearer to each other than to those of others.

    questions has a unit vector for each question, paragraph the number of the one that answers it, texts the unit
    vectors of paragraphs. Of too few questions nothing is learned: the change is none.
    """
    import numpy as np

    drawn, dimensions = np.random.default_rng(7), questions.shape[1]
    down = (drawn.normal(size=(dimensions, _RANK)) / dimensions**0.5).astype(np.float32)
    parts = [down, np.zeros((_RANK, dimensions), dtype=np.float32)]
    means = [np.zeros_like(part) for part in parts]
    squares = [np.zeros_like(part) for part in parts]
    alike = texts @ texts.T > _ALIKE
    for step in range(1, _STEPS + 1) if len(questions) >= _LEAST else ():
        batch = drawn.permutation(len(questions))[:_BATCH]
        found = _slopes(questions[batch], paragraph[batch], alike, *parts)
        for part, slope, mean, square in zip(parts, found, means, squares, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            part -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return Turn(*parts)


def _slopes(
    vectors: NDArray[np.float32],
    paragraph: NDArray[np.intp],
    alike: NDArray[np.bool_],
    down: NDArray[np.float32],
    up: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How the loss changes with down and up: that of each question's softmax over all others, for those of its own.

    Supervised contrastive loss (Khosla et al. 2020); questions of paragraphs that are alike are left out of the sum.
    """
    import numpy as np

    inner = vectors @ down
    turned, lengths = _of_length_one(vectors + inner @ up)
    own = paragraph[:, None] == paragraph
    counted = own | ~alike[np.ix_(paragraph, paragraph)]
    np.fill_diagonal(counted, val=False)
    own &= counted
    near = np.exp((turned @ turned.T - 1) / _TEMPERATURE)
    paired = own.any(axis=1)
    slope = _shares(near, counted) - _shares(near, own)
    slope[~paired] = 0
    slope = (slope + slope.T) @ turned / (_TEMPERATURE * len(vectors))
    slope = (slope - turned * np.sum(slope * turned, axis=1, keepdims=True)) / lengths
    whole, cost = down @ up, 2 * _SMALL / len(down)
    return vectors.T @ (slope @ up.T) + cost * (whole @ up.T), inner.T @ slope + cost * (down.T @ whole)


def _shares(near: NDArray[np.float32], counted: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The share of each that is counted in the sum of its row; 0 in a row of which none is counted."""
    import numpy as np

    kept = near * counted
    shares: NDArray[np.float32] = kept / np.maximum(kept.sum(axis=1, keepdims=True), np.float32(1e-30))
    return shares


def _of_length_one(vectors: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Vectors divided by their lengths, and these lengths, shape (n, 1)."""
    import numpy as np

    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return vectors / lengths, lengths
