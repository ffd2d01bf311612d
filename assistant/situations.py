"""question that only people can judge → fixed words and reviewed paragraphs that serve whoever asks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering import MOST_QUOTES
from assistant.quotes import make_quote, verify
from assistant.word_rules import RulesError, read_rules, speaking_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.quotes import Quote
    from assistant.word_rules import WordRules
    from ingest.index import Index

_FILE = "situations.toml"
_KEYS = {"about", "lead", "paragraphs"}
_MOST_NEAR = 2
_NEAR = 0.65  # score from which a quote that was found is near enough to stand among them
_LEADS = ("meaning", "choices", "fair_process")


@dataclass(frozen=True)
class Situation:
    """What is shown: the key of the words that open the answer, and paragraphs as "guide number", best first."""

    lead: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Situations:
    """All situations by name, and the rules that bring a question to one of them."""

    by_name: Mapping[str, Situation]
    rules: WordRules


def read_situations(corpus_dir: Path, language: str = "en") -> Situations:
    """Read situations.toml of a corpus and the rules of a language. Raises RulesError with every problem at once."""
    try:
        content = tomllib.loads((corpus_dir / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RulesError([f"{_FILE}: the file is missing. Put it back."]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError([f"{_FILE}: cannot be read ({error}). Correct it."]) from None
    problems = [f"{_FILE}: [{name}] {problem}" for name, entry in content.items() for problem in _problems(entry)]
    if problems:
        raise RulesError(problems)
    by_name = {
        name: Situation(f"situation.{entry['lead']}", tuple(entry["paragraphs"])) for name, entry in content.items()
    }
    return Situations(by_name, read_rules(corpus_dir, "situations", language, tuple(by_name)))


def situation(question: str, known: Situations) -> Situation | None:
    """The situation that a question is in, the first of the file when several rules speak; None for most questions."""
    kinds = speaking_kinds(question, known.rules)
    return next((found for name, found in known.by_name.items() if name in kinds), None)


def situation_quotes(index: Index, found: Situation, nearest: Sequence[Quote]) -> tuple[Quote, ...]:
    """At most four verified quotes: the paragraphs in their order, and after the first what was found for the question.

    A paragraph that the index does not hold is left out; () when it holds none.
    """
    fixed = [quote for quote in _paragraphs(index, found) if verify(index, quote)]
    if not fixed:
        return ()
    near = [quote for quote in nearest if quote.score >= _NEAR][:_MOST_NEAR]
    once = {(quote.document, quote.spans): quote for quote in (fixed[0], *near, *fixed[1:])}
    return tuple(once.values())[:MOST_QUOTES]


def _paragraphs(index: Index, found: Situation) -> Iterator[Quote]:
    places = {}
    for document, numbers in index.asked.places:
        sentences = [stored.sentence for stored in index.store.sentences(document, numbers)]
        if sentences:
            places[f"{document} {sentences[0].paragraph.split(' ')[0]}"] = (document, sentences)
    for document, sentences in (places[name] for name in found.paragraphs if name in places):
        yield make_quote(index, index.store.documents[document], sentences, 1.0)


def _problems(entry: object) -> list[str]:
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        return [f"must hold {', '.join(sorted(_KEYS))} and nothing else."]
    problems = [] if entry["lead"] in _LEADS else [f"lead must be one of {', '.join(_LEADS)}."]
    paragraphs = entry["paragraphs"]
    if not (isinstance(paragraphs, list) and paragraphs and all(isinstance(name, str) for name in paragraphs)):
        problems.append('paragraphs must be a list such as ["your-options 2"].')
    return problems
