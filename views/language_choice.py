"""The person's choice of a language at the top of a view, and what page.js needs to say the rest in it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from views import engine, shell, turns, words
from views.languages import NAMES
from views.markup import paragraph
from views.words import say

_FIELD: Final = "language-field"  # of the session; Streamlit forgets it in views without the field, so words keeps it

_CHOSEN: Final = (*turns.CHOICES, "view", "texts_view", "kinds", "sheet-entity", "sheet-language")  # of the session


def show() -> None:
    """The field with each language named in itself, and a line where nobody has reviewed the words."""
    language = words.language()
    if st.session_state.get(_FIELD) != language:  # what is set anew each time is sent anew each time
        st.session_state[_FIELD] = language
    with st.container(key="language"):
        st.selectbox(
            say("page.language"),
            list(NAMES),
            index=list(NAMES).index(language),  # for a browser that was not yet shown what was set: a run cut short
            format_func=NAMES.__getitem__,
            key=_FIELD,
            on_change=_choose,
            label_visibility="collapsed",
        )
        st.html(shell.words_tag(language))
    if not engine.wording(language).reviewed:
        st.html(paragraph(say("page.not_reviewed"), "av-small"))


def _choose() -> None:
    """Keep the choice; and what was chosen elsewhere, which the browser knows by its words in the language before."""
    words.choose(st.session_state[_FIELD])
    for name in [str(name) for name in st.session_state]:
        if name in _CHOSEN or name.startswith("only-"):
            st.session_state[name] = st.session_state[name]
