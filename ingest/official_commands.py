"""Words of a command line → what was fetched, added, withdrawn or restored, said in lines."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

from ingest.add import AddError, AddWish, add
from ingest.catalogue import read_catalogue
from ingest.changes import resting
from ingest.own_rows import restore, withdraw
from ingest.said import Said
from ingest.shell import a_path, by_hand, command, near

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.catalogue import Catalogue, Document

    Say = Callable[[str], None]
    Ask = Callable[[str, str], str] | None

_BUILD = "Run `make build` so that answers use it."
_WITHDRAWN = (
    "Run `make build`: until then answers may quote it. The index before then holds its text still and is used only if "
    "the new one is damaged; to be rid of it at once, delete the folder {index} and run `make build`."
)
_SAID = {
    "title": "its title, as printed", "issuer": "who issued it",
    "symbol": "its symbol, such as ST/SGB/2019/8; none if it has none",
    "applies_to": "whom it binds: ids of contacts/, with ; between", "language": "two letters; en otherwise",
    "published": "2019, 2019-09 or 2019-09-10", "status": "in_force, superseded or not_known (not_known otherwise)",
    "url": "the page that shows the official text", "id": "a short name; made of symbol or title otherwise",
    "replaces": "the id of the document that it takes the place of",
}  # fmt: skip


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the commands that change corpus/official."""
    fetching = commands.add_parser("fetch", parents=[common], help="fetch official PDFs; alone uses the network")
    fetching.add_argument("ids", nargs="*", metavar="ID", help="documents; without any, all that can be fetched")
    fetching.add_argument("--again", action="store_true", help="fetch what is here and unchanged too")
    accept = "a document that you have looked at: let it in although it is a scan or does not show its symbol"
    fetching.add_argument("--accept", action="append", default=[], metavar="ID", help=accept)
    adding = commands.add_parser("add", parents=[common], help="take in a PDF of your own, or list those not taken in")
    adding.add_argument("files", nargs="*", type=a_path, metavar="FILE")
    for field in fields(Said):
        adding.add_argument(f"--{field.name.replace('_', '-')}", default="", help=_SAID[field.name])
    adding.add_argument("--accept", action="store_true", help="you have looked at it: let it in as it is")
    withdrawing = commands.add_parser("withdraw", parents=[common], help="never quote a document again")
    withdrawing.add_argument("id", metavar="ID")
    withdrawing.add_argument("--reason", default="", help="why; kept beside the document")
    restoring = commands.add_parser("restore", parents=[common], help="take a withdrawal back")
    restoring.add_argument("id", metavar="ID")


def run_fetch(arguments: argparse.Namespace, say: Say, warn: Say) -> int:
    """Fetch; 1 when a document could not be had."""
    from ingest.fetch import FetchWish, fetch  # brings httpx along, which no other command needs

    ids, accepted = (_as_listed(arguments.corpus, named) for named in (arguments.ids, arguments.accept))
    wish = FetchWish(arguments.corpus, ids, arguments.again, accepted)
    report = fetch(wish, say, warn)
    say(f"{report.came} came, {report.unchanged} unchanged, {report.failed} failed.")
    if report.came:
        say(_BUILD)
    return int(bool(report.failed))


def _as_listed(corpus_dir: Path, named: list[str]) -> tuple[str, ...]:
    """Write ids as their rows do; one that is none stays as it is."""
    catalogue = read_catalogue(corpus_dir)
    return tuple(found.id if (found := catalogue.find(name)) else name for name in named)


def run_add(arguments: argparse.Namespace, say: Say, warn: Say, ask: Ask) -> int:
    """Take files in; without any, list the PDFs that no row names, and at a terminal walk through them."""
    said = Said(**{field.name: " ".join(getattr(arguments, field.name).split()) for field in fields(Said)})
    files = [*arguments.files] or _dropped(arguments.corpus, say, ask)
    of_one = [name for name in ("title", "symbol", "url", "id", "replaces") if getattr(said, name)]
    if len(files) > 1 and of_one:
        warn(f"--{of_one[0]} can hold for one file only. Add the files one by one.")
        return 1
    failed, done = 0, False
    for file in files:
        try:
            added = add(AddWish(arguments.corpus, file, said, date.today(), arguments.accept, ask))
        except AddError as error:
            failed += 1
            warn(str(error))
        else:
            done = done or added.changed
            for line in added.lines:
                say(line)
    if done:
        say(_BUILD)
    return int(bool(failed))


def _dropped(corpus_dir: Path, say: Say, ask: Ask) -> list[Path]:
    unlisted = read_catalogue(corpus_dir).unlisted
    if not unlisted:
        say("Every PDF of the corpus folder has a row. Name a file to add another.")
    if ask is None:
        for line in offers(corpus_dir, unlisted):
            say(line)
        return []
    return [path for path in unlisted if ask(f"Add {near(path)}? (yes or no)", "yes").casefold() in ("y", "yes")]


def offers(corpus_dir: Path, unlisted: tuple[Path, ...]) -> Iterator[str]:
    """Say of each PDF that no row names how it can be added."""
    for path in unlisted:
        yield f"{near(path)} is in no catalogue, so it is not read. Add it: {command(corpus_dir, 'add', near(path))}"


def waiting(corpus_dir: Path, document: Document) -> str:
    """Say of a document that is not here how it can be got."""
    start = f"{document.id}: {document.title}" + (f" ({document.symbol})" if document.symbol else "")
    if document.pdf_url:
        return f"{start}: not here. Fetch it: {command(corpus_dir, 'fetch', document.id)}"
    return f"{start}: not here. {by_hand(corpus_dir, document)}"


def beside(corpus_dir: Path, catalogue: Catalogue) -> Iterator[str]:
    """Say of all that is not read what it is and what can be done."""
    for document in catalogue.not_here:
        yield waiting(corpus_dir, document)
    for document in catalogue.withdrawn:
        back = command(corpus_dir, "restore", document.id)
        yield f"{document.id}: {document.title}: withdrawn, never read. Take that back: {back}"
    yield from offers(corpus_dir, catalogue.unlisted)


def run_withdraw(arguments: argparse.Namespace, say: Say) -> int:
    """Withdraw one document."""
    document = withdraw(arguments.corpus, arguments.id, arguments.reason, date.today())
    say(f"{document.id}: withdrawn. Its row and its file stay for the record; no build reads it again.")
    for line in resting(arguments.corpus, document):
        say(line)
    say(_WITHDRAWN.format(index=near(arguments.index)))
    return 0


def run_restore(arguments: argparse.Namespace, say: Say) -> int:
    """Take one withdrawal back."""
    document = restore(arguments.corpus, arguments.id)
    say(f"{document.id}: no longer withdrawn; its status is {document.status.replace('_', ' ') or 'not known'}.")
    say(waiting(arguments.corpus, document) if not document.path.exists() else _BUILD)
    return 0
