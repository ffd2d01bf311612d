"""A turn of the conversation that is not answered to its end."""

from __future__ import annotations

import pytest

from views import turns


class RunEnded(BaseException):
    """As Streamlit ends a run of the page when something else was sent."""


@pytest.fixture
def turn(monkeypatch):
    monkeypatch.setattr(turns, "entity", lambda: None)
    monkeypatch.setattr(turns, "language", lambda: "en")
    monkeypatch.setattr(turns, "choices", lambda: None)
    return turns.Turn("who […]?", typed="who anna@example.org?")


def failing(error):
    def ask(*_, **__):
        raise error

    return ask


def test_a_question_whose_run_was_ended_is_asked_again_as_it_was_typed(turn, monkeypatch):
    monkeypatch.setattr(turns.engine, "ask", failing(RunEnded()))
    with pytest.raises(RunEnded):
        turns._ask(turn, ())
    assert (turn.tried, turn.typed, turn.answer) == (False, "who anna@example.org?", None)


def test_a_question_whose_run_was_ended_before_it_was_asked_is_not_lost(turn, monkeypatch):
    monkeypatch.setattr(turns, "language", failing(RunEnded()))
    with pytest.raises(RunEnded):
        turns._ask(turn, ())
    assert not turn.tried and turn.typed


def test_a_question_that_breaks_something_is_not_asked_again_and_what_was_typed_is_dropped(turn, monkeypatch):
    monkeypatch.setattr(turns.engine, "ask", failing(ValueError("anna")))
    turns._ask(turn, ())
    assert (turn.tried, turn.typed, turn.answer) == (True, "", None)
