"""Results folder → whether its figures follow from its lines, and whether it was made of what is here now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals import results
from evals.jsonl import Row, read_json
from evals.measures import Known, scores
from evals.results import FIGURES, LINES, SUMMARY, Results, case_of
from evals.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def verify(folder: Path, corpus_dir: Path, index_dir: Path) -> int:
    """Print what does not hold; 1 when a figure or a file is not what it should be, else 0. Raises EvalError."""
    found = results.read(folder)
    remarks = list(provenance_remarks(found, corpus_dir, index_dir))
    problems = list(file_problems(found))
    if not any(remark.startswith("corpus") or remark.startswith("contacts") for remark in remarks):
        problems += score_problems(found, Known(corpus_dir))
    else:
        remarks.append("The scores were not computed again: the documents or contacts that they rest on are not here.")
    for remark in remarks:
        print(f"note: {remark}")
    for problem in problems:
        print(f"WRONG: {problem}")
    if not problems:
        print(f"{folder}: {len(found.lines)} lines; the figures follow from them.")
    return int(bool(problems))


def file_problems(found: Results) -> Iterator[str]:
    """Files that are not as the manifest has them, and figures that do not follow from the lines' scores."""
    for name, digest in found.manifest.get("files", {}).items():
        if results.file_sha256(found.folder / name) != digest:
            yield f"{name} is not the file that the manifest names: it was changed after the run."
    again = summarise(found.lines)
    if again != found.summary:
        wrong = sorted(name for name in again if again[name] != found.summary.get(name))
        yield f"{SUMMARY} does not follow from {LINES}: {', '.join(wrong)}."
    if (found.folder / FIGURES).read_text(encoding="utf-8") != results.figures_csv(again):
        yield f"{FIGURES} does not follow from {LINES}."


def score_problems(found: Results, known: Known) -> list[str]:
    """Lines whose scores are not those of their answer, computed again from documents and contacts."""
    problems = []
    for line in found.lines:
        case = case_of(line)
        again = scores(case, known)
        if again != line["scores"]:
            names = sorted(
                again.keys() ^ line["scores"].keys() | {n for n in again if again[n] != line["scores"].get(n)}
            )
            problems.append(f"{case.question.id}: {', '.join(names)} is not what its answer scores.")
    return problems


def provenance_remarks(found: Results, corpus_dir: Path, index_dir: Path) -> Iterator[str]:
    """In what the run differs from what is here now; no fault of the run."""
    now = results.provenance(found.lines, corpus_dir, index_dir)
    before: Row = found.manifest
    for name in ("corpus", "contacts", "index", "model", "code", "libraries", "python"):
        if now[name] != before.get(name):
            yield f"{name} is not the one of that run."
    for name in before.get("sets", {}):
        if now["sets"].get(name) != before["sets"][name]:
            yield f"the set {name} is not the one of that run."


def latency(folder: Path) -> Row:
    """The latencies of a run: n, p50 and p95 in milliseconds. Raises EvalError without a file of times."""
    found: Row = read_json(folder / results.TIMES)["latency_ms"]
    return found
