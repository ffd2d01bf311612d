"""Files of JSON and JSON lines ↔ plain rows; bytes are the same for the same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.errors import EvalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = dict[str, Any]  # one JSON object


def read_lines(path: Path) -> list[Row]:
    """The objects of a file of JSON lines. Raises EvalError that names every line that is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # not splitlines: a text may hold other line ends
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({_reason(error)}). Give a file of JSON lines in UTF-8.") from None
    rows, problems = [], []
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            problems.append(f"{path}: line {n} is not a JSON object. Write one object a line.")
    if problems:
        raise EvalError("\n".join(problems))
    return rows


def read_json(path: Path) -> Row:
    """The object of a JSON file. Raises EvalError when there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EvalError(f"{path}: cannot be read as JSON ({_reason(error)}).") from None
    if not isinstance(found, dict):
        raise EvalError(f"{path}: holds no JSON object.")
    return found


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """Write one object a line. Raises EvalError when it cannot be written."""
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def write_json(path: Path, row: object) -> None:
    """Write one object, indented. Raises EvalError when it cannot be written."""
    write_text(path, json_text(row))


def json_text(row: object) -> str:
    """One object, indented, as it is written."""
    return json.dumps(row, ensure_ascii=False, indent=1) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 with plain line ends. Raises EvalError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n", errors="backslashreplace")
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror}. Give another place with --out.") from None


def _reason(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) else type(error).__name__
