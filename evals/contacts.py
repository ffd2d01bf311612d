"""Contact files, read as plain TOML → whether a referral is the right one; nothing of the assistant is used here."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.errors import EvalError
from ingest.build import CORPUS_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from evals.jsonl import Row

SYSTEM = "un-system"
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/-])\+?[0-9(](?:[ ()./-]*[0-9]){6,}")
_SHORT = re.compile(
    r"\b(?:call|phone|tel|dial|ring|text|hotline|helpline|number)\b\W{0,3}(?:\w+\W{1,2}){0,2}?([0-9][0-9 -]{2,})", re.I
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NOT_SHOWN = {"id", "entity", "url", "source_url", "source_page_date", "verified_on", "source_read_on", "sha256"}
_REACH = ("phone", "email", "url")


@dataclass(frozen=True)
class Files:
    """lines: each line on file by its id, with its entity; chains: for each entity, it and whom it shares lines with.

    notes and passing_on are what each file says beside its lines; texts are the fixed referral texts by language and
    key; reaches all phone numbers (digits) and e-mails that any file holds.
    """

    lines: Mapping[str, Row]
    chains: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, str]
    passing_on: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    reaches: frozenset[str]


def read_files(corpus_dir: Path) -> Files:
    """The contact files and fixed texts of a corpus, or those of this project where it has none, as the assistant does.

    Raises EvalError when one cannot be read.
    """
    contacts, wording = (own_or_shipped(corpus_dir, name) for name in ("contacts", "wording"))
    shipped = _tables(sorted(contacts.glob("*.toml")))
    own = _tables(sorted((contacts / "local").glob("*.toml")))
    wordings = sorted(wording.glob("*.toml"))
    try:
        withdrawn = {line["id"] for file in own for line in file.get("withdrawn", ())}
        confirmed = {line["id"]: line for file in own for line in file.get("confirmed", ())}
        lines = {
            line["id"]: {**line, "entity": file["id"]} | _confirmation(line, confirmed.get(line["id"]))
            for file in (*shipped, *own)
            for line in file.get("avenues", ())
            if line["id"] not in withdrawn
        }
        inherits = {file["id"]: file.get("inherits", []) for file in shipped}
    except (KeyError, TypeError) as error:
        raise EvalError(f"A contact file has no {error}. `python -m assistant contacts check` says where.") from None
    return Files(
        lines,
        {entity: _chain(entity, inherits) for entity in inherits},
        {file["id"]: file.get("note", "") for file in shipped},
        {file["id"]: file.get("passing_on", "") for file in shipped},
        {path.stem: table.get("referral", {}) for path, table in zip(wordings, _tables(wordings), strict=True)},
        frozenset(reach for file in (*shipped, *own) for reach in reaches_in(file)),
    )


def own_or_shipped(corpus_dir: Path, name: str) -> Path:
    """A folder of the corpus, or that of this project where the corpus has none, as the assistant takes it."""
    return corpus_dir / name if (corpus_dir / name).is_dir() else CORPUS_DIR / name


def _confirmation(line: Row, found: Row | None) -> Row:
    """What an office's confirmation adds to a line that is still reached as it was then."""
    if found is None or any(found.get(name, "") != line.get(name, "") for name in _REACH):
        return {}
    return {name: found[name] for name in ("verified_on", "verified_by")}


def _tables(paths: list[Path]) -> list[Row]:
    try:
        return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    except (OSError, ValueError) as error:
        raise EvalError(
            f"A file of contacts or words cannot be read: {error}. `python -m ingest check` says more."
        ) from None


def _chain(entity: str, inherits: Mapping[str, list[str]]) -> tuple[str, ...]:
    found = [entity]
    for name in found:
        found += [other for other in inherits.get(name, ()) if other not in found]
    return tuple(found)


def referral_problems(referral: Row | None, entity: str, language: str, files: Files) -> list[str]:
    """What is wrong with a referral: its text, what stands beside the lines, a line, a missing one, or the order."""
    if not referral:
        return ["there is none"]
    shown, chain = referral.get("avenues") or [], files.chains.get(entity or SYSTEM, ())
    texts = files.texts.get(language) or files.texts.get("en", {})
    problems = [] if referral.get("text") == texts.get(_text_key(shown, entity)) else ["its text is another one"]
    if referral.get("entity_note") != (files.notes.get(entity, "") if entity else ""):
        problems.append("its note is not that of the file")
    if referral.get("passing_on") != next((said for name in chain if (said := files.passing_on.get(name))), ""):
        problems.append("who must pass on what they hear is not that of the file")
    problems += [f"{line.get('id')}: {wrong}" for line in shown if (wrong := _line_fault(line, files))]
    names = [line.get("id") for line in shown]
    problems += [f"{name}: stands twice" for name in sorted({str(name) for name in names if names.count(name) > 1})]
    problems += [
        f"{name}: is missing"
        for name, line in files.lines.items()
        if line["entity"] in chain and _for_personnel(line) and not any(_same(line, other) for other in shown)
    ]
    return problems + ([] if _in_order(shown) else ["a place to report stands before one that is none"])


def _text_key(shown: Sequence[Row], entity: str) -> str:
    """Which of the fixed texts is true of these lines."""
    if not shown:
        return "text_none"
    if not entity:
        return "text_no_entity"
    return "text" if shown[0].get("telling_is_a_report") == "no" else "text_report_first"


def _in_order(shown: Sequence[Row]) -> bool:
    """Whether those that are no report come first; lines on retaliation alone may come after all others."""
    ranks = [
        1 if line.get("role") == "report" or line.get("telling_is_a_report") == "yes" else 0
        for line in shown
        if set(line.get("scope", ())) != {"retaliation"}
        and (line.get("telling_is_a_report") in ("no", "yes") or line.get("role") == "report")
    ]
    return ranks == sorted(ranks)


def _line_fault(line: Row, files: Files) -> str:
    filed = files.lines.get(line.get("id", ""))
    if filed is None:
        return "is on no file"
    if not _for_personnel(filed):
        return "is not for personnel"
    wrong = [name for name, value in line.items() if _plainly(value) != _plainly(filed.get(name))]
    return f"its {' and '.join(wrong)} differs from the file" if wrong else ""


def _plainly(value: Any) -> Any:
    """A value as both sides can have it: nothing is "", a date its text, a list its members."""
    if value is None or value == []:
        return ""
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else str(value)


def is_for(referral: Row | None, entity: str, files: Files) -> bool:
    """Whether a referral names this entity, and every line in it is that entity's or one that it shares."""
    chain = files.chains.get(entity or SYSTEM, ())
    if not referral or referral.get("entity") != entity:
        return False
    return all(line.get("entity") in chain for line in referral.get("avenues", ()))


def _for_personnel(line: Row) -> bool:
    return line.get("role") != "emergency" and set(line.get("scope", ())) != {"exploitation_and_abuse"}


def _same(line: Row, other: Row) -> bool:
    """Whether another line stands in for this one: the same, or one that is reached in the same way."""
    if line["id"] == other.get("id"):
        return True
    return line.get("role") == other.get("role") and any(
        line.get(name) and _plain(line[name]) == _plain(other.get(name, "")) for name in _REACH
    )


def _plain(reach: str) -> str:
    return re.sub(r"[ ().-]", "", reach).rstrip("/").casefold()


def unknown_reaches(shown: Row, files: Files) -> list[str]:
    """The phone numbers and e-mails in what is shown that no contact file holds."""
    return sorted(reaches_in(shown) - files.reaches)


def reaches_in(value: Any) -> set[str]:
    """The phone numbers, as digits, and e-mails in all texts that a person reads, at any depth."""
    return {reach for text in _texts(value) for reach in _reaches(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_SHOWN:
                yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _reaches(text: str) -> Iterator[str]:
    """Numbers and addresses however they are written: wide or foreign digits, any dash or space, short ones to call."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else " " if c.isspace() else c for c in plain)
    yield from (found.casefold() for found in _EMAIL.findall(plain))
    for found in (*_PHONE.findall(plain), *_SHORT.findall(plain)):
        yield "".join(filter(str.isdigit, found))
