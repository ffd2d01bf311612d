"""What the page shows, from top to bottom; a conversation lives in this visit's session and nowhere else."""

from __future__ import annotations

import streamlit as st

from views import engine, language_choice, turns, ways_in
from views.answers import show_answer
from views.markup import paragraph
from views.shell import TITLE
from views.texts import page as texts
from views.trouble import show_contacts, show_trouble
from views.words import clear_visit, say


def show() -> None:
    """Show the whole page; Streamlit calls this again after everything that a person does."""
    st.set_page_config(page_title=TITLE, layout="centered")
    language_choice.show()
    opening = not turns.turns()
    ways_in.introduction(opening=opening)
    ways_in.needs(opening=opening)
    ways_in.choices()
    if not opening:
        with st.container(horizontal=True):
            st.button(say("page.clear"), on_click=clear_visit)
            texts.entrance()
    if not engine.ready():
        _wait_until_ready()
    conversation = st.container()
    with st.container(key="ask"):  # page.css keeps it in sight; Streamlit's own place would scroll past the answer
        st.chat_input(say("page.ask"), key="asked", max_chars=turns.LONGEST, on_submit=turns.take_question)
    if opening:
        show_contacts()
        texts.entrance()
    with conversation:
        for number in range(len(turns.turns())):
            _show_turn(number)
    engine.warm()


@st.fragment(run_every=2.0)
def _wait_until_ready() -> None:
    """Say how the documents stand, and look again every two seconds until they can be searched."""
    if engine.ready():
        st.rerun(scope="app")
    st.html(f'<div role="status">{paragraph(engine.condition_text(), "av-notice")}</div>')


def _show_turn(number: int) -> None:
    with st.chat_message("user"):
        st.text(turns.shown(number))
    with st.chat_message("assistant"):
        turn = turns.answer_where_due(number)
        if turn.answer is None:
            show_trouble()
        else:
            latest = number == len(turns.turns()) - 1
            show_answer(turn.answer, turn.answer.referral, str(number), latest=latest, asked=turn.asked)
