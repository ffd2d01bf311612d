"""The program and its libraries → one digest: another digest means that documents may be read otherwise."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

LIBRARIES: Final = (
    "bm25s",
    "chromadb",
    "langchain-chroma",
    "langchain-core",
    "langchain-text-splitters",
    "numpy",
    "onnxruntime",
    "pypdf",
    "pypdfium2",
    "pystemmer",
    "sentence-transformers",
    "sentencex",
    "tokenizers",
    "torch",
)
_READ: Final = (".py", ".safetensors", ".txt")


@cache
def versions() -> dict[str, str]:
    """The versions of the libraries that decide what is in an index."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def program() -> str:
    """SHA-256 over this package, its libraries' versions and Python's; does not change while it runs."""
    digest = hashlib.sha256(json.dumps([versions(), sys.version_info[:2]]).encode())
    for path in sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in _READ):
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()
