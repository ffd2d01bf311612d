"""Quotes, differences, marked words → HTML made only of our tags and escaped text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from views import engine
from views.answers import quoted
from views.markup import in_order, paragraph, safe
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.pasted import Change
    from assistant.quotes import Quote
    from assistant.shelf import Shelf

_STATUS: Final = ("in_force", "superseded", "guide", "not_known")


def status_name(status: str) -> str:
    """The status of a document as the catalogue has it ("in_force"), in words; "" is one that is not known."""
    known = status or "not_known"
    return say(f"texts.status_{known}") if known in _STATUS else status


def heading(text: str, level: int = 2) -> str:
    """A heading; level 1 to 4."""
    return f'<h{level} dir="auto">{in_order(text)}</h{level}>'


def document_heading(quote: Quote) -> str:
    """The title of a document, with whose it is and its symbol."""
    issued = " · ".join(part for part in (quote.issuer, quote.symbol) if part)
    return heading(quote.title, 3) + paragraph(issued, "av-small")


def with_contacts(quote: Quote, shelf: Shelf) -> Quote:
    """The quote with the contacts in it named that stand in no reviewed file."""
    return replace(quote, unconfirmed=shelf.unconfirmed(quote.text))


def quote_html(quote: Quote, pieces: Sequence[tuple[str, bool]] = ()) -> str:
    """A quote as in an answer; pieces are its words with whether each is to be marked."""
    marked = "".join(f"<mark>{safe(text)}</mark>" if here else safe(text) for text, here in pieces)
    return quoted(quote, engine.wording(language()), marked)


def changes_html(changes: Sequence[Change]) -> str:
    """Both texts in one: what only one of them has is struck through or underlined, and said to those who only hear."""
    parts = []
    for change in changes:
        if change.same:
            parts.append(safe(change.same))
        if change.pasted:
            parts.append(_only("del", say("texts.yours"), change.pasted))
        if change.document:
            parts.append(_only("ins", say("texts.theirs"), change.document))
    return f'<p class="av-both" dir="auto">{" ".join(parts)}</p>'


def _only(tag: str, whose: str, text: str) -> str:
    hidden = '<bdi class="av-hidden">{}</bdi>'.format  # has no say in which way the paragraph runs
    said = f"{hidden(f'({safe(whose)}: ')}{safe(text)}{hidden(')')}"
    return f'<{tag} translate="no">{said}</{tag}>'


def list_html(lines: Sequence[str]) -> str:
    """Lines as a list; "" for none."""
    return "<ul>" + "".join(f'<li dir="auto">{in_order(line)}</li>' for line in lines) + "</ul>" if lines else ""


def notice(text: str) -> str:
    """One line that page.js has read out when it appears."""
    return f"<div data-say>{paragraph(text, 'av-notice')}</div>"
