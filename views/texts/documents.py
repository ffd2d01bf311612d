"""The list of documents: if each holds, how it was read, what changed; and reading the folder again, on one's own."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.citing import day_in_words
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.health import INDEXED, read_health
from ingest.publish import DamagedError
from ingest.report import sign_rows
from views import building, engine
from views.markup import link, paragraph, safe
from views.texts.shown import heading, list_html, notice, status_name
from views.words import language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.shelf import Shelf
    from ingest.catalogue import Document
    from ingest.health import DocumentHealth, Health, PageHealth

_lock: Final = threading.Lock()
_read: Final[dict[tuple[str, float], Health]] = {}  # one at most
_MOST_SAID: Final = 40
_OUTCOMES: Final = {
    "indexed": "texts.outcome_indexed",
    "indexed with warnings": "texts.outcome_warnings",
    "refused": "texts.outcome_refused",
}
_WAYS: Final = {"text layer": "texts.read_text", "picture": "texts.read_picture", "not read": "texts.read_not"}
_MOST_REPEATED: Final = 4  # lines that are named
_CHANGES: Final = {"new": "texts.before_new", "changed": "texts.before_changed"}


def show(shelf: Shelf) -> None:
    """The state of the whole, then each document."""
    st.html(heading(say("texts.documents")))
    _reading_again()
    with st.spinner(say("page.looking")):
        health = _health(shelf)
    if health is None:
        st.html(paragraph(say("texts.no_index"), "av-notice"))
        return
    need = [one for one in health.documents if one.outcome != INDEXED]
    st.html(
        paragraph(
            say("texts.need_look", some=str(len(need)), all=str(len(health.documents)))
            if need
            else say("texts.all_well")
        )
    )
    only = bool(need) and st.checkbox(say("texts.only_these"), key="only-need")
    rows = {row.file: row for row in _rows()}
    titles = {row.id: row.title for row in rows.values()}
    listed = sorted(need if only else health.documents, key=_comes_later)
    if health.gone:
        st.html(heading(say("texts.gone"), 3) + list_html(health.gone))
    st.html("".join(_document(one, rows.get(one.file), titles) for one in listed))
    st.html(_not_read())


def _comes_later(one: DocumentHealth) -> tuple[bool, bool]:
    """What needs a look comes first, then what is new or another edition than before."""
    return one.outcome == INDEXED, one.change not in _CHANGES


def _health(shelf: Shelf) -> Health | None:
    """The health of the index in use, looked at once."""
    catalogue = engine.corpus_dir() / "catalogue.csv"
    key = (shelf.name, catalogue.stat().st_mtime if catalogue.exists() else 0.0)
    with _lock:
        if key not in _read:
            try:
                found = read_health(engine.index_dir(), engine.corpus_dir())
            except (DamagedError, OSError):
                return None
            if found is None:
                return None
            _read.clear()
            _read[key] = found
        return _read[key]


def _rows() -> Sequence[Document]:
    try:
        return read_catalogue(engine.corpus_dir()).known
    except CatalogueError:
        return ()


def _document(health: DocumentHealth, row: Document | None, titles: dict[str, str]) -> str:
    name = heading(health.title or (row.title if row else "") or health.file, 3)
    known = list(_known(row, titles)) if row else []
    outcome = " · ".join(
        part
        for part in (say(_OUTCOMES[health.outcome]), say(_CHANGES[health.change]) if health.change in _CHANGES else "")
        if part
    )
    signs = [f"{where}: {what}{f' → {todo}' if todo else ''}" for where, what, todo in sign_rows(health)]
    page = f"<p>{link(row.official_url, row.official_url)}</p>" if row and row.official_url else ""
    noted = f'{paragraph(say("texts.noted"))}<div lang="en" dir="ltr">{list_html(signs)}</div>' if signs else ""
    read = list_html([*_how_read(health.pages)])
    more = f"<details><summary>{safe(say('texts.what_was_read'))}</summary>{page}{read}{noted}</details>"
    mark = "av-notice" if health.outcome != INDEXED else "av-small"
    return f'<section class="av-document">{name}{"".join(known)}{paragraph(outcome, mark)}{more}</section>'


def _how_read(pages: Sequence[PageHealth]) -> Iterator[str]:
    """What was read of the pages of a document, a line for each kind of thing that was counted."""
    if not pages:
        return
    ways = Counter(page.how for page in pages)
    read = ", ".join(f"{say(key)}: {ways[how]}" for how, key in _WAYS.items() if ways[how])
    yield f"{say('texts.read_pages')}: {len(pages)} ({read})"
    characters = sum(page.characters for page in pages)
    share = sum(page.quotable for page in pages) / characters if characters else 0.0
    yield f"{say('texts.read_quotable')}: {share:.0%}"
    yield f"{say('texts.read_paragraphs')}: {sum(page.paragraphs for page in pages)}"
    repeated = Counter(line for page in pages for line in dict.fromkeys(page.removed))
    if named := [f"“{line}” ({n})" for line, n in repeated.most_common(_MOST_REPEATED) if n > 1]:
        yield f"{say('texts.read_removed')}: {', '.join(named)}"


def _known(row: Document, titles: dict[str, str]) -> Iterator[str]:
    """What the catalogue says of a document: whose it is, if it holds, and when somebody looked."""
    dated = f"{say('texts.dated')} {_day(row.published)}" if row.published else ""
    yield paragraph(" · ".join(part for part in (row.symbol, row.issuer, dated) if part), "av-small")
    status = status_name(row.status)
    if row.replaced_by:
        status += ", " + say("texts.replaced_by", title=titles.get(row.replaced_by, row.replaced_by))
    checked = f"{say('texts.checked_on')} {_day(row.checked_on) or say('texts.not_checked')}"
    yield paragraph(f"{say('texts.field_status')}: {status} · {checked}")


def _day(day: str) -> str:
    """A date of the catalogue in words, or as it stands there where the language of the visit is not English."""
    return day_in_words(day) if language() == "en" else day


def _not_read() -> str:
    """What the catalogue knows and nobody reads: not here yet, or withdrawn."""
    try:
        catalogue = read_catalogue(engine.corpus_dir())
    except CatalogueError as error:
        return paragraph(" ".join(error.problems), "av-notice")
    found = (("texts.not_here", catalogue.not_here), ("texts.withdrawn", catalogue.withdrawn))
    return "".join(
        f"<details><summary>{safe(say(key, number=str(len(those))))}</summary>"
        f"{list_html([' · '.join(part for part in (one.title, one.symbol) if part) for one in those])}</details>"
        for key, those in found
        if those
    )


def _reading_again() -> None:
    st.html(
        paragraph(say("texts.stale"), "av-notice")
        if engine.state_reason()
        else paragraph(say("texts.not_stale"), "av-small")
    )
    if engine.in_use_since():
        st.html(paragraph(say("texts.since", date=engine.in_use_since()), "av-small"))
    if not building.allowed():
        st.html(paragraph(say("texts.server_reads"), "av-small"))
        return
    build = building.latest()
    if build is None and building.first_runs_for() is not None:
        _progress()
    elif build is None:
        st.button(say("texts.read_again"), key="read-again", on_click=_begin, help=say("texts.read_again_about"))
    elif build.running:
        _progress()
    else:
        st.html(notice(say("texts.read_well") if build.well else say("texts.read_ill")))
        said = f"<summary>{safe(say('texts.what_was_said'))}</summary>{list_html(build.said[-_MOST_SAID:])}"
        st.html(f"<details{'' if build.well else ' open'}>{said}</details>")
        st.button(say("texts.seen"), key="seen-build", on_click=building.forget)


def _begin() -> None:
    if building.allowed():
        building.begin(engine.corpus_dir(), engine.index_dir())


@st.fragment(run_every=1.0)
def _progress() -> None:
    """Say how far it is, once a second, and show the whole anew when it has ended."""
    build = building.latest()
    seconds = building.first_runs_for() if build is None else build.seconds if build.running else None
    if seconds is None:
        st.rerun(scope="app")
    said = build.said[-1] if build and build.said else ""
    st.html(paragraph(say("texts.reading", seconds=str(seconds), said=said), "av-notice"))
