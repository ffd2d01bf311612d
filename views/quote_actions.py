"""Quote → what a person can do with it: see the page that it stands on, copy it with its citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.markup import paragraph, picture_tag, safe
from views.words import say

if TYPE_CHECKING:
    from assistant.quotes import Quote
    from assistant.wording import Wording


def show_actions(quote: Quote, key: str, wording: Wording) -> None:
    """Two buttons, and below them what they open; key tells them from those of other quotes."""
    page, copy = f"open-{key}", f"copy-{key}"
    opened, copied = st.session_state.get(page, False), st.session_state.get(copy, False)
    where = f" ({wording['label.page']} {quote.page_label})"
    with st.container(horizontal=True, key=f"actions-{key}"):
        label = (say("page.hide_page") if opened else say("page.show_page")) + where
        st.button(label, key=f"page-{key}", on_click=_toggle, args=(page,), type="tertiary")
        label = say("texts.hide_copy") if copied else say("texts.copy")
        st.button(label, key=f"cite-{key}", on_click=_toggle, args=(copy,), type="tertiary")
    if copied:
        _show_copy(quote)
    if opened:
        _show_page(quote, wording)


def close_all() -> None:
    """Close what was opened under quotes of the view beside the chat: others come in their place."""
    for name in [str(name) for name in st.session_state]:
        if name.startswith(("open-text-", "copy-text-")):
            del st.session_state[name]


def _toggle(flag: str) -> None:
    st.session_state[flag] = not st.session_state.get(flag, False)


def _show_copy(quote: Quote) -> None:
    """The exact words, where they stand, and the reference, with a button that copies them."""
    from assistant.citing import with_citation
    from views.texts.shelves import published_of

    st.code(with_citation(quote, published_of(quote)), language=None, wrap_lines=True)


def _show_page(quote: Quote, wording: Wording) -> None:
    """The cited page as a picture, with its text for those who cannot see it."""
    with st.spinner(say("page.looking")):
        text = engine.page_text_of(quote)
        picture, problem = engine.picture_of(quote, text.shares if text else ())
    if picture is None:
        st.html(paragraph(problem, "av-notice"))
        return
    told = f"{wording['label.page']} {quote.page_label}: {quote.title}." + (
        f" {say('page.page_text')} ↓" if text else ""
    )
    st.html(picture_tag(picture.png, "png", told))
    if not picture.marked:
        st.html(paragraph(say("page.not_marked"), "av-small"))
    if text:
        said = unconfirmed(text.unconfirmed, wording)
        lines = safe(text.text).replace("\n", "<br>")
        st.html(f'<details><summary>{safe(say("page.page_text"))}</summary>{said}<p dir="auto">{lines}</p></details>')


def unconfirmed(contacts: tuple[str, ...], wording: Wording) -> str:
    """Which contacts in a document's own words stand in no reviewed file; "" when there are none."""
    return paragraph(f"{wording['label.not_confirmed']}: {', '.join(contacts)}", "av-notice") if contacts else ""
