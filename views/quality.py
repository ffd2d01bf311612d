"""Results folders → figures, two versions, rating sheets, for evaluators; the one module that imports the evals."""

from __future__ import annotations

import contextlib
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from evals import report
from views import chat, engine, language_choice
from views.answers import show_answer
from views.markup import paragraph, picture_tag, safe, save_button
from views.shell import TITLE
from views.trouble import show_trouble
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LOOKS: Final = ("quality.look_figures", "quality.look_compare", "quality.look_sheet")


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
    if not folder or not folders:
        st.html(paragraph(say("quality.no_results"), "av-notice"))
        return
    chosen = st.selectbox(say("quality.results"), folders, format_func=lambda path: path.name, key="results")
    look = st.radio(say("quality.look"), _LOOKS, format_func=say, horizontal=True, key="look_at")
    try:
        if look == "quality.look_compare":
            _compare(chosen, folders)
        elif look == "quality.look_sheet":
            _sheets(folder, chosen, folders)
        else:
            found = _read(chosen)
            _figures(found)
            _questions(found)
    except report.EvalError as error:
        told = "".join(paragraph(line, "av-notice") for line in str(error).splitlines())
        st.html(f'<div lang="en" dir="ltr">{told}</div>')
    except (OSError, KeyError, TypeError, ValueError, IndexError, AttributeError):  # a file of it is not whole
        st.html(paragraph(say("quality.damaged"), "av-notice"))


@st.cache_resource(max_entries=2, show_spinner=False)
def _read_once(folder: Path, mark: float) -> report.Results:
    return report.read(folder)


@st.cache_resource(max_entries=2, show_spinner=False)
def _compare_once(before: Path, after: Path, marks: tuple[float, float]) -> report.Comparison:
    return report.compare(_read(before), _read(after))


def _read(folder: Path) -> report.Results:
    return _read_once(folder, _mark(folder))


def _mark(folder: Path) -> float:
    """What changes when a folder is written anew."""
    return (folder / "summary.json").stat().st_mtime


def _figures(found: report.Results) -> None:
    rows = "".join(
        f"<tr><td>{escape(figure.says)}<br><code>{escape(figure.name)}</code></td>"
        f"<td>{_strong(figure.value, figure.wrong)}</td>"
        f"<td>{figure.n}</td></tr>"
        for figure in report.figures(found)
    )
    names = (say("quality.measure"), say("quality.value"), say("quality.number"))
    st.html(paragraph(report.told_of(found), "av-small") + _table(names, rows))
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


def _other(chosen: Path, folders: Sequence[Path], key: str) -> Path | None:
    """The choice of a second folder, the one before the chosen one first."""
    others = [path for path in folders if path != chosen]
    older = [path for path in others if path.name < chosen.name]
    first = others.index(older[0]) if older else 0
    return st.selectbox(
        say("quality.other"), others, index=first if others else None, format_func=lambda path: path.name, key=key
    )


def _compare(chosen: Path, folders: Sequence[Path]) -> None:
    """The chosen version minus another, measure by measure, and the questions that it won and lost."""
    if len(folders) < 2:
        st.html(paragraph(say("quality.one_only"), "av-notice"))
        return
    other = _other(chosen, folders, "other_results")
    if other is None:
        return
    with st.spinner(say("page.looking")):
        found = _compare_once(other, chosen, (_mark(other), _mark(chosen)))
    told = paragraph(say("quality.compared", number=str(len(found.ids))))
    told += paragraph(say("quality.compare_about", number=str(report.FEWEST)), "av-small")
    rows = "".join(
        f"<tr><td>{escape(one.measure.says)}<br><code>{escape(one.measure.name)}</code></td><td>{one.a:.3f}</td>"
        f"<td>{one.b:.3f}</td><td>{_strong(one.said + (' *' if one.clear else ''), one.clear)}</td>"
        f"<td>{len(one.won)}</td><td>{len(one.lost)}</td></tr>"
        for one in found.differences
    )
    names = [say("quality.measure"), say("quality.value_other"), say("quality.value_this")]
    names += [say("quality.difference"), say("quality.won"), say("quality.lost")]
    remarks = "".join(paragraph(remark, "av-notice") for remark in found.remarks)
    st.html(told + remarks + _table(names, rows))
    _changed(found, _read(other), _read(chosen))


def _changed(found: report.Comparison, before: report.Results, after: report.Results) -> None:
    """The questions that were won or lost in one measure, and what each version quoted for one of them."""
    by_name = {one.measure.name: one for one in found.differences if one.won or one.lost}
    if not by_name:
        st.html(paragraph(say("quality.no_change"), "av-notice"))
        return
    name = st.selectbox(say("quality.changed_in"), list(by_name), key="changed_in")
    difference = by_name[name]
    signs = {**dict.fromkeys(difference.won, "+"), **dict.fromkeys(difference.lost, "−")}
    asked = {one.id: one.question for one in report.shown(after, every=True) if one.id in signs}
    one = st.selectbox(
        say("quality.changed"), list(signs), format_func=lambda id_: f"{signs[id_]} {id_} · {asked[id_][:80]}",
        key=f"changed_{name}",
    )  # fmt: skip
    if one is None:
        return
    st.html(paragraph(asked[one]))
    for side, results, which in zip(
        st.columns(2), (before, after), ("quality.value_other", "quality.value_this"), strict=True
    ):
        shown = next(line for line in report.shown(results, every=True) if line.id == one)
        with side:
            failed = f"{say('quality.failed_in')}: {', '.join(shown.failed) or say('quality.nothing')}"
            st.html(f"<h3>{safe(say(which))}</h3>{paragraph(failed, 'av-small')}{_cited(shown.quoted)}")


def _sheets(folder: Path, chosen: Path, folders: Sequence[Path]) -> None:
    """A blank sheet to save, and how far those are that readers filled in."""
    st.html(paragraph(say("quality.sheet_about")))
    other = _other(chosen, folders, "other_sheet") if len(folders) > 1 else None
    both = st.checkbox(say("quality.sheet_both"), key="sheet_both") if other else False
    blank, key = report.blank_sheet([chosen, other] if both and other else [chosen])
    st.html(
        '<div class="av-ways">'
        + save_button(say("quality.save_sheet"), blank.encode(), "sheet.csv", "text/csv")
        + save_button(say("quality.save_key"), key.encode(), "sheet.key.json", "application/json")
        + "</div>"
    )
    filled = report.filled_sheets(folder)
    if not filled:
        st.html(paragraph(say("quality.no_sheets"), "av-notice"))
    for one in filled:
        st.html(f"<h2>{safe(one.name)}</h2>" + (paragraph(one.problem, "av-notice") if one.problem else _rated(one)))


def _rated(one: report.Filled) -> str:
    readers = "".join(
        f"<li>{safe(say('quality.progress', reader=name, done=str(done), all=str(one.answers)))}</li>"
        for name, done in one.readers
    )
    if not readers:
        return paragraph(say("quality.no_sheets"), "av-notice")
    rows = "".join(
        f"<tr><td>{escape(mark)}</td><td>{safe(run)}</td><td>{escape(mean)}</td><td>{n}</td></tr>"
        for mark, run, mean, n in one.marks
    )
    agreed = "; ".join(f"{mark} {alpha}" for mark, alpha in one.agreement)
    names = (say("quality.mark"), say("quality.run"), say("quality.mean"), say("quality.number"))
    return f"<ul>{readers}</ul>" + _table(names, rows) + paragraph(f"{say('quality.agreement')}: {agreed}", "av-small")


def _table(names: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in names)
    body = rows.replace("<td>", '<td dir="ltr">')  # measures are named in English, and numbers run from the left
    table = f'<table class="av-figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="av-wide" role="region" tabindex="0" aria-label="{safe(names[0])}">{table}</div>'


def _strong(text: str, wanted: bool) -> str:
    return f"<strong>{escape(text)}</strong>" if wanted else escape(text)


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
