"""`turned.toml` ↔ a small change of vectors, by which two questions for one paragraph come nearer to each other."""

from __future__ import annotations

import base64
import binascii
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ingest.catalogue import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ingest.embeddings import ModelCard

TURNED: Final = "turned.toml"
_HEAD: Final = """\
# A small change of the vectors of questions, x + (x·down)·up, by which questions for one paragraph come nearer to each
# other. Learned from asked.csv alone, for one model, by `python -m evals turn`; data from then on. The numbers are
# half-precision floats, row by row, in base64.
"""


@dataclass(frozen=True)
class Turn:
    """A change of vectors: x + (x·down)·up, made length 1. down has the shape (dimensions, rank), up the other way."""

    down: NDArray[np.float32]
    up: NDArray[np.float32]

    def lengths(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """How long vectors, of shape (n, dimensions), are when they are changed and not yet made length 1."""
        import numpy as np

        return np.asarray(np.linalg.norm(self._changed(vectors), axis=1), dtype=np.float32)

    def towards(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a vector that is not changed, divided by its length, is multiplied with for its cosine with this one.

        So the changed vectors of what is searched need not be held.
        """
        import numpy as np

        changed = self._changed(vector)
        unit = changed / np.linalg.norm(changed)
        return np.asarray(unit + (unit @ self.up.T) @ self.down.T, dtype=np.float32)

    def _changed(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np

        return np.asarray(vectors + (vectors @ self.down) @ self.up, dtype=np.float32)


def read_turn(corpus_dir: Path, model: ModelCard) -> Turn | None:
    """The change for a model, known by the SHA-256 of its weights; None where there is none, or one for another model.

    Raises CatalogueError.
    """
    import numpy as np

    path = corpus_dir / TURNED
    if not path.is_file():
        return None
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        if told["model"] != model.weights_sha256:
            return None
        halves = [
            np.frombuffer(base64.b64decode("".join(told[name].split()), validate=True), dtype="<f2").astype(np.float32)
            for name in ("down", "up")
        ]
        down, up = halves[0].reshape(model.dimensions, -1), halves[1].reshape(-1, model.dimensions)
        if down.T.shape != up.shape or not all(np.isfinite(half).all() for half in halves):
            raise ValueError("down and up do not fit each other")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise CatalogueError(
            [f"{TURNED} cannot be read ({error}). Put it back, or make it anew by `python -m evals turn`."]
        ) from None
    return Turn(down, up)


def turn_file(turn: Turn, model: str, source: str) -> str:
    """The text of the file."""
    down, up = (base64.encodebytes(half.astype("<f2").tobytes()).decode("ascii") for half in (turn.down, turn.up))
    return f'{_HEAD}\nsource = "{source}"\nmodel = "{model}"\ndown = """\n{down}"""\nup = """\n{up}"""\n'
