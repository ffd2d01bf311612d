"""A command of this program → the line that a person copies into a terminal."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.catalogue import Document

_CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def command(corpus_dir: Path, *words: str) -> str:
    """Write `python -m ingest …` so that it runs as it stands, for this corpus and from the present folder."""
    corpus = () if corpus_dir.resolve() == _CORPUS else ("--corpus", str(corpus_dir))
    line = [near(Path(sys.executable)), "-m", "ingest", *words, *corpus]
    return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)


def a_path(text: str) -> Path:
    """Take a path as it was typed; ~ is the home folder also between quotation marks, where the shell leaves it."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return Path(text)


def near(path: Path) -> str:
    """Name a path from the present folder on when it lies below it, and in full otherwise."""
    whole, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100  links are kept: python in .venv is one
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def by_hand(corpus_dir: Path, document: Document) -> str:
    """Say how a person gets a document without `fetch`."""
    where = f"Open {document.official_url} in a browser" if document.official_url else "Ask its publisher for the PDF"
    return f"{where}, save the PDF, and run `{command(corpus_dir, 'add', 'FILE', '--id', document.id)}`."
