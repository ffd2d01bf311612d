"""`python -m assistant verify | check | find | compare | table` → exact words, looked up; nothing typed is kept."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from assistant.check_words import checked_lines, counts_line, not_confirmed, row_lines, verdict_lines
from assistant.citing import citation, status_in_words
from assistant.contact_text import plain
from assistant.editions import compare
from assistant.finding import MOST_HITS, Wanted, find, terms_of
from assistant.pasted import check_pasted
from assistant.references import BadReferenceError, read_reference, reference_of, verify
from assistant.shelf import ShelfError, read_previous, read_shelf
from assistant.signs import signs_of
from ingest.build import CORPUS_DIR, INDEX_DIR
from ingest.opening import NoIndexError
from ingest.shell import a_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.shelf import DocumentText, Shelf

COMMANDS: Final = ("verify", "check", "find", "compare", "table")
_MOST_BYTES: Final = 1_000_000  # of standard input
_PASTE: Final = "Paste the text, then an empty line:"
_SEARCH: Final = "Words, or a “phrase in quotation marks”:"
_REFERENCE: Final = "Reference:"
_QUESTION: Final = "What each document is asked, in English:"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors never repeat what was typed: it could be words that a person looks for."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it ends the program
        """Say how the command is called, and end with 2."""
        if "invalid choice" in message or "unrecognized" in message:
            message = "there is no such command or option; what you look for is typed at the prompt, or piped in"
        self.exit(2, f"{self.format_usage()}{plain(message)}\n")


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(prog="python -m assistant", description="Look up exact words in the documents.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    found = _command(commands, "verify", _verify, "say where the words of a reference stand now")
    found.add_argument("reference", nargs="?", default="", help="AV1-…; asked for where it is left out")
    _command(commands, "check", _check, "say where a text from standard input stands exactly, or how it differs")
    found = _command(commands, "find", _find, "list every sentence that holds the words from standard input")
    for name, words in (
        ("document", "the document with this id"), ("issuer", "documents of this issuer"),
        ("status", "in_force, superseded, guide or not_known"), ("language", "a code, such as en"),
        ("year", "the year in the catalogue"),
    ):  # fmt: skip
        found.add_argument(f"--{name}", default="", help=f"only {words}")
    found = _command(commands, "compare", _compare, "compare two documents, or two editions of one, clause by clause")
    found.add_argument("document", help="an id; alone: the edition of the build before, with the one of today")
    found.add_argument("later", nargs="?", default="", help="the id of the later document")
    found.add_argument("--all", action="store_true", help="list clauses that are the same too")
    found = _command(commands, "table", _table, "show what each document says on one question from standard input")
    found.add_argument("--csv", action="store_true", help="for a spreadsheet")
    return top


def _command(
    commands: argparse._SubParsersAction[_Parser], name: str, run: Callable[..., int], told: str
) -> argparse.ArgumentParser:
    found = commands.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    found.set_defaults(run=run)
    found.add_argument("--corpus", type=a_path, default=CORPUS_DIR, metavar="DIR", help="another corpus than corpus/")
    found.add_argument("--index", type=a_path, default=INDEX_DIR, metavar="DIR", help="another index than index/")
    return found


def main(arguments: Sequence[str]) -> int:
    """Run one command; see each for its exit status. 2 where it was called wrongly or there is no index."""
    wanted = parser().parse_args(arguments)
    try:
        status: int = wanted.run(wanted)
    except (ShelfError, BadReferenceError) as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print(file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    return status


def _typed(prompt: str, *, lines: bool = False) -> str:
    """What a person pipes in, or types after a prompt that keeps no history; lines end with an empty one."""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace")
    print(prompt, flush=True)
    if not lines:
        return input()
    typed: list[str] = []
    while (line := input()) or not typed:
        typed.append(line)
    return "\n".join(typed)


def _shelf(wanted: argparse.Namespace) -> Shelf:
    return read_shelf(wanted.index, wanted.corpus)


def _verify(wanted: argparse.Namespace) -> int:
    """0 when it stands as cited, 1 when something changed, 2 when the reference is damaged or unknown."""
    reference = read_reference(wanted.reference or _typed(_REFERENCE))
    shelf = _shelf(wanted)
    verdict = verify(reference, shelf, wanted.corpus)
    for line in verdict_lines(verdict, shelf):
        print(plain(line))
    if verdict.kind == "unknown":
        return 1 if verdict.elsewhere else 2
    return int(verdict.kind != "stands")


def _check(wanted: argparse.Namespace) -> int:
    """0 when it stands exactly, in a text that was not replaced; 1 when not; 2 when there was nothing to look for."""
    shelf = _shelf(wanted)
    checked = check_pasted(shelf, _typed(_PASTE, lines=True))
    for line in checked_lines(checked):
        print(plain(line))
    for place in checked.places[:1] if checked.kind == "exact" else ():
        print(f"Reference: {reference_of(place.quote)}")
    return {"exact": int(checked.only_replaced), "empty": 2, "too_long": 2}.get(checked.kind, 1)


def _find(wanted: argparse.Namespace) -> int:
    """0 when something was found, 1 when nothing was, 2 when there was nothing to look for."""
    shelf = _shelf(wanted)
    terms = terms_of(_typed(_SEARCH))
    if not terms:
        print("There is nothing to look for: no word was given.", file=sys.stderr)
        return 2
    names = ("document", "issuer", "status", "language", "year")
    hits = find(shelf, terms, Wanted(**{name: getattr(wanted, name) for name in names}))
    for hit in hits:
        quote = hit.document.quote(hit.run)
        if quote:
            print(plain(f"- {citation(quote, hit.document.card.published)} ({status_in_words(quote.document_status)})"))
            print(plain(f"  “{quote.text}”"))
            if contacts := not_confirmed(quote.text, shelf):
                print(plain(f"  {contacts}"))
    more = f"; there are more than {MOST_HITS:,}, so name a document or a year" if len(hits) >= MOST_HITS else ""
    print(f"Found in {len(hits)} {'place' if len(hits) == 1 else 'places'}{more}.")
    return int(not hits)


def _compare(wanted: argparse.Namespace) -> int:
    """0 when nothing differs, 1 when something does, 2 when one of the two is not there."""
    shelf = _shelf(wanted)
    later = shelf.by_id.get(wanted.later or wanted.document)
    earlier = shelf.by_id.get(wanted.document) if wanted.later else _before(wanted)
    if later is None or earlier is None:
        known = ", ".join(shelf.by_id)
        print(
            f"There are not two to compare. The documents read now: {known}.\n"
            "With one id, the build before must have read another edition of it.",
            file=sys.stderr,
        )
        return 2
    rows = compare(earlier, later)
    for row in rows:
        if wanted.all or row.kind != "same" or row.renumbered:
            for line in row_lines(row):
                print(plain(line))
    print(plain(counts_line(rows)))
    return int(any(row.kind != "same" for row in rows))


def _before(wanted: argparse.Namespace) -> DocumentText | None:
    return next((one for one in read_previous(wanted.index) if one.card.id == wanted.document), None)


def _table(wanted: argparse.Namespace) -> int:
    """0 when a document says something, 1 when none does, 2 when there was nothing to look for."""
    question = _typed(_QUESTION)
    if not signs_of(question):
        print("There is nothing to look for: no word was given.", file=sys.stderr)
        return 2
    from assistant.assistant import Assistant
    from assistant.side_by_side import as_csv, rows

    assistant = Assistant(wanted.corpus, wanted.index)
    try:
        cells = assistant.side_by_side(question)
    except NoIndexError:
        print("There is no index that can be used. Run `make build`.", file=sys.stderr)
        return 2
    finally:
        assistant.close()
    if wanted.csv:
        print(as_csv(cells).replace("\r\n", "\n"), end="")  # the platform's own line ends come with printing
    for row in () if wanted.csv else rows(cells):
        organisation, document, symbol, status, words, paragraph, page, reference = row
        where = ", ".join(part for part in (symbol, paragraph and f"para. {paragraph}", page and f"p. {page}") if part)
        print(plain(f"- {document} ({organisation}; {status}){': ' if where else ''}{where}"))
        print(plain(f"  {words}{f' [{reference}]' if reference else ''}"))
    return int(not any(cell.quote for cell in cells))
