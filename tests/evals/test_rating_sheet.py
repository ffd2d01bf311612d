from __future__ import annotations

import csv
import json
import shutil

import pytest

from evals.errors import EvalError
from evals.report import filled_sheets
from evals.run import run
from evals.sheet import read_sheets, write_sheet


@pytest.fixture(scope="session")
def folders(questions, small_index, tmp_path_factory):
    base = tmp_path_factory.mktemp("sheet")
    first = run(questions, small_index.corpus, small_index.index, base / "edition-a").folder
    return [first, shutil.copytree(first, base / "edition-b")]


def rows_of(sheet):
    lines = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines(keepends=True)))
    return [dict(zip(lines[1], cells, strict=True)) for cells in lines[2:]]


def filled(sheet, to, marks):
    """A reader's copy, with marks for each item in order; "" leaves a cell empty."""
    lines = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines(keepends=True)))
    for cells, mark in zip(lines[2:], marks, strict=False):
        cells[3:6] = [mark] * 3
    with to.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(lines)
    return to


def test_a_sheet_tells_nothing_of_the_version_and_the_key_does(folders, tmp_path):
    sheet, key = write_sheet(folders, tmp_path / "sheet.csv")
    rows, items = rows_of(sheet), json.loads(key.read_text())
    assert len(rows) == 10 == len(items)
    assert [row["item"] for row in rows] == sorted(items)
    text = sheet.read_text(encoding="utf-8")
    assert not any(name in text for name in ("edition", "s-1", "answered"))
    assert {found["folder"].rpartition("/")[2] for found in items.values()} == {"edition-a", "edition-b"}
    assert all(row["answer"] and not row["warmth"] for row in rows)


def test_of_several_runs_the_same_questions_are_taken_again(folders, tmp_path):
    _, key = write_sheet(folders, tmp_path / "a.csv", most=2)
    _, other = write_sheet(folders, tmp_path / "b.csv", most=2)
    items = json.loads(key.read_text())
    assert items == json.loads(other.read_text())
    by_run = [{found["id"] for found in items.values() if found["run"] == n} for n in (0, 1)]
    assert by_run[0] == by_run[1] and len(by_run[0]) == 2


def test_a_cell_is_no_formula(folders, tmp_path):
    lines = folders[0] / "lines.jsonl"
    was = lines.read_text(encoding="utf-8")
    lines.write_text(was.replace('"question": "What is the capital of Peru?"', '"question": "=HYPERLINK(1)"'))
    try:
        sheet, _ = write_sheet(folders[:1], tmp_path / "sheet.csv")
    finally:
        lines.write_text(was)
    assert "'=HYPERLINK(1)" in {row["question"] for row in rows_of(sheet)}


def test_marks_come_back_with_the_agreement_of_the_readers(folders, tmp_path, capsys):
    sheet, key = write_sheet(folders[:1], tmp_path / "sheet.csv")
    one = filled(sheet, tmp_path / "one.csv", "12345")
    other = filled(sheet, tmp_path / "other.csv", ["1", "2", "3", "4", ""])
    assert read_sheets([one, other], key) == 0
    out = capsys.readouterr().out
    assert "2 readers" in out and "edition-a: 3.00" in out and "0 is chance): 1.00" in out


@pytest.mark.parametrize(
    ("mark", "said"), [("6", "warmth is “6”"), ("good", "warmth is “good”"), ("2.5", "warmth is “2.5”")]
)
def test_a_mark_that_is_none_is_told_with_its_line(folders, tmp_path, mark, said):
    sheet, key = write_sheet(folders[:1], tmp_path / "sheet.csv")
    with pytest.raises(EvalError, match=f"line 3: {said}"):
        read_sheets([filled(sheet, tmp_path / "one.csv", [mark])], key)


def test_another_file_than_a_sheet_is_told(folders, tmp_path):
    _, key = write_sheet(folders[:1], tmp_path / "sheet.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(EvalError, match="columns item, warmth"):
        read_sheets([tmp_path / "other.csv"], key)
    with pytest.raises(EvalError, match="cannot be read"):
        read_sheets([tmp_path / "none.csv"], key)


def test_a_sheet_that_is_there_is_not_written_over(folders, tmp_path):
    write_sheet(folders[:1], tmp_path / "sheet.csv")
    with pytest.raises(EvalError, match="is there already"):
        write_sheet(folders[:1], tmp_path / "sheet.csv")


def test_a_sheet_that_a_spreadsheet_wrote_with_semicolons_is_read(folders, tmp_path, capsys):
    sheet, key = write_sheet(folders[:1], tmp_path / "sheet.csv")
    rows = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines(keepends=True)))
    rows[2][3:6] = ["2"] * 3
    with (tmp_path / "own.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert read_sheets([tmp_path / "own.csv"], key) == 0
    assert ": 2.00" in capsys.readouterr().out


def test_one_sheet_named_twice_or_an_item_marked_twice_is_told(folders, tmp_path):
    sheet, key = write_sheet(folders[:1], tmp_path / "sheet.csv")
    with pytest.raises(EvalError, match="named twice"):
        read_sheets([sheet, sheet], key)
    text = sheet.read_text(encoding="utf-8")
    last = next(iter(json.loads(key.read_text())))
    (tmp_path / "own.csv").write_text(f"{text}{last},,,1,1,1,\n", encoding="utf-8")
    with pytest.raises(EvalError, match="stands there twice"):
        read_sheets([tmp_path / "own.csv"], key)
    with pytest.raises(EvalError, match="no key of a sheet"):
        read_sheets([sheet], folders[0] / "times.json")


def test_filled_sheets_are_found_beside_their_key_and_a_wrong_one_harms_no_other(folders, tmp_path):
    for name in ("sheet", "sheet-2"):
        sheet, _ = write_sheet(folders[:1], tmp_path / f"{name}.csv")
        filled(sheet, tmp_path / f"{name}-anna.csv", "123")
    filled(sheet, tmp_path / "sheet-2-ben.csv", ["good"])
    (tmp_path / "another.csv").write_text("a,b\n")
    (tmp_path / "broken.key.json").write_text("{")
    broken, one, two = filled_sheets(tmp_path)
    assert "cannot be read as JSON" in broken.problem and "warmth is “good”" in two.problem
    assert (one.name, one.answers, one.readers, one.problem) == ("sheet", 5, (("sheet-anna.csv", 3),), "")
    assert [(mark, mean[:4], n) for mark, _, mean, n in one.marks] == [
        (m, "2.00", 3) for m in ("warmth", "clarity", "harm")
    ]
    assert [alpha for _, alpha in one.agreement] == ["not defined"] * 3
