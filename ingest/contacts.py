"""corpus/contacts/*.toml → contact files, checked line by line; the only module that knows the overlay."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.avenues import (
    Avenue,
    avenue_problems,
    contact_in_text_problem,
    date_problem,
    hygiene_problem,
    is_id,
    key_problems,
    make_avenue,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REQUIRED = ("id", "name", "short_name", "inherits")
_KNOWN = frozenset((*_REQUIRED, "note", "choice", "avenues"))
_LOCAL_KNOWN = frozenset(("id", "avenues", "confirmed"))
_CONFIRMATION = ("id", "verified_on", "verified_by")
_REACH = ("phone", "email", "url")


class ContactsError(ValueError):
    """Contact files cannot be trusted as they are; problems holds every reason, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ContactFile:
    """One file: an entity, or (choice False) lines that entities share; inherits holds ids, in order."""

    id: str
    name: str
    short_name: str
    inherits: tuple[str, ...] = ()
    note: str = ""
    choice: bool = True
    avenues: tuple[Avenue, ...] = ()


@dataclass
class Reading:
    """What was read: the files by id, the emergency lines of the office's overlay, and every problem met."""

    files: dict[str, ContactFile] = field(default_factory=dict)
    emergency: tuple[Avenue, ...] = ()
    problems: list[str] = field(default_factory=list)


def read_contact_files(corpus_dir: Path) -> Reading:
    """Read ``contacts/*.toml`` and the optional overlay ``contacts/local/*.toml``.

    Never raises for what is in the files: each bad line is left out and named in problems, all others are
    kept. A file that cannot be parsed leaves its id known, with no lines.
    """
    reading = Reading()
    folder = corpus_dir / "contacts"
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        reading.problems.append("contacts: no contact file was found. Restore the folder corpus/contacts.")
    for path in paths:
        where = f"contacts/{path.name}"
        if not is_id(path.stem):
            reading.problems.append(f"{where}: the file's name is no id. Use small letters, digits and hyphens.")
            continue
        table = _load(path, where, reading.problems)
        reading.files[path.stem] = (
            ContactFile(path.stem, path.stem, path.stem, choice=False)
            if table is None
            else _contact_file(table, path.stem, where, reading.problems)
        )
    _drop_duplicates(reading)
    _check_inheritance(reading)
    _lay_over(sorted((folder / "local").glob("*.toml")), reading)
    return reading


def inherited(files: Mapping[str, ContactFile], start: str) -> tuple[str, ...]:
    """Give the ids whose lines apply to start: itself, then what it inherits, depth first, each once."""
    chain: list[str] = []

    def walk(name: str) -> None:
        if name in files and name not in chain:
            chain.append(name)
            for parent in files[name].inherits:
                walk(parent)

    walk(start)
    return tuple(chain)


def _load(path: Path, where: str, problems: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        problems.append(f"{where}: cannot be opened ({error.strerror}). Check the file and its rights.")
    except UnicodeDecodeError:
        problems.append(f"{where}: is not UTF-8. Save it as UTF-8.")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problems.append(f"{where}: is not valid TOML ({error}). Correct that line.")
    return None


def _contact_file(table: dict[str, Any], stem: str, where: str, problems: list[str]) -> ContactFile:
    problems += [f"{where}: {problem}" for problem in key_problems(table, _REQUIRED, _KNOWN)]
    if table.get("id", stem) != stem:
        problems.append(f'{where}: "id" is not the file\'s name. Write id = "{stem}".')
    inherits = table.get("inherits", [])
    if not isinstance(inherits, list) or any(not isinstance(parent, str) for parent in inherits):
        problems.append(f'{where}: "inherits" is not a list of ids. Write for example ["un-system"].')
        inherits = []
    choice = table.get("choice", True)
    if not isinstance(choice, bool):
        problems.append(f'{where}: "choice" is not true or false. Write one of them.')
    return ContactFile(
        id=stem,
        name=_header(table, "name", where, problems) or stem,
        short_name=_header(table, "short_name", where, problems) or stem,
        inherits=tuple(inherits),
        note=_header(table, "note", where, problems),
        choice=choice is True,
        avenues=_avenues(table, stem, where, problems),
    )


def _header(table: dict[str, Any], key: str, where: str, problems: list[str]) -> str:
    text = table.get(key, "")
    if not isinstance(text, str) or (key in _REQUIRED and key in table and not text):
        problems.append(f'{where}: "{key}" is not text, or empty. Write it between quotation marks.')
        return ""
    problem = hygiene_problem(key, text) or contact_in_text_problem(key, text)
    if problem:
        problems.append(f"{where}: {problem}")
    return "" if problem else text


def _tables(table: dict[str, Any], key: str, where: str, problems: list[str]) -> list[dict[str, Any]]:
    tables = table.get(key, [])
    if isinstance(tables, list) and all(isinstance(entry, dict) for entry in tables):
        return tables
    problems.append(f'{where}: "{key}" is not a list of tables. Begin each with [[{key}]].')
    return []


def _avenues(
    table: dict[str, Any], entity: str, where: str, problems: list[str], local: bool = False
) -> tuple[Avenue, ...]:
    kept = []
    for number, line in enumerate(_tables(table, "avenues", where, problems), start=1):
        label = line["id"] if is_id(line.get("id")) else f"number {number}"
        found = avenue_problems(line, local)
        problems += [f"{where}, avenue {label}: {problem}" for problem in found]
        if not found:
            kept.append(make_avenue(line, entity))
    return tuple(kept)


def _drop_duplicates(reading: Reading) -> None:
    seen: dict[str, str] = {}
    for name, file in reading.files.items():
        kept = []
        for avenue in file.avenues:
            if avenue.id in seen:
                reading.problems.append(
                    f"contacts/{name}.toml, avenue {avenue.id}: the id is used already in "
                    f"contacts/{seen[avenue.id]}.toml. Give this one another id."
                )
            else:
                seen[avenue.id] = name
                kept.append(avenue)
        reading.files[name] = replace(file, avenues=tuple(kept))


def _check_inheritance(reading: Reading) -> None:
    for name, file in reading.files.items():
        where = f"contacts/{name}.toml"
        for parent in file.inherits:
            if parent not in reading.files:
                reading.problems.append(f'{where}: inherits "{parent}", which has no file. Correct the id.')
            elif name in inherited(reading.files, parent):
                reading.problems.append(f'{where}: inherits itself through "{parent}". Remove one of the two.')


def _lay_over(paths: list[Path], reading: Reading) -> None:
    """Add the office's own lines, then its confirmations, so that a line of its own can be confirmed too."""
    added: dict[str, str] = {}
    confirmations: list[tuple[str, str, dict[str, Any]]] = []
    for path in paths:
        where = f"contacts/local/{path.name}"
        table = _load(path, where, reading.problems)
        if table is None:
            continue
        reading.problems += [f"{where}: {problem}" for problem in key_problems(table, ("id",), _LOCAL_KNOWN)]
        entity = table.get("id", "")
        if not isinstance(entity, str) or entity not in reading.files:
            reading.problems.append(f'{where}: "id" names no contact file. Use the id of one in contacts/.')
            continue
        for avenue in _avenues(table, entity, where, reading.problems, local=True):
            _lay_line(avenue, where, added, reading)
        for line in _tables(table, "confirmed", where, reading.problems):
            confirmations.append((where, entity, line))
    for where, entity, line in confirmations:
        _confirm(line, where, entity, reading)


def _lay_line(avenue: Avenue, where: str, added: dict[str, str], reading: Reading) -> None:
    elsewhere = added.get(avenue.id) or next(
        (
            f"contacts/{name}.toml"
            for name, file in reading.files.items()
            if name != avenue.entity and any(line.id == avenue.id for line in file.avenues)
        ),
        "",
    )
    if elsewhere:
        problem = f"the id is used already in {elsewhere}. Give this one another id."
        reading.problems.append(f"{where}, avenue {avenue.id}: {problem}")
        return
    added[avenue.id] = where
    if avenue.role == "emergency":
        reading.emergency += (avenue,)
        return
    file = reading.files[avenue.entity]
    lines = {line.id: line for line in file.avenues} | {avenue.id: avenue}
    reading.files[avenue.entity] = replace(file, avenues=tuple(lines.values()))


def _confirm(line: dict[str, Any], where: str, entity: str, reading: Reading) -> None:
    """Mark one line as confirmed, if the confirmation repeats how it is reached.

    Without that, a number that is corrected later would stay marked as confirmed.
    """
    file = reading.files[entity]
    avenue = next((kept for kept in file.avenues if kept.id == line.get("id")), None)
    found = list(key_problems(line, _CONFIRMATION, frozenset((*_CONFIRMATION, *_REACH))))
    if any(not isinstance(value, str) for value in line.values()):
        found.append("a value is not text. Put it between quotation marks.")
    elif not found:
        found += [date_problem("verified_on", line["verified_on"], full=True)]
        if not (line["verified_on"] and line["verified_by"]):
            found.append('"verified_on" or "verified_by" is empty. Fill both.')
        found += [hygiene_problem("verified_by", line["verified_by"])]
        found += [contact_in_text_problem("verified_by", line["verified_by"])]
        if avenue is None:
            found.append(f'contacts/{entity}.toml has no such line. Correct the "id".')
        elif any(line.get(key, "") != getattr(avenue, key) for key in _REACH):
            found.append('"phone", "email" and "url" are not those of the line. Confirm what is on file now.')
    if found := [problem for problem in found if problem]:
        label = line["id"] if is_id(line.get("id")) else "without an id"
        reading.problems += [f"{where}, confirmed {label}: {problem}" for problem in found]
    elif avenue is not None:
        done = replace(avenue, verified_on=line["verified_on"], verified_by=line["verified_by"])
        lines = tuple(done if kept.id == done.id else kept for kept in file.avenues)
        reading.files[entity] = replace(file, avenues=lines)
