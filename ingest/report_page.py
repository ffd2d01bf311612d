"""Health of an index → one HTML file that holds everything, with pictures of the pages that a person should look at."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from ingest.page_pictures import page_pictures
from ingest.report import counted_pages, document_line, removed_lines, sign_rows, summary_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.health import DocumentHealth, Health, PageHealth

_MOST_PICTURES = 12  # of one document
_STYLE = """
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem;overflow-wrap:anywhere}table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886;vertical-align:top}
td.n,th.n{text-align:right}figure{display:inline-block;margin:0 1rem 1rem 0;vertical-align:top}
img{width:20rem;max-width:100%;border:1px solid #888}.todo{font-weight:600}
"""


def report_page(health: Health, corpus_dir: Path) -> str:
    """The report as HTML: no script, nothing that is fetched; all that stands in a PDF is escaped."""
    body = [f"<p>{escape(line)}</p>" for line in summary_lines(health)]
    for document in health.documents:
        body += _section(document, corpus_dir)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width"><title>Health of the documents</title>'
        f"<style>{_STYLE}</style></head>\n<body><main><h1>Health of the documents</h1>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _section(document: DocumentHealth, corpus_dir: Path) -> Iterator[str]:
    yield f"<h2>{escape(document.file)}</h2>"
    if document.title:
        yield f"<p>{escape(document.title)}</p>"
    yield f"<p>{escape(document_line(document).capitalize())}</p>"
    for line in removed_lines(document.pages):
        yield f"<p>{escape(line)}</p>"
    rows = [
        f"<tr><td>{escape(where)}</td><td>{escape(what)}</td><td class=todo>{escape(todo)}</td></tr>"
        for where, what, todo in sign_rows(document)
    ]
    if rows:
        yield "<table><thead><tr><th>Where</th><th>What</th><th>What to do</th></tr></thead><tbody>"
        yield from rows
        yield "</tbody></table>"
    doubtful = sorted({sign.page for sign in document.signs if sign.page and sign.todo})
    pictures = page_pictures(corpus_dir / document.file, doubtful[:_MOST_PICTURES]) if doubtful else {}
    for number, png in sorted(pictures.items()):
        data = base64.b64encode(png).decode("ascii")
        yield f'<figure><img alt="Page {number}" src="data:image/png;base64,{data}">'
        yield f"<figcaption>Page {number}</figcaption></figure>"
    if len(doubtful) > len(pictures):
        yield f"<p>{counted_pages(len(doubtful) - len(pictures))} more without a picture here.</p>"
    if document.pages:
        summary = counted_pages(len(document.pages))
        yield f"<details><summary>{summary}</summary>{_table(document.pages)}</details>"


def _table(pages: Sequence[PageHealth]) -> str:
    head = (
        "<tr><th class=n>Page</th><th>Printed</th><th>Read from</th><th>Language</th><th class=n>Characters</th>"
        "<th class=n>Quotable</th><th class=n>Paragraphs</th></tr>"
    )
    rows = "".join(
        f"<tr><td class=n>{page.number}</td><td>{escape(page.label)}</td><td>{escape(page.how)}</td>"
        f"<td>{escape(page.language or '–')}</td><td class=n>{page.characters:,}</td>"
        f"<td class=n>{page.quotable:,}</td><td class=n>{page.paragraphs}</td></tr>"
        for page in pages
    )
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
