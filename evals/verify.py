"""Results folder → whether its lines are those of its sets, and its figures follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals import results
from evals.case import Case, Known
from evals.errors import EvalError
from evals.gold import Finder
from evals.jsonl import Row
from evals.measures import scores
from evals.questions import read_sets
from evals.results import FIGURES, LINES, SUMMARY, Results, case_of, line_of
from evals.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def verify(folder: Path, corpus_dir: Path, index_dir: Path) -> int:
    """Print what does not hold; 0 when all was computed again and holds, 1 when something does not.

    Raises EvalError when it could not be computed again, as the documents, contacts or sets are not those of the run.
    """
    found = results.read(folder)
    changed = list(provenance_remarks(found, corpus_dir, index_dir))
    for remark in changed:
        print(f"note: {remark}")
    problems = list(file_problems(found))
    lacking = [remark for remark in changed if remark.split(" ")[0] in {"corpus", "contacts", "the"}]
    if not lacking:
        problems += set_problems(found)
        problems += score_problems(found, Known(corpus_dir), corpus_dir)
    for problem in problems:
        print(f"WRONG: {problem}")
    if lacking and not problems:
        raise EvalError(
            f"{folder} could not be verified: what its scores rest on is not here (see the notes). A run over a corpus "
            "of your own needs the same --corpus and --index again."
        )
    if not problems:
        print(f"{folder}: {len(found.lines)} lines; the figures follow from them.")
    return int(bool(problems))


def file_problems(found: Results) -> Iterator[str]:
    """Files that are not as the manifest has them, and figures that do not follow from the lines' scores."""
    for name in (LINES, SUMMARY, FIGURES):
        if results.file_sha256(found.folder / name) != found.manifest["files"].get(name):
            yield f"{name} is not the file that the manifest names: it was changed after the run."
    again = summarise(found.lines)
    if again != found.summary:
        wrong = sorted(name for name in again if again[name] != found.summary.get(name))
        yield f"{SUMMARY} does not follow from {LINES}: {', '.join(wrong)}."
    if (found.folder / FIGURES).read_bytes() != results.figures_csv(again).encode():
        yield f"{FIGURES} does not follow from {LINES}."
    if [line["question"]["id"] for line in found.lines] != found.manifest["ids"]:
        yield f"{LINES} has other questions than the manifest names."


def set_problems(found: Results) -> list[str]:
    """Lines that are not the question of their set, and questions of these sets and halves that have no line."""
    names = sorted(found.manifest["sets"])
    if not names:
        return []
    wanted = {question.id: question for question in read_sets(names) if question.half in found.manifest["halves"]}
    missing = [name for name in wanted if name not in found.by_id]
    problems = [f"{name}: stands in the sets and has no line." for name in missing]
    for name, line in found.by_id.items():
        own = wanted.get(name)
        if line["question"]["set"] in names and (own is None or case_of(line).question != own):
            problems.append(f"{name}: is not the question of its set.")
    return problems


def score_problems(found: Results, known: Known, corpus_dir: Path) -> list[str]:
    """Lines whose evidence or scores are not what documents and contacts give when they are computed again."""
    problems, finder = [], Finder(corpus_dir, known.pdfs)
    for line in found.lines:
        case = case_of(line)
        try:
            again = Case(case.question, finder.needs(case.question), case.answer)
            now = line_of(again, scores(again, known))
        except (EvalError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"{case.question.id}: cannot be computed again ({error}).")
            continue
        wrong = [name for name in ("half", "needs") if now[name] != line[name]]
        wrong += sorted(
            name
            for name in now["scores"].keys() | line["scores"].keys()
            if now["scores"].get(name) != line["scores"].get(name)
        )
        if wrong:
            problems.append(f"{case.question.id}: {', '.join(wrong)} is not what its answer gives.")
    return problems


def provenance_remarks(found: Results, corpus_dir: Path, index_dir: Path) -> Iterator[str]:
    """In what the run differs from what is here now; no fault of the run."""
    now = results.provenance(found.lines, corpus_dir, index_dir)
    before: Row = found.manifest
    for name in ("corpus", "contacts", "index", "model", "code", "libraries", "python"):
        if now[name] != before.get(name):
            yield f"{name} is not the one of that run."
    for name in before["sets"]:
        if now["sets"].get(name) != before["sets"][name]:
            yield f"the set {name} is not the one of that run."
