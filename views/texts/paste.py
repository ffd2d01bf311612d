"""A pasted sentence → where it stands exactly, or how it differs; kept nowhere but in this visit's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.pasted import check_pasted
from views import engine
from views.markup import paragraph
from views.quote_actions import close_all, show_actions
from views.texts.shown import changes_html, document_heading, heading, list_html, notice, quote_html, with_contacts
from views.texts.verdicts import change_list, checked_said
from views.words import language, say

if TYPE_CHECKING:
    from assistant.pasted import Place
    from assistant.shelf import Shelf

_LONGEST: Final = 100_000  # characters that the field takes; what is too long to compare is said so
_OPENED: Final = 10  # places that are shown whole


def show(shelf: Shelf) -> None:
    """The field, and what was found for what is in it."""
    st.html(heading(say("texts.paste")))
    with st.form("paste-form", border=False), st.container(key="look"):
        pasted = st.text_area(say("texts.paste_label"), key="pasted", max_chars=_LONGEST, height=140)
        asked = st.form_submit_button(say("texts.paste_button"), type="primary", on_click=close_all)
    if not pasted and not asked:
        return
    with st.spinner(say("page.looking")):
        checked = check_pasted(shelf, pasted)
    st.html(notice(checked_said(checked)))
    for number, place in enumerate(checked.places[:_OPENED]):
        _show_place(place, shelf, f"text-paste-{number}")
    rest = checked.places[_OPENED:]
    if rest:
        from assistant.citing import citation

        st.html(list_html([citation(place.quote, place.document.card.published) for place in rest]))
    if checked.more:
        st.html(notice(say("texts.checked_more")))


def _show_place(place: Place, shelf: Shelf, key: str) -> None:
    quote = with_contacts(place.quote, shelf)
    said = ""
    if place.changes:
        nearest = f"{say('texts.nearest')}: {place.share:.0%}. " if place.share < 1 else ""
        said = changes_html(place.changes) + paragraph(nearest + say("texts.how_marked"), "av-small")
        said += heading(say("texts.differences"), 4) + list_html(change_list(place.changes))
    st.html(document_heading(quote) + said + quote_html(quote))
    show_actions(quote, key, engine.wording(language()))
