"""Rules as they are written → the same with every phrase in a tree of words, as messages are held against them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ingest.rule_words import phrase_reader, spellings
from ingest.written_rules import RulesError, read_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

NOT_WITH: Final = -1  # the part of a rule that must not be there
LISTS: Final = "{"
_BUILT_IN = {"year": ["#year"], "under18": ["#under18"], "number": ["#number", "#under18"]}
_SLOT = re.compile(r"\{([a-z_0-9]+)(\??)\}")

# A tree: word → tree; LISTS → the tree after any phrase of a list, by its name; "" → the number of those whose phrase
# ends there, in `WordRules.owners`. A list has a tree of its own, so that what it holds is not written out at each
# place that names it.
Phrases = dict[str, Any]
Owner = tuple[int, int]  # the number of a rule, and of one of its parts


@dataclass(frozen=True)
class Rule:
    """One reviewed rule; parts counts the lists of all_of, words_between is None where any order will do.

    yields says that its kind counts only where no rule that does not yield speaks; unsure, that it should not count
    where it speaks alone, unless something else tells that it is right. The first of the parts and at
    least so many in all must be there, in at most so many sentences that follow each other.
    """

    id: str
    kind: str
    parts: int
    words_between: int | None
    yields: bool
    unsure: bool
    at_least: int
    sentences: int
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


class Stems(NamedTuple):
    """The parts of words that rules name: those that a word begins with, ends in, or holds anywhere."""

    first: frozenset[str]
    last: frozenset[str]
    within: frozenset[str]

    @classmethod
    def of(cls, written: Iterable[str]) -> Stems:
        """Stems as rules write them: "kill~", "~kill", "~kill~"."""
        parts: dict[tuple[bool, bool], set[str]] = defaultdict(set)
        for stem in written:
            parts[stem.startswith("~"), stem.endswith("~")].add(stem.strip("~"))
        return cls(*(frozenset(parts[place]) for place in ((False, True), (True, False), (True, True))))


@dataclass(frozen=True)
class WordRules:
    """The rules of one language, with every phrase of theirs in one tree, and each list of words in another."""

    language: str
    reviewed_by: str
    rules: tuple[Rule, ...]
    spelling: Mapping[str, str]
    phrases: Phrases
    owners: tuple[tuple[Owner, ...], ...]  # whose phrases end at a place, by the number that stands there
    lists: Mapping[str, Phrases]
    begun_by: Mapping[str, frozenset[str]]  # word → the lists that hold a phrase beginning with it
    stems: Stems
    attached: tuple[str, ...]


def read_rules(corpus_dir: Path, folder: str, language: str, kinds: Sequence[str] | None) -> WordRules:
    """Read <folder>/<language>.toml of a corpus and the files in the folder <language> beside it.

    Each may hold words, spellings and rules; those of the first hold for all. kinds are those that a rule may have,
    None where that is looked at by others. Raises RulesError with every problem of all files at once.
    """
    content = read_written(corpus_dir, folder, language, kinds)
    spelling = spellings(content["spelling"])
    lists: dict[str, list[str]] = {**content["words"], **_BUILT_IN}
    problems: list[str] = []
    stems: set[str] = set()
    read = phrase_reader(spelling, stems)
    phrases, owners = _tree_of_rules(content["rule"], read, lists, problems)
    trees = {name: _tree_of_list(name, read, lists, problems) for name in lists}
    problems += [f"list {name} names a list that names itself. Break the circle." for name in _circles(lists)]
    if problems:
        raise RulesError(f"{folder}/{language}.toml: {problem}" for problem in problems)
    return WordRules(
        language,
        content["reviewed_by"],
        tuple(map(_rule, content["rule"])),
        spelling,
        phrases,
        owners,
        trees,
        _begun_by(trees),
        Stems.of(stems),
        tuple(content["attached"]),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        kind=entry["kind"],
        parts=len(entry["all_of"]),
        words_between=entry.get("words_between"),
        yields=bool(entry.get("yields")),
        unsure=bool(entry.get("unsure")),
        at_least=entry.get("at_least", len(entry["all_of"])),
        sentences=entry.get("sentences", 1),
        examples=tuple(entry["examples"]),
        counter_examples=tuple(entry["counter_examples"]),
    )


def _tree_of_rules(
    rules: Sequence[Mapping[str, Any]],
    read: Callable[[str], tuple[str, ...]],
    lists: Mapping[str, list[str]],
    problems: list[str],
) -> tuple[Phrases, tuple[tuple[Owner, ...], ...]]:
    """The tree of all phrases of the rules, and whose they are."""
    tree: Phrases = {}
    owners = _Owners()
    for number, entry in enumerate(rules):
        for part, phrases in (*enumerate(entry["all_of"]), (NOT_WITH, entry["not_with"])):
            for phrase in phrases:
                try:
                    for end in _planted(tree, phrase, read, lists):
                        end[""] = owners.with_one(end.get(""), (number, part))
                except ValueError as error:
                    problems.append(f'rule {entry["id"]}: phrase "{phrase}" {error}')
    return tree, tuple(owners.known)


def _tree_of_list(
    name: str, read: Callable[[str], tuple[str, ...]], lists: Mapping[str, list[str]], problems: list[str]
) -> Phrases:
    """The tree of the phrases of a list; a place where one ends is nobody's."""
    tree: Phrases = {}
    for phrase in lists[name]:
        try:
            for end in _planted(tree, phrase, read, lists):
                end[""] = 0
        except ValueError as error:
            problems.append(f'list {name}: phrase "{phrase}" {error}')
    return tree


class _Owners:
    """The sets of owners, each with a number: there are many places where a phrase ends, and few such sets."""

    def __init__(self) -> None:
        self.known: list[tuple[Owner, ...]] = []
        self._numbers: dict[tuple[Owner, ...], int] = {}
        self._more: dict[tuple[int | None, Owner], int] = {}

    def with_one(self, number: int | None, owner: Owner) -> int:
        """The number of the owners of this number, and one more."""
        if (number, owner) not in self._more:
            before = () if number is None else self.known[number]
            owners = before if owner in before else (*before, owner)
            if owners not in self._numbers:
                self._numbers[owners] = len(self.known)
                self.known.append(owners)
            self._more[number, owner] = self._numbers[owners]
        return self._more[number, owner]


def _planted(
    tree: Phrases, phrase: str, read: Callable[[str], tuple[str, ...]], lists: Mapping[str, list[str]]
) -> list[Phrases]:
    """Put a phrase into a tree: its words, and for each {name} the list of that name; {name?} may be left out.

    Where it ends; raises ValueError where it cannot be read.
    """
    if "{" not in phrase and "}" not in phrase:
        return [_grown(tree, read(phrase))]
    ends, at = [tree], 0
    for slot in _SLOT.finditer(phrase):
        if slot[1] not in lists:
            raise ValueError(f"uses {slot[0]}, which is not in [words]. Add it or correct its spelling.")
        words = read(phrase[at : slot.start()])
        ends = [_grown(end, words) for end in ends]
        named = [end.setdefault(LISTS, {}).setdefault(slot[1], {}) for end in ends]
        ends, at = [*named, *ends] if slot[2] else named, slot.end()
    if "{" in phrase[at:] or "}" in _SLOT.sub("", phrase):
        raise ValueError("has an open bracket. Close it.")
    words = read(phrase[at:])
    return [_grown(end, words) for end in ends]


def _grown(end: Phrases, words: Sequence[str]) -> Phrases:
    """The branch that is reached from a place by some words."""
    for word in words:
        end = end.setdefault(word, {})
    return end


def _circles(lists: Mapping[str, list[str]]) -> list[str]:
    """The lists that name themselves, be it through others."""
    waiting = {name: {slot[1] for text in texts for slot in _SLOT.finditer(text)} for name, texts in lists.items()}
    while free := {name for name, named in waiting.items() if not named & waiting.keys()}:
        waiting = {name: named for name, named in waiting.items() if name not in free}
    return sorted(waiting)


def _begun_by(lists: Mapping[str, Phrases]) -> dict[str, frozenset[str]]:
    """Word → the lists that hold a phrase beginning with it; they name each other in no circle."""
    first: dict[str, frozenset[str]] = {}

    def first_words(name: str) -> frozenset[str]:
        if name not in first:
            tree = lists[name]
            first[name] = frozenset(tree.keys() - {"", LISTS}).union(*map(first_words, tree.get(LISTS, ())))
        return first[name]

    found: dict[str, set[str]] = defaultdict(set)
    for name in lists:
        for word in first_words(name):
            found[word].add(name)
    return {word: frozenset(names) for word, names in found.items()}
