"""text + points of words → a sum; where no rule speaks, a high one says danger, and a lower one that there may be."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.reviewed import review_problems
from ingest.rule_words import words_by_sentence
from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WINDOW = 60  # words: a longer text is looked at in overlapping pieces, so that a long story is not urgent by its length


@dataclass(frozen=True)
class WordPoints:
    """Points of words and of pairs of words ("will kill"), above 0 where they speak of danger, below where they do not.

    A text whose points add up to enough is taken to be of this kind, and from perhaps on, a smaller sum, it may be.
    enough is None where no sum is to say so. An unsure rule that speaks is worth rule points more; it is None where
    every rule counts by itself. Below alone, with what rules are worth, what was asked may be answered beneath the
    urgent words; where it is None, never. spelling is that of the rules of the language.
    """

    kind: str
    enough: int | None
    perhaps: int
    rule: int | None
    words: Mapping[str, int]
    spelling: Mapping[str, str]
    alone: int | None = None


def read_points(corpus_dir: Path, language: str, spelling: Mapping[str, str]) -> WordPoints | None:
    """Read triage/points/<language>.toml of a corpus; None where a language has none. Raises RulesError."""
    file = f"triage/points/{language}.toml"
    try:
        content = tomllib.loads((corpus_dir / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError([f"{file}: cannot be read ({error}). Correct it."]) from None
    problems = review_problems(content)
    words, enough, perhaps, rule, alone = (content.get(key) for key in ("words", "enough", "perhaps", "rule", "alone"))
    if not isinstance(words, dict) or not all(type(points) is int for points in words.values()):
        problems.append('[words] must hold lines of the form "will kill" = 9, with whole numbers.')
    if enough is not None and (type(enough) is not int or enough < 1):
        problems.append("enough must be a whole number above 0, or left out.")
    elif type(perhaps) is not int or not 0 < perhaps <= (enough or perhaps):
        problems.append("perhaps must be a whole number above 0, and no greater than enough.")
    if rule is not None and (type(rule) is not int or rule < 1 or enough is None):
        problems.append("rule must be a whole number above 0 beside enough, or left out.")
    if alone is not None and (type(alone) is not int or rule is None or alone < (enough or 0)):
        problems.append("alone must be a whole number, no less than enough, beside rule, or left out.")
    if not isinstance(content.get("kind"), str):
        problems.append("kind must be the kind of the fixed words that are shown.")
    if problems:
        raise RulesError(f"{file}: {problem}" for problem in problems)
    read = {_read(name, spelling): points for name, points in content["words"].items()}
    return WordPoints(content["kind"], enough, content["perhaps"], rule, read, spelling, alone)


def _read(written: str, spelling: Mapping[str, str]) -> str:
    """A word or pair as it is read in a text: small letters, no doubled ones."""
    return " ".join(word for sentence in words_by_sentence(written, spelling) for word in sentence)


def points_of(text: str, points: WordPoints) -> int:
    """The most points of any piece of a text; a word or pair that stands in it twice counts once."""
    return max(
        (sum(points.words.get(words, 0) for words in piece) for piece in words_and_pairs(text, points.spelling)),
        default=0,
    )


def words_and_pairs(text: str, spelling: Mapping[str, str]) -> Iterator[set[str]]:
    """The words of each piece of a text, and the pairs that follow each other in a sentence."""
    found = [
        (word, f"{before} {word}" if before else word)
        for sentence in words_by_sentence(text, spelling)
        for before, word in pairwise(("", *sentence))
    ]
    for start in range(0, max(1, len(found) - WINDOW // 2), WINDOW // 2):
        yield {one for both in found[start : start + WINDOW] for one in both}
