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
    return (path for path in _named_pdf(corpus_dir) if not why_passed_over(corpus_dir, path))


def passed_over(corpus_dir: Path) -> Iterator[tuple[Path, str]]:
    """Whatever below the folder has the name of a PDF and is not read, sorted, with why and what to do."""
    found = ((path, why_passed_over(corpus_dir, path)) for path in _named_pdf(corpus_dir))
    return ((path, why) for path, why in found if why)


def why_passed_over(corpus_dir: Path, path: Path) -> str:
    """Why something with the name of a PDF is not read, and what to do; "" for a PDF in the folder."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "It is a link that leads nowhere. Put the PDF itself here, or remove it."
    if not real.is_relative_to(corpus_dir.resolve()):
        return "It is a link that leads out of the corpus folder. Put the PDF itself here."
    return "" if real.is_file() else "It is no file. Remove it."


def _named_pdf(corpus_dir: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(corpus_dir):
        folders[:] = sorted(name for name in folders if not is_previous(corpus_dir, Path(folder) / name))
        for name in sorted(files):
            if not name.startswith(".") and name.casefold().endswith(".pdf"):
                yield Path(folder) / name


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
