"""texts of which it is known whether somebody is in danger → points of words, and the sums from which they count."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.triage import KINDS, read_triage
from assistant.word_points import WordPoints, points_of, words_and_pairs
from evals.questions import DEVELOPMENT, read_sets, set_names
from evals.urgent import MESSAGES, QUIET, read_messages
from ingest.build import CORPUS_DIR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

POINTS = CORPUS_DIR / "triage" / "points" / "en.toml"
_EARLIER = Path(__file__).resolve().parent.parent / "tests" / "assistant"
_SEEN = ("en-a", "paraphrases-a")
_NOT_PLAIN = ("adversarial", "frightening", "look_alike")  # sets of questions that are written to tempt
_NOT_QUIET = ("languages", "urgent")
_FOLDS = 5
_FEWEST = 3  # texts that a word must stand in
_MOST = 2000  # words and pairs of words, those of the greatest weight
_STRENGTH = 0.3  # of the L2 regularisation (its inverse)
_SCALE = 6  # points of a word are its weight, times this
_MOST_ALARMS = 0.02  # of quiet messages that are written to tempt, for urgent words first
_MOST_LINES = 0.02  # of plain questions on policy, for a line before the answer
_READABLE = re.compile(r"(?:[a-z]+|#under18)(?: (?:[a-z]+|#under18))?")
_HEAD = """\
# Points of English words and pairs of words: above 0 where they speak of danger, below where they do not. Those of a
# message are added up, where no rule speaks. From `enough` on the fixed words of `kind` come first; from `perhaps` on
# the answer is given, with one line before it. Made by `python -m evals points` from texts of which it is known
# whether somebody is in danger (evals/messages/README.md), and data from then on: nothing is learned while people ask.
# Read it, and take out or change what looks wrong. Words are as they are read in a text: no letter stands twice in a
# row, and #under18 is a number from 1 to 17.

reviewed_by = "Avenues authors"
reviewed_on = 2026-11-26
kind = "danger"
"""


class Text(NamedTuple):
    """A text, whether somebody may be in danger in it, and what it is one of; "" for what is learned from only."""

    text: str
    urgent: bool
    group: str = ""


def write_points() -> int:
    """Set the points of English words anew and write them; the same bytes each time. Returns the exit status.

    A word's points are its weight in a logistic regression over which words a text holds. Both sums are set on texts
    that were not learned from, in five parts, each summed up with the points that the other four give:

    - ``enough`` is the least sum that at most 2 in 100 of the quiet messages reach, all of them written to tempt:
      the answer is held back from there on, which a person who is in no danger should seldom meet.
    - ``perhaps`` is the least sum that at most 2 in 100 of the plain questions on policy reach (the development half).
      The line costs whoever reads it five seconds, and a miss may cost a life: so beside words of violence it may come
      far more often. It must stay rare beside plain questions, or people learn to read over it.
    """
    spelling = read_triage(CORPUS_DIR).spelling
    texts = list(_texts())
    sums = held_out_sums(texts, spelling)
    quiet = [got for text, got in sums if text.group in _SEEN and not text.urgent]
    plain = [got for text, got in sums if text.group not in (*_SEEN, *_NOT_PLAIN, "asked", "facts")]
    enough, perhaps = least_sum(quiet, _MOST_ALARMS), least_sum(plain, _MOST_LINES)
    found = points_from(texts, spelling)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    lines = "".join(f'"{name}" = {weight}\n' for name, weight in ordered)
    POINTS.write_text(f"{_HEAD}enough = {enough}\nperhaps = {perhaps}\n\n[words]\n{lines}", encoding="utf-8")
    _print_shares(sums, enough, perhaps)
    print(f"{len(ordered)} words and pairs of words have points. Written to {POINTS}")
    return 0


def points_from(texts: Sequence[Text], spelling: Mapping[str, str]) -> dict[str, int]:
    """The points of the words and pairs of words that tell urgent texts from others, none of them 0."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    def analyzer(text: str) -> list[str]:
        return sorted(word for word in set().union(*words_and_pairs(text, spelling)) if _READABLE.fullmatch(word))

    def weights(of: Iterable[int]) -> list[float]:
        found = LogisticRegression(
            C=_STRENGTH, l1_ratio=0, solver="liblinear", class_weight="balanced", max_iter=3000, random_state=0
        ).fit(holds[:, list(of)], [text.urgent for text in texts])
        return [float(weight) for weight in found.coef_[0]]

    counted = CountVectorizer(analyzer=analyzer, min_df=_FEWEST, binary=True)
    holds = counted.fit_transform([text.text for text in texts]).tocsc()
    names = counted.get_feature_names_out()
    heaviest = np.sort(np.argsort(-np.abs(weights(range(len(names)))), kind="stable")[:_MOST])
    points = {str(names[at]): round(weight * _SCALE) for at, weight in zip(heaviest, weights(heaviest), strict=True)}
    return {name: weight for name, weight in points.items() if weight}


def held_out_sums(texts: Sequence[Text], spelling: Mapping[str, str]) -> list[tuple[Text, int]]:
    """The sum of each text that has a group, by points that were set without it and the rest of its part."""
    parts: list[list[Text]] = [[] for _ in range(_FOLDS)]
    counted = Counter[tuple[str, bool]]()
    for text in texts:
        if text.group:
            parts[counted[text.group, text.urgent] % _FOLDS].append(text)
            counted[text.group, text.urgent] += 1
    always = [text for text in texts if not text.group]
    sums = []
    for part in parts:
        learned = [*always, *(text for other in parts if other is not part for text in other)]
        points = WordPoints(KINDS[0], 1, 1, points_from(learned, spelling), spelling)
        sums += [(text, points_of(text.text, points)) for text in part]
    return sums


def least_sum(sums: Sequence[int], most: float) -> int:
    """The least sum above 0 that at most this share of these reach."""
    ordered = sorted(sums, reverse=True)
    return max(ordered[int(len(ordered) * most)] + 1, 1)


def _texts() -> Iterator[Text]:
    """What points are set on: texts that the rules were made on, questions on policy, what the guides say, examples."""
    for name in _SEEN:
        for message in read_messages(MESSAGES / f"{name}.jsonl"):
            yield Text(message.text, message.kind != QUIET, name)
    for question in read_sets([name for name in set_names() if name not in _NOT_QUIET], DEVELOPMENT):
        if "referred" not in question.expect:
            yield Text(question.question, False, question.set)
    for name, column in (("asked", "question"), ("facts", "statement")):
        rows = csv.DictReader((CORPUS_DIR / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        yield from (Text(row[column], False, name) for row in rows)
    for name in ("triage_cases", "triage_paraphrases"):
        for part in tomllib.loads((_EARLIER / f"{name}.toml").read_text(encoding="utf-8")).values():
            for label, kinds in part.items():
                yield from (Text(text, label == "fire") for texts in kinds.values() for text in texts)
    for rule in read_triage(CORPUS_DIR).rules:
        yield from (Text(text, rule.kind != QUIET) for text in rule.examples)
        yield from (Text(text, False) for text in rule.counter_examples)


def _print_shares(sums: Sequence[tuple[Text, int]], enough: int, perhaps: int) -> None:
    by_group: dict[str, list[int]] = defaultdict(list)
    for text, got in sums:
        by_group[f"{text.group}, urgent" if text.urgent else text.group].append(got)
    print(f"{'points alone, not learned from':<32}{'n':>6}{f'from {enough} on':>14}{f'from {perhaps} on':>14}")
    for group, found in by_group.items():
        first, line = (100 * sum(got >= least for got in found) / len(found) for least in (enough, perhaps))
        print(f"{group:<32}{len(found):>6}{first:>12.1f} %{line:>12.1f} %")
