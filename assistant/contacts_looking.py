"""contacts on file → what `contacts list`, `show` and `check` say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from assistant.contact_text import referral_texts, wrapped
from assistant.contacts_on_file import OnFile, line_text
from assistant.referral import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.contacts_on_file import Shown
    from assistant.wording import Wording
    from ingest.avenues import Avenue

_COMMAND = "python -m assistant contacts"


def list_text(on_file: OnFile) -> Iterator[str]:
    """One line for each entity: its id, how many lines of its own and in all, how many are confirmed, and its name."""
    contacts = on_file.contacts
    ids = [SYSTEM, *(entity.id for entity in contacts.entities())]
    width = max(map(len, ids))
    yield f"{'id':<{width}}   own   all  confirmed  name"
    for name in ids:
        if name not in on_file.reading.files:
            continue
        lines = contacts.referral(name, "").avenues
        own = sum(line.entity == name for line in lines)
        confirmed = sum(line.confirmed for line in lines)
        label = f"{on_file.reading.files[name].name}{' (when no entity is chosen)' if name == SYSTEM else ''}"
        yield f"{name:<{width}} {own:>5} {len(lines):>5} {confirmed:>10}  {label}"


def show_text(on_file: OnFile, name: str, words: Wording) -> Iterator[str]:
    """What a person sees who chose this entity, in that order, with what only the office needs in brackets."""
    shown = on_file.shown(name, words.language)
    chosen = "when no entity is chosen" if not shown.entity else shown.entity
    heading = f"{shown.name} [{chosen}]"
    yield f"{heading}\n{'=' * len(heading)}"
    yield from _emergency(shown, words)
    yield "[With every answer:]"
    yield from (wrapped(text) for text in (*shown.notices, *referral_texts(shown.referral)))
    yield from (line_text(line, words) for line in shown.referral.avenues)
    if shown.for_communities:
        yield "[In no answer, and in a part of its own on the printed sheet:]"
        yield wrapped(words["notice.for_communities"])
        yield from (line_text(line, words) for line in shown.for_communities)
    away = [gone for gone in on_file.reading.withdrawn.values() if gone.avenue.entity in on_file.chain(name)]
    yield from (wrapped(f"[Withdrawn, not shown: {gone.avenue.id}. {gone.reason}]") for gone in away)


def _emergency(shown: Shown, words: Wording) -> Iterator[str]:
    if shown.emergency:
        yield "[When someone may be in danger, before everything else:]"
        yield from (line_text(line, words) for line in shown.emergency)
    else:
        yield wrapped(
            "[When someone may be in danger, the urgent words stand without a number: no emergency line is on file. "
            f"To enter one: {_COMMAND} add --role emergency]"
        )


@dataclass
class Report:
    """What `contacts check` found; to_do holds lines by the file that they belong to."""

    to_do: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    confirmed: int = 0
    unconfirmed: int = 0
    old: int = 0
    emergency: bool = False

    @property
    def clean(self) -> bool:
        """Whether there is nothing left to do at all."""
        return self.emergency and not (self.problems or self.lapsed or self.to_do)


def check(on_file: OnFile, today: date, days: int, entity: str | None = None) -> Report:
    """Look through the lines, of one entity and what it inherits or of all; days is how long a confirmation holds."""
    reading = on_file.reading
    files = on_file.chain(entity) if entity else tuple(reading.files)
    report = Report(problems=list(reading.problems), lapsed=list(reading.lapsed))
    report.emergency = bool(reading.emergency)
    for line in reading.lines().values():
        if line.entity not in files and line.role != "emergency":
            continue
        said = _to_do(line, today, days)
        report.confirmed += line.confirmed
        report.unconfirmed += not line.confirmed
        report.old += bool(said) and line.confirmed
        if said:
            where = f"contacts/{line.entity}.toml" if line.id in reading.shipped else f"own lines for {line.entity}"
            report.to_do[where].append(f"{said}: {line.id} ({line.name})")
    for name, gone in reading.withdrawn.items():
        report.withdrawn.append(f"{name}: since {gone.on}, by {gone.by}: {gone.reason}")
    return report


def _to_do(line: Avenue, today: date, days: int) -> str:
    """Why a line should be looked at; "" when it need not be."""
    if not line.confirmed:
        return "not confirmed"
    age = (today - date.fromisoformat(line.verified_on)).days
    if age < 0:
        return f"confirmed on {line.verified_on}, a day to come"
    return f"confirmed {age} days ago by {line.verified_by}" if age > days else ""


def check_text(report: Report, days: int) -> Iterator[str]:
    """The report in words: what is wrong first, then what waits, then how many."""
    parts = {
        "Problems of files. These must be corrected: what they speak of is not shown.": report.problems,
        "No longer matches. The line has changed or gone since the office entered this:": report.lapsed,
        **{f"{where}:": found for where, found in sorted(report.to_do.items())},
        "Withdrawn by the office, not shown:": report.withdrawn,
    }
    for heading, found in parts.items():
        if found:
            yield "\n".join((heading, *(wrapped(f"- {line}", "  ") for line in found)))
    if not report.emergency:
        yield wrapped(
            "No local emergency line is on file, so urgent words stand without a number. "
            f"To enter one: {_COMMAND} add --role emergency"
        )
    yield wrapped(
        f"{report.confirmed} lines are confirmed, {report.old} of them more than {days} days ago or at a wrong date; "
        f"{report.unconfirmed} are not confirmed. A line that nobody has confirmed is normal: it is shown with the "
        f"request to check it on the official page. To confirm one: {_COMMAND} confirm ID --by OFFICE"
    )
