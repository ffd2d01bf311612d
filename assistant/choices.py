"""what a person chose to say besides a question → the places to report elsewhere, and the paragraphs that are theirs.

Nobody has to choose anything. What is chosen is kept by nobody but the answer that was made with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.names import Names
from assistant.referral import SYSTEM, Referral, reports
from ingest.chosen import CHOICES_FILE, KEYS, ChosenError, chosen, problems_of, read_toml
from ingest.contacts import inherited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from assistant.quotes import Quote
    from assistant.referral import Contacts
    from assistant.wording import Wording
    from ingest.chosen import Chosen

NOT_KNOWN: Final = "not-known"  # where the other person works; no contact file has this id
_MOST_PARAGRAPHS: Final = 2


@dataclass(frozen=True)
class Choices:
    """What a person chose to say; each is "" where nothing was chosen.

    other is where the other person works: the id of an organisation, or NOT_KNOWN. contract is a name of choices.toml.
    """

    other: str = ""
    contract: str = ""


@dataclass(frozen=True)
class ForContracts:
    """The paragraphs that are for each kind of contract; where an answer quotes one of guides, they belong to it."""

    guides: frozenset[str]
    chosen: Mapping[str, Chosen]

    def of(self, choices: Choices, contacts: Contacts, entity: str) -> tuple[str, ...]:
        """At most two paragraphs for what was chosen, each "guide number"; those of the organisation come first.

        Who works for a partner may have chosen the organisation of the other person alone.
        """
        chosen = self.chosen.get(choices.contract)
        near = entity or choices.other
        chain = inherited(contacts.files, near) if near in contacts.files else ()
        return chosen.of(chain)[:_MOST_PARAGRAPHS] if chosen else ()


def read_for_contracts(corpus_dir: Path) -> ForContracts:
    """Read choices.toml. Raises ChosenError with every problem at once."""
    content = read_toml(corpus_dir, CHOICES_FILE)
    guides = content.pop("guides", None)
    sound = isinstance(guides, list) and all(isinstance(guide, str) for guide in guides)
    problems = [] if sound else ['guides must be a list such as ["your-options"].']
    for name, entry in content.items():
        if not isinstance(entry, dict) or not {"about", "paragraphs"} <= set(entry) <= {"about", *KEYS}:
            problems.append(
                f"[{name}] must hold about and paragraphs, and may hold elsewhere and own, and nothing else."
            )
        else:
            problems += [f"[{name}] {problem}" for problem in problems_of(entry)]
    if problems:
        raise ChosenError([f"{CHOICES_FILE}: {problem}" for problem in problems])
    return ForContracts(frozenset(guides or ()), {name: chosen(entry) for name, entry in content.items()})


def reports_elsewhere(contacts: Contacts, words: Wording, entity: str, choices: Choices) -> Referral | None:
    """The places to report of the organisation where the other person works, with fixed words on why.

    None where nothing was chosen, or the organisation of the person who asks. Where none is on file, the words say so,
    and what serves every organisation stands alone. Raises UnknownEntityError.
    """
    other = choices.other
    if not other or other == entity or not contacts.entities():
        return None
    if other == NOT_KNOWN:
        avenues = tuple(line for line in contacts.referral(None, "").avenues if reports(line))
        return Referral("", words["referral.other_not_known"], avenues) if avenues else None
    found = [line for line in contacts.referral(other, "").avenues if reports(line)]
    nearer = [line for line in found if line.entity != SYSTEM]
    key = "referral.other" if nearer else "referral.other_none"
    return Referral(other, words.filled(key, entity=_name(contacts, other)), tuple(nearer or found))


def _name(contacts: Contacts, entity: str) -> str:
    file = contacts.files[entity]
    return f"{file.name} ({file.short_name})"


def may_answer_too(serving: set[str] | None, contacts: Contacts, choices: Choices) -> set[str] | None:
    """The organisations whose documents may answer, with that of the other person; None stays all."""
    return serving if serving is None else serving | _organisations(contacts, choices)


def not_foreign(names: Names, contacts: Contacts, choices: Choices) -> Names:
    """Names of organisations, where the one of the other person is none whose rules must not answer."""
    if not choices.other or choices.other == NOT_KNOWN:
        return names
    file = contacts.files[choices.other]
    return replace(names, others=tuple(name for name in names.others if name not in (file.name, file.short_name)))


def is_of_other(applies_to: str, contacts: Contacts, entity: str, choices: Choices) -> bool:
    """Whether a document, by whom it binds, holds where the other person works and not where the one who asks does."""
    bound = {name.strip() for name in applies_to.split(";") if name.strip()}
    own = set(inherited(contacts.files, entity)) if entity else {SYSTEM}
    return bool(bound & _organisations(contacts, choices)) and not bound & own


def is_about_other(text: str, contacts: Contacts, entity: str, choices: Choices) -> bool:
    """Whether a text of ours names the organisation of the other person, and not the one of whoever asks."""
    theirs = _organisations(contacts, choices)
    own = set(inherited(contacts.files, entity)) - {SYSTEM} if entity else set()
    found = Names(
        own=_known_as(contacts, own),
        others=_known_as(contacts, theirs - own),
        elsewhere=_known_as(contacts, contacts.files),  # so that "ITC-ILO" is not ITC
    )
    return found.others_in(text) and not found.own_in(text)


def _known_as(contacts: Contacts, organisations: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for one in organisations for name in (contacts.files[one].short_name, contacts.files[one].name))


def _organisations(contacts: Contacts, choices: Choices) -> set[str]:
    """The organisation of the other person and those whose contacts it shares, but for what serves all."""
    if not choices.other or choices.other == NOT_KNOWN:
        return set()
    return set(inherited(contacts.files, choices.other)) - {SYSTEM}


def is_on_ways(quotes: Iterable[Quote], known: ForContracts) -> bool:
    """Whether quotes say where to get help or to report, by the guides that they are of."""
    return any(quote.document in known.guides for quote in quotes)
