"""Corpus folder → every problem of catalogue, facts, guides, contacts and files, each with its file and place."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.catalogue import COLUMNS, SHIPPED_TABLE, Catalogue, CatalogueError, read_catalogue
from ingest.chosen import problems_in
from ingest.contacts import read_contact_files
from ingest.domains import Domains, DomainsError, fetch_problem, link_problem, read_domains
from ingest.facts import (
    ASKED,
    ASKED_COLUMNS,
    FACT_COLUMNS,
    FLAG_COLUMNS,
    KNOWN_IN,
    QUESTION_COLUMNS,
    QUESTIONS,
    Fact,
    places_of,
    read_asked,
    read_facts,
    read_flags,
)
from ingest.guide_checks import guide_problems
from ingest.guide_text import NO_SUCH_FACT, Guide, GuideParagraph, read_guides
from ingest.lexicon import lexicon_problems
from ingest.official import read_record
from ingest.pages import sha256_of
from ingest.pdf_files import OFFICIAL, passed_over
from ingest.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass
class Findings:
    """problems must be mended; the rest is good to know.

    unlisted: PDFs that no row names. not_here: how many official documents nobody has fetched or added yet.
    unused_facts: ids of facts that no guide uses.
    """

    problems: list[str] = field(default_factory=list)
    unlisted: tuple[Path, ...] = ()
    not_here: int = 0
    unused_facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Corpus:
    """What could be read; a part that could not be is None or empty, and its problems are found already.

    Without a catalogue nothing is said of what it should list: that would bury what is wrong with it.
    """

    folder: Path
    domains: Domains | None
    catalogue: Catalogue | None
    facts: dict[str, Fact]
    guides: list[Guide]


def check_corpus(corpus_dir: Path) -> Findings:
    """Look at everything in a corpus and say all that is wrong at once; never raises for what stands in a file."""
    found = Findings()
    corpus = _read(corpus_dir, found)
    for check in (_files, _links, _guides, _paragraphs, _chosen, _contacts):
        found.problems += check(corpus)
    found.problems += lexicon_problems(corpus_dir)
    if corpus.catalogue:
        found.unlisted, found.not_here = corpus.catalogue.unlisted, len(corpus.catalogue.not_here)
    used = {f for g in corpus.guides for p in g.parts if isinstance(p, GuideParagraph) for f in p.facts}
    found.unused_facts = tuple(name for name in corpus.facts if corpus.guides and name not in used)
    return found


def _read(corpus_dir: Path, found: Findings) -> _Corpus:
    domains, catalogue, facts, guides = None, None, None, list[Guide]()
    with _saying(found):
        domains = read_domains(corpus_dir)
    with _saying(found):
        catalogue = read_catalogue(corpus_dir)
    with _saying(found):
        facts = read_facts(corpus_dir)
    of_guides = Findings()
    with _saying(of_guides):
        guides = read_guides(corpus_dir, facts or {})
    found.problems += [p for p in of_guides.problems if facts is not None or NO_SUCH_FACT not in p]
    return _Corpus(corpus_dir, domains, catalogue, facts or {}, guides)


@contextmanager
def _saying(found: Findings) -> Iterator[None]:
    try:
        yield
    except CatalogueError as error:
        found.problems += error.problems
    except DomainsError as error:
        found.problems += str(error).splitlines()


def _files(corpus: _Corpus) -> Iterator[str]:
    """Files that are gone or that are not what was taken in."""
    if corpus.catalogue is None:
        return
    for missing in corpus.catalogue.missing:
        yield f"{missing.table}, row {missing.row}: {missing.file} is not there. Put it there, or remove the row."
    for path, why in passed_over(corpus.folder):
        yield f"{path.relative_to(corpus.folder).as_posix()}: {why}"
    for document in corpus.catalogue.documents:
        record = read_record(corpus.folder, document.id)
        if document.file.startswith(f"{OFFICIAL}/") and record.sha256 and record.sha256 != sha256_of(document.path):
            yield (
                f"{document.file}: it is not the file that was taken in on {record.date}. Fetch it again "
                f"(python -m ingest fetch {document.id} --again) or add it again."
            )


def _links(corpus: _Corpus) -> Iterator[str]:
    """Addresses in catalogue, facts and contacts that lead to no official or provider's domain."""
    if corpus.domains is None:
        return
    rows = {
        "facts.csv": _rows(corpus, "facts.csv", FACT_COLUMNS),
        "catalogue.csv": _rows(corpus, SHIPPED_TABLE, COLUMNS),
    }
    linked = [("facts.csv", fact.id, fact.official_url) for fact in corpus.facts.values()]
    known = corpus.catalogue.known if corpus.catalogue else ()
    shipped = [d for d in known if d.id in rows["catalogue.csv"]]
    linked += [("catalogue.csv", d.id, d.official_url) for d in shipped]
    for table, name, url in linked:
        if url and (problem := link_problem(url, corpus.domains)):
            yield f"{table}, row {rows[table].get(name, 0)} ({name}): {problem}: {url}"
    for document in known:
        if document.pdf_url and (problem := fetch_problem(document.pdf_url, corpus.domains)):
            yield f"{document.id}: its pdf_url cannot be fetched: {problem}. Mend its row, or leave pdf_url empty."


def _rows(corpus: _Corpus, name: str, columns: Sequence[str]) -> dict[str, int]:
    """The row of each id in a table, as a spreadsheet counts."""
    table = read_table(corpus.folder / name, columns, optional=columns)
    return {row.cells["id"]: row.number for row in table.rows}


def _guides(corpus: _Corpus) -> Iterator[str]:
    """Guides that say what no fact carries, stand in no catalogue, or whose PDF is not made from today's text."""
    for guide in corpus.guides:
        for problem in guide_problems(guide, corpus.facts):
            yield f"guides/{guide.id}.md, {problem}"
        if corpus.catalogue and (problem := _row_problem(guide, corpus.catalogue)):
            yield f"guides/{guide.id}.md: {problem}"
    if corpus.guides:
        for name in _stale_pdfs(corpus):
            yield f"documents/{name}: it is not made from today's guide and facts. Run: make guides"


def _row_problem(guide: Guide, catalogue: Catalogue) -> str:
    """Say what is wrong with the row of a guide, or "": what is no guide is quoted as policy."""
    row = catalogue.find(guide.id)
    if row is None:
        return "catalogue.csv has no row for it. Add one, with status guide."
    if row.title != guide.title:
        return f'its title is "{guide.title}", in catalogue.csv "{row.title}".'
    wrong = f'its row has status "{row.status}". Write guide, or withdrawn if it should not be quoted.'
    return "" if row.status in ("guide", "withdrawn") else wrong


def _stale_pdfs(corpus: _Corpus) -> Iterator[str]:
    from ingest.guides import build_guides

    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder)
        (aside / "guides").mkdir()
        for path in [*(corpus.folder / "guides").glob("*.md"), corpus.folder / "facts.csv"]:
            if path.is_file():
                (aside / path.relative_to(corpus.folder)).write_bytes(path.read_bytes())
        try:
            made = build_guides(aside)
        except CatalogueError:
            return  # said already
        for path in made:
            shipped = corpus.folder / "documents" / path.name
            if not shipped.is_file() or shipped.read_bytes() != path.read_bytes():
                yield path.name


def _paragraphs(corpus: _Corpus) -> Iterator[str]:
    """Rows on paragraphs that cannot be used, or name no document or no paragraph of a guide."""
    known = {document.id for document in corpus.catalogue.known} if corpus.catalogue else None
    numbers = {(g.id, p.number) for g in corpus.guides for p in g.parts if isinstance(p, GuideParagraph)}
    guides = {guide.id for guide in corpus.guides}
    asked = {ASKED: ASKED_COLUMNS, QUESTIONS: QUESTION_COLUMNS}
    for read, tables in ((read_flags, {"flags.csv": FLAG_COLUMNS}), (read_asked, asked)):
        try:
            read(corpus.folder)
        except CatalogueError as error:
            yield from error.problems
            continue
        for name, columns in tables.items():
            if not (corpus.folder / name).exists():
                continue
            table = read_table(corpus.folder / name, columns, optional=(KNOWN_IN,))
            named = [(row, place) for row in table.rows for place in places_of(row) if place]
            for row, (document, paragraph) in named:
                if known is not None and document not in known:
                    yield table.at(row, f'no document has the id "{document}". Correct it, or remove the row.')
                elif document in guides and (document, paragraph.split(" ")[0]) not in numbers:
                    yield table.at(row, f"the guide {document} has no paragraph {paragraph}. Correct the number.")


def _chosen(corpus: _Corpus) -> Iterator[str]:
    """What is wrong with the options and situations, or is chosen there and is not here."""
    numbers = {(g.id, p.number) for g in corpus.guides for p in g.parts if isinstance(p, GuideParagraph)}
    entities = read_contact_files(corpus.folder).files if (corpus.folder / "contacts").is_dir() else None
    return problems_in(corpus.folder, numbers or None, entities)


def _contacts(corpus: _Corpus) -> Iterator[str]:
    if not (corpus.folder / "contacts").is_dir():
        return
    reading = read_contact_files(corpus.folder)
    yield from reading.problems
    if corpus.domains is None:
        return
    for file in reading.files.values():
        for avenue in file.avenues:
            for url in {avenue.url, avenue.source_url} - {""} if not avenue.verified_by else ():
                if problem := link_problem(url, corpus.domains):
                    yield f"contacts/{file.id}.toml, avenue {avenue.id}: {problem}: {url}"
