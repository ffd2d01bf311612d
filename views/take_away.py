"""Referral → a button, a warning, and one page to save or to print; nothing of a question is on it or in its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views import engine
from views.markup import paragraph, print_button, save_button
from views.words import say

if TYPE_CHECKING:
    from assistant.referral import Referral
    from assistant.wording import Wording


def show_take_away(referral: Referral, wording: Wording, key: str) -> None:
    """A button; once it is pressed, what to think of first and the ways to go on. key tells it from others.

    The file is made only then, stands in the page itself, and so has no address: it is gone with this part of the page.
    """
    opened = f"take-{key}"
    shown = st.session_state.get(opened, False)
    st.button(say("page.take_away"), key=f"take-away-{key}", on_click=_set, args=(opened, not shown), type="tertiary")
    if not shown:
        return
    pdf, english = _file(referral.entity, wording)
    told = [say("page.take_first"), say("page.take_english") if english else "", "" if pdf else say("page.take_none")]
    with st.container(key=f"taking-{key}"):
        st.html(f'<div data-say="take {key}">{"".join(paragraph(text, "av-notice") for text in told)}</div>')
        save = save_button(say("page.take_save"), pdf, _name(), "application/pdf") if pdf else ""
        st.html(f'<div class="av-ways">{save}{print_button(say("page.take_print"))}</div>')
        st.button(say("page.take_neither"), key=f"take-none-{key}", on_click=_set, args=(opened, False))


def _set(flag: str, wanted: bool) -> None:
    st.session_state[flag] = wanted


def _name() -> str:
    from assistant.take_away import FILE_NAME

    return FILE_NAME


def _file(entity: str, wording: Wording) -> tuple[bytes, bool]:
    """The PDF for an organisation, or b"" where none can be made; and whether it is in English for want of letters."""
    from assistant.contacts_on_file import on_file
    from assistant.referral import SYSTEM
    from assistant.take_away import can_be_set, take_away

    english = not can_be_set(wording)
    used = engine.wording("en") if english else wording
    try:
        with st.spinner(say("page.looking")):
            shown = on_file(engine.corpus_dir()).shown(entity or SYSTEM, used.language)
            return take_away(shown, engine.options(entity, used.language), used), english
    except Exception:  # noqa: BLE001  the page can be printed, and that is said
        return b"", False
