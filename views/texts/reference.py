"""A reference → where its words stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.references import LONGEST, BadReferenceError, read_reference, verify
from views import engine
from views.markup import paragraph
from views.quote_actions import close_all, show_actions
from views.texts.shown import document_heading, heading, notice, quote_html, with_contacts
from views.texts.verdicts import reference_problem, verdict_kept, verdict_said
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.references import Found
    from assistant.shelf import Shelf


_MOST: Final = 10  # places that are shown of each kind


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
        st.html(notice(reference_problem(error)))
        return
    with st.spinner(say("page.looking")):
        verdict = verify(reference, shelf, engine.corpus_dir())
    _show(notice(verdict_said(verdict)), verdict.here, shelf, "here")
    if verdict.replaced_by:
        title = shelf.by_id[verdict.replaced_by].card.title
        said = say("texts.newer_same" if verdict.after else "texts.newer_not", title=title)
        _show(paragraph(said, "av-notice"), verdict.after, shelf, "after")
    if verdict.elsewhere:
        _show(paragraph(say("texts.cited_elsewhere"), "av-notice"), verdict.elsewhere, shelf, "elsewhere")
    if kept := verdict_kept(verdict):
        st.html(paragraph(kept, "av-notice"))


def _show(said: str, found: Sequence[Found], shelf: Shelf, key: str) -> None:
    """A sentence, and the places that it is about."""
    st.html(said)
    places = [one.document.quote(run) for one in found[:_MOST] for run in one.runs]
    for number, quote in enumerate(places):
        if quote:
            quote = with_contacts(quote, shelf)
            st.html(document_heading(quote) + quote_html(quote))
            show_actions(quote, f"text-ref-{key}-{number}", engine.wording(language()))
