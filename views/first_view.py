"""Words, ways in and people → the view that stands in the start page until Streamlit's own is there, as plain HTML.

It is drawn by the functions of the page itself, so that nothing moves when the page takes its place. page.js hands over
what was typed and chosen in it; where no script runs, the words and the people are there all the same.
"""

from __future__ import annotations

from typing import Final

from assistant.choices import Choices
from views import engine, turns
from views.markup import paragraph, safe
from views.trouble import contacts_block
from views.ways_in import introduction_block, needs_heading
from views.words import language, say, speaking

_PRIVATE: Final = (  # a browser keeps no draft of the field, fills nothing in, and sends nothing away to check it
    'autocomplete="off" autocorrect="off" autocapitalize="off" spellcheck="false" data-gramm="false" '
    'data-ms-editor="false" data-lpignore="true" data-1p-ignore="true" data-bwignore="true"'
)
_SCRIPT_OFF: Final = "<noscript><style>.av-by-script { display: none !important; }</style></noscript>"


def first_view(wanted: str) -> str:
    """The view in a language of NAMES. Reads the contacts as their files stand now; never raises.

    Evaluators, whose page begins with another view, get one line that says that it opens.
    """
    with speaking(wanted):
        try:
            if engine.results_dir() is None:
                return f'<main id="opening">{_SCRIPT_OFF}{_above()}{_field()}{_people()}</main>'
        except Exception:  # noqa: BLE001, S110  Streamlit's part is on its way
            pass
        return f'<p class="av-opening">{safe(say("shell.opening"))}</p>'


def _above() -> str:
    """What stands above the field; of it the heading alone where something cannot be read."""
    try:
        reviewed = engine.wording(language()).reviewed
        return (
            ("" if reviewed else _html(paragraph(say("page.not_reviewed"), "av-small")))
            + _html(introduction_block(opening=True))
            + f"<noscript>{_html(paragraph(say('shell.no_script')))}</noscript>"
            + f'<div class="av-by-script">{_html(needs_heading())}</div>{_needs()}{_choices()}'
            + ("" if engine.ready() else _html(paragraph(engine.condition_text(), "av-notice")))
        )
    except Exception:  # noqa: BLE001  whatever is broken, the people below are there
        return _html(f"<h1>{safe(say('page.heading'))}</h1>")


def _needs() -> str:
    """The ways in; page.js presses the page's own button for the one that was pressed here."""
    buttons = (
        f'<button type="button" data-need="{safe(name)}">{safe(label)}</button>'
        for name, label in engine.needs().items()
    )
    return f'<div class="av-needs av-by-script">{"".join(buttons)}</div>'


def _choices() -> str:
    """The room that the choices will take."""
    room = '<div class="av-room av-by-script" aria-hidden="true"></div>'
    return room.replace("av-room", "av-room av-named") + room if engine.entities() else room


def _field() -> str:
    """The field for a question: in no form and without a name, so that no browser sends it by itself."""
    asked = safe(say("page.ask"))
    return (
        f'<div class="av-ask av-by-script"><textarea rows="1" maxlength="{turns.LONGEST}" aria-label="{asked}" '
        f'placeholder="{asked}" {_PRIVATE}></textarea></div>'
        f'<p id="opening-says" role="status" data-says="{safe(say("shell.opening"))}"></p>'
    )


def _people() -> str:
    return f'<div id="people" class="stHtml">{contacts_block(None, Choices())}</div>'


def _html(block: str) -> str:
    """A block as st.html would draw it."""
    return f'<div class="stHtml">{block}</div>'
