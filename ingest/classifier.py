"""`classifier.safetensors` → how likely it is that a question asks for each paragraph, by its vector.

A network with one hidden layer (ReLU), learned from corpus/asked.csv and questions.csv by `python -m evals classify`;
data from then on. A paragraph is known by a digest of its words: one that was changed or added is not known until it is
learned anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

CLASSIFIER: Final = Path(__file__).parent / "classifier.safetensors"
_LAYERS: Final = ("inner", "inner_bias", "outer", "outer_bias")
_PARAGRAPHS, _OF, _SOURCE = "paragraphs", "model", "source"


class ClassifierError(Exception):
    """The file is missing or damaged; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network; inner has the shape (dimensions, hidden), outer (hidden, outputs), the biases one axis each."""

    inner: NDArray[np.float32]
    inner_bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    outer_bias: NDArray[np.float32]

    def of(self, outputs: Sequence[int]) -> Classifier:
        """The network with these outputs alone, in this order."""
        return Classifier(self.inner, self.inner_bias, self.outer[:, outputs], self.outer_bias[outputs])

    def likelihood(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The natural logarithm of the probability of each output for a question's unit vector, shape (outputs,)."""
        import numpy as np

        said = np.maximum(vector @ self.inner + self.inner_bias, 0) @ self.outer + self.outer_bias
        said -= said.max()
        return np.asarray(said - np.log(np.exp(said).sum()), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write it to a folder, as half-precision floats."""
        import numpy as np

        for name in _LAYERS:
            np.save(folder / f"{name}.npy", getattr(self, name).astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """The network that `save` wrote."""
        import numpy as np

        return cls(*(np.load(folder / f"{name}.npy").astype(np.float32) for name in _LAYERS))


class Known(NamedTuple):
    """A network, and the output of each paragraph that it knows, by `paragraph_digest`."""

    classifier: Classifier
    outputs: Mapping[str, int]


def paragraph_digest(document: str, sentences: Sequence[str]) -> str:
    """What a paragraph is known by: the first 16 hexadecimal digits of the SHA-256 of its document's id and words."""
    return hashlib.sha256(json.dumps([document, *sentences]).encode()).hexdigest()[:16]


def write_classifier(
    classifier: Classifier, paragraphs: Sequence[str], model: str, source: str, path: Path = CLASSIFIER
) -> None:
    """Write a network as half-precision floats; paragraphs are the digests that its outputs stand for.

    model is the `weights_sha256` of the model whose vectors it was learned for, source says from what.
    """
    import numpy as np
    from safetensors.numpy import save_file

    tensors: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(classifier, name), dtype=np.float16) for name in _LAYERS
    }
    save_file(tensors, path, metadata={_PARAGRAPHS: " ".join(paragraphs), _OF: model, _SOURCE: source})


def read_classifier(model: str, path: Path = CLASSIFIER) -> Known | None:
    """The network; None where it was learned for another model than this `weights_sha256`. Raises ClassifierError."""
    import numpy as np
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            said = file.metadata() or {}
            if said.get(_OF, model) != model:
                return None
            layers = [np.asarray(file.get_tensor(name), dtype=np.float32) for name in _LAYERS]
        outputs = {digest: n for n, digest in enumerate(said[_PARAGRAPHS].split())}
        inner, inner_bias, outer, outer_bias = (layer.shape for layer in layers)
        if (inner[1:], outer) != (inner_bias, (*inner_bias, *outer_bias)) or len(outputs) != layers[-1].size:
            raise ValueError("its layers do not fit each other")
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ClassifierError(f"{path} cannot be used ({error}). Put it back as it was shipped.") from None
    return Known(Classifier(*layers), outputs)
