"""Words and phrases → every sentence that holds them, in reading order, marked; with filters."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.finding import LONGEST, MOST_HITS, Hit, Wanted, choices, find, marked, terms_of
from views import engine
from views.quote_actions import close_all, show_actions
from views.texts.shown import document_heading, heading, notice, quote_html, status_name, with_contacts
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.finding import Term
    from assistant.shelf import Shelf

_AT_ONCE: Final = 20  # hits that are shown before "Show more"


def show(shelf: Shelf) -> None:
    """The field, the filters, and what was found."""
    st.html(heading(say("texts.search")))
    with st.form("search-form", border=False), st.container(key="look"):
        search = st.text_input(say("texts.search_label"), key="searched", max_chars=LONGEST)
        with st.expander(say("texts.filters")):
            wanted = _filters(shelf)
        st.form_submit_button(say("texts.search_button"), type="primary", on_click=_from_the_top)
    if not search.strip():
        return
    terms = terms_of(search)
    if not terms:
        st.html(notice(say("texts.no_word")))
        return
    with st.spinner(say("page.looking")):
        hits = find(shelf, terms, wanted)
    st.html(notice(_counted(hits)))
    _show_hits(hits, terms, shelf)


def _from_the_top() -> None:
    st.session_state["hits_shown"] = _AT_ONCE
    close_all()


def _filters(shelf: Shelf) -> Wanted:
    known = {"document": {one.card.id: one.card.title for one in shelf.documents}}
    for field in ("issuer", "status", "language", "year"):
        known[field] = {value: status_name(value) if field == "status" else value for value in choices(shelf, field)}
    return Wanted(**{field: _choice(field, values) for field, values in known.items()})


def _choice(field: str, values: dict[str, str]) -> str:
    """One of the values, by the name that is shown; "" for any."""
    names = {"": say("texts.any"), **values}
    return (
        st.selectbox(say(f"texts.field_{field}"), list(names), format_func=names.__getitem__, key=f"only-{field}") or ""
    )


def _counted(hits: Sequence[Hit]) -> str:
    if len(hits) < 2:
        return say("texts.found_one") if hits else say("texts.found_none")
    more = "+" if len(hits) >= MOST_HITS else ""
    return say("texts.found", places=f"{len(hits):,}{more}", documents=str(len({hit.document.card.id for hit in hits})))


def _show_hits(hits: Sequence[Hit], terms: Sequence[Term], shelf: Shelf) -> None:
    many = st.session_state.get("hits_shown", _AT_ONCE)
    number = 0
    for _, of_document in groupby(hits[:many], key=lambda hit: hit.document.card.id):
        for place, hit in enumerate(of_document):
            number += 1
            quote = hit.document.quote(hit.run)
            if quote is None:
                continue
            quote = with_contacts(quote, shelf)
            head = document_heading(quote) if place == 0 else ""
            st.html(head + quote_html(quote, marked(quote.text, terms)))
            show_actions(quote, f"text-hit-{number}", engine.wording(language()))
    if len(hits) > many:
        st.caption(say("texts.shown", shown=str(many), all=f"{len(hits):,}"))
        st.button(say("texts.more"), key="more-hits", on_click=_show_more)


def _show_more() -> None:
    st.session_state["hits_shown"] = st.session_state.get("hits_shown", _AT_ONCE) + _AT_ONCE
