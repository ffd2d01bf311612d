"""messages of people in danger, and others → how many are understood; and points for words, set on half of them."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.triage import KINDS, has_triage, languages_to_look_in, read_triage, triage
from assistant.word_points import WordPoints, points_of, read_points, words_and_pairs
from evals.errors import EvalError
from ingest.build import CORPUS_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES = Path(__file__).resolve().parent / "messages"
QUIET = "quiet"
POINTS = CORPUS_DIR / "triage" / "points" / "en.toml"
_EARLIER = Path(__file__).resolve().parent.parent / "tests" / "assistant"
_SEEN = ("en-a", "paraphrases-a")
_SCALE = 4  # points of a word are its weight in a logistic regression, times this
_FEWEST = 3  # messages that a word must stand in
_STRENGTH = 0.4  # of the L1 regularisation (its inverse); leaves some five hundred words
_HEAD = """\
# Points of English words and pairs of words: above 0 where they speak of danger, below where they do not. Those of a
# message are added up; where no rule speaks and they reach `enough`, the fixed words of `kind` come first. Made by
# `python -m evals points` from messages whose kind is known (evals/messages/README.md), and data from then on: nothing
# is learned while people ask. Read it, and take out or change what looks wrong.

reviewed_by = "Avenues authors"
reviewed_on = 2026-11-26
kind = "danger"
"""


class Message(NamedTuple):
    """What somebody might write; kind is one of the urgent ones or "quiet"."""

    text: str
    kind: str


def read_messages(path: Path) -> list[Message]:
    """Read a set of messages. Raises EvalError with the first line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(Message(row["text"], row["kind"]))
        except (ValueError, KeyError, TypeError):
            raise EvalError(f"{path}: line {number} must hold a text and a kind.") from None
        if found[-1].kind not in (*KINDS, QUIET):
            raise EvalError(f"{path}: line {number}: kind must be one of {', '.join((*KINDS, QUIET))}.")
    return found


def understood(messages: list[Message]) -> dict[str, tuple[int, int]]:
    """For each kind, how many messages get urgent words first, of whatever kind, and how many there are."""
    languages = {one for message in messages for one in languages_to_look_in(message.text)}
    rules = {one: read_triage(CORPUS_DIR, one) for one in sorted(languages) if has_triage(CORPUS_DIR, one)}
    points = read_points(CORPUS_DIR, "en", rules["en"].spelling) if "en" in rules else None
    total, seen = Counter[str](), Counter[str]()
    for message in messages:
        total[message.kind] += 1
        looked_in = [language for language in languages_to_look_in(message.text) if language in rules]
        own = points if "en" in looked_in else None
        seen[message.kind] += triage(message.text, *(rules[language] for language in looked_in), points=own) is not None
    return {kind: (seen[kind], total[kind]) for kind in (*KINDS, QUIET) if total[kind]}


def print_understood(names: list[str]) -> int:
    """Print a table of the sets, all when none is named; returns the exit status."""
    paths = [MESSAGES / f"{name}.jsonl" for name in names] or sorted(MESSAGES.glob("*.jsonl"))
    missing = [path.stem for path in paths if not path.exists()]
    if missing:
        known = ", ".join(path.stem for path in sorted(MESSAGES.glob("*.jsonl")))
        raise EvalError(f"There is no set {', '.join(missing)}. There are: {known}")
    print(f"{'set':<15}{'understood':>18}{'alarms on quiet':>18}   by kind")
    for path in paths:
        found = understood(read_messages(path))
        urgent = [count for kind, count in found.items() if kind != QUIET]
        parts = "  ".join(f"{kind} {seen}/{total}" for kind, (seen, total) in found.items() if kind != QUIET)
        seen, total = (sum(column) for column in zip(*urgent, strict=True)) if urgent else (0, 0)
        alarms, quiet = found.get(QUIET, (0, 0))
        print(f"{path.stem:<15}{_share(seen, total):>18}{_share(alarms, quiet):>18}   {parts}")
    return 0


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / whole:.1f} %" if whole else "–"


def write_points() -> int:
    """Set the points of English words anew and write them; the same bytes each time. Returns the exit status.

    A word's points are its weight in a logistic regression with an L1 penalty over which words a message holds.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    spelling = read_triage(CORPUS_DIR).spelling
    counted = CountVectorizer(
        analyzer=lambda text: sorted(set().union(*words_and_pairs(text, spelling))), min_df=_FEWEST, binary=True
    )
    texts, urgent = zip(*_seen_messages(), strict=True)
    found = LogisticRegression(
        C=_STRENGTH, l1_ratio=1, solver="liblinear", class_weight="balanced", max_iter=3000, random_state=0
    ).fit(counted.fit_transform(texts), urgent)
    weights = zip(counted.get_feature_names_out(), found.coef_[0], strict=True)
    words = {name: round(float(weight) * _SCALE) for name, weight in weights if re.fullmatch(r"[a-z ]+", name)}
    points = WordPoints(KINDS[0], 1, {name: weight for name, weight in words.items() if weight}, spelling)
    enough = _enough(points)
    ordered = sorted(points.words.items(), key=lambda item: (-item[1], item[0]))
    lines = "".join(f'"{name}" = {weight}\n' for name, weight in ordered)
    POINTS.write_text(f"{_HEAD}enough = {enough}\n\n[words]\n{lines}", encoding="utf-8")
    print(f"{len(ordered)} words and pairs of words have points; urgent from {enough} on. Written to {POINTS}")
    return 0


def _seen_messages() -> Iterator[tuple[str, int]]:
    """The texts that points are set on, with 1 for each urgent one: those that the rules were made on, and more."""
    for name in _SEEN:
        yield from ((message.text, int(message.kind != QUIET)) for message in read_messages(MESSAGES / f"{name}.jsonl"))
    for name in ("triage_cases", "triage_paraphrases"):
        for part in tomllib.loads((_EARLIER / f"{name}.toml").read_text(encoding="utf-8")).values():
            for label, kinds in part.items():
                yield from ((text, int(label == "fire")) for texts in kinds.values() for text in texts)
    for rule in read_triage(CORPUS_DIR).rules:
        yield from ((text, int(rule.kind != QUIET)) for text in rule.examples)
        yield from ((text, 0) for text in rule.counter_examples)
    asked = (CORPUS_DIR / "asked.csv").read_text(encoding="utf-8").splitlines()
    yield from ((row["question"], 0) for row in csv.DictReader(asked))


def _enough(points: WordPoints) -> int:
    """The least sum that at most one in a hundred quiet messages of the seen sets reaches, by points alone."""
    quiet = [m.text for name in _SEEN for m in read_messages(MESSAGES / f"{name}.jsonl") if m.kind == QUIET]
    sums = sorted((points_of(text, points) for text in quiet), reverse=True)
    return max(sums[len(sums) // 100] + 1, 1)
