"""Vectors of the word pieces of chunks ↔ a folder → how near the words of a question come to those of each chunk.

Late interaction (Khattab and Zaharia 2020, "ColBERT"): each word of a question looks for the word of a chunk that is
nearest to it, in its sentence. A chunk's one vector blurs what it says; these do not. They are made when the index is
built, small and in whole numbers, and only looked up when somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# A unit vector's components times this, rounded, fit int8 without clipping. Sums of products of two such vectors stay
# under 2²⁴, so that single-precision arithmetic is exact and the order of summing, or the processor, changes no bit.
SCALE: Final = 127
_VECTORS, _STARTS = "tokens.npy", "token_starts.npy"
TOKEN_FILES: Final = (_VECTORS, _STARTS)


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Unit vectors, shape (pieces, dimensions), as whole numbers from −127 to 127."""
    import numpy as np

    return np.rint(vectors * SCALE).astype(np.int8)


def write_tokens(folder: Path, rows: Sequence[NDArray[np.int8]]) -> None:
    """Write the vectors of the word pieces of each chunk, in the order of chunks."""
    import numpy as np

    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    np.save(folder / _VECTORS, np.concatenate(rows) if rows else np.zeros((0, 1), dtype=np.int8))
    np.save(folder / _STARTS, starts)


class TokenVectors:
    """The vectors of all word pieces, read from a folder as they are needed: the file is mapped, not loaded."""

    def __init__(self, folder: Path) -> None:
        import numpy as np

        self._vectors: NDArray[np.int8] = np.asarray(np.load(folder / _VECTORS, mmap_mode="r"))
        self._starts: NDArray[np.int64] = np.load(folder / _STARTS)

    def of(self, row: int) -> NDArray[np.int8]:
        """The vectors of the word pieces of one chunk, shape (pieces, dimensions)."""
        return self._vectors[self._starts[row] : self._starts[row + 1]]

    def nearness(
        self, rows: Sequence[int] | NDArray[np.int64], question: NDArray[np.int8], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """How near a question comes to each of these chunks, shape (rows,), −1 to 1.

        question has the vectors of its word pieces, weights, 0 and up, how much each counts: the weighted mean of the
        cosines between each piece and that of the chunk which is nearest to it. 0 for a chunk without pieces.
        """
        import numpy as np

        near = np.zeros(len(rows), dtype=np.float32)
        wanted = np.asarray(rows, dtype=np.int64)
        first, end = self._starts[wanted], self._starts[wanted + 1]
        filled = first < end
        if not filled.any() or not float(weights.sum()):
            return near
        first, end = first[filled], end[filled]
        found = [self._vectors[one:other] for one, other in zip(first.tolist(), end.tolist(), strict=True)]
        products = np.concatenate(found, dtype=np.float32) @ question.astype(np.float32).T
        starts = np.cumsum(end - first) - (end - first)
        best = np.maximum.reduceat(products, starts, axis=0)
        near[filled] = (best.astype(np.float64) @ weights) / (float(weights.sum()) * SCALE**2)
        return near
