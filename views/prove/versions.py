"""An installation → the versions and hashes that a result holds for."""

from __future__ import annotations

import hashlib
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from views.prove.search import hash_folder
from views.prove.surroundings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LIBRARIES: Final = ("streamlit", "chromadb", "langchain-core", "onnxruntime")
_PROGRAM: Final = ("ingest", "assistant", "views")
_PROGRAM_FILES: Final = (".py", ".js", ".css", ".html", ".svg")
_WEIGHTS: Final = (".onnx", ".safetensors")


def versions(browser: str) -> dict[str, str]:
    """Name to version of what took part."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {"Avenues": str(project["version"]), "Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return {**found, "browser": browser or "none", "system": platform.platform()}


def hashes(index_dir: Path, index_files: Mapping[str, str]) -> dict[str, str]:
    """Name to SHA-256 of the lock file, the program as a whole, the index in use, and the model's weights."""
    program = {
        f"{package}/{name}": digest
        for package in _PROGRAM
        for name, digest in hash_folder(ROOT / package).items()
        if name.endswith(_PROGRAM_FILES)
    }
    program["ui.py"] = _of(ROOT / "ui.py")
    found = {"requirements.lock": _of(ROOT / "requirements.lock"), "program files": one_hash(program)}
    pointer = index_dir / "CURRENT"
    in_use = pointer.read_text(encoding="utf-8").partition("\n")[0] if pointer.is_file() else ""
    found["index manifest"] = index_files.get(f"{in_use}/manifest.json", "none")
    weights = {name: digest for name, digest in index_files.items() if name.endswith(_WEIGHTS)}
    return found | {f"model {name.rpartition('/')[2]}": digest for name, digest in weights.items()}


def one_hash(files: Mapping[str, str]) -> str:
    """One SHA-256 for many files, by the lines that sha256sum would print in the order of their names."""
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def _of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
