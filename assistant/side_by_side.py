"""index, one question → the best exact quote of each document, or that nothing in it is near; the same as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.candidates import rank_candidates
from assistant.citing import status_in_words
from assistant.names import Names
from assistant.passages import question_vector, retrieve
from assistant.quotes import make_quote, verify
from assistant.references import reference_of
from ingest.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.quotes import Quote
    from ingest.index import Index
    from ingest.store import DocumentCard

COLUMNS: Final = ("Organisation", "Document", "Symbol", "Status", "Exact words", "Paragraph", "Page", "Reference")
SILENT: Final = "Nothing near enough was found: the text may be silent on this."
_ENOUGH: Final = 0.50  # of a candidate's own confidence; each document gets a cell, so less is asked than of an answer
_FORMULA: Final = "=+-@\t\r\n|%＝＋－＠"  # what a spreadsheet may take for the beginning of a formula


class TableWords(NamedTuple):
    """The words around what documents say: the columns, what stands for silence, and a status in words."""

    columns: tuple[str, ...]
    silent: str
    status: Callable[[str], str]


ENGLISH: Final = TableWords(COLUMNS, SILENT, status_in_words)


@dataclass(frozen=True)
class Cell:
    """What one document says: quote is None where nothing in it is near enough to the question."""

    card: DocumentCard
    quote: Quote | None


def side_by_side(index: Index, question: str) -> tuple[Cell, ...]:
    """The best quote of each document, verified on its page, in the order of the index.

    A quote must be as near as one that opens an answer. That nothing is does not prove that a text is silent: it may
    say it in other words.
    """
    vector = question_vector(index, question)
    passages = retrieve(index, question, lambda: vector.said, k=index.size)
    cells = []
    for name, card in index.store.documents.items():
        own = [passage for passage in passages if passage.card.id == name]
        ranked = rank_candidates(index, question, vector, own, Names())
        near = [one for one in ranked if one.card.id == name and one.confidence >= _ENOUGH]
        quotes = (make_quote(index, card, one.sentences, one.score) for one in near)
        cells.append(Cell(card, next((quote for quote in quotes if verify(index, quote)), None)))
    return tuple(cells)


def rows(cells: Sequence[Cell], said: TableWords = ENGLISH) -> Iterator[tuple[str, ...]]:
    """The table as plain text, a row for each document, in the order of `COLUMNS`."""
    for card, quote in ((cell.card, cell.quote) for cell in cells):
        known = (card.issuer, card.title, card.symbol, said.status(card.status))
        if quote is None:
            yield (*known, said.silent, "", "", "")
        else:
            words = " […] ".join(quote.parts or (quote.text,))
            yield (*known, f"“{words}”", quote.paragraph, quote.page_label, reference_of(quote))


def as_csv(cells: Sequence[Cell], said: TableWords = ENGLISH) -> str:
    """The table for a spreadsheet: with a byte-order mark, every cell quoted, and none that could start a formula."""
    lines = (",".join(map(_cell, row)) for row in (said.columns, *rows(cells, said)))
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _cell(text: str) -> str:
    shown = " ".join(visible(text).split())
    shown = f"'{shown}" if shown.startswith(tuple(_FORMULA)) else shown
    return '"' + shown.replace('"', '""') + '"'
