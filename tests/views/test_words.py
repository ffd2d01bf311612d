"""views.words: every word of the page is there, in the language of the visit, whatever happened to the files."""

from __future__ import annotations

import ast
import re
import shutil

import pytest

from assistant.wording import PAGE_SECTIONS, languages, page_missing, page_problems, page_words, wording
from evals.reading import reading_grade
from tests.assistant.test_wording import BANNED
from tests.small_corpus import ROOT
from views import words

CORPUS = ROOT / "corpus"
ENGLISH = page_words("en", [CORPUS])
A_KEY = re.compile(rf"({'|'.join(PAGE_SECTIONS)})\.(?!css$|js$|py$)\w+")  # page.js is a file
OTHERS = [language for language in languages(CORPUS) if language != "en"]
OWN_SIGNS = {"ar": r"[\u0621-\u064A]", "ru": r"[а-яё]", "zh": r"[\u4E00-\u9FFF]"}
THE_SAME_WORD = {  # in that language as in English
    "es": {"quality.number"},
    "fr": {
        *("label.page", "quality.number", "quality.question", "quality.questions", "quality.run"),
        *("texts.column_document", "texts.column_page", "texts.documents", "texts.field_document", "texts.read_pages"),
    },
}


def every_word(language):
    return {**wording(language, CORPUS).texts, **page_words(language, [CORPUS])}


def used():
    """The keys that stand in the code of the page; one that ends with "_" is the beginning of several."""
    found = set()
    for path in (ROOT / "views").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and A_KEY.fullmatch(node.value):
                found.add(node.value)
    return found


@pytest.fixture
def corpus(tmp_path):
    shutil.copytree(CORPUS / "wording", tmp_path / "wording")
    words.use(tmp_path)
    yield tmp_path
    words.use(CORPUS)


def change(corpus, language, old, new):
    file = corpus / "wording" / f"{language}.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_every_word_that_the_page_says_is_in_the_file_and_every_word_in_the_file_is_said():
    whole = {key for key in used() if not key.endswith("_")}
    begun = tuple(key for key in used() if key.endswith("_"))
    assert whole - set(ENGLISH) == set()
    assert {key for key in set(ENGLISH) - whole if not key.startswith(begun)} == set()
    assert all(any(key.startswith(one) for key in ENGLISH) for one in begun)


def test_the_words_are_there_in_the_six_languages_of_the_united_nations():
    assert set(languages(CORPUS)) == {"ar", "en", "es", "fr", "ru", "zh"}


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_no_word_is_missing_in_a_language_or_leaves_something_else_open(language):
    assert page_missing(language, CORPUS) == page_problems(language, CORPUS) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_was_left_in_english(language):
    english = every_word("en")
    alike = {key for key, text in every_word(language).items() if text.casefold() == english[key].casefold()}
    assert alike == THE_SAME_WORD.get(language, set())


@pytest.mark.parametrize("language", OWN_SIGNS)
def test_every_word_is_in_the_signs_of_its_language(language):
    assert [key for key, text in every_word(language).items() if not re.search(OWN_SIGNS[language], text.lower())] == []


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_the_way_out_is_called_by_the_name_that_stands_on_it(language):
    said = page_words(language, [CORPUS])
    assert said["shell.leave"] in said["page.leaving"]


@pytest.mark.parametrize("key", sorted(key for key in ENGLISH if key.startswith(("page.", "shell."))))
def test_what_everybody_reads_is_easy_and_does_not_blame_doubt_or_promise(key):
    assert len(ENGLISH[key].split()) < 8 or reading_grade(ENGLISH[key]) <= 6
    assert not re.search(BANNED, ENGLISH[key], re.IGNORECASE)


def test_what_a_text_leaves_open_is_filled_and_not_read_again():
    assert words.say("texts.found", places="{documents}", documents="7") == "Places found: {documents}. Documents: 7."


def test_a_word_that_was_changed_in_its_file_is_said_from_then_on(corpus):
    before = words.say("page.clear")
    change(corpus, "en", f'"{before}"', '"Forget it all"')
    assert words.say("page.clear") == "Forget it all"


@pytest.mark.parametrize("bad", ['""', "7", '"Call +1 917 367 8910"', '"Clear {all}"', '"Cle\\u202Ear"', '["Clear"]'])
def test_a_word_that_cannot_be_used_costs_no_other_and_is_named(corpus, bad):
    change(corpus, "fr", 'clear = "Effacer la conversation"', f"clear = {bad}")
    assert page_words("fr", [corpus])["page.clear"] == "Clear the conversation"
    assert page_words("fr", [corpus, CORPUS])["page.clear"] == "Effacer la conversation"
    assert page_words("fr", [corpus])["page.looking"] == "Recherche dans les documents …"
    assert any("key page.clear" in problem for problem in page_problems("fr", corpus))
    change(corpus, "en", 'clear = "Clear the conversation"', f"clear = {bad}")
    assert words.say("page.clear") == "Clear the conversation"  # as it came with the program
    assert words.say("page.contacts") == "People you can talk to"


@pytest.mark.parametrize("broken", ["[page\n", "", "\xff"])
def test_a_broken_file_costs_no_word(corpus, broken):
    (corpus / "wording" / "en.toml").write_bytes(broken.encode("latin-1"))
    assert dict(page_words("en", [corpus, CORPUS])) == dict(ENGLISH)
    assert words.say("page.heading") == ENGLISH["page.heading"]


def test_without_any_file_the_page_still_says_what_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(words, "_places", [tmp_path])
    for key, text in words.WITHOUT_WORDING.items():
        assert words.say(key) == text
    assert words.say("page.more_contacts") == "More contacts"


def test_what_is_said_without_any_file_is_what_the_file_says():
    kept = {key: text for key, text in words.WITHOUT_WORDING.items() if A_KEY.fullmatch(key)}
    assert kept == {key: ENGLISH[key] for key in kept}
    assert {"page.trouble", "page.no_contacts", "page.contacts", "page.leaving"} <= set(kept)


def test_outside_of_a_visit_the_words_are_english():
    assert words.language() == "en"
