"""views.first_view: what a person sees before any script has run, with the people of the files as they stand now."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.small_corpus import ROOT
from views import engine, shell, words
from views.contacts import referral_block
from views.first_view import first_view
from views.languages import NAMES
from views.markup import safe

OFFICE = """id = "un-system"
[[avenues]]
id = "desk"
role = "medical"
name = "Desk <script>alert(1)</script>"
scope = ["sexual_harassment"]
telling_is_a_report = "no"
phone = "+41 22 555 01 99"
show = "number"
verified_on = "2026-01-15"
verified_by = "Office"
"""


@pytest.fixture
def corpus(tmp_path):
    for name in ("contacts", "wording"):
        shutil.copytree(ROOT / "corpus" / name, tmp_path / name, ignore=shutil.ignore_patterns("local"))
    engine.use(tmp_path, tmp_path / "index")
    yield tmp_path
    engine.use(ROOT / "corpus", ROOT / "index")


def office(corpus, text):
    (corpus / "contacts" / "local").mkdir(exist_ok=True)
    (corpus / "contacts" / "local" / "desk.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("language", NAMES)
def test_it_says_what_the_page_will_say_in_the_language_of_the_browser(corpus, language):
    def said(key):
        return safe(words.say_in(language, key))

    view = first_view(language)
    with words.speaking(language):
        assert referral_block(engine.referral(None)[0], engine.wording(language)) in view
    assert words.language() == "en"  # nothing of it lasts
    assert view.count("<h1>") == view.count("<main ") == 1 and said("page.heading") in view
    assert said("page.needs") in view and f'aria-label="{said("page.ask")}"' in view
    assert (said("page.not_reviewed") in view) == (language != "en")


def test_a_contact_that_was_entered_is_there_at_once_escaped_and_can_be_tapped(corpus):
    assert "555 01 99" not in first_view("en")
    office(corpus, OFFICE)
    view = first_view("en")
    assert '<a href="tel:+41225550199" dir="ltr">' in view and "Desk &lt;script&gt;" in view and "<script" not in view
    office(corpus, OFFICE.replace("01 99", "01 88"))
    assert "+41225550188" in first_view("en")


def test_what_cannot_be_read_is_said_and_the_rest_stays(corpus):
    unreadable = engine.wording("en")["notice.contacts_unreadable"]
    assert unreadable not in first_view("en")
    office(corpus, "[")
    view = first_view("en")
    assert unreadable in view and "tel:" in view
    shutil.rmtree(corpus / "wording")
    assert words.say("page.heading") in first_view("en") and "tel:" in first_view("en")


def test_whatever_breaks_a_person_is_told_where_to_turn(corpus, monkeypatch):
    def broken(*_, **__):
        raise ValueError("CANARY")

    monkeypatch.setattr(engine, "needs", broken)
    assert "tel:" in first_view("en")
    monkeypatch.setattr(engine, "referral", broken)
    view = first_view("en")
    assert words.say("page.no_contacts") in view and words.say("page.heading") in view and "CANARY" not in view


def test_the_field_is_in_no_form_has_no_name_and_keeps_no_draft(corpus):
    view = first_view("en")
    field = re.search(r"<textarea[^>]*>", view)[0]
    assert 'autocomplete="off"' in field and 'spellcheck="false"' in field
    assert not re.search(r"<form|\bname=|\baction=|\bid=.question", view)
    assert [kind for kind in re.findall(r"<button ([^>]*)>", view) if 'type="button"' not in kind] == []


def test_it_stands_before_streamlits_part_and_after_the_way_out(corpus):
    page = shell.start_page("", "en", first_view("en"))
    assert page.index('id="leave"') < page.index('id="opening"') < page.index('<div id="root"></div>')
    assert page.index('src="/page.js" defer fetchpriority="high"') < page.index('<script type="module"')
    head = page.partition("<body>")[0].lower()
    assert "harass" not in head and "<title>information</title>" in head


def test_evaluators_whose_page_begins_otherwise_see_that_it_opens(corpus):
    engine.use(corpus, corpus / "index", corpus / "results")
    assert first_view("en") == '<p class="av-opening">Opening …</p>'
