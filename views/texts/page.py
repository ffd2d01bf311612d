"""Check the text: one view beside the chat; what is typed in it lives in this visit's session and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from views import language_choice, turns
from views.markup import paragraph, safe
from views.shell import TITLE
from views.texts import contact_sheet, documents, editions, paste, reference, search, shelves, table
from views.words import KEPT, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.shelf import Shelf

_FLAG: Final = "texts"  # of the session: this view is the one that is shown
_OTHERS: Final = (
    "turns",
    *turns.CHOICES,
    *KEPT,
    _FLAG,
    "texts_view",
)  # of the session, that stay when this view is cleared
_VIEWS: Final[dict[str, Callable[[Shelf], None]]] = {
    "texts.paste": paste.show,
    "texts.search": search.show,
    "texts.verify": reference.show,
    "texts.documents": documents.show,
    "texts.compare": table.show,
    "texts.editions": editions.show,
    "texts.sheet": contact_sheet.show,
}


def chosen() -> bool:
    """Whether this view is the one to show."""
    return bool(st.session_state.get(_FLAG))


def entrance() -> None:
    """The button that leads here."""
    st.button(say("texts.enter"), key="enter-texts", on_click=_enter, type="tertiary")


def _enter() -> None:
    st.session_state[_FLAG] = True


def _back() -> None:
    st.session_state[_FLAG] = False
    _clear()


def _clear() -> None:
    """Forget what was typed here; the conversation of the chat stays."""
    for name in [str(name) for name in st.session_state]:
        of_chat = name.startswith(("open-", "copy-")) and "-text-" not in name
        if not of_chat and name not in _OTHERS:
            del st.session_state[name]


def show() -> None:
    """Show the view; Streamlit calls this again after everything that a person does."""
    st.set_page_config(page_title=TITLE, layout="centered")
    turns.keep_choices()
    language_choice.show()
    st.html(f'<h1 class="av-view" tabindex="-1">{safe(say("texts.heading"))}</h1>' + paragraph(say("texts.about")))
    with st.container(horizontal=True):
        st.button(say("texts.back"), key="leave-texts", on_click=_back, type="tertiary")
        st.button(say("texts.clear"), key="clear-texts", on_click=_clear, type="tertiary")
    view = st.radio(say("texts.view"), list(_VIEWS), format_func=say, horizontal=True, key="texts_view")
    with st.spinner(say("page.looking")):
        shelf = shelves.shelf()
    if shelf is None:
        st.html(paragraph(say("texts.no_index"), "av-notice"))
        return
    _VIEWS[view](shelf)
