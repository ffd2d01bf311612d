"""message → whether somebody may be in danger, by reviewed rules and points; no words of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.question import both_ends, plain
from assistant.triage import KINDS, heard, triage
from assistant.wording import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from assistant.corpus_files import CorpusFiles


class Danger(NamedTuple):
    """What was understood: kind is one of `assistant.triage.KINDS`, or "" where there may be danger and no more.

    language is that of the rule that speaks, "" where only English ones do; reviewed says that somebody reviewed all
    rules that speak; alone that nothing shall stand beneath the urgent words.
    """

    kind: str
    language: str
    reviewed: bool
    alone: bool = True


def danger_in(question: str, files: CorpusFiles) -> Danger | None:
    """The danger that the rules of some language understand in a message, the gravest first; None where none does."""
    found = [
        (language, rules, heard(question, rules, files.points_for(language)))
        for language, rules in files.rules_for(question)
    ]
    speaking = {language: rules for language, rules, understood in found if understood.kind}
    kind = next((kind for kind in KINDS if kind in {understood.kind for _, _, understood in found}), "")
    if not kind and not any(understood.perhaps for _, _, understood in found):
        return None
    other = next((language for language in speaking if language != DEFAULT_LANGUAGE), "")
    alone = any(understood.alone for _, _, understood in found if understood.kind)
    return Danger(kind, other, all(rules.reviewed_by for rules in speaking.values()), alone)


def understood_by_rules(question: str, files: CorpusFiles) -> bool:
    """Whether a rule alone understands danger in a message as it was typed; False where that cannot be told."""
    try:
        looked_at = plain(both_ends(question))
        return any(triage(looked_at, rules) for _, rules in files.rules_for(looked_at))
    except Exception:  # noqa: BLE001  the contacts are shown without it
        return False
