from __future__ import annotations

from copy import deepcopy

import pytest

from evals.errors import EvalError
from evals.gate import FLOORS, broken_floors, broken_rules, holding, read_floors
from evals.summary import summarise


@pytest.fixture(scope="session")
def summary(lines):
    return summarise(lines)


def test_the_floors_on_record_name_measures_and_groups_that_there_are():
    floors = read_floors(FLOORS)
    assert {"answers", "abstained", "page_recall", "urgent_first", "questions"} <= {name for _, name in floors}
    assert ("style=lay", "answers") in floors


@pytest.mark.parametrize(
    ("group", "measure", "floor", "said"),
    [
        ("all", "answers", 1.01, "answers of all: 1.000, must be at least 1.01"),
        ("style=lay", "abstained", 0.5, "nothing was measured"),
        ("style=nobody", "answers", 0.5, "nothing was measured"),
        ("all", "questions", 6, "questions of all: 5.000, must be at least 6"),
        ("set=small", "questions", 6, "must be at least 6"),
        ("all", "aurc", -0.1, "must be at most -0.1"),
        ("all", "urgent_unasked", -0.1, "must be at most -0.1"),
    ],
)
def test_a_floor_that_does_not_hold_is_said(summary, group, measure, floor, said):
    (problem,) = broken_floors(summary, {(group, measure): floor})
    assert said in problem


def test_floors_that_hold_say_nothing(summary):
    floors = {("all", "answers"): 1.0, ("style=keyword", "abstained"): 1.0, ("all", "urgent_unasked"): 0.0}
    assert list(broken_floors(summary, floors)) == []
    assert [held.measured for held in holding(summary, floors)] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "measure", ["quotes_exact", "referral_exact", "referral_entity", "referral_roles", "citations_right"]
)
def test_what_must_be_one_is_red_at_anything_less(summary, measure):
    wrong = deepcopy(summary)
    wrong["figures"][measure]["value"] = 0.9999
    assert [problem.split(" ")[0] for problem in broken_rules(wrong)] == [measure]
    del wrong["figures"][measure]
    assert "nothing was measured" in next(broken_rules(wrong))


def test_a_missing_answer_is_red(lines):
    broken = deepcopy(lines)
    broken[0]["answer"] = None
    assert "1 questions have no answer" in list(broken_rules(summarise(broken)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[all]\nanswer = 0.5", "no measure answer"),
        ("[all]\npages_cited = 2", "no measure pages_cited that can be better"),
        ("[all]\nanswers = nan", "no number"),
        ('[all]\nanswers = "x"', "no number"),
        ("questions = 1", "questions is no table"),
        ('["style=lay"]\naurc = 0.3', "aurc is told of all only"),
        ("", "holds no floor"),
        ("[all", "cannot be read"),
    ],
)
def test_floors_that_cannot_be_used_are_told(tmp_path, text, said):
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(EvalError, match=said):
        read_floors(path)
