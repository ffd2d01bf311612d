import csv
import functools
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from assistant.triage import KINDS, languages_to_look_in, read_triage, triage
from assistant.word_points import read_points
from assistant.word_rules import matching_rules
from ingest.written_rules import RulesError

CORPUS = Path(__file__).parents[2] / "corpus"
RULES = read_triage(CORPUS)
POINTS = read_points(CORPUS, "en", RULES.spelling)
ROUNDS = tomllib.loads((Path(__file__).parent / "triage_cases.toml").read_text(encoding="utf-8"))
FIRE = [(kind, text) for part in ROUNDS.values() for kind, texts in part["fire"].items() for text in texts]
QUIET = [text for part in ROUNDS.values() for texts in part["quiet"].values() for text in texts]
# A hedge, not a disclosure; but a frightened person may write just this, and the fixed words do no harm.
ACCEPTED = {"who do I call if I am in danger?", "Is it rape if I was drunk?"}


@pytest.fixture
def corpus(tmp_path):
    shutil.copytree(CORPUS / "triage", tmp_path / "triage")
    return tmp_path


def change(corpus, old, new):
    files = [corpus / "triage" / "en.toml", *sorted((corpus / "triage" / "en").glob("*.toml"))]
    file = next(file for file in files if old in file.read_text(encoding="utf-8"))
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_the_cases_are_many_enough_to_mean_something():
    for half in ("half_a", "half_b"):
        assert sum(map(len, ROUNDS[half]["fire"].values())) == 30
        assert sum(map(len, ROUNDS[half]["quiet"].values())) == 30


@pytest.mark.parametrize(("kind", "text"), FIRE)
def test_danger_is_seen_and_named(kind, text):
    assert triage(text, RULES) == kind


@pytest.mark.parametrize("text", [text for text in QUIET if text not in ACCEPTED])
def test_a_question_on_policy_or_a_look_alike_is_left_in_peace(text):
    assert triage(text, RULES) is None


def test_false_alarms_stay_under_two_in_a_hundred():
    alarms = [text for text in QUIET if triage(text, RULES)]
    assert set(alarms) == ACCEPTED
    assert len(alarms) / len(QUIET) <= 0.02


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.kind != "quiet"], ids=lambda rule: rule.id)
def test_every_rule_speaks_on_its_examples_and_no_rule_on_its_counter_examples(rule):
    for text in rule.examples:
        assert rule.id in matching_rules(text, RULES), text
        assert triage(text, RULES) is not None
    for text in rule.counter_examples:
        assert matching_rules(text, RULES) == (), text


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.kind == "quiet"], ids=lambda rule: rule.id)
def test_a_quiet_rule_silences_its_examples_and_not_its_counter_examples(rule):
    for text in rule.examples:
        assert matching_rules(text, RULES) == (), text
    for text in rule.counter_examples:
        assert triage(text, RULES) is not None, text


@pytest.mark.parametrize(
    "text",
    [
        "I DON'T WANT TO LIVE ANY MORE",
        "I don’t want to live any more",
        "i dont want to live anymore",
        "I do\u200bn't want to live any more",
        "  i   dont\n want to live",
        "I want to díe",
        "i wannna die",
    ],
)
def test_apostrophes_capitals_accents_and_doubled_letters_make_no_difference(text):
    assert triage(text, RULES) == "self_harm"


def test_of_several_kinds_the_most_pressing_comes_first():
    said = {
        "others": "I am going to kill him tonight.", "assault": "I was raped last night.",
        "minor": "The girl is 14 and the driver touches her.", "self_harm": "I want to die.",
        "danger": "He is outside my door.",
    }  # fmt: skip
    assert KINDS == ("danger", "self_harm", "minor", "assault", "others")
    text = ""
    for kind in reversed(KINDS):
        assert triage(said[kind], RULES) == kind
        text = f"{text} {said[kind]}"
        assert triage(text, RULES) == kind


@pytest.mark.parametrize(
    ("masked", "kind"),
    [
        ("he said he will k1ll me", "danger"),
        ("he will k*ll me tonight", "danger"),
        ("i want to d i e", "self_harm"),
        ("i keep thinking of su1cide", "self_harm"),
        ("i was r*ped last night", "assault"),
        ("my boss r@ped me yesterday", "assault"),
        ("i was s.a.'d two days ago", "assault"),
    ],
)
def test_words_that_are_written_so_that_no_machine_should_read_them_are_read(masked, kind):
    assert triage(masked, RULES) == kind


@pytest.mark.parametrize("text", ["I am 17", "she is 17 years old and he touches her", "under 18"])
def test_numbers_under_eighteen_can_be_told_from_others(text, tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "en.toml").write_text(
        """
        reviewed_by = "Avenues authors"
        reviewed_on = 2026-11-26
        [[rule]]
        id = "young"
        kind = "minor"
        about = "a number of years"
        all_of = [["{under18}"]]
        not_with = []
        examples = ["17"]
        counter_examples = ["18"]
        """,
        encoding="utf-8",
    )
    rules = read_triage(tmp_path)
    assert (triage(text, rules) == "minor") == ("17" in text)
    assert triage("18, 170, 2017 and 0", rules) is None


def test_a_policy_question_beside_a_disclosure_does_not_hide_it():
    assert triage("What does the policy say about rape? I was raped last night.", RULES) == "assault"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Could you tell me where to go, I was raped yesterday", "assault"),
        ("Which section covers it, my boss raped me on Friday?", "assault"),
        ("Please give me the number, I want to kill myself", "self_harm"),
        ("What does the policy say about suicide, I will do it tonight", "self_harm"),
        ("Where can I find help now, he is outside my door", "danger"),
        ("I am held hostage by the driver in his house", "danger"),
        ("please save my life, he is coming", "danger"),
        ("Can you tell me who handles this: a soldier is raping a girl of 13", "minor"),
        ("I will blow up the office", "others"),
    ],
)
def test_neither_an_idiom_nor_a_question_on_the_rules_hides_a_cry_for_help(text, kind):
    assert triage(text, RULES) == kind


def test_an_old_story_in_a_long_sentence_does_not_hide_a_new_one():
    story = "in 2015 I was assaulted " + "and I went on working " * 20 + "and now I was raped last night"
    assert triage(story, RULES) == "assault"
    assert triage("in 2015 I was assaulted", RULES) is None


@pytest.mark.parametrize("text", ["", " ", "?", "...", "\x00", "🙂", "'" * 100, "我该如何举报"])
def test_odd_questions_are_no_danger_and_no_crash(text):
    assert triage(text, RULES) is None


def _worked(piece, length):
    """The seconds that reading so long a text takes: what is worked, not what is waited for a busy machine."""
    started = time.process_time()
    triage((piece * length)[:length], RULES)
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    ["he is following me he will ", "a", "he ", "'", "a'", "i want to ", "i was ", "é\u0301", ". ", "٪؟"],
)
def test_a_very_long_question_takes_little_time_and_grows_in_step(piece):
    for _ in range(4):  # a busy machine may be slow at one of the two
        half, whole = (_worked(piece, length) for length in (2_500, 5_000))
        if whole < min(3 * half + 0.1, 2.0):
            return
    pytest.fail(f"{whole:.2f} s for 5,000 characters, {half:.2f} s for half of them")


def test_the_same_question_gives_the_same_answer_in_every_process():
    code = (
        "from pathlib import Path; from assistant.triage import *; from assistant.word_rules import *; "
        f"print(matching_rules({FIRE[0][1]!r} + '. I want to die', read_triage(Path({str(CORPUS)!r}))))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(CORPUS.parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_parts_must_come_in_order_with_no_more_words_between_than_the_rule_allows(tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "en.toml").write_text(
        """
        reviewed_by = "Avenues authors"
        reviewed_on = 2026-11-22
        [[rule]]
        id = "colours"
        kind = "danger"
        about = "three colours"
        all_of = [["red"], ["green", "dark green"], ["blue"]]
        words_between = 1
        not_with = ["flag"]
        examples = ["red green blue"]
        counter_examples = ["blue red"]
        """,
        encoding="utf-8",
    )
    rules = read_triage(tmp_path)
    for text in (
        "red green blue",
        "red or dark green or blue",
        "red, red green, blue",
        "flag. red green blue",
    ):
        assert triage(text, rules) == "danger", text
    for text in (
        "blue green red",
        "red and then green blue",
        "red green and then blue",
        "red green blue flag",
    ):
        assert triage(text, rules) is None, text


RULES_OF_SIGNS = """
reviewed_by = "Avenues authors"
reviewed_on = 2026-11-26
[words]
colour = ["red", "green"]
idioms = ["red tape", "green {tree}", "once in a blue moon"]
tree = ["oak"]
[[rule]]
id = "signs"
kind = "danger"
about = "red and one more of three, within two sentences"
all_of = [["red"], ["green"], ["blue"]]
at_least = 2
sentences = 2
not_with = ["flag"]
examples = ["red. blue"]
counter_examples = ["green blue"]
[[rule]]
id = "rules"
kind = "quiet"
about = "a question on the rules"
all_of = [["which rule"]]
not_with = ["me"]
examples = ["which rule is on red and blue"]
counter_examples = ["which rule is for me, red and blue"]
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("red green", "danger"),
        ("red. blue", "danger"),
        ("Blue! And red?", "danger"),
        ("green and blue", None),  # the first part must be there
        ("red. nothing here. blue", None),  # too far from each other
        ("red. blue flag", None),
        ("red tape and blue", None),  # an idiom is read over
        ("red tape, red, blue", "danger"),
        ("green oak, red", None),
        ("red once in a blue moon", None),
        ("which rule is on red and blue", None),
        ("red. which rule is on blue", None),
        ("which rule is on blue. red", None),  # a sentence that is silenced counts for nothing in the next
        ("which rule is on blue? Red, blue", "danger"),
        ("which rule is for me, red and blue", "danger"),
    ],
)
def test_signs_idioms_and_quiet_rules_do_what_the_head_of_the_file_says(text, kind, tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "en.toml").write_text(RULES_OF_SIGNS, encoding="utf-8")
    assert triage(text, read_triage(tmp_path)) == kind


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at_least = 2", "at_least = 4", "at_least must be a whole number from 1 to 3"),
        ("at_least = 2", "at_least = true", "at_least must be a whole number from 1 to 3"),
        ("sentences = 2", "sentences = 6", "sentences must be a whole number from 1 to 5"),
        ("sentences = 2", "words_between = 2", "at_least and words_between do not go together"),
    ],
)
def test_a_slip_in_a_rule_of_signs_is_named(old, new, told, tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "en.toml").write_text(RULES_OF_SIGNS.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        read_triage(tmp_path)


@pytest.mark.parametrize(
    ("question", "languages"),
    [("I", ("en", "fr", "es")), ("救命", ("zh",)), ("помогите", ("ru",)), ("ساعدوني", ("ar",)), ("…", ())],
)
def test_the_script_says_which_rules_are_looked_at(question, languages):
    assert languages_to_look_in(question) == languages


def test_each_chinese_sign_is_a_word(tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "zh.toml").write_text(
        """
        reviewed_by = ""
        reviewed_on = 2026-11-26
        [words]
        want = ["想", "要"]
        [[rule]]
        id = "die"
        kind = "self_harm"
        about = "wants to die"
        all_of = [["{want}死"]]
        not_with = []
        examples = ["我想死"]
        counter_examples = ["死"]
        """,
        encoding="utf-8",
    )
    rules = read_triage(tmp_path, "zh")
    assert triage("我真的想死了", rules) == "self_harm"
    assert triage("死想", rules) is None


def test_the_rules_say_who_reviewed_them():
    assert RULES.reviewed_by == "Avenues authors"


def test_all_problems_of_a_file_are_told_at_once(corpus):
    change(corpus, 'kind = "danger"', 'kind = "dangre"')
    change(corpus, 'about = "the person follows or chases"\n', "")
    change(corpus, "words_between = 3\n", 'words_between = "three"\n')
    with pytest.raises(RulesError) as caught:
        read_triage(corpus)
    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    assert "triage/en/danger.toml: rule near-me: kind must be one of danger, self_harm, minor, assault, others." in told
    assert "rule following-now: key about is missing. Add it." in told
    assert "words_between must be a whole number" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["{he}"]', '["{hee}"]', r'rule near-me: phrase "\{hee\}" uses \{hee\}, which is not in \[words\]'),
        ('id = "following-now"', 'id = "near-me"', "rule near-me: the id is used twice"),
        ('"he is outside my door"', '"he is \\u202Eoutside"', "rule near-me: examples must be"),
        ('reviewed_by = "Avenues authors"\n', "", "key reviewed_by is missing"),
        ("[spelling]", "[speling]", "key speling is not known"),
        ('weekday = ["monday"', 'weekday = ["{weekday}", "monday"', "names itself"),
        ('now = [\n  "now"', 'now = [\n  7, "now"', r"\[words\] must hold lists of phrases"),
        ("[spelling]", "[spelling", "cannot be read"),
    ],
)
def test_a_slip_in_the_rules_is_named(corpus, old, new, told):
    change(corpus, old, new)
    with pytest.raises(RulesError, match=told):
        read_triage(corpus)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RulesError, match=r"triage/en\.toml: the file is missing"):
        read_triage(tmp_path)


PARAPHRASES = tomllib.loads((Path(__file__).parent / "triage_paraphrases.toml").read_text(encoding="utf-8"))
SEEN_AT_LEAST = {
    "paraphrases_one": 0.99,
    "paraphrases_two": 0.97,
    "paraphrases_three": 0.97,
    "paraphrases_rounds": 0.97,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name != "paraphrases_two")) for name in PARAPHRASES]
)
def test_of_messages_by_others_as_many_are_seen_as_on_record_and_few_others_set_off_an_alarm(name):
    fire = [text for texts in PARAPHRASES[name]["fire"].values() for text in texts]
    quiet = [text for texts in PARAPHRASES[name]["quiet"].values() for text in texts]
    seen = sum(triage(text, RULES) is not None for text in fire)
    alarms = [text for text in quiet if triage(text, RULES)]
    assert seen / len(fire) >= SEEN_AT_LEAST[name]
    assert len(alarms) / len(quiet) <= 0.01, alarms


@pytest.mark.long
def test_what_people_ask_of_the_guides_seldom_sets_off_an_alarm():
    asked = [row["question"] for row in csv.DictReader((CORPUS / "asked.csv").read_text(encoding="utf-8").splitlines())]
    some = asked[::4]
    alarms = [question for question in some if triage(question, RULES, points=POINTS)]
    assert len(alarms) / len(some) <= 0.011, (
        alarms
    )  # two in three of them rightly: care after an assault is asked for so
    assert "I am in danger now" in asked and triage("I am in danger now", RULES, points=POINTS)


def test_a_rule_that_yields_leaves_the_word_to_the_others():
    yielding = {rule.id for rule in RULES.rules if rule.yields}
    for text, kind in (
        ("He raped me two hours ago", "assault"),
        ("my colleague says he will kill himself", "self_harm"),
    ):
        assert triage(text, RULES) == kind
    assert yielding and all(rule.kind == "danger" for rule in RULES.rules if rule.yields)


IN_LANGUAGES = tomllib.loads((Path(__file__).parent / "triage_languages.toml").read_text(encoding="utf-8"))
SEEN_IN_LANGUAGES = {"fr": 0.97, "es": 0.97, "ar": 0.97, "zh": 0.97, "ru": 0.97}


@functools.cache
def rules_in(language):
    return read_triage(CORPUS, language)


@pytest.mark.parametrize("language", IN_LANGUAGES)
def test_every_rule_of_a_language_speaks_on_its_examples_and_no_rule_on_its_counter_examples(language):
    rules = rules_in(language)
    for rule in (rule for rule in rules.rules if rule.kind != "quiet"):
        for text in rule.examples:
            assert rule.id in matching_rules(text, rules), text
            assert triage(text, rules) is not None, text
        for text in rule.counter_examples:
            assert matching_rules(text, rules) == (), text
    assert {rule.kind for rule in rules.rules} >= set(KINDS)


@pytest.mark.parametrize("language", IN_LANGUAGES)
def test_of_messages_in_a_language_as_many_are_seen_as_on_record_and_no_quiet_one_sets_off_an_alarm(language):
    fire = [text for texts in IN_LANGUAGES[language]["fire"].values() for text in texts]
    quiet = IN_LANGUAGES[language]["quiet"]
    assert (len(fire), len(quiet)) == (40, 40)
    assert sum(triage(text, rules_in(language)) is not None for text in fire) / 40 >= SEEN_IN_LANGUAGES[language]
    assert [text for text in quiet if triage(text, rules_in(language))] == []


@pytest.mark.long
@pytest.mark.parametrize("language", [language for language in languages_to_look_in("I") if language in IN_LANGUAGES])
def test_rules_that_are_held_against_english_leave_it_and_each_other_in_peace(language):
    asked = [row["question"] for row in csv.DictReader((CORPUS / "asked.csv").read_text(encoding="utf-8").splitlines())]
    english = [text for part in PARAPHRASES.values() for texts in part["quiet"].values() for text in texts]
    others = [text for other in IN_LANGUAGES if other != language for text in IN_LANGUAGES[other]["quiet"]]
    assert [text for text in (*QUIET, *asked, *english, *others) if triage(text, rules_in(language))] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("il m’a frappée, j’ai peur qu’il revienne", "danger"),
        ("il ma frappe jai peur quil revienne", "danger"),
        ("IL M'A FRAPPEE, J'AI PEUR QU'IL REVIENNE", "danger"),
        ("l'enfant de 9 ans a ete touche par le gardien", "minor"),
        ("jveux plus vivre", "self_harm"),
        ("me v1oló mi jefe", "assault"),
        ("kiero morirme", "self_harm"),
        ("quiero m.o.r.i.r", "self_harm"),
    ],
)
def test_french_and_spanish_are_read_as_people_type_them(text, kind):
    assert triage(text, rules_in("fr"), rules_in("es")) == kind


def test_a_spelling_that_ends_in_an_apostrophe_holds_for_the_beginning_of_words(tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "fr.toml").write_text(
        """
        reviewed_by = ""
        reviewed_on = 2026-11-26
        [spelling]
        "l'" = "le"
        "qu'" = "que"
        "l'un" = "quelqu'un"
        [[rule]]
        id = "child"
        kind = "minor"
        about = "the child"
        all_of = [["le enfant", "que le ami", "quelqu'un"]]
        not_with = []
        examples = ["l'enfant"]
        counter_examples = ["d'enfant"]
        """,
        encoding="utf-8",
    )
    rules = read_triage(tmp_path, "fr")
    for text in ("l'enfant", "L’ENFANT", "le enfant", "qu'l'ami", "l'un"):
        assert triage(text, rules) == "minor", text
    for text in ("d'enfant", "lenfant", "l'", "enfant l'", "qu'"):
        assert triage(text, rules) is None, text


@pytest.mark.parametrize(
    ("language", "said", "also"),
    [
        ("ar", "أريد أن أموت", "اريد ان امـــوت"),
        ("ar", "عمري ١٤ سنة", "عمري 14 سنه"),
        ("ar", "ضربني زوجي البارحة", "وضربني زوجى البارحه"),
        ("ar", "خائفة على حياتي", "خايفه علي حياتى"),
        ("zh", "他说要杀了我", "他說要殺了我"),
        ("zh", "我被强奸了", "我被強姦了"),
        ("zh", "我想自杀", "我想zs"),
        ("ru", "Помогите!", "помогитеее"),
        ("ru", "он меня убьёт", "ОН МЕНЯ УБЬЕТ"),
        ("ru", "хочу умереть", "хачу умереть"),
    ],
)
def test_a_word_is_known_in_each_form_that_people_write(language, said, also):
    assert triage(said, rules_in(language)) == triage(also, rules_in(language)) is not None


STEMS = """
reviewed_by = ""
reviewed_on = 2026-11-26
attached = ["و", "ال"]
[[rule]]
id = "stems"
kind = "danger"
about = "a stem at the begin, the end and anywhere, and a word with letters written onto it"
all_of = [["убь~", "~ский", "~غتصب~", "قاتل", "{year} сезон"]]
not_with = []
examples = ["убьёт"]
counter_examples = ["неубь"]
"""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Убьёт", True),
        ("неубьёт", False),
        ("сельский", True),
        ("сельские", False),
        ("سيغتصبونها", True),
        ("والقاتل", False),  # only what is left of one
        ("وقاتل القاتل", True),
        ("القاتلة", False),
        ("٢٠١٥ сезон", True),
        ("убь~", True),
        ("абв" * 2000 + "غتصب", False),  # too long to be a word
    ],
)
def test_a_stem_stands_for_every_word_that_has_it(text, seen, tmp_path):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "ru.toml").write_text(STEMS, encoding="utf-8")
    assert (triage(text, read_triage(tmp_path, "ru")) == "danger") is seen


@pytest.mark.parametrize("text", ["፩", "²", "①", "𝟙𝟠", "١٧", "~", "~~a~"])
def test_a_figure_of_any_script_is_no_crash(text):
    assert triage(text, RULES) is None
