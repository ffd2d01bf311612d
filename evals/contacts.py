"""Contact files, read as plain TOML → whether a referral is the right one; nothing of the assistant is used here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.errors import EvalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evals.jsonl import Row

SYSTEM = "un-system"
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/.-])\+?[0-9(](?:[ ().-]*[0-9]){6,}")
_NOT_SHOWN = {"id", "entity", "url", "source_url", "source_page_date", "verified_on", "source_read_on", "sha256"}
_REACH = ("phone", "email", "url")


@dataclass(frozen=True)
class Files:
    """lines: each line on file by its id, with its entity; chains: for each entity, it and whom it shares lines with.

    texts are all fixed referral texts; reaches all phone numbers (digits) and e-mails that any file holds.
    """

    lines: Mapping[str, Row]
    chains: Mapping[str, tuple[str, ...]]
    texts: frozenset[str]
    reaches: frozenset[str]


def read_files(corpus_dir: Path) -> Files:
    """The contact files and fixed texts of a corpus. Raises EvalError when one cannot be read."""
    shipped = _tables(sorted((corpus_dir / "contacts").glob("*.toml")))
    own = _tables(sorted((corpus_dir / "contacts" / "local").glob("*.toml")))
    wordings = _tables(sorted((corpus_dir / "wording").glob("*.toml")))
    withdrawn = {line["id"] for file in own for line in file.get("withdrawn", ())}
    lines = {
        line["id"]: {**line, "entity": file["id"]}
        for file in (*shipped, *own)
        for line in file.get("avenues", ())
        if line["id"] not in withdrawn
    }
    inherits = {file["id"]: file.get("inherits", []) for file in shipped}
    texts = {text for wording in wordings for text in wording.get("referral", {}).values()}
    reaches = {reach for file in (*shipped, *own) for reach in reaches_in(file)}
    return Files(lines, {entity: _chain(entity, inherits) for entity in inherits}, frozenset(texts), frozenset(reaches))


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


def referral_problems(referral: Row | None, entity: str, files: Files) -> list[str]:
    """What is wrong with a referral for this entity: its text, a line that is on no file, or one that is missing."""
    if not referral:
        return ["there is none"]
    shown = referral.get("avenues") or []
    problems = [] if referral.get("text") in files.texts else ["its text is none of the reviewed ones"]
    for line in shown:
        filed = files.lines.get(line.get("id", ""))
        wrong = "a line that is on no file" if filed is None else _changed(line, filed)
        if wrong:
            problems.append(f"{line.get('id')}: {wrong}")
    chain = files.chains.get(entity or SYSTEM, ())
    for name, line in files.lines.items():
        if line["entity"] in chain and _for_personnel(line) and not any(_same(line, other) for other in shown):
            problems.append(f"{name}: is missing")
    return problems


def is_for(referral: Row | None, entity: str, files: Files) -> bool:
    """Whether a referral names this entity, and every line in it is that entity's or one that it shares."""
    chain = files.chains.get(entity or SYSTEM, ())
    if not referral or referral.get("entity") != entity:
        return False
    return all(line.get("entity") in chain for line in referral.get("avenues", ()))


def _changed(line: Row, filed: Row) -> str:
    fields = [name for name in (*_REACH, "name", "role", "entity") if line.get(name, "") != filed.get(name, "")]
    return f"its {' and '.join(fields)} differs from the file" if fields else ""


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
    yield from (found.casefold() for found in _EMAIL.findall(text))
    yield from ("".join(filter(str.isdigit, found)) for found in _PHONE.findall(text))
