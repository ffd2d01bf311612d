"""Words of danger come first whatever stands around them; no index is needed for that."""

from __future__ import annotations

import shutil

import pytest

from assistant import Assistant
from ingest.build import CORPUS_DIR


@pytest.fixture(scope="module")
def without_index(tmp_path_factory):
    return Assistant(index_dir=tmp_path_factory.mktemp("no index"))


@pytest.mark.parametrize(
    "question",
    [
        "<he has a gun and is outside my door>",
        "[I want to kill myself](please)",
        "my boss <raped me last night>",
        "**I want to die**",
    ],
)
def test_markup_does_not_hide_words_of_danger(without_index, question):
    answer = without_index.ask(question)
    assert answer.status == "referred_urgent"
    assert answer.urgent and not answer.quotes
    assert answer.referral.avenues


def test_markup_alone_is_no_question(without_index):
    assert without_index.ask("<b></b> ![](https://example.org/a.png)").status == "clarification_empty"


@pytest.mark.parametrize(
    "question", ["Mr Smith raped me last night", "dr raped me last night", "call me, I want to die"]
)
def test_a_name_beside_them_does_not_hide_words_of_danger(without_index, question):
    assert without_index.ask(question).status == "referred_urgent"


@pytest.fixture
def corpus(tmp_path):
    """A corpus of which only the words and rules are one's own."""
    for name in ("triage", "wording"):
        shutil.copytree(CORPUS_DIR / name, tmp_path / name)
    return tmp_path


def test_english_words_stand_beside_those_of_a_language_until_somebody_has_reviewed_them(corpus, tmp_path):
    asked = "je veux mourir"
    assistant = Assistant(corpus, tmp_path / "no index")
    words = {language: assistant.wording(language)["urgent.self_harm"] for language in ("en", "fr")}
    urgent = assistant.ask(asked, language="fr").urgent
    assert (urgent.text, urgent.in_english) == (words["fr"], words["en"])
    assert assistant.ask("I want to die").urgent.in_english == ""
    for file in (corpus / "wording" / "fr.toml", *(corpus / "triage").rglob("fr*.toml")):
        file.write_text(
            file.read_text(encoding="utf-8").replace('reviewed_by = ""', 'reviewed_by = "Bureau"'), encoding="utf-8"
        )
    urgent = Assistant(corpus, tmp_path / "no index").ask(asked, language="fr").urgent
    assert (urgent.text, urgent.in_english) == (words["fr"], "")


def test_a_cry_for_help_too_short_to_tell_its_language_is_answered_in_that_of_the_rule(without_index):
    answer = without_index.ask("quiero morir")
    assert answer.status == "referred_urgent"
    assert answer.language == "es"
    assert answer.urgent.in_english == without_index.wording("en")["urgent.self_harm"]
