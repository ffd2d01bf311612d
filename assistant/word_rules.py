"""text + rules made of words → the rules that speak."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from ingest.phrase_trees import LISTS, NOT_WITH
from ingest.rule_words import words_by_sentence
from ingest.written_rules import MOST_SENTENCES, QUIET, WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.phrase_trees import Phrases, Rule, Stems, WordRules

_LONGEST = 30  # letters: a longer word is held against no stem
_IDIOMS = "idioms"  # the list of words that are read over
_READ_OVER = ("#idiom",)

_Hits = dict[tuple[int, int], list[tuple[int, int]]]  # (rule, part) → (first word, word after the last) of each place


def speaking_kinds(question: str, rules: WordRules) -> set[str]:
    """The kinds of the rules that speak; a kind that only yielding rules have counts where no other rule speaks."""
    return kinds_of(speaking_rules(question, rules))


def speaking_rules(question: str, rules: WordRules) -> tuple[Rule, ...]:
    """The rules that speak, in the order of the file."""
    found = set(matching_rules(question, rules))
    return tuple(rule for rule in rules.rules if rule.id in found)


def kinds_of(spoken: Sequence[Rule]) -> set[str]:
    """The kinds that these rules have; a kind that only yielding ones have counts where no other rule speaks."""
    return {rule.kind for rule in spoken if not rule.yields} or {rule.kind for rule in spoken}


def matching_rules(question: str, rules: WordRules) -> tuple[str, ...]:
    """List the ids of all rules that speak, in the order of the file; none does where a quiet one speaks."""
    found = set()
    near: deque[_Hits] = deque(maxlen=MOST_SENTENCES)
    for words in _sentences(question, rules):
        near.append(_Sentence(words, rules).hits())
        touched = {number for number, _ in near[-1]}
        speaking = [rules.rules[number] for number in touched if _speaks(rules.rules[number], number, near)]
        if any(rule.kind == QUIET for rule in speaking):
            near.pop()
        else:
            found |= {rule.id for rule in speaking}
    return tuple(rule.id for rule in rules.rules if rule.id in found)


def _readings(word: str, stems: Stems, attached: tuple[str, ...]) -> tuple[str, ...]:
    """The word, the word without letters that are written onto it, and every stem of the rules that it has."""
    found = [word, *(word[len(one) :] for one in attached if word.startswith(one) and len(word) > len(one) + 2)]
    if len(word) <= _LONGEST:
        size = range(len(word))
        found += [f"{word[: end + 1]}~" for end in size if word[: end + 1] in stems.first]
        found += [f"~{word[start:]}" for start in size if word[start:] in stems.last]
        if stems.within:
            parts = {word[start : end + 1] for start in size for end in size[start:]}
            found += [f"~{part}~" for part in sorted(parts & stems.within)]
    return tuple(found)


def _sentences(question: str, rules: WordRules) -> Iterator[list[tuple[str, ...]]]:
    for sentence in words_by_sentence(question, rules.spelling):
        words = [_readings(word, rules.stems, rules.attached) for word in sentence]
        if _IDIOMS in rules.lists:
            words = _Sentence(words, rules).without(_IDIOMS)
        if words:
            for start in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
                yield words[start : start + WINDOW]


class _Sentence:
    """The words of one sentence, each with its stems, and where in it the phrases of each list end; looked for once."""

    def __init__(self, words: Sequence[tuple[str, ...]], rules: WordRules) -> None:
        self._words, self._rules = words, rules
        none: frozenset[str] = frozenset()
        self._begun = [none.union(*(rules.begun_by.get(one, none) for one in word)) for word in words]
        self._ends: dict[tuple[str, int], tuple[int, ...]] = {}

    def without(self, name: str) -> list[tuple[str, ...]]:
        """The words, those read over that stand in a phrase of this list."""
        words = list(self._words)
        for start, begun in enumerate(self._begun):
            if name in begun:
                end = max(self._list_ends(name, start), default=start)
                words[start:end] = [_READ_OVER] * (end - start)
        return words

    def hits(self) -> _Hits:
        """Find every phrase: (rule, part) → its places as (first word, word after the last)."""
        places: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for start in range(len(self._words)):
            for end, owners in self._walk(self._rules.phrases, start):
                places[owners].append((start, end))
        hits: _Hits = defaultdict(list)
        for owners, found in places.items():
            for owner in self._rules.owners[owners]:
                hits[owner] += found
        return hits

    def _walk(self, tree: Phrases, start: int) -> list[tuple[int, int]]:
        """Every phrase of a tree that begins at a word: where it ends, and the number of those whose it is."""
        words, begun = self._words, self._begun
        found, waiting = [], [(tree, start)]
        while waiting:
            branch, at = waiting.pop()
            if "" in branch:
                found.append((at, branch[""]))
            if at < len(words):
                for one in words[at]:
                    if one in branch:
                        waiting.append((branch[one], at + 1))
                if LISTS in branch:
                    named = branch[LISTS]
                    for name in named.keys() & begun[at]:
                        waiting += [(named[name], end) for end in self._list_ends(name, at)]
        return found

    def _list_ends(self, name: str, at: int) -> tuple[int, ...]:
        if (name, at) not in self._ends:
            self._ends[name, at] = tuple({end for end, _ in self._walk(self._rules.lists[name], at)})
        return self._ends[name, at]


def _speaks(rule: Rule, number: int, near: Sequence[_Hits]) -> bool:
    """Tell whether a rule speaks in the last of these sentences, or in it and those before."""
    if rule.sentences == 1 and (number, 0) not in near[-1]:  # as with most that a single word touches
        return False
    looked_at = [near[at] for at in range(max(0, len(near) - rule.sentences), len(near))]
    if not any((number, 0) in hits for hits in looked_at) or any((number, NOT_WITH) in hits for hits in looked_at):
        return False
    there = [any((number, part) in hits for hits in looked_at) for part in range(rule.parts)]
    if sum(there) < rule.at_least:
        return False
    if rule.words_between is None:
        return True
    hits = near[-1]
    ends = {end for _, end in hits[number, 0]}
    for part in range(1, rule.parts):
        starts = {end + gap for end in ends for gap in range(rule.words_between + 1)}
        ends = {end for start, end in hits[number, part] if start in starts}
    return bool(ends)
