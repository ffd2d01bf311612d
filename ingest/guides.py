"""Guides → PDFs, the same bytes for the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.facts import read_facts
from ingest.guide_text import (
    Guide,
    GuideParagraph,
    Heading,
    RestsOn,
    guide_paragraphs,
    read_guides,
    rests_on,
    sources,
)
from ingest.typesetting import PALE, TEAL, Layout, Style, Together, Words, typeset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.facts import Fact

__all__ = ["GuideParagraph", "RestsOn", "build_guides", "guide_paragraphs", "rests_on"]

_MARGIN = 70  # points, about 2.5 cm
_STYLES = {
    "Title": Style(24, 29, bold=True, colour=TEAL, after=12, outline=0),
    "Box": Style(10, 14.5, after=10, background=PALE, padding=6),
    "Heading": Style(14, 18, bold=True, colour=TEAL, before=12, after=5, outline=1),
    "Paragraph": Style(11.5, 16.5, indent=26, after=7),
    "Item": Style(11.5, 16.5, indent=48, after=3),
    "Source": Style(9, 12.5, after=4, cut_long_words=True),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WARNING = (
    "This is an unofficial guide by Avenues. It is not a policy of the United Nations, and no office of the "
    "United Nations has approved it. It does not replace the rules of your entity. It says in plain words "
    "what official pages and documents say."
)


def build_guides(corpus_dir: Path) -> list[Path]:
    """Write documents/<id>.pdf for every guides/<id>.md and return the paths, sorted.

    Raises:
        CatalogueError: a guide or facts.csv cannot be used; it lists all problems, and nothing is
            written.

    """
    facts = read_facts(corpus_dir)
    guides = read_guides(corpus_dir, facts)
    folder = corpus_dir / "documents"
    folder.mkdir(exist_ok=True)
    for guide in guides:
        (folder / f"{guide.id}.pdf").write_bytes(_pdf(guide, facts))
    return [folder / f"{guide.id}.pdf" for guide in guides]


def _pdf(guide: Guide, facts: dict[str, Fact]) -> bytes:
    about = {
        "title": guide.title,
        "subject": "Unofficial guide",
        "lang": "en",
        "author": "Avenues",
        "creator": "Avenues",
    }
    layout = Layout(
        styles=_STYLES,
        margin=_MARGIN,
        top=70,
        bottom=64,
        header="Unofficial guide. Not United Nations policy text.",
        footer=lambda number: f"Avenues guide · unofficial · {guide.title} · page {number}",
        about=about,
    )
    return typeset([*_title(guide, facts), *_body(guide), *_sources(guide, facts)], layout).pdf


def _title(guide: Guide, facts: dict[str, Fact]) -> Iterator[Words]:
    """Set the title and the box that says what this is, what it rests on and when it was reviewed."""
    day = f"{guide.reviewed.day} {_MONTHS[guide.reviewed.month - 1]} {guide.reviewed.year}"
    names = "; ".join(dict.fromkeys(fact.document.split(", ")[0] for fact in sources(guide, facts)))
    basis = f"It rests on: {names}. The end of this guide says how each was read and where to find it."
    yield Words("Title", guide.title)
    yield Words("Box", f"{_WARNING}\nReviewed on {day}.\n{basis}")


def _body(guide: Guide) -> Iterator[Together]:
    """Set the headings and paragraphs; a paragraph is never parted between two pages."""
    heading: list[Words] = []
    for part in guide.parts:
        if isinstance(part, Heading):
            heading = [Words("Heading", part.text)]
        else:
            yield Together((*heading, *_paragraph(part)))
            heading = []


def _paragraph(part: GuideParagraph) -> Iterator[Words]:
    """Set one numbered paragraph: the number hangs before the text, list items stand below, further in."""
    lines = f"{part.number}. {part.text}".split("\n")
    for n, line in enumerate(lines):
        label = line.split(" ", 1)[0] + " "
        yield Words("Item" if n else "Paragraph", line, label, after=7 if n == len(lines) - 1 else 3)


def _sources(guide: Guide, facts: dict[str, Fact]) -> Iterator[Together]:
    """Set the list of pages and documents that the guide rests on."""
    lines = []
    for fact in sources(guide, facts):
        dated = f" Dated {fact.date}." if fact.date else ""
        address = f"\n{fact.official_url}" if fact.official_url else ""
        lines.append(Words("Source", f"{fact.document}. Read as: {fact.evidence}.{dated}{address}"))
    yield Together((Words("Heading", "Where to find the sources"), *lines[:1]))
    yield from (Together((line,)) for line in lines[1:])
