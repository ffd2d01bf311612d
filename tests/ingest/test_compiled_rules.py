"""Copies of rules: the same rules, for the very bytes that they were made of, and nothing where anything is amiss."""

from __future__ import annotations

import hashlib
import shutil

import pytest

import assistant.corpus_files as corpus_files
import ingest.compiled_rules as compiled
from assistant.corpus_files import CorpusFiles
from assistant.triage import KINDS
from assistant.word_rules import matching_rules
from ingest.build import CORPUS_DIR, build
from ingest.compiled_rules import copy_rules, rules_of
from ingest.phrase_trees import read_rules
from ingest.written_rules import RulesError

RULES = """
reviewed_by = ""
reviewed_on = 2026-11-29
[spelling]
"u" = "you"
[words]
someone = ["he", "my {kin}"]
kin = ["brother"]
[[rule]]
id = "threat"
kind = "danger"
about = "A threat."
all_of = [["{someone} will kill~", "{someone?} hunts u"]]
not_with = ["a film"]
examples = ["he will kill me"]
counter_examples = ["a film"]
"""


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "corpus" / "triage").mkdir(parents=True)
    (tmp_path / "corpus" / "triage" / "en.toml").write_text(RULES)
    return tmp_path / "corpus"


@pytest.fixture
def copies(corpus, tmp_path):
    copy_rules(corpus, tmp_path / "copies")
    return tmp_path / "copies"


@pytest.fixture
def as_written(monkeypatch):
    """How often rules are read as they are written."""
    read = []
    monkeypatch.setattr(compiled, "read_rules", lambda *task: read.append(task[2]) or read_rules(*task))
    return read


def danger(corpus, copies):
    return rules_of(corpus, "triage", "en", KINDS, copies)


def only(copies):
    (copy,) = copies.iterdir()
    return copy


@pytest.fixture(scope="module")
def shipped_copies(tmp_path_factory):
    copies = tmp_path_factory.mktemp("copies")
    copy_rules(CORPUS_DIR, copies)
    return copies


@pytest.mark.parametrize(
    ("folder", "language"), [*(("triage", one) for one in ("en", "fr", "es", "ar", "ru", "zh")), ("situations", "en")]
)
def test_a_copy_of_what_comes_with_the_program_is_the_same_in_every_part(folder, language, shipped_copies, as_written):
    written = read_rules(CORPUS_DIR, folder, language, None)
    kinds = sorted({rule.kind for rule in written.rules})
    assert rules_of(CORPUS_DIR, folder, language, kinds, shipped_copies) == written
    assert as_written == []


def test_rules_speak_from_a_copy_as_from_what_is_written(corpus, copies, as_written):
    rules = danger(corpus, copies)
    for said, spoken in {
        "My brother will kill me": ("threat",),
        "He hunts u": ("threat",),
        "hunts you": ("threat",),
        "He will kill in a film": (),
        "He hunts": (),
    }.items():
        assert matching_rules(said, rules) == spoken, said
    assert as_written == []


def test_a_rule_that_has_changed_counts_at_once_and_its_old_copy_no_more(corpus, copies, as_written):
    (corpus / "triage" / "en.toml").write_text(RULES.replace("hunts", "haunts"))
    assert matching_rules("He haunts u", danger(corpus, copies)) == ("threat",)
    (corpus / "triage" / "en").mkdir()
    (corpus / "triage" / "en" / "more.toml").write_text(
        'reviewed_by = ""\nreviewed_on = 2026-11-29\n' + RULES[RULES.index("[[rule]]") :].replace("threat", "another")
    )
    (corpus / "triage" / "en.toml").write_text(RULES)
    assert matching_rules("He hunts u", danger(corpus, copies)) == ("threat", "another")
    assert as_written == ["en", "en"]


def flipped(copy):
    content = bytearray(copy.read_bytes())
    content[content.index(b"hunt")] ^= 1
    copy.write_bytes(content)


def cut_short(copy):
    copy.write_bytes(copy.read_bytes()[:-9])


def empty(copy):
    copy.write_bytes(b"")


def sealed(copy, content):
    copy.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def of_another_form(copy):
    sealed(copy, b'{"rules":[["threat"]],"sets":[]}')


def a_list(copy):
    sealed(copy, b"[]")


def without_end(copy):
    sealed(copy, b"[" * 100_000)


SEALED = (of_another_form, a_list, without_end)


def a_link(copy):
    copy.rename(copy.with_name("elsewhere"))
    copy.symlink_to("elsewhere")


@pytest.mark.parametrize("harm", [flipped, cut_short, empty, a_link, *SEALED])
def test_a_copy_that_is_not_as_it_was_written_is_passed_over_and_written_anew(harm, corpus, copies, as_written):
    whole = danger(corpus, copies)
    harm(next(copies.glob("*.json")))
    assert danger(corpus, copies) == whole
    assert as_written == ["en"]
    if harm not in SEALED:  # what bears the right seal was written by whoever can write all of it
        copy_rules(corpus, copies)
        assert as_written == ["en", "en"]
        assert danger(corpus, copies) == whole
        assert as_written == ["en", "en"]


def test_a_copy_of_another_version_of_the_program_is_passed_over(corpus, copies, as_written, monkeypatch):
    monkeypatch.setattr(compiled, "program", lambda: "another")
    danger(corpus, copies)
    assert as_written == ["en"]
    copy_rules(corpus, copies)
    assert len(list(copies.iterdir())) == 1, "the copy of the version before is gone"


def test_a_copy_is_written_once(corpus, copies, as_written):
    before = only(copies).stat().st_mtime_ns
    copy_rules(corpus, copies)
    assert (only(copies).stat().st_mtime_ns, as_written) == (before, [])


def test_a_kind_that_nobody_knows_is_told_with_a_copy_too(corpus, tmp_path):
    (corpus / "triage" / "en.toml").write_text(RULES.replace('"danger"', '"weather"'))
    copy_rules(corpus, tmp_path / "copies")
    with pytest.raises(RulesError, match="kind must be one of"):
        danger(corpus, tmp_path / "copies")


def test_rules_that_cannot_be_used_get_no_copy_and_their_faults_are_told(corpus, copies):
    (corpus / "triage" / "en.toml").write_text(RULES.replace("{kin}", "{kith}"))
    copy_rules(corpus, copies)
    assert list(copies.iterdir()) == []
    with pytest.raises(RulesError, match="Add it or correct its spelling"):
        danger(corpus, copies)


def test_what_changes_while_it_is_copied_is_not_copied(corpus, tmp_path, monkeypatch):
    def read_late(*task):
        (corpus / "triage" / "en.toml").write_text(RULES.replace("hunts", "haunts"))
        return read_rules(*task)

    monkeypatch.setattr(compiled, "read_rules", read_late)
    copy_rules(corpus, tmp_path / "copies")
    assert list(tmp_path.glob("copies/*")) == []


def test_a_build_copies_the_rules_though_nothing_else_is_to_do_and_whoever_asks_reads_the_copy(own_index, as_written):
    shutil.rmtree(own_index.corpus / "triage")
    (own_index.corpus / "triage").mkdir()
    (own_index.corpus / "triage" / "en.toml").write_text(RULES)
    assert not build(own_index.settings).built
    as_written.clear()
    found = dict(CorpusFiles(own_index.corpus, own_index.index).rules_for("He hunts u"))
    assert matching_rules("He hunts u", found["en"]) == ("threat",)
    assert "en" not in as_written
    assert len(list((own_index.index / "rules").iterdir())) == 1


def test_copies_are_looked_for_in_the_index_that_a_build_of_the_shipped_corpus_was_told_of(tmp_path, monkeypatch):
    looked_in = []
    monkeypatch.setattr(corpus_files, "read_triage", lambda *task: looked_in.append(task[2]))
    monkeypatch.setattr(corpus_files, "read_situations", lambda *task: looked_in.append(task[2]))
    own = CorpusFiles(CORPUS_DIR, tmp_path / "index")
    dict(own.rules_for("Hello"))
    assert own.situations is None
    assert set(looked_in) == {tmp_path / "index" / "rules"}


def test_what_cannot_be_copied_stops_no_build(own_index):
    shutil.rmtree(own_index.index / "rules")
    (own_index.index / "rules").write_text("in the way")
    assert not build(own_index.settings).built


def test_a_kind_that_is_no_text_is_told(corpus):
    (corpus / "triage" / "en.toml").write_text(RULES.replace('"danger"', '["danger"]'))
    with pytest.raises(RulesError, match="kind must be one of"):
        danger(corpus, None)
