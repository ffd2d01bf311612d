"""One question put to each document: exact words or none, and a table that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from assistant.references import read_reference
from assistant.side_by_side import COLUMNS, SILENT, Cell, as_csv


@pytest.fixture(scope="module")
def cells(small_assistant):
    return {cell.card.id: cell for cell in small_assistant.side_by_side("Is there a confidential helpline at night?")}


def test_each_document_has_one_row_with_its_own_words_or_none(cells):
    assert list(cells) == ["policy", "programme", "old-circular", "first-steps"]
    assert "confidential helpline of the Programme day and night" in cells["programme"].quote.text
    assert cells["old-circular"].quote is None
    assert all(cell.quote.document == name for name, cell in cells.items() if cell.quote)


def test_the_table_for_a_spreadsheet_can_be_read_back_and_has_no_formula(cells):
    programme = cells["programme"]
    nasty = replace(programme.card, title='=HYPERLINK("https://evil.test")', issuer=" +1", symbol="\t@x\r\n=2")
    text = as_csv([*cells.values(), Cell(nasty, None), Cell(nasty, programme.quote)])
    assert text.startswith("\ufeff")
    header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert tuple(header) == COLUMNS and len(rows) == 6
    assert [row[4] for row in rows if row[4] != SILENT and not row[4].startswith("“")] == []
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r|%")] == []
    assert rows[5][1] == '\'=HYPERLINK("https://evil.test")'
    assert read_reference(rows[1][7]).page == 1
