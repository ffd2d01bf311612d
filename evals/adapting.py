"""what people ask of each paragraph → a small change of the model, under which its questions stand nearer together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch.nn import functional
from tqdm import tqdm

from evals.asking import build_index
from evals.errors import EvalError
from ingest.adapter import write_adapter
from ingest.build import BuildSettings
from ingest.embeddings import DEFAULT_MODEL
from ingest.facts import read_asked
from ingest.limits import cores
from ingest.model_export import DEFAULT_WEIGHTS_SHA256, locate_model
from ingest.offline import silence
from ingest.opening import open_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_LAYERS: Final = 3  # the uppermost, whose matrices are changed; those below say what they said
_RANK: Final = 24
_PASSES: Final = 2
_BATCH: Final = 64  # questions a step
_TEMPERATURE: Final = 0.05
_RATE: Final = 4e-4
_HELD: Final = 2.0  # how much a question is held to the vector that it had, beside what it is to come nearer to
_TEXTS: Final = 0.3  # of the steps, in which questions come nearer to their paragraph, not to another of its questions
_MOST_PIECES: Final = 128  # of a text; questions are shorter
_SEED: Final = 0


class Learned(NamedTuple):
    """What is learned from: questions, the number of each one's paragraph, and the paragraphs' texts."""

    questions: Sequence[str]
    paragraphs: NDArray[np.intp]
    texts: Sequence[str]


class _Changed(torch.nn.Module):
    """A linear layer that stays as it is, and the thin matrices whose product is added to its own."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, _RANK))
        self.down = torch.nn.Parameter(torch.randn(_RANK, linear.in_features) / linear.in_features**0.5)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        unchanged: torch.Tensor = self.linear(states)
        return unchanged + (states @ self.down.T) @ self.up.T


class _Half(NamedTuple):
    """Texts as the lower layers leave them: states, float16, shape (texts, pieces, dimensions), and which are real."""

    states: NDArray[np.float16]
    real: NDArray[np.bool_]


class _Upper:
    """The upper layers of a model, the same for every text but for what is learned."""

    def __init__(self, model: Any) -> None:
        self.layers = model.encoder.layer[-_LAYERS:]

    def __call__(self, texts: _Half) -> torch.Tensor:
        """Unit vectors, shape (texts, dimensions)."""
        pieces = int(texts.real.sum(axis=1).max())
        states, real = torch.from_numpy(texts.states[:, :pieces]).float(), torch.from_numpy(texts.real[:, :pieces])
        return _pooled(_through(self.layers, states, real), real)


def _through(layers: Any, states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    unseen = (1.0 - real[:, None, None, :].float()) * -1e4
    for layer in layers:
        found = layer(states, attention_mask=unseen)
        states = found[0] if isinstance(found, tuple) else found
    return states


def _pooled(states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    weights = real.unsqueeze(-1).float()
    return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=1)


def _lower(model: Any, tokenizer: Any, texts: Sequence[str]) -> _Half:
    """Texts through the lower layers, once and for all."""
    found = [tokenizer(text, truncation=True, max_length=_MOST_PIECES)["input_ids"] for text in texts]
    lengths = np.array([len(ids) for ids in found])
    states = np.zeros((len(texts), int(lengths.max()), model.config.hidden_size), dtype=np.float16)
    real = np.arange(states.shape[1]) < lengths[:, None]
    with torch.no_grad():
        for some in np.array_split(np.argsort(lengths, kind="stable"), -(-len(texts) // 64)):
            ids = torch.zeros((len(some), int(lengths[some].max())), dtype=torch.int64)
            for row, n in enumerate(some):
                ids[row, : lengths[n]] = torch.tensor(found[n])
            seen = torch.from_numpy(real[some, : ids.shape[1]])
            made = _through(model.encoder.layer[:-_LAYERS], model.embeddings(ids), seen)
            states[some, : ids.shape[1]] = made.numpy()
    return _Half(states, real)


def learn(model: Any, tokenizer: Any, learned: Learned) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """(up, down) of each matrix of a BERT's upper layers, by its name; what is learned changes the model's modules.

    Each question is to come nearer to another of its paragraph, or to the paragraph, than to those of the other
    paragraphs of its batch (InfoNCE; van den Oord et al. 2018, doi:10.48550/arXiv.1807.03748), and to keep near to the
    vector that it had; made less by Adam (Kingma and Ba 2015). The same questions teach the same on one machine.
    """
    draw = np.random.default_rng(_SEED)
    torch.manual_seed(_SEED)
    model.eval().requires_grad_(requires_grad=False)
    questions, texts = _lower(model, tokenizer, learned.questions), _lower(model, tokenizer, learned.texts)
    upper, changed = _Upper(model), dict[str, _Changed]()
    before = np.concatenate([upper(some).numpy() for some in _batches(questions)])
    for name, module in [*model.named_modules()]:
        if isinstance(module, torch.nn.Linear) and _is_upper(name, model.config.num_hidden_layers):
            changed[name] = _Changed(module)
            parent, _, own = name.rpartition(".")
            setattr(model.get_submodule(parent), own, changed[name])
    upper.layers.train()  # with the model's own dropout
    learning = [half for one in changed.values() for half in (one.up, one.down)]
    optimizer = torch.optim.AdamW(learning, lr=_RATE, weight_decay=0.01)
    steps = _PASSES * (len(learned.questions) // _BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / 40) * max(0.05, 1 - n / steps))
    for batch in tqdm(_drawn(draw, len(learned.questions)), total=steps, desc="learning", disable=None):
        own = learned.paragraphs[batch]
        asked = upper(_rows(questions, batch))
        others = _others(draw, learned.paragraphs, batch)
        near = _rows(texts, own) if draw.random() < _TEXTS else _rows(questions, others)
        cosines = asked @ upper(near).T / _TEMPERATURE
        same = torch.from_numpy((own[:, None] == own) & ~np.eye(len(own), dtype=bool))
        cosines = cosines.masked_fill(same, -1e4)
        right = torch.arange(len(own))
        loss = (functional.cross_entropy(cosines, right) + functional.cross_entropy(cosines.T, right)) / 2
        held = (1 - (asked * torch.from_numpy(before[batch])).sum(dim=1)).mean()
        torch.autograd.backward(loss + _HELD * held)
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        rate.step()
    upper.layers.eval()
    return {name: (one.up.detach(), one.down.detach()) for name, one in changed.items()}


def _is_upper(name: str, layers: int) -> bool:
    return any(name.startswith(f"encoder.layer.{layer}.") for layer in range(layers - _LAYERS, layers))


def _rows(texts: _Half, some: NDArray[np.intp]) -> _Half:
    return _Half(texts.states[some], texts.real[some])


def _batches(texts: _Half) -> Iterator[_Half]:
    for some in np.array_split(np.arange(len(texts.real)), -(-len(texts.real) // _BATCH)):
        yield _rows(texts, some)


def _drawn(draw: np.random.Generator, count: int) -> Iterator[NDArray[np.intp]]:
    """The questions of each step; each comes once in a pass, but for a few at its end."""
    for _ in range(_PASSES):
        order = draw.permutation(count)
        yield from (order[start : start + _BATCH] for start in range(0, count - _BATCH + 1, _BATCH))


def _others(draw: np.random.Generator, paragraphs: NDArray[np.intp], batch: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each question another one of its paragraph, or itself where there is none; paragraphs stand together."""
    first, last = (np.searchsorted(paragraphs, paragraphs[batch], side) for side in ("left", "right"))
    further = draw.integers(1, np.maximum(last - first, 2))
    return np.asarray(first + (batch - first + further) % (last - first))


def learned_from(corpus_dir: Path, index_dir: Path) -> Learned:
    """All that people ask of a corpus, by paragraph, and the paragraphs' texts after their headings."""
    asked = read_asked(corpus_dir)
    index = open_index(BuildSettings(corpus_dir, index_dir)).index
    try:
        questions, counts, texts = list[str](), list[int](), list[str]()
        for document, numbers in index.asked.places:
            sentences = [stored.sentence for stored in index.store.sentences(document, numbers)]
            first = f"{sentences[0].paragraph} "  # "4" has the sentences of "4 (a)" too
            rows = [row for row in asked if row[0] == document and first.startswith(f"{row[1]} ")]
            own = asked[max(rows, key=lambda row: len(row[1]))]
            questions += own
            counts.append(len(own))
            title = index.store.documents[document].title
            texts.append("\n".join([title, *sentences[0].heading, *(sentence.text for sentence in sentences)]))
    finally:
        index.close()
    return Learned(questions, np.repeat(np.arange(len(texts)), counts), texts)


def set_adapter(corpus_dir: Path, index_dir: Path) -> int:
    """Learn the change from what people ask, and write it beside the program; 0. Raises EvalError.

    Nothing else is learned from: no question of the sets, and no answer.
    """
    build_index(corpus_dir, index_dir)
    learned = learned_from(corpus_dir, index_dir)
    if len(learned.questions) < _BATCH:
        few = f"{corpus_dir} has {len(learned.questions)} rows in asked.csv and questions.csv that a document answers"
        raise EvalError(f"{few}. At least {_BATCH} are needed to learn from.")
    silence()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(locate_model(DEFAULT_MODEL)[0], device="cpu", local_files_only=True)
    torch.set_num_threads(cores())
    with threadpool_limits(cores()):
        halves = learn(model[0].auto_model, model.tokenizer, learned)
    source = f"Learned from {len(learned.questions)} questions of {len(learned.texts)} paragraphs."
    write_adapter(halves, DEFAULT_WEIGHTS_SHA256, source)
    print(f"{source} Now run `python -m evals confidence`.")
    return 0
