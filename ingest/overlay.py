"""corpus/contacts/local/*.toml → what an office adds, corrects, confirms and withdraws; the only reader of the overlay.

Two kinds of trouble are kept apart. A *problem* is an entry that cannot be used as it is written. An entry has *lapsed*
when it is sound, but the line it speaks of has changed or gone, as after an upgrade: contacts can still be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.avenues import CORRECTS, REACH, TELLING, Avenue, avenues_in
from ingest.contact_tables import (
    contact_in_text_problem,
    date_problem,
    hygiene_problem,
    is_id,
    key_problems,
    load,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "local"
_KNOWN = frozenset(("id", "avenues", "confirmed", "withdrawn"))
_CONFIRMED = ("id", "verified_on", "verified_by")
_WITHDRAWN = ("id", "withdrawn_on", "withdrawn_by", "reason")
_REPEATED = (*REACH, "telling_is_a_report")  # what an entry may repeat of the line as it then was
_COMMAND = "python -m assistant contacts"


class Withdrawn(NamedTuple):
    """A line that an office does not want shown: the line as it stands, since when (YYYY-MM-DD), who says so, why."""

    avenue: Avenue
    on: str
    by: str
    reason: str


@dataclass
class Overlay:
    """All lines as they stand with the overlay: by id of their file, and those for urgent text; and what was met."""

    lines: dict[str, dict[str, Avenue]]
    emergency: dict[str, Avenue] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)

    def groups(self) -> Iterator[dict[str, Avenue]]:
        """The lines of each file, and then those for urgent text; each can be changed."""
        yield from self.lines.values()
        yield self.emergency

    def find(self, name: object) -> Avenue | None:
        """The line with an id, wherever it stands; ids are used once."""
        return next((lines[name] for lines in self.groups() if isinstance(name, str) and name in lines), None)


class _Entry(NamedTuple):
    """One [[confirmed]] or [[withdrawn]] and where it stands, as messages begin."""

    where: str
    table: dict[str, Any]


def lay_over(folder: Path, shipped: Mapping[str, tuple[Avenue, ...]]) -> Overlay:
    """Lay the overlay in folder over the shipped lines, which are given by the id of their file.

    Its own lines come first, then confirmations, then withdrawals, so that its own lines can be confirmed and
    withdrawn too. Never raises for what is in the files.
    """
    overlay = Overlay({name: {line.id: line for line in lines} for name, lines in shipped.items()})
    before = {line.id: line for lines in shipped.values() for line in lines}
    added: dict[str, str] = {}
    confirmed, withdrawn = [], []
    for path in overlay_paths(folder, overlay.problems):
        where = f"contacts/{FOLDER}/{path.name}"
        table = load(path, where, overlay.problems)
        if table is None:
            continue
        overlay.problems += [f"{where}: {problem}" for problem in key_problems(table, ("id",), _KNOWN)]
        entity = table.get("id", "")
        if not isinstance(entity, str) or entity not in shipped:
            overlay.problems.append(f'{where}: "id" names no contact file. Use the id of one in contacts/.')
        else:
            _lay_lines(table, entity, where, added, before, overlay)
        confirmed += [_Entry(where, entry) for entry in tables(table, "confirmed", where, overlay.problems)]
        withdrawn += [_Entry(where, entry) for entry in tables(table, "withdrawn", where, overlay.problems)]
    for entry in confirmed:
        _confirm(entry, overlay)
    for entry in withdrawn:
        _withdraw(entry, overlay)
    return overlay


def overlay_paths(folder: Path, problems: list[str]) -> list[Path]:
    """List the files of the overlay, by name; a folder that cannot be read is a problem, a missing one is not."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"contacts/{FOLDER}: cannot be opened ({error.strerror}). Check the folder and its rights.")
        return []


def _lay_lines(
    table: dict[str, Any],
    entity: str,
    where: str,
    added: dict[str, str],
    before: Mapping[str, Avenue],
    overlay: Overlay,
) -> None:
    """Add the lines of one file, each in the place of the shipped line that has its id, else after all others."""
    corrects = {entry["id"]: entry.get(CORRECTS) for entry in table.get("avenues", ()) if _has_id(entry)}
    for line in avenues_in(table, entity, where, overlay.problems, local=True):
        at = f"{where}, avenue {line.id}"
        old, was = before.get(line.id), corrects[line.id]
        taken = added.get(line.id, "")
        if old and not taken and (line.role == "emergency" or (old.entity != entity and was is None)):
            taken = f"contacts/{old.entity}.toml"
        if taken:
            overlay.problems.append(f"{at}: the id is used already in {taken}. Give this one another id.")
            continue
        added[line.id] = where
        if was is not None:
            overlay.lapsed += [f"{at}: {lapse}" for lapse in _correction_lapses(old, was)]
        if line.role == "emergency":
            overlay.emergency[line.id] = line
        else:
            home = old.entity if old else entity  # a corrected line may have moved to another shipped file
            overlay.lines[home][line.id] = replace(line, entity=home)


def _has_id(entry: object) -> bool:
    return isinstance(entry, dict) and is_id(entry.get("id"))


def _correction_lapses(old: Avenue | None, was: Mapping[str, str]) -> Iterator[str]:
    """Say that the line which a correction was made for is another one now; the correction itself stays shown."""
    if old is None:
        yield (
            "the line that it corrects does not come with Avenues any more. Yours is still shown. "
            f'If it is still right, run "{_COMMAND} confirm"; if not, "{_COMMAND} restore" takes it away.'
        )
    elif changed := [key for key in REACH if was[key] != getattr(old, key)]:
        news = ", ".join(f'{key} "{getattr(old, key)}"' for key in changed)
        yield (
            f"the line that it corrects has changed since: it now has {news}. Yours is still shown. "
            f'If yours is right, run "{_COMMAND} confirm"; if the new one is, "{_COMMAND} restore".'
        )


def _confirm(entry: _Entry, overlay: Overlay) -> None:
    """Mark one line as confirmed, if the confirmation repeats how it is reached.

    Without that, a number that is corrected later would stay marked as confirmed.
    """
    at = f"{entry.where}, confirmed {_label(entry.table)}"
    avenue = overlay.find(entry.table.get("id"))
    found = _entry_problems(entry.table, _CONFIRMED)
    if found:
        overlay.problems += [f"{at}: {problem}" for problem in found]
    elif avenue is None:
        overlay.lapsed.append(
            f'{at}: no such line is on file any more. If the id is misspelt, correct it; else run "{_COMMAND} restore".'
        )
    elif _differs(entry.table, avenue, always=REACH):
        overlay.lapsed.append(
            f"{at}: the line has changed since, so it is shown as not confirmed. "
            f'Compare what is on file now with the official page and run "{_COMMAND} confirm".'
        )
    else:
        on, by = entry.table["verified_on"], entry.table["verified_by"]
        for lines in overlay.groups():
            if avenue.id in lines:
                lines[avenue.id] = replace(avenue, verified_on=on, verified_by=by)


def _withdraw(entry: _Entry, overlay: Overlay) -> None:
    """Take one line away. It stays away when it has changed since, and even when the rest of the entry is wrong.

    A line that an office wanted gone does more harm shown than hidden. That it changed is said, so that somebody looks.
    """
    at = f"{entry.where}, withdrawn {_label(entry.table)}"
    avenue = overlay.find(entry.table.get("id"))
    found = _entry_problems(entry.table, _WITHDRAWN)
    overlay.problems += [f"{at}: {problem}" for problem in found]
    if avenue is None:
        if not found and entry.table["id"] not in overlay.withdrawn:
            overlay.lapsed.append(f'{at}: no such line is on file any more. Take this out with "{_COMMAND} restore".')
        return
    for lines in overlay.groups():
        lines.pop(avenue.id, None)
    said = (str(entry.table.get(key, "")) for key in ("withdrawn_on", "withdrawn_by", "reason"))
    overlay.withdrawn[avenue.id] = Withdrawn(avenue, *said)
    if not found and _differs(entry.table, avenue):
        overlay.lapsed.append(
            f"{at}: the line has changed since and stays hidden. "
            f'Look at the official page; if the line is right now, run "{_COMMAND} restore".'
        )


def _label(table: Mapping[str, Any]) -> str:
    return str(table["id"]) if is_id(table.get("id")) else "without an id"


def _differs(table: Mapping[str, str], avenue: Avenue, always: tuple[str, ...] = ()) -> bool:
    """Whether an entry repeats something that the line does not say now; a key in always counts as "" when left out."""
    return any(table.get(key, "") != getattr(avenue, key) for key in _REPEATED if key in always or key in table)


def _entry_problems(table: Mapping[str, Any], required: tuple[str, ...]) -> list[str]:
    """Say what is wrong with the form of a [[confirmed]] or [[withdrawn]]; [] when nothing is."""
    found = list(key_problems(table, required, frozenset((*required, *_REPEATED))))
    if any(not isinstance(value, str) for value in table.values()):
        found.append("a value is not text. Put it between quotation marks.")
    if found:
        return found
    if empty := [key for key in required if not table[key]]:
        found.append(f'"{empty[0]}" is empty. Fill it.')
    day = required[1]
    found.append(date_problem(day, table[day], full=True))
    for key in required[2:]:
        found += [hygiene_problem(key, table[key]), contact_in_text_problem(key, table[key])]
    if table.get("telling_is_a_report", "") not in TELLING:
        found.append(f'"telling_is_a_report" is "{table["telling_is_a_report"]}", which no line says.')
    return [problem for problem in found if problem]
