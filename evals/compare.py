"""Two results folders → paired differences: what got better, what got worse, and which questions were won and lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals import results, statistics
from evals.errors import EvalError
from evals.measures import MEASURES, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evals.jsonl import Row
    from evals.results import Results
    from evals.statistics import Estimate


FEWEST = 10  # questions; of fewer the bootstrap's interval says too little


@dataclass(frozen=True)
class Difference:
    """B minus A of one measure over the questions that both have, and the ids of those that B won and lost."""

    measure: Measure
    a: float
    b: float
    difference: Estimate
    won: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether it is of ten questions or more, and its interval does not hold 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and self.difference.n >= FEWEST and (low > 0 or high < 0)

    @property
    def said(self) -> str:
        """The difference with its interval, as text."""
        return f"{self.difference.value:+.3f} ({self.difference.low:+.3f} to {self.difference.high:+.3f})"


@dataclass(frozen=True)
class Comparison:
    """differences in the order of MEASURES; ids are the questions compared; remarks say what was left out and why."""

    ids: tuple[str, ...]
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]


def compare(a: Results, b: Results) -> Comparison:
    """Compare two runs question by question, over those that were asked alike and held to the same gold.

    Raises EvalError when they have no such question.
    """
    remarks = list(_remarks(a.manifest, b.manifest))
    first, second = a.by_id, b.by_id
    both = [name for name in first if name in second]
    only = sorted(first.keys() ^ second.keys())
    if only:
        remarks.append(f"{len(only)} questions are in one of the two only and are left out: {_some(only)}.")
    alike = [name for name in both if _asked(first[name]) == _asked(second[name])]
    other = sorted(set(both) - set(alike))
    if other:
        remarks.append(
            f"{len(other)} questions have another wording, gold or expectation and are left out: {_some(other)}."
        )
    if not alike:
        raise EvalError(
            "These two runs have no question in common that was held to the same gold. Nothing can be compared."
        )
    pairs = [(first[name], second[name]) for name in alike]
    return Comparison(tuple(alike), tuple(_differences(pairs)), tuple(remarks))


def _remarks(a: Row, b: Row) -> Iterator[str]:
    if a["corpus"] != b["corpus"]:
        yield "The two were asked over different documents, so evidence may have moved."
    for name in ("contacts", "model", "code", "libraries", "python"):
        if a.get(name) != b.get(name):
            yield f"They differ in {name}."
    for name in sorted(a["sets"].keys() & b["sets"].keys()):
        if a["sets"][name] != b["sets"][name]:
            yield f"The set {name} was changed between them."


def _asked(line: Row) -> object:
    """All that decides what a line is held to; the places of evidence may move with the documents."""
    question = line["question"]
    return {name: value for name, value in question.items() if name not in {"note", "persona"}}


def _differences(pairs: Sequence[tuple[Row, Row]]) -> Iterator[Difference]:
    for measure in MEASURES:
        told = [
            (a["question"]["id"], a["scores"][measure.name], b["scores"][measure.name])
            for a, b in pairs
            if measure.name in a["scores"] and measure.name in b["scores"]
        ]
        if not told:
            continue
        sign = -1 if measure.better == "lower" else 1
        changes = {name: sign * (after - before) for name, before, after in told}
        yield Difference(
            measure,
            sum(before for _, before, _ in told) / len(told),
            sum(after for _, _, after in told) / len(told),
            statistics.mean([after - before for _, before, after in told]),
            tuple(name for name, change in changes.items() if change > 0 and measure.better),
            tuple(name for name, change in changes.items() if change < 0 and measure.better),
        )


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def print_comparison(a: Path, b: Path) -> int:
    """Print the comparison of two results folders; 0. Raises EvalError."""
    found = compare(results.read(a), results.read(b))
    print("\n".join(f"note: {remark}" for remark in found.remarks))
    print(f"\n{len(found.ids)} questions, A = {a}, B = {b}; difference is B − A with a 95 % interval\n")
    print(f"{'':<20}{'n':>6}{'A':>9}{'B':>9}{'difference':>28}{'won':>6}{'lost':>6}")
    for d in found.differences:
        shown = d.said + (" *" if d.clear else "  ")
        print(
            f"{d.measure.name:<20}{d.difference.n:>6}{d.a:>9.3f}{d.b:>9.3f}{shown:>28}{len(d.won):>6}{len(d.lost):>6}"
        )
    for d in found.differences:
        if d.measure.name in {"answers", "status_right"}:
            print(f"\n{d.measure.name}: won {_some(d.won, 30) or 'none'}")
            print(f"{d.measure.name}: lost {_some(d.lost, 30) or 'none'}")
    print(f"\n* of {FEWEST} questions or more, and the interval does not hold 0.")
    print("Many measures are looked at, so some will be marked by chance.")
    return 0
