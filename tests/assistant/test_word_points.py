"""assistant.word_points: points add up, once for each word, over a piece of a text; what they reach on messages."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from assistant.triage import KINDS, Heard, heard, read_triage, triage
from assistant.word_points import WordPoints, points_of, read_points
from evals.urgent import MESSAGES, QUIET, read_messages, understood
from ingest.written_rules import RulesError
from tests.small_corpus import ROOT

RULES = read_triage(ROOT / "corpus")
POINTS = read_points(ROOT / "corpus", "en", RULES.spelling)
SMALL = WordPoints("danger", 5, 3, None, {"knife": 3, "my gate": 4, "policy": -4}, {})
# Shares of urgent and of quiet messages: words first, and words or a line; what was seen when they were first measured,
# a little off. The b-halves were never looked at by whoever wrote rules or set points.
ON_RECORD = {
    "en-b": (0.87, 0.93, 0.06, 0.125), "paraphrases-b": (0.91, 0.96, 0.105, 0.155), "fr-b": (0.75, 0.77, 0.055, 0.055),
    "es-b": (0.72, 0.74, 0.045, 0.07), "ar-b": (0.63, 0.63, 0.04, 0.04), "zh-b": (0.74, 0.93, 0.04, 0.07),
    "ru-b": (0.69, 0.69, 0.02, 0.02),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("a knife", 3),
        ("a knife and a knife", 3),
        ("a KNIFE at my gate", 7),
        ("my. gate", 0),
        ("the policy on a knife at my gate", 3),
        ("", 0),
        ("policy", -4),
    ],
)
def test_points_of_words_and_pairs_add_up_once_each(text, points):
    assert points_of(text, SMALL) == points


def test_a_long_story_is_not_urgent_by_its_length():
    far_apart = "a knife " + "and so on " * 60 + "my gate"
    assert points_of(far_apart, SMALL) == 4


def test_points_count_only_where_no_rule_speaks():
    assert triage("a knife at my gate", points=SMALL) == "danger"
    assert triage("a knife", points=SMALL) is None
    assert triage("I want to die, a knife at my gate", RULES, points=SMALL) == "self_harm"


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("a knife", True), ("my gate", True), ("the policy on a knife", False), ("the policy", False), ("", False)],
)
def test_fewer_points_say_that_there_may_be_danger(text, may_be):
    assert heard(text, None, SMALL) == Heard(None, may_be)
    assert heard(text, None) == Heard(None, False)


UNSURE = """
reviewed_by = "Avenues authors"
reviewed_on = 2026-11-26
[[rule]]
id = "fire"
kind = "others"
about = "fire"
unsure = true
all_of = [["fire"]]
not_with = []
examples = ["fire"]
counter_examples = ["fired"]
[[rule]]
id = "smoke"
kind = "others"
about = "smoke"
unsure = true
all_of = [["smoke"]]
not_with = []
examples = ["smoke"]
counter_examples = ["smoking"]
[[rule]]
id = "flames"
kind = "assault"
about = "flames"
all_of = [["flames"]]
not_with = []
examples = ["flames"]
counter_examples = ["flame"]
"""


@pytest.mark.parametrize(
    ("text", "understood_as"),
    [
        ("fire", Heard(None, perhaps=True)),  # 2 of 5
        ("fire and smoke", Heard(None, perhaps=True)),
        ("a knife and fire", Heard("others")),
        ("the policy on fire", Heard(None, perhaps=True)),
        ("the policy on a knife, fire and smoke", Heard(None, perhaps=True)),
        ("a knife at my gate, the policy on fire", Heard("others")),
        ("the policy on flames", Heard("assault", alone=False)),
        ("the policy on flames and fire", Heard("assault", alone=False)),
    ],
)
def test_a_rule_that_is_unsure_counts_with_the_points_of_the_words_around_it_and_gives_the_line_at_least(
    text, understood_as, tmp_path
):
    (tmp_path / "triage").mkdir()
    (tmp_path / "triage" / "en.toml").write_text(UNSURE, encoding="utf-8")
    rules = read_triage(tmp_path)
    assert heard(text, rules, replace(SMALL, rule=2)) == understood_as
    assert heard(text, rules, SMALL).kind and heard(text, rules).kind  # where a rule has no worth, each counts


@pytest.mark.parametrize(
    ("text", "kind", "alone"),
    [
        ("a knife and fire", "others", False),  # 5 of 7
        ("a knife at my gate", "danger", True),  # 7, and no rule
        ("a knife at my gate, and fire", "others", True),
        ("flames", "assault", False),
        ("a knife at my gate, flames", "assault", False),  # what is past
        ("the policy on embers", "self_harm", True),  # whatever stands around it
    ],
)
def test_urgent_words_stand_alone_where_more_speaks_of_danger_and_always_for_who_may_hurt_themselves(
    text, kind, alone, tmp_path
):
    embers = UNSURE.replace('"flames"', '"embers"').replace("assault", "self_harm")
    (tmp_path / "triage").mkdir()
    sure = embers[embers.rindex("[[rule]]") :].replace('["flame"]', '["ember"]')
    (tmp_path / "triage" / "en.toml").write_text(UNSURE + sure, encoding="utf-8")
    rules = read_triage(tmp_path)
    points = replace(SMALL, rule=2, alone=7)
    assert heard(text, rules, points) == Heard(kind, alone=alone)
    for no_sum in (replace(points, alone=None), None):  # as in languages of which no points are known
        assert heard(text, rules, no_sum).alone == (heard(text, rules, no_sum).kind != "assault")


def test_the_words_are_readable_and_few_enough_to_be_read():
    assert 1000 < len(POINTS.words) <= 3000
    assert all(re.fullmatch(r"([a-z]+|#under18)( ([a-z]+|#under18))?", word) for word in POINTS.words)
    assert POINTS.kind in KINDS and max(POINTS.words.values()) < POINTS.enough  # no word is urgent by itself
    assert 0 < POINTS.perhaps < POINTS.enough <= POINTS.alone
    assert POINTS.alone == 3 * POINTS.rule


def test_a_number_under_eighteen_has_points_as_it_is_read_in_a_text():
    assert POINTS.words["am #under18"] > 0
    assert points_of("I am 16", POINTS) > points_of("I am 60", POINTS)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ('enough = 3\nkind = "danger"\n[words]\na = 1', "reviewed_by is missing"),
        ('reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\nenough = 0\n[words]\na = 1', "enough must be"),
        ('reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\n[words]\na = 1', "perhaps must be"),
        (
            'reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\nenough = 3\n[words]\na = "x"',
            r"\[words\] must",
        ),
        (
            'reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\nenough = 3\n[words]\na = 1',
            "perhaps must be a whole number above 0",
        ),
        (
            'reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\nenough = 3\nperhaps = 4\n[words]\na = 1',
            "no greater than enough",
        ),
        (
            'reviewed_by = ""\nreviewed_on = 2026-11-26\nkind = "danger"\nperhaps = 4\nrule = 3\n[words]\na = 1',
            "rule must be a whole number above 0 beside enough",
        ),
        ("reviewed_by = ", "cannot be read"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path, file, told):
    (tmp_path / "triage" / "points").mkdir(parents=True)
    (tmp_path / "triage" / "points" / "en.toml").write_text(file, encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        read_points(tmp_path, "en", {})
    assert read_points(tmp_path, "fr", {}) is None


def test_points_without_enough_hold_no_answer_back():
    gentle = replace(SMALL, enough=None)
    assert triage("a knife at my gate", points=gentle) is None
    assert heard("a knife at my gate", None, gentle).perhaps


def test_chinese_points_are_those_of_signs_and_say_nothing_first():
    chinese = read_points(ROOT / "corpus", "zh", {})
    assert chinese.enough is None and chinese.perhaps > max(chinese.words.values())
    assert all(
        re.fullmatch(r"([\u3400-\u9fff]|#under18)( ([\u3400-\u9fff]|#under18))?", word) for word in chinese.words
    )


@pytest.mark.parametrize("piece", ["a ", "he is following me ", "kill. ", "é"])
def test_a_very_long_text_takes_little_time(piece):
    started = time.process_time()
    points_of((piece * 20_000)[:20_000], POINTS)
    assert time.process_time() - started < 1.0


@pytest.mark.long
def test_of_messages_that_were_learned_from_nearly_all_are_understood_and_few_quiet_ones():
    found = understood([*read_messages(MESSAGES / "second-a.jsonl"), *read_messages(MESSAGES / "asked-a.jsonl")])
    quiet = found.pop(QUIET)
    total = sum(urgent.total for urgent in found.values())
    assert sum(urgent.first for urgent in found.values()) / total >= 0.92
    assert sum(urgent.heard for urgent in found.values()) / total >= 0.98
    assert quiet.first / quiet.total <= 0.025
    assert quiet.heard / quiet.total <= 0.12


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name != "en-b")) for name in ON_RECORD]
)
def test_of_messages_that_no_rule_was_made_on_as_many_are_understood_as_on_record(name):
    found = understood(read_messages(MESSAGES / f"{name}.jsonl"))
    quiet = found.pop(QUIET)
    total = sum(urgent.total for urgent in found.values())
    words, heard, alarms, lines = ON_RECORD[name]
    assert sum(urgent.first for urgent in found.values()) / total >= words
    assert sum(urgent.heard for urgent in found.values()) / total >= heard
    assert quiet.first / quiet.total <= alarms
    assert quiet.heard / quiet.total <= lines
