"""question, or a way in without one → fixed words and reviewed paragraphs that serve whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.answer import NEAREST, NOT_SAID
from assistant.chosen_quotes import chosen_quotes
from assistant.intent import asks
from assistant.selection import MOST_QUOTES
from assistant.word_rules import speaking_kinds
from ingest.chosen import KEYS, SITUATIONS_FILE, ChosenError, chosen, problems_of, read_toml
from ingest.compiled_rules import rules_of
from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.quotes import Quote
    from ingest.chosen import Chosen
    from ingest.index import Index
    from ingest.phrase_trees import WordRules

NEEDS: Final = ("happened", "talk", "options", "told", "manage", "saw")  # the ways in, in the order to offer them
_TELLS, _ASKS = {"happened", "perhaps"}, "asks"  # a message tells when a rule says so, and nothing in it asks
_LEADS: Final = ("meaning", "choices", "fair_process", *NEEDS)
_KEYS: Final = {"about", "lead", "options", "answers", "unless_found", "found_first", "found_from", *KEYS}
_MOST_NEAR = 2
_NEAR = 0.5  # score from which a quote that was found is near enough to stand among them


class UnknownNeedError(ValueError):
    """A need was asked for by a name that is none of NEEDS."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no need "{name}". Use one of: {", ".join(NEEDS)}.')


@dataclass(frozen=True)
class Situation:
    """What is shown: the key of the words that open the answer, the paragraphs, and whether the options are.

    Where unless_found names guides, what was found for a question stands in its place, if it scores found_from (0 to 1)
    and is of none of these; of those of found_first it stands before the paragraphs. answers says whether what is
    shown answers what brings a question here; otherwise it serves whoever asks, and answers nothing.
    """

    lead: str
    chosen: Chosen
    options: bool = False
    answers: bool = True
    unless_found: tuple[str, ...] = ()
    found_first: tuple[str, ...] = ()
    found_from: float = 0.0

    def gives_way_to(self, found: Sequence[Quote]) -> bool:
        """Whether quotes that answer a question stand in the place of what is shown here."""
        if not self.unless_found or not found or found[0].document in (*self.unless_found, *self.found_first):
            return False
        return found[0].score >= self.found_from

    def leaves_open(self, status: str, question: str) -> bool:
        """Whether a question asks what neither the documents, by the status of what was found, nor this may answer."""
        return (status == NOT_SAID or (status == NEAREST and not self.answers)) and asks(question)

    def opens_with(self, found: Sequence[Quote]) -> bool:
        """Whether quotes that answer a question stand before the paragraphs, under the same words."""
        return bool(found) and found[0].document in self.found_first


@dataclass(frozen=True)
class Situations:
    """All situations by name, and the rules that bring a question to one of them."""

    by_name: Mapping[str, Situation]
    rules: WordRules


def read_situations(corpus_dir: Path, language: str = "en", copies: Path | None = None) -> Situations:
    """Read situations.toml of a corpus and the rules of a language; copies is the folder of `ingest.compiled_rules`.

    Raises RulesError with every problem at once.
    """
    try:
        content = read_toml(corpus_dir, SITUATIONS_FILE)
    except ChosenError as error:
        raise RulesError(error.problems) from None
    problems = [f"[{name}] {problem}" for name, entry in content.items() for problem in _problems(entry)]
    problems += [f"there is no table [{name}]. Put it back." for name in NEEDS if name not in content]
    if problems:
        raise RulesError(f"{SITUATIONS_FILE}: {problem}" for problem in problems)
    by_name = {
        name: Situation(
            f"situation.{entry['lead']}",
            chosen({"paragraphs": [], **entry}),
            entry.get("options", False),
            entry.get("answers", True),
            tuple(entry.get("unless_found", ())),
            tuple(entry.get("found_first", ())),
            entry.get("found_from", 0.0),
        )
        for name, entry in content.items()
    }
    return Situations(by_name, rules_of(corpus_dir, "situations", language, (*by_name, _ASKS), copies))


def situation(question: str, known: Situations) -> Situation | None:
    """The situation that a question is in, the first of the file when several rules speak; None for most questions."""
    kinds = speaking_kinds(question, known.rules)
    if _ASKS in kinds or asks(question):
        kinds -= _TELLS
    return next((found for name, found in known.by_name.items() if name in kinds), None)


def situation_quotes(
    index: Index, found: Situation, nearest: Sequence[Quote], chain: Sequence[str] = ()
) -> tuple[Quote, ...]:
    """At most four verified quotes: the paragraphs in their order, and after the first what was found for the question.

    The best of what was found stands before them all where the situation opens with it.

    A paragraph that the index does not hold is left out; () when it holds none of those that are named. chain is that
    of `ingest.chosen`.
    """
    names = found.chosen.of(chain)
    fixed = chosen_quotes(index, names)
    opens = found.opens_with(nearest)
    near = [quote for quote in nearest if quote.score >= _NEAR or opens][:_MOST_NEAR]
    if names and not fixed:
        return ()
    first = near[:1] if opens else []
    once = {(quote.document, quote.spans): quote for quote in (*first, *fixed[:1], *near, *fixed[1:])}
    return tuple(once.values())[:MOST_QUOTES]


def paragraph_of(quote: Quote) -> str:
    """The paragraph that a quote begins in, as the files of a corpus name it: "guide number"."""
    return f"{quote.document} {re.split('[ ,]', quote.paragraph)[0]}"


def _problems(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict) or not {"about", "lead"} <= set(entry) <= _KEYS:
        yield "must hold about and lead, may hold options, answers, unless_found, found_first, found_from, paragraphs."
        return
    if entry["lead"] not in _LEADS:
        yield f"lead must be one of {', '.join(_LEADS)}."
    for key in ("unless_found", "found_first"):
        guides = entry.get(key, [])
        if not isinstance(guides, list) or not all(isinstance(guide, str) for guide in guides):
            yield f'{key} must be a list of guides such as ["your-options"].'
    least = entry.get("found_from", 0.0)
    if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
        yield "found_from must be a number from 0 to 1."
    if not isinstance(entry.get("answers", True), bool):
        yield "answers must be true or false."
    if not isinstance(entry.get("options", False), bool):
        yield "options must be true or false."
    elif "paragraphs" in entry or not entry.get("options"):
        yield from problems_of(entry)
