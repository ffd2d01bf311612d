"""An organisation → its contact sheet in a language, to be saved and printed, and the same on the page."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

import streamlit as st

from views import engine
from views.languages import NAMES, direction
from views.markup import in_order, paragraph, print_button, save_button
from views.texts.shown import heading
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.contacts_on_file import OnFile, Shown
    from assistant.shelf import Shelf
    from assistant.wording import Wording
    from ingest.typesetting import Words

_TAGS: Final = {  # of the styles of a sheet that are more than a paragraph
    "Title": ("<h3", "</h3>"),
    "Entity": ("<h4", "</h4>"),
    **dict.fromkeys(("Alert", "Name", "BoxName", "Reach", "BoxReach"), ("<p><strong", "</strong></p>")),
}


def show(_: Shelf) -> None:
    """The choice of an organisation and of a language, and the sheet."""
    from assistant.contacts_on_file import UsageError, on_file
    from assistant.referral import SYSTEM

    st.html(heading(say("texts.sheet")) + paragraph(say("texts.sheet_about")))
    names = {SYSTEM: say("texts.everybody"), **engine.entities()}
    entity = st.selectbox(say("texts.sheet_entity"), list(names), format_func=names.__getitem__, key="sheet-entity")
    used = st.selectbox(
        say("texts.sheet_language"),
        list(NAMES),
        index=list(NAMES).index(language()),
        format_func=NAMES.__getitem__,
        key="sheet-language",
    )
    wording = engine.wording(used)
    try:
        with st.spinner(say("page.looking")):
            here = on_file(engine.corpus_dir())
            _show(here, here.shown(entity, wording.language), wording, f"contacts-{entity}.pdf")
    except UsageError as error:
        st.html(paragraph(str(error), "av-notice"))


def _show(here: OnFile, shown: Shown, wording: Wording, name: str) -> None:
    """Ways to have it on paper, and the sheet itself."""
    from assistant.contacts_on_file import UsageError
    from assistant.sheet import sheet_parts, sheet_pdf

    today = date.today()
    if here.reading.problems:
        st.html(paragraph(say("texts.sheet_problems"), "av-notice"))
    try:
        save = save_button(say("texts.save_sheet"), sheet_pdf(shown, wording, today), name, "application/pdf")
        told = paragraph(say("texts.saved_note"), "av-small")
    except UsageError:  # letters that its typeface has not, or too much for one page
        save, told = "", paragraph(say("texts.sheet_no_pdf"), "av-notice")
    st.html(f'<div class="av-ways">{save}{print_button(say("texts.sheet_print"))}</div>{told}')
    st.html(_sheet(list(sheet_parts(shown, wording, today)), wording.language))


def _sheet(parts: Sequence[Words], used: str) -> str:
    """The sheet on the page, which is all that is printed of this view."""
    blocks = "".join(f"<div>{''.join(_lines(block))}</div>" for block in _blocks(parts))
    return f'<section class="av-sheet" lang="{used}" dir="{direction(used)}">{blocks}</section>'


def _blocks(parts: Sequence[Words]) -> Iterator[list[Words]]:
    """What stands together on the sheet: each contact with all that is said of it."""
    from assistant.sheet import BEGINS

    number = 0

    def of(part: Words) -> int:
        nonlocal number
        number += part.style in BEGINS
        return number

    return (list(block) for _, block in groupby(parts, key=of))


def _lines(block: Sequence[Words]) -> Iterator[str]:
    for part in block:
        before, after = _TAGS.get(part.style, ("<p", "</p>"))
        yield from (f'{before} dir="auto">{in_order(line)}{after}' for line in part.text.split("\n"))
