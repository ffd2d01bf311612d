"""What the page shows, from top to bottom; a conversation lives in this visit's session and nowhere else."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.answers import show_answer
from views.markup import paragraph, safe
from views.shell import TITLE
from views.texts import page as texts
from views.trouble import show_contacts, show_trouble
from views.words import say

if TYPE_CHECKING:
    from assistant.answer import Answer

_LONGEST = 20_000  # signs that can be typed or pasted; far more than is ever needed
_TOO_EARLY = "error_no_index"  # asked while the documents were being read, so asked again when they are ready


@dataclass
class Turn:
    """One question of this visit and, once it is there, its answer.

    question is shown, without names and numbers of persons; typed, as it was sent, is dropped once it was asked.
    """

    question: str
    typed: str = ""
    answer: Answer | None = None
    urgent_seen: bool = False
    tried: bool = False
    entity: str | None = None


def show() -> None:
    """Show the whole page; Streamlit calls this again after everything that a person does."""
    st.set_page_config(page_title=TITLE, layout="centered")
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    _introduction(opening=not turns)
    _choices(empty=not turns)
    if not engine.ready():
        _wait_until_ready()
    conversation = st.container()
    with st.container(key="ask"):  # page.css keeps it in sight; Streamlit's own place would scroll past the answer
        st.chat_input(say("page.ask"), key="asked", max_chars=_LONGEST, on_submit=_take)
    if not turns:
        show_contacts()
        texts.entrance()
    with conversation:
        for number, turn in enumerate(turns):
            _show_turn(turns, number, turn)
    engine.warm()


def _take() -> None:
    """Put a question that was just sent at the end of the conversation; Streamlit calls this before `show`."""
    typed: str = st.session_state["asked"]
    st.session_state["turns"].append(Turn(engine.without_personal(typed), typed))


def _introduction(*, opening: bool) -> None:
    private = paragraph(say("page.private"), "av-small") if opening else ""  # said once, before the first question
    about = f"<h1>{safe(say('page.heading'))}</h1>" + paragraph(say("page.about"))
    st.html(about + private + paragraph(say("page.leaving"), "av-small"))
    since = engine.in_use_since()
    if since:
        st.html(paragraph(say("page.since", date=since), "av-small"))
    notice = engine.documents_notice() if opening else ""  # every answer says it again
    if notice:
        st.html(paragraph(notice, "av-notice"))


def _choices(*, empty: bool) -> None:
    entities = engine.entities()
    if entities:
        st.selectbox(
            say("page.organisation"),
            list(entities),
            index=None,
            format_func=lambda entity: entities[entity],
            placeholder=say("page.any_organisation"),
            key="entity",
        )
    if not empty:
        with st.container(horizontal=True):
            st.button(say("page.clear"), on_click=st.session_state.clear)
            texts.entrance()


@st.fragment(run_every=2.0)
def _wait_until_ready() -> None:
    """Say how the documents stand, and look again every two seconds until they can be searched."""
    if engine.ready():
        st.rerun(scope="app")
    st.html(f'<div role="status">{paragraph(engine.condition_text(), "av-notice")}</div>')


def _show_turn(turns: list[Turn], number: int, turn: Turn) -> None:
    with st.chat_message("user"):
        st.text(turn.question)
    with st.chat_message("assistant"):
        if turn.answer and turn.answer.status == _TOO_EARLY and engine.ready():
            turn.answer, turn.tried = None, False
        if turn.answer is None and not turn.tried:
            with st.spinner(say("page.looking")):
                _ask(turn, tuple(earlier.question for earlier in turns[:number]))
        if turn.answer is None:
            show_trouble()
        else:
            latest = number == len(turns) - 1
            changed = latest and turn.entity != _entity()
            chosen = engine.referral(_entity())[0] if changed else turn.answer.referral
            show_answer(turn.answer, chosen, str(number), latest=latest)


def _ask(turn: Turn, earlier: tuple[str, ...]) -> None:
    """Put the answer into a turn; a question that breaks something is not asked again and again."""
    turn.tried, turn.entity, typed, turn.typed = True, _entity(), turn.typed or turn.question, ""
    with contextlib.suppress(Exception):  # its text could hold the question; the person sees our own sentence
        turn.answer = engine.ask(typed, turn.entity, earlier, urgent_seen=turn.urgent_seen)


def _entity() -> str | None:
    """The organisation that is chosen in this visit."""
    return st.session_state.get("entity")
