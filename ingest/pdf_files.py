"""Corpus folder → the PDFs that lie in it, and documents made of their names where there is no catalogue."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFICIAL = "official"  # the folder of what was fetched or added: never shipped, never touched by an upgrade
PREVIOUS = "previous"  # earlier editions, below it: kept, never read


class NamedFile(NamedTuple):
    """What can be said of a PDF that no row names: file is relative to the corpus folder, with forward slashes."""

    id: str
    file: str
    title: str
    path: Path


def find_pdfs(corpus_dir: Path) -> Iterator[Path]:
    """Find every PDF below the folder, sorted; hidden files, links out of it and earlier editions are passed over."""
    root = corpus_dir.resolve()
    for folder, folders, files in os.walk(corpus_dir):
        folders[:] = sorted(name for name in folders if not is_previous(corpus_dir, Path(folder) / name))
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith(".") or path.suffix.casefold() != ".pdf":
                continue
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def is_previous(corpus_dir: Path, path: Path) -> bool:
    """Whether a path is the folder of earlier editions, or in it."""
    return path.is_relative_to(corpus_dir / OFFICIAL / PREVIOUS)


def named_by_file(corpus_dir: Path, paths: Iterable[Path], taken: Iterable[str] = ()) -> Iterator[NamedFile]:
    """Give each PDF an id and a title made of its name; no id is given twice or is one of those taken."""
    used = set(taken)
    for path in sorted(paths, key=lambda path: path.relative_to(corpus_dir).as_posix()):
        file = os.fsencode(path.relative_to(corpus_dir).as_posix()).decode("utf-8", "replace")
        shown = PurePosixPath(file).stem
        identity = free_id(file[: -len(path.suffix)], used)
        used.add(identity)
        title = " ".join(re.sub(r"[_\x00-\x1f\x7f-\x9f]+", " ", shown).split()) or identity
        yield NamedFile(identity, file, title, path)


def free_id(words: str, taken: Iterable[str]) -> str:
    """Make an id of some words: small letters and digits with hyphens between, and a number where it is taken."""
    slug = re.sub(r"[\W_]+", "-", words.casefold()).strip("-") or "document"
    identity, count, used = slug, 1, set(taken)
    while identity in used:
        count += 1
        identity = f"{slug}-{count}"
    return identity
