"""Health of an index → lines for a terminal; the words of `python -m ingest report`."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.health import INDEXED, REFUSED, WARNED
from ingest.page_text import page_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.health import DocumentHealth, Health, PageHealth

_RUNNING = 2  # pages that a removed line must stand on to be named
_MOST_RUNNING = 4
_CHANGES = {"new": "new", "changed": "changed", "same": "as before", "": ""}


def report_lines(health: Health, every_page: bool) -> Iterator[str]:
    """The report of an index, line by line; every_page gives each page a line."""
    yield from summary_lines(health)
    for document in health.documents:
        yield ""
        yield f"{document.file}: {document_line(document)}"
        for line in removed_lines(document.pages):
            yield f"  {line}"
        for where, what, todo in sign_rows(document):
            yield f"  {where}: {what}{f' → {todo}' if todo else ''}"
        if every_page:
            yield from page_table(document.pages)


def summary_lines(health: Health) -> Iterator[str]:
    """How many documents ended how, and what changed since the build before."""
    ended = Counter(document.outcome for document in health.documents)
    parts = ", ".join(f"{ended[outcome]} {outcome}" for outcome in (INDEXED, WARNED, REFUSED) if ended[outcome])
    pages = sum(len(document.pages) for document in health.documents)
    yield f"{len(health.documents)} documents ({parts}), {pages} pages read."
    changes = Counter(document.change for document in health.documents)
    said = [f"{changes[kind]} {kind}" for kind in ("new", "changed") if changes[kind]]
    said += [f"gone: {', '.join(health.gone)}"] if health.gone else []
    yield f"Since the build before: {', '.join(said) or 'nothing changed'}."


def document_line(document: DocumentHealth) -> str:
    """What was read of a document, in one line without its name."""
    if document.outcome == REFUSED:
        return "refused."
    pages = document.pages
    characters = sum(page.characters for page in pages)
    quotable = sum(page.quotable for page in pages)
    paragraphs = sum(page.paragraphs for page in pages)
    share = quotable / characters if characters else 0.0
    parts = [
        counted_pages(len(pages)),
        ", ".join(_counted(page.how for page in pages)),
        ", ".join(_counted(page.language or "language not known" for page in pages)),
        f"{characters:,} characters, {share:.0%} can be quoted",
        f"{paragraphs} numbered paragraphs",
        _CHANGES[document.change],
    ]
    return f"{document.outcome}. {'; '.join(parts)}."


def removed_lines(pages: Sequence[PageHealth]) -> Iterator[str]:
    """The lines that were kept out of the text on several pages, most often first."""
    counts = Counter(line for page in pages for line in dict.fromkeys(page.removed))
    repeated = [(line, n) for line, n in counts.most_common() if n >= _RUNNING]
    if repeated:
        named = ", ".join(f'"{line}" ({n} pages)' for line, n in repeated[:_MOST_RUNNING])
        more = f", and {len(repeated) - _MOST_RUNNING} more" if len(repeated) > _MOST_RUNNING else ""
        yield f"Kept out of the text: {named}{more}."


def sign_rows(document: DocumentHealth) -> Iterator[tuple[str, str, str]]:
    """The signs of a document as (where, what, what to do), pages with the same sign put together."""
    for (what, todo), signs in groupby(document.signs, key=lambda sign: (sign.what, sign.todo)):
        pages = [sign.page for sign in signs if sign.page]
        yield (page_runs(pages, most=len(pages)) if pages else "document"), what, todo


def page_table(pages: Sequence[PageHealth]) -> Iterator[str]:
    """One line for each page: its number, printed label, how it was read, language, characters, paragraphs."""
    yield "  page  printed   read from      language  characters  quotable  paragraphs"
    for page in pages:
        yield (
            f"  {page.number:>4}  {page.label:<8}  {page.how:<13}  {page.language or '–':<8}  "
            f"{page.characters:>10,}  {page.quotable:>8,}  {page.paragraphs:>10}"
        )


def counted_pages(count: int) -> str:
    """A number of pages in words."""
    return "1 page" if count == 1 else f"{count} pages"


def _counted(names: Iterator[str]) -> Iterator[str]:
    """Each name once, with how often where there are several."""
    counts = Counter(names)
    return (f"{name} ({n})" if len(counts) > 1 else name for name, n in counts.items())
