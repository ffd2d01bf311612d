"""`python -m assistant contacts …` → what an office does with its contacts; nothing but the overlay is ever written."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from assistant import contacts_changing as changing
from assistant.contact_text import plain
from assistant.contacts_adding import ROLE_WORDS, new_line
from assistant.contacts_changing import Office, Terminal
from assistant.contacts_looking import check, check_text, list_text, show_text
from assistant.contacts_on_file import EVERY, UsageError, a_day, a_name, on_file
from assistant.wording import WordingError
from ingest.avenues import SCOPES, TELLING
from ingest.build import CORPUS_DIR
from ingest.durable import LockedError
from ingest.overlay_writing import OverlayError
from ingest.overlay_writing import changing as with_lock
from ingest.shell import a_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.contacts_on_file import OnFile

PROGRAM = "python -m assistant contacts"
_FIELDS = {  # option → key of a line
    "--name": ("name", "the office's own name for itself"),
    "--phone": ("phone", "one number; short local ones are fine"),
    "--email": ("email", "one address of an office, not of a person"),
    "--url": ("url", "the office's own page"),
    "--hours": ("hours", "when somebody answers"),
    "--who-may-use": ("who_may_use", "who may turn to them"),
    "--confidential": ("confidential", "what they keep to themselves, as they say it"),
    "--anonymous": ("anonymous", "whether one can stay unnamed, as they say it"),
    "--note": ("note", "anything else that helps, in few words"),
    "--source": ("source_url", "the official page where this stands"),
}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors never repeat what was typed: it could be a question."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is called, and end with 2."""
        if "invalid choice" in message or "unrecognized" in message:
            message = "there is no such command or option"
        self.exit(2, f"{self.format_usage()}{plain(message)}. Help: {self.prog} --help\n")


def _an_id(text: str) -> str:
    """Take an id as it was typed; all on file are in small letters."""
    return text.strip().casefold()


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(prog=PROGRAM, description="Look at the contacts, confirm them, and keep those of your own office.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _looking(commands)
    _changing(commands)
    return top


def _command(
    commands: argparse._SubParsersAction[_Parser], name: str, run: Callable[..., int], help_text: str
) -> _Parser:
    found = commands.add_parser(name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}.")
    found.set_defaults(run=run)
    found.add_argument("--corpus", type=a_path, default=CORPUS_DIR, metavar="DIR", help="another corpus than corpus/")
    return found


def _looking(commands: argparse._SubParsersAction[_Parser]) -> None:
    _command(commands, "list", _list, "list the entities, their ids and how many lines each has")
    found = _command(commands, "show", _show, "show what a person sees, with the ids of the lines")
    found.add_argument("entity", type=_an_id, metavar=f"ENTITY|{EVERY}", help="an id from `contacts list`")
    found.add_argument("--language", default="en", metavar="xx", help="language of the fixed words")
    found = _command(commands, "check", _check, "list what is not confirmed, too old, no longer right, or wrong")
    found.add_argument("--days", type=int, default=180, metavar="N", help="how long a confirmation holds (180)")
    found.add_argument("--today", default="", metavar="YYYY-MM-DD", help="another day than today")
    found.add_argument("--entity", type=_an_id, metavar="ENTITY", help="only the lines that are shown for this entity")
    found.add_argument("--strict", action="store_true", help="end with 1 for anything that is left to do")
    found = _command(commands, "sheet", _sheet, "make a sheet of contacts to print, one page for each entity")
    found.add_argument("entity", type=_an_id, metavar=f"ENTITY|{EVERY}", help="an id from `contacts list`")
    found.add_argument("--out", type=a_path, metavar="FILE|DIR", help="the PDF; a folder for all")
    found.add_argument("--language", default="en", metavar="xx", help="language of the fixed words")
    found.add_argument("--today", default="", metavar="YYYY-MM-DD", help="the day to print, if not today")
    found.add_argument("--text", action="store_true", help="write plain text here instead of a PDF")
    found.add_argument("--force", action="store_true", help="write over a file that is there")


def _changing(commands: argparse._SubParsersAction[_Parser]) -> None:
    found = _command(commands, "confirm", _confirm, "say that lines are what the official page says today")
    found.add_argument("ids", nargs="+", type=_an_id, metavar="ID", help="ids of lines, from `contacts show`")
    found.add_argument("--on", default="", metavar="YYYY-MM-DD", help="another day than today")
    found.add_argument("--yes", action="store_true", help="do not ask; for scripts")
    _by(found)
    found = _command(commands, "correct", _correct, "put a corrected line in the place of one")
    found.add_argument("id", type=_an_id, metavar="ID", help="id of a line, from `contacts show`")
    _line_options(found)
    _by(found)
    found = _command(commands, "add", _add, "add a line of your own office; asks for what is missing")
    found.add_argument("--entity", type=_an_id, metavar="ENTITY", help="whom it is for; un-system for everybody")
    found.add_argument("--role", choices=tuple(ROLE_WORDS), metavar="ROLE", help=", ".join(ROLE_WORDS))
    found.add_argument(
        "--scope", nargs="+", choices=SCOPES, default=[SCOPES[0]], metavar="SCOPE", help=", ".join(SCOPES)
    )
    _line_options(found)
    _by(found, required=False)
    found = _command(commands, "withdraw", _withdraw, "let a line be shown no more")
    found.add_argument("id", type=_an_id, metavar="ID", help="id of a line, from `contacts show`")
    found.add_argument("--reason", required=True, metavar="TEXT", help="why, in few words")
    _by(found)
    found = _command(commands, "restore", _restore, "undo what was entered for a line: withdrawn, corrected, confirmed")
    found.add_argument("id", type=_an_id, metavar="ID", help="id of a line")


def _by(found: argparse.ArgumentParser, *, required: bool = True) -> None:
    found.add_argument(
        "--by",
        required=required,
        metavar="OFFICE",
        help="the office that answers for it, not a person's name; it is shown",
    )


def _line_options(found: argparse.ArgumentParser) -> None:
    for option, (key, what) in _FIELDS.items():
        found.add_argument(option, dest=key, metavar="TEXT", help=what)
    found.add_argument(
        "--telling",
        dest="telling_is_a_report",
        choices=TELLING,
        metavar="TEXT",
        help='whether telling them is a report: "no", "yes", "may become one", or "" where nobody knows',
    )


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    """The fields of a line that were typed, also those made empty on purpose."""
    keys = [key for key, _ in _FIELDS.values()] + ["telling_is_a_report"]
    return {key: getattr(arguments, key).strip() for key in keys if getattr(arguments, key) is not None}


def _office(arguments: argparse.Namespace) -> Office:
    day = a_day("--on", arguments.on) if getattr(arguments, "on", "") else date.today()
    if day > date.today():
        raise UsageError(f"--on is {day}, a day to come. Give the day on which the official page was looked at.")
    return Office(a_name("--by", arguments.by), day)


def _terminal() -> Terminal:
    return Terminal(_say, input if sys.stdin.isatty() else None)


def _say(text: str) -> None:
    print("\n".join(map(plain, text.split("\n"))), end="\n\n")


def _list(here: OnFile, _: argparse.Namespace) -> int:
    for line in list_text(here):
        print(plain(line))
    return 0


def _show(here: OnFile, arguments: argparse.Namespace) -> int:
    words = here.words(arguments.language)
    for name in here.chosen(arguments.entity):
        for block in show_text(here, name, words):
            _say(block)
    return 0


def _check(here: OnFile, arguments: argparse.Namespace) -> int:
    today = a_day("--today", arguments.today) if arguments.today else date.today()
    report = check(here, today, arguments.days, arguments.entity)
    for block in check_text(report, arguments.days):
        _say(block)
    return int(bool(report.problems) or (arguments.strict and not report.clean))


def _sheet(here: OnFile, arguments: argparse.Namespace) -> int:
    from assistant.sheet import print_sheets

    today = a_day("--today", arguments.today) if arguments.today else date.today()
    words, chosen = here.words(arguments.language), here.chosen(arguments.entity)
    if not words.reviewed:
        print(
            f"Nobody has reviewed the words of {words.file} yet. Read the sheet before you print it.", file=sys.stderr
        )
    for line in print_sheets(here, chosen, words, today, None if arguments.text else _out(arguments), arguments.force):
        _say(line)
    return 0


def _out(arguments: argparse.Namespace) -> Path:
    every = arguments.entity == EVERY
    return arguments.out or Path("contact-sheets" if every else f"contacts-{arguments.entity}.pdf")


def _confirm(here: OnFile, arguments: argparse.Namespace) -> int:
    done = changing.confirm(here, tuple(arguments.ids), _office(arguments), _terminal(), sure=arguments.yes)
    return int(done < len(dict.fromkeys(arguments.ids)))


def _correct(here: OnFile, arguments: argparse.Namespace) -> int:
    changing.correct(here, arguments.id, _given(arguments), _office(arguments), _terminal())
    return 0


def _add(here: OnFile, arguments: argparse.Namespace) -> int:
    terminal = _terminal()
    typed = {"entity": arguments.entity, "role": arguments.role, "by": arguments.by, **_given(arguments)}
    entity, by, line = new_line(here, {key: text for key, text in typed.items() if text is not None}, terminal)
    name = changing.add(
        here, entity, {**line, "scope": arguments.scope}, Office(a_name("--by", by), date.today()), terminal
    )
    _say(f"Its id is {name}. To take it away again: contacts restore {name}")
    return 0


def _withdraw(here: OnFile, arguments: argparse.Namespace) -> int:
    changing.withdraw(here, arguments.id, arguments.reason, _office(arguments), _terminal())
    return 0


def _restore(here: OnFile, arguments: argparse.Namespace) -> int:
    changing.restore(here, arguments.id, _terminal())
    return 0


_CHANGES = (_confirm, _correct, _add, _withdraw, _restore)


def main(typed: Sequence[str]) -> int:
    """Run one command; 0 when it was done, 1 when there are problems or it could not be done, 2 when called wrongly."""
    commands = parser()
    if not typed:
        commands.print_help()
        return 0
    arguments = commands.parse_args(typed)
    try:
        run: Callable[..., int] = arguments.run
        with with_lock(arguments.corpus) if run in _CHANGES else nullcontext():
            return run(on_file(arguments.corpus), arguments)
    except UsageError as error:
        _complain(str(error))
        return 2
    except BrokenPipeError:
        return 1
    except (LockedError, OverlayError, WordingError) as error:
        _complain(str(error))
        return 1
    except OSError as error:
        _complain(f"{error.filename or 'A file'}: {error.strerror}. Check the place and its rights.")
        return 1
    except (KeyboardInterrupt, EOFError):
        _complain("\nStopped. Nothing more was changed.")
        return 1


def _complain(text: str) -> None:
    print("\n".join(map(plain, text.split("\n"))), file=sys.stderr)
