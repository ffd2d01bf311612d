"""contacts, chosen organisation, question → whose rules come first, and whose must not answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.intent import asks_for_time, asks_where_to_report
from assistant.names import Names, any_name
from assistant.referral import SYSTEM
from ingest.contacts import inherited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.referral import Contacts, Entity

# Whose staff go to the UN's own tribunals, as its page on time limits says of UNHCR and OSLA's of the funds.
_UN_TRIBUNALS = frozenset({"un-secretariat", "un-funds-and-programmes", "unhcr"})
_OF_UN_TRIBUNALS = ("UN Dispute Tribunal", "UN Appeals Tribunal", "management evaluation")
_SECRETARIAT_NAME = "UN Secretariat"
_SECRETARIAT = "un-secretariat"  # the rules that are quoted for whoever has chosen no organisation


def serves(contacts: Contacts, entity: str, question: str = "") -> set[str] | None:
    """The organisations whose documents may answer: those of `_asked_of` and those whose contacts they share.

    None, for all, where none is chosen and the question names none.
    """
    own = _asked_of(contacts, entity, question)
    return {SYSTEM, *(name for one in own for name in (one, *contacts.files[one].inherits))} if own else None


def names(contacts: Contacts, entity: str, question: str) -> Names:
    """The names of organisations whose rules come first, and of those whose rules must not answer.

    Those of `_asked_of` and those whose contacts they share come first, and no other answers, nor do the UN's tribunals
    where the chosen one is not known to have them. Where none is chosen or named, a question for a time limit is
    answered by the Secretariat's rules and those for all: the numbers of others would seem to hold for whoever asks.
    One for a place to report is not opened by that of another.
    """
    known, first = contacts.entities(), _asked_of(contacts, entity, question)
    serving = frozenset(serves(contacts, entity, question) or ()) - {SYSTEM}
    if not first and not asks_for_time(question):
        away = [other for other in known if other.id != _SECRETARIAT] if asks_where_to_report(question) else []
        return Names(documents=serving, elsewhere=_known_as(away))
    shared = serving if entity in first else first  # whoever names an organisation does not ask of its likes
    own = sorted((other for other in known if other.id in shared), key=lambda other: other.id != entity)
    others = [other for other in known if other not in own and (first or other.id != _SECRETARIAT)]
    tribunals = entity not in first or _UN_TRIBUNALS.intersection(inherited(contacts.files, entity))
    return Names(_known_as(own), (*_known_as(others), *(() if tribunals else _OF_UN_TRIBUNALS)), serving)


def _asked_of(contacts: Contacts, entity: str, question: str) -> list[str]:
    """The organisations that a question is asked of: the chosen one, if any, and those that it names in its place.

    A time limit is asked of those that it names alone: the number of the chosen one would seem to be theirs.
    """
    found = [other for other in contacts.entities() if _stands(other, question)]
    parts = {part for other in found if "-" in other.short_name for part in other.short_name.split("-")}
    named = [other.id for other in found if other.short_name not in parts]  # "ITC-ILO" names neither ITC nor ILO
    if not entity:
        return named
    if entity in named or not named:
        return [entity]
    return named if asks_for_time(question) else [entity, *named]


def all_names(contacts: Contacts) -> tuple[str, ...]:
    """The short and long names of all organisations."""
    return _known_as(contacts.entities())


def others(contacts: Contacts, entity: str, question: str) -> list[str]:
    """The short names of organisations that are neither chosen nor named; the Secretariat is for all."""
    own = {*names(contacts, entity, question).own, _SECRETARIAT_NAME}
    return [other.short_name for other in contacts.entities() if other.short_name not in own]


def _known_as(entities: Sequence[Entity]) -> tuple[str, ...]:
    """The short names of organisations, each followed by its long one."""
    return tuple(name for entity in entities for name in dict.fromkeys((entity.short_name, entity.name)))


def _stands(entity: Entity, question: str) -> bool:
    """Whether a question names an organisation."""
    if entity.name in question:
        return True
    if entity.short_name.lower() not in question.lower():
        return False
    return re.search(any_name([entity.short_name]), question) is not None
