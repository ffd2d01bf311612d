"""What a person asks or chooses → the turns of this visit, each with its answer; in its session and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.choices import Choices
from views import engine
from views.words import hear, language, say

if TYPE_CHECKING:
    from assistant.answer import Answer

LONGEST: Final = 20_000  # signs that can be typed or pasted; far more than is ever needed
CHOICES: Final = ("entity", "other", "contract")  # of the session: what can be chosen; all is optional


@dataclass
class Turn:
    """One question of this visit, or one way in without one, and, once it is there, its answer.

    question is shown, without names and numbers of persons; typed, as it was sent, is dropped once it was asked. need
    is the name of a way in. entity, choices and language are what the answer was made with, asked counts how often it
    was made.
    """

    question: str
    typed: str = ""
    need: str = ""
    answer: Answer | None = None
    urgent_seen: bool = False
    tried: bool = False
    entity: str | None = None
    choices: Choices = field(default_factory=Choices)
    language: str = ""
    asked: int = 0


def turns() -> list[Turn]:
    """The turns of this visit, oldest first."""
    kept: list[Turn] = st.session_state.setdefault("turns", [])
    return kept


def take_question() -> None:
    """Put a question that was just sent at the end; Streamlit calls this before the page is shown again."""
    typed: str = st.session_state["asked"]
    hear(typed)
    turns().append(Turn(engine.without_personal(typed), typed))


def take_need(name: str) -> None:
    """Put a way in that was just chosen at the end, in the words of its button; a second click changes nothing."""
    if not turns() or turns()[-1].need != name:
        turns().append(Turn(engine.needs()[name], need=name))


def shown(number: int) -> str:
    """A turn as the person put it; a way in is called what it is called now."""
    turn = turns()[number]
    return engine.needs().get(turn.need, turn.question)


def entity() -> str | None:
    """The organisation that is chosen in this visit."""
    chosen: str | None = st.session_state.get("entity")
    return chosen


def choices() -> Choices:
    """What is chosen besides."""
    return Choices(st.session_state.get("other") or "", st.session_state.get("contract") or "")


def keep_choices() -> None:
    """Keep what is chosen where its fields are not on the page; Streamlit would forget it."""
    for name in CHOICES:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def answer_where_due(number: int) -> Turn:
    """A turn with its answer, which is made where there is none yet, or where it is out of date.

    The last one is made again when something else, or another language, is chosen; one that came too early, when the
    documents are ready.
    """
    turn = turns()[number]
    made_with, now = (turn.entity, turn.choices, turn.language), (entity(), choices(), language())
    changed = number == len(turns()) - 1 and made_with != now
    too_early = turn.answer is not None and turn.answer.status in engine.TOO_EARLY and engine.ready()
    if turn.asked and (changed or too_early):
        turn.answer, turn.tried = None, False
        _close_what_was_opened(number)
    if not turn.tried:
        with st.spinner(say("page.looking")):
            _ask(turn, tuple(earlier.question for earlier in turns()[:number] if not earlier.need))
    return turn


def ask_past_urgent() -> None:
    """The person is safe for now and wants the answer: it is asked for again, past the urgent words."""
    turn = turns()[-1]
    turn.urgent_seen, turn.answer, turn.tried = True, None, False


def _close_what_was_opened(number: int) -> None:
    """Close pages and citations under the quotes of a turn: others may come in their place."""
    for name in [str(name) for name in st.session_state]:
        if name.startswith((f"open-{number}-", f"copy-{number}-")):
            del st.session_state[name]


def _ask(turn: Turn, earlier: tuple[str, ...]) -> None:
    """Put the answer into a turn; a question that breaks something is not asked again and again."""
    turn.entity, turn.choices, turn.language = entity(), choices(), language()
    turn.tried, turn.asked = True, turn.asked + 1
    typed, turn.typed = turn.typed or turn.question, ""
    try:
        if turn.need:
            turn.answer = engine.need(turn.need, turn.entity, turn.choices)
        else:
            turn.answer = engine.ask(typed, turn.entity, earlier, urgent_seen=turn.urgent_seen, choices=turn.choices)
    except Exception:  # noqa: BLE001, S110  its text could hold the question; the person sees our own sentence
        pass
    except BaseException:  # Streamlit ends this run because something else was sent: asked again in the next
        turn.tried, turn.typed = False, typed
        raise
