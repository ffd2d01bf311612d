"""Scored lines → figures: every measure over all and by group, and what the confidence is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evals import statistics as of
from evals.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.jsonl import Row

ALL: Final = "all"
GROUPS: Final[dict[str, Callable[[Row], str]]] = {
    "set": lambda question: str(question["set"]),
    "style": lambda question: str(question["style"]),
    "language": lambda question: str(question["language"]),
    "entity": lambda question: str(question["entity"]) or "none chosen",
    "audience": lambda question: str(question["audience"]),
}
ENOUGH_RIGHT: Final = 1.0  # of the needs of a question, for its answer to count as right


def summarise(lines: Sequence[Row]) -> Row:
    """The figures of a run, in the order of MEASURES; lines are those of `results.Results`."""
    grouped = {
        group: {
            name: _figures([line for line in lines if key(line["question"]) == name])
            for name in sorted({key(line["question"]) for line in lines})
        }
        for group, key in GROUPS.items()
    }
    return {
        "questions": len(lines),
        "answers_missing": sum(line["answer"] is None for line in lines),
        "quotes": sum(len((line["answer"] or {}).get("quotes", ())) for line in lines),
        "figures": _figures(lines),
        "confidence": confidence(lines),
        "groups": grouped,
    }


def _figures(lines: Sequence[Row]) -> dict[str, Any]:
    found = {}
    for measure in MEASURES:
        values = [line["scores"][measure.name] for line in lines if measure.name in line["scores"]]
        if values:
            found[measure.name] = of.mean(values)._asdict()
    right, sure = told_apart(lines)
    if any(right) and not all(right):
        found["auroc"] = of.auroc(right, sure)._asdict()
    return found


def confidence(lines: Sequence[Row]) -> Row:
    """What confidence says of the questions that must be answered or must not be, but those without known evidence.

    Risk is told of what was answered alone: below the threshold nothing is quoted, so nothing can be right or wrong.
    An answer is right when what was asked for was quoted; any quote is wrong where the documents do not say. coverage
    is the share that was answered. A question that broke counts as answered wrong, and surely.
    """
    judged = [line for line in _judged(lines) if line["needs"] or line["question"]["expect"] == ["unanswerable"]]
    answered = [line for line in judged if line["answer"] is None or line["answer"]["quotes"]]
    right = [line["answer"] is not None and line["scores"].get("answers", 0.0) >= ENOUGH_RIGHT for line in answered]
    sure = [1.0 if line["answer"] is None else _sure(line) for line in answered]
    return {
        "n": len(judged),
        "coverage": round(len(answered) / len(judged), 6) if judged else None,
        "risk_coverage": [point._asdict() for point in of.risk_coverage(right, sure, len(judged))],
        "aurc": of.area_under_risk(right, sure)._asdict(),
        "reliability": [point._asdict() for point in of.reliability(right, sure)],
    }


def told_apart(lines: Sequence[Row]) -> tuple[list[bool], list[float]]:
    """Whether each of these questions is answerable, and how sure the assistant was of its best quote.

    One that broke, or went elsewhere though it must not be answered, counts as surely the wrong way round.
    """
    judged = _judged(lines)
    answerable = [line["question"]["expect"] == ["answered"] for line in judged]
    return answerable, [_sure(line, broke=float(not yes)) for line, yes in zip(judged, answerable, strict=True)]


def _judged(lines: Sequence[Row]) -> list[Row]:
    return [line for line in lines if line["question"]["expect"] in (["answered"], ["unanswerable"])]


def _sure(line: Row, broke: float = 0.0) -> float:
    """The confidence of an answer; that of one in a language that is not searched is 0."""
    if line["answer"] is None:
        return broke
    found = line["answer"].get("confidence")
    if found is None:
        return 0.0 if line["answer"]["status"].startswith("unanswerable") else broke
    return float(found)


def flat(summary: Row) -> list[Row]:
    """One row for each figure: group, name, measure, n, value, low, high."""
    everything = {ALL: {ALL: summary["figures"]}, **summary["groups"]}
    rows = [
        {"group": group, "name": name, "measure": measure, **figure}
        for group, names in everything.items()
        for name, figures in names.items()
        for measure, figure in figures.items()
    ]
    aurc = summary["confidence"]["aurc"]
    return [*rows, {"group": ALL, "name": ALL, "measure": "aurc", **aurc}] if aurc["n"] else rows
