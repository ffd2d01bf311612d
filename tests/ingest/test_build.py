from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import astuple

import pytest

from ingest import __main__ as command
from ingest import build as building
from ingest import opening, vector_store
from ingest.build import BuildError, BuildSettings, build, index_state
from ingest.catalogue import CatalogueError
from ingest.embeddings import ModelError
from ingest.opening import NoIndexError, open_index
from ingest.publish import build_lock, current, hash_files, private_copy
from ingest.shell import command as shown
from tests.pdfs import make_pdf
from tests.small_corpus import QUESTIONS, ROOT, Built, copied, work_here

FILES = ("chroma/chroma.sqlite3", "chroma/*/data_level0.bin", "chroma/*/header.bin", "chroma/*/length.bin",
         "chroma/*/link_lists.bin", "chroma/*/index_metadata.pickle", "texts.sqlite", "chunks.npy", "sentences.npy",
         "lexical/data*.npy", "lexical/indices*.npy",
         "lexical/indptr*.npy", "lexical/vocab*.json", "lexical/params*.json",
         "asked/questions.npy", "asked/paragraphs.npy", "asked/paragraphs.json", "tokens.npy",
         "token_starts.npy")  # fmt: skip
EXTRA_PDF = "1.  A new rule on reporting by telephone holds from today on for all offices.\n"


def add_document(built: Built, name="new-rule.pdf", text=EXTRA_PDF, row=True):
    make_pdf(built.corpus / "documents" / name, [text])
    if row:
        with (built.corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
            catalogue.write(f"{name},documents/{name},New rule,Example,,,en,,in_force,,,,\n")


def ingest(capsys, *arguments):
    """Run the command in this process: (exit code, standard output, standard error)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["python -m ingest", *map(str, arguments)])
        code = command.main()
    return code, *capsys.readouterr()


def files_of(folder):
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


def flip(path):
    """Change one byte in the middle of a file, or give an empty one a byte."""
    content = bytearray(path.read_bytes()) or bytearray(1)
    content[len(content) // 2] ^= 1
    if not path.stat().st_size:
        content = bytearray(b"\0")
    path.write_bytes(content)


@pytest.fixture(scope="module")
def twice_built(small_index, tmp_path_factory) -> Built:
    """An index with one before it: the small corpus, then a document more."""
    built = copied(small_index, tmp_path_factory.mktemp("twice"))
    add_document(built)
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        assert build(built.settings).built
    return built


@pytest.fixture
def own_twice_built(twice_built, tmp_path) -> Built:
    return copied(twice_built, tmp_path / "own twice")


# What a build makes


def test_a_build_reports_every_document_with_its_pages(small_index):
    report = build(small_index.settings)
    assert not report.built
    assert [(entry["id"], entry["pages"], entry["official"]) for entry in report.indexed] == [
        ("policy", 3, True), ("programme", 1, True), ("old-circular", 1, True), ("first-steps", 1, False),
    ]  # fmt: skip
    assert (report.unread, report.unlisted) == ((), ())
    assert report.chunks == sum(entry["chunks"] for entry in report.indexed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no time at which a file's record was changed.")
def test_a_changed_document_is_seen_though_its_size_and_time_are_the_old_ones(own_index):
    path = next((own_index.corpus / "documents").glob("*.pdf"))
    before, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert index_state(own_index.settings).name == "stale"


def test_an_index_is_today_s_until_its_corpus_changes(own_index):
    assert index_state(own_index.settings).name == "ready"
    for path in (own_index.corpus / "documents").glob("*.pdf"):
        os.utime(path)
    assert index_state(own_index.settings).name == "ready"
    add_document(own_index, row=False)
    assert index_state(own_index.settings).name == "stale"
    (own_index.corpus / "documents" / "new-rule.pdf").unlink()
    assert index_state(own_index.settings).name == "ready"
    (own_index.corpus / "flags.csv").unlink()
    state = index_state(own_index.settings)
    assert (state.name, state.reason) == ("stale", "The documents or their tables have changed.")


def test_own_rows_decide_what_is_in_an_index_and_earlier_editions_do_not(own_index):
    (own_index.corpus / "official" / "previous").mkdir(parents=True)
    make_pdf(own_index.corpus / "official" / "previous" / "policy-12345678.pdf", [EXTRA_PDF])
    assert index_state(own_index.settings).name == "ready"
    shutil.copy(own_index.corpus / "catalogue.csv", own_index.corpus / "official")
    assert index_state(own_index.settings).name == "stale"


def test_an_index_of_another_model_is_not_today_s(own_index):
    state = index_state(BuildSettings(own_index.corpus, own_index.index, "another-model"))
    assert (state.name, state.reason) == ("stale", "It was made with another embedding model.")


def test_a_changed_corpus_is_asked_with_a_notice_until_it_is_built(own_index):
    assistant = own_index.assistant()
    notice = assistant.wording("en")["notice.index_not_current"]
    assert notice not in assistant.ask(QUESTIONS[0]).notices
    add_document(own_index)
    answer = assistant.ask(QUESTIONS[0])
    assert answer.status == "answered"
    assert notice in answer.notices


def test_a_newer_index_is_used_by_an_assistant_that_is_running(own_twice_built):
    newest, before = (own_twice_built.index / "CURRENT").read_text().split()
    (own_twice_built.index / "CURRENT").write_text(f"{before}\n")
    assistant = own_twice_built.assistant()
    question = "Is there a rule on reporting by telephone?"
    assert "new-rule.pdf" not in [passage.document for passage in assistant.ask(question).retrieved]
    (own_twice_built.index / "CURRENT").write_text(f"{newest}\n{before}\n")
    assert assistant.ask(question).quotes[0].document == "new-rule.pdf"


def test_asking_leaves_the_published_index_as_it_was_to_the_byte(own_index):
    before = files_of(own_index.index)
    assert own_index.assistant().ask(QUESTIONS[0]).quotes
    assert files_of(own_index.index) == before


# Damage


@pytest.mark.parametrize(
    "pattern", [pytest.param(name, marks=[pytest.mark.long] * (n % 4 > 0)) for n, name in enumerate(FILES)]
)
def test_a_changed_byte_in_any_file_is_found_and_the_index_before_is_used(own_twice_built, pattern):
    newest = current(own_twice_built.index).folder
    (path, *_) = newest.glob(pattern)
    flip(path)
    opened = open_index(own_twice_built.settings)
    assert opened.condition == "previous"
    assert list(opened.index.store.documents) == ["policy", "programme", "old-circular", "first-steps"]
    opened.index.close()


def test_the_files_that_are_tried_are_all_that_there_are(own_index):
    folder = current(own_index.index).folder
    tried = {path for pattern in FILES for path in folder.glob(pattern)}
    assert {path for path in folder.rglob("*") if path.is_file()} - tried == {folder / "manifest.json"}


SPOIL = {
    "a changed byte": lambda folder: flip(folder / "texts.sqlite"),
    "a missing file": lambda folder: (folder / "sentences.npy").unlink(),
    "a damaged manifest": lambda folder: (folder / "manifest.json").write_text("{"),
    "a missing folder": shutil.rmtree,
}


@pytest.mark.parametrize("damage", SPOIL)
def test_with_a_damaged_index_the_one_before_answers_and_says_so(own_twice_built, damage):
    SPOIL[damage](current(own_twice_built.index).folder)
    assistant = own_twice_built.assistant()
    for _ in range(2):
        answer = assistant.ask(QUESTIONS[0])
        assert answer.status == "answered"
        assert assistant.wording("en")["notice.index_previous"] in answer.notices


def test_damage_while_the_index_is_in_use_is_found_at_the_next_question(own_twice_built):
    assistant = own_twice_built.assistant()
    assert assistant.wording("en")["notice.index_previous"] not in assistant.ask(QUESTIONS[0]).notices
    mapped = current(own_twice_built.index).folder / "tokens.npy"
    mapped.write_bytes(mapped.read_bytes()[:100])
    answer = assistant.ask(QUESTIONS[0])
    assert answer.status == "answered"
    assert assistant.wording("en")["notice.index_previous"] in answer.notices


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no file that is open.")
def test_an_index_that_is_removed_while_a_question_is_answered_is_read_to_its_end(own_index):
    opened = open_index(own_index.settings)
    vector = opened.index.embedder.embed(QUESTIONS[0])
    before = opened.index.scores(QUESTIONS[0], lambda: vector, 5)
    shutil.rmtree(own_index.index)
    after = opened.index.scores(QUESTIONS[0], lambda: vector, 5)
    assert [list(one) for one in astuple(before)] == [list(one) for one in astuple(after)]
    assert opened.index.store.chunks([int(row) for row in after.rows])
    opened.index.close()


@pytest.mark.parametrize("damage", SPOIL)
def test_with_no_index_before_damage_leaves_the_contacts(own_index, damage):
    SPOIL[damage](current(own_index.index).folder)
    answer = own_index.assistant().ask(QUESTIONS[0])
    assert (answer.status, answer.quotes) == ("error_index_damaged", ())
    assert answer.referral.avenues


@pytest.mark.parametrize("pointer", [b"", b"\xff", b"gone\n", b"../x\n"])
def test_a_damaged_pointer_leaves_the_contacts(own_index, pointer):
    (own_index.index / "CURRENT").write_bytes(pointer)
    answer = own_index.assistant().ask(QUESTIONS[0])
    assert answer.status == "error_index_damaged"
    assert answer.referral.avenues


def test_a_damaged_model_is_not_opened(own_index):
    (link,) = (path for path in (own_index.index / "models").iterdir() if path.is_symlink())
    folder = link.resolve()
    link.unlink()
    shutil.copytree(folder, link)
    flip(link / "tokenizer.json")
    assert own_index.assistant().ask(QUESTIONS[0]).status == "error_index_damaged"
    with pytest.raises(NoIndexError, match=r"tokenizer\.json"):
        open_index(own_index.settings)


def test_what_cannot_be_opened_leaves_no_copy_of_the_graph(own_index, monkeypatch):
    copies = []

    def copy(published, part):
        copies.append(private_copy(published, part))
        return copies[-1]

    def broken(private):
        raise RuntimeError("as Chroma may")

    monkeypatch.setattr(vector_store, "GRAPH_FROM", 0)
    monkeypatch.setattr(opening, "private_copy", copy)
    monkeypatch.setattr(vector_store, "VectorStore", broken)
    with pytest.raises(RuntimeError):
        open_index(own_index.settings)
    assert [folder.exists() for folder in copies] == [False]
    (link,) = (path for path in (own_index.index / "models").iterdir() if path.is_symlink())
    folder = link.resolve()
    link.unlink()
    shutil.copytree(folder, link)
    flip(link / "tokenizer.json")
    with pytest.raises(NoIndexError):
        open_index(own_index.settings)
    assert len(copies) == 1


def test_without_an_index_or_without_documents_the_contacts_are_shown(own_index):
    shutil.rmtree(own_index.index)
    assert own_index.assistant().ask(QUESTIONS[0]).status == "error_no_index"
    shutil.rmtree(own_index.corpus / "documents")
    answer = own_index.assistant().ask(QUESTIONS[0])
    assert answer.status == "error_no_documents"
    assert answer.referral.avenues


def test_damage_is_mended_by_the_next_build(own_index, builds_here, capsys):
    flip(current(own_index.index).folder / "texts.sqlite")
    assert index_state(own_index.settings).name == "ready"
    code, out, _ = ingest(capsys, *own_index.options, "build")
    assert (code, out.count("as it was read before"), "The index is ready: 4 documents" in out) == (0, 4, True)
    assert open_index(own_index.settings).condition == "ready"


# Builds that are stopped


STAGES = ("Loading", "Reading", "Writing", "Verifying")


def test_a_killed_build_leaves_the_index_before_answering_and_the_next_one_ends(own_index, capsys, monkeypatch):
    add_document(own_index)
    before = hash_files(current(own_index.index).folder)
    chance = random.Random(4)
    for stage in STAGES:
        arguments = [sys.executable, "-m", "ingest", *own_index.options, "build"]
        with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as building_it:
            for line in building_it.stderr:
                if line.decode().startswith(stage):
                    break
            time.sleep(chance.random() * 0.4)
            os.killpg(building_it.pid, signal.SIGKILL)
        assert building_it.returncode == -signal.SIGKILL
        assert hash_files(current(own_index.index).folder) == before
        opened = open_index(own_index.settings)
        assert opened.condition == "stale"
        opened.index.close()
    work_here(monkeypatch)
    assert ingest(capsys, *own_index.options, "build", "--quiet") == (0, "", "")
    assert index_state(own_index.settings).name == "ready"
    assert not list(own_index.index.glob(".building-*"))


class Children:
    """Stands in for the child processes of a build: says what a test wants them to have said."""

    def __init__(self, built: Built) -> None:
        manifest = json.loads(json.dumps(current(built.index).manifest))
        self.results = {"build": manifest, "verify": {"problems": []}}

    def __call__(self, work, task, progress=lambda state: None):
        result = self.results[work]
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def children(own_index, monkeypatch):
    children = Children(own_index)
    add_document(own_index)
    monkeypatch.setattr(building, "_child", children)
    return children


def stays(own_index, before):
    assert (current(own_index.index).folder.name, hash_files(current(own_index.index).folder)) == before
    assert not list(own_index.index.glob(".building-*"))


@pytest.mark.parametrize(
    ("step", "result", "message"),
    [
        ("build", BuildError("The step 'build' stopped"), "stopped"),
        ("verify", BuildError("The step 'verify' stopped"), "stopped"),
        ("verify", {"problems": ["3 chunks are not found by their own vectors"]}, "3 chunks are not found"),
        ("build", {"report": {"indexed": [], "unread": [{"file": "a.pdf", "reason": "Empty."}]}}, "a.pdf: Empty"),
    ],
)
def test_an_index_that_is_not_right_is_not_put_in_use(own_index, children, step, result, message):
    before = (current(own_index.index).folder.name, hash_files(current(own_index.index).folder))
    children.results[step] = result
    with pytest.raises(BuildError, match=message):
        build(own_index.settings)
    stays(own_index, before)


def test_a_corpus_that_changes_while_it_is_read_is_not_put_in_use(own_index, children, monkeypatch):
    before = (current(own_index.index).folder.name, hash_files(current(own_index.index).folder))

    def changes(work, task, progress):
        add_document(own_index, "another.pdf")
        return children(work, task)

    monkeypatch.setattr(building, "_child", lambda work, task, progress=None: changes(work, task, progress))
    with pytest.raises(BuildError, match="changed while it was read"):
        build(own_index.settings)
    stays(own_index, before)


def test_a_child_that_dies_or_refuses_is_told_apart(monkeypatch):
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(BuildError, match="stopped before its end"):
        building._child("build", {})
    monkeypatch.undo()
    task = {"model": "no/such", "folder": "", "allow_download": False}
    with pytest.raises(BuildError, match="not a folder with a sentence-transformers model"):
        building._child("export", task)


# Corpora that are not right


def test_one_unreadable_pdf_is_reported_by_name_and_the_rest_is_built(own_index, tmp_path, builds_here, capsys):
    corpus = tmp_path / "my corpus – copy"
    shutil.copytree(own_index.corpus, corpus)
    (corpus / "documents" / "programme.pdf").write_bytes(b"<html>")
    make_pdf(corpus / "documents" / "first-steps.pdf", [""])
    (corpus / "documents" / "old circular.pdf").unlink()
    notice = "The document you are looking for does not exist in the Official Document System (ODS)."
    make_pdf(corpus / "documents" / "policy-2.pdf", [notice])
    with (corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write("policy-2,documents/policy-2.pdf,Policy,Example,,,en,,in_force,,,,\n")
    code, out, err = ingest(capsys, "build", "--corpus", corpus, "--index", own_index.index)
    assert code == 0
    assert out == (
        "documents/policy.pdf: as it was read before, 3 pages, 6 chunks.\n"
        "The index is ready: 1 documents, 3 pages, 6 chunks.\n"
    )
    assert "Not read: documents/programme.pdf: This is not a PDF." in err
    assert "Not read: documents/first-steps.pdf: It has no text that can be read" in err
    assert "Not read: documents/old circular.pdf: The file is not there." in err
    assert "Not read: documents/policy-2.pdf: It is only a notice that the document does not exist." in err
    assert Built(corpus, own_index.index).assistant().ask(QUESTIONS[0]).status == "answered"


def test_when_no_pdf_can_be_read_each_is_named_and_the_index_in_use_stays(own_index, builds_here, capsys):
    before = (current(own_index.index).folder.name, hash_files(current(own_index.index).folder))
    for path in (own_index.corpus / "documents").glob("*.pdf"):
        path.write_bytes(b"")
    code, out, err = ingest(capsys, *own_index.options, "build", "--quiet")
    assert (code, out) == (1, "")
    assert err.startswith("None of the PDFs could be read.")
    assert err.count("The file is empty.") == 4
    stays(own_index, before)


BAD_ROWS = {
    "bad,documents/policy2.pdf,,x,,,en,not a date,in force,,,,": [
        "row 6",
        '"title" is empty',
        "not a date",
        '"status"',
    ],
    "policy,documents/new.pdf,T,x,,,en,,in_force,,,,": ["row 6", 'id "policy"', "row 2"],
    "new,documents/policy.pdf,T,x,,,en,,in_force,,,,": ["row 6", 'file "documents/policy.pdf"'],
    "new,../policy.pdf,T,x,,,en,,in_force,,,,": ["row 6", "leaves the corpus folder"],
    "new,documents/new.pdf,T": ["row 6", "3 cells instead of 13"],
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_of_the_catalogue_is_named_and_the_index_in_use_stays(own_index, capsys, row):
    before = (current(own_index.index).folder.name, hash_files(current(own_index.index).folder))
    with (own_index.corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write(row + "\n")
    with pytest.raises(CatalogueError):
        build(own_index.settings)
    code, out, err = ingest(capsys, *own_index.options, "build")
    assert (code, out) == (1, "")
    assert [part for part in BAD_ROWS[row] if part not in err] == []
    assert "Traceback" not in err
    stays(own_index, before)
    assert own_index.assistant().ask(QUESTIONS[0]).status == "answered"


def test_an_empty_or_missing_corpus_is_refused_with_what_to_do(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    options = ["--index", tmp_path / "index", "--corpus"]
    code, _, err = ingest(capsys, *options, tmp_path / "empty", "build")
    assert (code, "Put PDFs there and build again." in err) == (1, True)
    code, _, err = ingest(capsys, *options, tmp_path / "none", "build")
    assert (code, "Give the folder of PDFs with --corpus." in err) == (1, True)
    assert not (tmp_path / "index").exists()


# The command


def test_a_second_build_is_refused_within_a_second(own_index, capsys):
    add_document(own_index)
    with build_lock(own_index.index):
        started = time.perf_counter()
        code, out, err = ingest(capsys, *own_index.options, "build")
        assert time.perf_counter() - started < 1
    assert (code, out) == (1, "")
    assert err == "Another build of this index is under way. Wait for it to end.\n"


def test_building_again_what_is_there_says_so_and_changes_nothing(own_index, capsys):
    before = files_of(own_index.index)
    code, out, err = ingest(capsys, *own_index.options, "build")
    assert (code, out, err) == (0, "The index is up to date: 4 documents, 6 pages, 9 chunks.\n", "")
    assert ingest(capsys, *own_index.options, "build", "--quiet") == (0, "", "")
    after = files_of(own_index.index)
    assert {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)} <= {"lock"}


def test_a_hub_name_is_refused_unless_its_download_is_allowed(own_index, capsys):
    with pytest.raises(ModelError):
        build(BuildSettings(own_index.corpus, own_index.index, "intfloat/e5-small-v2"))
    code, out, err = ingest(capsys, *own_index.options, "build", "--model", "intfloat/e5-small-v2")
    assert (code, out) == (1, "")
    assert "--allow-download" in err


def test_check_says_what_is_missing_or_unlisted_and_whether_the_index_is_today_s(own_index, capsys):
    assert ingest(capsys, *own_index.options, "check") == (0, "The index is today's.\n", "")
    moved = own_index.corpus / "documents" / "moved.pdf"
    (own_index.corpus / "documents" / "programme.pdf").rename(moved)
    code, out, err = ingest(capsys, "check", *own_index.options)
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "catalogue.csv, row 3: documents/programme.pdf is not there. Put it there, or remove the row.",
        f"{moved} is in no catalogue, so it is not read. Add it: {shown(own_index.corpus, 'add', str(moved))}",
        "The index is not today's: The documents or their tables have changed. Run `make build`.",
    ]
    (own_index.index / "CURRENT").write_text("gone\n")
    assert "The index is damaged:" in ingest(capsys, *own_index.options, "check")[1]
    shutil.rmtree(own_index.index)
    assert "There is no index yet. Run `make build`." in ingest(capsys, *own_index.options, "check")[1]


def test_list_names_the_documents(own_index, capsys):
    code, out, _ = ingest(capsys, *own_index.options, "list")
    assert code == 0
    assert out.splitlines()[0] == (
        "policy: Addressing sexual harassment (ST/AI/2099/1, in force, 2099-01-01, documents/policy.pdf)"
    )
    assert len(out.splitlines()) == 4


def test_a_full_or_locked_disk_is_said_without_a_traceback(own_index, capsys, monkeypatch):
    add_document(own_index)

    def full(**options):
        raise OSError(28, "No space left on device", "/some/file")

    monkeypatch.setattr(building.tempfile, "mkdtemp", full)
    code, _, err = ingest(capsys, *own_index.options, "build")
    assert (code, err.startswith("/some/file: No space left on device.")) == (1, True)
