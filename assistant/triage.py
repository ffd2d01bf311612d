"""question → danger, self_harm, minor, assault, others or None: which fixed words come before everything else.

Where it is None, a line about danger may still come before the answer.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from assistant.word_points import points_of
from assistant.word_rules import read_rules, speaking_kinds

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.word_points import WordPoints
    from assistant.word_rules import WordRules

KINDS = ("danger", "self_harm", "minor", "assault", "others")  # in order of priority
_WRITTEN_IN = {"LATIN": ("en", "fr", "es"), "ARABIC": ("ar",), "CJK": ("zh",), "CYRILLIC": ("ru",)}


def triage(question: str, *rules: WordRules, points: WordPoints | None = None) -> str | None:
    """Say which kind of help comes first, in the order of KINDS, or None; each of rules is of one language.

    points are looked at where no rule speaks. Time grows in step with the length of the question.
    """
    kinds = {kind for each in rules for kind in speaking_kinds(question, each)}
    if not kinds and points and points.enough and points_of(question, points) >= points.enough:
        return points.kind
    return next((kind for kind in KINDS if kind in kinds), None)


def may_be_danger(question: str, points: WordPoints | None) -> bool:
    """Whether a question for which `triage` says None is answered with a line about danger before everything else."""
    return points is not None and points_of(question, points) >= points.perhaps


def read_triage(corpus_dir: Path, language: str = "en") -> WordRules:
    """Read the reviewed rules of one language. Raises RulesError."""
    return read_rules(corpus_dir, "triage", language, KINDS)


def has_triage(corpus_dir: Path, language: str) -> bool:
    """Whether a corpus has rules in a language."""
    return (corpus_dir / "triage" / f"{language}.toml").exists()


def languages_to_look_in(question: str) -> tuple[str, ...]:
    """List the languages whose rules a question is held against, by the scripts that stand in it.

    A short cry for help is often too short to tell its language, so all that share a script are looked at.
    """
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in set(question) if letter.isalpha()}
    return tuple(language for script, languages in _WRITTEN_IN.items() if script in scripts for language in languages)
