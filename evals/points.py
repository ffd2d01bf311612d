"""texts of which it is known whether somebody is in danger → points of words, and the sums from which they count."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter, defaultdict
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.triage import KINDS, read_triage
from assistant.word_points import WordPoints, points_of, words_and_pairs
from evals.questions import DEVELOPMENT, QUESTIONS, read_sets, set_names
from evals.urgent import MESSAGES, QUIET, read_messages
from ingest.build import CORPUS_DIR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

POINTS = CORPUS_DIR / "triage" / "points"
_EARLIER = Path(__file__).resolve().parent.parent / "tests" / "assistant"
_SEEN = {"en": ("en-a", "paraphrases-a", "second-a"), "zh": ("zh-a",)}
_URGENT_ASKED = "asked-a"  # what people ask on the guides, where somebody in danger may ask just so
_NOT_PLAIN = ("adversarial", "frightening", "look_alike")  # sets of questions that are written to tempt
_NOT_QUESTIONS = ("asked", "facts", "telling")
_FOLDS = 5
_DEALT = (1, 5, 25)  # so many texts that follow each other go into the same part: three ways to part them
_FEWEST = 3  # texts that a word must stand in
_SCALE = 6  # points of a word are its weight, times this
_MOST_ALARMS = 0.03  # of quiet messages that are written to tempt, for urgent words first
_MOST_LINES = 0.02  # of plain questions on policy, for a line before the answer
_MOST_TEMPTED = 0.09  # of quiet messages in Chinese, for that line
_BORNE_OUT = 0.97  # of urgent messages, for a rule that is unsure
_WORD = r"(?:[a-z]+|[\u3400-\u9fff]|#under18)"
_READABLE = re.compile(rf"{_WORD}(?: {_WORD})?")
_HEAD = """\
# Points of {language} words and pairs of words: above 0 where they speak of danger, below where they do not. Where no
# rule speaks, those of a message are added up. From `enough` on, where that is given, the fixed words of `kind` come
# first. From `perhaps` on the answer is given, with one line before it. A rule that is unsure and speaks is worth as
# many points as `rule` says. From `alone` on, where each rule that speaks adds as much, nothing is quoted beneath the
# urgent words. Made by `python -m evals points` from texts of which it is known whether somebody is in danger
# (evals/messages/README.md), and data from then on: nothing is learned while people ask. Read it, and take out or
# change what looks wrong. Words stand here as they are read in a text: no letter twice in a row, each Chinese sign a
# word, and #under18 for a number from 1 to 17.

reviewed_by = "{by}"
reviewed_on = 2026-11-26
kind = "danger"
"""


class Fit(NamedTuple):
    """How points are set: the inverse of the L2 regularisation, and how many words and pairs of words may have some."""

    strength: float = 1.0
    most: int = 3000


_FITS = {"en": Fit(), "zh": Fit(strength=0.3, most=2000)}  # there are few messages in Chinese


class Text(NamedTuple):
    """A text, whether somebody may be in danger in it, and what it is one of; "" for what is learned from only."""

    text: str
    urgent: bool
    group: str = ""


def write_points() -> int:
    """Set the points of words anew and write them; the same bytes each time. Returns the exit status.

    A word's points are its weight in a logistic regression over which words a text holds. The sums are set on texts
    that were not learned from: in five parts, each with the points that the other four give, and that three times over:

    - ``enough`` is the least sum that at most 3 in 100 of the quiet messages reach, all of them written to tempt:
      the answer is held back from there on, which a person who is in no danger should seldom meet.
    - ``rule`` is what an unsure rule is worth: so much that with one of them 97 in 100 of the urgent messages reach
      ``enough``. Where they do not, there is the line.
    - ``alone`` is three times that: from there on nothing is quoted beneath the urgent words.
    - ``perhaps`` is the least sum that at most 2 in 100 of the plain questions on policy reach (the development half).
      The line costs whoever reads it five seconds, and a miss may cost a life: so beside words of violence it may come
      far more often. It must stay rare beside plain questions, or people learn to read over it.

    In Chinese there are too few messages to hold an answer back for, and too few plain questions: there is no
    ``enough``, and ``perhaps`` is the least sum that at most 9 in 100 of the quiet messages reach.
    """
    found = {language: list(_texts(language)) for language in _SEEN}
    spelling = {language: read_triage(CORPUS_DIR, language).spelling for language in _SEEN}
    sums = {one: held_out_sums(texts, spelling[one], _FITS[one]) for one, texts in found.items()}
    quiet = {
        one: [got for text, got in each if text.group in _SEEN[one] and not text.urgent] for one, each in sums.items()
    }
    plain = [got for text, got in sums["en"] if text.group not in (*_SEEN["en"], *_NOT_PLAIN, *_NOT_QUESTIONS)]
    urgent = [got for text, got in sums["en"] if text.group in _SEEN["en"] and text.urgent]
    enough, perhaps = least_sum(quiet["en"], _MOST_ALARMS), least_sum(plain, _MOST_LINES)
    rule = enough - greatest_sum(urgent, _BORNE_OUT)
    points = {one: points_from(texts, spelling[one], _FITS[one]) for one, texts in found.items()}
    _write(
        "en", points["en"], f"enough = {enough}\nperhaps = {perhaps}\nrule = {rule}\nalone = {max(enough, 3 * rule)}\n"
    )
    _print_shares(sums["en"], {"enough": enough, "perhaps": perhaps, "with a rule": enough - rule})
    in_chinese = least_sum(quiet["zh"], _MOST_TEMPTED)
    _write("zh", points["zh"], f"perhaps = {in_chinese}\n")
    _print_shares(sums["zh"], {"perhaps": in_chinese})
    return 0


def _write(language: str, points: Mapping[str, int], sums: str) -> None:
    named, by = {"en": ("English", "Avenues authors"), "zh": ("Chinese", "")}[language]
    ordered = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    lines = "".join(f'"{name}" = {weight}\n' for name, weight in ordered)
    file = POINTS / f"{language}.toml"
    file.write_text(f"{_HEAD.format(language=named, by=by)}{sums}\n[words]\n{lines}", encoding="utf-8")
    print(f"{len(ordered)} words and pairs of words have points. Written to {file}")


def points_from(texts: Sequence[Text], spelling: Mapping[str, str], fit: Fit = _FITS["en"]) -> dict[str, int]:
    """The points of the words and pairs of words that tell urgent texts from others, none of them 0."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    def analyzer(text: str) -> list[str]:
        return sorted(word for word in set().union(*words_and_pairs(text, spelling)) if _READABLE.fullmatch(word))

    def weights(of: Iterable[int]) -> list[float]:
        found = LogisticRegression(
            C=fit.strength, l1_ratio=0, solver="liblinear", class_weight="balanced", max_iter=3000, random_state=0
        ).fit(holds[:, list(of)], [text.urgent for text in texts])
        return [float(weight) for weight in found.coef_[0]]

    counted = CountVectorizer(analyzer=analyzer, min_df=_FEWEST, binary=True)
    holds = counted.fit_transform([text.text for text in texts]).tocsc()
    names = counted.get_feature_names_out()
    heaviest = np.sort(np.argsort(-np.abs(weights(range(len(names)))), kind="stable")[: fit.most])
    points = {str(names[at]): round(weight * _SCALE) for at, weight in zip(heaviest, weights(heaviest), strict=True)}
    return {name: weight for name, weight in points.items() if weight}


def held_out_sums(texts: Sequence[Text], spelling: Mapping[str, str], fit: Fit = _FITS["en"]) -> list[tuple[Text, int]]:
    """The sums of each text that has a group, by points that were set without it and the rest of its part.

    There is a sum for each of _DEALT, as a share should not hang on which texts happen to be in one part.
    """
    always = [text for text in texts if not text.group]
    sums = []
    for run in _DEALT:
        parts: list[list[Text]] = [[] for _ in range(_FOLDS)]
        dealt = Counter[tuple[str, bool]]()
        for text in texts:
            if text.group:
                parts[dealt[text.group, text.urgent] // run % _FOLDS].append(text)
                dealt[text.group, text.urgent] += 1
        for part in parts:
            learned = [*always, *(text for other in parts if other is not part for text in other)]
            points = WordPoints(KINDS[0], None, 1, None, points_from(learned, spelling, fit), spelling)
            sums += [(text, points_of(text.text, points)) for text in part]
    return sums


def least_sum(sums: Sequence[int], most: float) -> int:
    """The least sum above 0 that at most this share of these reach."""
    ordered = sorted(sums, reverse=True)
    return max(ordered[int(len(ordered) * most)] + 1, 1)


def greatest_sum(sums: Sequence[int], share: float) -> int:
    """The greatest sum that at least this share of these reach."""
    ordered = sorted(sums, reverse=True)
    return ordered[ceil(len(ordered) * share) - 1]


def _texts(language: str) -> Iterator[Text]:
    """What points are set on: texts that the rules were made on, questions on policy, what the guides say, examples."""
    for name in _SEEN[language]:
        for message in read_messages(MESSAGES / f"{name}.jsonl"):
            yield Text(message.text, message.kind != QUIET, name)
    for question in read_sets([name for name in set_names() if name != "urgent"], DEVELOPMENT):
        if question.language == language and "referred" not in question.expect:
            yield Text(question.question, False, question.set)
    yield from _english() if language == "en" else _of_language(language)
    for rule in read_triage(CORPUS_DIR, language).rules:
        yield from (Text(text, rule.kind != QUIET) for text in rule.examples)
        yield from (Text(text, False) for text in rule.counter_examples)


def _english() -> Iterator[Text]:
    urgent = {message.text for message in read_messages(MESSAGES / f"{_URGENT_ASKED}.jsonl")}
    for name, column in (("asked", "question"), ("facts", "statement")):
        rows = csv.DictReader((CORPUS_DIR / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        yield from (Text(row[column], row[column] in urgent, name) for row in rows)
    for name in ("knowing", "telling"):
        lines = (QUESTIONS / "fitting" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        asked = [json.loads(line)["question"] for line in lines]
        yield from (Text(question, question in urgent, name) for question in asked)
    for name in ("triage_cases", "triage_paraphrases"):
        for part in tomllib.loads((_EARLIER / f"{name}.toml").read_text(encoding="utf-8")).values():
            for label, kinds in part.items():
                yield from (Text(text, label == "fire") for texts in kinds.values() for text in texts)


def _of_language(language: str) -> Iterator[Text]:
    part = tomllib.loads((_EARLIER / "triage_languages.toml").read_text(encoding="utf-8"))[language]
    yield from (Text(text, True) for texts in part["fire"].values() for text in texts)
    yield from (Text(text, False) for text in part["quiet"])


def _print_shares(sums: Sequence[tuple[Text, int]], least: Mapping[str, int]) -> None:
    by_group: dict[str, list[int]] = defaultdict(list)
    for text, got in sums:
        by_group[f"{text.group}, urgent" if text.urgent else text.group].append(got)
    columns = "".join(f"{f'{name} ({number})':>16}" for name, number in least.items())
    print(f"{'points alone, not learned from':<32}{'n':>6}{columns}")
    for group, found in by_group.items():
        shares = (100 * sum(got >= number for got in found) / len(found) for number in least.values())
        print(f"{group:<32}{len(found) // len(_DEALT):>6}{''.join(f'{share:>14.1f} %' for share in shares)}")
