"""What `pdfqa` found → one HTML page: the figures, and every question with the pages that were wanted and cited."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from evals import plots, statistics
from evals.report import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.jsonl import Row
    from evals.pdfqa import Told


_LEGEND = (
    "By page alone: a question counts as right when a page that holds the answer is cited, or when nothing is quoted "
    "and nothing should be. Whether the quote is the sentence that answers is for a reader, or for evidence in a set "
    "of the full format. docs/public-interface.md says what each figure is."
)


def html(found: Row, told: Sequence[Told]) -> str:
    """The page of a run over somebody's own PDFs; found is the object that was printed."""
    failed = [one for one in told if not right(one)]
    rows = "".join(
        f'<tr><td><code>{escape(name)}</code></td><td class="n">{escape(value)}</td></tr>'
        for name, value in _flat(found)
    )
    sure = [float((one.answer or {}).get("confidence") or 0.0) for one in told if one.answered]
    points = statistics.risk_coverage([right(one) for one in told if one.answered], sure, len(told))
    curve = plots.curve(
        "Risk and coverage", "share of questions answered", "share of those wrong", [(p.x, p.y) for p in points]
    )
    listed = "".join(map(_article, failed)) or "<p>None.</p>"
    return page(
        f"<h2>Figures</h2><p>{_LEGEND}</p><table>{rows}</table><h2>Plot</h2>{curve.svg}"
        f"<h2>Questions that went wrong ({len(failed)} of {len(told)})</h2>{listed}"
    )


def right(one: Told) -> bool:
    """Whether a page that holds the answer was cited; where there is none, whether nothing was quoted."""
    if one.answer is None:
        return False
    return bool(one.cited & one.asked.pages) if one.asked.pages else one.answered == one.asked.answerable


def _flat(found: Row) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", "–" if told is None else str(told)) for inner, told in value.items())
        else:
            yield name, str(value)


def _article(one: Told) -> str:
    quotes = (one.answer or {}).get("quotes", ())
    quoted = "".join(
        f"<blockquote>{escape(quote['text'])}<br><small>{escape(quote['file'])}, page {quote['page']}</small>"
        "</blockquote>"
        for quote in quotes
    )
    wanted = ", ".join(f"{file} page {number}" for file, number in sorted(one.asked.pages)) or "no answer"
    before = "".join(f"<p><small>before: {escape(earlier)}</small></p>" for earlier in one.asked.history)
    sure = float((one.answer or {}).get("confidence") or 0.0)
    looked = ", ".join(f"{page['file']} page {page['page']}" for page in one.retrieved[:3]) or "nothing"
    status = escape(str((one.answer or {}).get("status", "broke")))
    return (
        f"<article><h3>{escape(one.asked.id)}</h3>{before}<p><strong>{escape(one.asked.question)}</strong></p>"
        f"<p>Expected: {escape(wanted)}. Got: {status}, confidence {sure:.2f}; looked at first: {escape(looked)}.</p>"
        f"{quoted or '<p>Nothing was quoted.</p>'}</article>"
    )
