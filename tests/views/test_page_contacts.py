"""views.contacts: what the page says of each contact, escaped, in the words of the language."""

import shutil

import pytest

from assistant import Assistant
from assistant.wording import wording
from tests.small_corpus import ROOT
from views import engine
from views.contacts import avenue_list, referral_block


@pytest.fixture
def corpus(tmp_path):
    for name in ("contacts", "wording", "triage"):
        shutil.copytree(ROOT / "corpus" / name, tmp_path / name, ignore=shutil.ignore_patterns("local"))
    return tmp_path


def office(corpus, text):
    (corpus / "contacts" / "local").mkdir()
    (corpus / "contacts" / "local" / "office.toml").write_text(f'id = "undp"\n{text}', encoding="utf-8")


def block(corpus, entity, language="en"):
    return referral_block(Assistant(corpus).referral(entity, language)[0], wording(language, corpus))


CLINIC = """[[avenues]]
id = "clinic"
role = "medical"
name = "Clinic <b>"
scope = ["sexual_harassment"]
telling_is_a_report = ""
phone = "555 01"
show = "number"
verified_on = "2026-01-15"
verified_by = "Office <script>"
"""


def test_a_confirmed_contact_says_by_whom_and_when_and_asks_for_no_check(corpus):
    office(corpus, CLINIC)
    html = block(corpus, "undp")
    item = html[html.index("Clinic &lt;b&gt;") :].partition("</li>")[0]
    assert "Confirmed by Office &lt;script&gt; on 2026-01-15" in item
    assert wording("en", corpus)["label.check_official_page"] not in item
    assert '<a href="https' not in item


def test_an_unconfirmed_contact_asks_to_be_checked_on_its_page(corpus):
    html = block(corpus, "undp")
    assert html.count(wording("en", corpus)["label.check_official_page"]) == html.count("<h3>")
    assert "Confirmed by" not in html


def test_who_must_pass_on_what_they_hear_stands_between_the_words_and_the_contacts(corpus):
    referral = Assistant(corpus).referral("undp")[0]
    html = block(corpus, "undp")
    assert referral.passing_on
    assert html.index(referral.text[:30]) < html.index(referral.passing_on) < html.index("av-contacts")


@pytest.mark.parametrize("entity", ["world-bank", "imo", "upu", "ctbto", "opcw"])
def test_where_nothing_is_on_file_the_page_says_so_and_lists_nobody(corpus, entity):
    html = block(corpus, entity)
    assert "av-contacts" not in html
    assert wording("en", corpus)["referral.text_none"] in html
    assert "Nothing is on file here" in html


def test_labels_are_in_the_language_of_the_words(corpus):
    html = block(corpus, "undp", "fr")
    assert "Ce qui reste confidentiel: " in html
    assert "What stays private" not in html


def test_contacts_have_their_labels_even_when_the_words_cannot_be_read(corpus):
    office(corpus, CLINIC)
    (corpus / "wording" / "en.toml").write_text("[", encoding="utf-8")
    engine.use(corpus, corpus / "index")
    html = avenue_list(Assistant(corpus).contacts.referral("undp", "").avenues, engine.wording("en"))
    assert "Confirmed by Office" in html and "What stays private: " in html and "Without giving your name: " in html
