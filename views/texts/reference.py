"""A reference → where its words stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.check_words import verdict_lines
from assistant.references import LONGEST, BadReferenceError, read_reference, verify
from views import engine
from views.quote_actions import close_all, show_actions
from views.texts.shown import document_heading, heading, notice, quote_html, with_contacts
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.references import Found
    from assistant.shelf import Shelf


def show(shelf: Shelf) -> None:
    """The field, and what became of the words of the reference in it."""
    st.html(heading(say("texts.verify")))
    with st.form("verify-form", border=False), st.container(key="look"):
        typed = st.text_input(say("texts.verify_label"), key="verified", max_chars=LONGEST)
        st.form_submit_button(say("texts.verify_button"), type="primary", on_click=close_all)
    if not typed.strip():
        return
    try:
        reference = read_reference(typed)
    except BadReferenceError as error:
        st.html(notice(str(error)))
        return
    with st.spinner(say("page.looking")):
        verdict = verify(reference, shelf, engine.corpus_dir())
    said = [line for line in verdict_lines(verdict, shelf) if not line.startswith(("- ", "  "))]
    st.html(notice(said[0]))
    _show_places((*verdict.here, *verdict.after, *verdict.elsewhere), shelf)
    for line in said[1:]:
        st.html(notice(line))


def _show_places(found: Sequence[Found], shelf: Shelf) -> None:
    number = 0
    for one in found[:10]:
        for run in one.runs:
            number += 1
            quote = one.document.quote(run)
            if quote:
                quote = with_contacts(quote, shelf)
                st.html(document_heading(quote) + quote_html(quote))
                show_actions(quote, f"text-ref-{number}", engine.wording(language()))
