"""Text → vectors, by an exported model (`ingest.model_export`); the only module that knows onnxruntime and tokenizers.

The default model reads texts packed: the word pieces of several in one row, each looking at those of its own text alone
(Krell et al. 2021, "Efficient sequence packing without cross-contamination", doi:10.48550/arXiv.2107.02027). So its
weights are read from memory once for all of them, and nothing is computed for padding.
"""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from ingest.limits import cores
from ingest.token_vectors import quantised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    _Vector = Callable[[], NDArray[np.float32]]  # gives a vector, once the model has read for it

_Made = TypeVar("_Made")

DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"
LOWER, SAID, ASKED = "lower.onnx", "said.onnx", "asked.onnx"  # the middle one alone, where nothing was learned
OF_BATCH: Final = ("input_ids", "attention_mask")  # what a model is given that has not learned
OF_PACK: Final = ("ids", "positions")  # what the lower half of one is given that has, beside AMONG
STATES, AMONG = "states", "among"  # of word pieces half way up; added to how much each looks at each other one
_PACK_TOKENS, _PACK_TEXTS = 256, 32  # read at once; more are no faster on a core
_APART: Final = -1e9  # added where a word piece does not look at another: that of another text
_MOST_REMEMBERED = 32  # texts of the question at hand; whoever never forgets holds no more of them either


class ModelError(Exception):
    """The embedding model is missing, altered or cannot be used; the message says what to do."""


@dataclass(frozen=True)
class ModelCard:
    """What a query needs to know of a model: its name, weights, sizes, and the prompts it was trained with.

    weights_sha256 is that of the weights' file; of the default model, which has learned, of that and its adapter.
    max_tokens counts word pieces with the special ones. prompts stand before a question or a document's text, ""
    where the model has none. token_dimensions are those of the vector of one word piece. pools_evenly says that the
    vector of a text is the mean of what the model says of its word pieces.
    """

    name: str
    weights_sha256: str
    max_tokens: int
    dimensions: int
    query_prompt: str = ""
    document_prompt: str = ""
    token_dimensions: int = 0
    pools_evenly: bool = False


class QuestionVector:
    """A question as vectors of one length: said is for what documents say, asked for what people ask of them.

    said is by the model as it came, asked as it has learned (`ingest.adapter`). A model that has not learned has one
    for both. In both the sentence that asks counts as much as all together. whole is asked of all together alone; None
    where questions are mixed. Each is made when it is first looked at, by what gives it: until then the model reads on.
    """

    def __init__(self, said: _Vector, asked: _Vector, whole: _Vector | None = None) -> None:
        self._said, self._asked, self._whole = _once(said), _once(asked), whole

    @property
    def said(self) -> NDArray[np.float32]:
        """The unit vector for what documents say."""
        return self._said()

    @property
    def asked(self) -> NDArray[np.float32]:
        """The unit vector for what people ask."""
        return self._asked()

    @property
    def whole(self) -> NDArray[np.float32] | None:
        """That for what people ask, of all together alone."""
        return self._whole() if self._whole else None

    def __add__(self, other: QuestionVector) -> QuestionVector:
        """The vectors of both, added."""
        return QuestionVector(lambda: self.said + other.said, lambda: self.asked + other.asked)

    def __rmul__(self, weight: float) -> QuestionVector:
        """The vectors, each times a weight."""
        return QuestionVector(lambda: weight * self.said, lambda: weight * self.asked)

    def unit(self) -> QuestionVector:
        """The vectors, each made length 1."""
        return QuestionVector(lambda: unit(self.said), lambda: unit(self.asked))


def _once(make: _Vector) -> _Vector:
    """The same, made at the first call and kept."""
    made: list[NDArray[np.float32]] = []

    def given() -> NDArray[np.float32]:
        if not made:
            made.append(make())
        return made[0]

    return given


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """A vector, made length 1."""
    import numpy as np

    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class Embedded(NamedTuple):
    """Texts as vectors: one unit vector a text, shape (texts, dimensions), and more for those that have parts.

    Those that have none are what people ask; their vectors are as the model has learned.
    tokens has, for each of these, the `quantised` vectors of the word pieces that say something, int8, shape (pieces,
    token dimensions), in order; parts the unit vector of each of its parts, shape (parts, dimensions), zeros for a part
    without a word piece.
    """

    vectors: NDArray[np.float32]
    tokens: list[NDArray[np.int8]]
    parts: list[NDArray[np.float16]]


def to_bytes(embedded: Embedded) -> bytes:
    """Vectors as they are kept between builds: of texts, of parts, the counts of pieces, those of the pieces."""
    import numpy as np

    counts = np.array([len(pieces) for pieces in embedded.tokens], dtype="<u4")
    parts = (part.astype("<f2") for part in embedded.parts)
    return b"".join(part.tobytes() for part in (embedded.vectors.astype("<f4"), *parts, counts, *embedded.tokens))


def embedded_from(content: bytes | None, texts: int, parts: Sequence[int], card: ModelCard) -> Embedded | None:
    """What `to_bytes` made, of so many texts, of which the first have so many parts; None where it is not that."""
    import numpy as np

    parts_at = 4 * card.dimensions * texts
    counts_at = parts_at + 2 * card.dimensions * sum(parts)
    pieces_at = counts_at + 4 * len(parts)
    if content is None or len(content) < pieces_at:
        return None
    counts = np.frombuffer(content[counts_at:pieces_at], dtype="<u4").astype(np.int64)
    if len(content) - pieces_at != int(counts.sum()) * card.token_dimensions:
        return None
    vectors = np.frombuffer(content[:parts_at], dtype="<f4").reshape(texts, card.dimensions)
    of_parts = np.frombuffer(content[parts_at:counts_at], dtype="<f2").reshape(-1, card.dimensions)
    pieces = np.frombuffer(content[pieces_at:], dtype=np.int8).reshape(-1, card.token_dimensions)
    return Embedded(vectors, _split(pieces, counts), _split(of_parts, parts))


def _split(rows: NDArray[Any], counts: Sequence[int] | NDArray[np.int64]) -> list[NDArray[Any]]:
    import numpy as np

    return np.split(rows, np.cumsum(counts)[:-1]) if len(counts) else []


class QuestionTokens(NamedTuple):
    """The word pieces of a question that say something: the word that each belongs to, and its `quantised` vector."""

    words: tuple[str, ...]
    vectors: NDArray[np.int8]


def read_card(folder: Path) -> ModelCard:
    """What stands in an exported model's model.json."""
    return ModelCard(**json.loads((folder / "model.json").read_text(encoding="utf-8")))


def token_counter(tokenizer_file: Path) -> Callable[[str], int]:
    """How many word pieces a model makes of a text, without the special ones; from its tokenizer.json."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


class DocumentEmbedder:
    """Embeds the texts of documents with an exported model, on all cores.

    The texts of one call are put into packs by length, and each pack is computed on one core: the same texts in one
    call have the same vectors to the last bit, however many cores there are and whatever else is embedded meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self.card = read_card(folder)
        self._model = _Model(folder)
        self._tokenizer = _tokenizer(folder, self.card.max_tokens)
        self._hands = ThreadPoolExecutor(cores(), thread_name_prefix="embedding")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimensions), in the order of texts."""
        return self._embed_all(texts, [], asked=False).vectors

    def embed_with_parts(self, texts: Sequence[str], starts: Sequence[Sequence[int]]) -> Embedded:
        """The vectors of texts, in their order, and those of the word pieces and the parts of the first of them.

        The others are what people ask.
        starts has, for each of these first texts, where its parts begin, in order; each goes on to the next one's
        start, the last to the end. The vector of a part is the mean of what the model says of its word pieces as it
        reads the whole text; where the model does not pool evenly, parts are embedded as texts of their own.
        """
        return self._embed_all(texts, starts, asked=True)

    def _embed_all(self, texts: Sequence[str], starts: Sequence[Sequence[int]], *, asked: bool) -> Embedded:
        """As `embed_with_parts`; asked says that the texts without parts are what people ask."""
        import numpy as np

        prompt = self.card.document_prompt
        encoded = [self._tokenizer.encode(prompt + text) for text in texts]
        said = range(len(starts) if asked else len(texts))
        packs = list[list[int]]()
        for some in (said, range(len(said), len(texts))):
            longest_first = sorted(some, key=lambda n: -len(encoded[n].ids))
            packs += _packs({n: len(encoded[n].ids) for n in longest_first}, padded=not self._model.learned)

        def made(pack: Sequence[int]) -> tuple[NDArray[np.float32], list[_OfPieces]]:
            below = self._model.below([encoded[n].ids for n in pack])
            if pack[0] not in said:
                return self._model.asked(below), []
            found = self._model.said(below)
            return found.vectors, [
                _of_pieces(found.tokens[row], found.states[row], encoded[n], starts[n], len(prompt))
                for row, n in enumerate(pack)
                if n < len(starts)
            ]

        vectors = np.zeros((len(texts), self.card.dimensions), dtype=np.float32)
        first: dict[int, _OfPieces] = {}
        for pack, (found, of_pieces) in zip(packs, self._hands.map(made, packs), strict=True):
            vectors[pack] = found
            first.update(zip((n for n in pack if n < len(starts)), of_pieces, strict=True))
        own = [first[n] for n in range(len(starts))]
        if self.card.pools_evenly:
            parts = [one.parts for one in own]
        else:
            parts = [self._apart(text, of_text) for text, of_text in zip(texts, starts, strict=False)]
        return Embedded(vectors, [one.tokens for one in own], parts)

    def _apart(self, text: str, starts: Sequence[int]) -> NDArray[np.float16]:
        import numpy as np

        if not starts:
            return np.zeros((0, self.card.dimensions), dtype=np.float16)
        apart = [text[start:end].strip() for start, end in pairwise([*starts, len(text)])]
        vectors = self.embed(apart)
        vectors[[not part for part in apart]] = 0
        return vectors.astype(np.float16)

    def probe(self) -> str:
        """A digest of how this machine computes: where it differs, vectors may differ in their last bits."""
        texts = ["one", "a text of some words", "a longer text that holds many more words than the others do " * 3]
        return hashlib.sha256(self.embed(texts).tobytes()).hexdigest()


def _packs(lengths: Mapping[int, int], *, padded: bool) -> list[list[int]]:
    """The numbers of texts, in their order, as many together as are read at once.

    lengths are their counts of word pieces; padded says that each takes as much as the longest beside it.
    """
    packs = list[list[int]]()
    for n, length in lengths.items():
        together = [length, *(lengths[other] for other in packs[-1])] if packs else []
        size = max(together, default=0) * len(together) if padded else sum(together)
        if not packs or size > _PACK_TOKENS or len(together) > _PACK_TEXTS:
            packs.append([])
        packs[-1].append(n)
    return packs


class _Below(NamedTuple):
    """Texts as the upper halves of a model are given them, by the names of inputs; and their counts of word pieces."""

    given: dict[str, NDArray[Any]]
    lengths: tuple[int, ...]


class _Said(NamedTuple):
    """What a model says of texts: unit vectors, shape (texts, dimensions), and for each text those of its word pieces.

    tokens are vectors of `ModelCard.token_dimensions`, states those that the model ends with.
    """

    vectors: NDArray[np.float32]
    tokens: list[NDArray[np.float32]]
    states: list[NDArray[np.float32]]


class _Model:
    """An exported model. Each call computes on the core that it is called on."""

    def __init__(self, folder: Path) -> None:
        self.learned = (folder / ASKED).is_file()
        names = (LOWER, SAID, ASKED) if self.learned else (SAID,)
        with ThreadPoolExecutor(len(names)) as hands:
            self._sessions = dict(zip(names, hands.map(lambda name: _session(folder / name), names), strict=True))

    def below(self, rows: Sequence[Sequence[int]]) -> _Below:
        """Of texts what `said` and `asked` are to be given; rows are the ids of their word pieces."""
        lengths = tuple(len(row) for row in rows)
        if not self.learned:
            return _Below(_batch(rows), lengths)
        given, among = _pack(rows)
        (states,) = self._sessions[LOWER].run([STATES], {**given, AMONG: among})
        return _Below({STATES: states, AMONG: among}, lengths)

    def said(self, below: _Below) -> _Said:
        """What the model says as it came."""
        import numpy as np

        if self.learned:
            both = self._sessions[SAID].run(["tokens", "said"], below.given)
            tokens, states = (_split(found, below.lengths) for found in both)
            return _Said(np.stack([unit(own.mean(axis=0)) for own in states]), tokens, states)
        vectors, *both = self._sessions[SAID].run(["vector", "tokens", STATES], below.given)
        tokens, states = ([row[:n] for row, n in zip(found, below.lengths, strict=True)] for found in both)
        return _Said(vectors, tokens, states)

    def asked(self, below: _Below) -> NDArray[np.float32]:
        """The unit vectors of texts, as the model has learned, shape (texts, dimensions)."""
        import numpy as np

        if not self.learned:
            return self.said(below).vectors
        (states,) = self._sessions[ASKED].run(["asked"], below.given)
        return np.stack([unit(own.mean(axis=0)) for own in _split(states, below.lengths)])


def _pack(rows: Sequence[Sequence[int]]) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.float32]]:
    """Texts in one row, and what keeps their word pieces apart, shape (pieces, pieces)."""
    import numpy as np

    ids = np.concatenate([np.array(row, dtype=np.int64) for row in rows])
    positions = np.concatenate([np.arange(len(row), dtype=np.int64) for row in rows])
    text = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    among = np.where(text[:, None] == text, np.float32(0), np.float32(_APART))
    return dict(zip(OF_PACK, (ids, positions), strict=True)), among


def _batch(rows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """Texts one below the other, filled up to the longest."""
    import numpy as np

    ids = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = row
        mask[n, : len(row)] = 1
    return dict(zip(OF_BATCH, (ids, mask), strict=True))


def _session(path: Path) -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before onnxruntime is imported, or it writes a device id
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1  # one question is too small to share out; also the same sums each time
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _tokenizer(folder: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _telling(encoded: Any, start: int) -> list[int]:
    """The places of the word pieces of an encoded text, from its character `start` on, that hold a letter or digit."""
    found = zip(encoded.word_ids, encoded.offsets, encoded.tokens, strict=True)
    return [
        n
        for n, (word, (first, _), piece) in enumerate(found)
        if word is not None and first >= start and any(sign.isalnum() for sign in piece)
    ]


class _OfPieces(NamedTuple):
    """What is made of the word pieces of one text: their vectors, and those of its parts; see `Embedded`."""

    tokens: NDArray[np.int8]
    parts: NDArray[np.float16]


def _of_pieces(
    vectors: NDArray[np.float32], states: NDArray[np.float32], encoded: Any, starts: Sequence[int], prompt: int
) -> _OfPieces:
    """What is made of the vectors and states of an encoded text's word pieces; the prompt has so many signs."""
    import numpy as np

    parts = np.zeros((len(starts), states.shape[1]), dtype=np.float32)
    places = [n for n, special in enumerate(encoded.special_tokens_mask) if not special]
    at = np.searchsorted([encoded.offsets[n][0] for n in places], [prompt + start for start in starts]).tolist()
    for n, (first, last) in enumerate(pairwise([*at, len(places)])):
        if first < last:
            mean = states[places[first] : places[last - 1] + 1].mean(axis=0)
            parts[n] = mean / np.linalg.norm(mean)
    return _OfPieces(quantised(vectors[_telling(encoded, prompt)]), parts.astype(np.float16))


def _after(hands: ThreadPoolExecutor, first: Future[Any], make: Callable[[Any], Any]) -> Future[Any]:
    """What is made of a result, by whichever hand is free once that is there; none waits for it.

    Neither knows the other by way of itself, so that both are gone when nobody holds them, and not when memory is
    tidied next.
    """
    made = Future[Any]()

    def done(found: Future[Any]) -> None:
        if made.set_running_or_notify_cancel():
            try:
                made.set_result(make(found.result()))
            except BaseException as error:  # noqa: BLE001  whoever asks for what is made is told
                made.set_exception(error.with_traceback(None))

    def begin(found: Future[Any]) -> None:
        try:
            hands.submit(done, found)
        except RuntimeError as error:  # the process is ending
            if made.set_running_or_notify_cancel():
                made.set_exception(error.with_traceback(None))

    first.add_done_callback(begin)
    return made


def _result(awaited: Future[_Made]) -> _Made:
    """What is awaited. An error is raised anew: the one that is kept would hold whoever asks, and the question."""
    if (error := awaited.exception()) is not None:
        raise RuntimeError(f"The model could not read a text ({type(error).__name__}).")
    return awaited.result()


class _Reading:
    """Texts that are read together: each half of the model runs once, and an upper one only if what it says is wanted.

    behind are texts of which the lower half is read before.
    """

    def __init__(
        self,
        encoded: Sequence[Any],
        model: _Model,
        hands: ThreadPoolExecutor,
        behind: _Reading | None = None,
    ) -> None:
        self.encoded, self._model, self._hands = encoded, model, hands
        rows = [one.ids for one in encoded]
        self._below: Future[_Below] = (
            _after(hands, behind._below, lambda _: model.below(rows)) if behind else hands.submit(model.below, rows)
        )
        self._said: Future[_Said] | None = None
        self._asked: Future[NDArray[np.float32]] | None = None

    def drop(self) -> None:
        """Begin with nothing that has not been begun."""
        for awaited in (self._below, self._said, self._asked):
            if awaited:
                awaited.cancel()

    def said(self) -> Future[_Said]:
        """What `_Model.said` says of them."""
        if self._said is None:
            self._said = _after(self._hands, self._below, self._model.said)
        return self._said

    def asked(self) -> Future[NDArray[np.float32]]:
        """What `_Model.asked` says of them."""
        if self._asked is None and self._model.learned:
            self._asked = _after(self._hands, self._below, self._model.asked)
        elif self._asked is None:
            self._asked = _after(self._hands, self.said(), lambda found: found.vectors)
        return self._asked


class QueryEmbedder:
    """Embeds questions from an exported model, without torch.

    The model runs once for each text of the question at hand, until `forget`; at most 32 texts are remembered. Texts
    that are read together have the vectors that each has alone, but for the last bits.
    """

    def __init__(self, folder: Path) -> None:
        self.card = read_card(folder)
        self._model = _Model(folder)
        self._tokenizer = _tokenizer(folder, self.card.max_tokens)
        self._remembered: dict[str, tuple[_Reading, int]] = {}  # and which of the texts of that it is
        self._hands = ThreadPoolExecutor(cores(), thread_name_prefix="question")

    def read_ahead(self, texts: Sequence[str], later: Sequence[str] = ()) -> None:
        """Begin to read texts that will be asked for, together; those in later once the others are half read."""
        behind = self._begin(texts)
        self._begin(later, behind)

    def _begin(self, texts: Sequence[str], behind: _Reading | None = None) -> _Reading | None:
        """Begin to read texts; the last of those that it begins, behind where all have been begun."""
        encoded = {text: self._encoded(text) for text in texts if text not in self._remembered}
        new = [*encoded]
        lengths = {n: len(encoded[text].ids) for n, text in enumerate(new)}
        for pack in _packs(lengths, padded=not self._model.learned):
            behind = self._read({new[n]: encoded[new[n]] for n in pack}, behind)
            behind.said()
            behind.asked()
        return behind

    def _encoded(self, question: str) -> Any:
        return self._tokenizer.encode(self.card.query_prompt + question)

    def _read(self, encoded: Mapping[str, Any], behind: _Reading | None = None) -> _Reading:
        """Read texts together, of which these are the word pieces."""
        if len(self._remembered) + len(encoded) > _MOST_REMEMBERED:
            self._remembered = {}  # what others are read behind is read to its end
        reading = _Reading([*encoded.values()], self._model, self._hands, behind)
        self._remembered |= {text: (reading, n) for n, text in enumerate(encoded)}
        return reading

    def forget(self) -> None:
        """Let go of all texts of the question at hand, and of what the model said of them.

        A hand that is reading some ends with what it has begun, some ten milliseconds later, and keeps nothing.
        """
        remembered, self._remembered = self._remembered, {}
        for reading, _ in remembered.values():
            reading.drop()

    def embed(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question for what documents say, shape (dimensions,)."""
        return self.said_later(question)()

    def asked(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question for what people ask, shape (dimensions,)."""
        return self.asked_later(question)()

    def said_later(self, question: str) -> _Vector:
        """What gives the vector of `embed`; the model begins at once. It may raise CancelledError after `forget`."""
        import numpy as np

        reading, n = self._reading(question)
        found = reading.said()
        return lambda: np.array(_result(found).vectors[n], dtype=np.float32)

    def asked_later(self, question: str) -> _Vector:
        """What gives the vector of `asked`; the model begins at once. It may raise CancelledError after `forget`."""
        import numpy as np

        reading, n = self._reading(question)
        found = reading.asked()
        return lambda: np.array(_result(found)[n], dtype=np.float32)

    def tokens(self, question: str) -> QuestionTokens:
        """The word pieces of a question that say something."""
        whole = self.card.query_prompt + question
        reading, own = self._reading(question)
        encoded, tokens = reading.encoded[own], _result(reading.said()).tokens[own]
        places = _telling(encoded, len(self.card.query_prompt))
        spans: dict[int, list[int]] = {}
        for n in places:
            spans.setdefault(encoded.word_ids[n], []).extend(encoded.offsets[n])
        words = (spans[encoded.word_ids[n]] for n in places)
        return QuestionTokens(tuple(whole[min(span) : max(span)] for span in words), quantised(tokens[places]))

    def _reading(self, question: str) -> tuple[_Reading, int]:
        if question not in self._remembered:
            self._read({question: self._encoded(question)})
        return self._remembered[question]

    def knows(self, word: str) -> bool:
        """Whether a word is one to the model: it has a piece for the whole of it, in small letters."""
        return self._tokenizer.token_to_id(word) is not None
