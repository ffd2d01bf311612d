"""question → danger, self_harm, assault or None; the only module that knows the form of the triage rules."""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.wording import hidden_characters, review_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

KINDS = ("danger", "self_harm", "assault")  # in order of priority
WINDOW = 40  # words: a longer sentence is looked at in overlapping pieces, so one old story hides no new one
_NOT_WITH = -1
_MOST_PHRASES = 5_000  # what one phrase with {names} may stand for; more is a slip, and would be slow to read
_RULE_KEYS = {"id", "kind", "about", "all_of", "words_between", "not_with", "examples", "counter_examples"}
_BUILT_IN = {"year": ["#year"], "number": ["#number"]}
_SENTENCE_END = re.compile(r"[.!?;…؟。！？]+|\n\s*\n")
_WORD = re.compile(r"#year|#number|[^\W_]+(?:'[^\W_]+)*")
_DOUBLED = re.compile(r"([a-z])\1+")
_SLOT = re.compile(r"\{([a-z_]+)(\??)\}")

Phrases = dict[str, Any]  # a tree: word → tree; "" → the (rule, part) pairs whose phrase ends there


class TriageError(ValueError):
    """A triage file cannot be used; problems holds one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Rule:
    """One reviewed rule; parts counts the lists of all_of, words_between is None where any order will do."""

    id: str
    kind: str
    parts: int
    words_between: int | None
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class TriageRules:
    """The rules of one language, with every phrase of theirs in one tree that is walked once per word."""

    language: str
    reviewed_by: str
    rules: tuple[Rule, ...]
    spelling: Mapping[str, str]
    phrases: Phrases


def triage(question: str, rules: TriageRules) -> str | None:
    """Say which kind of help comes first: "danger" before "self_harm" before "assault", or None.

    Time grows in step with the length of the question.
    """
    found = set(matching_rules(question, rules))
    kinds = {rule.kind for rule in rules.rules if rule.id in found}
    return next((kind for kind in KINDS if kind in kinds), None)


def matching_rules(question: str, rules: TriageRules) -> tuple[str, ...]:
    """List the ids of all rules that speak, in the order of the file."""
    found = set()
    for words in _sentences(question, rules.spelling):
        hits = _hits(words, rules.phrases)
        found |= {rule.id for number, rule in enumerate(rules.rules) if _speaks(rule, number, hits)}
    return tuple(rule.id for rule in rules.rules if rule.id in found)


def read_triage(corpus_dir: Path, language: str = "en") -> TriageRules:
    """Read corpus/triage/<language>.toml; raises TriageError with every problem of the file at once."""
    file = f"triage/{language}.toml"
    try:
        content = tomllib.loads((corpus_dir / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TriageError([f"{file}: the file is missing. Put it back."]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TriageError([f"{file}: cannot be read ({error}). Correct it."]) from None

    problems = review_problems(content) + _file_problems(content)
    if not problems:
        for number, entry in enumerate(content["rule"], start=1):
            problems += [f"rule {entry.get('id', number)}: {problem}" for problem in _rule_problems(entry)]
        names = [entry.get("id") for entry in content["rule"]]
        problems += [f"rule {name}: the id is used twice." for name in {n for n in names if names.count(n) > 1}]
    if not problems:
        spelling = {_squeezed(_plain(written)): read for written, read in content.get("spelling", {}).items()}
        phrases = _tree(content, spelling, problems)
    if problems:
        raise TriageError(f"{file}: {problem}" for problem in problems)
    return TriageRules(language, content["reviewed_by"], tuple(map(_rule, content["rule"])), spelling, phrases)


def _plain(text: str) -> str:
    """Small letters, no accents, one kind of apostrophe, nothing invisible."""
    if text.isascii():
        return text.lower().replace("`", "'")
    text = unicodedata.normalize("NFKD", re.sub("[’‘`´ʼ′＇]", "'", text)).lower()
    return "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})


def _words(text: str, spelling: Mapping[str, str]) -> list[str]:
    written = map(_squeezed, _WORD.findall(text))
    read = (spelling.get(word, word).replace("'", "") for word in written)
    return [_squeezed(word) for words in read for word in words.split()]


def _squeezed(word: str) -> str:
    if word.isdigit():
        return "#year" if re.fullmatch(r"(?:19|20)\d\d", word) else "#number"
    return _DOUBLED.sub(r"\1", word)


def _sentences(question: str, spelling: Mapping[str, str]) -> Iterator[list[str]]:
    for sentence in _SENTENCE_END.split(_plain(question)):
        words = _words(sentence, spelling)
        for start in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
            yield words[start : start + WINDOW]


def _hits(words: Sequence[str], phrases: Phrases) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Find every phrase: (rule, part) → its places as (first word, word after the last)."""
    hits = defaultdict(list)
    for start in range(len(words)):
        branch = phrases
        for end in range(start, len(words)):
            branch = branch.get(words[end], {})
            if not branch:
                break
            for owner in branch.get("", ()):
                hits[owner].append((start, end + 1))
    return hits


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


def _tree(content: Mapping[str, Any], spelling: Mapping[str, str], problems: list[str]) -> Phrases:
    lists: dict[str, list[str]] = {**content.get("words", {}), **_BUILT_IN}
    tree: Phrases = {}
    # Lives as long as this call and sees the rules' words only: a person's words are never kept.
    read = functools.cache(lambda word: _words(_plain(word), spelling))
    for number, entry in enumerate(content["rule"]):
        parts = [*enumerate(entry["all_of"]), (_NOT_WITH, entry["not_with"])]
        for part, phrase in ((part, phrase) for part, phrases in parts for phrase in phrases):
            try:
                for written in _expand(phrase, lists):
                    branch = tree
                    for word in itertools.chain.from_iterable(map(read, written.split())):
                        branch = branch.setdefault(word, {})
                    branch.setdefault("", set()).add((number, part))
            except ValueError as error:
                problems.append(f'rule {entry["id"]}: phrase "{phrase}" {error}')
    return tree


def _expand(phrase: str, lists: Mapping[str, list[str]], depth: int = 0) -> list[str]:
    """Write out a phrase with {names}: every combination of what the names stand for."""
    if depth > 3:
        raise ValueError("names a list that names itself. Break the circle.")
    choices, count, position = [], 1, 0
    for slot in _SLOT.finditer(phrase):
        if slot[1] not in lists:
            raise ValueError(f"uses {slot[0]}, which is not in [words]. Add it or correct its spelling.")
        named = [text for entry in lists[slot[1]] for text in _expand(entry, lists, depth + 1)]
        choices += [[phrase[position : slot.start()]], named + [""] * bool(slot[2])]
        count, position = count * len(choices[-1]), slot.end()
    if "{" in phrase[position:] or count > _MOST_PHRASES:
        raise ValueError("has an open bracket or stands for too many phrases. Make it simpler.")
    return ["".join(combination) for combination in itertools.product(*choices, [phrase[position:]])]


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        kind=entry["kind"],
        parts=len(entry["all_of"]),
        words_between=entry.get("words_between"),
        examples=tuple(entry["examples"]),
        counter_examples=tuple(entry["counter_examples"]),
    )


def _file_problems(content: Mapping[str, Any]) -> list[str]:
    known = {"reviewed_by", "reviewed_on", "spelling", "words", "rule"}
    problems = [f"key {key} is not known. Remove it or correct its spelling." for key in sorted(set(content) - known)]
    rules = content.get("rule")
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        problems.append("there is no [[rule]]. Add one.")
    spelling, words = content.get("spelling", {}), content.get("words", {})
    if not isinstance(spelling, dict) or not _are_texts(list(spelling.values())):
        problems.append('[spelling] must hold lines of the form written = "read as".')
    if not isinstance(words, dict) or not all(_are_texts(entry) for entry in words.values()):
        problems.append("[words] must hold lists of phrases.")
    return problems


def _rule_problems(entry: Mapping[str, Any]) -> list[str]:
    problems = [f"key {key} is not known. Remove it." for key in sorted(set(entry) - _RULE_KEYS)]
    needed = _RULE_KEYS - {"words_between"}
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
