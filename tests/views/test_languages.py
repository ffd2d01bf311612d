"""The language of a visit: what the browser wants, what a question is in, what the person chose; each visit its own."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from assistant.answer import Answer
from assistant.referral import Referral
from assistant.wording import languages
from tests.small_corpus import ROOT
from views import engine, shell, words
from views.languages import NAMES, direction, preferred

streamlit_testing = pytest.importorskip("streamlit.testing.v1")


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("zh-Hans-CN;q=0.2, RU ; q = 0.3", "ru"),
        ("en;q=0.5,es;q=0.5", "en"),
        ("fr;q=0,es;q=0.1", "es"),
        *((nothing, "en") for nothing in ("", "*", "de", "fr;q=x", "fr;q=-1", "fr;v=1", ",;,", "../fr", "x" * 9000)),
        ("de," * 4000 + "fr", "en"),
    ],
)
def test_the_browser_says_which_language_it_wants_most(accepted, wanted):
    assert preferred(accepted) == wanted


def test_each_language_that_has_words_can_be_chosen_and_only_arabic_runs_from_right_to_left():
    assert tuple(NAMES) == languages(ROOT / "corpus")
    assert {language for language in NAMES if direction(language) == "rtl"} == {"ar"}


@pytest.mark.parametrize("language", NAMES)
def test_what_is_seen_before_a_visit_is_in_the_language_of_the_browser(language):
    opened = f'lang="{language}" dir="{direction(language)}"'
    for page, key in (
        (shell.start_page("", language), "shell.leave"),
        (shell.closed_page(language).decode(), "shell.closed"),
        (shell.opening_page(language).decode(), "shell.opening"),
        (shell.away_page(language).decode(), "shell.conversions"),
    ):
        assert f"<html {opened}>" in page and words.say_in(language, key) in page
        assert "$" not in page
    assert opened in shell.words_tag(language) and words.say_in(language, "shell.press_once") in shell.words_tag(
        language
    )


class Asked:
    """An assistant that says in which language it was asked."""

    contacts = SimpleNamespace(entities=lambda: ())
    contracts = ("intern", "volunteer")

    def __init__(self):
        self.asked = []

    def referral(self, entity=None, language="en"):
        return Referral("", f"referral in {language}"), ()

    def reports_elsewhere(self, entity, choices, language="en"):
        return None

    def ask(self, question, entity=None, language=None, history=(), urgent_seen=False, choices=None):
        self.asked.append((question, language))
        return Answer(question, "answered", language or "en", f"answer in {language}", Referral("", "x"))


@pytest.fixture
def asked(tmp_path, monkeypatch):
    for name in ("wording", "contacts"):
        shutil.copytree(ROOT / "corpus" / name, tmp_path / "corpus" / name, ignore=shutil.ignore_patterns("local"))
    engine.use(tmp_path / "corpus", tmp_path / "index")
    monkeypatch.setattr(engine, "state", lambda: "ready")
    monkeypatch.setattr(engine, "warm", lambda: None)
    monkeypatch.setattr(engine._engine(), "assistant", Asked())
    yield engine._engine().assistant
    words.use(ROOT / "corpus")


@pytest.fixture
def open_visit(asked, monkeypatch):
    """Open the page for a browser that wants a language."""
    import streamlit as st

    def visit(accepted=""):
        monkeypatch.setattr(type(st.context), "headers", {"Accept-Language": accepted})
        page = streamlit_testing.AppTest.from_file(str(ROOT / "views" / "page.py"), default_timeout=60).run()
        assert not page.exception
        return page

    return visit


def says(page, language):
    assert words.say_in(language, "page.ask") == page.chat_input[0].placeholder
    assert page.button(key="enter-texts").label == words.say_in(language, "texts.enter")
    return True


def choose(page, language):
    page.selectbox(key="language-field").set_value(language).run()
    assert not page.exception


def ask(page, question):
    page.chat_input[0].set_value(question).run()
    assert not page.exception


def test_a_visit_begins_in_the_language_of_the_browser_and_goes_on_in_the_one_that_is_chosen(open_visit):
    page = open_visit("ar,en;q=0.5")
    assert says(page, "ar") and page.selectbox(key="language-field").value == "ar"
    choose(page, "zh")
    assert says(page, "zh")
    page.button(key="enter-texts").click().run()
    assert page.button(key="leave-texts").label == words.say_in("zh", "texts.back")


def test_a_browser_that_first_sees_the_field_in_a_later_run_is_told_the_language_too(open_visit):
    page = open_visit("fr")
    page.run()  # what the first run set was lost on the way when this one cut it short
    told = page.selectbox(key="language-field").proto
    assert told.options[told.default] == "Français" and not told.set_value
    choose(page, "en")
    page.run()
    told = page.selectbox(key="language-field").proto
    assert told.options[told.default] == "English" and not told.set_value


def test_two_visits_at_a_time_have_each_their_own_language(open_visit):
    one, other = open_visit("fr"), open_visit("ru")
    choose(one, "es")
    other.run()
    assert says(one, "es") and says(other, "ru")
    assert says(open_visit("fr"), "fr") and words.language() == "en"


@pytest.mark.parametrize(
    ("accepted", "question", "wanted"),
    [
        ("en", "Who can I talk to in confidence?", None),
        ("en", "À qui est-ce que je peux parler de mon chef ?", "fr"),
        ("ar", "Who can I talk to in confidence?", "ar"),
        ("ar", "¿Con quién puedo hablar de mi jefe?", "es"),
        ("fr", "Mit wem kann ich über meinen Chef sprechen?", "fr"),
    ],
)
def test_a_question_in_another_language_than_english_is_gone_on_in(open_visit, asked, accepted, question, wanted):
    page = open_visit(accepted)
    ask(page, question)
    assert asked.asked[-1][1] == wanted and says(page, wanted or "en")


def test_what_was_chosen_by_hand_holds_whatever_the_question_is_in(open_visit, asked):
    page = open_visit("en")
    choose(page, "ar")
    ask(page, "À qui est-ce que je peux parler de mon chef ?")
    assert asked.asked[-1][1] == "ar" and says(page, "ar")
    choose(page, "en")
    ask(page, "À qui est-ce que je peux parler de mon chef ?")
    assert asked.asked[-1][1] == "en" and says(page, "en")


def test_what_was_chosen_stays_chosen_when_its_words_are_in_another_language(open_visit):
    page = open_visit("en")
    page.selectbox(key="contract").set_value("intern").run()
    choose(page, "ar")
    page.run()
    assert page.selectbox(key="contract").value == "intern" == page.session_state["contract"]
    assert words.say_in("ar", "page.contract_intern") in page.selectbox(key="contract").options


def test_the_last_answer_is_given_again_in_the_language_that_is_chosen_after_it_and_clearing_keeps_the_language(
    open_visit, asked
):
    page = open_visit("en")
    ask(page, "Who can I talk to?")
    ask(page, "What is a report?")
    choose(page, "ru")
    assert asked.asked == [("Who can I talk to?", None), ("What is a report?", None), ("What is a report?", "ru")]
    page.run()
    assert len(asked.asked) == 3
    next(one for one in page.button if one.label == words.say_in("ru", "page.clear")).click().run()
    assert not page.exception and says(page, "ru") and len(page.session_state["turns"]) == 0
