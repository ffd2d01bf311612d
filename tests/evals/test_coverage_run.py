"""Evidence must stand in its guide, and the whole run ends with 0 only when enough is answered and nothing is wrong."""

from __future__ import annotations

import json

import pytest

from evals import coverage as covering
from evals.asking import EvalError
from evals.coverage import coverage, evidence_problems
from tests.evals.planted import HELPED, NAMED, OPEN, answers, silent

GUIDE = """---
title: One
reviewed: 2026-11-25
---
# One

1. The office
   helps. It is there. <!-- facts: none -->

2. You can ask them. <!-- facts: none -->
"""


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "guides").mkdir()
    for name, text in (("one", GUIDE), ("two", GUIDE.replace("The office\n   helps", "They help"))):
        (tmp_path / "guides" / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_evidence_that_stands_in_its_guide_is_no_problem(corpus):
    none = {"id": "c", "kind": "none", "evidence": []}
    assert list(evidence_problems(corpus, [*NAMED, none])) == []


@pytest.mark.parametrize(
    "evidence, said",
    [
        ({"document": "one", "text": "Nobody says this."}, "a: one does not say “Nobody says this.”"),
        ({"document": "two", "text": HELPED}, "a: two does not say “The office helps.”"),
        ({"document": "gone", "text": HELPED}, "a: gone does not say “The office helps.”"),
        ({"document": "one", "text": "It is there. You can ask"}, "a: one does not say “It is there. You can ask”"),
    ],
)
def test_evidence_that_stands_nowhere_or_over_two_paragraphs_is_named(corpus, evidence, said):
    assert list(evidence_problems(corpus, [NAMED[0] | {"evidence": [evidence]}, NAMED[1]])) == [said]


def test_a_question_with_an_answer_needs_evidence_and_one_without_may_have_none(corpus):
    questions = [NAMED[0] | {"evidence": []}, NAMED[1] | {"kind": "none"}]
    assert list(evidence_problems(corpus, questions)) == [
        "a: is answer with 0 pieces of evidence", "b: is none with 1 pieces of evidence",
    ]  # fmt: skip


@pytest.fixture
def measure(corpus, tmp_path, monkeypatch, capsys):
    """Run it over planted answers: measure(first=…, second=…, open=…) → (code, what was printed)."""
    for name, rows in (("NAMED", NAMED), ("SECOND", NAMED), ("OPEN", OPEN)):
        path = tmp_path / f"{name.lower()}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        monkeypatch.setattr(covering, name, path)
    monkeypatch.setattr(covering, "ENOUGH", 2)
    monkeypatch.setattr(covering, "build_index", lambda *places: None)

    def runs(first=None, second=None, unverified=None, out=None):
        given = iter((first or answers(), second or answers(), unverified or silent()))
        monkeypatch.setattr(covering, "ask_all", lambda *rest: next(given))
        return coverage(corpus, tmp_path / "index", out), capsys.readouterr().out

    return runs


def wrong(found):
    return [answer | {"quotes": []} for answer in found]


def test_when_all_is_right_it_ends_with_zero(measure):
    code, out = measure()
    assert code == 0
    assert "first set: 1 have an answer, 1 only an honest pointer, 0 none" in out
    assert "missed in" not in out


def test_a_miss_in_the_first_set_ends_with_one_and_one_in_the_second_is_only_said(measure):
    assert measure(first=wrong(answers()))[0] == 1
    code, out = measure(second=wrong(answers()))
    assert code == 0
    assert "missed in “second set: a quote that answers”\n  a (help, answered): Who helps?" in out


def test_an_answer_that_comes_second_is_said_and_ends_with_zero(measure):
    later = answers()
    later[0]["quotes"].reverse()
    code, out = measure(first=later)
    assert code == 0
    assert "missed in “first set: the first quote does”" in out


def test_a_fault_in_an_answer_to_an_open_question_ends_with_one(measure):
    assert measure(unverified=[silent()[0] | {"look_in": []}])[0] == 1


def test_the_figures_and_the_answers_can_be_written_down(measure, tmp_path):
    measure(first=wrong(answers()), out=tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [(row["passed"], row["n"]) for row in written["scores"][:4]] == [(0, 2), (0, 2), (2, 2), (2, 2)]
    assert list(written["answers"]) == ["named", "second", "open"]


def test_evidence_that_stands_nowhere_stops_it_before_anything_is_asked(measure, corpus):
    (corpus / "guides" / "two.md").unlink()
    with pytest.raises(EvalError, match="a: two does not say"):
        measure()
