"""options.toml, situations.toml, choices.toml → the paragraphs that people chose for each; what is wrong with them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

OPTIONS_FILE: Final = "options.toml"
SITUATIONS_FILE: Final = "situations.toml"
CHOICES_FILE: Final = "choices.toml"
OPTIONS: Final = ("talk", "support", "report", "informal", "nothing")  # all always, always in this order
KEYS: Final = frozenset({"paragraphs", "elsewhere", "own"})  # that an entry of either file may have
_ASKED_BY: Final = "asked_by"
_TITLES: Final = ("titles", "not_titles")
_FORM: Final = 'must be a list such as ["your-options 2"].'


class ChosenError(ValueError):
    """A file of chosen paragraphs cannot be used; problems holds one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Chosen:
    """Paragraphs as "guide number", best first.

    paragraphs are for whoever chose no organisation, own those for the organisations named there by id, with all that
    share their rules, and elsewhere those for any other organisation: () for none, None for those of paragraphs.
    """

    paragraphs: tuple[str, ...]
    elsewhere: tuple[str, ...] | None = None
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, organisations: Sequence[str]) -> tuple[str, ...]:
        """The paragraphs for an organisation, given with those whose rules it shares, nearest first; () for none."""
        own = next((self.own[name] for name in organisations if name in self.own), None)
        general = self.paragraphs if self.elsewhere is None or not organisations else self.elsewhere
        return general if own is None else own


@dataclass(frozen=True)
class Search:
    """What a sentence of an organisation's own texts must be like to be quoted for an option.

    It holds a word of each of words and none of without ("confiden~" is any word that begins so), and says nearly what
    like says.
    """

    like: str
    words: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class ChosenOptions:
    """What is chosen for each of OPTIONS, in that order, and the paragraphs that are found where they are asked for.

    search has those options for which an organisation's own texts are looked through: texts whose titles hold a word of
    titles and none of not_titles.
    """

    of: Mapping[str, Chosen]
    asked_by: tuple[str, ...]
    search: Mapping[str, Search]
    titles: tuple[str, ...]
    not_titles: tuple[str, ...]


def read_toml(corpus_dir: Path, file: str) -> dict[str, Any]:
    """The tables of a file of a corpus. Raises ChosenError."""
    try:
        return tomllib.loads((corpus_dir / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ChosenError([f"{file}: the file is missing. Put it back."]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChosenError([f"{file}: cannot be read ({error}). Correct it."]) from None


def read_options(corpus_dir: Path) -> ChosenOptions:
    """Read options.toml of a corpus. Raises ChosenError with every problem at once."""
    content = read_toml(corpus_dir, OPTIONS_FILE)
    problems = list(_option_problems(content))
    if problems:
        raise ChosenError([f"{OPTIONS_FILE}: {problem}" for problem in problems])
    searched = {name: content[name]["search"] for name in OPTIONS if "search" in content[name]}
    return ChosenOptions(
        of={name: chosen(content[name]) for name in OPTIONS},
        asked_by=tuple(content[_ASKED_BY]),
        search={
            name: Search(one["like"], tuple(map(tuple, one["words"])), tuple(one["without"]))
            for name, one in searched.items()
        },
        **{name: tuple(content[name]) for name in _TITLES},
    )


def chosen(entry: Mapping[str, Any]) -> Chosen:
    """What an entry without problems chooses."""
    own = {name: tuple(paragraphs) for name, paragraphs in entry.get("own", {}).items()}
    elsewhere = tuple(entry["elsewhere"]) if "elsewhere" in entry else None
    return Chosen(tuple(entry["paragraphs"]), elsewhere, own)


def problems_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the choice of an entry, whatever else it holds."""
    if not _are_paragraphs(entry.get("paragraphs")):
        yield f"paragraphs {_FORM}"
    if entry.get("elsewhere", []) != [] and not _are_paragraphs(entry["elsewhere"]):
        yield f"elsewhere {_FORM}"
    own = entry.get("own", {})
    if not isinstance(own, dict) or not all(found == [] or _are_paragraphs(found) for found in own.values()):
        yield 'own must hold lines such as undp = ["reporting 8"].'


def problems_in(
    corpus_dir: Path, paragraphs: Collection[tuple[str, ...]] | None, entities: Collection[str] | None
) -> Iterator[str]:
    """What is wrong with the files of a corpus, and what they choose that is not there; a file may be missing.

    paragraphs are those of the guides, as guide and number, entities the ids of contact files; None where nobody knows.
    """
    for file in (OPTIONS_FILE, SITUATIONS_FILE, CHOICES_FILE):
        if not (corpus_dir / file).exists():
            continue
        try:
            content = read_toml(corpus_dir, file)
        except ChosenError as error:
            yield from error.problems
            continue
        if file == OPTIONS_FILE:
            yield from (f"{file}: {problem}" for problem in _option_problems(content))
        for name, entry in content.items():
            found = {"paragraphs": entry} if name == _ASKED_BY else entry
            yield from (f"{file}: [{name}] {problem}" for problem in _unknown(found, paragraphs, entities))


def _unknown(
    entry: object, paragraphs: Collection[tuple[str, ...]] | None, entities: Collection[str] | None
) -> Iterator[str]:
    """The paragraphs and organisations of one entry that are none of these; none where its form is wrong."""
    if not isinstance(entry, dict) or any(problems_of({"paragraphs": ["? 1"], **entry})):
        return
    found = chosen({"paragraphs": [], **entry})
    for paragraph in dict.fromkeys(
        (*found.paragraphs, *(found.elsewhere or ()), *chain.from_iterable(found.own.values()))
    ):
        if paragraphs is not None and tuple(paragraph.split(" ")) not in paragraphs:
            yield f"no guide has the paragraph {paragraph}. Correct it."
    for entity in found.own:
        if entities is not None and entity not in entities:
            yield f"no contact file has the id {entity}. Correct it."


def _option_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if set(content) != {_ASKED_BY, *_TITLES, *OPTIONS}:
        yield f"must hold {', '.join((_ASKED_BY, *_TITLES))}, the tables {', '.join(OPTIONS)}, and nothing else."
    if not _are_paragraphs(content.get(_ASKED_BY)):
        yield f"{_ASKED_BY} {_FORM}"
    yield from (f"{name} must be a list of words." for name in _TITLES if not _are_texts(content.get(name)))
    for name in OPTIONS:
        entry = content.get(name, {})
        if not isinstance(entry, dict) or not {"about", "paragraphs"} <= set(entry) <= {"about", "search", *KEYS}:
            yield f"[{name}] must hold about and paragraphs, may hold elsewhere, own and search, and nothing else."
            continue
        yield from (f"[{name}] {problem}" for problem in problems_of(entry))
        if not _is_search(entry.get("search", {"like": "?", "words": [["?"]], "without": []})):
            yield f"[{name}] search must hold like (a text), words (lists of words) and without (words), and no more."


def _is_search(entry: object) -> bool:
    if not isinstance(entry, dict) or set(entry) != {"like", "words", "without"}:
        return False
    words = entry["words"]
    listed = isinstance(words, list) and bool(words) and all(map(_are_texts, words))
    return listed and isinstance(entry["like"], str) and (entry["without"] == [] or _are_texts(entry["without"]))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one.strip() for one in value)


def _are_paragraphs(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and " " in one for one in value)
