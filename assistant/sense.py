"""`sense.toml` ↔ what the vector of a question says by itself of whether the documents answer it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FILE: Final = "sense.toml"
_HEAD: Final = """\
# What the vector v of a question says by itself: base + v·line + v·form·v, about 1 where the documents answer and -1
# where they do not. Learned, for one model, from questions of which it is known and from what people ask, by
# `python -m evals confidence`; data from then on. The numbers are half-precision floats in base64; of form, which is
# symmetric, the upper triangle, row by row.
"""


@dataclass(frozen=True)
class Sense:
    """base + v·line + v·form·v of a unit vector v: about 1 where the documents answer, −1 where they do not.

    line has the shape (dimensions,), form (dimensions, dimensions). They hold for one model alone, named by the SHA-256
    of its weights; of vectors of another they say nothing.
    """

    model: str
    base: float
    line: NDArray[np.float32]
    form: NDArray[np.float32]

    def of(self, vector: NDArray[np.float32] | None, model: str) -> float:
        """What speaks for an answer (above 0) or against one; 0 where there is no vector of this model."""
        if vector is None or model != self.model or vector.shape != self.line.shape:
            return 0.0
        return float(self.base + vector @ self.line + vector @ self.form @ vector)

    @property
    def sha256(self) -> str:
        """The SHA-256 of what its file holds, in hexadecimal digits; the source that is told there left aside."""
        head = f"{self.model} {self.base:.4f}".encode("ascii")
        return hashlib.sha256(head + b"".join(_halves(self))).hexdigest()


NO_SENSE: Final = Sense("", 0.0, np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32))


def read_sense(corpus_dir: Path) -> Sense:
    """Read sense.toml of a corpus; one that says nothing where there is none. Raises RulesError."""
    path = corpus_dir / FILE
    if not path.is_file():
        return NO_SENSE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        line, upper = (
            np.frombuffer(base64.b64decode("".join(told[name].split()), validate=True), dtype="<f2").astype(np.float32)
            for name in ("line", "form")
        )
        form = np.zeros((len(line), len(line)), dtype=np.float32)
        form[np.triu_indices(len(line))] = upper
        if not (np.isfinite(line).all() and np.isfinite(upper).all()):
            raise ValueError("it holds what is no number")
        return Sense(str(told["model"]), float(told["base"]), line, form + np.triu(form, 1).T)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise RulesError(
            [f"{FILE}: cannot be read ({error}). Put it back, or make it anew by `python -m evals confidence`."]
        ) from None


def sense_file(sense: Sense, source: str) -> str:
    """The text of the file."""
    line, form = (base64.encodebytes(part).decode("ascii") for part in _halves(sense))
    said = f'source = "{source}"\nmodel = "{sense.model}"\nbase = {sense.base:.4f}\n'
    return f"{_HEAD}\n{said}line = '''\n{line}'''\nform = '''\n{form}'''\n"  # literal: read ten times as fast


def _halves(sense: Sense) -> tuple[bytes, bytes]:
    """The line and the upper triangle of the form, as half-precision floats; what is too small for these is 0."""
    upper = sense.form[np.triu_indices(len(sense.line))]
    line, form = ((part.astype(np.float16) + np.float16(0)).astype("<f2") for part in (sense.line, upper))  # no −0
    return line.tobytes(), form.tobytes()
