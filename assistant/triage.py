"""question → danger, self_harm, minor, assault, others or None: which fixed words come before everything else.

Where it is None, a line about danger may still come before the answer.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from assistant.word_points import points_of
from assistant.word_rules import kinds_of, speaking_rules
from ingest.compiled_rules import rules_of

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.word_points import WordPoints
    from ingest.phrase_trees import WordRules

KINDS = ("danger", "self_harm", "minor", "assault", "others")  # in order of priority
_WRITTEN_IN = {"LATIN": ("en", "fr", "es"), "ARABIC": ("ar",), "CJK": ("zh",), "CYRILLIC": ("ru",)}


OVER = "assault"  # a kind where the danger is past, and what was asked may be what helps now: hours, a doctor
_ASKED = (OVER, "minor")  # kinds where what was asked may be answered however much speaks of them
_ALONE = "self_harm"  # a kind where nothing shall stand between the urgent words and the contacts


class Heard(NamedTuple):
    """What is understood of a message: kind is one of KINDS or None; perhaps that less speaks of danger.

    alone says that nothing shall stand beneath the urgent words; else what is asked may, where it is surely answered.
    """

    kind: str | None
    perhaps: bool = False
    alone: bool = True


def heard(question: str, rules: WordRules | None, points: WordPoints | None = None) -> Heard:
    """Say which kind of help comes first, and where none does, whether a line about danger comes before the answer.

    A rule that is sure counts always. One that is unsure is worth so many points (``rule``), which are added to those
    of the words: where the sum does not reach ``enough``, a line comes and no more. Without points, or where they name
    no such worth, every rule counts.

    Urgent words for self-harm always stand alone, and those for an assault or for somebody under 18 never have to, in
    whatever language. Others do from the sum ``alone`` on, to which each rule that speaks adds its worth, sure or not,
    and wherever there is no such sum. Time grows in step with the length of the question.
    """
    spoken = speaking_rules(question, rules) if rules else ()
    kind = next((kind for kind in KINDS if kind in kinds_of(spoken)), None)
    if points is None:
        return Heard(kind, alone=kind not in _ASKED)
    total = points_of(question, points) + len(spoken) * (points.rule or 0)
    alone = kind == _ALONE or (kind not in _ASKED and (points.alone is None or total >= points.alone))
    weighed = points.rule is not None and all(rule.unsure for rule in spoken)
    if kind and not weighed:
        return Heard(kind, alone=alone)
    if points.enough is not None and total >= points.enough:
        return Heard(kind or points.kind, alone=alone)
    return Heard(None, perhaps=bool(spoken) or total >= points.perhaps)


def triage(question: str, *rules: WordRules, points: WordPoints | None = None) -> str | None:
    """Say which kind of help comes first, in the order of KINDS, or None; each of rules is of one language."""
    kinds = {heard(question, each, points).kind for each in rules or (None,)}
    return next((kind for kind in KINDS if kind in kinds), None)


def read_triage(corpus_dir: Path, language: str = "en", copies: Path | None = None) -> WordRules:
    """Read the reviewed rules of one language; copies is the folder of `ingest.compiled_rules`. Raises RulesError."""
    return rules_of(corpus_dir, "triage", language, KINDS, copies)


def has_triage(corpus_dir: Path, language: str) -> bool:
    """Whether a corpus has rules in a language."""
    return (corpus_dir / "triage" / f"{language}.toml").exists()


def languages_to_look_in(question: str) -> tuple[str, ...]:
    """List the languages whose rules a question is held against, by the scripts that stand in it.

    A short cry for help is often too short to tell its language, so all that share a script are looked at.
    """
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in set(question) if letter.isalpha()}
    return tuple(language for script, languages in _WRITTEN_IN.items() if script in scripts for language in languages)
