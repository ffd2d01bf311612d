"""A key ("page.clear") → the page's own words in the language of the visit; they stand in corpus/wording."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from assistant.language import detect
from assistant.wording import DEFAULT_LANGUAGE, fill, page_words
from ingest.build import CORPUS_DIR
from views.languages import NAMES, preferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NO_CONTACTS: Final = (
    "The list of contacts could not be read. It is not because of you. The official website of the place you work "
    "for may list an ombudsman, a counsellor or an ethics office."
)
_TROUBLE: Final = (
    "Something went wrong on our side. It is not because of you, and nothing was kept. You can try again. "
    "The people below are still there to help."
)
WITHOUT_WORDING: Final = {  # when the files of fixed words cannot be read; every other word is then its own key
    "page.heading": "Find support and procedures",
    "page.ask": "Your question (no details needed)",
    "page.contacts": "People you can talk to",
    "page.leaving": "To leave at once, choose “Leave this page” at the top, or press Shift three times.",
    "page.trouble": _TROUBLE,
    "page.no_contacts": _NO_CONTACTS,
    "page.building": (
        "The documents are being read, so answers are not ready yet. This page goes on by itself when they are. "
        "The people below are there all the same."
    ),
    "shell.leave": "Leave this page",
    "shell.still_there": "Are you still there?",
    "shell.goes_blank": "This page goes blank in two minutes, and what is on it is forgotten.",
    "shell.press_twice": "Press Shift 2 more times to leave this page.",
    "shell.press_once": "Press Shift 1 more time to leave this page.",
    "shell.seconds_left": "{seconds} seconds left.",
    "shell.closed": "This page is closed",
    "page.changed": "The document has changed since it was read, so its page is not shown.",
    "referral.text_no_entity": "Before you say more, you can ask what they would have to pass on. It is your choice.",
    "referral.text_none": _NO_CONTACTS,
    "lead.error_no_index": _TROUBLE,
    "lead.error_index_damaged": _TROUBLE,
    "lead.error_no_documents": _TROUBLE,
    "label.page": "page",
    "label.paragraph": "paragraph",
    "label.our_guide": "Our guide, not policy text",
    "label.status_unknown": "We do not know if this text is in force",
    "label.check_official_page": "Please check on the official page",
    "label.confirmed_by": "Confirmed by {office} on {date}",
    "label.confidential": "What stays private",
    "label.anonymous": "Without giving your name",
    "label.telling_is_not_a_report": "Telling them is not a report",
    "label.telling_is_a_report": "Telling them is a report",
    "label.telling_may_become_a_report": "Telling them may become a report",
}
_LANGUAGE: Final = "language"  # of the session: the language of this visit, where more is known than the browser's
_BY_HAND: Final = "language-by-hand"  # of the session: the person chose it
KEPT: Final = (_LANGUAGE, _BY_HAND)  # of the session, that stay when all else is cleared
_spoken: ContextVar[str] = ContextVar("spoken", default="")  # what `speaking` says, for what is drawn in it
_places: list[Path] = [CORPUS_DIR]  # the corpus in use, and the one that comes with the program


def use(corpus_dir: Path) -> None:
    """Say once, at the start, in which corpus folder the words stand."""
    _places[:] = dict.fromkeys((corpus_dir, CORPUS_DIR))


def say(key: str, **values: str) -> str:
    """The words of a key in the language of this visit, with its {names} replaced by values.

    Never raises: a word that no file has is taken from WITHOUT_WORDING, or is its own key in plain letters.
    """
    return say_in(language(), key, **values)


def say_in(wanted: str, key: str, **values: str) -> str:
    """The same in a language of one's own choice."""
    text = _words(wanted).get(key) or WITHOUT_WORDING.get(key) or _spelt_out(key)
    return fill(text, values)


def language() -> str:
    """The language of the visit that this thread serves; outside of one that of `speaking`, or English.

    It is the one that the person chose; else that of a question, see `hear`; else what the browser wants most.
    """
    if given := _spoken.get():
        return given
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT_LANGUAGE
    known = st.session_state.get(_LANGUAGE)
    return str(known) if known in NAMES else preferred(st.context.headers.get("Accept-Language", ""))


@contextlib.contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Meanwhile the words are in a language of NAMES; for what is drawn before Streamlit knows of a visit."""
    before = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(before)


def choose(wanted: str) -> None:
    """Keep the language that the person chose, for this visit."""
    import streamlit as st

    st.session_state[_LANGUAGE], st.session_state[_BY_HAND] = wanted, True


def hear(question: str) -> None:
    """Let the page go on in the language of a question, unless the person chose one.

    English changes nothing: it is also the guess in doubt, and many ask in English because the documents are.
    """
    import streamlit as st

    found = detect(question)
    if found in NAMES and found != DEFAULT_LANGUAGE and not st.session_state.get(_BY_HAND):
        st.session_state[_LANGUAGE] = found


def of_answer() -> str | None:
    """The language for an answer of this visit; None where only its question can tell."""
    import streamlit as st

    used = language()
    return None if used == DEFAULT_LANGUAGE and not st.session_state.get(_BY_HAND) else used


def clear_visit() -> None:
    """Forget all that this visit typed and chose, but for the language."""
    import streamlit as st

    for name in [str(name) for name in st.session_state]:
        if name not in KEPT:
            del st.session_state[name]


def _spelt_out(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ").capitalize()


def _words(used: str) -> Mapping[str, str]:
    return _read(used, tuple(_places), marks(used))


def marks(used: str) -> tuple[tuple[int, int], ...]:
    """What changes when a file does that words of a language are read from."""
    files = (place / "wording" / f"{name}.toml" for place in _places for name in (DEFAULT_LANGUAGE, used))
    return tuple(map(_mark, files))


def _mark(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _read(used: str, places: tuple[Path, ...], _marks: tuple[tuple[int, int], ...]) -> Mapping[str, str]:
    return page_words(used, places)
