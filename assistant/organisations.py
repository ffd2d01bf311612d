"""contacts, chosen organisation, question → whose rules come first, and whose must not answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.candidates import Names
from assistant.intent import asks_for_time
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
    """The organisations whose documents may answer: the chosen one and those whose contacts it shares.

    Where none is chosen, those that the question names, each with the same; None, for all, where it names none.
    """
    own = [entity] if entity else [other.id for other in contacts.entities() if _stands(other, question)]
    return {SYSTEM, *(name for one in own for name in (one, *contacts.files[one].inherits))} if own else None


def names(contacts: Contacts, entity: str, question: str) -> Names:
    """The names of organisations whose rules come first, and of those whose rules must not answer.

    Where one is chosen, it and those whose contacts it shares come first, and no other answers, nor do the UN's
    tribunals where it is not known to have them. Where none is, those that the question names come first, and a
    question for a time limit is not answered by the rules of others (but for the Secretariat's, where it names
    none): their numbers would seem to hold for all.
    """
    known = contacts.entities()
    serving = frozenset(serves(contacts, entity, question) or ()) - {SYSTEM}
    if entity:
        chain = inherited(contacts.files, entity)
        own = sorted((other for other in known if other.id in serving), key=lambda other: other.id != entity)
        foreign = () if _UN_TRIBUNALS.intersection(chain) else _OF_UN_TRIBUNALS
    else:
        own, foreign = [other for other in known if _stands(other, question)], ()
        if not asks_for_time(question):
            return Names(_known_as(own), documents=serving)
    others = [other for other in known if other not in own and (entity or own or other.id != _SECRETARIAT)]
    return Names(_known_as(own), (*_known_as(others), *foreign), serving)


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
    """Whether a question names an organisation; in small letters "who" is a word, and "imo" in many messages."""
    small = 0 if entity.short_name in {"WHO", "IMO"} else re.I
    return re.search(rf"\b{re.escape(entity.short_name)}\b", question, small) is not None or entity.name in question
