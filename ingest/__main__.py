"""`python -m ingest build | check | report | list | guides | fetch | add | withdraw | restore`, for a focal point."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest import official_commands
from ingest.build import CORPUS_DIR, INDEX_DIR, BuildError, BuildReport, BuildSettings, build, index_state, indexed
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.domains import DomainsError
from ingest.durable import LockedError
from ingest.embeddings import ModelError
from ingest.left_out import left_out_lines
from ingest.own_rows import RowError
from ingest.publish import DamagedError
from ingest.shell import a_path, command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STATES = {
    "ready": "The index is today's.",
    "stale": "The index is not today's: {reason} Run `make build`.",
    "missing": "There is no index yet. Run `make build`.",
    "damaged": "The index is damaged: {reason} Run `make build`.",
    "empty": "The corpus holds no PDF. Put PDFs there and run `make build`.",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Read policy PDFs and build the index.")
    parser.add_argument("--corpus", type=a_path, default=CORPUS_DIR, metavar="DIR", help="the folder of PDFs")
    parser.add_argument("--index", type=a_path, default=INDEX_DIR, metavar="DIR", help="the folder of the index")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--corpus", type=a_path, default=argparse.SUPPRESS, metavar="DIR", help="the folder of PDFs")
    common.add_argument("--index", type=a_path, default=argparse.SUPPRESS, metavar="DIR", help="the index folder")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", parents=[common], help="read the PDFs and put a new index in use")
    building.add_argument("--model", help="folder or hub name of another sentence-transformers model")
    building.add_argument("--allow-download", action="store_true", help="let the model be fetched from the hub")
    building.add_argument("--quiet", action="store_true", help="say only what went wrong")
    commands.add_parser("check", parents=[common], help="report every problem of the catalogue and the index")
    reporting = commands.add_parser("report", parents=[common], help="what was read of each document and page")
    reporting.add_argument("--pages", action="store_true", help="a line for every page")
    reporting.add_argument("--html", type=a_path, metavar="FILE", help="write the report, with pictures, to this file")
    commands.add_parser("list", parents=[common], help="list the documents")
    commands.add_parser("guides", parents=[common], help="make the guides' PDFs from their Markdown")
    official_commands.add_parsers(commands, common)
    return parser


class Progress:
    """A bar on a terminal, one plain line a stage elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._stage = ""

    def __call__(self, state: dict[str, Any]) -> None:
        """Show one state as the builder says it: stage, and how much of what is done."""
        if self._quiet:
            return
        done, total = state.get("documents") or [0, 0]
        if state["stage"] != self._stage:
            self._open(state["stage"], total)
        if self._bar is not None:
            self._bar.n = done
            if "pages" in state:
                self._bar.set_postfix_str(f"{state['pages']} pages, {state['chunks']} chunks", refresh=False)
            self._bar.refresh()

    def _open(self, stage: str, total: int) -> None:
        from tqdm import tqdm

        self.close()
        self._stage = stage
        names = {
            "export": "Saving the model", "model": "Loading the model", "reading": "Reading documents",
            "writing": "Writing the index", "verifying": "Verifying the index",
        }  # fmt: skip
        if sys.stderr.isatty():
            self._bar = tqdm(total=total or None, desc=names[stage], leave=False, file=sys.stderr)
        else:
            print(f"{names[stage]} ...", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _build(arguments: argparse.Namespace) -> int:
    settings = BuildSettings(arguments.corpus, arguments.index, allow_download=arguments.allow_download)
    if arguments.model:
        settings = replace(settings, model=arguments.model)
    progress = Progress(arguments.quiet)
    try:
        report = build(settings, progress)
    finally:
        progress.close()
    _tell(arguments.corpus, report, arguments.quiet)
    return 0


def _tell(corpus_dir: Path, report: BuildReport, quiet: bool) -> None:
    if report.built and not quiet:
        for document in report.indexed:
            print(_line(document))
    for unread in report.unread:
        print(f"Not read: {unread['file']}: {unread['reason']}", file=sys.stderr)
    for line in left_out_lines(report.indexed):
        print(f"Look at {line}", file=sys.stderr)
    for line in official_commands.offers(corpus_dir, tuple(corpus_dir / name for name in report.unlisted)):
        print(line, file=sys.stderr)
    if not quiet:
        pages = sum(document["pages"] for document in report.indexed)
        start = "The index is ready" if report.built else "The index is up to date"
        print(f"{start}: {len(report.indexed)} documents, {pages} pages, {report.chunks} chunks.")


def _line(document: dict[str, Any]) -> str:
    """What became of one document that was read, in words for a person."""
    how = "as it was read before" if document["kept"] else f"read in {document['seconds']:.1f} s"
    look = ", with something left out" if document["left_out"] else ""
    return f"{document['file']}: {how}, {document['pages']} pages, {document['chunks']} chunks{look}."


def _check(arguments: argparse.Namespace) -> int:
    from ingest.check import check_corpus

    found = check_corpus(arguments.corpus)
    for problem in found.problems:
        print(problem)
    for line in official_commands.offers(arguments.corpus, found.unlisted):
        print(line)
    if found.not_here:
        how = command(arguments.corpus, "list")
        print(f"{found.not_here} official documents are not here yet. How to get each: {how}")
    if found.unused_facts:
        print(f"Facts that no guide uses: {', '.join(found.unused_facts)}.")
    state = index_state(BuildSettings(arguments.corpus, arguments.index))
    for line in left_out_lines(indexed(arguments.index)):
        print(f"Look at {line}")
    print(_STATES[state.name].format(reason=state.reason))
    return int(bool(found.problems) or state.name != "ready")


def _report(arguments: argparse.Namespace) -> int:
    """Show the health of the index in use: 0 when nothing needs a person, 1 when something does, 2 without an index."""
    from ingest.health import read_health
    from ingest.report import report_lines
    from ingest.report_page import report_page

    state = index_state(BuildSettings(arguments.corpus, arguments.index))
    if state.name != "ready":
        print(_STATES[state.name].format(reason=state.reason), file=sys.stderr)
    try:
        health = read_health(arguments.index, arguments.corpus)
    except DamagedError as error:
        print(f"The index is damaged: {error} Run `make build`.", file=sys.stderr)
        return 2
    if health is None:
        return 2
    for line in report_lines(health, arguments.pages):
        print(line)
    if arguments.html:
        arguments.html.write_text(report_page(health, arguments.corpus), encoding="utf-8")
        print(f"\nWritten to {arguments.html}.")
    return int(not health.healthy or state.name != "ready")


def _list(arguments: argparse.Namespace) -> int:
    catalogue = read_catalogue(arguments.corpus)
    for document in catalogue.documents:
        known = [document.symbol, document.status.replace("_", " "), document.published, document.file]
        print(f"{document.id}: {document.title} ({', '.join(part for part in known if part)})")
    for line in official_commands.beside(arguments.corpus, catalogue):
        print(line)
    return 0


def _guides(arguments: argparse.Namespace) -> int:
    from ingest.guides import build_guides

    for path in build_guides(arguments.corpus):
        print(path)
    return 0


def _warn(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(line, flush=True)


def _ask(question: str, proposed: str) -> str:
    try:
        return input(f"{question} [{proposed}] " if proposed else f"{question} ").strip() or proposed
    except EOFError:
        raise KeyboardInterrupt from None


def _add(arguments: argparse.Namespace) -> int:
    return official_commands.run_add(arguments, _say, _warn, _ask if sys.stdin and sys.stdin.isatty() else None)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": _build, "check": _check, "report": _report, "list": _list, "guides": _guides, "add": _add,
    "fetch": lambda arguments: official_commands.run_fetch(arguments, _say, _warn),
    "withdraw": lambda arguments: official_commands.run_withdraw(arguments, _say),
    "restore": lambda arguments: official_commands.run_restore(arguments, _say),
}  # fmt: skip


def main() -> int:
    """Run one command; 0 when all is well, 1 when something needs a person."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # real streams
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # asked to end: as by Ctrl-C, children too
    arguments = _parser().parse_args()
    try:
        return _COMMANDS[arguments.command](arguments)
    except CatalogueError as error:
        print("The corpus has problems; nothing was changed.", *error.problems, sep="\n  ", file=sys.stderr)
    except (BuildError, DomainsError, LockedError, ModelError, RowError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        sys.stdout = None  # whoever read the list has left; nothing is there to flush to
    except OSError as error:
        where, reason = error.filename or "The corpus folder", error.strerror or error
        print(f"{where}: {reason}. Check the name, the rights and the room on the disk.", file=sys.stderr)
    except KeyboardInterrupt:
        kept = " What was fetched is kept, and `fetch` goes on from there." if arguments.command == "fetch" else ""
        print(f"Stopped. The index in use was not touched.{kept}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
