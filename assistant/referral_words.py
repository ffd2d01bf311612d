"""contacts + fixed words → the referral with the words that are true of it, and the notices that belong to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.referral import Contacts, Referral
    from assistant.wording import Wording

OF_CONTACTS = (  # the notices that say something of the contacts
    "contacts_unreadable",
    "entity_nothing_on_file",
    "unconfirmed_contacts",
    "some_unconfirmed_contacts",
)


def referral_in_words(
    contacts: Contacts, words: Wording, entity: str | None, *, unreadable: bool
) -> tuple[Referral, tuple[str, ...]]:
    """The contacts for an organisation with their fixed text, and what a person must know before using them.

    unreadable says that some line of the files could not be read. Raises UnknownEntityError.
    """
    entity = entity if contacts.entities() else None  # no file can be read: the fixed text still stands
    referral = contacts.referral(entity, words["referral.text"])
    if not referral.avenues:
        referral = replace(referral, text=words["referral.text_none"])
    elif not referral.entity:
        referral = replace(referral, text=words["referral.text_no_entity"])
    elif not referral.starts_in_confidence:
        referral = replace(referral, text=words["referral.text_report_first"])
    return referral, _notices(words, referral, contacts, unreadable=unreadable)


def _notices(words: Wording, referral: Referral, contacts: Contacts, *, unreadable: bool) -> tuple[str, ...]:
    confirmed = [avenue.confirmed for avenue in referral.avenues]
    shared = bool(referral.entity and referral.avenues) and not referral.has_own
    due = {
        "contacts_unreadable": unreadable,
        "entity_nothing_on_file": shared,
        "unconfirmed_contacts": bool(confirmed) and not any(confirmed),
        "some_unconfirmed_contacts": any(confirmed) and not all(confirmed),
    }
    name = contacts.files[referral.entity].short_name if referral.entity else ""
    return tuple(words.filled(f"notice.{key}", entity=name) for key in OF_CONTACTS if due[key])
