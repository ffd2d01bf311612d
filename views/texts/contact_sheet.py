"""An organisation → its contact sheet, to be saved and printed, and the same as text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.markup import paragraph, safe, save_button
from views.texts.shown import heading
from views.words import say

if TYPE_CHECKING:
    from assistant.shelf import Shelf


def show(_: Shelf) -> None:
    """The choice of an organisation, and its sheet."""
    from assistant.contacts_on_file import UsageError, on_file
    from assistant.referral import SYSTEM
    from assistant.sheet import sheet_pdf, sheet_text

    st.html(heading(say("texts.sheet")) + paragraph(say("texts.sheet_about")))
    names = {SYSTEM: say("texts.everybody"), **engine.entities()}
    entity = st.selectbox(say("texts.sheet_entity"), list(names), format_func=names.__getitem__, key="sheet-entity")
    wording, today = engine.wording("en"), date.today()
    try:
        with st.spinner(say("page.looking")):
            shown = on_file(engine.corpus_dir()).shown(entity, "en")
            text, pdf = sheet_text(shown, wording, today), sheet_pdf(shown, wording, today)
    except UsageError as error:
        st.html(paragraph(str(error), "av-notice"))
        return
    st.html(save_button(say("texts.save_sheet"), pdf, f"contacts-{entity}.pdf", "application/pdf"))
    st.html(paragraph(say("texts.saved_note"), "av-small"))
    lines = safe(text).replace("\n", "<br>")
    st.html(f'<details><summary>{safe(say("texts.sheet_text"))}</summary><p class="av-sheet">{lines}</p></details>')
