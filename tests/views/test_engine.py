"""views.engine: contacts and words are there whatever else is broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.referral import read_contacts
from views import engine
from views.contacts import referral_block

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture
def corpus(tmp_path):
    for name in ("wording", "contacts", "triage"):
        shutil.copytree(CORPUS / name, tmp_path / "corpus" / name, ignore=shutil.ignore_patterns("local"))
    engine.use(tmp_path / "corpus", tmp_path / "index")
    return tmp_path / "corpus"


def names(corpus_dir):
    return [avenue.name for avenue in read_contacts(corpus_dir, strict=False)[0].referral(None, "").avenues]


@pytest.mark.parametrize("broken", ["", "wording/en.toml", "triage", "wording"])
def test_contacts_are_shown_whatever_else_is_broken(corpus, broken):
    path = corpus / broken
    if path.is_file():
        path.write_text("broken = ")
    elif broken:
        shutil.rmtree(path)
    block = referral_block(engine.referral(None)[0], engine.wording("en"))
    assert names(CORPUS) and all(name in block for name in names(corpus))
    assert 'href="tel:' in block


def test_without_contacts_plain_words_say_where_to_turn(corpus):
    shutil.rmtree(corpus / "contacts")
    (corpus / "contacts").mkdir()
    assert engine.referral(None)[0].text == engine.wording("en")["referral.text_none"]
    assert engine.entities() == {}


def test_a_folder_without_contacts_gets_those_that_come_with_the_program(corpus):
    before = engine.referral(None)[0].avenues
    shutil.rmtree(corpus / "contacts")
    assert engine.referral(None)[0].avenues == before != ()


def test_a_corpus_without_documents_is_not_ready_and_says_so(corpus):
    assert not engine.ready()
    assert engine.condition_text() == engine.wording("en")["lead.error_no_documents"]


def test_an_unknown_organisation_never_costs_the_contacts(corpus):
    assert engine.referral("no-such-entity")[0].avenues == engine.referral(None)[0].avenues


def test_the_first_six_contacts_are_open_and_the_rest_one_click_away(corpus):
    wording = engine.wording("en")
    for entity in engine.entities():
        referral, _ = engine.referral(entity)
        open_part, _, folded = referral_block(referral, wording).partition("<details>")
        assert open_part.count("<li>") == referral.first <= 6
        assert open_part.count("<li>") + folded.count("<li>") == len(referral.avenues)


def test_the_words_with_the_contacts_are_those_of_an_answer(corpus):
    from assistant.assistant import Assistant

    assistant = Assistant(corpus, corpus.parent / "index")
    for entity in (None, *engine.entities()):
        assert engine.referral(entity)[0] == assistant.ask("?", entity=entity).referral
