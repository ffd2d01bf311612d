"""`python -m assistant`: one question from the terminal, or many from a file; nothing of them is kept."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Answer, Assistant, UnknownEntityError
from assistant.contact_text import avenues_text, reach, referral_text, wrapped
from assistant.gate import LAST_ASK, LAST_REFERRAL
from assistant.options import around
from assistant.quiet import hush, mute_libraries
from assistant.references import reference_of
from assistant.referral import read_contacts
from assistant.wording import WordingError
from ingest.build import CORPUS_DIR, INDEX_DIR
from ingest.hardening import harden_process
from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.quotes import Quote
    from assistant.wording import Wording

_YES = {"y", "yes", "o", "oui", "s", "sí", "si", "д", "да", "是", "ن", "نعم"}
_MOST_BYTES = 1_000_000  # of standard input; a question has 2,000 characters at most
_OTHER_COMMANDS = (["contacts"], ["prove"])
_STATUS = {"in_force": "label.in_force", "superseded": "label.superseded", "guide": "label.our_guide"}


class InputError(Exception):
    """A file or option that a person gave cannot be used; the message says what and where."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant",
        description="Ask one question: type it at the prompt, or pipe it in. It is not kept anywhere.",
    )
    parser.add_argument("question", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--entity", metavar="ID", help="your organisation, by its id in corpus/contacts")
    parser.add_argument("--language", metavar="xx", help="language of the fixed words (en, fr)")
    parser.add_argument("--history", type=Path, metavar="FILE", help="JSON list of the questions before, oldest first")
    parser.add_argument("--safe-for-now", action="store_true", help="show the answer even if urgent words come first")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--batch", metavar="FILE|-", help="JSON lines of {id, question, entity, language, history}")
    parser.add_argument("--corpus", type=Path, default=CORPUS_DIR, metavar="DIR")
    parser.add_argument("--index", type=Path, default=INDEX_DIR, metavar="DIR")
    return parser


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _history(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        return _questions(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path}: cannot be read as JSON ({type(error).__name__}). Give a list of questions."
        ) from None


def _questions(found: object, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(question, str) for question in found):
        raise InputError(f"{where}: history must be a list of questions, oldest first.")
    return tuple(found)


def _batch(assistant: Assistant, arguments: argparse.Namespace) -> int:
    """Answer JSON lines one by one; a line that cannot be used gives an object with an error, and the rest goes on."""
    assistant.begin()
    failed = 0
    given = {name: getattr(arguments, name) for name in ("entity", "language")}
    for number, line in enumerate(_lines(arguments.batch), 1):
        if not line.strip():
            continue
        answered = _batch_line(assistant, line, number, given)
        failed += "error" in answered
        print(_dumps(answered), flush=True)
        gc.enable()  # many answers leave something to look for
    return int(bool(failed))


def _lines(source: str) -> Iterator[str]:
    try:
        file = sys.stdin.buffer if source == "-" else Path(source).open("rb")  # noqa: SIM115  closed with the process
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}. Give a file of JSON lines, or - for standard input.") from None
    for line in file:
        yield line.decode("utf-8-sig", "replace")


def _batch_line(assistant: Assistant, line: str, number: int, given: dict[str, str | None]) -> dict[str, Any]:
    try:
        try:
            asked = json.loads(line)
        except ValueError:
            raise InputError("is no JSON.") from None
        if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
            raise InputError("needs an object with a question.")
        if not isinstance(asked.get("id"), str | int | None):
            raise InputError("id must be text or a whole number.")
        for key in ("entity", "language"):
            if not isinstance(asked.get(key), str | None):
                raise InputError(f"{key} must be text.")
        answer = assistant.ask(
            asked["question"],
            asked.get("entity") or given["entity"],
            asked.get("language") or given["language"],
            _questions(asked.get("history") or [], "history"),
            urgent_seen=asked.get("urgent_seen") is True,
        )
    except UnknownEntityError as error:
        return {"line": number, "error": f"Line {number}: {error}"}
    except RecursionError:
        return {"line": number, "error": f"Line {number} is no JSON."}
    except InputError as error:
        return {"line": number, "error": f"Line {number} {error}"}
    return {"id": asked.get("id"), **answer.to_json()}


def _question(words: Wording) -> str:
    if sys.stdin.isatty():
        return _prompted(words["cli.prompt"])
    return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace").strip("\r\n")


def _prompted(prompt: str) -> str:
    """What a person types after a prompt; `input` alone would show it where native code is muted."""
    print(prompt, end="", flush=True)
    return input()


def _ask(assistant: Assistant, arguments: argparse.Namespace) -> int:
    assistant.begin()
    words = assistant.wording(arguments.language or "en")
    question, history = _question(words), _history(arguments.history)
    answer = assistant.ask(question, arguments.entity, arguments.language, history, arguments.safe_for_now)
    if arguments.json:
        print(_dumps(answer.to_json()), flush=True)
        return 0
    _show(answer, assistant.wording(answer.language))
    if answer.urgent and not answer.quotes and sys.stdin.isatty():
        print()
        if _prompted(f"{assistant.wording(answer.language)['urgent.safe_for_now']} (y/n): ").strip().lower() in _YES:
            again = assistant.ask(question, arguments.entity, arguments.language, history, urgent_seen=True)
            _show(again, assistant.wording(again.language))
    return 0


def _show(answer: Answer, words: Wording) -> None:
    if answer.urgent:
        _say(answer.urgent.text)
        if answer.urgent.in_english:
            _say(answer.urgent.in_english)
        _show_blocks(avenues_text(answer.urgent.avenues, words))
    for said in (*answer.forewords, answer.lead):
        _say(said)
    before, after = around(len(answer.quotes), answer.options)
    _show_quotes(answer, before, words)
    for option in answer.options:
        _say(option.title)
        _say(option.said, "  ")
        _show_quotes(answer, option.quotes, words)
        if option.silent:
            _say(option.silent, "  ")
    _show_quotes(answer, after, words)
    for text in answer.look_in:
        _say(f"{words['label.look_in']}: {text.document} {text.url}", "  ")
    for said in (*answer.notices, *answer.afterwords):
        _say(said)
    _show_blocks(referral_text(answer.referral, words))


def _show_quotes(answer: Answer, places: Iterable[int], words: Wording) -> None:
    differing = {difference.second: difference.text for difference in answer.differences}
    for place in places:
        _show_quote(answer.quotes[place], words)
        if place in differing:
            _say(differing[place], "  ")


def _show_quote(quote: Quote, words: Wording) -> None:
    _say(f"“{' […] '.join(quote.parts)}”", "  ")
    _say(_citation(quote, words), "    ")
    if quote.recognised:
        _say(words["label.recognised"], "    ")
    if quote.confidence is not None:
        _say(words.filled("label.recognised_confidence", percent=str(quote.confidence)), "    ")
    for basis in quote.rests_on:
        _say(f"{words['label.rests_on']}: {basis.document} {basis.url}", "    ")
    for contact in quote.unconfirmed:
        _say(f"{words['label.not_confirmed']}: {contact}", "    ")
    if reference := reference_of(quote):
        _say(f"[{reference}]", "    ")


def _citation(quote: Quote, words: Wording) -> str:
    status = words[_STATUS.get(quote.document_status, "label.status_unknown")]
    paragraph = f", {words['label.paragraph']} {quote.paragraph}" if quote.paragraph else ""
    document = ", ".join(part for part in (quote.title, quote.symbol) if part)
    return f"— {document}, {words['label.page']} {quote.page_label}{paragraph} ({status})"


def _show_blocks(blocks: Iterable[str]) -> None:
    for block in blocks:
        print(f"\n{block}")


def _say(text: str, indent: str = "") -> None:
    print(f"\n{wrapped(text, indent)}")


def _show_contacts(corpus_dir: Path) -> None:
    """Name who can be reached when no answer can be given, without the files of fixed words; not among answers."""
    with contextlib.suppress(Exception):  # their files may be what is broken
        found = read_contacts(corpus_dir, strict=False)[0].referral(None, LAST_ASK)
        lines = (f"- {avenue.name}: {reach(avenue)}" for avenue in found.avenues)
        for line in (found.text if found.avenues else LAST_REFERRAL, *lines):
            print(f"\n{wrapped(line)}", file=sys.stderr)


def _other_command(arguments: list[str]) -> int | None:
    """Do what asks no question; None where one is asked.

    The proof is a program of its own: it starts the page, and Ctrl-C is for it alone.
    """
    if arguments[:1] == ["contacts"]:
        from assistant.contacts_command import main as contacts

        return contacts(arguments[1:])
    if arguments[:1] == ["prove"]:
        with subprocess.Popen([sys.executable, "-m", "views.prove", *arguments[1:]]) as proof:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return proof.wait()
    return _look_up(arguments) if arguments and not arguments[0].startswith("-") else None


def _look_up(arguments: list[str]) -> int | None:
    """Look up exact words, None where that is not asked for; what was typed is in no message."""
    from assistant.check_command import COMMANDS
    from assistant.check_command import main as look_up

    if arguments[0] not in COMMANDS:
        return None
    gc.enable()  # whole documents are gone through
    try:
        return look_up(arguments)
    except Exception as error:  # noqa: BLE001  no traceback: it could hold what was typed
        print(f"Something went wrong on our side ({type(error).__name__}).", file=sys.stderr)
        return 2


def main() -> int:
    """Answer from standard input or the prompt; 0 when answered in any status, 2 when it was called wrongly."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if (done := _other_command(sys.argv[1:])) is not None:
        return done
    arguments = _parser().parse_args()
    if not arguments.corpus.is_dir():
        print(f"There is no folder {arguments.corpus}. Give the corpus with --corpus.", file=sys.stderr)
        return 2
    try:
        assistant = Assistant(arguments.corpus, arguments.index)
        if arguments.question:
            print(assistant.wording(arguments.language or "en")["cli.argument_refused"], file=sys.stderr)
            return 2
        return _batch(assistant, arguments) if arguments.batch else _ask(assistant, arguments)
    except (InputError, UnknownEntityError) as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print(file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except (WordingError, RulesError) as error:
        print("The files of fixed words or rules are broken, so no question can be answered.", error, file=sys.stderr)
        _show_contacts(arguments.corpus)
        return 1
    except Exception as error:  # noqa: BLE001  no traceback: it could hold the question
        print(
            f"Something went wrong on our side ({type(error).__name__}). It is not because of you.",
            file=sys.stderr,
        )
        _show_contacts(arguments.corpus)
        return 1


if __name__ == "__main__":
    if sys.argv[1:2] not in _OTHER_COMMANDS:  # what these write is for others too
        harden_process()
        hush()
        mute_libraries()
    gc.disable()  # to look through rules and libraries, which all stay, takes a quarter of the time of one answer
    code = main()
    gc.freeze()  # the end of the process would look through them once more
    sys.exit(code)
