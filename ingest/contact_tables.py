"""one TOML file of contacts → its tables; the only module that knows what a text in them must look like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_PHONE_IN_TEXT = re.compile(r"\+?[0-9](?:[ ().-]*[0-9]){6,}")
_LONGEST_TEXT = 300
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def load(path: Path, where: str, problems: list[str]) -> dict[str, Any] | None:
    """Parse one file, with or without a byte-order mark.

    None, and a line in problems that begins with where, when that cannot be done.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        problems.append(f"{where}: cannot be opened ({error.strerror}). Check the file and its rights.")
    except UnicodeDecodeError:
        problems.append(f"{where}: is not UTF-8. Save it as UTF-8.")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problems.append(f"{where}: is not valid TOML ({error}). Correct that line.")
    except ValueError:  # more digits than Python turns into a number
        problems.append(f"{where}: holds a number that is too long. Put it between quotation marks, or shorten it.")
    return None


def tables(table: Mapping[str, Any], key: str, where: str, problems: list[str]) -> list[dict[str, Any]]:
    """Give the tables that begin with [[key]]; [] when there is none, or, with a problem, when it is something else."""
    found = table.get(key, [])
    if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
        return found
    problems.append(f'{where}: "{key}" is not a list of tables. Begin each with [[{key}]].')
    return []


def key_problems(table: Mapping[str, object], required: tuple[str, ...], known: frozenset[str]) -> Iterator[str]:
    """Say which keys are missing from a table and which are unknown."""
    for key in required:
        if key not in table:
            yield f'"{key}" is missing. Add it.'
    for key in table:
        if key not in known:
            yield f'"{key}" is not a known key. Correct or remove it; known: {", ".join(sorted(known))}.'


def is_id(text: object) -> bool:
    """Whether text can be an id: small letters, digits and single hyphens."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def hygiene_problem(key: str, text: str) -> str:
    """Say what is wrong with the characters of a text; "" when nothing is."""
    if not text.isprintable() and any(unicodedata.category(character) in _UNSEEN for character in text):
        return f'"{key}" holds a control, invisible or direction-changing character. Type it again by hand.'
    if text != text.strip() or len(text) > _LONGEST_TEXT:
        return f'"{key}" has blanks at an end or more than {_LONGEST_TEXT} characters. Shorten it.'
    return ""


def contact_in_text_problem(key: str, text: str) -> str:
    """Say that a phone number or e-mail address hides in free text, where no rule checks it; "" if none."""
    if "@" in text or _PHONE_IN_TEXT.search(text):
        return f'"{key}" holds a number or an e-mail address. Move it to "phone" or "email", or remove it.'
    return ""


def date_problem(key: str, text: str, full: bool) -> str:
    """Say what is wrong with a date; "" when nothing is. full asks for year, month and day."""
    form = "YYYY-MM-DD" if full else "YYYY, YYYY-MM or YYYY-MM-DD"
    wrong = f'"{key}" is "{text}", not a date. Write {form}, or leave it empty.'
    if not text:
        return ""
    if not _DATE.fullmatch(text) or (full and len(text) != len("YYYY-MM-DD")):
        return wrong
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return wrong
    return ""
