"""An exception in the page → our own sentence and the contacts; its text is neither shown nor kept."""

from __future__ import annotations

import streamlit as st

from views import engine
from views.contacts import other_block, referral_block
from views.markup import paragraph
from views.turns import choices, entity
from views.words import language, say


def show_trouble(_error: Exception | None = None) -> bool:
    """Show that something went wrong, and who can still be reached; True keeps Streamlit's own message away."""
    st.html(paragraph(say("page.trouble"), "av-notice"))
    show_contacts()
    return True


def show_contacts() -> None:
    """Show the contacts for the chosen organisation, or plain words where they cannot be read."""
    try:
        referral, notices = engine.referral(entity())
        block = "".join(paragraph(notice, "av-notice") for notice in notices)
        block += referral_block(referral, engine.wording(language()))
        other = engine.reports_elsewhere(entity(), choices())
        block += other_block(other, engine.wording(language())) if other else ""
    except Exception:  # noqa: BLE001  whatever is broken, a person is told where to turn
        block = paragraph(say("page.no_contacts"), "av-notice")
    st.html(block)
