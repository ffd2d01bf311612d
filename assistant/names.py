"""Names of organisations ↔ text: whose rules come first where a text names them, and whose must not answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALSO_WORDS: Final = frozenset({"WHO", "IMO"})  # in small letters "who" is a word, and "imo" in many messages
_IN: Final = r"(?i:in|at|for|from|of|with|by|under|to)"


def any_name(names: Iterable[str]) -> str:
    """A pattern that finds each of these names, the longest first; in any case, but for those that are words, too."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(rf"\b{re.escape(n)}\b" if n in _ALSO_WORDS else rf"(?i:\b{re.escape(n)}\b)" for n in longest)


@dataclass(frozen=True)
class Names:
    """Names of organisations: own are those whose rules come first, others those whose rules must not answer.

    documents are the ids of those whose own documents come before the ones for all. elsewhere are names of those that
    open no answer where something else is near, for whoever named none.
    """

    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()
    elsewhere: tuple[str, ...] = ()

    def own_in(self, text: str) -> bool:
        """Whether a text names one whose rules come first."""
        return self._any(self.own, text)

    def several_own_in(self, text: str) -> bool:
        """Whether a text names more than one, or one by two names."""
        return bool(self.own) and len(set(re.findall(any_name(self.own), text))) > 1

    def without_own(self, question: str) -> str:
        """A question without the names of those whose rules come first.

        "How long do I have in UNDP?" → "How long do I have?"; "Does UNDP pay?" → "Does my organisation pay?".
        """
        if not self.own:
            return question
        named = rf"(?:the )?(?:{any_name(self.own)})(?:['’]s)?+"
        text = re.sub(rf"^\W*(?:{_IN} )?{named}\s*[:,.]\s*|^\W*{_IN} {named}\s+", "", question)
        text = re.sub(rf"\s*\b{_IN} {named}(?: (?:policy|policies|rules?)\b)?+(?! staff\b)", "", text)
        return re.sub(named, "my organisation", text).strip()

    def others_in(self, text: str) -> bool:
        """Whether a text names one whose rules must not answer."""
        return self._any(self.others, text)

    def elsewhere_in(self, text: str) -> bool:
        """Whether a text names one that should open no answer."""
        return self._any(self.elsewhere, text)

    def _any(self, names: tuple[str, ...], text: str) -> bool:
        """Whether one of names stands in a text, not inside a longer one: "ITC-ILO" is neither ITC nor ILO."""
        if not any(name in text for name in names):
            return False
        there = sorted((name for name in self._all if name in text), key=len, reverse=True)
        return any(found in names for found in re.findall(rf"\b(?:{'|'.join(map(re.escape, there))})\b", text))

    @cached_property
    def _all(self) -> tuple[str, ...]:
        return *self.own, *self.others, *self.elsewhere
