"""`adapter.safetensors` ↔ a small change of the default model, under which questions for one paragraph are nearer.

Of some of the model's matrices W of shape (out, in) it holds two thin ones, up of shape (out, rank) and down of shape
(rank, in): the change is W + up·down (Hu et al. 2021, "LoRA", doi:10.48550/arXiv.2106.09685). It is learned from
corpus/asked.csv by `python -m evals adapt`; data from then on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ADAPTER: Final = Path(__file__).parent / "adapter.safetensors"
_UP, _DOWN, _OF = ".up", ".down", "model"


class AdapterError(Exception):
    """The file is missing, damaged, or made for another model; the message says what to do."""


def write_adapter(halves: Mapping[str, tuple[Any, Any]], model: str, source: str, path: Path = ADAPTER) -> None:
    """Write (up, down) of each matrix, by the name of its module, as half-precision floats.

    model is the SHA-256 of the weights that they were learned for, source says from what.
    """
    from safetensors.torch import save_file

    tensors = {
        name + end: half.detach().half().contiguous()
        for name, both in sorted(halves.items())
        for end, half in zip((_UP, _DOWN), both, strict=True)
    }
    save_file(tensors, path, metadata={_OF: model, "source": source})


def adapt(model: Any, weights_sha256: str, path: Path = ADAPTER) -> list[str]:
    """Change a torch module with these weights in place; the names of the modules in it that are other now.

    Raises AdapterError; the module may then be half changed.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file, torch.no_grad():
            if (file.metadata() or {}).get(_OF) != weights_sha256:
                raise ValueError("it was learned for another model")
            names = [name.removesuffix(_UP) for name in file.keys() if name.endswith(_UP)]  # noqa: SIM118  no dict
            for name in names:
                up, down = file.get_tensor(name + _UP).float(), file.get_tensor(name + _DOWN).float()
                model.get_submodule(name).weight += up @ down
            return names
    except (OSError, SafetensorError, AttributeError, ValueError, RuntimeError) as error:
        raise AdapterError(f"{path} cannot be used ({error}). Put it back as it was shipped.") from None
