"""corpus folder and ids as typed → the lines and entities that they name; a wrong one is told with those near it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.assistant import Assistant
from assistant.contact_text import avenue_text
from assistant.referral import SYSTEM, Contacts, Referral
from assistant.wording import Wording, languages
from ingest.contact_tables import contact_in_text_problem, date_problem, hygiene_problem
from ingest.contacts import Reading, inherited, read_contact_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ingest.avenues import Avenue

EVERY = "all"
_COMMAND = "python -m assistant contacts"


class UsageError(Exception):
    """Something that was typed cannot be used; the message says what and what to type instead."""


@dataclass(frozen=True)
class Shown:
    """All that a person gets to see of the contacts for one entity; entity is "" when none is chosen."""

    entity: str
    name: str
    referral: Referral
    notices: tuple[str, ...]
    emergency: tuple[Avenue, ...]
    for_communities: tuple[Avenue, ...]


@dataclass(frozen=True)
class OnFile:
    """The contacts of one corpus folder, as they were read once."""

    corpus_dir: Path
    reading: Reading
    assistant: Assistant

    @property
    def contacts(self) -> Contacts:
        """The same, as answers use them."""
        return Contacts(self.reading.files, self.reading.emergency)

    def line(self, name: str) -> Avenue:
        """The line with an id; raises UsageError for one that is withdrawn or not on file."""
        if name in self.reading.withdrawn:
            raise UsageError(f"{name} is withdrawn. To show it again, run: contacts restore {name}")
        lines = self.reading.lines()
        if name not in lines:
            raise UsageError(
                _unknown("line", name, (*lines, *self.reading.withdrawn)) + f" All ids: {_COMMAND} show all"
            )
        return lines[name]

    def entity(self, name: str) -> str:
        """An entity's id, or that of lines which entities share; raises UsageError for any other."""
        if name not in self.reading.files:
            raise UsageError(_unknown("entity", name, self.reading.files) + f" All ids: {_COMMAND} list")
        return name

    def chosen(self, name: str) -> tuple[str, ...]:
        """The entities that ``all`` or an id stands for; "un-system" is what those see who choose nothing."""
        if name == EVERY:
            return (SYSTEM, *(entity.id for entity in self.contacts.entities()))
        return (self.entity(name),)

    def chain(self, name: str) -> tuple[str, ...]:
        """The ids of the files whose lines apply to an entity."""
        return inherited(self.reading.files, self.entity(name))

    def shown(self, name: str, language: str) -> Shown:
        """What a person sees who has chosen the entity, through the same door as an answer."""
        entity = "" if name == SYSTEM else name
        referral, notices = self.assistant.referral(entity, language)
        file = self.reading.files[name]
        contacts = self.contacts
        return Shown(entity, file.name, referral, notices, contacts.emergency(entity), contacts.for_communities(entity))

    def words(self, language: str) -> Wording:
        """The fixed words in a language; raises UsageError where there are none."""
        known = languages(self.corpus_dir) or ("en",)
        if language not in known:
            raise UsageError(f'There are no fixed words in "{language}". Use one of: {", ".join(known)}.')
        return self.assistant.wording(language)


def on_file(corpus_dir: Path) -> OnFile:
    """Read the contacts of a corpus; raises UsageError where it has none at all."""
    if not (corpus_dir / "contacts").is_dir():
        raise UsageError(f"There is no folder {corpus_dir / 'contacts'}. Give the corpus with --corpus.")
    return OnFile(corpus_dir, read_contact_files(corpus_dir), Assistant(corpus_dir))


def line_text(line: Avenue, words: Wording) -> str:
    """One line for the office: as a person sees it, with its id and where it was read in brackets."""
    read = f"read on {line.source_url}" if line.source_url else "no page is named"
    dated = f", dated {line.source_page_date}" if line.source_page_date else ""
    return f"{avenue_text(line, words, f' [{line.id}]')}\n    [{read}{dated}]"


def a_day(option: str, text: str) -> date:
    """A date as typed; raises UsageError for another form."""
    if not text or date_problem(option, text, full=True):
        raise UsageError(f'{option} is "{text}", not a date. Write it like 2026-11-22.')
    return date.fromisoformat(text)


def a_name(option: str, text: str) -> str:
    """A short text as typed, such as the name of an office; raises UsageError for one that may not be shown."""
    text = text.strip()
    problem = hygiene_problem(option, text) or contact_in_text_problem(option, text)
    if problem or not text:
        raise UsageError(problem or f"{option} is empty. Give it, between quotation marks.")
    return text


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f'There is no {kind} "{name}" on file.{hint}'
