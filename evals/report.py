"""Results folder → what people look at: figures, plots, failed questions, comparisons, sheets, one page of it all.

The one module of the evals that the page imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from evals import plots, results, sheet
from evals.compare import FEWEST, Comparison, compare
from evals.errors import EvalError
from evals.jsonl import json_text, read_json, write_text
from evals.measures import MEASURES
from evals.plots import Bar, Plot
from evals.results import Results
from evals.verify import file_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evals.jsonl import Row

__all__ = [
    "FEWEST",
    "Comparison",
    "EvalError",
    "Figure",
    "Filled",
    "Results",
    "Shown",
    "blank_sheet",
    "compare",
    "failures",
    "figures",
    "filled_sheets",
    "read",
    "result_folders",
    "shown",
    "svgs",
    "told_of",
    "write_report",
]

read = results.read
_SIDE_BY_SIDE = ("status_right", "answers", "page_recall", "evidence_f1", "answered", "abstained")
_BY = ("set", "style", "language", "entity", "audience")
_WANTED = {"answers": 1.0, "status_right": 1.0, "must_said": 1.0, "urgent_first": 1.0, "referral_roles": 1.0}
_UNWANTED = ("must_not_said", "urgent_unasked")
_CSS = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.15rem .7rem;text-align:left;border-bottom:1px solid #8885}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}.wrong{color:#c0392b;font-weight:600}"
    ".plots{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}svg{max-width:100%;height:auto}"
    "article{border:1px solid #8885;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}"
    "blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid #8888}.pair{display:grid;gap:1rem}"
    "@media(min-width:50rem){.pair{grid-template-columns:1fr 1fr}}small{opacity:.8}"
)


@dataclass(frozen=True)
class Figure:
    """One figure to show: wrong says that it has another value than it must have."""

    name: str
    says: str
    value: str
    n: int
    wrong: bool


@dataclass(frozen=True)
class Shown:
    """A failed question: what it failed, what was expected and what was quoted, each with its place, and how sure."""

    id: str
    set: str
    question: str
    history: tuple[str, ...]
    entity: str
    failed: tuple[str, ...]
    expected: tuple[tuple[str, str], ...]
    quoted: tuple[tuple[str, str], ...]
    wanted_status: str
    status: str
    confidence: float
    note: str


def result_folders(parent: Path) -> list[Path]:
    """The results folders directly below a folder, or the folder itself when it is one; by name, the last first."""
    if (parent / results.SUMMARY).is_file():
        return [parent]
    found = parent.iterdir() if parent.is_dir() else ()
    return sorted((path for path in found if (path / results.SUMMARY).is_file()), reverse=True)


@dataclass(frozen=True)
class Filled:
    """What readers gave back for one sheet: how far each is, the marks as rows of text, or what is wrong with it."""

    name: str
    answers: int = 0
    readers: tuple[tuple[str, int], ...] = ()
    marks: tuple[tuple[str, str, str, int], ...] = ()  # mark, run, mean with its interval, of how many answers
    agreement: tuple[tuple[str, str], ...] = ()  # mark, Krippendorff's alpha
    problem: str = ""


def blank_sheet(folders: Sequence[Path]) -> tuple[str, str]:
    """A blinded sheet for readers, as CSV, and its key, as JSON. Raises EvalError."""
    blank = sheet.blank_sheet(folders)
    return blank.sheet, json_text(blank.key)


def filled_sheets(parent: Path) -> list[Filled]:
    """The sheets whose key lies in a folder, each with the copies beside it: sheet-anna.csv for sheet.key.json."""
    stems = sorted((path.name.removesuffix(sheet.KEY) for path in parent.glob(f"*{sheet.KEY}")), key=len, reverse=True)
    found, taken = [], set()
    for stem in stems:  # the longest first: sheet-2-anna.csv is of sheet-2, not of sheet
        copies = sorted(path for path in parent.glob("*.csv") if path.stem == stem or path.name.startswith(f"{stem}-"))
        copies = [path for path in copies if path not in taken]
        taken.update(copies)
        found.append(_filled(stem, copies, parent / f"{stem}{sheet.KEY}"))
    return sorted(found, key=lambda one: one.name)


def _filled(stem: str, copies: Sequence[Path], key: Path) -> Filled:
    try:
        rated = sheet.rated(copies, key)
        if any(not reader.rated for reader in rated.readers):  # the blank sheet is no reader's
            rated = sheet.rated([reader.sheet for reader in rated.readers if reader.rated], key)
    except EvalError as error:
        return Filled(stem, problem=str(error))
    return Filled(
        stem,
        rated.answers,
        tuple((reader.sheet.name, reader.rated) for reader in rated.readers),
        tuple(
            (mark.name, folder, sheet.mean_in_words(told), told.n) for mark in rated.marks for folder, told in mark.runs
        ),
        tuple((mark.name, sheet.agreement_in_words(mark.agreement)) for mark in rated.marks),
    )


def figures(found: Results) -> list[Figure]:
    """Every figure over all questions, in order, with its interval in words."""
    told = found.summary["figures"]
    rows = [
        Figure(measure.name, measure.says, _told(told[measure.name]), told[measure.name]["n"],
               measure.required is not None and told[measure.name]["value"] != measure.required)
        for measure in MEASURES
        if measure.name in told
    ]  # fmt: skip
    if "auroc" in told:
        rows.append(
            Figure(
                "auroc",
                "how well confidence tells the answerable apart",
                _told(told["auroc"]),
                told["auroc"]["n"],
                False,
            )
        )
    aurc = found.summary["confidence"]["aurc"]
    if aurc["n"]:
        rows.append(Figure("aurc", "mean risk over the coverages that were reached", _told(aurc), aurc["n"], False))
    return rows


def _told(figure: Row) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def failures(line: Row) -> list[str]:
    """The measures in which one question went wrong."""
    scores = line["scores"]
    wrong = [name for name, wanted in _WANTED.items() if scores.get(name, wanted) < wanted]
    wrong += [name for name in _UNWANTED if scores.get(name, 0.0) > 0]
    wrong += [
        measure.name
        for measure in MEASURES
        if measure.required is not None and scores.get(measure.name, measure.required) != measure.required
        and measure.name not in wrong
    ]  # fmt: skip
    return wrong


def shown(found: Results, *, every: bool = False) -> list[Shown]:
    """Every failed question, or every one, those first that failed most."""
    listed = [_shown(line, failures(line)) for line in found.lines]
    return sorted((one for one in listed if every or one.failed), key=lambda one: (-len(one.failed), one.set, one.id))


def told_of(found: Results) -> str:
    """One sentence on what was asked."""
    sets = ", ".join(f"{name} ({told['status_right']['n']})" for name, told in found.summary["groups"]["set"].items())
    halves = " and ".join(found.manifest["halves"])
    return f"{found.summary['questions']} questions of the {halves} half: {sets}. {found.summary['quotes']} quotes."


def _shown(line: Row, failed: Sequence[str]) -> Shown:
    question, answer = line["question"], line["answer"] or {}
    expected = [
        (_place(e["document"], e["paragraph"], e["places"][0]["page"]), e["text"])
        for need in line["needs"]
        for e in need
    ]
    quoted = [(_place(q["document"], q["paragraph"], q["page"]), q["text"]) for q in answer.get("quotes", ())]
    return Shown(
        question["id"], question["set"], question["question"], tuple(question["history"]), question["entity"],
        tuple(failed), tuple(expected), tuple(quoted), " or ".join(question["expect"]),
        str(answer.get("status", "broke")), float(answer.get("confidence") or 0.0), question["note"],
    )  # fmt: skip


def _place(document: str, paragraph: str, page: int) -> str:
    return f"{document}, paragraph {paragraph}, page {page}" if paragraph else f"{document}, page {page}"


def svgs(found: Results) -> dict[str, list[Plot]]:
    """The plots by what they compare: ``confidence`` (risk over coverage, reliability), and each kind of group."""
    sure = found.summary["confidence"]
    drawn = [
        plots.curve(
            "Risk and coverage", "share of questions answered", "share of those wrong",
            [(point["x"], point["y"]) for point in sure["risk_coverage"]],
        ),
        plots.curve(
            "Reliability of confidence", "confidence", "share right",
            [(point["x"], point["y"]) for point in sure["reliability"]], diagonal=True,
        ),
    ]  # fmt: skip
    grouped = {group: list(_side_by_side(group, found.summary["groups"][group])) for group in _BY}
    return {"confidence": drawn, **{group: bars for group, bars in grouped.items() if bars}}


def _side_by_side(group: str, names: Row) -> Iterator[Plot]:
    for measure in _SIDE_BY_SIDE:
        rows = [
            Bar(name, told[measure]["value"], told[measure]["low"], told[measure]["high"], told[measure]["n"])
            for name, told in names.items()
            if measure in told
        ]
        if len(rows) > 1:
            yield plots.bars(f"{measure} by {group}", rows)


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write the page of a results folder, into it if no file is named; returns its path. Raises EvalError."""
    found = read(folder)
    path = out or folder / "report.html"
    write_text(path, _html(found, read_json(folder / results.TIMES)))
    return path


def _html(found: Results, times: Row) -> str:
    manifest, latency = found.manifest, times.get("latency_ms") or dict.fromkeys(("n", "p50", "p95"), "?")
    wrong = "".join(f'<p class="wrong">{escape(problem)}</p>' for problem in file_problems(found))
    broke = found.summary["answers_missing"]
    changed = wrong + (
        f'<p class="wrong">{escape(str(broke))} questions have no answer: asking broke.</p>' if broke else ""
    )
    head = (
        f"<p>{escape(told_of(found))} Asked {escape(times['started'])}.</p>"
        f"<p>Latency of a warm question: p50 {escape(str(latency['p50']))} ms, p95 {escape(str(latency['p95']))} ms "
        f"(n {escape(str(latency['n']))}).</p>{changed}"
    )
    rows = "".join(
        f"<tr><td><code>{escape(f.name)}</code></td><td>{escape(f.says)}</td>"
        f'<td class="n{" wrong" if f.wrong else ""}">{escape(f.value)}</td><td class="n">{escape(str(f.n))}</td></tr>'
        for f in figures(found)
    )
    table = (
        f"<table><tr><th>Measure</th><th>What it says</th><th>Value (95 % interval)</th><th>n</th></tr>{rows}</table>"
    )
    drawn = "".join(
        f'<h3>{escape(name)}</h3><div class="plots">{"".join(plot.svg for plot in drawings)}</div>'
        for name, drawings in svgs(found).items()
    )
    failed = shown(found)
    listed = "".join(map(_article, failed)) or "<p>None.</p>"
    rests = "".join(
        f"<tr><td>{escape(k)}</td><td><code>{escape(str(v))}</code></td></tr>"
        for k, v in manifest.items()
        if k != "ids"
    )
    return page(
        f"{head}<h2>Figures</h2>{table}<h2>Plots</h2>{drawn}"
        f"<h2>Failed questions ({len(failed)} of {len(found.lines)})</h2>{listed}"
        f"<h2>What this rests on</h2><table>{rests}</table>"
    )


def page(body: str) -> str:
    """A self-contained HTML page around a body that is HTML already."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Answer quality</title><style>{_CSS}</style><h1>Answer quality</h1>{body}</html>\n"
    )


def _article(one: Shown) -> str:
    before = "".join(f"<p><small>before: {escape(earlier)}</small></p>" for earlier in one.history)
    chosen = f" · {escape(one.entity)}" if one.entity else ""
    return (
        f'<article id="{escape(one.id)}"><h3>{escape(one.id)} · {escape(one.set)}{chosen}</h3>{before}'
        f"<p><strong>{escape(one.question)}</strong></p>"
        f'<p class="wrong">{escape(", ".join(one.failed))}</p>'
        f"<p>Expected: {escape(one.wanted_status)}. Got: {escape(one.status)}, confidence {one.confidence:.2f}. "
        f"<small>{escape(one.note)}</small></p>"
        f'<div class="pair"><div><h4>Expected, any of</h4>{_cited(one.expected)}</div>'
        f"<div><h4>Quoted</h4>{_cited(one.quoted)}</div></div></article>"
    )


def _cited(pieces: Sequence[tuple[str, str]]) -> str:
    return (
        "".join(f"<blockquote>{escape(text)}<br><small>{escape(at)}</small></blockquote>" for at, text in pieces)
        or "<p>Nothing.</p>"
    )
