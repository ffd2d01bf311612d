"""question → danger, self_harm, minor, assault, others or None; the only module that knows the form of the rules."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.wording import hidden_characters, review_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

KINDS = ("danger", "self_harm", "minor", "assault", "others")  # in order of priority
WINDOW = 40  # words: a longer sentence is looked at in overlapping pieces, so one old story hides no new one
_NOT_WITH = -1
_RULE_KEYS = {"id", "kind", "about", "yields", "all_of", "words_between", "not_with", "examples", "counter_examples"}
_BUILT_IN = {"year": ["#year"], "under18": ["#under18"], "number": ["#number", "#under18"]}
_ADULT = 18
_SENTENCE_END = re.compile(r"[.!?;…؟。！？]+|\n\s*\n")
_WORD = re.compile(r"#year|#number|#under18|[^\W_]+(?:['*]+[^\W_]+)*")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")  # s.a. → sa
_SPACED = re.compile(r"\b(?:[a-z][ .*-]){2,}[a-z]\b")  # k i l l → kill
_FIGURES = re.compile(r"(?<=[a-z])[01345@$](?=[a-z])")  # k1ll → kill
_MEANT = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"}
_DOUBLED = re.compile(r"([a-z])\1+")
_SLOT = re.compile(r"\{([a-z_0-9]+)(\??)\}")

# A tree: word → tree; _LISTS → the tree after any phrase of a list, by its name; "" → the (rule, part) pairs whose
# phrase ends there. A list has a tree of its own, so that what it holds is not written out at each place that names it.
Phrases = dict[str, Any]
_LISTS = "{"
_FIRST = "}"  # in the tree of a list: every word that a phrase of it can begin with
_NONE: Phrases = {}


class TriageError(ValueError):
    """A triage file cannot be used; problems holds one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Rule:
    """One reviewed rule; parts counts the lists of all_of, words_between is None where any order will do.

    yields says that its kind counts only where no rule that does not yield speaks.
    """

    id: str
    kind: str
    parts: int
    words_between: int | None
    yields: bool
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class TriageRules:
    """The rules of one language, with every phrase of theirs in one tree, and each list of words in another."""

    language: str
    reviewed_by: str
    rules: tuple[Rule, ...]
    spelling: Mapping[str, str]
    phrases: Phrases
    lists: Mapping[str, Phrases]


def triage(question: str, rules: TriageRules) -> str | None:
    """Say which kind of help comes first, in the order of KINDS, or None.

    Time grows in step with the length of the question.
    """
    found = set(matching_rules(question, rules))
    spoken = [rule for rule in rules.rules if rule.id in found]
    kinds = {rule.kind for rule in spoken if not rule.yields} or {rule.kind for rule in spoken}
    return next((kind for kind in KINDS if kind in kinds), None)


def matching_rules(question: str, rules: TriageRules) -> tuple[str, ...]:
    """List the ids of all rules that speak, in the order of the file."""
    found = set()
    for words in _sentences(question, rules.spelling):
        hits = _Sentence(words, rules.lists).hits(rules.phrases)
        found |= {rule.id for number, rule in enumerate(rules.rules) if _speaks(rule, number, hits)}
    return tuple(rule.id for rule in rules.rules if rule.id in found)


def read_triage(corpus_dir: Path, language: str = "en") -> TriageRules:
    """Read corpus/triage/<language>.toml, which holds words and spellings, and the rules in the folder beside it.

    Raises TriageError with every problem of all files at once.
    """
    first = f"triage/{language}.toml"
    files = [
        first,
        *(f"triage/{language}/{path.name}" for path in sorted((corpus_dir / "triage" / language).glob("*.toml"))),
    ]
    content: dict[str, Any] = {"spelling": {}, "words": {}, "rule": []}
    problems: list[str] = []
    for file in files:
        read, wrong = _read(corpus_dir, file)
        problems += [f"{file}: {problem}" for problem in wrong]
        if not wrong:
            content["reviewed_by"] = content.get("reviewed_by", read["reviewed_by"])
            content["spelling"] |= read.get("spelling", {})
            content["words"] |= read.get("words", {})
            content["rule"] += read.get("rule", [])
    names = [entry.get("id") for entry in content["rule"]]
    problems += [f"{first}: rule {n}: the id is used twice." for n in sorted({n for n in names if names.count(n) > 1})]
    if not problems and not names:
        problems.append(f"{first}: there is no [[rule]]. Add one.")
    if not problems:
        spelling = {_squeezed(_plain(written)): read for written, read in content["spelling"].items()}
        wrong = []
        phrases, lists = _trees(content, spelling, wrong)
        problems = [f"{first}: {problem}" for problem in wrong]
    if problems:
        raise TriageError(problems)
    return TriageRules(language, content["reviewed_by"], tuple(map(_rule, content["rule"])), spelling, phrases, lists)


def _read(corpus_dir: Path, file: str) -> tuple[dict[str, Any], list[str]]:
    """One file of rules, and all that is wrong with it."""
    try:
        content = tomllib.loads((corpus_dir / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ["the file is missing. Put it back."]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"cannot be read ({error}). Correct it."]
    problems = review_problems(content) + _file_problems(content)
    if not problems:
        for number, entry in enumerate(content.get("rule", []), start=1):
            problems += [f"rule {entry.get('id', number)}: {problem}" for problem in _rule_problems(entry)]
    return content, problems


def _plain(text: str) -> str:
    """Small letters, no accents, one kind of apostrophe, nothing invisible, and words as they are meant.

    People write "k1ll", "s.a.", "r a p e" so that no machine should read it.
    """
    if text.isascii():
        text = text.lower().replace("`", "'")
    else:
        text = unicodedata.normalize("NFKD", re.sub("[’‘`´ʼ′＇]", "'", text)).lower()
        text = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = _SPACED.sub(lambda found: re.sub(r"[^a-z]", "", found.group()), text)
    return _FIGURES.sub(lambda found: _MEANT[found.group()], text)


def _words(text: str, spelling: Mapping[str, str]) -> list[str]:
    return [word for written in _WORD.findall(text) for word in _read_as(written, spelling)]


def _read_as(written: str, spelling: Mapping[str, str]) -> tuple[str, ...]:
    """The words that one written word is read as."""
    word = _squeezed(written)
    return tuple(map(_squeezed, spelling.get(word, word).replace("'", "").replace("*", " ").split()))


def _squeezed(word: str) -> str:
    if word.isdigit():
        if re.fullmatch(r"(?:19|20)\d\d", word):
            return "#year"
        return "#under18" if 0 < int(word[:4]) < _ADULT else "#number"
    return _DOUBLED.sub(r"\1", word)


def _sentences(question: str, spelling: Mapping[str, str]) -> Iterator[list[str]]:
    for sentence in _SENTENCE_END.split(_plain(question)):
        words = _words(sentence, spelling)
        for start in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
            yield words[start : start + WINDOW]


class _Sentence:
    """The words of one sentence, and where in it the phrases of each list end; those are looked for once."""

    def __init__(self, words: Sequence[str], lists: Mapping[str, Phrases]) -> None:
        self._words, self._lists = words, lists
        self._ends: dict[tuple[str, int], tuple[int, ...]] = {}

    def hits(self, phrases: Phrases) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """Find every phrase: (rule, part) → its places as (first word, word after the last)."""
        hits = defaultdict(list)
        for start in range(len(self._words)):
            for end, owners in self._walk(phrases, start):
                for owner in owners:
                    hits[owner].append((start, end))
        return hits

    def _walk(self, tree: Phrases, start: int) -> Iterator[tuple[int, Iterable[Any]]]:
        """Every phrase of a tree that begins at a word: where it ends, and whose it is."""
        waiting = [(tree, start)]
        while waiting:
            branch, at = waiting.pop()
            if "" in branch:
                yield at, branch[""]
            if at < len(self._words):
                if self._words[at] in branch:
                    waiting.append((branch[self._words[at]], at + 1))
                for name, after in branch.get(_LISTS, _NONE).items():
                    if self._words[at] in self._lists[name][_FIRST]:
                        waiting += [(after, end) for end in self._list_ends(name, at)]

    def _list_ends(self, name: str, at: int) -> tuple[int, ...]:
        if (name, at) not in self._ends:
            self._ends[name, at] = tuple({end for end, _ in self._walk(self._lists[name], at)})
        return self._ends[name, at]


def _speaks(rule: Rule, number: int, hits: Mapping[tuple[int, int], list[tuple[int, int]]]) -> bool:
    if (number, _NOT_WITH) in hits or any((number, part) not in hits for part in range(rule.parts)):
        return False
    if rule.words_between is None:
        return True
    ends = {end for _, end in hits[number, 0]}
    for part in range(1, rule.parts):
        starts = {end + gap for end in ends for gap in range(rule.words_between + 1)}
        ends = {end for start, end in hits[number, part] if start in starts}
    return bool(ends)


def _trees(
    content: Mapping[str, Any], spelling: Mapping[str, str], problems: list[str]
) -> tuple[Phrases, dict[str, Phrases]]:
    """The tree of all phrases of the rules, and that of each list of words."""
    lists: dict[str, list[str]] = {**content["words"], **_BUILT_IN}
    # Lives as long as this call and sees the rules' words only: a person's words are never kept.
    word = functools.cache(lambda written: _read_as(written, spelling))

    def read(text: str) -> tuple[str, ...]:
        return tuple(one for written in _WORD.findall(_plain(text)) for one in word(written))

    rules: Phrases = {}
    for number, entry in enumerate(content["rule"]):
        parts = [*enumerate(entry["all_of"]), (_NOT_WITH, entry["not_with"])]
        for part, phrase in ((part, phrase) for part, phrases in parts for phrase in phrases):
            try:
                _plant(rules, phrase, (number, part), read, lists)
            except ValueError as error:
                problems.append(f'rule {entry["id"]}: phrase "{phrase}" {error}')
    trees: dict[str, Phrases] = {}
    for name, phrases in lists.items():
        trees[name] = {}
        for phrase in phrases:
            try:
                _plant(trees[name], phrase, (0, 0), read, lists)
            except ValueError as error:
                problems.append(f'list {name}: phrase "{phrase}" {error}')
    circles = _circles(lists)
    problems += [f"list {name} names a list that names itself. Break the circle." for name in circles]
    if not problems:
        for tree in trees.values():
            _first_words(tree, trees)
    return rules, trees


def _first_words(tree: Phrases, trees: Mapping[str, Phrases]) -> frozenset[str]:
    """Every word that a phrase of a list can begin with; kept in its tree."""
    if _FIRST not in tree:
        named = [_first_words(trees[name], trees) for name in tree.get(_LISTS, ())]
        tree[_FIRST] = frozenset(tree.keys() - {"", _LISTS}).union(*named)
    found: frozenset[str] = tree[_FIRST]
    return found


def _plant(
    tree: Phrases,
    phrase: str,
    owner: tuple[int, int],
    read: Callable[[str], tuple[str, ...]],
    lists: Mapping[str, list[str]],
) -> None:
    """Put a phrase into a tree: its words, and for each {name} the list of that name; {name?} may be left out."""
    ends, at = [tree], 0
    for slot in _SLOT.finditer(phrase):
        if slot[1] not in lists:
            raise ValueError(f"uses {slot[0]}, which is not in [words]. Add it or correct its spelling.")
        ends = _grow(ends, read(phrase[at : slot.start()]))
        named = [end.setdefault(_LISTS, {}).setdefault(slot[1], {}) for end in ends]
        ends, at = [*named, *ends] if slot[2] else named, slot.end()
    if "{" in phrase[at:] or "}" in _SLOT.sub("", phrase):
        raise ValueError("has an open bracket. Close it.")
    for end in _grow(ends, read(phrase[at:])):
        end.setdefault("", set()).add(owner)


def _grow(ends: Iterable[Phrases], words: Iterable[str]) -> list[Phrases]:
    """The branches that are reached from each of these by some words."""
    grown = list(ends)
    for word in words:
        grown = [end.setdefault(word, {}) for end in grown]
    return grown


def _circles(lists: Mapping[str, list[str]]) -> list[str]:
    """The lists that name themselves, be it through others."""
    waiting = {name: {slot[1] for text in texts for slot in _SLOT.finditer(text)} for name, texts in lists.items()}
    while free := {name for name, named in waiting.items() if not named & waiting.keys()}:
        waiting = {name: named for name, named in waiting.items() if name not in free}
    return sorted(waiting)


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        kind=entry["kind"],
        parts=len(entry["all_of"]),
        words_between=entry.get("words_between"),
        yields=bool(entry.get("yields")),
        examples=tuple(entry["examples"]),
        counter_examples=tuple(entry["counter_examples"]),
    )


def _file_problems(content: Mapping[str, Any]) -> list[str]:
    known = {"reviewed_by", "reviewed_on", "spelling", "words", "rule"}
    problems = [f"key {key} is not known. Remove it or correct its spelling." for key in sorted(set(content) - known)]
    rules = content.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        problems.append("[[rule]] must be written with two brackets on each side.")
    spelling, words = content.get("spelling", {}), content.get("words", {})
    if not isinstance(spelling, dict) or not _are_texts(list(spelling.values())):
        problems.append('[spelling] must hold lines of the form written = "read as".')
    if not isinstance(words, dict) or not all(_are_texts(entry) for entry in words.values()):
        problems.append("[words] must hold lists of phrases.")
    return problems


def _rule_problems(entry: Mapping[str, Any]) -> list[str]:
    problems = [f"key {key} is not known. Remove it." for key in sorted(set(entry) - _RULE_KEYS)]
    needed = _RULE_KEYS - {"words_between", "yields"}
    problems += [f"key {key} is missing. Add it." for key in sorted(needed - set(entry))]
    if not _are_texts([entry.get("id", "?"), entry.get("about", "?")]):
        problems.append("id and about must be texts.")
    if entry.get("kind", KINDS[0]) not in KINDS:
        problems.append(f"kind must be one of {', '.join(KINDS)}.")
    between = entry.get("words_between", 0)
    if type(between) is not int or not 0 <= between <= WINDOW:
        problems.append(f"words_between must be a whole number from 0 to {WINDOW}.")
    parts = entry.get("all_of", [["?"]])
    if not isinstance(parts, list) or not parts or not all(part and _are_texts(part) for part in parts):
        problems.append("all_of must be a list of lists of phrases, none of them empty.")
    for key in ("examples", "counter_examples"):
        if not (entry.get(key, ["?"]) and _are_texts(entry.get(key, ["?"]))):
            problems.append(f"{key} must be a list with at least one sentence.")
    if not _are_texts(entry.get("not_with", [])):
        problems.append("not_with must be a list of phrases; [] when there are none.")
    return problems


def _are_texts(value: object) -> bool:
    """Tell whether value is a list of texts with something in each and nothing hidden in any."""
    return isinstance(value, list) and all(
        isinstance(text, str) and bool(text.strip()) and not hidden_characters(text) for text in value
    )
