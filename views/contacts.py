"""Referral → the people one can talk to, as HTML made only of our tags and escaped text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from views import words
from views.markup import email, link, paragraph, phone, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.referral import Avenue, Referral
    from assistant.wording import Wording

_TELLING: Final = {
    "no": "label.telling_is_not_a_report",
    "yes": "label.telling_is_a_report",
    "may become one": "label.telling_may_become_a_report",
}


def referral_block(referral: Referral, wording: Wording, *, folded: bool = False) -> str:
    """The referral's words and contacts; folded keeps them behind one click, for earlier answers."""
    first, rest = referral.avenues[: referral.first], referral.avenues[referral.first :]
    inner = paragraph(referral.text) + paragraph(referral.entity_note) + avenue_list(first, wording)
    if rest:
        more = f"{words.MORE_CONTACTS} ({len(rest)})"
        inner += f"<details><summary>{more}</summary>{avenue_list(rest, wording)}</details>"
    if folded:
        return f"<details><summary>{safe(words.CONTACTS_EARLIER)}</summary>{inner}</details>"
    return f"<section><h2>{safe(words.CONTACTS)}</h2>{inner}</section>"


def avenue_list(avenues: Sequence[Avenue], wording: Wording) -> str:
    """List contacts, each with how to reach it and whether telling it is a report; "" when there is none."""
    if not avenues:
        return ""
    return '<ul class="av-contacts">' + "".join(f"<li>{_avenue(a, wording)}</li>" for a in avenues) + "</ul>"


def _avenue(avenue: Avenue, wording: Wording) -> str:
    telling = _TELLING.get(avenue.telling_is_a_report)
    return (
        f"<h3>{safe(avenue.name)}</h3>"
        + (paragraph(wording[telling], "av-telling") if telling else "")
        + paragraph(avenue.who_may_use)
        + _reach(avenue, wording)
        + paragraph(avenue.hours)
        + _labelled(words.CONFIDENTIAL, avenue.confidential)
        + _labelled(words.ANONYMOUS, avenue.anonymous)
        + paragraph(avenue.note, "av-small")
    )


def _reach(avenue: Avenue, wording: Wording) -> str:
    """Phone, e-mail and page as things to tap; a line that nobody confirmed asks to be checked on its page."""
    ways = [phone(avenue.phone) if avenue.phone else "", email(avenue.email) if avenue.email else ""]
    check = "" if avenue.confirmed else wording["label.check_official_page"]
    page = avenue.official_page
    if page:
        host = urlsplit(page).hostname or page
        ways.append(link(page, f"{check}: {host}" if check else host))
    return f'<p class="av-reach">{"".join(f"<span>{way}</span>" for way in ways if way)}</p>'


def _labelled(label: str, text: str) -> str:
    return paragraph(f"{label}: {text}", "av-small") if text else ""
