"""What is read of a corpus is as its files stand: looked at once for each question, and again at the next."""

from __future__ import annotations

import shutil
from threading import Thread

import pytest

import assistant.corpus_files as reading
from assistant import Assistant
from assistant.corpus_files import CorpusFiles
from tests.small_corpus import ROOT


@pytest.fixture
def corpus(tmp_path):
    for name in ("contacts", "wording"):
        ignore = shutil.ignore_patterns("local")
        shutil.copytree(ROOT / "corpus" / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "corpus" / "catalogue.csv", tmp_path)
    return tmp_path


def renamed(corpus):
    """Change what UNDP is called; the file stays as long as it was."""
    file = corpus / "contacts" / "undp.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("UNDP", "UNXX"), encoding="utf-8")


def called(files):
    return files.contacts()[0].files["undp"].short_name


def test_a_file_that_changes_within_a_question_counts_from_the_next_one_on(corpus):
    files = CorpusFiles(corpus)
    for _ in range(2):
        with files.as_they_stand():
            before = called(files)
            renamed(corpus)
            (corpus / "wording" / "fr.toml").unlink(missing_ok=True)
            assert called(files) == before
    assert (before, called(files)) == ("UNXX", "UNXX")
    with files.as_they_stand():
        assert files.wording("fr").language == "en"


def test_files_are_looked_at_once_within_a_question_and_each_time_without_one(corpus, monkeypatch):
    looked, marks = [], reading._marks
    monkeypatch.setattr(reading, "_marks", lambda folder: looked.append(folder.name) or marks(folder))
    files = CorpusFiles(corpus)
    with files.as_they_stand():
        for _ in range(3):
            files.contacts()
        with files.as_they_stand():
            files.contacts()
        files.contacts()
    assert looked == ["contacts"]
    files.contacts()
    files.contacts()
    assert looked == ["contacts"] * 3


def test_what_one_thread_holds_to_is_no_other_s(corpus):
    files, seen = CorpusFiles(corpus), []
    with files.as_they_stand():
        before = called(files)
        renamed(corpus)
        beside = Thread(target=lambda: seen.append(called(files)))
        beside.start()
        beside.join()
        assert (before, seen, called(files)) == ("UNDP", ["UNXX"], "UNDP")


def test_files_that_cannot_be_read_are_tried_again_within_the_same_question(corpus, monkeypatch):
    files, read = CorpusFiles(corpus), reading.read_contacts

    def broken(corpus_dir, strict):
        raise OSError

    with files.as_they_stand():
        monkeypatch.setattr(reading, "read_contacts", broken)
        with pytest.raises(OSError):
            files.contacts()
        monkeypatch.setattr(reading, "read_contacts", read)
        assert called(files) == "UNDP"


def test_a_list_of_documents_that_changes_is_read_again(corpus):
    files = CorpusFiles(corpus)
    known = len(files.known())
    lines = (corpus / "catalogue.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (corpus / "catalogue.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    assert len(files.known()) == known - 1


def test_a_whole_answer_looks_at_the_contacts_once(corpus, monkeypatch):
    looked, marks = [], reading._marks
    monkeypatch.setattr(reading, "_marks", lambda folder: looked.append(folder.name) or marks(folder))
    assistant = Assistant(corpus, corpus / "index")
    assert assistant.ask("Who can I talk to?", entity="undp").status == "error_no_documents"
    assert looked.count("contacts") == 1
    renamed(corpus)
    assert assistant.ask("Who can I talk to?", entity="undp").referral.avenues
    assert looked.count("contacts") == 2
