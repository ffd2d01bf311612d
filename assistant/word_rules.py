"""text + rules made of words → the rules that speak; the only module that knows the form of the rules."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.wording import hidden_characters, review_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

WINDOW = 40  # words: a longer sentence is looked at in overlapping pieces, so one old story hides no new one
QUIET = "quiet"  # the kind of a rule that silences the others in its sentence
MOST_SENTENCES = 5
_NOT_WITH = -1
_RULE_KEYS = {"id", "kind", "about", "all_of", "not_with", "examples", "counter_examples"}
_OPTIONAL = {"yields", "words_between", "at_least", "sentences", "unsure"}
_BUILT_IN = {"year": ["#year"], "under18": ["#under18"], "number": ["#number", "#under18"]}
_ADULT = 18
_SENTENCE_END = re.compile(r"[.!?;…؟。！？]+|\n\s*\n")
_WORD = re.compile(  # Chinese writes no spaces: each sign is a word
    r"#year|#number|#under18|[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:['*]+[^\W_\u3400-\u9fff\uf900-\ufaff]+)*"
)
_STEM = re.compile(rf"~?(?:{_WORD.pattern})~?")  # in a rule: "kill~" is any word that begins so, "~kill~" any with it
_LONGEST = 30  # letters: a longer word is held against no stem
_SAME_LETTERS = str.maketrans(
    {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": None}
)  # no accents tell them apart
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")  # s.a. → sa
_SPACED = re.compile(r"\b(?:[a-z][ .*-]){2,}[a-z]\b")  # k i l l → kill
_FIGURES = re.compile(r"(?<=[a-z])[01345@$](?=[a-z])")  # k1ll → kill
_MEANT = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"}
_DOUBLED = re.compile(r"([a-z])\1+|([^\W\d_])\2{2,}")
_SLOT = re.compile(r"\{([a-z_0-9]+)(\??)\}")

_Hits = dict[tuple[int, int], list[tuple[int, int]]]  # (rule, part) → (first word, word after the last) of each place

# A tree: word → tree; _LISTS → the tree after any phrase of a list, by its name; "" → the (rule, part) pairs whose
# phrase ends there, one set for all places of the same pairs. A list has a tree of its own, so that what it holds is
# not written out at each place that names it.
Phrases = dict[str, Any]
_LISTS = "{"
_FIRST = "}"  # in the tree of a list: every word that a phrase of it can begin with
_IDIOMS = "idioms"  # the list of words that are read over
_READ_OVER = ("#idiom",)
_NOBODY: frozenset[tuple[int, int]] = frozenset()


class RulesError(ValueError):
    """A file of rules cannot be used; problems holds one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


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
    lists: Mapping[str, Phrases]
    begun_by: Mapping[str, frozenset[str]]  # word → the lists that hold a phrase beginning with it
    stems: Stems
    attached: tuple[str, ...]


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


def read_rules(corpus_dir: Path, folder: str, language: str, kinds: Sequence[str]) -> WordRules:
    """Read <folder>/<language>.toml of a corpus and the files in the folder <language> beside it.

    Each may hold words, spellings and rules; those of the first hold for all. kinds are those that a rule may have.
    Raises RulesError with every problem of all files at once.
    """
    first = f"{folder}/{language}.toml"
    beside = sorted((corpus_dir / folder / language).glob("*.toml"))
    files = [first, *(f"{folder}/{language}/{path.name}" for path in beside)]
    content: dict[str, Any] = {"spelling": {}, "attached": (), "words": {}, "rule": []}
    problems: list[str] = []
    for file in files:
        read, wrong = _read(corpus_dir, file, kinds)
        problems += [f"{file}: {problem}" for problem in wrong]
        if not wrong:
            content["reviewed_by"] = content.get("reviewed_by", read["reviewed_by"])
            content["spelling"] |= read.get("spelling", {})
            content["attached"] += tuple(read.get("attached", ()))
            content["words"] |= read.get("words", {})
            content["rule"] += read.get("rule", [])
    names = [entry.get("id") for entry in content["rule"]]
    problems += [f"{first}: rule {n}: the id is used twice." for n in sorted({n for n in names if names.count(n) > 1})]
    if not problems and not names:
        problems.append(f"{first}: there is no [[rule]]. Add one.")
    if not problems:
        spelling = {_squeezed(_plain(written)): read for written, read in content["spelling"].items()}
        wrong = []
        phrases, lists, stems = _trees(content, spelling, wrong)
        problems = [f"{first}: {problem}" for problem in wrong]
    if problems:
        raise RulesError(problems)
    known = tuple(map(_rule, content["rule"]))
    begun_by = _begun_by(lists)
    return WordRules(
        language, content["reviewed_by"], known, spelling, phrases, lists, begun_by, stems, content["attached"]
    )


def _read(corpus_dir: Path, file: str, kinds: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """One file of rules, and all that is wrong with it."""
    import tomli  # the rules are 2 MB, and the standard library's reader takes two and a half times as long

    try:
        content = tomli.loads((corpus_dir / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ["the file is missing. Put it back."]
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        return {}, [f"cannot be read ({error}). Correct it."]
    problems = review_problems(content) + _file_problems(content)
    if not problems:
        for number, entry in enumerate(content.get("rule", []), start=1):
            problems += [f"rule {entry.get('id', number)}: {problem}" for problem in _rule_problems(entry, kinds)]
    return content, problems


def _plain(text: str) -> str:
    """Small letters, no accents, one kind of apostrophe, nothing invisible, and words as they are meant.

    People write "k1ll", "s.a.", "r a p e" so that no machine should read it.
    """
    if text.isascii():
        text = text.lower().replace("`", "'")
    else:
        text = unicodedata.normalize("NFKD", re.sub("[’‘`´ʼ′＇]", "'", text)).lower()
        if not text.isascii():
            unseen = {c for c in set(text) if unicodedata.category(c) in {"Mn", "Cf"}}
            text = text.translate(_SAME_LETTERS | dict.fromkeys(map(ord, unseen)))
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = _SPACED.sub(lambda found: re.sub(r"[^a-z]", "", found.group()), text)
    return _FIGURES.sub(lambda found: _MEANT[found.group()], text)


def words_by_sentence(text: str, spelling: Mapping[str, str]) -> Iterator[list[str]]:
    """The words of each sentence of a text, read as spelling says, in the order of the text."""
    for sentence in _SENTENCE_END.split(_plain(text)):
        yield _words(sentence, spelling)


def _is_plain(text: str) -> bool:
    """Whether _plain and _WORD would leave the words of a text as they are; most phrases of the rules are so."""
    return text.isascii() and text.islower() and text.replace(" ", "").isalpha() and not _SPACED.search(text)


def _words(text: str, spelling: Mapping[str, str]) -> list[str]:
    return [word for written in _WORD.findall(text) for word in _read_as(written, spelling)]


def _read_as(written: str, spelling: Mapping[str, str]) -> tuple[str, ...]:
    """The words that one written word is read as."""
    word = _squeezed(written)
    start, apostrophe, rest = word.partition("'")
    if rest and word not in spelling and start + apostrophe in spelling:  # French: l'enfant, m'a
        return _read_as(start + apostrophe, spelling) + _read_as(rest, spelling)
    return tuple(map(_squeezed, spelling.get(word, word).replace("'", "").replace("*", " ").split()))


def _squeezed(word: str) -> str:
    if word.isdecimal():
        if len(word) == 4 and int(word) // 100 in {19, 20}:
            return "#year"
        return "#under18" if 0 < int(word[:4]) < _ADULT else "#number"
    return _DOUBLED.sub(r"\1\2", word) if _DOUBLED.search(word) else word


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
    for sentence in _SENTENCE_END.split(_plain(question)):
        words = [_readings(word, rules.stems, rules.attached) for word in _words(sentence, rules.spelling)]
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
        places: dict[int, tuple[Iterable[Any], list[tuple[int, int]]]] = {}
        for start in range(len(self._words)):
            for end, owners in self._walk(self._rules.phrases, start):
                places.setdefault(id(owners), (owners, []))[1].append((start, end))
        hits: _Hits = defaultdict(list)
        for owners, found in places.values():
            for owner in owners:
                hits[owner] += found
        return hits

    def _walk(self, tree: Phrases, start: int) -> list[tuple[int, Iterable[Any]]]:
        """Every phrase of a tree that begins at a word: where it ends, and whose it is."""
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
                if _LISTS in branch:
                    named = branch[_LISTS]
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
    if not any((number, 0) in hits for hits in looked_at) or any((number, _NOT_WITH) in hits for hits in looked_at):
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


def _reader(spelling: Mapping[str, str], stems: set[str]) -> Callable[[str], tuple[str, ...]]:
    """What reads a phrase of the rules as words; it adds the stems that it comes upon."""
    # Lives as long as the rules are read and sees their words only: a person's words are never kept.
    word = functools.cache(lambda written: _read_as(written, spelling))
    plain: dict[str, tuple[str, ...]] = {}  # words of small letters; nearly all phrases are made of such alone

    def read(text: str) -> tuple[str, ...]:
        if not _SPACED.search(text):
            try:
                return tuple(chain.from_iterable([plain[written] for written in text.split()]))
            except KeyError:
                pass
        if _is_plain(text):
            plain.update((written, word(written)) for written in text.split())
            return tuple(one for written in text.split() for one in plain[written])
        found = _STEM.findall(_plain(text))
        stems.update(_squeezed(written) for written in found if "~" in written)
        return tuple(one for written in found for one in ((_squeezed(written),) if "~" in written else word(written)))

    return read


def _trees(
    content: Mapping[str, Any], spelling: Mapping[str, str], problems: list[str]
) -> tuple[Phrases, dict[str, Phrases], Stems]:
    """The tree of all phrases of the rules, that of each list of words, and every stem that stands in them."""
    lists: dict[str, list[str]] = {**content["words"], **_BUILT_IN}
    stems: set[str] = set()
    read = _reader(spelling, stems)
    rules: Phrases = {}
    for number, entry in enumerate(content["rule"]):
        for part, phrases in (*enumerate(entry["all_of"]), (_NOT_WITH, entry["not_with"])):
            owned = _Owned((number, part))
            for phrase in phrases:
                try:
                    _plant(rules, phrase, owned, read, lists)
                except ValueError as error:
                    problems.append(f'rule {entry["id"]}: phrase "{phrase}" {error}')
    trees: dict[str, Phrases] = {}
    for name, phrases in lists.items():
        trees[name], owned = {}, _Owned((0, 0))
        for phrase in phrases:
            try:
                _plant(trees[name], phrase, owned, read, lists)
            except ValueError as error:
                problems.append(f'list {name}: phrase "{phrase}" {error}')
    circles = _circles(lists)
    problems += [f"list {name} names a list that names itself. Break the circle." for name in circles]
    if not problems:
        for tree in trees.values():
            _first_words(tree, trees)
    return rules, trees, Stems.of(stems)


def _first_words(tree: Phrases, trees: Mapping[str, Phrases]) -> frozenset[str]:
    """Every word that a phrase of a list can begin with; kept in its tree."""
    if _FIRST not in tree:
        named = [_first_words(trees[name], trees) for name in tree.get(_LISTS, ())]
        tree[_FIRST] = frozenset(tree.keys() - {"", _LISTS}).union(*named)
    found: frozenset[str] = tree[_FIRST]
    return found


def _begun_by(lists: Mapping[str, Phrases]) -> dict[str, frozenset[str]]:
    """Word → the lists that hold a phrase beginning with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in lists.items():
        for word in tree[_FIRST]:
            found[word].add(name)
    return {word: frozenset(names) for word, names in found.items()}


class _Owned(dict[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]):
    """The owners of a place → these and one more, made once: there are many places, and few sets of owners."""

    def __init__(self, owner: tuple[int, int]) -> None:
        super().__init__()
        self._owner = frozenset((owner,))

    def __missing__(self, owners: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        self[owners] = owners | self._owner
        return self[owners]


def _plant(
    tree: Phrases,
    phrase: str,
    owned: _Owned,
    read: Callable[[str], tuple[str, ...]],
    lists: Mapping[str, list[str]],
) -> None:
    """Put a phrase into a tree: its words, and for each {name} the list of that name; {name?} may be left out."""
    if "{" not in phrase and "}" not in phrase:
        end = _grow_one(tree, read(phrase))
        end[""] = owned[end.get("", _NOBODY)]
        return
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
        end[""] = owned[end.get("", _NOBODY)]


def _grow(ends: Iterable[Phrases], words: Sequence[str]) -> list[Phrases]:
    """The branches that are reached from each of these by some words."""
    return [_grow_one(end, words) for end in ends]


def _grow_one(end: Phrases, words: Sequence[str]) -> Phrases:
    for word in words:
        end = end.setdefault(word, {})
    return end


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
        unsure=bool(entry.get("unsure")),
        at_least=entry.get("at_least", len(entry["all_of"])),
        sentences=entry.get("sentences", 1),
        examples=tuple(entry["examples"]),
        counter_examples=tuple(entry["counter_examples"]),
    )


def _file_problems(content: Mapping[str, Any]) -> list[str]:
    known = {"reviewed_by", "reviewed_on", "spelling", "attached", "words", "rule"}
    problems = [f"key {key} is not known. Remove it or correct its spelling." for key in sorted(set(content) - known)]
    rules = content.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        problems.append("[[rule]] must be written with two brackets on each side.")
    if not _are_texts(content.get("attached", [])):
        problems.append("attached must be a list of letters.")
    spelling, words = content.get("spelling", {}), content.get("words", {})
    if not isinstance(spelling, dict) or not _are_texts(list(spelling.values())):
        problems.append('[spelling] must hold lines of the form written = "read as".')
    if not isinstance(words, dict) or not all(_are_texts(entry) for entry in words.values()):
        problems.append("[words] must hold lists of phrases.")
    return problems


def _rule_problems(entry: Mapping[str, Any], kinds: Sequence[str]) -> list[str]:
    problems = [f"key {key} is not known. Remove it." for key in sorted(set(entry) - _RULE_KEYS - _OPTIONAL)]
    problems += [f"key {key} is missing. Add it." for key in sorted(_RULE_KEYS - set(entry))]
    if not _are_texts([entry.get("id", "?"), entry.get("about", "?")]):
        problems.append("id and about must be texts.")
    if "kind" in entry and entry["kind"] not in {*kinds, QUIET}:
        problems.append(f"kind must be one of {', '.join(kinds)}.")
    problems += _number_problems(entry)
    parts = entry.get("all_of", [["?"]])
    if not isinstance(parts, list) or not parts or not all(part and _are_texts(part) for part in parts):
        problems.append("all_of must be a list of lists of phrases, none of them empty.")
    for key in ("examples", "counter_examples"):
        if not (entry.get(key, ["?"]) and _are_texts(entry.get(key, ["?"]))):
            problems.append(f"{key} must be a list with at least one sentence.")
    if not _are_texts(entry.get("not_with", [])):
        problems.append("not_with must be a list of phrases; [] when there are none.")
    return problems


def _number_problems(entry: Mapping[str, Any]) -> list[str]:
    problems = []
    between = entry.get("words_between", 0)
    if type(between) is not int or not 0 <= between <= WINDOW:
        problems.append(f"words_between must be a whole number from 0 to {WINDOW}.")
    for key, most in (("at_least", len(entry.get("all_of", []))), ("sentences", MOST_SENTENCES)):
        if type(entry.get(key, 1)) is not int or not 1 <= entry.get(key, 1) <= most:
            problems.append(f"{key} must be a whole number from 1 to {most}.")
        if key in entry and "words_between" in entry:
            problems.append(f"{key} and words_between do not go together. Remove one of them.")
    return problems


def _are_texts(value: object) -> bool:
    """Tell whether value is a list of texts with something in each and nothing hidden in any."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return False
    return all(map(str.strip, value)) and not hidden_characters("".join(value))
