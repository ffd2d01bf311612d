"""Corpus folder → published index; the journey of `python -m ingest build`, with its children and its swap."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.catalogue import OWN_TABLE, SHIPPED_TABLE, Catalogue, CatalogueError, read_catalogue
from ingest.chunks import CHUNK_TOKENS, MODEL_TOKENS
from ingest.compiled_rules import FOLDER as RULES
from ingest.compiled_rules import copy_rules
from ingest.durable import flush, stat_of, write_whole
from ingest.facts import ASKED, QUESTIONS
from ingest.model_export import locate_model, model_digest, wanted_model
from ingest.page_text import could_read_more
from ingest.pages import sha256_of
from ingest.pdf_files import OFFICIAL, PREVIOUS
from ingest.program import program, versions
from ingest.publish import (
    FORMAT,
    DamagedError,
    Published,
    build_lock,
    check_files,
    current,
    hash_files,
    publish,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROOT = Path(__file__).resolve().parent.parent
CORPUS_DIR = _ROOT / "corpus"
INDEX_DIR = _ROOT / "index"
_TABLES = (SHIPPED_TABLE, OWN_TABLE, "flags.csv", "facts.csv", ASKED, QUESTIONS)


class BuildError(Exception):
    """No new index could be made; the message says why and what to do. What was in use stays in use."""


@dataclass(frozen=True)
class BuildSettings:
    """Where to read, where to write, with which model. model is a name, a folder or a hub name."""

    corpus_dir: Path = CORPUS_DIR
    index_dir: Path = INDEX_DIR
    model: str = field(default_factory=wanted_model)
    allow_download: bool = False


@dataclass(frozen=True)
class BuildReport:
    """What a build did: built is False when today's index was there already. See `worker.Report` for the lists."""

    built: bool
    chunks: int
    indexed: tuple[dict[str, Any], ...]
    unread: tuple[dict[str, str], ...]
    unlisted: tuple[str, ...]


@dataclass(frozen=True)
class IndexState:
    """Whether an index can be used: name is ``ready``, ``stale``, ``missing``, ``damaged`` or ``empty``.

    stale means that the corpus, the model or the program is not the one it was built from; empty that the corpus
    holds no PDF and there is no index. Damage inside the files shows only when the index is opened. usable is False
    for a stale index that this version of the program cannot open.
    """

    name: str
    reason: str = ""
    usable: bool = True


def fingerprint(settings: BuildSettings) -> str:
    """SHA-256 over all that decides what is in an index: tables, guides, PDFs, model, settings and format."""
    return _fingerprint(settings, {})


def _fingerprint(settings: BuildSettings, known: dict[str, dict[str, Any]]) -> str:
    """The fingerprint, taking the hashes of files whose size and time are as known instead of reading them."""
    hashes = ((name, _hash(path, known.get(name))) for name, path in _sources(settings.corpus_dir).items())
    return _digest(settings.model, tuple(hashes))


@lru_cache(maxsize=4)
def _digest(model: str, hashes: tuple[tuple[str, str], ...]) -> str:
    """The fingerprint of files with these hashes; at each question they are mostly as they were."""
    parts = [FORMAT, CHUNK_TOKENS, MODEL_TOKENS, model, dict(hashes)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _hash(path: str, known: dict[str, Any] | None) -> str:
    stat = stat_of(path)
    return str(known["sha256"]) if known and stat == known["stat"] else _hashed(path, tuple(stat))


@lru_cache(maxsize=4096)
def _hashed(path: str, stat: tuple[int, ...]) -> str:
    """The hash of a file that is not as the index knows it, such as one of a copied corpus; read once."""
    return sha256_of(Path(path))


def _stats(settings: BuildSettings) -> dict[str, dict[str, Any]]:
    return {
        name: {"stat": stat_of(path), "sha256": sha256_of(Path(path))}
        for name, path in _sources(settings.corpus_dir).items()
    }


def _sources(corpus_dir: Path) -> dict[str, str]:
    """Where every file lies that decides what is in an index, by its path in the corpus."""
    found = dict(files_below(str(corpus_dir)))
    return {name: found[name] for name in sorted(found) if name in _TABLES or name.lower().endswith((".pdf", ".md"))}


def files_below(folder: str, path: str = "") -> Iterator[tuple[str, str]]:
    """The path in the corpus, and the place, of each file below a folder but for earlier editions; path is its own.

    They are looked at before each question, and there may be thousands: `pathlib` would take ten times as long.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:  # a folder that may not be read, or was removed meanwhile
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if f"{path}{entry.name}" != f"{OFFICIAL}/{PREVIOUS}":
                yield from files_below(entry.path, f"{path}{entry.name}/")
        elif entry.is_file():
            yield f"{path}{entry.name}", entry.path


def index_state(settings: BuildSettings) -> IndexState:
    """What there is now, from the pointer and the manifest alone: quick enough for every question."""
    try:
        published = current(settings.index_dir)
    except DamagedError as error:
        return IndexState("damaged", str(error))
    if published is None:
        return IndexState("missing" if _something_to_read(settings.corpus_dir) else "empty")
    if published.manifest.get("format") != FORMAT:
        return IndexState("stale", "It was made by another version of the program.", usable=False)
    if published.manifest.get("program") != program():
        return IndexState("stale", "It was made by another version of the program.")
    if published.manifest["model"]["name"] != settings.model:
        return IndexState("stale", "It was made with another embedding model.")
    try:
        today = _fingerprint(settings, published.manifest.get("sources", {}))
    except OSError as error:
        return IndexState("stale", f"{error.filename} cannot be read.")
    if published.manifest["fingerprint"] != today:
        return IndexState("stale", "The documents or their tables have changed.")
    return IndexState("ready")


def indexed(index_dir: Path) -> tuple[dict[str, Any], ...]:
    """What the index in use holds of each document, from its manifest; () when there is none. See `worker.Report`."""
    try:
        published = current(index_dir)
    except DamagedError:
        return ()
    return tuple(published.manifest.get("report", {}).get("indexed", [])) if published else ()


def _something_to_read(corpus_dir: Path) -> bool:
    try:
        return bool(read_catalogue(corpus_dir).documents)
    except CatalogueError:
        return corpus_dir.is_dir()  # a build will say what is wrong with the tables


def _nothing(settings: BuildSettings, catalogue: Catalogue) -> str:
    """Say why there is nothing to read, and what to do."""
    kinds = ((catalogue.withdrawn, "withdrawn"), (catalogue.not_here, "not here yet"), (catalogue.missing, "missing"))
    counts = [f"{len(found)} {words}" for found, words in kinds if found]
    if not counts:
        return f"There is no PDF in {settings.corpus_dir}. Put PDFs there and build again."
    said = f"No document in {settings.corpus_dir} can be read: {', '.join(counts)}."
    if catalogue.withdrawn and settings.index_dir.exists():
        said += f" An index that was built before still quotes them: delete {settings.index_dir} to end that."
    return f"{said} `python -m ingest list` says how to get what is not here; `restore` takes a withdrawal back."


def build(settings: BuildSettings, progress: Callable[[dict[str, Any]], None] = lambda state: None) -> BuildReport:
    """Build the index aside, verify it in another process, and put it in use; nothing to do when it is today's.

    Raises CatalogueError (every problem of the tables), BuildError, LockedError or ModelError; the index that was in
    use is then untouched.
    """
    if not settings.corpus_dir.is_dir():
        raise BuildError(f"There is no folder {settings.corpus_dir}. Give the folder of PDFs with --corpus.")
    catalogue = read_catalogue(settings.corpus_dir)
    if not catalogue.documents:
        raise BuildError(_nothing(settings, catalogue))
    locate_model(settings.model, settings.allow_download)
    with build_lock(settings.index_dir):
        with suppress(OSError):  # without copies the rules are read as they are written
            copy_rules(settings.corpus_dir, settings.index_dir / RULES)
        kept = _usable(settings)
        if kept:
            return _report(kept.manifest, built=False)
        sweep(settings.index_dir)
        aside = Path(tempfile.mkdtemp(prefix=".building-", dir=settings.index_dir))
        try:
            unlisted = [path.relative_to(settings.corpus_dir).as_posix() for path in catalogue.unlisted]
            return _report(_build_aside(settings, unlisted, aside, progress).manifest, built=True)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            sweep(settings.index_dir)


def _build_aside(
    settings: BuildSettings, unlisted: list[str], aside: Path, progress: Callable[[dict[str, Any]], None]
) -> Published:
    made = aside / "index"
    made.mkdir()
    before, sources = fingerprint(settings), _stats(settings)
    model = exported(settings, aside, progress)
    model_folder = settings.index_dir / "models" / model["folder"]
    task = {
        "corpus_dir": str(settings.corpus_dir.resolve()), "folder": str(made),
        "kept_dir": str(settings.index_dir / "kept"), "model_folder": str(model_folder),
    }  # fmt: skip
    result = {**_child("build", task, progress), "model": model}
    if not result["report"]["indexed"]:
        reasons = "\n".join(f"  {unread['file']}: {unread['reason']}" for unread in result["report"]["unread"])
        raise BuildError(f"None of the PDFs could be read.\n{reasons}")
    progress({"stage": "verifying"})
    _verify(made, aside / "verified", model_folder, result)
    if fingerprint(settings) != before:
        raise BuildError("The corpus changed while it was read. Build again.")
    manifest = {
        "format": FORMAT, "fingerprint": before, "program": program(), **result, "unlisted": unlisted,
        "sources": sources, "versions": versions(),
    }  # fmt: skip
    return publish(settings.index_dir, made, manifest)


def exported(
    settings: BuildSettings, aside: Path, progress: Callable[[dict[str, Any]], None] = lambda state: None
) -> dict[str, Any]:
    """The exported model below "models", as it stands in the manifest; used again while its files are as written.

    aside is a folder where it may be made. Raises BuildError.
    """
    models = settings.index_dir / "models"
    digest = model_digest(settings.model, settings.allow_download)
    record = models / f"{digest[:16] or 'from-hub'}.json"
    if digest:
        try:
            model: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
            check_files(models / model["folder"], model["files"])
            return model
        except (OSError, ValueError, KeyError, TypeError, AttributeError, DamagedError):
            pass
    made = aside / "model"
    task = {"model": settings.model, "folder": str(made), "allow_download": settings.allow_download}
    model = _child("export", task, progress)["model"]
    model["folder"] = hashlib.sha256(json.dumps(model["files"], sort_keys=True).encode()).hexdigest()[:16]
    models.mkdir(exist_ok=True)
    place = models / model["folder"]
    try:
        check_files(place, model["files"])
    except DamagedError:
        shutil.rmtree(place, ignore_errors=True)
        for path in made.iterdir():
            flush(path)
        made.rename(place)
    write_whole(record, json.dumps(model).encode())
    return model


def _verify(made: Path, copy: Path, model_folder: Path, result: dict[str, Any]) -> None:
    """Verify a copy: Chroma changes files as it opens them, and what is published was not opened after its hashing."""
    shutil.copytree(made, copy)
    try:
        task = {"folder": str(copy), "model_folder": str(model_folder), "expected": result}
        problems = _child("verify", task)["problems"]
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    if problems:
        raise BuildError("The new index is not right (" + "; ".join(problems) + "). Nothing was changed. Build again.")


def _child(
    work: str, task: dict[str, Any], progress: Callable[[dict[str, Any]], None] = lambda state: None
) -> dict[str, Any]:
    """Run one step in a child process; its result, or BuildError when it ended without one."""
    with subprocess.Popen(
        [sys.executable, "-m", "ingest.worker", work],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT, encoding="utf-8",
    ) as child:  # fmt: skip
        assert child.stdin is not None  # noqa: S101  PIPE was asked for
        assert child.stdout is not None  # noqa: S101
        result: dict[str, Any] | None = None
        try:
            child.stdin.write(json.dumps(task))
            child.stdin.close()
            for line in child.stdout:
                said = json.loads(line) if line.startswith("{") else {}
                if "progress" in said:
                    progress(said["progress"])
                result = said.get("result", result)
        except BrokenPipeError:
            pass
        except BaseException:
            child.kill()
            raise
    if result is None or child.returncode:
        raise BuildError(
            f"The step '{work}' stopped before its end (code {child.returncode}). The index in use was not touched. "
            "Check that there is room on the disk and in memory, and build again."
        )
    if "refused" in result:
        raise BuildError(result["refused"])
    return result


def _usable(settings: BuildSettings) -> Published | None:
    """Today's index, if it is there and every file of it is as it was published."""
    if index_state(settings).name != "ready":
        return None
    try:
        published = current(settings.index_dir)
        if published is None or hash_files(published.folder) != published.manifest["files"]:
            return None
        if could_read_more(published.manifest["report"]):
            return None
        model = published.manifest["model"]
        check_files(settings.index_dir / "models" / model["folder"], model["files"])
    except (DamagedError, OSError):
        return None
    return published


def _report(manifest: dict[str, Any], built: bool) -> BuildReport:
    report = manifest["report"]
    lists = (tuple(found) for found in (report["indexed"], report["unread"], manifest["unlisted"]))
    return BuildReport(built, manifest["chunks"], *lists)
