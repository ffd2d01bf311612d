"""what people ask of each paragraph → a small change of vectors under which its questions stand nearer together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evals.asking import build_index
from evals.errors import EvalError
from ingest.build import BuildSettings
from ingest.opening import open_index
from ingest.turning import TURNED, Turn, turn_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_RANK: Final = 48
_STEPS: Final = 60
_DRAWN: Final = 1024  # questions a step
_TEMPERATURE: Final = 0.05
_RATE: Final = 0.001
_SEED: Final = 0


def learn(vectors: NDArray[np.float32], paragraphs: NDArray[np.intp]) -> Turn:
    """The change that brings questions of one paragraph together and others apart; the same for the same vectors.

    vectors has a row of length 1 a question, paragraphs the number of its paragraph. The loss is the supervised
    contrastive one with the sum inside the logarithm (Khosla et al. 2020, doi:10.48550/arXiv.2004.11362, L_in), made
    less by Adam (Kingma and Ba 2015).
    """
    draw = np.random.default_rng(_SEED)
    count, dimensions = vectors.shape
    down = (draw.standard_normal((dimensions, _RANK)) / np.sqrt(dimensions)).astype(np.float32)
    halves = [down, np.zeros((_RANK, dimensions), dtype=np.float32)]
    means, squares = ([np.zeros_like(half) for half in halves] for _ in range(2))
    for step in range(1, _STEPS + 1):
        drawn = draw.permutation(count)[:_DRAWN]
        slopes = _slopes(vectors[drawn], paragraphs[drawn], *halves)
        for half, slope, mean, square in zip(halves, slopes, means, squares, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            half -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return Turn(*halves)


def _slopes(
    x: NDArray[np.float32], paragraphs: NDArray[np.intp], down: NDArray[np.float32], up: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How the loss of some questions changes with down and with up."""
    lower = x @ down
    changed = x + lower @ up
    lengths = np.linalg.norm(changed, axis=1, keepdims=True)
    unit = changed / lengths
    near = unit @ unit.T / np.float32(_TEMPERATURE)
    np.fill_diagonal(near, -np.inf)
    shares = np.exp(near - near.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    own = paragraphs[:, None] == paragraphs
    np.fill_diagonal(own, val=False)
    among_own = shares * own
    among_own /= np.maximum(among_own.sum(axis=1, keepdims=True), np.float32(1e-12))
    counted = own.any(axis=1)
    pull = (shares - among_own) * counted[:, None] / np.float32(max(counted.sum(), 1) * _TEMPERATURE)
    on_unit = (pull + pull.T) @ unit
    on_changed = (on_unit - unit * (on_unit * unit).sum(axis=1, keepdims=True)) / lengths
    return x.T @ (on_changed @ up.T), lower.T @ on_changed


def set_turn(corpus_dir: Path, index_dir: Path) -> int:
    """Learn the change from what people ask, and write it to the corpus; 0. Raises EvalError.

    Nothing else is learned from: no question of the sets, and no answer.
    """
    build_index(corpus_dir, index_dir)
    index = open_index(BuildSettings(corpus_dir, index_dir)).index
    try:
        vectors, paragraphs = index.asked.learned_from()
        if not len(paragraphs):
            raise EvalError(f"No document of {corpus_dir} has a row in asked.csv. There is nothing to learn from.")
        turn, model = learn(vectors, paragraphs), index.embedder.card.weights_sha256
    finally:
        index.close()
    source = f"Learned from {len(paragraphs)} questions of {paragraphs[-1] + 1} paragraphs."
    (corpus_dir / TURNED).write_text(turn_file(turn, model, source), encoding="utf-8")
    print(f"{source} Written to {corpus_dir / TURNED}; now run `python -m evals confidence`.")
    return 0
