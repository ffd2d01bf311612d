"""Markdown guide → its headings and numbered paragraphs; the only module that knows markdown-it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ingest.catalogue import CatalogueError
from ingest.facts import Fact, read_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markdown_it.token import Token

NO_SUCH_FACT = "no such fact"  # what is said of a fact that facts.csv does not hold
_FACTS = re.compile(r"<!--\s*facts:\s*(none|F[0-9]{3}(?:\s+F[0-9]{3})*)\s*-->\s*")
_ITEM = re.compile(r"\([a-z]\) ")


@dataclass(frozen=True)
class GuideParagraph:
    """One numbered paragraph: number is what is printed ("4"), facts the ids of what carries it.

    In text every list item ("(a) …") begins a new line. A paragraph that only shows the way has no facts.
    """

    number: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class RestsOn:
    """The official page or document that carries a paragraph; official_url is "" where it has none."""

    document: str
    official_url: str


@dataclass(frozen=True)
class Heading:
    """The words of a section heading."""

    text: str


@dataclass(frozen=True)
class Guide:
    """One guide as it is written: reviewed is a day, parts are headings and paragraphs in order."""

    id: str
    title: str
    reviewed: date
    parts: tuple[Heading | GuideParagraph, ...]


def guide_paragraphs(path: Path) -> list[GuideParagraph]:
    """Read the numbered paragraphs of one guide, in order.

    Raises:
        CatalogueError: the guide is not written as a guide must be; it lists all problems at once.

    """
    return [part for part in _read(path).parts if isinstance(part, GuideParagraph)]


def rests_on(corpus_dir: Path) -> dict[tuple[str, str], tuple[RestsOn, ...]]:
    """Name what each (guide id, paragraph number) rests on, each document once, in the order of its facts.

    Raises:
        CatalogueError: a guide or facts.csv cannot be used; it lists all problems at once.

    """
    facts = read_facts(corpus_dir)
    return {
        (guide.id, part.number): tuple(
            dict.fromkeys(RestsOn(facts[f].document, facts[f].official_url) for f in part.facts)
        )
        for guide in read_guides(corpus_dir, facts)
        for part in guide.parts
        if isinstance(part, GuideParagraph)
    }


def read_guides(corpus_dir: Path, facts: dict[str, Fact]) -> list[Guide]:
    """Read every guide, sorted by name, with all its facts known."""
    guides: list[Guide] = []
    problems: list[str] = []
    for path in sorted((corpus_dir / "guides").glob("*.md")):
        try:
            guides.append(_read(path))
        except CatalogueError as error:
            problems += error.problems
            continue
        for part in guides[-1].parts:
            unknown = [fact for fact in getattr(part, "facts", ()) if fact not in facts]
            if unknown:
                where = f"{path.name}, paragraph {getattr(part, 'number', '')}"
                problems.append(f"{where}: {NO_SUCH_FACT}: {', '.join(unknown)}. Add it to facts.csv or take it out.")
    if problems:
        raise CatalogueError(problems)
    return guides


def _read(path: Path) -> Guide:
    """Read one guide: front matter, then headings and numbered paragraphs."""
    from markdown_it import MarkdownIt

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError([f"{path.name}: a letter is not UTF-8. Save the file as UTF-8."]) from error
    except OSError as error:
        raise CatalogueError([f"{path.name}: it cannot be read. Make it a file that can, or take it away."]) from error
    front = re.match(r"---\ntitle: (.+)\nreviewed: ([0-9]{4}-[0-9]{2}-[0-9]{2})\n---\n", text)
    if not front:
        raise CatalogueError([f"{path.name}: it must begin with ---, title: …, reviewed: YYYY-MM-DD, ---. Add them."])
    title = front.group(1).strip()
    try:
        reviewed = date.fromisoformat(front.group(2))
    except ValueError as error:
        raise CatalogueError([f"{path.name}: there is no day {front.group(2)}. Write when it was reviewed."]) from error
    problems: list[str] = []
    parts = list(_parts(MarkdownIt("commonmark").parse(text[front.end() :]), title, problems))
    numbers = [part.number for part in parts if isinstance(part, GuideParagraph)]
    if numbers != [str(n) for n in range(1, len(numbers) + 1)]:
        problems.append(f"the paragraphs are numbered {', '.join(numbers)}. Number them 1, 2, 3 and so on.")
    if problems:
        raise CatalogueError(f"{path.name}: {problem}" for problem in problems)
    return Guide(path.stem, title, reviewed, tuple(parts))


def _parts(tokens: Sequence[Token], title: str, problems: list[str]) -> Iterator[Heading | GuideParagraph]:
    """Turn the parsed Markdown into headings and paragraphs; what does not fit goes to problems."""
    number, tag, raw = "", "", ""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            tag = token.tag if token.type == "heading_open" else ""
        elif token.type == "list_item_open":
            number, raw = token.info, ""
        elif token.type == "list_item_close":
            yield _paragraph(number, raw, problems)
            number = ""
        elif number:
            raw += "\n" + token.content
        elif tag == "h1" and token.content != title:
            problems.append(f'the heading is "{token.content}", the title "{title}". Make them one.')
        elif tag == "h2":
            yield Heading(token.content)
        elif token.content and not tag:
            problems.append(f'"{token.content[:40].strip()}" has no number. Number every paragraph.')


def _paragraph(number: str, raw: str, problems: list[str]) -> GuideParagraph:
    """Part the words of a paragraph from the comment that names its facts."""
    comments = _FACTS.findall(raw)
    words = _FACTS.sub("", raw).strip()
    if len(comments) != 1 or not re.search(r"-->\s*\Z", raw):
        problems.append(f"paragraph {number} must end with one <!-- facts: F001 F002 --> or <!-- facts: none -->.")
    if not words or re.search(r"[*_`<>\[\]\\&]", words):
        problems.append(f"paragraph {number} is empty or holds Markdown signs. Write plain words only.")
    lines: list[str] = []
    for line in words.splitlines():
        if lines and not _ITEM.match(line.strip()):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    facts = tuple(comments[0].split()) if comments and comments[0] != "none" else ()
    return GuideParagraph(number, "\n".join(" ".join(line.split()) for line in lines), facts)


def sources(guide: Guide, facts: dict[str, Fact]) -> list[Fact]:
    """Find one fact for each page or document that the guide rests on, in the order of first use."""
    found: dict[str, Fact] = {}
    for part in guide.parts:
        for fact in part.facts if isinstance(part, GuideParagraph) else ():
            found.setdefault(facts[fact].document, facts[fact])
    return list(found.values())
