"""corpus/contacts/*.toml and the office's overlay → contact files, checked line by line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.avenues import Avenue, avenues_in
from ingest.contact_tables import contact_in_text_problem, hygiene_problem, is_id, key_problems, load
from ingest.overlay import FOLDER, Withdrawn, lay_over

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REQUIRED = ("id", "name", "short_name", "inherits")
_KNOWN = frozenset((*_REQUIRED, "note", "passing_on", "choice", "avenues"))


class ContactsError(ValueError):
    """Contact files cannot be trusted as they are; problems holds every reason, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ContactFile:
    """One file: an entity, or (choice False) lines that entities share; inherits holds ids, in order.

    passing_on says in short own words who there must pass on what they hear; "" where nothing is known.
    """

    id: str
    name: str
    short_name: str
    inherits: tuple[str, ...] = ()
    note: str = ""
    choice: bool = True
    avenues: tuple[Avenue, ...] = ()
    passing_on: str = ""


@dataclass
class Reading:
    """What was read: the files by id with the overlay laid over them, the lines for urgent text, and what was met.

    problems names what cannot be used as it is written. lapsed names what the office once entered about a line that
    has changed or gone since; contacts are whole without it. shipped holds the lines as they came, without the
    overlay, by id; withdrawn those that the office took away, by id.
    """

    files: dict[str, ContactFile] = field(default_factory=dict)
    emergency: tuple[Avenue, ...] = ()
    problems: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)
    shipped: dict[str, Avenue] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)

    def lines(self) -> dict[str, Avenue]:
        """Every line that may be shown, by id: those for urgent text, then file by file."""
        own = (line for file in self.files.values() for line in file.avenues)
        return {line.id: line for line in (*self.emergency, *own)}


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
        table = load(path, where, reading.problems)
        reading.files[path.stem] = (
            ContactFile(path.stem, path.stem, path.stem, choice=False)
            if table is None
            else _contact_file(table, path.stem, where, reading.problems)
        )
    _drop_duplicates(reading)
    _check_inheritance(reading)
    _lay_over(folder, reading)
    return reading


def inherited(files: Mapping[str, ContactFile], start: str) -> tuple[str, ...]:
    """Give the ids whose lines apply to start: itself, then each file that it inherits, in the order written.

    Each is followed by what it inherits in turn. A file that several of them inherit comes once, after the last of
    them: what serves everybody stands behind what serves some.
    """
    chain: list[str] = []
    _walk(files, start, set(), chain)
    return tuple(reversed(chain))


def _walk(files: Mapping[str, ContactFile], name: str, met: set[str], chain: list[str]) -> None:
    """Add a file to the chain, after all that it inherits, the last of it first; each that is met once."""
    if name in files and name not in met:
        met.add(name)
        for parent in reversed(files[name].inherits):
            _walk(files, parent, met, chain)
        chain.append(name)


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
        avenues=avenues_in(table, stem, where, problems),
        passing_on=_header(table, "passing_on", where, problems),
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


def _lay_over(folder: Path, reading: Reading) -> None:
    """Put the office's overlay over what was read."""
    shipped = {name: file.avenues for name, file in reading.files.items()}
    reading.shipped = {line.id: line for lines in shipped.values() for line in lines}
    overlay = lay_over(folder / FOLDER, shipped)
    for name, lines in overlay.lines.items():
        reading.files[name] = replace(reading.files[name], avenues=tuple(lines.values()))
    reading.emergency = tuple(overlay.emergency.values())
    reading.withdrawn = overlay.withdrawn
    reading.problems += overlay.problems
    reading.lapsed += overlay.lapsed
