"""Questions in other languages, by word lists: what becomes of them in English, and how much of them was known."""

from __future__ import annotations

import shutil

import pytest

from assistant.corpus_files import CorpusFiles
from assistant.gloss import ENOUGH, Lexicon, in_english
from ingest.build import CORPUS_DIR
from ingest.lexicon import LANGUAGES, lexicon_problems, read_lexicon
from tests.small_corpus import ROOT

ROWS = {
    "fr": [
        ("porter plainte", "report"), ("porter", "bring"), ("plainte", "complaint"), ("harcèlement", "harassment"),
        ("harceler", "harass"), ("chef", "boss"), ("mon", "my"), ("où", "where"), ("ou", "or"), ("le", ""), ("l", ""),
        ("bonne", "good"), ("à", "to"), ("s'applique", "applies"), ("qd", "when"), ("onu", "UN"),
    ],
    "es": [("jefe", "boss"), ("denunciar", "report"), ("mi", "my")],
    "ru": [("начальник", "boss"), ("жалоба", "complaint"), ("мой", "my")],
    "ar": [("شكوى", "complaint"), ("منظمة", "organization"), ("أبلغ", "report"), ("مدير", "boss")],
    "zh": [("投诉", "complaint"), ("我的", "my"), ("上司", "boss"), ("我", "I"), ("匿名投诉", "anonymous complaint")],
}  # fmt: skip
GLOSSES = {
    "the longest piece first": ("fr", "porter plainte", "report"),
    "in the order of the question": ("fr", "plainte à mon chef", "complaint to my boss"),
    "without accents": ("fr", "HARCELEMENT", "harassment"),
    "the one with the accent, where there is one": ("fr", "où ou", "where or"),
    "by stems": ("fr", "les plaintes, harcelée", "complaint, harassment"),
    "words that only cost": ("fr", "l'onu, le chef", "UN, boss"),
    "signs": ("fr", "Où ? Qd !", "where? when!"),
    "names, acronyms and symbols": ("fr", "plainte à Bonn, OIOS, ST/SGB/2019/8, 2.4(b)",
                                    "complaint to Bonn, OIOS, ST/SGB/2019/8, 2.4(b)"),
    "what nobody knows is left out": ("fr", "mon gâteau, mon chef", "my, my boss"),
    "all in capitals": ("fr", "MON CHEF DANOIS", "my boss"),
    "an apostrophe that bends": ("fr", "s\u2019applique", "applies"),
    "Spanish": ("es", "¿Denunciar a mis jefes?", "report boss?"),
    "Russian": ("ru", "жалобу на моего начальника в OIOS", "complaint my boss OIOS"),
    "Arabic with its small words and vowels": ("ar", "أبلّغ المنظمة والمدير؟", "report organization boss?"),
    "Chinese": ("zh", "我的上司？匿名投诉OIOS", "my boss? anonymous complaint OIOS"),
}  # fmt: skip


def lexicon(language):
    return Lexicon(ROWS[language], language)


@pytest.mark.parametrize("language, question, english", GLOSSES.values(), ids=GLOSSES)
def test_a_question_becomes_english_words(language, question, english):
    assert lexicon(language).gloss(question).text == english


@pytest.mark.parametrize(
    "question, known",
    [
        ("porter plainte à mon chef", 1.0),
        ("plainte gâteau", 0.5),
        ("le gâteau", 0.0),
        ("où ?", 1.0),
        ("", 0.0),
        ("OIOS ?", 0.0),
    ],
)
def test_how_much_was_known_counts_the_words_that_say_something(question, known):
    assert lexicon("fr").gloss(question).known == known


# Which questions are looked up so


def shipped(language):
    return Lexicon(read_lexicon(CORPUS_DIR, language).rows, language)


def never(language):
    raise AssertionError(language)


@pytest.mark.parametrize("question", ["Who can I talk to?", "oios", "clearcheck 1 march 2025", "male victims", "Hi"])
def test_an_english_question_stays_as_it_is_and_costs_no_list(question):
    assert in_english(question, never) == (question, False)


@pytest.mark.parametrize(
    "question", ["UN Secretariat speak up helpline options", "Model Code scope conferences receptions UN premises"]
)
def test_an_english_question_that_leans_elsewhere_stays_as_it_is(question):
    assert in_english(question, shipped) == (question, False)


def test_too_little_that_is_known_is_not_looked_for_nor_is_a_language_without_a_list():
    cake = "Comment faire un gâteau au chocolat avec des noisettes pour mon collègue ?"
    assert 0 < shipped("fr").gloss(cake).known < ENOUGH
    assert in_english(cake, shipped) is None
    assert in_english("Wie kann ich eine Beschwerde einreichen und wer hilft mir bei der Arbeit?", never) is None


@pytest.mark.parametrize(
    "question, english",
    [
        ("Mon chef m'a touchée, à qui puis-je parler ?", "my boss touched me, who can I talk to?"),
        ("est-ce trop tard après 2 ans", "is it too late after 2 years"),  # too short to tell its language
        ("¿Con quién puedo hablar sin denunciar?", "who can I talk to without reporting?"),
        ("Как подать анонимную жалобу?", None),
        ("كيف أقدم شكوى ضد مديري؟", None),
        ("我可以匿名投诉吗？", None),
    ],
)
def test_the_lists_that_come_with_the_program_know_everyday_questions(question, english):
    found = in_english(question, shipped)
    assert found.glossed
    assert english is None or found.text == english
    assert english or {"complaint", "complain", "report", "anonymous"} & set(found.text.strip("?").split())


def test_a_gloss_is_no_longer_than_a_question_may_be():
    assert len(in_english("匿名投诉" * 500, lambda language: Lexicon(ROWS["zh"], language)).text) <= 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_that_come_with_the_program_can_be_used_whole(language):
    found = read_lexicon(CORPUS_DIR, language)
    assert found.problems == ()
    assert len(found.rows) >= 1500


# A focal point edits a list


@pytest.fixture
def files(tmp_path):
    shutil.copytree(ROOT / "corpus" / "wording", tmp_path / "wording")
    (tmp_path / "lexicon").mkdir()
    return tmp_path


def written(corpus, text):
    (corpus / "lexicon" / "fr.csv").write_text(text, encoding="utf-8")


def test_a_bad_row_costs_no_other_and_is_told_with_its_place(files):
    written(files, "said,english\nchef,boss\n,the\nbureau,bürö\nplainte,complaint\n")
    assert CorpusFiles(files).lexicon("fr").gloss("plainte bureau chef").text == "complaint boss"
    assert [problem.split(":")[0] for problem in lexicon_problems(files)] == [
        "lexicon/fr.csv, row 3",
        "lexicon/fr.csv, row 4",
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", 'said,english\n"chef,boss\n', "said,english\n"])
def test_a_list_that_cannot_be_read_knows_no_words_and_breaks_nothing(files, text):
    written(files, text)
    known = CorpusFiles(files)
    assert in_english("Mon chef me harcèle, que faire ?", known.lexicon) is None
    assert in_english("Who can I talk to?", known.lexicon).text == "Who can I talk to?"


def test_a_list_that_was_changed_counts_from_then_on_and_without_one_that_of_the_program(files):
    known = CorpusFiles(files)
    assert known.lexicon("fr").gloss("chef").text == "boss"
    written(files, "said,english\nchef,cook\n")
    assert known.lexicon("fr").gloss("chef").text == "cook"
    written(files, "said,english\nchef,head of office\n")
    assert known.lexicon("fr").gloss("chef").text == "head of office"
