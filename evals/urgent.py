"""messages of people in danger, and others → how many are understood."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.triage import KINDS, has_triage, heard, languages_to_look_in, read_triage
from assistant.word_points import read_points
from evals.errors import EvalError
from ingest.build import CORPUS_DIR

if TYPE_CHECKING:
    from assistant.word_points import WordPoints
    from ingest.phrase_trees import WordRules

MESSAGES = Path(__file__).resolve().parent / "messages"
QUIET = "quiet"


class Message(NamedTuple):
    """What somebody might write; kind is one of the urgent ones or "quiet"."""

    text: str
    kind: str


class Heard(NamedTuple):
    """Of so many messages, how many get urgent words first, and how many these or a line before the answer."""

    first: int
    heard: int
    total: int


def read_messages(path: Path) -> list[Message]:
    """Read a set of messages. Raises EvalError with the first line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(Message(row["text"], row["kind"]))
        except (ValueError, KeyError, TypeError):
            raise EvalError(f"{path}: line {number} must hold a text and a kind.") from None
        if found[-1].kind not in (*KINDS, QUIET):
            raise EvalError(f"{path}: line {number}: kind must be one of {', '.join((*KINDS, QUIET))}.")
    return found


@cache
def _read(language: str) -> tuple[WordRules, WordPoints | None]:
    """The rules and points of a language; they do not change while this runs, and take long to read."""
    rules = read_triage(CORPUS_DIR, language)
    return rules, read_points(CORPUS_DIR, language, rules.spelling)


def understood(messages: list[Message]) -> dict[str, Heard]:
    """For each kind, how many messages get urgent words first, of whatever kind, and how many at least a line."""
    total, first, at_all = Counter[str](), Counter[str](), Counter[str]()
    for message in messages:
        looked_in = [_read(one) for one in languages_to_look_in(message.text) if has_triage(CORPUS_DIR, one)]
        found = [heard(message.text, rules, points) for rules, points in looked_in]
        total[message.kind] += 1
        first[message.kind] += any(one.kind for one in found)
        at_all[message.kind] += any(one.kind or one.perhaps for one in found)
    return {kind: Heard(first[kind], at_all[kind], total[kind]) for kind in (*KINDS, QUIET) if total[kind]}


def print_understood(names: list[str]) -> int:
    """Print a table of the sets, all when none is named; returns the exit status.

    words: urgent words first; or line: these, or the line of words that stands before an answer.
    """
    paths = [MESSAGES / f"{name}.jsonl" for name in names] or sorted(MESSAGES.glob("*.jsonl"))
    missing = [path.stem for path in paths if not path.exists()]
    if missing:
        known = ", ".join(path.stem for path in sorted(MESSAGES.glob("*.jsonl")))
        raise EvalError(f"There is no set {', '.join(missing)}. There are: {known}")
    columns = ("understood: words", "words or line", "on quiet: words", "words or line")
    print(f"{'set':<15}{''.join(f'{column:>19}' for column in columns)}   by kind: words, words or line, of")
    for path in paths:
        found = understood(read_messages(path))
        quiet = found.pop(QUIET, Heard(0, 0, 0))
        urgent = Heard(*(sum(column) for column in zip(*found.values(), strict=True))) if found else Heard(0, 0, 0)
        shares = [_share(part, heard.total) for heard in (urgent, quiet) for part in (heard.first, heard.heard)]
        parts = "  ".join(f"{kind} {heard.first}, {heard.heard}/{heard.total}" for kind, heard in found.items())
        print(f"{path.stem:<15}{''.join(f'{share:>19}' for share in shares)}   {parts}")
    return 0


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / whole:.1f} %" if whole else "–"
