"""Development half → green or red: nothing may fall below the floors that are on record."""

from __future__ import annotations

import filecmp
import hashlib
import math
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals import results
from evals.asking import build_index
from evals.deletion import delete_and_ask, print_deletions
from evals.errors import EvalError
from evals.jsonl import read_json, read_lines, write_lines
from evals.measures import MEASURES
from evals.questions import DEVELOPMENT, read_sets, set_names
from evals.run import run, table
from evals.summary import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.jsonl import Row
    from evals.questions import Question

FLOORS = Path(__file__).resolve().parent / "floors.toml"
_PROCESSES = 2  # that ask, where time matters to who waits for the gate more than that of each answer
_DELETED, _ASKED_AGAIN = 80, 400  # questions of the samples of a quick gate
_BETTER = {measure.name: measure.better for measure in MEASURES} | {
    "auroc": "higher",
    "aurc": "lower",
    "questions": "higher",
}

_JUDGED = {name for name, better in _BETTER.items() if better}


@dataclass(frozen=True)
class Held:
    """One floor (or, where lower is better, ceiling) and what was measured; measured is None when nothing was."""

    group: str
    measure: str
    floor: float
    measured: float | None

    @property
    def broken(self) -> bool:
        """Whether it is worse than the floor, or was not measured at all."""
        if self.measured is None:
            return True
        return self.measured > self.floor if _BETTER[self.measure] == "lower" else self.measured < self.floor


def gate(corpus_dir: Path, index_dir: Path, *, quick: bool, floors: Path = FLOORS) -> int:
    """Ask the development half and hold it to the floors; 1 when one is broken or a measure is not what it must be.

    A second process asks the same with another hash seed, and must write the same bytes; with quick, it asks a sample,
    and must give the same answers. Then the passages that were cited are deleted and it is asked again: with quick, for
    a sample of the questions.
    """
    known = read_floors(floors)
    questions = read_sets(set_names(), DEVELOPMENT)
    build_index(corpus_dir, index_dir)
    with tempfile.TemporaryDirectory(prefix="avenues-gate-") as scratch:
        first, second = Path(scratch) / "first", Path(scratch) / "second"
        names: Sequence[str] = set_names()
        if quick:
            sample = Path(scratch) / "sample.jsonl"
            write_lines(sample, [question.to_row() for question in _sample(questions, _ASKED_AGAIN)])
            names = [str(sample)]
        again = _start_again(names, corpus_dir, index_dir, second)
        try:
            found = run(questions, corpus_dir, index_dir, first, _PROCESSES)
            said = again.communicate()[1]
        finally:
            again.kill()
            again.wait()
        print(table(found.summary))
        print(f"\nlatency, two processes beside each other: {_latency(first)}\n")
        problems = [*broken_floors(found.summary, known), *broken_rules(found.summary)]
        if again.returncode:
            problems.append(f"the second run broke with {again.returncode}: {said.strip()[-300:]}")
        else:
            problems += (differing_answers if quick else differing)(first, second)
    deleted = _sample([q for q in questions if q.expect == ("answered",)], _DELETED) if quick else questions
    if print_deletions(delete_and_ask(deleted, corpus_dir, index_dir)):
        problems.append("deletion: an answer did not go with its evidence")
    for problem in problems:
        print(f"FAILED: {problem}")
    print(f"\n{len(known)} floors: " + (f"{len(problems)} problems" if problems else "all hold"))
    return int(bool(problems))


def _sample(questions: Sequence[Question], most: int) -> list[Question]:
    """So many of the questions at most, those whose ids have the lowest hashes."""
    return sorted(questions, key=lambda question: hashlib.sha256(question.id.encode()).digest())[:most]


def read_floors(path: Path) -> dict[tuple[str, str], float]:
    """The floors by (group, measure); a group is ``all`` or such as ``style=lay``. Raises EvalError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvalError(f"{path}: cannot be read as TOML ({error}).") from None
    told = {(g, m): value for g, table in tables.items() if isinstance(table, dict) for m, value in table.items()}
    problems = [f"{group} is no table of floors" for group, table in tables.items() if not isinstance(table, dict)]
    problems += [f"there is no measure {m} that can be better or worse" for m in sorted({m for _, m in told} - _JUDGED)]
    problems += [
        f"{m} of {g} is {value}, which is no number"
        for (g, m), value in told.items()
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value)
    ]
    problems += [f"aurc is told of all only, not of {g}" for g, m in told if m == "aurc" and g != ALL]
    if problems or not told:
        raise EvalError("\n".join(f"{path}: {problem}." for problem in problems or ["holds no floor"]))
    return {place: float(value) for place, value in told.items()}


def holding(summary: Row, floors: Mapping[tuple[str, str], float]) -> list[Held]:
    """Every floor beside what was measured."""
    return [
        Held(group, measure, floor, _measured(summary, group, measure)) for (group, measure), floor in floors.items()
    ]


def _measured(summary: Row, group: str, measure: str) -> float | None:
    if measure == "questions":
        return float(summary["questions"]) if group == ALL else _figure(summary, group, "status_right", "n")
    if measure == "aurc":
        value = summary["confidence"]["aurc"]["value"]
        return None if value is None else float(value)
    return _figure(summary, group, measure, "value")


def _figure(summary: Row, group: str, measure: str, part: str) -> float | None:
    kind, _, name = group.partition("=")
    figures = summary["figures"] if group == ALL else summary["groups"].get(kind, {}).get(name, {})
    value = figures.get(measure, {}).get(part)
    return None if value is None else float(value)


def broken_floors(summary: Row, floors: Mapping[tuple[str, str], float]) -> Iterator[str]:
    """Every floor that does not hold, in words."""
    for held in holding(summary, floors):
        if held.broken:
            got = "nothing was measured" if held.measured is None else f"{held.measured:.3f}"
            side = "at most" if _BETTER[held.measure] == "lower" else "at least"
            yield f"{held.measure} of {held.group}: {got}, must be {side} {held.floor:g}"


def broken_rules(summary: Row) -> Iterator[str]:
    """Every measure that has another value than it must have, in words; missing answers too."""
    if summary["answers_missing"]:
        yield f"{summary['answers_missing']} questions have no answer"
    for measure in MEASURES:
        value = summary["figures"].get(measure.name, {}).get("value")
        if measure.required is not None and value != measure.required:
            got = "nothing was measured" if value is None else f"is {value:.4f}"
            yield f"{measure.name} {got}, must be {measure.required:g}"


def _start_again(names: Sequence[str], corpus_dir: Path, index_dir: Path, out: Path) -> subprocess.Popen[str]:
    """A run of these sets in another process with another hash seed, started."""
    command = [
        sys.executable, "-m", "evals", "run", *names, "--corpus", str(corpus_dir.resolve()), "--index",
        str(index_dir.resolve()), "--out", str(out), "--quiet",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONHASHSEED": "2"}
    return subprocess.Popen(
        command, cwd=results.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    )


def differing(first: Path, second: Path) -> list[str]:
    """The files of two results folders that are not the same bytes, in words; the files of times may differ."""
    same = [name for name in results.FILES[:4] if filecmp.cmp(first / name, second / name, shallow=False)]
    return [f"{name} differs in a second process" for name in results.FILES[:4] if name not in same]


def differing_answers(first: Path, second: Path) -> list[str]:
    """The questions of the second of two results folders that have another answer or score in the first, in words."""
    before, again = (
        {line["question"]["id"]: (line["answer"], line["scores"]) for line in read_lines(folder / results.LINES)}
        for folder in (first, second)
    )
    return [f"{name} is answered in another way in a second process" for name in again if again[name] != before[name]]


def _latency(folder: Path) -> str:
    found = read_json(folder / results.TIMES)["latency_ms"]
    return f"p50 {found['p50']} ms, p95 {found['p95']} ms, n {found['n']}"
