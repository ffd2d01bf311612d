"""A person's own PDF and what they say of it → corpus/official and a row; the journey of `python -m ingest add`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.catalogue import Catalogue, Document, own_row, read_catalogue
from ingest.examine import RefusedError, Seen
from ingest.identity import identity_problem, masthead, names_title, stands
from ingest.official import NeedsPersonError, Record, changing, let_in, part_of, put_in_place, record_of
from ingest.own_rows import put_own_row, supersede
from ingest.pages import sha256_of
from ingest.pdf_files import OFFICIAL, free_id
from ingest.said import NEEDED, Said, asked, said_problem, says_none, tidy, without_none
from ingest.shell import command, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

_MOST = 100 << 20  # bytes
_AS_BEFORE = (*NEEDED, "language")  # what a newer edition has of the one that it replaces, where nothing else is said


class AddError(ValueError):
    """A file was not taken in; the message says why and what to do. Nothing was changed."""


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


@dataclass(frozen=True)
class Added:
    """What was done, in lines; changed is False when all stays as it was, so that no index need be built."""

    lines: tuple[str, ...]
    changed: bool = True


def add(wish: AddWish) -> Added:
    """Take one PDF in; nothing that is there is ever overwritten.

    A PDF that shows symbol and title of a document that is not here yet becomes that document's file, without
    questions. Raises AddError, CatalogueError, LockedError or OSError; nothing is changed then.
    """
    _look_at(wish.file)
    with changing(wish.corpus_dir):
        catalogue = read_catalogue(wish.corpus_dir)
        wish = replace(wish, said=_as_listed(tidy(wish.said), catalogue))
        _check_given(wish, catalogue)
        part = part_of(wish.corpus_dir, "adding")
        try:
            shutil.copyfile(wish.file, part)
            twin = _twin(wish, catalogue, sha256_of(part))
            return _here_already(wish, twin) if twin else Added(tuple(_take_in(wish, catalogue, part)))
        except RefusedError as error:
            raise AddError(f"{near(wish.file)}: not taken in. {error}") from None
        except NeedsPersonError as error:
            look = "Look at it; if it is right, run the same command with --accept."
            raise AddError(f"{near(wish.file)}: not taken in: {error}. {look}") from None
        finally:
            part.unlink(missing_ok=True)


def _look_at(file: Path) -> None:
    if file.is_dir():
        raise AddError(f"{near(file)}: it is a folder. Name the PDFs in it, one by one.")
    if not file.is_file():
        raise AddError(f"{file}: there is no such file. Check the name.")
    if file.stat().st_size > _MOST:
        raise AddError(f"{near(file)}: it is larger than {_MOST >> 20} MiB, which no policy is. Save it smaller.")


def _as_listed(said: Said, catalogue: Catalogue) -> Said:
    """Write ids of documents as their rows do."""
    found = {name: catalogue.find(getattr(said, name)) for name in ("id", "replaces")}
    return replace(said, **{name: document.id for name, document in found.items() if document})


def _check_given(wish: AddWish, catalogue: Catalogue) -> None:
    """Say at once what is wrong with the options that were given."""
    given = wish.said.given
    problems = [problem for name, cell in given.items() if (problem := said_problem(wish.corpus_dir, name, cell))]
    if wish.said.replaces:
        problems += _replaces_problems(wish, catalogue, wish.said.replaces)
    _refuse(wish, problems)


def _replaces_problems(wish: AddWish, catalogue: Catalogue, replaces: str) -> Iterator[str]:
    older = catalogue.find(replaces)
    if older is None:
        yield f'--replaces names no document: "{replaces}". See `{command(wish.corpus_dir, "list")}`.'
    elif replaces == wish.said.id:
        yield f"--replaces names the document itself: {replaces}. Name the older one."
    elif older.status == "guide" or (wish.corpus_dir / "guides" / f"{older.id}.md").is_file():
        way = command(wish.corpus_dir, "withdraw", older.id)
        yield f"--replaces cannot name a guide: {older.id}. If it should not be quoted any more: `{way}`."


def _refuse(wish: AddWish, problems: list[str]) -> None:
    if problems:
        raise AddError("\n".join(f"{near(wish.file)}: {problem}" for problem in problems))


def _twin(wish: AddWish, catalogue: Catalogue, digest: str) -> Document | None:
    """The document with a row whose file is the very same; none where a person names a document that waits for it."""
    if any(document.id == wish.said.id for document in catalogue.not_here):
        return None
    rows = (document for document in catalogue.known if document.status and document.path.is_file())
    return next((document for document in rows if sha256_of(document.path) == digest), None)


def _here_already(wish: AddWish, twin: Document) -> Added:
    """Say that the very same bytes are here; a newer document that was stopped before it took its place, takes it."""
    state = ", which is withdrawn" if twin.status == "withdrawn" else ""
    line = f"{near(wish.file)} is here already as {twin.id}{state} ({twin.file})."
    if wish.said.replaces and not state:
        if wish.said.replaces == twin.id:
            _refuse(wish, [f"--replaces names the document itself: {twin.id}. Name the older one."])
        return Added((line, supersede(wish.corpus_dir, wish.said.replaces, twin.id)))
    inside = wish.file.resolve() != twin.path.resolve() and _in_corpus(wish)
    spare = " You can delete this copy." if inside else ""
    return Added((f"{line} Nothing was changed.{spare}",), changed=False)


def _take_in(wish: AddWish, catalogue: Catalogue, part: Path) -> Iterator[str]:
    seen, let_pass = let_in(part, "", "", wish.accepted)
    likely = _named(wish, catalogue) or _same_symbol(wish, catalogue, seen)
    if likely and (wish.said.id or _is_it(wish, likely, seen)):
        yield from _for_row(wish, likely, part, seen, let_pass)
        return
    hint = ""
    if likely and not wish.ask:
        way = command(wish.corpus_dir, "add", near(wish.file), "--id", likely.id)
        hint = f"It shows the symbol of {likely.id} ({likely.title}), which is not here. If it is that one: {way}"
    said = _complete(wish, catalogue, seen, sha256_of(part), hint)
    let_pass = _also(let_pass, identity_problem(said.symbol, "", seen.opening) if said.symbol else "", wish, seen)
    cells = {name: getattr(said, name) for name in Said.__dataclass_fields__ if name not in ("replaces", "url")}
    row = {
        **cells, "file": f"{OFFICIAL}/{said.id}.pdf", "replaced_by": "", "official_url": said.url, "pdf_url": "",
        "checked_on": wish.today.isoformat(), "licence_note": "Added by this office",
    }  # fmt: skip
    document = Document(**row, path=wish.corpus_dir / row["file"])
    _put(wish.corpus_dir, document, part, Record(pages=seen.pages, accepted=let_pass), row)
    yield f"{said.id}: added ({seen.pages} pages, {document.file}): {said.title}."
    if said.replaces:
        yield supersede(wish.corpus_dir, said.replaces, said.id)
    yield from _tidy(wish, document, catalogue)
    if hint:
        yield f"  {hint}"


def _put(corpus_dir: Path, document: Document, part: Path, record: Record, row: dict[str, str]) -> None:
    """Put file and row in place, or neither; what a kill leaves between the two, the same command takes up again."""
    was_there = document.path.exists()
    try:
        put_in_place(corpus_dir, document, part, record)
        put_own_row(corpus_dir, row)
    except BaseException:
        if not was_there and own_row(corpus_dir, document.id) is None:
            document.path.unlink(missing_ok=True)
            record_of(corpus_dir, document.id).unlink(missing_ok=True)
        raise


def _named(wish: AddWish, catalogue: Catalogue) -> Document | None:
    """The document that a person named and that is not here; None for a new id."""
    named = catalogue.find(wish.said.id) if wish.said.id else None
    if named is None or named in catalogue.not_here:
        return named
    if not named.status and named.path.resolve() == wish.file.resolve():
        return None  # it has no row yet: this is the folder without a catalogue
    if named.status == "withdrawn":
        way = f"`{command(wish.corpus_dir, 'restore', named.id)}` takes that back."
        raise AddError(f"{near(wish.file)}: {named.id} is withdrawn. {way}")
    newer = f"To add a newer edition, give it an id of its own, and --replaces {named.id}."
    raise AddError(f"{near(wish.file)}: {named.id} is here already, and is not overwritten. {newer}")


def _same_symbol(wish: AddWish, catalogue: Catalogue, seen: Seen) -> Document | None:
    """The document that is not here and whose symbol the file shows: it may be that one, or only cite it."""
    if wish.said.id:
        return None
    shown, language = wish.said.symbol or masthead(seen.opening), wish.said.language or "en"
    same = (d for d in catalogue.not_here if d.symbol and d.language == language and stands(d.symbol, shown))
    return next(same, None)


def _is_it(wish: AddWish, document: Document, seen: Seen) -> bool:
    """Whether the file is the document: its title stands there too, and nobody said otherwise; else a person knows."""
    said_otherwise = any(name in ("title", "issuer") for name in _different(wish.said, document))
    if names_title(document.title, " ".join(seen.opening)) and not said_otherwise:
        return True
    question = f'It shows {document.symbol}. Is it "{document.title}"? (yes/no)'
    while wish.ask:
        answer = wish.ask(question, "").strip().casefold()
        if answer in ("y", "yes", "n", "no"):
            return answer[0] == "y"
    return False


def _different(said: Said, document: Document) -> dict[str, str]:
    """What a person said that its row does not say, by field; spacing and the case of letters count for nothing."""
    cells = {name: "" if says_none(cell) else cell for name, cell in said.given.items() if name != "replaces"}
    row = {name: document.official_url if name == "url" else str(getattr(document, name)) for name in cells}
    return {name: row[name] for name, cell in cells.items() if _plain(cell) != _plain(row[name])}


def _plain(cell: str) -> str:
    return "".join(cell.casefold().split()).strip(";")


def _for_row(wish: AddWish, document: Document, part: Path, seen: Seen, let_pass: str) -> Iterator[str]:
    """Take a file in for a row that waits for it; the row stays as it is, so nothing else may be said of it."""
    table = wish.corpus_dir / OFFICIAL / "catalogue.csv"
    problems = [
        f'{document.id} waits for this file, and its row says {name} "{cell}". Leave out --{name.replace("_", "-")}; '
        f"if the row is wrong, add the file first and then change the row in {near(table)}."
        for name, cell in _different(wish.said, document).items()
    ]
    if wish.said.replaces == document.id:
        problems.append(f"--replaces names the document itself: {document.id}. Name the older one.")
    _refuse(wish, problems)
    let_pass = _also(let_pass, identity_problem(document.symbol, document.title, seen.opening), wish, seen)
    put_in_place(wish.corpus_dir, document, part, Record(pages=seen.pages, accepted=let_pass))
    yield f"{document.id}: here now ({seen.pages} pages, {document.file}): {document.title}."
    if wish.said.replaces:
        yield supersede(wish.corpus_dir, wish.said.replaces, document.id)
    yield from _tidy(wish, document, read_catalogue(wish.corpus_dir))


def _also(let_pass: str, doubt: str, wish: AddWish, seen: Seen) -> str:
    """Add the doubt whether it is the document; a scan has no text to tell by, which was a doubt already."""
    if not doubt or not seen.has_text:
        return let_pass
    if not wish.accepted:
        raise NeedsPersonError(doubt)
    return "; ".join(part for part in (let_pass, doubt) if part)


def _complete(wish: AddWish, catalogue: Catalogue, seen: Seen, digest: str, hint: str) -> Said:
    """What the row will say: as given, asked for where somebody can be asked, and checked."""
    said = wish.said
    if wish.ask:
        said = asked(said, wish.corpus_dir, wish.ask, lambda name, so_far: _proposed(name, so_far, catalogue, seen))
    elif older := catalogue.find(said.replaces) if said.replaces else None:
        said = replace(said, **{name: getattr(said, name) or getattr(older, name) for name in _AS_BEFORE})
    lacking = [name for name in NEEDED if not getattr(said, name)]
    if lacking:
        options = " ".join(f"--{name.replace('_', '-')} …" for name in lacking)
        _refuse(wish, [f"say also {options} (`{command(wish.corpus_dir, 'add', '--help')}`).", *([hint] * bool(hint))])
    said = without_none(said)
    ids = {document.id for document in catalogue.known}
    folder = wish.corpus_dir / OFFICIAL
    kept = (path for path in folder.glob("*.pdf") if path.resolve() != wish.file.resolve())
    others = {path.stem for path in kept if sha256_of(path) != digest}
    if said.id in others:
        _refuse(wish, [f"{near(folder / said.id)}.pdf is another file, and is not overwritten. Choose another --id."])
    return replace(said, id=said.id or free_id((said.symbol or said.title)[:60], ids | others))


def _proposed(name: str, so_far: Said, catalogue: Catalogue, seen: Seen) -> str:
    """What is offered as an answer: what the row of the older edition says, or what is likely.

    A symbol is offered only where the title stands too and no other document has it.
    """
    older = catalogue.find(so_far.replaces) if so_far.replaces and name in _AS_BEFORE else None
    if older and (before := str(getattr(older, name))):
        return before
    if name != "symbol":
        return {"language": "en", "status": "not_known"}.get(name, "")
    shown = masthead(seen.opening)
    cited = any(document.symbol and stands(document.symbol, shown) for document in catalogue.known)
    return shown if names_title(so_far.title, " ".join(seen.opening)) and not cited else ""


def _in_corpus(wish: AddWish) -> bool:
    return wish.file.resolve().is_relative_to(wish.corpus_dir.resolve())


def _tidy(wish: AddWish, document: Document, catalogue: Catalogue) -> Iterator[str]:
    """Take away copies in the corpus folder: the file has its place in official/ now.

    They are the file that was named, if it was dropped there, and what an add that was stopped left in official/.
    """
    digest, rows = sha256_of(document.path), {d.path.resolve() for d in catalogue.known if d.status}
    left = [path for path in (wish.corpus_dir / OFFICIAL).glob("*.pdf") if path.resolve() not in rows]
    spare = {path.resolve(): path for path in [*left, *([wish.file] if _in_corpus(wish) else [])]}
    for whole, path in spare.items():
        if whole != document.path.resolve() and whole not in rows and sha256_of(path) == digest:
            path.unlink()
            yield f"  It was moved from {near(path)}."
