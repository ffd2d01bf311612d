"""A person's own PDF and what they say of it → corpus/official and a row; the journey of `python -m ingest add`."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.catalogue import Catalogue, Document, read_catalogue
from ingest.examine import RefusedError, Seen
from ingest.identity import identity_problem, masthead, stands
from ingest.official import NeedsPersonError, Record, changing, let_in, part_of, put_in_place
from ingest.own_rows import put_own_row, supersede
from ingest.pages import sha256_of
from ingest.pdf_files import OFFICIAL, free_id
from ingest.shell import command, near
from ingest.tables import date_problem, formula_problem, url_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

STATUSES = ("in_force", "superseded", "not_known")
_MOST = 100 << 20  # bytes
_NEEDED = ("title", "issuer", "applies_to")
_SHIPPED_CONTACTS = Path(__file__).resolve().parent.parent / "corpus" / "contacts"
_QUESTIONS = {
    "title": "What is its title, as printed?",
    "issuer": "Who issued it? (for example: UNDP)",
    "applies_to": "Whom does it bind? (ids with ; between, for example undp; or un-system for all)",
    "symbol": "What is its symbol? (for example ST/SGB/2019/8; nothing if it has none)",
    "language": "What is its language? (two letters)",
    "published": "When was it published? (2019, 2019-09 or 2019-09-10; nothing if not known)",
    "status": f"Is it in force? ({', '.join(STATUSES)})",
    "url": "Which web page shows the official text? (nothing if there is none)",
}


class AddError(ValueError):
    """A file was not taken in; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Said:
    """What a person says of a PDF, "" where they say nothing; the fields are those of a row of the catalogue.

    url is the official page. replaces is the id of the document that this one takes the place of.
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


@dataclass(frozen=True)
class AddWish:
    """One file to take in. accepted: a person has looked at it, so what only looks wrong may pass.

    ask puts a question with a proposed answer and gives back what the person typed; None where nobody can be asked.
    """

    corpus_dir: Path
    file: Path
    said: Said
    today: date
    accepted: bool = False
    ask: Callable[[str, str], str] | None = None


def add(wish: AddWish) -> list[str]:
    """Take one PDF in and say what was done, in lines; nothing that is there is ever overwritten.

    A PDF that shows the symbol of a document that is not here yet becomes that document's file, without questions.

    Raises AddError, CatalogueError, LockedError or OSError; nothing is changed then.
    """
    with changing(wish.corpus_dir):
        catalogue = read_catalogue(wish.corpus_dir)
        part = part_of(wish.corpus_dir, "adding")
        try:
            _copy(wish.file, part)
            twin = _twin(catalogue, wish.file, part)
            return [twin] if twin else _take_in(wish, catalogue, part)
        except RefusedError as error:
            raise AddError(f"{near(wish.file)}: not taken in. {error}") from None
        except NeedsPersonError as error:
            look = "Look at it; if it is right, run the same command with --accept."
            raise AddError(f"{near(wish.file)}: not taken in: {error}. {look}") from None
        finally:
            part.unlink(missing_ok=True)


def _copy(file: Path, part: Path) -> None:
    if not file.is_file():
        raise AddError(f"{file}: there is no such file. Check the name.")
    if file.stat().st_size > _MOST:
        raise AddError(f"{near(file)}: it is larger than {_MOST >> 20} MiB, which no policy is. Save it smaller.")
    shutil.copyfile(file, part)


def _twin(catalogue: Catalogue, file: Path, part: Path) -> str:
    """Say that the very same bytes are here already, or ""."""
    digest = sha256_of(part)
    for document in catalogue.known:
        if document.path.is_file() and sha256_of(document.path) == digest:
            state = ", which is withdrawn" if document.status == "withdrawn" else ""
            return f"{near(file)} is here already as {document.id}{state} ({document.file}). Nothing was changed."
    return ""


def _take_in(wish: AddWish, catalogue: Catalogue, part: Path) -> list[str]:
    seen, let_pass = let_in(part, "", "", wish.accepted)
    waiting = _waiting(wish, catalogue, seen)
    if waiting:
        return _for_row(wish, waiting, part, seen, let_pass)
    said = _complete(wish, catalogue, seen)
    let_pass = _also(let_pass, identity_problem(said.symbol, "", seen.opening) if said.symbol else "", wish, seen)
    cells = asdict(said)
    replaces, url = cells.pop("replaces"), cells.pop("url")
    row = {
        **cells, "file": f"{OFFICIAL}/{said.id}.pdf", "replaced_by": "", "official_url": url, "pdf_url": "",
        "checked_on": wish.today.isoformat(), "licence_note": "Added by this office",
    }  # fmt: skip
    document = Document(**row, path=wish.corpus_dir / row["file"])
    put_in_place(wish.corpus_dir, document, part, Record(pages=seen.pages, accepted=let_pass))
    put_own_row(wish.corpus_dir, row)
    lines = [f"{said.id}: added ({seen.pages} pages, {document.file}): {said.title}."]
    if replaces:
        supersede(wish.corpus_dir, replaces, said.id)
        lines.append(f"{replaces}: superseded by {said.id} from now on.")
    return [*lines, *_tidy(wish, document)]


def _waiting(wish: AddWish, catalogue: Catalogue, seen: Seen) -> Document | None:
    """The document that this file may be: the one named, or the one that is not here and whose symbol it shows."""
    if wish.said.id:
        named = catalogue.find(wish.said.id)
        if named is None or named in catalogue.not_here:
            return named
        if named.status == "withdrawn":
            way = f"`{command(wish.corpus_dir, 'restore', named.id)}` takes that back."
            raise AddError(f"{near(wish.file)}: {named.id} is withdrawn. {way}")
        newer = f"To add a newer edition, give it an id of its own, and --replaces {named.id}."
        raise AddError(f"{near(wish.file)}: {named.id} is here already, and is not overwritten. {newer}")
    shown, language = wish.said.symbol or masthead(seen.opening), wish.said.language or "en"
    same = (d for d in catalogue.not_here if d.symbol and d.language == language and stands(d.symbol, shown))
    return next(same, None)


def _for_row(wish: AddWish, document: Document, part: Path, seen: Seen, let_pass: str) -> list[str]:
    """Take a file in for a row that waits for it; the row stays as it is."""
    let_pass = _also(let_pass, identity_problem(document.symbol, document.title, seen.opening), wish, seen)
    put_in_place(wish.corpus_dir, document, part, Record(pages=seen.pages, accepted=let_pass))
    return [f"{document.id}: here now ({seen.pages} pages, {document.file}): {document.title}.", *_tidy(wish, document)]


def _also(let_pass: str, doubt: str, wish: AddWish, seen: Seen) -> str:
    """Add the doubt whether it is the document; a scan has no text to tell by, which was a doubt already."""
    if not doubt or not seen.has_text:
        return let_pass
    if not wish.accepted:
        raise NeedsPersonError(doubt)
    return "; ".join(part for part in (let_pass, doubt) if part)


def _complete(wish: AddWish, catalogue: Catalogue, seen: Seen) -> Said:
    """What the row will say: as given, asked for where somebody can be asked, and checked."""
    said, proposed = wish.said, {"symbol": masthead(seen.opening), "language": "en", "status": "not_known"}
    if wish.ask:
        said = _asked(wish, said, proposed)
    lacking = [name for name in _NEEDED if not getattr(said, name)]
    if lacking:
        options = " ".join(f"--{name.replace('_', '-')} …" for name in lacking)
        raise AddError(f"{near(wish.file)}: say also {options} (`{command(wish.corpus_dir, 'add', '--help')}`).")
    said = replace(said, language=said.language or "en", status=said.status or "not_known")
    ids = {document.id for document in catalogue.known}
    folder = wish.corpus_dir / OFFICIAL
    others = {path.stem for path in folder.glob("*.pdf") if path.resolve() != wish.file.resolve()}
    said = replace(said, id=said.id or free_id((said.symbol or said.title)[:60], ids | others))
    problems = [problem for name in asdict(said) if (problem := _problem(wish.corpus_dir, name, getattr(said, name)))]
    if said.id in others:
        problems.append(f"{near(folder / said.id)}.pdf is another file, and is not overwritten. Choose another --id.")
    if said.replaces and said.replaces not in ids:
        problems.append(f'--replaces names no document: "{said.replaces}". See `{command(wish.corpus_dir, "list")}`.')
    if problems:
        raise AddError("\n".join(f"{near(wish.file)}: {problem}" for problem in problems))
    return said


def _asked(wish: AddWish, said: Said, proposed: dict[str, str]) -> Said:
    """Put the questions that are open, each again until its answer can be used."""
    assert wish.ask is not None  # noqa: S101  asked of by the caller
    for name, question in _QUESTIONS.items():
        shown = question
        while not getattr(said, name):
            answer = " ".join(wish.ask(shown, proposed.get(name, "")).split())
            problem = _problem(wish.corpus_dir, name, answer)
            if not problem and (answer or name not in _NEEDED):
                said = replace(said, **{name: answer})
                break
            shown = f"{problem or 'This is needed.'}\n{question}"
    return said


def _problem(corpus_dir: Path, name: str, cell: str) -> str:
    """Say what is wrong with one thing that a person said, or ""."""
    problem = formula_problem(name, cell)
    if problem or not cell:
        return problem
    if re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", cell):
        return f'"{name}" holds a control character. Type it instead of pasting it.'
    if name == "applies_to":
        known = known_entities(corpus_dir)
        unknown = [entity for entity in re.split(r"\s*;\s*", cell.strip("; ")) if entity not in known]
        return f'"applies_to" has no such organisation: {", ".join(unknown)}. Take ids of contacts/.' if unknown else ""
    if name == "status" and cell not in STATUSES:
        return f'"status" is "{cell}". Write one of: {", ".join(STATUSES)}.'
    patterns = {
        "language": (r"[a-z]{2,3}", "two letters, such as en"),
        "id": (r"[\w][\w.-]{0,99}", "letters and digits"),
    }
    if name in patterns and not re.fullmatch(patterns[name][0], cell):
        return f'"{name}" is "{cell}". Write {patterns[name][1]}.'
    if name == "published":
        return date_problem(name, cell)
    return url_problem(name, cell) if name == "url" else ""


def known_entities(corpus_dir: Path) -> set[str]:
    """Name the organisations that have a file in contacts/, of this corpus or else of the program."""
    own = corpus_dir / "contacts"
    folder = own if own.is_dir() else _SHIPPED_CONTACTS
    return {path.stem for path in folder.rglob("*.toml")}


def _tidy(wish: AddWish, document: Document) -> list[str]:
    """Take away the file that was dropped into the corpus folder: it has its place in official/ now."""
    file = wish.file.resolve()
    if not file.is_relative_to(wish.corpus_dir.resolve()) or file == document.path.resolve():
        return []
    wish.file.unlink()
    return [f"  It was moved from {near(wish.file)}."]
