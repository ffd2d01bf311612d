"""Sets → a results folder and a table: ask every question, hold each answer to what must happen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from evals import results
from evals.asking import ask_here, ask_in_parts, build_index, clock
from evals.case import Case, Known
from evals.errors import EvalError
from evals.gold import Finder, evidence_problems
from evals.measures import MEASURES, scores
from evals.results import Results, line_of
from evals.summary import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.jsonl import Row
    from evals.questions import Question


_SIDE_BY_SIDE = ("status_right", "answered", "abstained", "answers", "page_recall", "evidence_f1", "urgent_first")


def run(questions: Sequence[Question], corpus_dir: Path, index_dir: Path, out: Path, processes: int = 1) -> Results:
    """Ask all, score and write. Raises EvalError when there is nothing to ask, or evidence that stands nowhere.

    With more than one process the answers are there sooner, and each takes longer.
    """
    if not questions:
        raise EvalError("There is no question to ask in this half of these sets.")
    results.reserve(out)
    known = Known(corpus_dir)
    finder = Finder(corpus_dir, known.pdfs)
    problems = evidence_problems(questions, corpus_dir, finder)
    if problems:
        raise EvalError("These questions do not fit the documents or contacts.\n" + "\n".join(problems))
    bare = sum(question.expect == ("answered",) and not question.gold for question in questions)
    if bare:
        print(
            f"{bare} questions must be answered and have no gold: no figure of pages or evidence counts them.",
            file=sys.stderr,
        )
    build_index(corpus_dir, index_dir)
    started = clock()
    if processes > 1:
        answers, timings = ask_in_parts(questions, corpus_dir, index_dir, processes)
    else:
        answers, timings = ask_here(questions, corpus_dir, index_dir)
    lines = score_all(questions, answers, known, finder)
    times = results.times_of([question.id for question in questions], timings, started, clock())
    return results.write(out, lines, times, corpus_dir, index_dir)


def score_all(questions: Sequence[Question], answers: Sequence[Row | None], known: Known, finder: Finder) -> list[Row]:
    """The lines of a run: each question with its evidence, its answer and its scores."""
    cases = [
        Case(question, finder.needs(question), answer) for question, answer in zip(questions, answers, strict=True)
    ]
    return [line_of(case, scores(case, known)) for case in cases]


def table(summary: Row, groups: Sequence[tuple[str, str]] = ()) -> str:
    """The figures as a table for a terminal: all, and beside it any (group, name)."""
    columns = [(ALL, summary["figures"]), *((name, summary["groups"][group][name]) for group, name in groups)]
    missing = summary["answers_missing"]
    lines = [f"{missing} questions have no answer: asking broke."] if missing else []
    lines.append(f"{'':<20}" + "".join(f"{name:>26}" for name, _ in columns))
    for measure in MEASURES:
        if any(measure.name in figures for _, figures in columns):
            cells = "".join(f"{_cell(figures.get(measure.name)):>26}" for _, figures in columns)
            wrong = measure.required is not None and summary["figures"].get(measure.name, {}).get("value") not in (
                measure.required, None,
            )  # fmt: skip
            lines.append(f"{measure.name:<20}{cells}" + (f"  must be {measure.required:g}" if wrong else ""))
    lines.append(f"{'auroc':<20}" + "".join(f"{_cell(figures.get('auroc')):>26}" for _, figures in columns))
    lines.append(f"{'aurc':<20}{_cell(summary['confidence']['aurc']):>26}")
    return "\n".join(lines)


def group_table(summary: Row) -> str:
    """A few measures of every group, one line each, so that a mean hides nobody."""
    lines = [f"{'':<26}{'n':>5}" + "".join(f"{name:>15}" for name in _SIDE_BY_SIDE)]
    for group, names in summary["groups"].items():
        lines.append(group)
        for name, figures in names.items():
            told = (figures.get(measure, {}).get("value") for measure in _SIDE_BY_SIDE)
            cells = "".join(f"{'–' if value is None else f'{value:.2f}':>15}" for value in told)
            lines.append(f"  {name:<24}{figures['status_right']['n']:>5}{cells}")
    return "\n".join(lines)


def _cell(figure: Row | None) -> str:
    if not figure or figure["value"] is None:
        return "–"
    return f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f}) {figure['n']:>4}"
