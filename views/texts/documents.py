"""The list of documents: if each holds, how it was read, what changed; and reading the folder again, on one's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import streamlit as st

from assistant.citing import day_in_words
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.health import INDEXED, read_health
from ingest.publish import DamagedError
from ingest.report import document_line, removed_lines, sign_rows
from views import building, engine
from views.markup import link, paragraph, safe
from views.texts import words
from views.texts.shown import heading, list_html, notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.shelf import Shelf
    from ingest.catalogue import Document
    from ingest.health import DocumentHealth, Health

_lock: Final = threading.Lock()
_read: Final[dict[tuple[str, float], Health]] = {}  # one at most
_MOST_SAID: Final = 40


def show(shelf: Shelf) -> None:
    """The state of the whole, then each document."""
    st.html(heading(words.DOCUMENTS))
    _reading_again()
    with st.spinner(words.LOOKING):
        health = _health(shelf)
    if health is None:
        st.html(paragraph(words.NO_INDEX, "av-notice"))
        return
    need = [one for one in health.documents if one.outcome != INDEXED]
    st.html(paragraph(words.NEED_LOOK.format(len(need), len(health.documents)) if need else words.ALL_WELL))
    only = bool(need) and st.checkbox(words.ONLY_THESE, key="only-need")
    rows = {row.file: row for row in _rows()}
    titles = {row.id: row.title for row in rows.values()}
    listed = need if only else health.documents
    st.html("".join(_document(one, rows.get(one.file), titles) for one in listed))
    if health.gone:
        st.html(heading(words.GONE, 3) + list_html(health.gone))
    st.html(_not_read())


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
        part for part in (words.OUTCOMES[health.outcome], words.SINCE_BEFORE.get(health.change, "")) if part
    )
    signs = [f"{where}: {what}{f' → {todo}' if todo else ''}" for where, what, todo in sign_rows(health)]
    read = [document_line(health), *removed_lines(health.pages), *signs]
    page = f"<p>{link(row.official_url, row.official_url)}</p>" if row and row.official_url else ""
    more = f"<details><summary>{safe(words.WHAT_WAS_READ)}</summary>{page}{list_html(read)}</details>"
    mark = "av-notice" if health.outcome != INDEXED else "av-small"
    return f'<section class="av-document">{name}{"".join(known)}{paragraph(outcome, mark)}{more}</section>'


def _known(row: Document, titles: dict[str, str]) -> Iterator[str]:
    """What the catalogue says of a document: whose it is, if it holds, and when somebody looked."""
    dated = f"{words.DATED} {day_in_words(row.published)}" if row.published else ""
    yield paragraph(" · ".join(part for part in (row.symbol, row.issuer, dated) if part), "av-small")
    status = words.STATUS.get(row.status, row.status)
    if row.replaced_by:
        status += f", {words.REPLACED_BY.format(titles.get(row.replaced_by, row.replaced_by))}"
    checked = f"{words.CHECKED_ON} {day_in_words(row.checked_on) or words.NOT_CHECKED}"
    yield paragraph(f"{words.FIELDS['status']}: {status} · {checked}")


def _not_read() -> str:
    """What the catalogue knows and nobody reads: not here yet, or withdrawn."""
    try:
        catalogue = read_catalogue(engine.corpus_dir())
    except CatalogueError as error:
        return paragraph(" ".join(error.problems), "av-notice")
    found = ((words.NOT_HERE, catalogue.not_here), (words.WITHDRAWN, catalogue.withdrawn))
    return "".join(
        f"<details><summary>{safe(name.format(len(those)))}</summary>"
        f"{list_html([' · '.join(part for part in (one.title, one.symbol) if part) for one in those])}</details>"
        for name, those in found
        if those
    )


def _reading_again() -> None:
    state = engine.state_reason()
    st.html(paragraph(words.STALE.format(state), "av-notice") if state else paragraph(words.NOT_STALE, "av-small"))
    if engine.in_use_since():
        st.html(paragraph(words.SINCE.format(engine.in_use_since()), "av-small"))
    if not building.allowed():
        st.html(paragraph(words.SERVER_READS, "av-small"))
        return
    build = building.latest()
    if build is None:
        st.button(words.READ_AGAIN, key="read-again", on_click=_begin, help=words.READ_AGAIN_ABOUT)
    elif build.running:
        _progress()
    else:
        st.html(notice(words.READ_WELL if build.well else words.READ_ILL))
        said = f"<summary>{safe(words.WHAT_WAS_SAID)}</summary>{list_html(build.said[-_MOST_SAID:])}"
        st.html(f"<details{'' if build.well else ' open'}>{said}</details>")
        st.button(words.SEEN, key="seen-build", on_click=building.forget)


def _begin() -> None:
    if building.allowed():
        building.begin(engine.corpus_dir(), engine.index_dir())


@st.fragment(run_every=1.0)
def _progress() -> None:
    """Say how far it is, once a second, and show the whole anew when it has ended."""
    build = building.latest()
    if build is None or not build.running:
        st.rerun(scope="app")
    st.html(paragraph(words.READING.format(build.seconds, build.said[-1] if build.said else ""), "av-notice"))
