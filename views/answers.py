"""Answer → what a person reads: urgent words, quotes by document, the page behind a quote, the contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.language import detect
from views import engine
from views.contacts import avenue_list, other_block, referral_block
from views.languages import NAMES
from views.markup import in_order, link, paragraph, safe
from views.quote_actions import show_actions, unconfirmed
from views.take_away import show_take_away
from views.turns import ask_past_urgent
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer, Urgent
    from assistant.quotes import Quote
    from assistant.referral import Referral
    from assistant.wording import Wording


_AFTER: Final = (  # notices that every quote says too, and those about the contacts, which follow them
    "guide_quotes",
    "no_official_documents",
    "unconfirmed_contacts",
    "some_unconfirmed_contacts",
    "contacts_unreadable",
)


def show_answer(answer: Answer, referral: Referral, key: str, *, latest: bool, asked: int = 1) -> None:
    """Show one answer with its contacts; key tells its buttons from those of others, latest opens the contacts.

    asked counts how often it was made; each time, what it begins with is said to those who hear the page.
    """
    wording = engine.wording(answer.language)
    after = {wording[f"notice.{name}"] for name in _AFTER}
    if answer.urgent:
        st.html(_urgent(answer.urgent, wording))
        if latest and not answer.quotes:
            st.button(wording["urgent.safe_for_now"], key=f"safe-{key}", on_click=ask_past_urgent)
    lead = paragraph(engine.lead(answer))
    st.html(
        _forewords(answer.forewords)
        + f'<div data-say="answer {key} {asked} {answer.status}">{lead}</div>'  # page.js says it once
        + _look_in(answer, wording)
        + _notices(notice for notice in answer.notices if notice not in after)
    )
    held = {place for option in answer.options for place in option.quotes}
    first = min(held, default=len(answer.quotes))
    _show_quotes(answer, [place for place in range(first) if place not in held], key, wording)
    if answer.options:
        _show_options(answer, key, wording)
    _show_quotes(answer, [place for place in range(first, len(answer.quotes)) if place not in held], key, wording)
    said = _notices((*answer.afterwords, *(notice for notice in answer.notices if notice in after)))
    st.html(said + referral_block(referral, wording, folded=not latest))
    if answer.other:
        st.html(other_block(answer.other, wording, folded=not latest))
    if latest:
        show_take_away(referral, wording, key)


def _show_options(answer: Answer, key: str, wording: Wording) -> None:
    """All options side by side, each with its own quotes, or with the words that these documents do not say."""
    with st.container(key=f"options-{key}"):
        for option in answer.options:
            with st.container(key=f"option-{key}-{option.name}", border=True, gap="xsmall"):
                silent = paragraph(option.silent, "av-notice")
                st.html(f"<h2>{safe(option.title)}</h2>{paragraph(option.said)}{silent}")
                _show_quotes(answer, option.quotes, f"{key}-{option.name}", wording, level=3)


def _show_quotes(answer: Answer, places: Sequence[int], key: str, wording: Wording, level: int = 2) -> None:
    """The quotes at some places of an answer, each document named once above those of it that follow each other."""
    differing = {difference.second: difference.text for difference in answer.differences}
    before = ""
    for place in places:
        quote = answer.quotes[place]
        named = "" if quote.document == before else _document(quote, level)
        before = quote.document
        st.html(named + _elsewhere(answer, quote, wording) + quoted(quote, wording))
        show_actions(quote, f"{key}-{place + 1}", wording)
        if place in differing:
            st.html(paragraph(differing[place], "av-notice"))


def _elsewhere(answer: Answer, quote: Quote, wording: Wording) -> str:
    """That a text is from where the other person works, or our guide's words about it; "" for other quotes."""
    if not engine.is_of_other(quote, answer.referral.entity, answer.choices):
        return ""
    return paragraph(wording["label.of_other"] if quote.official else say("page.about_other"), "av-notice")


def _urgent(urgent: Urgent, wording: Wording) -> str:
    said = paragraph(urgent.text) + paragraph(urgent.in_english)
    return f'<section class="av-urgent" role="alert">{said}{avenue_list(urgent.avenues, wording, level=2)}</section>'


def _notices(said: Iterable[str]) -> str:
    return "".join(paragraph(notice, "av-notice") for notice in said)


def _forewords(said: Sequence[str]) -> str:
    return f'<section class="av-first" role="note">{"".join(map(paragraph, said))}</section>' if said else ""


def _look_in(answer: Answer, wording: Wording) -> str:
    """The official texts where a person can look besides; "" where there are none."""
    if not answer.look_in:
        return ""
    found = "".join(f"<li>{link(basis.url, basis.document)}</li>" for basis in answer.look_in)
    return f"<p>{safe(wording['label.look_in'])}:</p><ul>{found}</ul>"


def _document(quote: Quote, level: int) -> str:
    issued = " · ".join(part for part in (quote.issuer, quote.symbol) if part)
    return f'<h{level} dir="auto">{safe(quote.title)}</h{level}>' + paragraph(issued, "av-small")


def quoted(quote: Quote, wording: Wording, marked: str = "") -> str:
    """The exact words, where they stand, and what they are: policy text of some status, or our own guide.

    marked are the same words as HTML of our own making, where some of them are marked.
    """
    shown = marked or " […] ".join(safe(part) for part in quote.parts or (quote.text,))
    said = unconfirmed(quote.unconfirmed, wording) + _recognised(quote, wording)
    spoken = detect(quote.text)  # so that a voice that reads the page aloud speaks it
    mark = f' lang="{spoken}"' if spoken in NAMES else ""
    return f'<blockquote dir="auto"{mark}>{shown}</blockquote>' + said + _citation(quote, wording)


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
    return f'<p class="av-small">{in_order(where)} · {safe(said)}{got}</p>'
