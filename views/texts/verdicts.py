"""what a check of words found → sentences in the language of the visit; the terminal says the same in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.editions import counted
from assistant.pasted import LONGEST
from assistant.side_by_side import TableWords
from views.texts.shown import status_name
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.editions import Clause, Compared
    from assistant.pasted import Change, Checked
    from assistant.references import BadReferenceError, Verdict

_COLUMNS: Final = (  # in the order of `assistant.side_by_side.COLUMNS`
    *("texts.sheet_entity", "texts.field_document", "texts.column_symbol", "texts.field_status"),
    *("texts.column_words", "texts.column_paragraph", "texts.column_page", "texts.column_reference"),
)


def checked_said(checked: Checked) -> str:
    """Whether a pasted text stands anywhere, and whether that still holds."""
    found = say(f"texts.checked_{checked.kind}", most=str(LONGEST))
    return f"{found} {say('texts.checked_replaced')}" if checked.only_replaced else found


def change_list(changes: Sequence[Change]) -> list[str]:
    """Each difference in words, for whoever cannot see how it is marked."""
    return [_told(change) for change in changes if not change.same]


def _told(change: Change) -> str:
    if not change.document:
        return say("texts.only_yours", pasted=change.pasted)
    if not change.pasted:
        return say("texts.only_theirs", document=change.document)
    return say("texts.both_differ", pasted=change.pasted, document=change.document)


def verdict_said(verdict: Verdict) -> str:
    """What became of the words of a reference; after the title of its document where no place below names that."""
    said = say(f"texts.cited_{verdict.kind}", page=str(verdict.reference.page))
    return f"“{verdict.document.title}”: {said}" if verdict.document and not verdict.here else said


def verdict_kept(verdict: Verdict) -> str:
    """Where the PDF that was cited is kept, or that its words cannot be shown; "" where there is no need to say so."""
    if verdict.kept:
        return say("texts.cited_kept", file=verdict.kept, page=str(verdict.reference.page))
    return say("texts.cited_not_kept") if verdict.kind in {"gone", "withdrawn", "unknown"} else ""


def reference_problem(error: BadReferenceError) -> str:
    """Why what was typed is no reference that can be looked up."""
    return say("texts.reference_damaged" if error.damaged else "texts.reference_other")


def row_title(row: Compared) -> str:
    """What became of a clause: its number then and now, and its kind."""
    name = _numbered(row.after or row.before, "texts.clause", "texts.clause_without")
    was = f" ({_numbered(row.before, 'texts.clause_was', 'texts.clause_was_without')})" if row.renumbered else ""
    return f"{name}{was}: {say(f'texts.row_{row.kind}')}"


def _numbered(clause: Clause | None, key: str, without: str) -> str:
    return say(key, label=clause.label) if clause and clause.label else say(without)


def kind_name(kind: str) -> str:
    """What clauses of a kind are called together."""
    return say(f"texts.rows_{kind}")


def counts_said(rows: Sequence[Compared]) -> str:
    """How many clauses are of each kind; every number stands behind a colon, so no language needs plural forms."""
    parts = [f"{kind_name(kind)}: {count}" for kind, count in counted(rows) if count]
    if renumbered := sum(row.renumbered for row in rows):
        parts.append(f"{say('texts.rows_renumbered')}: {renumbered}")
    return " · ".join(parts) or say("texts.no_clause")


def table_words() -> TableWords:
    """The words of the table of documents side by side, for a spreadsheet."""
    return TableWords(tuple(map(say, _COLUMNS)), say("texts.silent"), status_name)
