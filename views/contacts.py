"""Referral → the people one can talk to, as HTML made only of our tags and escaped text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.contact_text import anonymous, confidential, referral_texts, standing, telling
from views.markup import email, link, paragraph, phone, safe
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.referral import Avenue, Referral
    from assistant.wording import Wording


def referral_block(referral: Referral, wording: Wording, *, folded: bool = False) -> str:
    """The referral's words and contacts; folded keeps them behind one click, for earlier answers."""
    first, rest = referral.avenues[: referral.first], referral.avenues[referral.first :]
    inner = "".join(map(paragraph, referral_texts(referral))) + avenue_list(first, wording)
    if rest:
        more = f"{safe(say('page.more_contacts'))} ({len(rest)})"
        inner += f"<details><summary>{more}</summary>{avenue_list(rest, wording)}</details>"
    if folded:
        return f"<details><summary>{safe(say('page.contacts_earlier'))}</summary>{inner}</details>"
    return f"<section><h2>{safe(say('page.contacts'))}</h2>{inner}</section>"


def other_block(other: Referral, wording: Wording, *, folded: bool = False) -> str:
    """The places to report where the other person works, apart from the person's own contacts."""
    inner = "".join(map(paragraph, referral_texts(other))) + avenue_list(other.avenues, wording)
    heading = safe(say("page.other_contacts"))
    if folded:
        return f"<details><summary>{heading}</summary>{inner}</details>"
    return f'<section class="av-other"><h2>{heading}</h2>{inner}</section>'


def avenue_list(avenues: Sequence[Avenue], wording: Wording, level: int = 3) -> str:
    """List contacts, each with how to reach it and whether telling it is a report; "" when there is none.

    level is that of the headings that name them.
    """
    if not avenues:
        return ""
    return '<ul class="av-contacts">' + "".join(f"<li>{_avenue(a, wording, level)}</li>" for a in avenues) + "</ul>"


def _avenue(avenue: Avenue, wording: Wording, level: int) -> str:
    return (
        f"<h{level}>{safe(avenue.name)}</h{level}>"
        + paragraph(telling(avenue, wording), "av-telling")
        + paragraph(avenue.who_may_use)
        + _reach(avenue, wording)
        + (paragraph(standing(avenue, wording), "av-small") if avenue.confirmed else "")
        + paragraph(avenue.hours)
        + paragraph(confidential(avenue, wording), "av-small")
        + paragraph(anonymous(avenue, wording), "av-small")
        + paragraph(avenue.note, "av-small")
    )


def _reach(avenue: Avenue, wording: Wording) -> str:
    """Phone, e-mail and page as things to tap; a line that nobody confirmed asks to be checked on its page."""
    ways = [phone(avenue.phone) if avenue.phone else "", email(avenue.email) if avenue.email else ""]
    check = "" if avenue.confirmed else standing(avenue, wording)
    page = avenue.official_page
    if page:
        host = urlsplit(page).hostname or page
        ways.append(link(page, f"{check}: {host}" if check else host))
    return f'<p class="av-reach">{"".join(f"<span>{way}</span>" for way in ways if way)}</p>'
