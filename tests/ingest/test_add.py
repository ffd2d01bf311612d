"""A person's own PDFs and an office's own rows: added, replaced, withdrawn, restored, from the command to the index."""

from __future__ import annotations

import argparse
import csv
import json
import shlex
import socket
import sys
from dataclasses import fields

import pytest

from ingest import __main__ as command
from ingest import official_commands
from ingest.build import build
from ingest.catalogue import COLUMNS, read_catalogue
from ingest.durable import LockedError
from ingest.official import changing, read_record
from ingest.pages import sha256_of
from ingest.said import Said
from tests.pdfs import make_pdf
from tests.small_corpus import QUESTIONS, examined_here, work_here

__all__ = ["examined_here"]

pytestmark = pytest.mark.usefixtures("examined_here")

POLICY = (
    "ST/AI/2031/7\nAdministrative instruction\nQuiet rooms\n\n1.1  Every office has a quiet room for support talks.\n"
)
WAITED_FOR = "ST/AI/2030/1\nOne that waits\n\n1.1  Every office waits for somebody who can listen.\n"
CITES = "Office rules\nQuiet rooms (see ST/AI/2030/1)\n\n1.1  Every office has a quiet room for support talks.\n"
SAID = ["--title", "Quiet rooms", "--issuer", "Example Office", "--applies-to", "undp;un-secretariat"]


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    (folder / "documents").mkdir(parents=True)
    make_pdf(folder / "documents" / "old.pdf", ["1.1  An older text on rooms for support talks.\n"])
    row = dict.fromkeys(COLUMNS, "") | {"id": "old", "file": "documents/old.pdf", "title": "Old", "status": "in_force"}
    waits = dict.fromkeys(COLUMNS, "") | {
        "id": "waits", "file": "official/waits.pdf", "title": "One that waits", "symbol": "ST/AI/2030/1",
        "language": "en", "status": "not_known", "official_url": "https://undocs.org/ST/AI/2030/1",
    }  # fmt: skip
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows([row, waits])
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """No command of this file may look for another machine."""

    def refused(*arguments, **options):
        raise AssertionError(f"looked for {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)


@pytest.fixture
def policy(tmp_path):
    return make_pdf(tmp_path / "a policy.pdf", [POLICY])


def ingest(capsys, corpus, *arguments):
    """Run the command in this process: (exit code, standard output, standard error)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["python -m ingest", *map(str, arguments), "--corpus", str(corpus)])
        patch.setattr(sys, "stdin", None)
        code = command.main()
    return code, *capsys.readouterr()


def own_rows(corpus):
    with (corpus / "official" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(corpus):
    return {path.relative_to(corpus).as_posix(): path.read_bytes() for path in corpus.rglob("*")
            if path.is_file() and path.name != "lock"}  # fmt: skip


# Adding


def test_a_pdf_is_copied_recorded_and_gets_a_row(corpus, policy, capsys):
    code, out, err = ingest(capsys, corpus, "add", policy, *SAID, "--symbol", "ST/AI/2031/7", "--published", "2031-02")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "st-ai-2031-7: added (1 pages, official/st-ai-2031-7.pdf): Quiet rooms.",
        "Run `make build` so that answers use it.",
    ]
    document = read_catalogue(corpus).find("st-ai-2031-7")
    assert document.path.read_bytes() == policy.read_bytes()
    assert (document.status, document.language, document.published) == ("not_known", "en", "2031-02")
    assert document.applies_to == "undp;un-secretariat"
    assert read_record(corpus, document.id).sha256 == sha256_of(policy)
    assert policy.exists()


def test_without_a_terminal_the_options_that_are_missing_are_named(corpus, policy, capsys):
    before = files(corpus)
    code, out, err = ingest(capsys, corpus, "add", policy, "--issuer", "Example Office")
    assert (code, out) == (1, "")
    assert "say also --title … --applies-to …" in err
    assert files(corpus) == before


WRONG = {
    "an organisation that is none": (["--applies-to", "undp;nobody"], 'no such organisation: nobody'),
    "a status that is none": (["--status", "withdrawn"], '"status" is "withdrawn"'),
    "a date that is none": (["--published", "May"], '"published" is not a date'),
    "an address that is none": (["--url", "un.org"], '"url" is not an address'),
    "a language that is none": (["--language", "English"], '"language" is "English"'),
    "a path for an id": (["--id", "../x"], '"id" is "../x"'),
    "a formula": (["--title", "=HYPERLINK(1)"], "a spreadsheet takes for a formula"),
    "a hidden character": (["--title", "Quiet\u202egnp"], "control character"),
    "nothing to replace": (["--replaces", "nobody"], "--replaces names no document"),
    "itself to replace": (["--id", "old2", "--replaces", "old2"], "--replaces names no document"),
    "a symbol that it does not show": (["--symbol", "ST/AI/2031/70"], "it says that it is ST/AI/2031/7, not"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_right_is_told_and_nothing_is_changed(kind, corpus, policy, capsys):
    options, words = WRONG[kind]
    before = files(corpus)
    code, out, err = ingest(capsys, corpus, "add", policy, *SAID, *options)
    assert (code, out) == (1, "")
    assert words in err and "Traceback" not in err
    assert files(corpus) == before


def test_a_person_who_has_looked_can_let_in_a_symbol_that_is_not_read(corpus, policy, capsys):
    options = [*SAID, "--symbol", "ST/AI/2031/70"]
    assert "run the same command with --accept" in ingest(capsys, corpus, "add", policy, *options)[2]
    assert ingest(capsys, corpus, "add", policy, *options, "--accept")[0] == 0
    assert "it says that it is ST/AI/2031/7" in read_record(corpus, "st-ai-2031-70").accepted


REFUSED = {
    "no PDF": (lambda path: path.write_text("<html>"), "not a PDF"),
    "a locked one": (lambda path: make_pdf(path, [POLICY], password="x"), "locked with a password"),
    "a scan": (lambda path: make_pdf(path, ["", ""]), "its pages are pictures"),
    "the notice that there is none": (
        lambda path: make_pdf(path, ["The document you are looking for does not exist, as far as ODS knows."]),
        "only a notice",
    ),
    "nothing": (lambda path: path.unlink(), "there is no such file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_changed(kind, corpus, policy, capsys):
    make, words = REFUSED[kind]
    make(policy)
    before = files(corpus)
    code, _, err = ingest(capsys, corpus, "add", policy, *SAID)
    assert (code, words in err) == (1, True)
    assert files(corpus) == before


def test_the_same_file_is_said_to_be_here_already(corpus, policy, capsys):
    ingest(capsys, corpus, "add", policy, *SAID)
    before = files(corpus)
    code, out, _ = ingest(capsys, corpus, "add", policy, "--title", "Again")
    assert code == 0
    assert "is here already as quiet-rooms (official/quiet-rooms.pdf). Nothing was changed." in out
    assert files(corpus) == before


def test_nothing_is_ever_overwritten(corpus, policy, tmp_path, capsys):
    ingest(capsys, corpus, "add", policy, *SAID)
    other = make_pdf(tmp_path / "other.pdf", ["1.1  Another text on quiet rooms in the office.\n"])
    before = files(corpus)
    code, _, err = ingest(capsys, corpus, "add", other, *SAID, "--id", "quiet-rooms")
    assert (code, "is here already, and is not overwritten" in err) == (1, True)
    assert files(corpus) == before
    ingest(capsys, corpus, "add", other, *SAID)
    assert read_catalogue(corpus).find("quiet-rooms-2").path.read_bytes() == other.read_bytes()
    (corpus / "official" / "third.pdf").write_bytes(b"%PDF-1.7 dropped by somebody")
    make_pdf(tmp_path / "third.pdf", ["1.1  A third text on quiet rooms in the office.\n"])
    code, _, err = ingest(capsys, corpus, "add", tmp_path / "third.pdf", *SAID, "--id", "third")
    assert (code, "third.pdf is another file" in err) == (1, True)
    assert (corpus / "official" / "third.pdf").read_bytes() == b"%PDF-1.7 dropped by somebody"


def test_a_file_for_a_document_that_waits_needs_no_words(corpus, tmp_path, capsys):
    file = make_pdf(tmp_path / "download (3).pdf", [WAITED_FOR])
    code, out, _ = ingest(capsys, corpus, "add", file)
    assert code == 0
    assert out.splitlines()[0] == "waits: here now (1 pages, official/waits.pdf): One that waits."
    assert not (corpus / "official" / "catalogue.csv").exists()
    assert read_catalogue(corpus).not_here == ()


def test_another_document_is_not_taken_for_one_that_waits(corpus, policy, capsys):
    code, _, err = ingest(capsys, corpus, "add", policy, "--id", "waits")
    assert (code, "it says that it is ST/AI/2031/7, not ST/AI/2030/1" in err) == (1, True)
    assert read_catalogue(corpus).find("waits") in read_catalogue(corpus).not_here


def test_a_newer_document_takes_the_place_of_a_shipped_one(corpus, policy, capsys):
    shipped = (corpus / "catalogue.csv").read_bytes()
    code, out, _ = ingest(capsys, corpus, "add", policy, *SAID, "--replaces", "old")
    assert (code, "old: superseded by quiet-rooms from now on." in out) == (0, True)
    old = read_catalogue(corpus).find("old")
    assert (old.status, old.replaced_by, old.title) == ("superseded", "quiet-rooms", "Old")
    assert (corpus / "catalogue.csv").read_bytes() == shipped


def test_a_newer_edition_has_the_title_and_issuer_of_the_older_one_where_nothing_else_is_said(corpus, policy, capsys):
    given = ("--replaces", "old", "--id", "newer", "--applies-to", "undp")
    assert "say also --issuer" in ingest(capsys, corpus, "add", policy, *given)[2]  # the older row has none
    code, _, _ = ingest(capsys, corpus, "add", policy, *given, "--issuer", "Another office")
    newer = read_catalogue(corpus).find("newer")
    assert (code, newer.title, newer.issuer, newer.status) == (0, "Old", "Another office", "not_known")


def test_what_a_person_typed_in_the_own_table_stays(corpus, policy, capsys):
    (corpus / "official").mkdir()
    typed = "\ufeff" + ";".join(reversed(COLUMNS)) + "\r\n"
    (corpus / "official" / "catalogue.csv").write_text(typed, encoding="utf-8", newline="")
    ingest(capsys, corpus, "add", policy, *SAID)
    written = (corpus / "official" / "catalogue.csv").read_bytes()
    assert written.startswith(typed.encode()) and written.endswith(b";quiet-rooms\r\n")


def test_two_commands_at_once_do_not_mix(corpus, policy, capsys):
    with changing(corpus):
        code, _, err = ingest(capsys, corpus, "add", policy, *SAID)
    assert (code, err) == (1, "Another command is changing corpus/official at this moment. Wait for it to end.\n")
    with changing(corpus), pytest.raises(LockedError), changing(corpus):
        pass


def test_words_for_one_file_are_not_taken_for_several(corpus, policy, tmp_path, capsys):
    other = make_pdf(tmp_path / "other.pdf", [POLICY])
    code, _, err = ingest(capsys, corpus, "add", policy, other, *SAID)
    assert (code, "--title can hold for one file only" in err) == (1, True)


# A document that waits for its file


def test_a_policy_that_only_cites_a_document_that_waits_becomes_its_own(corpus, tmp_path, capsys):
    file = make_pdf(tmp_path / "rules.pdf", [CITES])
    code, _, err = ingest(capsys, corpus, "add", file)
    assert (code, "--id waits" in err) == (1, True)
    code, out, _ = ingest(capsys, corpus, "add", file, *SAID)
    assert (code, "If it is that one: " in out, "--id waits" in out) == (0, True, True)
    assert read_catalogue(corpus).find("quiet-rooms").path.read_bytes() == file.read_bytes()
    assert read_catalogue(corpus).find("waits") in read_catalogue(corpus).not_here
    assert ingest(capsys, corpus, "add", file, "--id", "WAITS")[0] == 0
    assert read_catalogue(corpus).not_here == ()


def test_a_title_that_a_person_gives_keeps_a_policy_from_the_row_of_another(corpus, tmp_path, capsys):
    file = make_pdf(tmp_path / "rules.pdf", [CITES + "It follows One that waits.\n"])
    assert ingest(capsys, corpus, "add", file, *SAID)[0] == 0
    assert read_catalogue(corpus).find("waits") in read_catalogue(corpus).not_here


@pytest.mark.parametrize("answer, here", [("yes", True), ("no", False)])
def test_at_a_terminal_a_person_says_whether_it_is_the_document_that_waits(answer, here, corpus, tmp_path):
    file = make_pdf(tmp_path / "rules.pdf", [CITES])
    answers = ["perhaps", answer, "Quiet rooms", "Example Office", "undp", "-", "", "", "", "none"]
    code, said, asked = walk(corpus, [file], answers)
    assert (code, asked[0]) == (0, 'It shows ST/AI/2030/1. Is it "One that waits"? (yes/no)')
    assert (read_catalogue(corpus).not_here == ()) == here
    assert "--id waits" not in str(said)
    if not here:
        document = read_catalogue(corpus).find("quiet-rooms")
        assert (document.symbol, document.official_url) == ("", "")


def test_what_is_said_of_a_document_that_waits_is_applied_or_refused_aloud(corpus, tmp_path, capsys):
    file = make_pdf(tmp_path / "one.pdf", [WAITED_FOR])
    before = files(corpus)
    code, _, err = ingest(capsys, corpus, "add", file, "--status", "in_force", "--published", "2031")
    assert (code, files(corpus)) == (1, before)
    assert 'its row says status "not_known". Leave out --status' in err and "Leave out --published" in err
    assert "names the document itself" in ingest(capsys, corpus, "add", file, "--replaces", "waits")[2]
    code, out, _ = ingest(capsys, corpus, "add", file, "--language", "en", "--replaces", "old")
    assert (code, "old: superseded by waits from now on." in out) == (0, True)
    assert read_catalogue(corpus).find("old").replaced_by == "waits"


@pytest.mark.parametrize("text", [CITES, POLICY.replace("Quiet rooms", "Other words")])
def test_a_symbol_is_offered_only_where_it_is_the_document_s_own(text, corpus, tmp_path):
    (tmp_path / "corpus" / "catalogue.csv").write_text(
        (corpus / "catalogue.csv").read_text().replace("official/waits.pdf", "documents/old2.pdf")
    )
    make_pdf(corpus / "documents" / "old2.pdf", [WAITED_FOR])
    file = make_pdf(tmp_path / "rules.pdf", [text])
    answers = ["Quiet rooms", "Example Office", "UNDP", "", "", "", "", ""]
    assert walk(corpus, [file], answers)[0] == 0
    document = read_catalogue(corpus).find("quiet-rooms")
    assert (document.symbol, document.applies_to) == ("", "undp")


# What is replaced


def test_a_withdrawn_document_that_is_replaced_stays_withdrawn(corpus, policy, capsys):
    ingest(capsys, corpus, "withdraw", "old")
    code, out, _ = ingest(capsys, corpus, "add", policy, *SAID, "--replaces", "OLD")
    assert (code, "old: stays withdrawn; its row names quiet-rooms as the newer one." in out) == (0, True)
    old = read_catalogue(corpus).find("old")
    assert (old.status, old.replaced_by) == ("withdrawn", "quiet-rooms")
    ingest(capsys, corpus, "restore", "old")
    assert read_catalogue(corpus).find("old").status == "superseded"


def test_a_guide_cannot_be_replaced(corpus, policy, capsys):
    table = (corpus / "catalogue.csv").read_text(encoding="utf-8")
    (corpus / "catalogue.csv").write_text(table.replace("in_force", "guide"), "utf-8")
    before = files(corpus)
    code, _, err = ingest(capsys, corpus, "add", policy, *SAID, "--replaces", "old")
    assert (code, "--replaces cannot name a guide: old." in err, files(corpus)) == (1, True, before)


# Characters that nobody sees


@pytest.mark.parametrize("character", ["\x92", "\udce9", "\u202e", "\u2066"])
def test_no_command_writes_a_character_that_a_table_may_not_hold(character, corpus, policy, capsys):
    before = files(corpus)
    for option in ("--title", "--issuer", "--symbol", "--id", "--replaces"):
        code, _, err = ingest(capsys, corpus, "add", policy, *SAID, option, f"Quiet{character}rooms")
        assert (code, "Traceback" in err) == (1, False)
    code, _, err = ingest(capsys, corpus, "withdraw", "old", "--reason", f"No{character}t")
    assert (code, '"--reason" holds a control character' in err) == (1, True)
    assert files(corpus) == before


# An add that was stopped


def full_disk(*arguments):
    raise OSError(28, "No space left on device")


def test_when_the_row_cannot_be_written_no_file_is_left_and_the_next_try_works(corpus, policy, capsys, monkeypatch):
    before = files(corpus)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.add.put_own_row", full_disk)
        code, _, err = ingest(capsys, corpus, "add", policy, *SAID)
    assert (code, err.startswith("The corpus folder: No space left on device. Check")) == (1, True)
    assert files(corpus) == before
    assert ingest(capsys, corpus, "add", policy, *SAID)[0] == 0


@pytest.mark.parametrize("options", [[], ["--id", "quiet-rooms"], ["--id", "another"]])
def test_after_a_kill_between_file_and_row_the_same_command_finishes(options, corpus, policy, capsys):
    (corpus / "official").mkdir()
    (corpus / "official" / "quiet-rooms.pdf").write_bytes(policy.read_bytes())
    assert ingest(capsys, corpus, "add", policy, *SAID, *options)[0] == 0
    catalogue = read_catalogue(corpus)
    assert (catalogue.find(options[-1] if options else "quiet-rooms") in catalogue.documents, catalogue.unlisted) == (
        True,
        (),
    )


def test_after_a_kill_before_the_older_document_is_marked_the_same_command_marks_it(corpus, policy, capsys):
    ingest(capsys, corpus, "add", policy, *SAID)
    code, out, _ = ingest(capsys, corpus, "add", policy, *SAID, "--replaces", "old")
    assert (code, "old: superseded by quiet-rooms from now on." in out, "make build" in out) == (0, True, True)


def test_a_twin_asks_for_no_build_and_a_spare_copy_is_named(corpus, policy, capsys):
    ingest(capsys, corpus, "add", policy, *SAID)
    assert "make build" not in ingest(capsys, corpus, "add", policy, *SAID)[1]
    spare = corpus / "documents" / "again.pdf"
    spare.write_bytes(policy.read_bytes())
    assert "You can delete this copy." in ingest(capsys, corpus, "add", spare, *SAID)[1]


def test_in_a_folder_without_a_catalogue_a_pdf_that_lies_there_is_taken_in(tmp_path, policy, capsys):
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "rooms.pdf").write_bytes(policy.read_bytes())
    code, out, _ = ingest(capsys, folder, "add", folder / "rooms.pdf", *SAID, "--id", "rooms")
    assert (code, "rooms: added" in out, (folder / "rooms.pdf").exists()) == (0, True, False)
    assert [document.file for document in read_catalogue(folder).documents] == ["official/rooms.pdf"]


# Paths as they are typed


def test_the_home_folder_can_be_written_as_a_tilde_and_a_folder_is_told(corpus, policy, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(policy.parent))
    monkeypatch.setenv("USERPROFILE", str(policy.parent))
    code, _, err = ingest(capsys, corpus, "add", policy.parent, *SAID)
    assert (code, "it is a folder. Name the PDFs in it" in err) == (1, True)
    assert ingest(capsys, corpus, "add", f"~/{policy.name}", *SAID)[0] == 0


# At a terminal


def walk(corpus, files, answers, **options):
    """Run add as at a terminal: (exit code, what was said, what was asked)."""
    said, asked = [], []

    def ask(question, proposed):
        asked.append(question)
        return answers.pop(0) or proposed

    given = {field.name: "" for field in fields(Said)} | options
    arguments = argparse.Namespace(corpus=corpus, files=files, accept=False, **given)
    return official_commands.run_add(arguments, said.append, said.append, ask), said, asked


def test_at_a_terminal_what_is_missing_is_asked_for_and_asked_again(corpus, policy):
    answers = ["Quiet rooms", "", "Example Office", "nobody", "undp", "", "", "2031", "", ""]
    code, said, asked = walk(corpus, [policy], answers)
    assert (code, answers) == (0, [])
    assert "This is needed." in asked[2] and "no such organisation: nobody" in asked[4]
    document = read_catalogue(corpus).find("st-ai-2031-7")
    assert (document.symbol, document.issuer, document.published) == ("ST/AI/2031/7", "Example Office", "2031")
    assert said[0].startswith("st-ai-2031-7: added")


def test_a_dropped_pdf_is_offered_and_moved_to_its_place(corpus, policy):
    dropped = corpus / "documents" / "new one.pdf"
    dropped.write_bytes(policy.read_bytes())
    code, said, _ = walk(corpus, [], ["yes"], title="=1", symbol="none")
    assert (code, "--symbol can hold" in str(said)) == (1, False)
    assert dropped.exists()
    code, said, _ = walk(corpus, [], ["y", "", "2031", ""], title="Quiet rooms", issuer="Office",
                             applies_to="undp", language="en", status="in_force")  # fmt: skip
    assert (code, not dropped.exists()) == (0, True)
    assert any("It was moved from" in line for line in said)
    assert read_catalogue(corpus).unlisted == ()


def test_a_pdf_dropped_into_the_official_folder_under_its_own_id_stays_there(corpus, policy, capsys):
    (corpus / "official").mkdir()
    dropped = corpus / "official" / "quiet-rooms.pdf"
    dropped.write_bytes(policy.read_bytes())
    assert ingest(capsys, corpus, "add", dropped, *SAID)[0] == 0
    assert dropped.read_bytes() == policy.read_bytes()
    assert read_catalogue(corpus).find("quiet-rooms").path == dropped
    assert not (corpus / "official" / "previous").exists()


@pytest.mark.parametrize("folder", ["documents", "official", "."])
def test_the_commands_print_how_to_add_a_dropped_pdf_and_the_line_works(folder, corpus, policy, capsys):
    (corpus / "official").mkdir()
    dropped = corpus / folder / "a dropped one.pdf"
    dropped.write_bytes(policy.read_bytes())
    for name in ("check", "list", "add"):
        out = ingest(capsys, corpus, name)[1]
        (line,) = (line for line in out.splitlines() if "is in no catalogue, so it is not read" in line)
        words = shlex.split(line.partition("Add it: ")[2])
        assert words[1:3] == ["-m", "ingest"] and words[-1] == str(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [words[0], *words[3:], *SAID])
        patch.setattr(sys, "stdin", None)
        assert command.main() == 0
    assert read_catalogue(corpus).unlisted == ()


# Withdrawing and restoring


def test_a_shipped_document_is_withdrawn_by_an_own_row_and_restored_without_it(corpus, capsys):
    shipped = (corpus / "catalogue.csv").read_bytes()
    code, out, _ = ingest(capsys, corpus, "withdraw", "old", "--reason", "Not ours  to show")
    assert code == 0
    assert out.startswith("old: withdrawn. Its row and its file stay for the record; no build reads it again.\n")
    assert "delete the folder" in out and "make build" in out
    assert [document.id for document in read_catalogue(corpus).withdrawn] == ["old"]
    record = json.loads((corpus / "official" / "old.json").read_text())
    assert (record["withdrawn_reason"], len(record["withdrawn_on"])) == ("Not ours to show", 10)
    assert "old: Old: withdrawn, never read. Take that back: " in ingest(capsys, corpus, "list")[1]
    code, _, err = ingest(capsys, corpus, "withdraw", "old")
    assert (code, "withdrawn already" in err) == (1, True)
    code, out, _ = ingest(capsys, corpus, "restore", "old")
    assert (code, out.splitlines()[0]) == (0, "old: no longer withdrawn; its status is in force.")
    assert own_rows(corpus) == []
    assert (corpus / "catalogue.csv").read_bytes() == shipped
    assert read_record(corpus, "old").withdrawn_on == ""


def test_an_own_row_keeps_what_it_was_over_a_withdrawal(corpus, policy, capsys):
    ingest(capsys, corpus, "add", policy, *SAID, "--status", "in_force", "--replaces", "old")
    before = own_rows(corpus)
    for identity in ("old", "quiet-rooms"):
        assert ingest(capsys, corpus, "withdraw", identity)[0] == 0
    assert {row["status"] for row in own_rows(corpus)} == {"withdrawn"}
    for identity in ("old", "quiet-rooms"):
        assert ingest(capsys, corpus, "restore", identity)[0] == 0
    assert own_rows(corpus) == before
    assert read_record(corpus, "quiet-rooms").sha256 == sha256_of(policy)


def test_a_document_whose_file_is_gone_can_be_withdrawn(corpus, capsys):
    (corpus / "documents" / "old.pdf").unlink()
    assert "documents/old.pdf is not there" in ingest(capsys, corpus, "check")[1]
    assert ingest(capsys, corpus, "withdraw", "old")[0] == 0
    assert read_catalogue(corpus).missing == ()


def test_a_document_that_waits_is_said_how_to_get_when_it_is_restored(corpus, capsys):
    ingest(capsys, corpus, "withdraw", "waits")
    out = ingest(capsys, corpus, "restore", "waits")[1]
    assert "waits: One that waits (ST/AI/2030/1): not here. Open https://undocs.org/ST/AI/2030/1 in a browser" in out


def test_an_id_is_found_whatever_the_case_of_its_letters(corpus, capsys):
    assert ingest(capsys, corpus, "withdraw", "OLD")[1].startswith("old: withdrawn.")
    assert ingest(capsys, corpus, "restore", "Old")[1].startswith("old: no longer withdrawn")
    assert own_rows(corpus) == []
    assert ingest(capsys, corpus, "fetch", "WAITS")[2].startswith("waits: it has no address")


@pytest.mark.parametrize("name", ["withdraw", "restore"])
def test_an_id_that_is_none_and_a_withdrawal_that_is_none_are_told(name, corpus, capsys):
    code, _, err = ingest(capsys, corpus, name, "nobody")
    assert (code, 'No document has the id "nobody"' in err) == (1, True)
    assert "old is not withdrawn" in ingest(capsys, corpus, "restore", "old")[2]


def test_a_folder_without_a_catalogue_can_withdraw_and_restore(tmp_path, capsys):
    make_pdf(tmp_path / "a text.pdf", ["1.1  A text about rooms.\n"])
    assert ingest(capsys, tmp_path, "withdraw", "a-text")[0] == 0
    assert read_catalogue(tmp_path).documents == ()
    assert ingest(capsys, tmp_path, "restore", "a-text")[0] == 0
    assert [document.id for document in read_catalogue(tmp_path).documents] == ["a-text"]


def upgrade(corpus, old, new):
    table = (corpus / "catalogue.csv").read_text(encoding="utf-8")
    (corpus / "catalogue.csv").write_text(table.replace(old, new), "utf-8")


def test_a_withdrawal_outlives_an_upgrade_that_renames_the_row_and_can_be_taken_back(corpus, capsys):
    ingest(capsys, corpus, "withdraw", "old")
    upgrade(corpus, "\nold,", "\nrenamed,")
    assert {document.id for document in read_catalogue(corpus).withdrawn} == {"old", "renamed"}
    code, _, err = ingest(capsys, corpus, "restore", "renamed")
    assert (code, "`python -m ingest restore old` takes that back" in err) == (1, True)
    code, out, _ = ingest(capsys, corpus, "restore", "old")
    assert (code, out.splitlines()[0]) == (0, "renamed: no longer withdrawn; its status is in force.")
    assert [document.id for document in read_catalogue(corpus).documents] == ["renamed"]


def test_a_withdrawal_can_be_taken_back_when_an_upgrade_took_the_row_away(corpus, capsys):
    ingest(capsys, corpus, "withdraw", "old")
    upgrade(corpus, (corpus / "catalogue.csv").read_text("utf-8").splitlines()[1], "")
    code, out, _ = ingest(capsys, corpus, "restore", "OLD")
    assert (code, out.splitlines()[0]) == (0, "old: no longer withdrawn; its status is not known.")


# What is not here, to the other commands


def test_a_document_that_is_not_here_is_no_fault_and_list_says_how_to_get_it(corpus, capsys):
    out = ingest(capsys, corpus, "check")[1]
    assert "1 official documents are not here yet. How to get each: " in out and "row" not in out
    (line,) = (line for line in ingest(capsys, corpus, "list")[1].splitlines() if line.startswith("waits"))
    assert line.startswith("waits: One that waits (ST/AI/2030/1): not here. Open https://undocs.org/ST/AI/2030/1")
    assert "add FILE --id waits" in line


def test_an_address_off_the_list_is_told_by_check(corpus, capsys):
    table = (corpus / "catalogue.csv").read_text(encoding="utf-8")
    (corpus / "catalogue.csv").write_text(table.replace("2030/1,,", "2030/1,https://evil.example/x,"), "utf-8")
    code, out, _ = ingest(capsys, corpus, "check")
    assert (code, "waits: its pdf_url cannot be fetched: evil.example is not on the list" in out) == (1, True)


# To the index and back


def test_a_document_is_quoted_once_added_and_no_more_once_withdrawn(own_index, builds_here, tmp_path, capsys):
    file = make_pdf(tmp_path / "rooms.pdf", [POLICY.replace("quiet room", "violet lantern room")])
    corpus, options = own_index.corpus, ["--index", own_index.index]
    question = "Which office has a violet lantern room for support talks?"
    assert ingest(capsys, corpus, "add", file, *SAID, "--id", "rooms", *options)[0] == 0
    assert "The index is not today's" in ingest(capsys, corpus, "check", *options)[1]
    code, out, err = ingest(capsys, corpus, "build", *options)
    assert (code, "5 documents" in out, "Not read" in err) == (0, True, False)
    quote = own_index.assistant().ask(question).quotes[0]
    assert (quote.document, quote.document_status, quote.file) == ("rooms", "not_known", "official/rooms.pdf")
    assert ingest(capsys, corpus, "withdraw", "rooms", *options)[0] == 0
    assert "4 documents" in ingest(capsys, corpus, "build", *options)[1]
    assert "rooms" not in [passage.document for passage in own_index.assistant().ask(question).retrieved]


def test_when_all_is_withdrawn_the_build_says_what_is_left(own_index, capsys):
    options = ["--index", own_index.index]
    for document in read_catalogue(own_index.corpus).documents:
        ingest(capsys, own_index.corpus, "withdraw", document.id, *options)
    code, _, err = ingest(capsys, own_index.corpus, "build", *options)
    assert (code, ": 4 withdrawn." in err) == (1, True)
    assert f"still quotes them: delete {own_index.index} to end that." in err


def test_an_index_without_what_is_not_here_is_today_s(own_index, capsys):
    row = "later,official/later.pdf,Later,Example,,,en,,not_known,,https://un.org/later,,"
    with (own_index.corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write(f"{row}\n")
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        report = build(own_index.settings)
    assert (report.built, report.unread, report.unlisted) == (True, (), ())
    assert ingest(capsys, own_index.corpus, "check", "--index", own_index.index)[0] == 0
    assert own_index.assistant().ask(QUESTIONS[0]).status == "answered"
