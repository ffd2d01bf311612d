"""index, organisation → what can be done: five options side by side, each with its own exact quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.chosen_quotes import chosen_quotes
from assistant.differences import differences
from assistant.referral import SYSTEM
from ingest.chosen import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.differences import Difference
    from assistant.quotes import Quote
    from assistant.wording import Wording
    from ingest.chosen import ChosenOptions
    from ingest.index import Index

MOST_OF_ONE: Final = 2  # quotes of one option


@dataclass(frozen=True)
class Option:
    """One of the things that can be done: name is one of `ingest.chosen.OPTIONS`; title and said are fixed words.

    quotes are places in the answer's quotes, from 0, at most two. silent is "" or, where there are none, the fixed
    words that these documents do not say.
    """

    name: str
    title: str
    said: str
    quotes: tuple[int, ...] = ()
    silent: str = ""


class SideBySide(NamedTuple):
    """The quotes of an answer, and its options, which name places in them."""

    quotes: tuple[Quote, ...]
    options: tuple[Option, ...]


def option_quotes(index: Index, chosen: ChosenOptions, organisations: Sequence[str]) -> dict[str, tuple[Quote, ...]]:
    """The verified quotes of each option, at most two; what the organisation's own texts say stands before a guide.

    organisations are one and those whose rules it shares, nearest first; () for none.
    """
    from assistant.own_texts import own_quotes

    own = own_quotes(index, chosen, set(organisations) - {SYSTEM})
    return {
        name: (*([own[name]] if name in own else []), *chosen_quotes(index, chosen.of[name].of(organisations)))[
            :MOST_OF_ONE
        ]
        for name in OPTIONS
    }


def side_by_side_with(
    found: Mapping[str, Sequence[Quote]], before: Iterable[Quote], after: Iterable[Quote], words: Wording
) -> SideBySide:
    """All options, and their quotes between those that stand before and after them; none stands twice."""
    theirs = (quote for name in OPTIONS for quote in found[name])
    once = {_where(quote): quote for quote in (*before, *theirs, *after)}
    places = {where: n for n, where in enumerate(once)}
    options = (option(name, [places[_where(quote)] for quote in found[name]], words) for name in OPTIONS)
    return SideBySide(tuple(once.values()), tuple(options))


def option(name: str, places: Iterable[int], words: Wording) -> Option:
    """One option in the words of a language, with the places of its quotes."""
    quotes = tuple(dict.fromkeys(places))[:MOST_OF_ONE]
    silent = "" if quotes else words["option.silent"]
    return Option(name, words[f"option.{name}"], words[f"option.{name}_said"], quotes, silent)


def around(count: int, options: Sequence[Option]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of so many quotes are shown before the options, and which after them: those that no option holds."""
    held = {place for one in options for place in one.quotes}
    first = min(held, default=count)
    loose = [place for place in range(count) if place not in held]
    return tuple(n for n in loose if n < first), tuple(n for n in loose if n > first)


def differences_beside(quotes: Sequence[Quote], options: Sequence[Option], words: Wording) -> tuple[Difference, ...]:
    """The differences of quotes that are shown together: in the same options, or in none."""
    held = [{one.name for one in options if place in one.quotes} for place in range(len(quotes))]
    return tuple(found for found in differences(quotes, words) if held[found.first] == held[found.second])


def _where(quote: Quote) -> tuple[object, ...]:
    return quote.document, quote.spans
