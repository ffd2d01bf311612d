"""What stands above the conversation: what this is, ways in by need, and what can be chosen, all of it optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.choices import NOT_KNOWN
from views import engine
from views.markup import paragraph, safe
from views.turns import take_need
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping


def introduction(*, opening: bool) -> None:
    """What this is and is not; before the first question more, see `introduction_block`."""
    st.html(introduction_block(opening=opening))


def introduction_block(*, opening: bool) -> str:
    """The same as HTML; opening says that nothing was asked yet.

    Then it leads to the people one can talk to, and says behind one click what happens to what is typed.
    """
    said = f"<h1>{safe(say('page.heading'))}</h1>" + paragraph(say("page.about"))
    if opening:
        since = engine.in_use_since()
        more = (
            paragraph(say("page.private"))
            + paragraph(say("page.leaving"))
            + (paragraph(say("page.since", date=since)) if since else "")
            + paragraph(engine.documents_notice())  # every answer says it again
        )
        said += f'<p><a class="av-to-people" href="#people">{safe(say("page.contacts"))}</a></p>'
        said += f"<details><summary>{safe(say('page.what_happens'))}</summary>{more}</details>"
    return said


def needs(*, opening: bool) -> None:
    """A button for each way in that needs no typing; after the first answer they are folded together."""
    if opening:
        st.html(needs_heading())
        _buttons("need")
    else:
        with st.expander(say("page.other_ways"), key="other-ways"):
            _buttons("again")


def needs_heading() -> str:
    """The heading over the ways in."""
    return f"<h2>{safe(say('page.needs'))}</h2>"


def _buttons(key: str) -> None:
    """The buttons; key tells those before the first answer from those after it, which must not take their focus."""
    with st.container(key="needs"):
        for name, label in engine.needs().items():
            st.button(label, key=f"{key}-{name}", on_click=take_need, args=(name,), width="stretch")


def choices() -> None:
    """Where the person works, which decides who is named first; what else can be said is folded together."""
    entities = engine.entities()
    if entities:
        _choice("entity", say("page.organisation"), entities)
    contracts = {name: say(f"page.contract_{name}") for name in engine.contracts()}
    with st.expander(say("page.choices"), key="choices"):
        st.html(paragraph(say("page.choices_about"), "av-small"))
        if entities:
            _choice("other", say("page.other_organisation"), {NOT_KNOWN: say("page.not_known"), **entities})
        if contracts:
            _choice("contract", say("page.contract"), contracts)


def _choice(key: str, label: str, names: Mapping[str, str]) -> None:
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda name: names.get(name, name),
        placeholder=say("page.any_organisation"),
        key=key,
    )
