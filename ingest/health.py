"""Index in use and the one before it → what was read of each document and page, and what a person should do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.contact_like import reaches, unconfirmed
from ingest.contacts import read_contact_files
from ingest.domains import read_domains
from ingest.identity import identity_problem
from ingest.left_out import LeftOut, left_out_words
from ingest.likeness import Alike, alike
from ingest.page_text import PageNote, note_words
from ingest.publish import check_files, current, previous
from ingest.store import TEXTS, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ingest.contact_like import Reaches
    from ingest.pages import Page
    from ingest.publish import Published
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard

INDEXED, WARNED, REFUSED = "indexed", "indexed with warnings", "refused"
READ_BY = {  # what is said of each kind of `ingest.pages.Page.read_by`
    "text": "text layer", "drawn": "text layer", "recognised": "picture", "unread": "not read",
}  # fmt: skip
_OPENING = 3  # pages that show what a document is
_NOT_INDEXED = " It was not indexed."  # as a refusal says; the outcome says it here
_ELSEWHERE = "Get the document elsewhere, or take it out of the corpus."
_MOST_CONTACTS = 8  # that are named


@dataclass(frozen=True)
class Sign:
    """Something about a document, or about one page of it, and what to do; todo is "" where it is only good to know."""

    page: int | None
    what: str
    todo: str = ""


@dataclass(frozen=True)
class PageHealth:
    """What was read of one page.

    number counts from 1; label is what is printed on it. how is one of `READ_BY`. characters is the length of
    its raw text; quotable how many of them stand in sentences that may be quoted. paragraphs is how many paragraphs
    with a number begin on it. removed are its lines that are in no sentence: running headers, page numbers.
    """

    number: int
    label: str
    how: str
    language: str
    characters: int
    quotable: int
    paragraphs: int
    removed: tuple[str, ...]


@dataclass(frozen=True)
class DocumentHealth:
    """What became of one document; change is ``new``, ``changed`` or ``same``, compared with the build before.

    outcome is `INDEXED`, `WARNED` (a person should look at something) or `REFUSED`, with the reason among the signs.
    """

    file: str
    outcome: str
    signs: tuple[Sign, ...]
    title: str = ""
    change: str = ""
    pages: tuple[PageHealth, ...] = ()


@dataclass(frozen=True)
class Health:
    """The documents of an index in its order, then those refused; gone are files that the build before held."""

    documents: tuple[DocumentHealth, ...]
    gone: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing of it needs a person."""
        return all(document.outcome == INDEXED for document in self.documents)


def read_health(index_dir: Path, corpus_dir: Path) -> Health | None:
    """Look at the index in use; None when there is none. Raises DamagedError when it cannot be read."""
    published = current(index_dir)
    if published is None:
        return None
    check_files(published.folder, {TEXTS: published.manifest["files"].get(TEXTS, "")})
    rows, before = _rows(published), _rows(previous(index_dir))
    store = Store(published.folder / TEXTS)
    try:
        on_file = _on_file(corpus_dir, store)
        texts = {name: "\n".join(p.raw for p in _pages(store, card)) for name, card in store.documents.items()}
        pairs = tuple(alike(texts))
        read = tuple(_health(store, card, rows[name], before, pairs, on_file) for name, card in store.documents.items())
    finally:
        store.close()
    refused = tuple(_refused(row) for row in published.manifest["report"]["unread"])
    gone = sorted(row["file"] for name, row in before.items() if name not in rows)
    return Health((*read, *refused), tuple(gone))


def _on_file(corpus_dir: Path, store: Store) -> Reaches:
    """Every way to reach somebody that was reviewed: those of the contact files and of the catalogue."""
    files = read_contact_files(corpus_dir)
    lines = [line for file in files.files.values() for line in file.avenues]
    links = [card.official_url for card in store.documents.values() if card.official_url]
    return reaches((*lines, *files.emergency), links, read_domains(corpus_dir))


def _rows(published: Published | None) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in published.manifest["report"]["indexed"]} if published else {}


def _refused(row: Mapping[str, str]) -> DocumentHealth:
    what, _, todo = row["reason"].replace(_NOT_INDEXED, "").partition(". ")
    return DocumentHealth(row["file"], REFUSED, (Sign(None, f"{what.rstrip('.')}.", todo or _ELSEWHERE),))


def _pages(store: Store, card: DocumentCard) -> list[Page]:
    return [page for n in range(1, card.pages + 1) if (page := store.page(card.id, n))]


def _health(
    store: Store,
    card: DocumentCard,
    row: Mapping[str, Any],
    before: Mapping[str, Mapping[str, Any]],
    pairs: Sequence[Alike],
    on_file: Reaches,
) -> DocumentHealth:
    sentences = store.all_sentences(card.id)
    pages = _pages(store, card)
    begins = {s.number for before, s in pairwise((None, *sentences)) if s and s.paragraph and _opens(before, s)}
    read = tuple(_page(page, sentences, begins) for page in pages)
    signs = (
        *_identity_signs(card, pages),
        *_twin_signs(card.id, store.documents, pairs),
        *(Sign(page, what, todo) for page, what, todo in note_words(PageNote(**one) for one in row["page_notes"])),
        *(Sign(page, what, todo) for page, what, todo in left_out_words(LeftOut(**one) for one in row["left_out"])),
        *_contact_signs(card, sentences, on_file),
    )
    earlier = before.get(card.id)
    change = "new" if earlier is None else "same" if earlier["sha256"] == card.sha256 else "changed"
    outcome = WARNED if any(sign.todo for sign in signs) else INDEXED
    return DocumentHealth(card.file, outcome, signs, card.title, change, read)


def _opens(before: Sentence | None, sentence: Sentence) -> bool:
    """Whether a sentence is the first of its numbered paragraph."""
    return before is None or before.paragraph != sentence.paragraph


def _page(page: Page, sentences: Sequence[Sentence], begins: set[int]) -> PageHealth:
    here = [(s, span) for s in sentences for span in s.spans if span.page == page.number]
    quotable = sum(span.end - span.start for s, span in here if s.text and s.whole)
    begun = sum(s.number in begins for s, span in here if s.spans[0] is span)
    removed = tuple(_untouched(page.raw, [(span.start, span.end) for _, span in here]))
    return PageHealth(
        page.number, page.label, READ_BY[page.read_by], page.language, len(page.raw), quotable, begun, removed
    )


def _untouched(raw: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The lines that no span touches."""
    at = 0
    for line in raw.splitlines(keepends=True):
        end = at + len(line)
        if line.strip() and not any(start < end and at < stop for start, stop in spans):
            yield " ".join(line.split())
        at = end


def _identity_signs(card: DocumentCard, pages: Sequence[Page]) -> Iterator[Sign]:
    if card.symbol:
        problem = identity_problem(card.symbol, card.title, [page.raw for page in pages[:_OPENING]])
        if problem:
            yield Sign(1, f"The catalogue calls it {card.symbol}, but {problem}.", "Compare it with its row.")
    if card.status == "superseded":
        by = f" by {card.replaced_by}" if card.replaced_by else ""
        yield Sign(None, f"It was replaced{by}. What is quoted of it says so.")


def _twin_signs(name: str, cards: Mapping[str, DocumentCard], pairs: Sequence[Alike]) -> Iterator[Sign]:
    for pair in pairs:
        if name in (pair.one, pair.other):
            other = cards[pair.other if name == pair.one else pair.one]
            how_much = "All" if cards[name].sha256 == other.sha256 else f"{pair.share:.0%}"
            said = cards[name].replaced_by == other.id or other.replaced_by == name
            mend = "Keep one of the two, or say in the catalogue which replaced the other."
            todo = "" if said or name == pair.one else mend
            yield Sign(None, f"{how_much} of its text, or of the other's, stands in {other.file} too.", todo)


def _contact_signs(card: DocumentCard, sentences: Sequence[Sentence], on_file: Reaches) -> Iterator[Sign]:
    """Ways to reach somebody that no reviewed contact file holds; our guides name none."""
    if not card.official:
        return
    found: dict[str, int] = {}
    for sentence in sentences:
        for contact in unconfirmed(sentence.text, on_file):
            found.setdefault(contact, sentence.spans[0].page)
    if found:
        named = ", ".join(f"{contact} (page {page})" for contact, page in [*found.items()][:_MOST_CONTACTS])
        more = f", and {len(found) - _MOST_CONTACTS} more" if len(found) > _MOST_CONTACTS else ""
        yield Sign(None, f"Not in the contact files, so shown as not confirmed: {named}{more}.")
