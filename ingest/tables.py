"""CSV file → rows numbered as a spreadsheet shows them, and one row back; the only module that knows csv."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ingest.durable import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """One row of a table: number counts from 1, the header and blank rows included; cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The rows that could be read, and every problem found, as "name, row N: what is wrong. What to do."."""

    name: str
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    def at(self, row: Row, problem: str) -> str:
        """Put the place before a problem."""
        return f"{self.name}, row {row.number}: {problem}"


def read_table(path: Path, columns: Sequence[str], name: str = "", optional: Sequence[str] = ()) -> Table:
    """Read a CSV file with exactly these columns, in any order, separated by commas or semicolons.

    A byte-order mark, a first line ``sep=;``, blank rows and line breaks inside quotes are allowed; blanks around a
    cell go, and a run of blanks or line breaks in it becomes one blank. A column of ``optional`` may be left out; its
    cells are then "". ``name`` is what problems call the table, its file name otherwise. Nothing is raised: what is
    wrong is in ``problems``.
    """
    name = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        return Table(name, (), (f"{name}: {reason}. Check that it is a file that you may read.",))
    try:
        text = _text(raw)
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        return Table(name, (), (f"{name}, row {row}: a letter is not UTF-8. Save the file as CSV UTF-8.",))
    if raw[:2] in _UTF_16 or raw[:200].count(0) > len(raw[:200]) // 3:
        return Table(name, (), (f"{name}, row 1: the file is UTF-16 (Unicode text). Save it as CSV UTF-8.",))
    records: list[tuple[int, list[str]]] = []
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text.body), delimiter=text.delimiter, strict=True), 1):
            if any(cell.strip() for cell in record):
                records.append((number, record))
    except csv.Error as error:
        number = records[-1][0] + 1 if records else 1
        problem = f"{name}, row {number}: {error}. Look for a quotation mark that is opened and not closed."
        return Table(name, (), (problem,))
    return _with_header(name, records, columns, optional)


class _Text(NamedTuple):
    """A CSV file in parts: what stands before the first row, the rows, and how they are cut into cells.

    start is a byte-order mark and a line ``sep=;``, which spreadsheet programs do not show. old_mac says that lines end
    in a carriage return alone in the file; here they end in a line feed.
    """

    start: str
    body: str
    delimiter: str
    old_mac: bool


def _text(raw: bytes) -> _Text:
    """Take a CSV file apart; raises UnicodeDecodeError. What is UTF-16 comes out as it may."""
    if raw[:2] in _UTF_16:
        return _Text("", raw.decode("utf-16", "replace"), ",", False)
    mark, text = ("\ufeff", raw.decode("utf-8-sig")) if raw[:3] == b"\xef\xbb\xbf" else ("", raw.decode())
    old_mac = "\r" in text and "\n" not in text
    if old_mac:
        text = text.replace("\r", "\n")
    chosen = re.match(r'"?sep=([;,])"?[ ;,]*\r?\n', text)
    if chosen:
        return _Text(mark + chosen.group(), text[chosen.end() :], chosen.group(1), old_mac)
    return _Text(mark, text, _delimiter(text), old_mac)


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if first.count(";") > first.count(",") else ","


def _with_header(
    name: str, records: list[tuple[int, list[str]]], columns: Sequence[str], optional: Sequence[str]
) -> Table:
    """Check the header and turn each further record into a row."""
    wanted = ",".join(columns)
    if not records:
        return Table(name, (), (f"{name}, row 1: the file is empty. Its first row must be: {wanted}.",))
    number, header = records[0][0], [cell.strip() for cell in records[0][1]]
    while header and not header[-1]:
        header.pop()
    absent = [column for column in columns if column not in header]
    faults = [f'the column "{column}" is missing' for column in absent if column not in optional]
    faults += [f'the column "{column}" is not known' for column in header if column not in columns]
    faults += [f'the column "{column}" stands twice' for column in columns if header.count(column) > 1]
    if faults:
        first_row = f"The first row must be: {wanted}."
        return Table(name, (), tuple(f"{name}, row {number}: {fault}. {first_row}" for fault in faults))
    rows: list[Row] = []
    problems: list[str] = []
    for number, record in records[1:]:
        cells, spare = record[: len(header)], record[len(header) :]
        if len(cells) < len(header) or any(cell.strip() for cell in spare):
            problems.append(
                f"{name}, row {number}: it has {len(record)} cells instead of {len(header)}. "
                "Put a cell that holds a comma or semicolon between quotation marks."
            )
            continue
        named = dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=True))
        row = Row(number, named | dict.fromkeys(absent, ""))
        rows.append(row)
        problems += [f"{name}, row {number}: {problem}" for problem in _hidden(row)]
    return Table(name, tuple(rows), tuple(problems))


def _hidden(row: Row) -> list[str]:
    """List the cells of a row that hold characters which a reader cannot see."""
    return [problem for column, cell in row.cells.items() if (problem := hidden_problem(column, cell))]


def hidden_problem(column: str, cell: str) -> str:
    """Say that a cell holds a character which a reader cannot see, which turns text around or is half a one; or ""."""
    odd = (c for c in cell if unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI)
    if not cell.isprintable() and any(odd):  # none of them can be printed
        return f'"{column}" holds a control character. Type it again instead of pasting it.'
    return ""


def date_problem(column: str, cell: str) -> str:
    """Say what is wrong with a date, or "": it is empty, YYYY, YYYY-MM or YYYY-MM-DD."""
    if not cell:
        return ""
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", cell):
        try:
            date.fromisoformat(cell + "-01-01"[len(cell) - 4 :])
        except ValueError:
            return f'"{column}" has no such day: "{cell}". Write 2026, 2026-11 or 2026-11-22, or leave it empty.'
        return ""
    return f'"{column}" is not a date: "{cell}". Write 2026, 2026-11 or 2026-11-22, or leave it empty.'


def url_problem(column: str, cell: str) -> str:
    """Say what is wrong with an address, or "": it is empty or begins with http:// or https://."""
    if not cell or re.match(r"https?://[^\s/]+", cell):
        return ""
    return f'"{column}" is not an address: "{cell}". Begin it with https://, or leave it empty.'


def needed_problem(column: str, cell: str) -> str:
    """Say what is wrong with a cell that may not be empty, or ""."""
    return "" if cell else f'"{column}" is empty. Fill it in.'


def once(table: Table, column: str, fold: Callable[[str], str] = str) -> list[str]:
    """List the rows whose cell in this column stands in an earlier row too; empty cells are passed over."""
    seen: dict[str, int] = {}
    problems: list[str] = []
    for row in table.rows:
        key = fold(row.cells[column])
        if not key:
            continue
        if key in seen:
            where = f"stands in row {seen[key]} already"
            problems.append(table.at(row, f'{column} "{row.cells[column]}" {where}. Give each row its own.'))
        seen.setdefault(key, row.number)
    return problems


def formula_problem(column: str, cell: str) -> str:
    """Say that a spreadsheet would take a new cell for a formula, or ""."""
    if cell[:1] not in ("=", "+", "-", "@"):
        return ""
    return f'"{column}" begins with {cell[0]}, which a spreadsheet takes for a formula: "{cell}". Begin it with a word.'


def put_row(path: Path, columns: Sequence[str], key: str, cells: Mapping[str, str]) -> None:
    """Write one row where the row with the same cell in column ``key`` stands, or else at the end.

    All other rows stay as they are to the byte, as do the order of the columns, the separator and the line ends
    that a spreadsheet program chose. A file that is not there is made with these columns. What was there before is
    kept beside it with .bak at its end. Call it for a table that reads without problems.
    """
    _rewrite(path, columns, key, cells[key], cells)


def drop_row(path: Path, columns: Sequence[str], key: str, value: str) -> None:
    """Take out the row that holds this value in column ``key``; all else as `put_row`."""
    _rewrite(path, columns, key, value, None)


def _rewrite(path: Path, columns: Sequence[str], key: str, value: str, cells: Mapping[str, str] | None) -> None:
    before = path.read_bytes() if path.exists() else b""
    start, text, delimiter, old_mac = _text(before)
    text = text if text.strip() else delimiter.join(columns) + "\n"
    end = "\r\n" if "\r\n" in text else "\n"
    written: list[str] = []
    header: list[str] = []
    for record, lines in _records(text, delimiter):
        if not header:
            header = [cell.strip() for cell in record]
        elif cells is not None and _holds(header, record, key, value):
            written.append(_line(header, cells, delimiter, end))
            cells = None
            continue
        elif _holds(header, record, key, value):
            continue
        written.append(lines if lines.endswith("\n") else lines + end)
    if cells is not None:
        written.append(_line(header, cells, delimiter, end))
    if before:
        write_whole(path.with_name(f"{path.name}.bak"), before)
    whole = start + "".join(written)
    write_whole(path, (whole.replace("\n", "\r") if old_mac else whole).encode())


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Each record with the lines that it stands on, blank lines with none of their own left out."""
    lines = list(io.StringIO(text))
    reader, start = csv.reader(lines, delimiter=delimiter, strict=True), 0
    for record in reader:
        yield record, "".join(lines[start : reader.line_num])
        start = reader.line_num


def _holds(header: Sequence[str], record: Sequence[str], key: str, value: str) -> bool:
    place = header.index(key)
    return len(record) > place and " ".join(record[place].split()) == value


def _line(header: Sequence[str], cells: Mapping[str, str], delimiter: str, end: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=end).writerow([cells.get(column, "") for column in header])
    return line.getvalue()
