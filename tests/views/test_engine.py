"""views.engine: contacts and words are there whatever else is broken."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.referral import read_contacts
from views import engine
from views.contacts import referral_block
from views.words import say

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


def test_words_that_cannot_be_used_are_named_and_a_mended_file_is_used_at_once(corpus):
    assert engine.wording_problems() == []
    french = corpus / "wording" / "fr.toml"
    whole = french.read_text(encoding="utf-8")
    bad = whole.replace('clear = "Effacer la conversation"', 'clear = "+1 212 963 1111"')
    french.write_text(bad.replace('answered = "Voici', 'answerd = "Voici', 1), encoding="utf-8")
    told = "\n".join(engine.wording_problems())
    assert all(f"wording/fr.toml: key {key}" in told for key in ("page.clear", "lead.answered", "lead.answerd"))
    assert engine.wording("fr")["lead.answered"].startswith("Voici ce que")  # as it came with the program
    french.write_text(whole.replace("Voici ce que nous avons trouvé", "Voilà"), encoding="utf-8")
    assert engine.wording_problems() == [] and engine.wording("fr")["lead.answered"].startswith("Voilà,")


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


def published(corpus, monkeypatch, **manifest):
    """Pretend that an index is in use, with what its manifest says."""
    from ingest import publish

    found = publish.Published(corpus.parent / "index" / "one-0", {"published": "2026-11-22T14:05:00+00:00", **manifest})
    monkeypatch.setattr(publish, "current", lambda index_dir: found)


def test_the_page_says_since_when_the_index_is_in_use(corpus, monkeypatch):
    assert engine.in_use_since() == ""
    published(corpus, monkeypatch)
    assert engine.in_use_since().startswith(("22 November 2026, ", "23 November 2026, "))
    for unknown in ("", "yesterday", "9999999999"):
        published(corpus, monkeypatch, published=unknown)
        assert engine.in_use_since() == ""


def test_a_new_index_lets_the_page_look_again_whether_official_documents_are_there(corpus, monkeypatch):
    from ingest import catalogue

    looked = []
    monkeypatch.setattr(
        catalogue, "read_catalogue", lambda corpus_dir: looked.append(1) or SimpleNamespace(documents=())
    )
    engine.documents_notice()
    engine.documents_notice()
    assert len(looked) == 1
    published(corpus, monkeypatch)
    engine.documents_notice()
    assert len(looked) == 2


@pytest.mark.parametrize("status", ["error_no_index", "error_index_damaged", "error_busy"])
def test_an_answer_that_came_too_early_asks_for_nothing_while_the_documents_are_read(corpus, monkeypatch, status):
    answer = engine.ask("Who can help me?", None, (), urgent_seen=False)
    answer = replace(answer, status=status, lead=f"lead of {status}")
    assert engine.lead(answer) == answer.lead
    monkeypatch.setattr(engine, "state", lambda: "building")
    assert engine.lead(answer) == (answer.lead if status == "error_busy" else say("page.building"))


def test_an_index_that_this_version_cannot_open_is_made_anew_and_contacts_are_shown_meanwhile(corpus, monkeypatch):
    from ingest import build, publish

    monkeypatch.setattr(
        build, "index_state", lambda settings: build.IndexState("stale", "Another version.", usable=False)
    )
    assert (engine.state(), engine.needs_build(), engine.ready()) == ("missing", True, False)
    monkeypatch.setattr(publish, "build_running", lambda index_dir: True)
    assert engine.state() == "building"
    assert engine.referral(None)[0].avenues
