"""One question → what each document says on it, in its exact words, side by side; and the same for a spreadsheet."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import streamlit as st

from assistant.side_by_side import as_csv
from views import engine
from views.answers import show_answer
from views.markup import paragraph, safe, save_button
from views.texts.shown import heading, notice, status_name
from views.texts.verdicts import table_words
from views.trouble import show_trouble
from views.words import language, say

if TYPE_CHECKING:
    from assistant.shelf import Shelf
    from assistant.side_by_side import Cell

_LONGEST = 300  # characters of a question


def show(shelf: Shelf) -> None:
    """The field, and the table."""
    st.html(heading(say("texts.compare")) + paragraph(say("texts.side_about")))
    with st.form("table-form", border=False), st.container(key="look"):
        question = st.text_input(say("texts.question_label"), key="tabled", max_chars=_LONGEST)
        st.form_submit_button(say("texts.question_button"), type="primary")
    if not any(letter.isalnum() for letter in question):
        return
    answer = cells = None
    with contextlib.suppress(Exception), st.spinner(say("page.looking")):  # its text could hold the question
        asked = engine.ask(question, None, (), urgent_seen=False)
        if asked.status != "unanswerable_language" and not asked.urgent:
            cells = engine.side_by_side(question)
        answer = asked
    if answer is None:
        show_trouble()
    elif answer.urgent:  # somebody may be in danger here too
        show_answer(answer, answer.referral, "text-urgent", latest=False)
    elif cells is None:
        st.html(notice(say("texts.in_english")))
    else:
        told = engine.wording(answer.language)["notice.word_by_word"]
        st.html((notice(told) if told in answer.notices else "") + _table(cells, shelf))
        st.html(
            save_button(say("texts.save_csv"), as_csv(cells, table_words()).encode(), "side-by-side.csv", "text/csv")
        )


def _table(cells: tuple[Cell, ...], shelf: Shelf) -> str:
    """What documents say, those that say something first."""
    names = (say("texts.column_document"), say("texts.column_words"), say("texts.column_where"))
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in names)
    rows = "".join(f"<tr>{_row(cell, shelf)}</tr>" for cell in sorted(cells, key=lambda cell: cell.quote is None))
    return f'<table class="av-side"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(cell: Cell, shelf: Shelf) -> str:
    card, quote = cell.card, cell.quote
    about = " · ".join(part for part in (card.issuer, card.symbol, status_name(card.status)) if part)
    name = f'<th scope="row" dir="auto">{safe(card.title)}{paragraph(about, "av-small")}</th>'
    if quote is None:
        return f'{name}<td colspan="2">{paragraph(say("texts.silent"), "av-small")}</td>'
    contacts = shelf.unconfirmed(quote.text)
    wording = engine.wording(language())
    told = f"{wording['label.not_confirmed']}: {', '.join(contacts)}" if contacts else ""
    said = " […] ".join(quote.parts or (quote.text,))
    label = f"{wording['label.paragraph']} {quote.paragraph}" if quote.paragraph else ""
    page = f"{wording['label.page']} {quote.page_label}"
    where = paragraph(", ".join(part for part in (label, page) if part))
    return f'{name}<td><q dir="auto">{safe(said)}</q>{paragraph(told, "av-notice")}</td><td>{where}</td>'
