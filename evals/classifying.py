"""what people ask of each paragraph → a small network that says of a question's vector which paragraph it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch.nn import functional
from tqdm import tqdm

from evals.asking import build_index
from evals.errors import EvalError
from ingest.build import BuildSettings
from ingest.classifier import Classifier, paragraph_digest, write_classifier
from ingest.opening import open_index

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_HIDDEN: Final = 512  # units between the vector and the paragraphs
_PASSES: Final = 12
_BATCH: Final = 256  # questions a step
_RATE: Final = 2e-3
_WARMING: Final = 100  # steps until the rate is whole
_DROPPED_OF_VECTOR: Final = 0.15  # share of the vector that is left out at a step
_DROPPED: Final = 0.3  # share of the units
_SMOOTHED: Final = 0.1  # of the probability shared among all paragraphs, as others answer too
_SEED: Final = 0


def learn(vectors: NDArray[np.float32], paragraphs: NDArray[np.intp]) -> Classifier:
    """The network that has learned which paragraph each question is asked of.

    vectors are the unit vectors of questions, shape (questions, dimensions), paragraphs the number of each one's
    paragraph. The cross-entropy with smoothed labels (Szegedy et al. 2016, doi:10.1109/CVPR.2016.308) is made less by
    Adam with dropout (Srivastava et al. 2014). The same questions teach the same on one machine.
    """
    torch.manual_seed(_SEED)
    scale = (vectors.shape[1] / 2) ** 0.5  # numbers of a unit vector are small; the inner layer takes it back
    asked, own = torch.from_numpy(vectors * np.float32(scale)), torch.from_numpy(paragraphs)
    inner = torch.nn.Linear(vectors.shape[1], _HIDDEN)
    outer = torch.nn.Linear(_HIDDEN, int(paragraphs.max()) + 1)
    network = torch.nn.Sequential(
        torch.nn.Dropout(_DROPPED_OF_VECTOR), inner, torch.nn.ReLU(), torch.nn.Dropout(_DROPPED), outer
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE)
    steps = _PASSES * -(-len(asked) // _BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / _WARMING) * max(0.02, 1 - n / steps))
    for _ in tqdm(range(_PASSES), desc="learning", leave=False, disable=None):
        order = torch.randperm(len(asked))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            loss = functional.cross_entropy(network(asked[batch]), own[batch], label_smoothing=_SMOOTHED)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            rate.step()
    layers = (inner.weight.T * scale, inner.bias, outer.weight.T, outer.bias)
    return Classifier(*(layer.detach().numpy() for layer in layers))


def set_classifier(corpus_dir: Path, index_dir: Path) -> int:
    """Learn the network from what people ask, and write it beside the program; 0. Raises EvalError.

    Nothing else is learned from: no question of a set that something is measured on, and no answer.
    """
    build_index(corpus_dir, index_dir)
    index = open_index(BuildSettings(corpus_dir, index_dir)).index
    try:
        vectors, paragraphs = index.asked.learned_from()
        known = [
            paragraph_digest(document, [stored.sentence.text for stored in index.store.sentences(document, numbers)])
            for document, numbers in index.asked.places
        ]
        model = index.embedder.card.weights_sha256
    finally:
        index.close()
    if len(vectors) < _BATCH:
        few = f"{corpus_dir} has {len(vectors)} rows in asked.csv and questions.csv that a document answers"
        raise EvalError(f"{few}. At least {_BATCH} are needed to learn from.")
    if len(set(known)) < len(known):
        raise EvalError(f"Two paragraphs of one document in {corpus_dir} say the same, and people ask for both.")
    with threadpool_limits(1):
        classifier = learn(vectors, paragraphs)
    source = f"Learned from {len(vectors)} questions of {len(known)} paragraphs."
    write_classifier(classifier, known, model, source)
    print(f"{source} Now run `python -m evals confidence`.")
    return 0
