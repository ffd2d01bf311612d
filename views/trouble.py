"""An exception in the page → our own sentence and the contacts; its text is neither shown nor kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.contacts import other_block, referral_block
from views.markup import paragraph
from views.turns import choices, entity
from views.words import language, say

if TYPE_CHECKING:
    from assistant.choices import Choices


def show_trouble(_error: Exception | None = None) -> bool:
    """Show that something went wrong, and who can still be reached; True keeps Streamlit's own message away."""
    st.html(paragraph(say("page.trouble"), "av-notice"))
    show_contacts()
    return True


def show_contacts() -> None:
    """Show the contacts for what is chosen, or plain words where they cannot be read."""
    st.html(contacts_block(entity(), choices()))


def contacts_block(chosen: str | None, besides: Choices) -> str:
    """The contacts for an organisation, and the places to report where the other person works, as HTML; never raises.

    Both come from the reviewed files as they stand now. Where they cannot be read, plain words stand there.
    """
    try:
        referral, notices = engine.referral(chosen)
        block = "".join(paragraph(notice, "av-notice") for notice in notices)
        block += referral_block(referral, engine.wording(language()))
        other = engine.reports_elsewhere(chosen, besides)
        return block + (other_block(other, engine.wording(language())) if other else "")
    except Exception:  # noqa: BLE001  whatever is broken, a person is told where to turn
        return paragraph(say("page.no_contacts"), "av-notice")
