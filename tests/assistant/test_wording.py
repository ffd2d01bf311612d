import re
import shutil
from pathlib import Path

import pytest

from assistant.wording import KEYS, PLACEHOLDERS, WordingError, languages, wording
from evals.reading import reading_grade

CORPUS = Path(__file__).parents[2] / "corpus"
LANGUAGES = languages(CORPUS)
ENGLISH = wording("en", CORPUS)
BANNED = (
    r"\balleged|\bclaims?\b|\bwhy\b|\bvictims?\b|\bsurvivors?\b|tell us|tell me|describe|guarantee|"
    r"\bpromise|fully confidential|\bmust\b|you should|\bnever share|be safe if|invalid|\bfail"
)
LONG_ENOUGH_TO_GRADE = [key for key in sorted(KEYS) if len(ENGLISH[key].split()) >= 8]


@pytest.fixture
def corpus(tmp_path):
    shutil.copytree(CORPUS / "wording", tmp_path / "wording")
    return tmp_path


def change(corpus, language, old, new):
    file = corpus / "wording" / f"{language}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_english_and_french_are_there():
    assert {"en", "fr"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_exactly_the_same_keys(language):
    assert set(wording(language, CORPUS).texts) == KEYS


def test_english_is_reviewed_and_french_says_that_it_is_not():
    assert ENGLISH.reviewed and ENGLISH.reviewed_by == "Avenues authors"
    assert not wording("fr", CORPUS).reviewed


def test_french_words_are_not_the_english_ones():
    french = wording("fr", CORPUS)
    alike = {key for key in KEYS if french[key] == ENGLISH[key]}
    assert alike == {"label.page"}


@pytest.mark.parametrize("language", ["de", "", "../en", "EN", "x" * 5000])
def test_a_language_without_a_file_gets_english(language):
    assert wording(language, CORPUS).language == "en"


@pytest.mark.parametrize("key", LONG_ENOUGH_TO_GRADE)
def test_english_can_be_read_after_six_years_of_school(key):
    assert reading_grade(ENGLISH[key]) <= 6


def test_the_reading_grade_tells_hard_words_from_easy_ones():
    assert reading_grade("You can ask again. It is your choice.") < 2
    assert reading_grade("Confidentiality notwithstanding, administrative considerations necessitate disclosure.") > 12


def test_not_in_the_documents_says_that_it_is_not_the_persons_fault():
    expected = "These documents do not say. It is not because of how you asked."
    assert expected in ENGLISH["lead.unanswerable_not_in_documents"]


@pytest.mark.parametrize("key", ["urgent.danger", "urgent.self_harm", "urgent.assault"])
def test_urgent_words_stand_without_any_number(key):
    for language in LANGUAGES:
        assert not re.search(r"\d", wording(language, CORPUS)[key])
    assert "emergency number where you are, or go to a hospital" in ENGLISH[key]
    assert "someone you trust" in ENGLISH[key]


@pytest.mark.parametrize("key", sorted(KEYS))
def test_no_word_blames_labels_doubts_asks_for_the_story_or_promises(key):
    shown = ENGLISH[key].replace("You do not need to", "")
    assert not re.search(BANNED, shown, re.IGNORECASE)


@pytest.mark.parametrize("key", sorted(key for key in KEYS if key.startswith("lead.") and key != "lead.answered"))
def test_every_lead_without_an_answer_points_to_people_or_to_another_way(key):
    assert re.search("(people|contacts) below|You can ask|A short one is enough", ENGLISH[key])


def test_a_key_that_does_not_exist_is_an_error_that_names_file_and_key():
    with pytest.raises(WordingError, match=r"wording/en\.toml: there is no key lead\.nothing"):
        ENGLISH["lead.nothing"]


def test_wording_cannot_be_changed_once_read():
    with pytest.raises(TypeError):
        ENGLISH.texts["lead.answered"] = "other"
    with pytest.raises(AttributeError):
        ENGLISH.language = "fr"


def test_a_missing_key_is_named_with_what_to_do(corpus):
    change(corpus, "fr", "answered = ", "# ")
    with pytest.raises(WordingError) as caught:
        wording("fr", corpus)
    assert caught.value.problems == ("wording/fr.toml: key lead.answered is missing. Add it.",)


def test_all_problems_are_told_at_once(corpus):
    change(corpus, "fr", "answered = ", "# ")
    change(corpus, "fr", 'rests_on = "Repose sur"', 'rests_on = ""\nrest_on = "Repose sur"')
    change(corpus, "fr", "reviewed_on = 2026-11-22", 'reviewed_on = "soon"')
    with pytest.raises(WordingError) as caught:
        wording("fr", corpus)
    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    assert all(name in told for name in ("lead.answered", "label.rests_on", "label.rest_on", "reviewed_on"))


@pytest.mark.parametrize("hidden", ["\\u202E", "\\u200B", "\\u0007", "\\u2066", "\\uFEFF", "\\n"])
def test_hidden_characters_are_refused(corpus, hidden):
    change(corpus, "en", 'rests_on = "Rests on"', f'rests_on = "Rests {hidden}on"')
    with pytest.raises(WordingError, match=r"key label\.rests_on has hidden characters \(U\+"):
        wording("en", corpus)


@pytest.mark.parametrize("contact", ["+1 917 367 8910", "someone@un.org", "https://un.org", "www.un.org", "367-8910"])
def test_contacts_are_refused_in_the_wording(corpus, contact):
    change(corpus, "en", 'rests_on = "Rests on"', f'rests_on = "Rests {contact}"')
    with pytest.raises(WordingError, match=r"key label\.rests_on holds a number, an e-mail or a link"):
        wording("en", corpus)


@pytest.mark.parametrize("key", sorted(PLACEHOLDERS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_text_leaves_open_is_filled_and_not_read_again(language, key):
    values = {name: f"<{{date}}{name}>" for name in PLACEHOLDERS[key]}
    filled = wording(language, CORPUS).filled(key, **values)
    assert all(value in filled for value in values.values())
    assert filled.count("{") == len(values)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("by {office} on {date}", "by {office}", "must hold {office} and {date}"),
        ("by {office} on {date}", "by {office} on {date}, {date}", "must hold {office} and {date}"),
        ('rests_on = "Rests on"', 'rests_on = "Rests on {office}"', "must hold no {name}"),
    ],
)
def test_a_text_leaves_open_exactly_what_is_filled(corpus, old, new, wanted):
    change(corpus, "en", old, new)
    with pytest.raises(WordingError, match=re.escape(wanted)):
        wording("en", corpus)


def test_even_a_short_number_is_refused_in_urgent_words(corpus):
    change(corpus, "en", "Call the emergency number", "Call 112 or the emergency number")
    with pytest.raises(WordingError, match=r"key urgent\.danger holds a number"):
        wording("en", corpus)


def test_a_broken_or_missing_file_is_named(corpus):
    (corpus / "wording" / "fr.toml").write_text("[lead\n", encoding="utf-8")
    with pytest.raises(WordingError, match=r"wording/fr\.toml: cannot be read"):
        wording("fr", corpus)
    (corpus / "wording" / "en.toml").unlink()
    with pytest.raises(WordingError, match=r"wording/en\.toml: the file is missing"):
        wording("en", corpus)
