import os
import shutil

import pytest

from ingest.catalogue import COLUMNS, OWN_TABLE, STATUSES, CatalogueError, read_catalogue
from ingest.check import check_corpus
from ingest.facts import Flag, read_facts, read_flags
from ingest.pdf_files import find_pdfs, passed_over

GOOD = {"id": "one", "file": "one.pdf", "title": "One", "status": "in_force", "language": "en"}


def write(folder, *rows, delimiter=",", header=COLUMNS, name="catalogue.csv", encoding="utf-8"):
    lines = [delimiter.join(header)]
    lines += [delimiter.join(row.get(column, "") for column in header) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding=encoding)


def problems(folder, read=read_catalogue):
    with pytest.raises(CatalogueError) as caught:
        read(folder)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


@pytest.fixture
def corpus(tmp_path):
    for name in ("one.pdf", "two.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    return tmp_path


def test_a_row_becomes_a_document_with_its_path(corpus):
    write(corpus, GOOD | {"published": "2019-09", "official_url": "https://undocs.org/X"})
    document = read_catalogue(corpus).documents[0]
    assert (document.id, document.published, document.path) == ("one", "2019-09", corpus / "one.pdf")
    assert document.official


def test_a_guide_is_not_official(corpus):
    write(corpus, GOOD | {"status": "guide"})
    assert not read_catalogue(corpus).documents[0].official


def test_documents_keep_the_order_of_the_rows(corpus):
    write(corpus, GOOD | {"id": "z", "file": "two.pdf"}, GOOD)
    assert [document.id for document in read_catalogue(corpus).documents] == ["z", "one"]


BAD = {
    "no id": (GOOD | {"id": ""}, '"id" is empty'),
    "no title": (GOOD | {"title": " "}, '"title" is empty'),
    "no file": (GOOD | {"file": ""}, '"file" is empty'),
    "status": (GOOD | {"status": "In force"}, '"status" is "In force"'),
    "date": (GOOD | {"published": "10 Sept 2019"}, '"published" is not a date'),
    "no such day": (GOOD | {"checked_on": "2026-02-30"}, '"checked_on" has no such day'),
    "month": (GOOD | {"published": "2026-13"}, '"published" has no such day'),
    "replaced": (GOOD | {"replaced_by": "nobody"}, '"replaced_by" names no other row'),
    "replaced by itself": (GOOD | {"replaced_by": "one"}, '"replaced_by" names no other row'),
    "outside": (GOOD | {"file": "../one.pdf"}, '"file" leaves the corpus folder'),
    "absolute": (GOOD | {"file": "/etc/one.pdf"}, '"file" is "/etc/one.pdf"'),
    "drive": (GOOD | {"file": "C:one.pdf"}, '"file" is "C:one.pdf"'),
    "backslash": (GOOD | {"file": "a\\one.pdf"}, '"file" is "a\\one.pdf"'),
    "not a PDF": (GOOD | {"file": "one.docx"}, '"file" is not a PDF'),
    "fetched from elsewhere": (
        GOOD | {"file": "official/one.pdf", "pdf_url": "http://undocs.org/X"},
        '"pdf_url" must begin with https://',
    ),
    "fetched to elsewhere": (GOOD | {"pdf_url": "https://undocs.org/X"}, "lies at official/one.pdf"),
    "fetched with an odd id": (GOOD | {"id": "../one", "pdf_url": "https://undocs.org/X"}, '"id" is "../one"'),
    "an id that leads elsewhere": (GOOD | {"id": "../../one"}, '"id" is "../../one". Write letters, digits'),
    "an id with a blank": (GOOD | {"id": "my one"}, '"id" is "my one". Write letters, digits'),
    "address": (GOOD | {"official_url": "javascript:alert(1)"}, '"official_url" is not an address'),
    "control": (GOOD | {"title": "One\x07"}, '"title" holds a control character'),
    "right to left": (GOOD | {"title": "One\u202egnp"}, '"title" holds a control character'),
}


@pytest.mark.parametrize("row, words", BAD.values(), ids=BAD)
def test_a_bad_row_is_named_with_what_is_wrong_and_what_to_do(corpus, row, words):
    write(corpus, GOOD | {"id": "two", "file": "two.pdf"}, row)
    found = problems(corpus)
    assert len(found) == 1
    assert found[0].startswith("catalogue.csv, row 3: ") and words in found[0]
    assert found[0].count(". ") >= 1 and found[0].endswith(".")


def test_all_problems_are_told_at_once_in_the_order_of_the_rows(corpus):
    write(corpus, GOOD | {"title": "", "status": "?"}, GOOD | {"published": "soon"})
    rows = [problem.split(":")[0] for problem in problems(corpus)]
    assert rows == [f"catalogue.csv, row {n}" for n in (2, 2, 3, 3, 3)]


def test_a_second_row_with_the_same_id_or_file_names_the_first(corpus):
    write(corpus, GOOD, GOOD | {"file": "./One.PDF"})
    found = problems(corpus)
    assert 'row 3: id "one" stands in row 2 already' in found[0]
    assert 'row 3: file "./One.PDF" stands in row 2 already' in found[1]


def test_a_missing_an_unknown_and_a_doubled_column_are_named(corpus):
    write(corpus, header=[*COLUMNS[1:], "colour", "title"])
    found = problems(corpus)
    assert [any(word in problem for problem in found) for word in ("id", "colour", "twice")] == [True] * 3


def test_a_row_with_a_cell_too_many_is_named(corpus):
    (corpus / "catalogue.csv").write_text(f"{','.join(COLUMNS)}\none,one.pdf,a,b,c,d,e,,,,,,,,,extra\n")
    assert "row 2: it has 16 cells instead of 14" in problems(corpus)[0]


def test_rows_count_as_a_spreadsheet_shows_them(corpus):
    row = 'one,one.pdf,"A title\nof two lines",,,,en,,guide,,,,,'
    (corpus / "catalogue.csv").write_text(f"{','.join(COLUMNS)}\n\n{row}\ntwo,two.pdf,Two,,,,en,,bad,,,,,\n")
    assert problems(corpus)[0].startswith("catalogue.csv, row 4: ")


def test_a_quoted_line_break_becomes_a_blank(corpus):
    row = 'one,one.pdf,"A title\r\nof  two lines",,,,en,,guide,,,,,'
    (corpus / "catalogue.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n")
    assert read_catalogue(corpus).documents[0].title == "A title of two lines"


@pytest.mark.parametrize("delimiter, encoding", [(";", "utf-8"), (",", "utf-8-sig"), (";", "utf-8-sig")])
def test_what_excel_writes_is_read(corpus, delimiter, encoding):
    write(corpus, GOOD, delimiter=delimiter, encoding=encoding)
    assert read_catalogue(corpus).documents[0].title == "One"


def test_a_file_that_is_not_utf8_is_refused_with_the_row(corpus):
    write(corpus, GOOD | {"title": "Fédération"}, encoding="latin-1")
    assert problems(corpus)[0].startswith("catalogue.csv, row 2: a letter is not UTF-8")


def test_a_quotation_mark_that_is_never_closed_is_refused(corpus):
    (corpus / "catalogue.csv").write_text(f'{",".join(COLUMNS)}\none,"one.pdf\n')
    assert "quotation mark" in problems(corpus)[0]


def test_an_empty_catalogue_is_refused(corpus):
    (corpus / "catalogue.csv").write_text("\n\n")
    assert "the file is empty" in problems(corpus)[0]


def test_a_catalogue_that_cannot_be_opened_is_refused(corpus):
    (corpus / "catalogue.csv").mkdir()
    assert problems(corpus)[0].startswith("catalogue.csv: ")


def test_a_link_out_of_the_folder_is_refused_in_a_row_and_passed_over_without_one(corpus, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "secret.pdf"
    other.write_bytes(b"%PDF")
    (corpus / "link.pdf").symlink_to(other)
    assert [document.file for document in read_catalogue(corpus).documents] == ["one.pdf", "two.pdf"]
    write(corpus, GOOD | {"file": "link.pdf"})
    assert "leaves the corpus folder" in problems(corpus)[0]


def test_what_is_named_as_a_pdf_and_is_none_to_read_is_told_with_the_reason(corpus, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "secret.pdf"
    other.write_bytes(b"%PDF")
    (corpus / "folder.pdf").mkdir()
    (corpus / "folder.pdf" / "in.pdf").write_bytes(b"%PDF")
    (corpus / "a_link.pdf").symlink_to(corpus / "one.pdf")
    (corpus / "out.PDF").symlink_to(other)
    (corpus / "nowhere.pdf").symlink_to("gone")
    (corpus / "circle.pdf").symlink_to("circle.pdf")
    os.mkfifo(corpus / "pipe.pdf")
    told = {path.name: why for path, why in passed_over(corpus)}
    assert told == {
        "circle.pdf": "It is a link that leads nowhere. Put the PDF itself here, or remove it.",
        "nowhere.pdf": "It is a link that leads nowhere. Put the PDF itself here, or remove it.",
        "out.PDF": "It is a link that leads out of the corpus folder. Put the PDF itself here.",
        "pipe.pdf": "It is no file. Remove it.",
    }
    assert {path.name for path in find_pdfs(corpus)} == {"one.pdf", "two.pdf", "a_link.pdf", "in.pdf"}
    shown = check_corpus(corpus).problems
    assert all(any(line.startswith(f"{name}: {why}") for line in shown) for name, why in told.items())


def test_a_link_that_leads_in_a_circle_is_told_and_not_followed(corpus):
    (corpus / "round.pdf").symlink_to(corpus / "round.pdf")
    write(corpus, GOOD | {"file": "round.pdf"})
    try:
        assert [missing.file for missing in read_catalogue(corpus).missing] == ["round.pdf"]
    except CatalogueError as error:
        assert '"file" cannot be read: "round.pdf"' in str(error)


def test_a_row_without_its_file_is_reported_and_the_rest_is_kept(corpus):
    write(corpus, GOOD, GOOD | {"id": "gone", "file": "gone.pdf", "title": "Gone"})
    catalogue = read_catalogue(corpus)
    assert [document.id for document in catalogue.documents] == ["one"]
    assert [(m.table, m.row, m.file, m.document.title) for m in catalogue.missing] == [
        ("catalogue.csv", 3, "gone.pdf", "Gone")
    ]


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {"withdrawn"}))
def test_a_document_of_any_status_but_withdrawn_is_read(corpus, status):
    write(corpus, GOOD | {"status": status})
    assert [document.status for document in read_catalogue(corpus).documents] == [status]


def test_a_withdrawn_document_is_not_read_though_its_file_is_there(corpus):
    write(corpus, GOOD | {"status": "withdrawn"}, GOOD | {"id": "gone", "file": "gone.pdf", "status": "withdrawn"})
    catalogue = read_catalogue(corpus)
    assert (catalogue.documents, catalogue.missing) == ((), ())
    assert [document.id for document in catalogue.withdrawn] == ["one", "gone"]
    assert catalogue.unlisted == (corpus / "two.pdf",)


def test_an_official_document_that_is_not_here_is_no_missing_file(corpus):
    write(corpus, GOOD, GOOD | {"id": "sgb", "file": "official/sgb.pdf", "pdf_url": "https://undocs.org/X"})
    catalogue = read_catalogue(corpus)
    assert (catalogue.missing, [document.id for document in catalogue.not_here]) == ((), ["sgb"])
    (corpus / "official").mkdir()
    (corpus / "official" / "sgb.pdf").write_bytes(b"%PDF")
    assert [document.id for document in read_catalogue(corpus).documents] == ["one", "sgb"]
    assert read_catalogue(corpus).find("sgb").path == corpus / "official" / "sgb.pdf"
    assert read_catalogue(corpus).find("nobody") is None


def test_a_catalogue_from_before_there_was_a_pdf_url_is_read(corpus):
    write(corpus, GOOD, header=[column for column in COLUMNS if column != "pdf_url"])
    assert read_catalogue(corpus).documents[0].pdf_url == ""


def own(corpus, *rows, **options):
    (corpus / "official").mkdir(exist_ok=True)
    write(corpus, *rows, name=OWN_TABLE, **options)


def test_an_office_s_own_row_takes_the_place_of_the_shipped_one_whole(corpus):
    write(corpus, GOOD | {"symbol": "A/1"}, GOOD | {"id": "two", "file": "two.pdf"})
    own(corpus, GOOD | {"title": "Ours", "status": "superseded", "replaced_by": "two"}, delimiter=";")
    first, second = read_catalogue(corpus).documents
    assert (first.id, first.title, first.symbol, first.status) == ("one", "Ours", "", "superseded")
    assert (second.id, second.status) == ("two", "in_force")


def test_an_office_s_own_documents_come_after_the_shipped_ones(corpus):
    write(corpus, GOOD)
    own(corpus, GOOD | {"id": "two", "file": "two.pdf"})
    assert [document.id for document in read_catalogue(corpus).documents] == ["one", "two"]
    assert read_catalogue(corpus).unlisted == ()


def test_problems_of_both_tables_are_told_with_the_table_and_the_row(corpus):
    write(corpus, GOOD | {"title": ""})
    own(corpus, GOOD | {"id": "two", "file": "two.pdf", "status": "?"}, GOOD | {"id": "two", "file": "three.pdf"})
    found = problems(corpus)
    assert [problem.split(":")[0] for problem in found] == [
        "catalogue.csv, row 2", "official/catalogue.csv, row 2", "official/catalogue.csv, row 3",
    ]  # fmt: skip


def test_one_file_in_a_row_of_each_table_is_told_with_both_places(corpus):
    write(corpus, GOOD)
    own(corpus, GOOD | {"id": "two"})
    assert problems(corpus) == (
        'official/catalogue.csv, row 2: file "one.pdf" stands in catalogue.csv, row 2 already. Give each row its own.',
    )


def test_a_folder_without_a_catalogue_may_have_own_rows(corpus):
    own(corpus, GOOD | {"title": "Named"})
    assert [(d.id, d.title) for d in read_catalogue(corpus).documents] == [("one", "Named"), ("two", "two")]
    assert read_catalogue(corpus).unlisted == ()


def test_earlier_editions_are_neither_read_nor_told(corpus):
    (corpus / "official" / "previous").mkdir(parents=True)
    (corpus / "official" / "previous" / "one-12345678.pdf").write_bytes(b"%PDF")
    assert [document.id for document in read_catalogue(corpus).documents] == ["one", "two"]
    write(corpus, GOOD, GOOD | {"id": "two", "file": "two.pdf"})
    assert read_catalogue(corpus).unlisted == ()


def test_a_pdf_that_no_row_names_is_told(corpus):
    write(corpus, GOOD)
    assert read_catalogue(corpus).unlisted == (corpus / "two.pdf",)


def test_a_folder_without_a_catalogue_is_read_as_it_is(tmp_path):
    for name in (
        "b.PDF",
        "a b.pdf",
        "a_b.pdf",
        "sub/a b.pdf",
        "note.txt",
        ".hidden.pdf",
        "中.pdf",
        "---.pdf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"%PDF")
    documents = read_catalogue(tmp_path).documents
    assert [(document.id, document.title) for document in documents] == [
        ("document", "---"),
        ("a-b", "a b"),
        ("a-b-2", "a b"),
        ("b", "b"),
        ("sub-a-b", "a b"),
        ("中", "中"),
    ]
    assert {document.status for document in documents} == {""}
    assert all(document.official and document.path.is_file() for document in documents)


def test_an_empty_folder_has_no_documents(tmp_path):
    assert read_catalogue(tmp_path).documents == ()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "There is no folder" in problems(tmp_path / "nowhere")[0]


def test_two_files_with_the_same_content_are_two_documents(corpus):
    shutil.copy(corpus / "one.pdf", corpus / "copy.pdf")
    write(corpus, GOOD, GOOD | {"id": "copy", "file": "copy.pdf"})
    assert len(read_catalogue(corpus).documents) == 2


FLAG = ("document", "paragraph", "flag", "reason", "reviewed_by", "reviewed_on")
DUTY = {"document": "one", "paragraph": "4", "flag": "not_first", "reason": "Duty.", "reviewed_by": "A"}
DUTY |= {"reviewed_on": "2026-11-22"}


def test_flags_are_read_by_document_and_paragraph(tmp_path):
    write(tmp_path, DUTY, header=FLAG, name="flags.csv")
    assert read_flags(tmp_path) == {("one", "4"): Flag("not_first")}


def test_what_is_not_known_names_the_paragraphs_that_say_it_of_one_organisation(tmp_path):
    unknown = DUTY | {"flag": "alone", "known_in": "one 5; two 6 (a)"}
    write(tmp_path, unknown, DUTY | {"paragraph": "5", "known_in": ""}, header=(*FLAG, "known_in"), name="flags.csv")
    assert read_flags(tmp_path)["one", "4"] == Flag("alone", ("one 5", "two 6 (a)"))
    bad = [unknown | {"known_in": "one 4 two 6"}, DUTY | {"paragraph": "5", "known_in": "one 4"}]
    write(tmp_path, *bad, header=(*FLAG, "known_in"), name="flags.csv")
    wrong, spare = problems(tmp_path, read_flags)
    assert wrong.startswith('flags.csv, row 2: "known_in" is "one 4 two 6". Write documents and paragraph numbers')
    assert spare == 'flags.csv, row 3: "known_in" is for the flag alone. Leave it empty.'


def test_without_a_file_there_are_no_flags_and_no_facts(tmp_path):
    assert read_flags(tmp_path) == {} and read_facts(tmp_path) == {}


def test_every_bad_flag_is_told_at_once(tmp_path):
    bad = [DUTY | {"flag": "first"}, DUTY | {"reason": ""}, DUTY | {"reviewed_on": "today"}]
    write(tmp_path, *bad, header=FLAG, name="flags.csv")
    found = problems(tmp_path, read_flags)
    for words in ('row 2: "flag" is "first"', 'row 3: "reason" is empty', 'row 4: "reviewed_on" is not'):
        assert any(f"flags.csv, {words}" in problem for problem in found)
    assert any("row 3: paragraph 4 of one has a flag already" in problem for problem in found)


def test_every_bad_fact_is_told_at_once(tmp_path):
    header = ("id", "statement", "document", "official_url", "evidence", "date")
    fact = {"id": "F001", "statement": "S", "document": "D", "evidence": "E"}
    bad = [fact, fact | {"statement": ""}, fact | {"id": "1", "official_url": "un.org", "date": "x"}]
    write(tmp_path, *bad, header=header, name="facts.csv")
    found = problems(tmp_path, read_facts)
    words = ("row 3: id", 'row 3: "statement"', 'row 4: "id"', 'row 4: "official_url"', 'row 4: "date"')
    assert [any(word in problem for problem in found) for word in words] == [True] * 5
