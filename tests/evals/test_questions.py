from __future__ import annotations

import csv
import json

import pytest

from evals.errors import EvalError
from evals.gold import Finder, evidence_problems
from evals.pdf_text import Pdfs
from evals.questions import DEVELOPMENT, LEARNED, SEEN, TEST, UNSEEN, Question, read_set, read_sets, set_names
from ingest.build import CORPUS_DIR

MAIN = read_sets()
EVERY = read_sets(set_names())


def count(questions, **wanted):
    return sum(all(getattr(question, name) == value for name, value in wanted.items()) for question in questions)


def test_every_piece_of_evidence_stands_in_its_document_and_paragraph():
    assert evidence_problems(EVERY, CORPUS_DIR, Finder(CORPUS_DIR, Pdfs(CORPUS_DIR))) == []


def test_there_are_enough_of_each_kind():
    answerable = [question for question in MAIN if question.gold and question.language == "en"]
    assert len(answerable) >= 240
    assert count(answerable, set="lay") >= 120
    assert count(MAIN, set="unanswerable") >= 80
    assert sum(bool(question.history) for question in MAIN if question.set == "follow_up") >= 40
    assert count(MAIN, set="urgent", expect=("referred",)) >= 60
    assert count(MAIN, set="look_alike") >= 40
    assert count(MAIN, set="adversarial") >= 80
    assert count(MAIN, set="frightening") >= 20
    assert sum(question.language in {"fr", "es", "ar", "zh", "ru"} for question in MAIN) >= 60


def test_the_halves_are_fixed_by_the_id_alone():
    halves = {question.id: question.half for question in MAIN}
    assert [halves[f"lay-00{n}"] == TEST for n in range(1, 7)] == [False, False, False, True, True, False]
    one, other = Question("lay-001", "x", ("answered",), set="a"), Question("lay-001", "y", ("referred",), set="b")
    assert one.half == other.half == halves["lay-001"]
    parted = [question.half for question in MAIN if question.set not in UNSEEN]
    assert 0.4 < parted.count(TEST) / len(parted) < 0.6
    assert {question.half for question in MAIN if question.set in UNSEEN} == {TEST}
    development, test = read_sets(half=DEVELOPMENT), read_sets(half=TEST)
    assert sorted(q.id for q in (*development, *test)) == sorted(halves)


def test_sets_that_were_seen_before_are_development_and_left_out_unless_named():
    assert {question.set for question in MAIN}.isdisjoint(SEEN)
    assert {question.half for question in read_sets(SEEN)} == {DEVELOPMENT}


def test_answerable_questions_have_evidence_and_the_others_none():
    for question in MAIN:
        if question.expect == ("answered",):
            assert question.gold, question.id
        elif "answered" not in question.expect:
            assert not question.gold, question.id


def test_no_question_stands_twice():
    asked = [(q.question, q.history, q.entity) for q in MAIN if q.set not in UNSEEN]  # two writers may ask the same
    assert len(asked) == len(set(asked))


def asked_in_life():
    with (CORPUS_DIR / "questions.csv").open(encoding="utf-8", newline="") as file:
        return {row["question"]: row["paragraphs"].split("; ") for row in csv.DictReader(file)}


def test_no_question_that_is_learned_from_stands_in_a_set_to_measure_by():
    learned = {_folded(question) for question in asked_in_life()}
    assert len(EVERY) > 4000
    assert [question.id for question in EVERY if not question.history and _folded(question.question) in learned] == []


def test_what_the_learned_sets_ask_stands_among_the_questions_with_every_paragraph_that_answers_it():
    known = asked_in_life()
    learned = [question for path in LEARNED for question in read_set(path)]
    learned = [q for q in learned if q.language == "en" and q.expect == ("answered",) and not q.history]
    there = [question for question in learned if " ".join(question.question.split()) in known]
    assert len(there) > 800
    for question in there:
        places = {f"{evidence.document} {evidence.paragraph.split(' ')[0]}" for evidence in question.gold[0]}
        assert len(question.gold) == 1 and places == set(known[" ".join(question.question.split())]), question.id


def _folded(question):
    return "".join(letter for letter in question.lower() if letter.isalnum())


def test_a_row_comes_back_as_it_was():
    question = next(question for question in MAIN if question.gold)
    assert Question.from_row(json.loads(json.dumps(question.to_row())), question.set) == question


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "x", "expect": ["answered"]}, "has no id"),
        ({"id": "a", "expect": ["answered"]}, "has no question"),
        ({"id": "a", "question": "x"}, "has no expect"),
        ({"id": "a", "question": "x", "expect": "answered"}, "expect is no list of texts"),
        ({"id": "a", "question": "x", "expect": ["maybe"]}, "maybe is none of"),
        ({"id": "a", "question": "x", "expect": ["answered"], "style": "odd"}, "style odd is none of"),
        ({"id": "a", "question": "x", "expect": ["answered"], "gold": [[{"text": "x"}]]}, "other fields than"),
        ({"id": "a", "question": "x", "expect": ["answered"], "gold": [[]]}, "a need without evidence"),
        ({"id": "a", "question": "x", "expect": ["answered"], "gold": 5}, "gold is no list"),
        ({"id": 5, "question": "x", "expect": ["answered"]}, "id is no text"),
        ({"id": "a", "question": "x", "expect": ["answered"], "must_nott": []}, "unknown field must_nott"),
        ({"id": "a", "question": "x", "expect": ["answered"], "must_not": ["<amuont>"]}, "which says nothing"),
        ({"id": "a", "question": "x", "expect": ["answered"], "must": [" "]}, "which says nothing"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_place(tmp_path, row, said):
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(EvalError, match=said) as error:
        read_set(path)
    assert "own" in str(error.value)


def test_a_file_that_is_no_json_is_told_with_every_line(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text('{"id": 1\n\n[1]\n')
    with pytest.raises(EvalError) as error:
        read_set(path)
    assert "line 1" in str(error.value) and "line 3" in str(error.value)


def test_an_unknown_set_is_told_with_those_that_there_are():
    with pytest.raises(EvalError, match=r"no set nothing.*lay"):
        read_sets(["nothing"])


def test_evidence_that_has_moved_to_another_paragraph_or_gone_is_told():
    (question,) = (q for q in EVERY if q.id == "for-010")
    row = json.loads(json.dumps(question.to_row()))
    moved = {**row, "gold": [[{**row["gold"][0][0], "paragraph": "99"}]]}
    gone = {**row, "gold": [[{**row["gold"][0][0], "text": "Nobody ever wrote this."}]]}
    finder = Finder(CORPUS_DIR, Pdfs(CORPUS_DIR))
    for changed, said in ((moved, "paragraph 99"), (gone, "does not say")):
        (problem,) = evidence_problems([Question.from_row(changed, "x")], CORPUS_DIR, finder)
        assert said in problem
    odd = Question("o", "x", ("answered",), entity="nobody", roles=("wizard",))
    assert evidence_problems([odd], CORPUS_DIR, finder) == [
        "o: there is no entity nobody", "o: no contact has the role wizard",
    ]  # fmt: skip
