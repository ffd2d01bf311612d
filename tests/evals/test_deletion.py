from __future__ import annotations

from evals import deletion
from evals.deletion import BROKE, OTHER, SILENT, UNCHANGED, Deletion, delete_and_ask, print_deletions
from evals.questions import Question


def test_no_answer_stays_when_its_evidence_is_gone(questions, small_index, capsys):
    found = delete_and_ask(questions, small_index.corpus, small_index.index)
    assert {one.id for one in found} >= {"s-1", "s-2"}
    assert {one.outcome for one in found} <= {SILENT, OTHER}
    assert print_deletions(found) == 0
    assert "0  still quoted what was gone" in capsys.readouterr().out


def test_what_is_quoted_without_a_search_goes_too(small_index):
    tells = Question("t-1", "my boss keeps touching me and I am afraid", ("answered",), entity="un-secretariat")
    (found,) = delete_and_ask([tells], small_index.corpus, small_index.index)
    assert found.outcome in {SILENT, OTHER}


def test_an_assistant_that_remembers_its_answers_is_caught(questions, small_index, monkeypatch):
    real, kept = deletion.Assistant.ask, {}

    def remembers(self, question, **options):
        if question not in kept:
            kept[question] = real(self, question, **options)
        return kept[question]

    monkeypatch.setattr(deletion.Assistant, "ask", remembers)
    found = delete_and_ask(questions[:1], small_index.corpus, small_index.index)
    assert {one.outcome for one in found} == {UNCHANGED}
    assert print_deletions(found) == 1


def test_an_answer_that_breaks_and_no_answer_at_all_are_no_success():
    assert print_deletions([Deletion("a", BROKE)]) == 1
    assert print_deletions([]) == 1
