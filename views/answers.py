"""Answer → what a person reads: urgent words, quotes by document, the page behind a quote, the contacts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.contacts import avenue_list, referral_block
from views.markup import link, paragraph, safe
from views.quote_actions import show_actions, unconfirmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer, Urgent
    from assistant.quotes import Quote
    from assistant.referral import Referral
    from assistant.wording import Wording


def show_answer(answer: Answer, referral: Referral, key: str, *, latest: bool) -> None:
    """Show one answer with its contacts; key tells its buttons from those of others, latest opens the contacts."""
    wording = engine.wording(answer.language)
    if answer.urgent:
        st.html(_urgent(answer.urgent, wording))
        if latest and not answer.quotes:
            st.button(wording["urgent.safe_for_now"], key=f"safe-{key}", on_click=_ask_on)
    st.html(
        _forewords(answer.forewords)
        + f'<div data-say="answer {key} {answer.status}">{paragraph(answer.lead)}</div>'  # page.js says it once
        + _look_in(answer, wording)
        + "".join(paragraph(notice, "av-notice") for notice in answer.notices)
    )
    number, differing = 0, {difference.second: difference.text for difference in answer.differences}
    for _, quotes in groupby(answer.quotes, key=lambda quote: quote.document):
        for place, quote in enumerate(quotes):
            number += 1
            st.html((_document(quote) if place == 0 else "") + quoted(quote, wording))
            show_actions(quote, f"{key}-{number}", wording)
            if number - 1 in differing:
                st.html(paragraph(differing[number - 1], "av-notice"))
    for afterword in answer.afterwords:
        st.html(paragraph(afterword, "av-notice"))
    st.html(referral_block(referral, wording, folded=not latest))


def _ask_on() -> None:
    """The person is safe for now and wants the answer: it is asked for again, past the urgent words."""
    turn = st.session_state["turns"][-1]
    turn.urgent_seen, turn.answer, turn.tried = True, None, False


def _urgent(urgent: Urgent, wording: Wording) -> str:
    said = paragraph(urgent.text) + paragraph(urgent.in_english)
    return f'<section class="av-urgent" role="alert">{said}{avenue_list(urgent.avenues, wording)}</section>'


def _forewords(said: Sequence[str]) -> str:
    return f'<section class="av-first" role="note">{"".join(map(paragraph, said))}</section>' if said else ""


def _look_in(answer: Answer, wording: Wording) -> str:
    """The official texts where a person can look besides; "" where there are none."""
    if not answer.look_in:
        return ""
    found = "".join(f"<li>{link(basis.url, basis.document)}</li>" for basis in answer.look_in)
    return f"<p>{safe(wording['label.look_in'])}:</p><ul>{found}</ul>"


def _document(quote: Quote) -> str:
    issued = " · ".join(part for part in (quote.issuer, quote.symbol) if part)
    return f'<h2 dir="auto">{safe(quote.title)}</h2>' + paragraph(issued, "av-small")


def quoted(quote: Quote, wording: Wording, marked: str = "") -> str:
    """The exact words, where they stand, and what they are: policy text of some status, or our own guide.

    marked are the same words as HTML of our own making, where some of them are marked.
    """
    shown = marked or " […] ".join(safe(part) for part in quote.parts or (quote.text,))
    said = unconfirmed(quote.unconfirmed, wording) + _recognised(quote, wording)
    return f'<blockquote dir="auto">{shown}</blockquote>' + said + _citation(quote, wording)


def _recognised(quote: Quote, wording: Wording) -> str:
    """That a program read the words on a picture of the page, and how sure it was; "" for other quotes."""
    if not quote.recognised:
        return ""
    sure = wording.filled("label.recognised_confidence", percent=str(quote.confidence))
    said = [wording["label.recognised"], *([] if quote.confidence is None else [sure])]
    return paragraph(" ".join(said), "av-notice")


def _citation(quote: Quote, wording: Wording) -> str:
    where = f"{wording['label.page']} {quote.page_label}"
    if quote.page_label != str(quote.page):
        where += f" ({quote.page})"
    if quote.paragraph:
        where += f", {wording['label.paragraph']} {quote.paragraph}"
    if not quote.official:
        rests = "; ".join(link(basis.url, basis.document) for basis in quote.rests_on)
        based = f'<p class="av-small">{safe(wording["label.rests_on"])}: {rests}</p>' if rests else ""
        return paragraph(f"{wording['label.our_guide']} · {where}", "av-small av-guide") + based
    status = {"in_force": "label.in_force", "superseded": "label.superseded"}
    said = wording[status.get(quote.document_status, "label.status_unknown")]
    got = f" · {link(quote.url, wording['label.where_to_get_it'])}" if quote.url else ""
    return f'<p class="av-small">{safe(where)} · {safe(said)}{got}</p>'
