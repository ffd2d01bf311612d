"""quotes → pairs that do not say the same on one matter: another number of the same unit, or a duty beside a choice.

Only the words of two sentences decide, so whoever has the quotes can see it again. It is better to miss a pair than to
raise a doubt where two texts speak of two steps: both must speak of the same, in nearly the same words, and neither
may name what the other does not, but for words that one of them adds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.quotes import Quote
    from assistant.wording import Wording

NUMBER, DUTY = KINDS = ("number", "duty")
_ALIKE = 0.60  # share of the stems of both that both have
_FEWEST = 3  # stems that both have; one less where neither has any other
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: n for n, word in enumerate(_ONES, 1)} | {word: n * 10 for n, word in enumerate(_TENS, 2)}
_WORD = rf"(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES[:9])}))?|{'|'.join(reversed(_ONES))}|an?"
_AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<number>\d{{1,4}}|{_WORD})(?: \(\d{{1,4}}\))?[ -]"
    r"(?:(?:working|calendar|business|full) )?(?P<unit>hour|day|week|month|year|member|session)s?\b",
    re.I,
)
_IN = {"year": ("month", 12), "week": ("day", 7)}  # 90 days and three months may be meant to be the same
_MODAL = re.compile(
    r"\b(?:(?P<ban>(?:must|shall|may|can) not|cannot)"
    r"|(?P<choice>(?:is|are) (?:not (?:required|obliged|bound)|free) to|do(?:es)? not have to|needs? not|may|can)"
    r"|(?P<duty>must|shall|(?:has|have) to|(?:is|are) (?:required|obliged|bound) to|(?:has|have) (?:a|the) duty to))"
    r" (?:(?:also|always|only|promptly|immediately|first|therefore) )?(?:be )?(?P<verb>[a-z]{3,})",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(“])")
_ACRONYM = re.compile(r"\b[A-Z]{2,}(?:-[A-Z]{2,})*\b")
_CONDITION = re.compile(r"\b(?:if|unless|except|when|where|in (?:the )?(?:case|event)s?|provided)\b", re.I)
_LEFT_OUT = (  # what is compared by itself, and what says nothing of the matter
    "must shall may cannot required obliged bound free need duty hours days weeks months years calendar working "
    "business full within normally latest later than than a an least most maximum minimum period"
)
_SAME = ("submit made make file lodge", "complete finish conclude")


@dataclass(frozen=True)
class Difference:
    """Two quotes that follow each other and do not say the same; first and second are their places, from 0.

    kind is one of KINDS: another number of the same unit, or what one text makes a duty, or forbids, and the other
    does not. text is fixed wording.
    """

    first: int
    second: int
    kind: str
    text: str


def differences(quotes: Sequence[Quote], words: Wording) -> tuple[Difference, ...]:
    """Every two quotes that follow each other, are of two documents, and differ."""
    kinds = [how_they_differ(one, other) for one, other in pairwise(quotes)]
    return tuple(Difference(n, n + 1, kind, words[f"difference.{kind}"]) for n, kind in enumerate(kinds) if kind)


def beside_each_other(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The same quotes, each followed by the first of the others that differs from it; the first one stays first."""
    left = list(quotes)
    placed: list[Quote] = []
    while left:
        beside = next((n for n, quote in enumerate(left) if placed and how_they_differ(placed[-1], quote)), 0)
        placed.append(left.pop(beside))
    return tuple(placed)


def how_they_differ(one: Quote, other: Quote) -> str:
    """One of KINDS for two quotes of two documents that can hold for the same people; "" otherwise."""
    if one.document == other.document or not hold_for_the_same(one.applies_to, other.applies_to):
        return ""
    return differ(said(one.text), said(other.text))


def hold_for_the_same(one: str, other: str) -> bool:
    """Whether two documents can hold for the same people, by the organisations that each names; none is all."""
    named = [{name.strip() for name in names.split(";") if name.strip()} for names in (one, other)]
    return not all(named) or not named[0].isdisjoint(named[1])


def differ(one: Sequence[Said], other: Sequence[Said]) -> str:
    """How two texts, each as `said`, differ on a matter of which both speak, one of KINDS.

    "" when they do not, or nobody can tell.
    """
    return next((kind for a, b in product(one, other) if (kind := _kind(a, b))), "")


def said(text: str) -> list[Said]:
    """The sentences of a text, as they are held against those of others."""
    return [Said(sentence) for sentence in _SENTENCE_END.split(text)]


class Said:
    """A sentence, and what tells the matter that it speaks of; each is looked for once, and only where it is needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.frame = frozenset(_ACRONYM.findall(text)), bool(_CONDITION.search(text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words, those that mean the same as one, without amounts and words that say little."""
        left_out, same = _stems_of_lists()
        return frozenset(same.get(stem, stem) for stem in words(_AMOUNT.sub(" ", self.text)) if stem not in left_out)


def _kind(one: Said, other: Said) -> str:
    if not _of_one_matter(one, other):
        return ""
    if _other_number(amounts(one.text), amounts(other.text)):
        return NUMBER
    modal, beside = modals(one.text), modals(other.text)
    return DUTY if any(modal[verb] != beside[verb] for verb in modal.keys() & beside.keys()) else ""


def _of_one_matter(one: Said, other: Said) -> bool:
    """Whether two sentences speak of the same: one has all words of the other, not many more, and no condition more."""
    if one.frame != other.frame:
        return False
    stems, beside = one.stems, other.stems
    both = stems & beside
    enough = len(both) >= _FEWEST or (len(both) == _FEWEST - 1 and stems == beside)
    return enough and len(both) >= _ALIKE * len(stems | beside) and both in (stems, beside)


@cache
def _stems_of_lists() -> tuple[frozenset[str], dict[str, str]]:
    """The stems of what is left out, and for those that mean the same the one that stands for all."""
    alike = (words(several) for several in _SAME)
    return frozenset(words(_LEFT_OUT)), {stem: one for one, *others in alike for stem in (one, *others)}


def _other_number(one: Mapping[str, set[int]], other: Mapping[str, set[int]]) -> bool:
    """Whether both give one number of a unit, and not the same; with several nobody can tell which belong together."""
    return any(
        len(one[unit]) == len(other[unit]) == 1 and one[unit] != other[unit] for unit in one.keys() & other.keys()
    )


def amounts(sentence: str) -> dict[str, set[int]]:
    """The numbers of each unit that a sentence gives, in figures or words."""
    found: dict[str, set[int]] = {}
    for match in _AMOUNT.finditer(sentence):
        unit, times = _IN.get(match["unit"].lower(), (match["unit"].lower(), 1))
        found.setdefault(unit, set()).add(times * _value(match["number"].lower()))
    return found


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    return sum(_VALUES.get(part, 1) for part in number.split("-"))


def modals(sentence: str) -> dict[str, str]:
    """What a sentence says of each verb: ``duty``, ``choice`` or ``ban``; verbs by their stem."""
    found = {}
    for match in _MODAL.finditer(sentence):
        kind = next(name for name in ("ban", "choice", "duty") if match[name])
        found[words(match["verb"])[0] if words(match["verb"]) else match["verb"]] = kind
    return found
