"""Results folders → figures, plots and single questions, for evaluators; the one module that imports the evals."""

from __future__ import annotations

import contextlib
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from evals import report
from views import chat, engine, language_choice
from views.answers import show_answer
from views.markup import paragraph, picture_tag, safe
from views.shell import TITLE
from views.trouble import show_trouble
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def show() -> None:
    """Show the page with a choice between asking and looking at the results."""
    st.set_page_config(page_title=TITLE, layout="centered")
    view = st.radio(
        say("page.view"), ("page.view_ask", "page.view_quality"), format_func=say, horizontal=True, key="view"
    )
    if view == "page.view_ask":
        chat.show()
    else:
        language_choice.show()
        _quality()


def _quality() -> None:
    st.html(f"<h1>{safe(say('page.view_quality'))}</h1>" + paragraph(say("quality.about")))
    folder = engine.results_dir()
    folders = report.result_folders(folder) if folder else []
    if not folders:
        st.html(paragraph(say("quality.no_results"), "av-notice"))
        return
    chosen = st.selectbox(say("quality.results"), folders, format_func=lambda path: path.name, key="results")
    try:
        found = _read(chosen)
    except report.EvalError as error:
        st.html(paragraph(str(error), "av-notice"))
        return
    _figures(found)
    _questions(found)


@st.cache_resource(max_entries=2, show_spinner=False)
def _read_once(folder: Path, _mark: float) -> report.Results:
    return report.read(folder)


def _read(folder: Path) -> report.Results:
    return _read_once(folder, (folder / "summary.json").stat().st_mtime)


def _figures(found: report.Results) -> None:
    rows = "".join(
        f"<tr><td>{escape(figure.says)}<br><code>{escape(figure.name)}</code></td>"
        f"<td>{'<strong>' if figure.wrong else ''}{escape(figure.value)}{'</strong>' if figure.wrong else ''}</td>"
        f"<td>{figure.n}</td></tr>"
        for figure in report.figures(found)
    )
    names = (say("quality.measure"), say("quality.value"), say("quality.number"))
    head = "".join(f"<th>{safe(name)}</th>" for name in names)
    st.html(paragraph(report.told_of(found), "av-small") + f'<table class="av-figures"><tr>{head}</tr>{rows}</table>')
    plots = report.svgs(found)
    chosen = st.selectbox(
        say("quality.plots"), list(plots), index=None, placeholder=say("quality.no_plot"), key="plots"
    )
    for plot in plots.get(chosen, ()) if chosen else ():
        st.html(picture_tag(plot.svg.encode(), "svg+xml", f"{plot.title}. {plot.told}"))


def _questions(found: report.Results) -> None:
    st.html(f"<h2>{safe(say('quality.questions'))}</h2>")
    failed = report.shown(found)
    only = st.checkbox(f"{say('quality.only_failed')} ({len(failed)})", value=True, key="only_failed")
    listed = failed if only else report.shown(found, every=True)
    one = st.selectbox(
        say("quality.question"),
        listed,
        format_func=lambda shown: f"{shown.id} · {shown.question[:80]}",
        key="question_shown",
    )
    if one is None:
        return
    before = "".join(paragraph(earlier, "av-small") for earlier in one.history)
    st.html(
        before
        + paragraph(one.question)
        + paragraph(f"{say('quality.failed_in')}: {', '.join(one.failed) or say('quality.nothing')}", "av-small")
        + paragraph(
            f"{say('quality.wanted')}: {one.wanted_status} · {say('quality.got')}: {one.status} · {one.confidence:.2f}",
            "av-small",
        )
        + f"<h3>{safe(say('quality.expected'))}</h3>{_cited(one.expected)}"
        + f"<h3>{safe(say('quality.quoted'))}</h3>{_cited(one.quoted)}"
    )
    st.button(say("quality.ask_again"), key="again", on_click=_wanted_again, args=(one.id,))
    if st.session_state.get("asked_again") == one.id:
        _ask_again(one)


def _wanted_again(name: str) -> None:
    st.session_state["asked_again"] = name


def _cited(pieces: Sequence[tuple[str, str]]) -> str:
    shown = (f'<blockquote dir="auto">{safe(text)}</blockquote>{paragraph(at, "av-small")}' for at, text in pieces)
    return "".join(shown) or paragraph(say("quality.nothing"))


def _ask_again(one: report.Shown) -> None:
    """The answer as it is now, as a person would see it."""
    answer = None
    with contextlib.suppress(Exception), st.spinner(say("page.looking")):  # its text could hold the question
        answer = engine.ask(one.question, one.entity or None, one.history, urgent_seen=False)
    if answer is None:
        show_trouble()
    else:
        show_answer(answer, answer.referral, f"again-{one.id}", latest=True)
