"""contact files + entity → Referral: who to turn to, in what order; the only module that chooses contacts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

from ingest.avenues import Avenue
from ingest.contacts import ContactFile, ContactsError, inherited, read_contact_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = [
    "Avenue",
    "Contacts",
    "ContactsError",
    "Entity",
    "Referral",
    "UnknownEntityError",
    "read_contacts",
    "reports",
]

SYSTEM = "un-system"
_FIRST = 6


class UnknownEntityError(ValueError):
    """An entity was asked for by an id that no contact file has."""


class Entity(NamedTuple):
    """An organization that a person can choose."""

    id: str
    name: str
    short_name: str


@dataclass(frozen=True)
class Referral:
    """The fixed text and the human contacts that end every answer.

    entity is "" when none was chosen. avenues holds all that apply, in the order to show them: those that say
    that telling them is no report, then those where it may become one or nothing is known, then places to
    report; lines for retaliation only come last. entity_note is what the entity's file says about itself, ""
    if nothing. passing_on says who there must pass on what they hear, in the words of the entity's own file or the
    first one in its chain that says so; "" where nothing is known.
    """

    entity: str
    text: str
    avenues: tuple[Avenue, ...] = ()
    entity_note: str = ""
    passing_on: str = ""

    @property
    def first(self) -> int:
        """How many avenues are shown before "more": six at most."""
        return min(_FIRST, len(self.avenues))

    @property
    def has_own(self) -> bool:
        """Whether any avenue is the chosen entity's own, not one that it shares with others."""
        return any(avenue.entity == self.entity for avenue in self.avenues)

    @property
    def starts_in_confidence(self) -> bool:
        """Whether the first avenue says that telling it is no report; only then may the text promise that."""
        return bool(self.avenues) and self.avenues[0].telling_is_a_report == "no"


@dataclass(frozen=True)
class Contacts:
    """All contact files by id, and the emergency lines of the deploying office."""

    files: Mapping[str, ContactFile]
    emergency_lines: tuple[Avenue, ...] = ()

    def emergency(self, entity: str | None = None) -> tuple[Avenue, ...]:
        """Lines for urgent text, whichever file they stand in; empty when the deploying office has entered none.

        Those of an entity come first, then those of what it inherits. Two that say the same come once.
        """
        chain = inherited(self.files, entity or SYSTEM)
        once: dict[tuple[str, ...], Avenue] = {}
        near = {name: place for place, name in enumerate(chain)}
        for line in sorted(self.emergency_lines, key=lambda line: near.get(line.entity, len(chain))):
            once.setdefault((line.name.casefold(), _digits(line.phone), line.email, line.url), line)
        return tuple(once.values())

    def entities(self) -> tuple[Entity, ...]:
        """Every entity that can be chosen, by name; files of shared lines are not among them."""
        return self._entities

    @cached_property
    def _entities(self) -> tuple[Entity, ...]:
        chosen = (Entity(file.id, file.name, file.short_name) for file in self.files.values() if file.choice)
        return tuple(sorted(chosen, key=lambda entity: (entity.name.casefold(), entity.id)))

    def referral(self, entity: str | None, text: str) -> Referral:
        """Choose the contacts for an entity, or the system-wide ones for None or "".

        text is the fixed wording, passed on unchanged. Raises UnknownEntityError for an id without a file.
        """
        files = [self.files[name] for name in self._chain(entity)]
        lines = (line for file in files for line in file.avenues if not _for_communities_only(line))
        note = self.files[entity].note if entity else ""
        passing_on = next((file.passing_on for file in files if file.passing_on), "")
        return Referral(entity or "", text, _ordered(_once(lines)), note, passing_on)

    def for_communities(self, entity: str | None) -> tuple[Avenue, ...]:
        """List the lines on sexual exploitation and abuse alone, which are for people outside, never for personnel.

        They are in no referral. Raises UnknownEntityError for an id without a file.
        """
        lines = (line for name in self._chain(entity) for line in self.files[name].avenues)
        return _once(line for line in lines if _for_communities_only(line))

    def _chain(self, entity: str | None) -> tuple[str, ...]:
        if entity and entity not in self.files:
            known = ", ".join(f"{known.id} ({known.short_name})" for known in self.entities())
            raise UnknownEntityError(f'There is no entity "{entity}". Use one of: {known or "none is on file"}.')
        return inherited(self.files, entity or SYSTEM)


@overload
def read_contacts(corpus_dir: Path, *, strict: Literal[True] = True) -> Contacts: ...


@overload
def read_contacts(corpus_dir: Path, *, strict: Literal[False]) -> tuple[Contacts, tuple[str, ...]]: ...


def read_contacts(corpus_dir: Path, *, strict: bool = True) -> Contacts | tuple[Contacts, tuple[str, ...]]:
    """Read ``corpus_dir/contacts``, with the office's own overlay if there is one.

    strict raises one ContactsError that lists every problem. Without it, the contacts that are sound come
    back with the problems, so that a bad line never leaves a person with nothing; both may be empty.
    """
    reading = read_contact_files(corpus_dir)
    problems = tuple(reading.problems)
    if strict and problems:
        raise ContactsError(problems)
    contacts = Contacts(reading.files, reading.emergency)
    return contacts if strict else (contacts, problems)


def _for_communities_only(line: Avenue) -> bool:
    return set(line.scope) == {"exploitation_and_abuse"}


def _once(lines: Iterable[Avenue]) -> tuple[Avenue, ...]:
    """Keep each contact once, the one that comes first: the entity's own before what it inherits.

    Of two in one file, the one that an office confirmed stays, in the place of the other.
    """
    kept: list[Avenue] = []
    for line in lines:
        same = [number for number, other in enumerate(kept) if _marks(line) & _marks(other)]
        if not same:
            kept.append(line)
        elif line.confirmed and not kept[same[0]].confirmed and kept[same[0]].entity == line.entity:
            kept[same[0]] = line
    return tuple(kept)


def _marks(line: Avenue) -> set[tuple[str, ...]]:
    """What tells one contact from another: two that share any of these are the same.

    One number of a switchboard may serve a clinic and a guard: those who are told differ, so both are shown.
    """
    marks: set[tuple[str, ...]] = {("id", line.id)}
    if line.phone:
        marks.add(("phone", _digits(line.phone), line.role))
    if line.email:
        marks.add(("email", line.email.casefold(), line.role))
    if line.url:
        marks.add(("url", line.url.rstrip("/"), line.role))
    return marks


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit())


def _ordered(lines: tuple[Avenue, ...]) -> tuple[Avenue, ...]:
    """Put confidence before reporting. The sort is stable: in a group the entity's own lines stay first."""

    def rank(line: Avenue) -> tuple[bool, int]:
        retaliation_only = set(line.scope) == {"retaliation"}
        if line.role == "information":
            # A list of where to go helps first when no office of one's own is known, and last when one is.
            known = any(reports(other) and other.entity != line.entity for other in lines)
            return retaliation_only, 4 if known else 2
        if reports(line):
            return retaliation_only, 3
        return retaliation_only, 0 if line.telling_is_a_report == "no" else 1

    return tuple(sorted(lines, key=rank))


def reports(line: Avenue) -> bool:
    """Whether a line is a place to report, or one where telling is a report."""
    return line.role == "report" or line.telling_is_a_report == "yes"
