from __future__ import annotations

import pytest

from ingest.tables import drop_row, formula_problem, hidden_problem, put_row, read_table

COLUMNS = ("id", "title", "note")
WRITTEN = 'id,title,note\none,"A title, with a comma",\n\ntwo,"Two\nlines", x \n'


def rows(path):
    table = read_table(path, COLUMNS)
    assert table.problems == ()
    return [(row.cells["id"], row.cells["title"], row.cells["note"]) for row in table.rows]


def test_a_table_that_is_not_there_is_made(tmp_path):
    put_row(tmp_path / "t.csv", COLUMNS, "id", {"id": "one", "title": 'Said "yes", no', "note": "=1"})
    assert rows(tmp_path / "t.csv") == [("one", 'Said "yes", no', "=1")]
    assert not (tmp_path / "t.csv.bak").exists()


def test_a_new_row_leaves_all_others_as_they_are_to_the_byte(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(WRITTEN)
    put_row(path, COLUMNS, "id", {"id": "three", "title": "Three", "note": ""})
    assert path.read_text() == WRITTEN + "three,Three,\n"
    assert (tmp_path / "t.csv.bak").read_text() == WRITTEN


def test_a_row_that_is_there_is_written_in_its_place(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(WRITTEN)
    put_row(path, COLUMNS, "id", {"id": "one", "title": "New", "note": "n"})
    assert path.read_text() == WRITTEN.replace('one,"A title, with a comma",', "one,New,n")


def test_a_row_of_several_lines_can_be_taken_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(WRITTEN)
    drop_row(path, COLUMNS, "id", "two")
    assert path.read_text() == 'id,title,note\none,"A title, with a comma",\n\n'


def test_what_a_spreadsheet_program_chose_is_kept(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffnote;id;title\r\nx;one;Füße".encode())
    put_row(path, COLUMNS, "id", {"id": "two", "title": "a;b", "note": "y"})
    assert path.read_bytes() == '\ufeffnote;id;title\r\nx;one;Füße\r\ny;two;"a;b"\r\n'.encode()
    assert rows(path) == [("one", "Füße", "x"), ("two", "a;b", "y")]


def test_a_stop_while_writing_leaves_the_table_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text(WRITTEN)

    def stops(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.durable.move_whole", stops)
    with pytest.raises(KeyboardInterrupt):
        put_row(path, COLUMNS, "id", {"id": "one", "title": "New", "note": ""})
    assert path.read_text() == WRITTEN
    assert [found.name for found in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@SUM(A1)"])
def test_a_cell_that_a_spreadsheet_would_run_is_told(cell):
    assert "a spreadsheet takes for a formula" in formula_problem("title", cell)


@pytest.mark.parametrize("cell", ["", "A = B", "ST/SGB/2019/8", "(2)"])
def test_a_cell_that_is_only_text_is_not(cell):
    assert formula_problem("title", cell) == ""


def test_an_optional_column_may_be_left_out(tmp_path):
    (tmp_path / "t.csv").write_text("id,title\none,One\n")
    assert read_table(tmp_path / "t.csv", COLUMNS, optional=("note",)).rows[0].cells["note"] == ""
    assert "note" in read_table(tmp_path / "t.csv", COLUMNS).problems[0]


@pytest.mark.parametrize("start", ["sep=;\n", '"sep=;"\r\n', "\ufeffsep=;\n"])
def test_a_first_line_that_names_the_separator_is_no_row_and_stays(tmp_path, start):
    path = tmp_path / "t.csv"
    path.write_text(f"{start}id;title;note\none;A, b;\n", encoding="utf-8", newline="")
    assert rows(path) == [("one", "A, b", "")]
    assert read_table(path, COLUMNS).rows[0].number == 2
    put_row(path, COLUMNS, "id", {"id": "two", "title": "B", "note": ""})
    assert path.read_bytes().decode() == f"{start}id;title;note\none;A, b;\ntwo;B;\n"


def test_the_line_ends_of_an_old_mac_are_read_and_kept(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,title,note\rone,A,\r")
    assert rows(path) == [("one", "A", "")]
    put_row(path, COLUMNS, "id", {"id": "two", "title": "B", "note": ""})
    assert path.read_bytes() == b"id,title,note\rone,A,\rtwo,B,\r"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_program_is_told_how_to_save(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text(WRITTEN, encoding=encoding)
    (problem,) = read_table(path, COLUMNS).problems
    assert problem == "t.csv, row 1: the file is UTF-16 (Unicode text). Save it as CSV UTF-8."


@pytest.mark.parametrize("character", ["\x92", "\u202e", "\x07"])
def test_a_character_that_nobody_sees_is_told(tmp_path, character):
    path = tmp_path / "t.csv"
    path.write_text(f"id,title,note\none,A{character}b,\n", encoding="utf-8")
    assert "control character" in read_table(path, COLUMNS).problems[0]
    assert hidden_problem("title", "A\ud800") != ""
