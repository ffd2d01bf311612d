"""A run ↔ its results folder: lines, figures, CSV, manifest; but for the file of times, the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evals.contacts import own_or_shipped
from evals.errors import EvalError
from evals.jsonl import Row, read_json, read_lines, write_json, write_lines, write_text
from evals.questions import QUESTIONS, SEEN
from evals.statistics import RESAMPLES, SEED, percentile
from evals.summary import flat, summarise
from ingest.build import BuildSettings, fingerprint
from ingest.publish import DamagedError, current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.case import Case

ROOT: Final = Path(__file__).resolve().parent.parent
LINES, SUMMARY, FIGURES, MANIFEST, TIMES = FILES = (
    "lines.jsonl", "summary.json", "figures.csv", "manifest.json", "times.json",
)  # fmt: skip
_MOST_TOLD = 20
_CODE = ("ingest", "assistant", "evals")
_LIBRARIES = (
    "bm25s", "chromadb", "ir-measures", "langchain-core", "numpy", "onnxruntime", "pypdf", "pytrec-eval-terrier",
    "scikit-learn", "sentence-transformers", "sentencex", "tokenizers", "torch",
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    """What a results folder holds. A line is {"question", "half", "needs", "answer", "scores"}; answer may be None."""

    folder: Path
    lines: list[Row]
    summary: Row
    manifest: Row

    @property
    def by_id(self) -> dict[str, Row]:
        """The lines by the id of their question."""
        return {line["question"]["id"]: line for line in self.lines}


def line_of(case: Case, found: Mapping[str, float]) -> Row:
    """One line of `lines.jsonl`, as JSON gives it back."""
    from evals.asking import plain

    needs = [[asdict(located) for located in need] for need in case.needs]
    return plain(
        {"question": case.question.to_row(), "half": case.question.half, "needs": needs, "answer": case.answer,
         "scores": dict(found)}
    )  # fmt: skip


def case_of(line: Row) -> Case:
    """The case that a line was made of. Raises EvalError when the line is not whole."""
    from evals.case import Case
    from evals.gold import Located, Place
    from evals.questions import Question

    try:
        needs = tuple(
            tuple(
                Located(e["document"], e["paragraph"], e["text"], tuple(Place(**place) for place in e["places"]))
                for e in need
            )
            for need in line["needs"]
        )
        return Case(Question.from_row(line["question"], line["question"]["set"]), needs, line["answer"])
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalError(f"A line of {LINES} is not whole ({error}). Run the eval again.") from None


def write(folder: Path, lines: Sequence[Row], times: Row, corpus_dir: Path, index_dir: Path) -> Results:
    """Write a results folder that was reserved. Raises EvalError when it cannot be written."""
    summary = summarise(lines)
    write_lines(folder / LINES, lines)
    write_json(folder / SUMMARY, summary)
    write_text(folder / FIGURES, _csv(summary))
    manifest = {
        **provenance(lines, corpus_dir, index_dir),
        "files": {name: _sha256(folder / name) for name in (LINES, SUMMARY, FIGURES)},
    }
    write_json(folder / MANIFEST, manifest)
    write_json(folder / TIMES, times)
    return Results(folder, list(lines), summary, manifest)


def read(folder: Path) -> Results:
    """Read a results folder. Raises EvalError that says what is missing."""
    if not folder.is_dir():
        raise EvalError(f"There is no folder {folder}. `python -m evals run --out {folder}` makes one.")
    missing = [name for name in FILES[:4] if not (folder / name).is_file()]
    if missing:
        raise EvalError(f"{folder} is no results folder: it has no {', '.join(missing)}.")
    found = Results(folder, read_lines(folder / LINES), read_json(folder / SUMMARY), read_json(folder / MANIFEST))
    problems = list(_not_whole(found))
    if problems:
        raise EvalError(
            "\n".join(f"{folder}: {problem}" for problem in problems[:_MOST_TOLD]) + "\nRun the eval again."
        )
    return found


def reserve(folder: Path) -> None:
    """Make the folder of a run before anything is asked. Raises EvalError when something is in its place already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise EvalError(f"{folder}: {error.strerror}. Give another folder with --out.") from None
    if taken:
        raise EvalError(f"{folder} is there already and not empty. Give another folder with --out, or remove it.")


def _not_whole(found: Results) -> Iterator[str]:
    """What a results folder lacks to be one, or has twice."""
    wanted = {"halves": list, "sets": dict, "corpus": str, "contacts": str, "code": str, "files": dict, "ids": list}
    for name, kind in wanted.items():
        if not isinstance(found.manifest.get(name), kind):
            yield f"{MANIFEST} has no {name}"
    for name in ("questions", "quotes", "figures", "confidence", "groups"):
        if name not in found.summary:
            yield f"{SUMMARY} has no {name}"
    names = []
    for n, line in enumerate(found.lines, 1):
        if set(line) != {"question", "half", "needs", "answer", "scores"}:
            yield f"{LINES}: line {n} has other fields than question, half, needs, answer and scores"
        else:
            names.append(line["question"].get("id"))
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        yield f"{LINES}: {', '.join(twice[:_MOST_TOLD])} stands there twice"


def provenance(lines: Sequence[Row], corpus_dir: Path, index_dir: Path) -> Row:
    """What the figures rest on: hashes of corpus, index, model, sets and code, and the versions of libraries."""
    try:
        published = current(index_dir)
    except (DamagedError, OSError):
        published = None
    manifest = published.manifest if published else {}
    sets = sorted({line["question"]["set"] for line in lines})
    return {
        "halves": sorted({line["half"] for line in lines}),
        "ids": [line["question"]["id"] for line in lines],
        "sets": {
            name: _sha256(QUESTIONS / f"{name}.jsonl") for name in sets if (QUESTIONS / f"{name}.jsonl").is_file()
        },
        "seen_sets": [name for name in sets if name in SEEN],
        "corpus": fingerprint(BuildSettings(corpus_dir, index_dir)),
        "questions": _of_rows({line["question"]["id"]: json.dumps(line["question"]) for line in lines}),
        "contacts": _of_rows({name: _of_tables(corpus_dir, name) for name in ("contacts", "wording", "triage")}),
        "index": manifest.get("fingerprint", ""),
        "index_files": _of_rows(manifest.get("files", {})),
        "model": manifest.get("model", {}).get("weights_sha256", ""),
        "code": _of_files(ROOT, sorted(path for name in _CODE for path in (ROOT / name).rglob("*.py"))),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED},
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _of_tables(corpus_dir: Path, name: str) -> str:
    """The hash of a folder of contacts, words or rules, that of this project where the corpus has none."""
    folder = own_or_shipped(corpus_dir, name)
    return _of_files(folder, sorted(folder.rglob("*.toml")))


def times_of(ids: Sequence[str], timings: Sequence[Mapping[str, float]], started: str, ended: str) -> Row:
    """The file of times: clock, machine, p50 and p95 of warm questions that were looked up, and every timing."""
    from evals.asking import machine

    warm = [timing["total"] for timing in timings[1:] if timing.get("retrieve")]
    return {
        "started": started, "ended": ended, "machine": machine(),
        "latency_ms": {"n": len(warm), "p50": percentile(warm, 50), "p95": percentile(warm, 95)},
        "timings_ms": dict(zip(ids, map(dict, timings), strict=True)),
    }  # fmt: skip


def _csv(summary: Row) -> str:
    written = io.StringIO()
    table = csv.DictWriter(written, ["group", "name", "measure", "n", "value", "low", "high"], lineterminator="\n")
    table.writeheader()
    table.writerows(flat(summary))
    return written.getvalue()


def figures_csv(summary: Row) -> str:
    """The figures of a summary as the CSV file holds them."""
    return _csv(summary)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes, as hexadecimal digits."""
    return _sha256(path)


def _of_files(root: Path, paths: Sequence[Path]) -> str:
    return _of_rows({path.relative_to(root).as_posix(): _sha256(path) for path in paths})


def _of_rows(rows: Mapping[str, object]) -> str:
    digest = hashlib.sha256()
    for name, value in sorted(rows.items()):
        digest.update(f"{name}={value}\n".encode())
    return digest.hexdigest()
