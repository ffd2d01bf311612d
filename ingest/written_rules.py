"""corpus/<folder>/<language>.toml and the files beside it → the rules as they are written, or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.reviewed import hidden_characters, review_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

WINDOW = 40  # words: a longer sentence is looked at in overlapping pieces, so one old story hides no new one
QUIET = "quiet"  # the kind of a rule that silences the others in its sentence
MOST_SENTENCES = 5
_RULE_KEYS = {"id", "kind", "about", "all_of", "not_with", "examples", "counter_examples"}
_OPTIONAL = {"yields", "words_between", "at_least", "sentences", "unsure"}


class RulesError(ValueError):
    """A file of rules cannot be used; problems holds one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def rule_files(corpus_dir: Path, folder: str, language: str) -> list[str]:
    """The files that hold the rules of a language, by their paths in the corpus, the one that must be there first."""
    beside = sorted((corpus_dir / folder / language).glob("*.toml"))
    return [f"{folder}/{language}.toml", *(f"{folder}/{language}/{path.name}" for path in beside)]


def read_written(corpus_dir: Path, folder: str, language: str, kinds: Sequence[str] | None) -> dict[str, Any]:
    """All that the files of a language hold together; see `ingest.phrase_trees.read_rules`.

    Raises RulesError with every problem of all files at once.
    """
    first, *beside = rule_files(corpus_dir, folder, language)
    content: dict[str, Any] = {"spelling": {}, "attached": (), "words": {}, "rule": []}
    problems: list[str] = []
    for file in (first, *beside):
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
    if problems:
        raise RulesError(problems)
    return content


def _read(corpus_dir: Path, file: str, kinds: Sequence[str] | None) -> tuple[dict[str, Any], list[str]]:
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


def _rule_problems(entry: Mapping[str, Any], kinds: Sequence[str] | None) -> list[str]:
    problems = [f"key {key} is not known. Remove it." for key in sorted(set(entry) - _RULE_KEYS - _OPTIONAL)]
    problems += [f"key {key} is missing. Add it." for key in sorted(_RULE_KEYS - set(entry))]
    if not _are_texts([entry.get("id", "?"), entry.get("about", "?")]):
        problems.append("id and about must be texts.")
    if kinds is not None and "kind" in entry and entry["kind"] not in (*kinds, QUIET):
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
