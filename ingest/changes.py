"""Two editions of a document → what was added and removed, and which of our guides rest on it."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ingest.catalogue import CatalogueError
from ingest.facts import read_facts
from ingest.guide_text import GuideParagraph, read_guides
from ingest.identity import names_title, stands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.catalogue import Document
    from ingest.facts import Fact

SHOWN = 20  # lines of changes that are shown
_LENGTH = 160  # characters of a line that are shown
_MOST = 30_000_000  # pairs of paragraphs beyond which only whole sets are compared


def changed_lines(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """List the paragraphs that went ("- …") and came ("+ …"), in order, each cut to one line."""
    if len(before) * len(after) > _MOST:
        old, new = set(before), set(after)
        gone, come = [p for p in before if p not in new], [p for p in after if p not in old]
        return [*(_line("-", text) for text in gone), *(_line("+", text) for text in come)]
    lines: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            lines += [_line("-", text) for text in before[a:b]]
            lines += [_line("+", text) for text in after[c:d]]
    return lines


def shortened(lines: Sequence[str]) -> list[str]:
    """Keep what a person reads at once, and say how much more there is."""
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def guides_on(corpus_dir: Path, document: Document) -> list[str]:
    """Name the paragraphs of our guides that rest on a document, as "guide, paragraphs 1, 4", by its facts.

    Raises:
        CatalogueError: facts.csv or a guide cannot be used.

    """
    facts = read_facts(corpus_dir)
    carried = {name for name, fact in facts.items() if _is_of(fact, document)}
    found = []
    for guide in read_guides(corpus_dir, facts):
        numbers = [p.number for p in guide.parts if isinstance(p, GuideParagraph) and carried.intersection(p.facts)]
        if numbers:
            found.append(f"{guide.id}, paragraph{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}")
    return found


def resting(corpus_dir: Path, document: Document) -> Iterator[str]:
    """Name the guides that rest on a document, for somebody to read again."""
    try:
        guides = guides_on(corpus_dir, document)
    except CatalogueError:
        yield "  Which guides rest on it is not known: facts.csv or a guide has problems (`python -m ingest check`)."
        return
    if guides:
        yield f"  These guides rest on it; read them again: {'; '.join(guides)}."


def _is_of(fact: Fact, document: Document) -> bool:
    if document.symbol and stands(document.symbol, fact.document):
        return True
    same_page = bool(document.official_url) and fact.official_url == document.official_url
    return same_page or names_title(document.title, fact.document)


def _line(sign: str, text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return f"{sign} {shown if len(shown) <= _LENGTH else shown[: _LENGTH - 1] + '…'}"
