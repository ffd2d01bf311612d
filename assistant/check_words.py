"""what a check of words found → plain sentences; the same in the terminal and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.citing import citation, status_in_words
from assistant.editions import Clause, counted
from assistant.pasted import LONGEST
from assistant.shelf import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.editions import Compared
    from assistant.pasted import Change, Checked
    from assistant.references import Found, Verdict
    from assistant.shelf import Shelf

CHECKED: Final = {
    "exact": "These words stand exactly:",
    "signs": "The same words stand here, but capitals or signs such as commas are others:",
    "differs": "These words stand in none of these documents. The text that is most like them differs:",
    "nowhere": "These words stand in none of these documents, and no text is much like them.",
    "empty": "There is nothing to look for yet. Paste a sentence.",
    "too_long": f"This is too long to compare. Paste at most {LONGEST:,} characters: a sentence or a paragraph.",
}
REPLACED: Final = "Every document named here was replaced by a newer one, so these words may no longer hold."
MORE: Final = "They stand in more places than are listed here."
VERDICTS: Final = {
    "stands": "It stands exactly as cited, in the very same PDF.",
    "superseded": "It stands exactly as cited, in the very same PDF. But that document was replaced by a newer one.",
    "moved": "That edition of {name} has been replaced. The words still stand in the edition that is read now.",
    "gone": "That edition of {name} has been replaced. The words are no longer there.",
    "differently": "The very same PDF is here, but its text is read otherwise now. Look at PDF page {page} yourself.",
    "withdrawn": "{name} is not read here now: it was withdrawn, or its PDF is not in the folder.",
    "unknown": "This reference is whole, but its document was never known here, or it has another id.",
}
ROWS: Final = {"changed": "changed", "new": "new", "gone": "gone", "moved": "the same words, moved", "same": "the same"}
_NONE: Final = Clause("", "", Run(0, 0))
WITHOUT: Final = "What your text has and the document has not is in [- -]; what the document has instead in {+ +}."


def verdict_lines(verdict: Verdict, shelf: Shelf) -> Iterator[str]:
    """Say what became of the words of a reference, one sentence a line; places are cited, and no word is invented."""
    page, name = verdict.reference.page, _called(verdict)
    yield VERDICTS[verdict.kind].format(name=name, page=page)
    yield from _places(verdict.here, shelf)
    if verdict.replaced_by:
        newer = shelf.by_id[verdict.replaced_by].card.title
        stands = "the same words stand:" if verdict.after else "these words do not stand."
        yield f"In the newer document, “{newer}”, {stands}"
        yield from _places(verdict.after, shelf)
    if verdict.elsewhere:
        yield "The same words stand in other documents:"
        yield from _places(verdict.elsewhere, shelf)
    if verdict.kept:
        yield f"The PDF that was cited is kept as {verdict.kept}. Look at its page {page}."
    elif verdict.kind in {"gone", "withdrawn", "unknown"}:
        yield "What the reference was made of cannot be shown: it holds a check sum of the words, not the words."


def _called(verdict: Verdict) -> str:
    return f"“{verdict.document.title}”" if verdict.document else "that document"


def not_confirmed(text: str, shelf: Shelf) -> str:
    """What in a text looks like a contact and stands in no reviewed file, in words; "" where nothing does."""
    found = shelf.unconfirmed(text)
    return f"From the document, not confirmed: {', '.join(found)}" if found else ""


def _places(found: Sequence[Found], shelf: Shelf) -> Iterator[str]:
    for one in found[:10]:
        quotes = [quote for run in one.runs if (quote := one.document.quote(run))]
        if not quotes:
            continue
        status = status_in_words(quotes[0].document_status)
        yield f"- {citation(quotes[0], one.document.card.published)} ({status})"
        words = " […] ".join(quote.text for quote in quotes)
        yield f"  “{words}”"
        if contacts := not_confirmed(words, shelf):
            yield f"  {contacts}"


def changes_line(changes: Sequence[Change]) -> str:
    """Both texts in one line, as `WITHOUT` explains."""
    return " ".join(part for change in changes for part in _change_parts(change))


def _change_parts(change: Change) -> Iterator[str]:
    if change.same:
        yield change.same
    if change.pasted:
        yield f"[-{change.pasted}-]"
    if change.document:
        yield f"{{+{change.document}+}}"


def change_list(changes: Sequence[Change]) -> list[str]:
    """Each difference in words, for whoever cannot see how it is marked."""
    return [_told(change) for change in changes if not change.same]


def _told(change: Change) -> str:
    if not change.document:
        return f"The document does not have “{change.pasted}”."
    if not change.pasted:
        return f"The document also has “{change.document}”."
    return f"For “{change.pasted}” the document has “{change.document}”."


def checked_lines(checked: Checked) -> Iterator[str]:
    """Say where a pasted text stands, or how it differs."""
    yield CHECKED[checked.kind]
    if checked.only_replaced:
        yield REPLACED
    for place in checked.places:
        quote = place.quote
        yield f"- {citation(quote, place.document.card.published)} ({status_in_words(quote.document_status)})"
        if place.changes:
            yield f"  {changes_line(place.changes)}"
            for told in change_list(place.changes):
                yield f"  · {told}"
    if checked.places and checked.places[0].changes:
        yield WITHOUT
    if checked.more:
        yield MORE


def row_title(row: Compared) -> str:
    """What became of a clause, in words: its number then and now, and its kind."""
    label = (row.after or row.before or _NONE).label
    name = f"Paragraph {label}" if label else "Without a number"
    was = row.before.label if row.before and row.renumbered else ""
    renumbered = f" (was {was or 'without a number'})" if row.renumbered else ""
    return f"{name}{renumbered}: {ROWS[row.kind]}"


def row_lines(row: Compared) -> Iterator[str]:
    """One clause of two editions."""
    yield f"- {row_title(row)}"
    shown = row.after or row.before or _NONE
    yield f"  {changes_line(row.changes) if row.changes else shown.text}"


def counts_line(rows: Sequence[Compared]) -> str:
    """How many clauses are of each kind."""
    parts = [f"{count} {ROWS[kind]}" for kind, count in counted(rows) if count]
    renumbered = sum(row.renumbered for row in rows)
    return f"Clauses: {', '.join(parts) or 'none'}." + (f" {renumbered} have another number now." if renumbered else "")
