"""What a person says of a PDF → the cells of its row, asked for where they are missing, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.catalogue import is_id
from ingest.tables import date_problem, formula_problem, hidden_problem, url_problem

if TYPE_CHECKING:
    from collections.abc import Callable

STATUSES = ("in_force", "superseded", "not_known")
NEEDED = ("title", "issuer", "applies_to")
_NONE = ("-", "none")  # what a person types for "it has none"
_MAY_BE_NONE = ("symbol", "published", "url")
_LONGEST_ID = 100  # characters; the record's name is made of it
_SHIPPED_CONTACTS = Path(__file__).resolve().parent.parent / "corpus" / "contacts"
_QUESTIONS = {
    "title": "What is its title, as printed?",
    "issuer": "Who issued it? (for example: UNDP)",
    "applies_to": "Whom does it bind? (ids with ; between, for example undp; or un-system for all)",
    "symbol": "What is its symbol? (for example ST/SGB/2019/8; - if it has none)",
    "language": "What is its language? (two letters)",
    "published": "When was it published? (2019, 2019-09 or 2019-09-10; nothing if not known)",
    "status": f"Is it in force? ({', '.join(STATUSES)})",
    "url": "Which web page shows the official text? (nothing if there is none)",
}


@dataclass(frozen=True)
class Said:
    """What a person says of a PDF, "" where they say nothing; the fields are those of a row of the catalogue.

    url is the official page. replaces is the id of the document that this one takes the place of. symbol, published
    and url may be "-" or "none": it has none, and nobody is to ask.
    """

    title: str = ""
    issuer: str = ""
    symbol: str = ""
    applies_to: str = ""
    language: str = ""
    published: str = ""
    status: str = ""
    url: str = ""
    id: str = ""
    replaces: str = ""

    @property
    def given(self) -> dict[str, str]:
        """What was said, by the name of its field."""
        return {name: cell for name, cell in asdict(self).items() if cell}


def tidy(said: Said) -> Said:
    """Write ids of organisations as contacts/ does: in small letters, with ; between."""
    return replace(said, applies_to=";".join(_entities(said.applies_to)) or said.applies_to)


def without_none(said: Said) -> Said:
    """Leave empty what a person said it has not, and fill in what holds when nothing is said."""
    nothing = {name: "" for name in _MAY_BE_NONE if says_none(getattr(said, name))}
    return replace(said, **{"language": said.language or "en", "status": said.status or "not_known", **nothing})


def says_none(cell: str) -> bool:
    """Whether a person said that there is none."""
    return cell.casefold() in _NONE


def asked(said: Said, corpus_dir: Path, ask: Callable[[str, str], str], proposed: Callable[[str, Said], str]) -> Said:
    """Put the questions that are open, each again until its answer can be used.

    proposed gives the answer that is offered for a field, after what was said so far.
    """
    for name, question in _QUESTIONS.items():
        shown = question
        while not getattr(said, name):
            answer = " ".join(ask(shown, proposed(name, said)).split())
            problem = said_problem(corpus_dir, name, answer)
            if not problem and (answer or name not in NEEDED):
                said = tidy(replace(said, **{name: answer}))
                break
            shown = f"{problem or 'This is needed.'}\n{question}"
    return said


def said_problem(corpus_dir: Path, name: str, cell: str) -> str:
    """Say what is wrong with one thing that a person said, or ""."""
    if not cell or (name in _MAY_BE_NONE and says_none(cell)):
        return ""
    problem = hidden_problem(name, cell) or formula_problem(name, cell)
    if problem:
        return problem
    if name == "applies_to":
        return _entities_problem(corpus_dir, cell)
    if name == "status" and cell not in STATUSES:
        return f'"status" is "{cell}". Write one of: {", ".join(STATUSES)}.'
    if name == "language" and not re.fullmatch(r"[a-z]{2,3}", cell):
        return f'"language" is "{cell}". Write two letters, such as en.'
    if name == "id" and (not is_id(cell) or len(cell) > _LONGEST_ID):
        return f'"id" is "{cell}". Write letters, digits and hyphens, at most {_LONGEST_ID}.'
    if name == "published":
        return date_problem(name, cell)
    return url_problem(name, cell) if name == "url" else ""


def _entities_problem(corpus_dir: Path, cell: str) -> str:
    known, named = known_entities(corpus_dir), _entities(cell)
    unknown = [entity for entity in named if entity not in known]
    if named and not unknown:
        return ""
    which = f"has no such organisation: {', '.join(unknown)}" if named else "names no organisation"
    return f'"applies_to" {which}. Take ids from `python -m assistant contacts list`.'


def _entities(cell: str) -> list[str]:
    return [entity.strip().casefold() for entity in cell.split(";") if entity.strip()]


def known_entities(corpus_dir: Path) -> set[str]:
    """Name the organisations that have a file in contacts/, of this corpus or else of the program."""
    own = corpus_dir / "contacts"
    folder = own if own.is_dir() else _SHIPPED_CONTACTS
    return {path.stem for path in folder.rglob("*.toml")}
