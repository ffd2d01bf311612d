"""Two documents, or two editions of one → their clauses side by side, what differs in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.editions import KINDS, compare
from views.markup import paragraph
from views.texts import shelves
from views.texts.shown import changes_html, heading, notice
from views.texts.verdicts import counts_said, kind_name, row_title
from views.words import say

if TYPE_CHECKING:
    from assistant.editions import Compared
    from assistant.shelf import DocumentText, Shelf

_MOST: Final = 150  # clauses that are shown
_SIDES: Final = (("texts.older", "older"), ("texts.later", "later"))


def show(shelf: Shelf) -> None:
    """Two choices, and the clauses of the kinds that are wanted."""
    st.html(heading(say("texts.editions")))
    texts = _texts(shelf)
    if len(texts) < 2:
        st.html(paragraph(say("texts.one_only"), "av-notice"))
        return
    names = list(texts)
    proposed = _proposed(shelf, texts)
    older, later = (
        st.selectbox(say(label), names, index=place, placeholder=say("quality.no_plot"), key=key)
        for (label, key), place in zip(_SIDES, map(names.index, proposed) if proposed else (None, None), strict=True)
    )
    if not older or not later:
        return
    with st.spinner(say("page.looking")):
        rows = compare(texts[older], texts[later])
    st.html(notice(counts_said(rows)))
    kinds = st.multiselect(
        say("texts.show_kinds"),
        KINDS,
        default=[kind for kind in KINDS if kind != "same"],
        format_func=kind_name,
        key="kinds",
    )
    wanted = [row for row in rows if row.kind in kinds or (row.renumbered and row.kind == "same" and "moved" in kinds)]
    st.html("".join(map(_clause, wanted[:_MOST])) or paragraph(say("texts.no_clauses")))
    if len(wanted) > _MOST:
        st.html(notice(say("texts.compared_many", shown=str(_MOST), all=str(len(wanted)))))


def _texts(shelf: Shelf) -> dict[str, DocumentText]:
    """What can be compared, by the name that is shown: documents of today, then editions of the build before."""
    found: dict[str, DocumentText] = {}
    for document in shelf.documents:
        card = document.card
        name = " · ".join(part for part in (card.title, card.symbol) if part)
        found[name if name not in found else f"{name} ({card.id})"] = document
    hashes = {document.card.sha256 for document in shelf.documents}
    for document in shelves.before():
        if document.card.sha256 not in hashes:
            found[say("texts.earlier_edition", title=f"{document.card.title} ({document.card.id})")] = document
    return found


def _proposed(shelf: Shelf, texts: dict[str, DocumentText]) -> tuple[str, str] | None:
    """The pair that somebody most likely wants: an edition of the build before, or a document that was replaced."""
    names = {id(document): name for name, document in texts.items()}
    for document in texts.values():
        now = shelf.by_id.get(document.card.replaced_by) or shelf.by_id.get(document.card.id)
        if now and now is not document:
            return names[id(document)], names[id(now)]
    return None


def _clause(row: Compared) -> str:
    shown = row.after or row.before
    text = changes_html(row.changes) if row.changes else paragraph(shown.text if shown else "")
    return f'<section class="av-document">{heading(row_title(row), 3)}{text}</section>'
