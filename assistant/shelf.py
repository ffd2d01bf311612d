"""index in use → every document as it was read, in memory, to be looked through for exact words; no model is needed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assistant.quotes import Basis, Quote
from assistant.signs import joined_at, words_of
from ingest.contact_like import reaches, unconfirmed
from ingest.contacts import read_contact_files
from ingest.domains import read_domains
from ingest.folding import fold, join, tidy
from ingest.numbering import marker_of
from ingest.page_text import confidence_within
from ingest.publish import DamagedError, check_files, current, previous
from ingest.store import TEXTS, Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.signs import Signs
    from ingest.contact_like import Reaches
    from ingest.pages import Page
    from ingest.publish import Published
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard

_LONGEST_MARKER = 14  # characters of what opens a paragraph: "12.", "(iv)", "¶ 7"


class ShelfError(Exception):
    """There is no index to look in, or it is damaged; the message says which and what to do."""


class Run(NamedTuple):
    """Sentences of one document that follow each other: their places in `DocumentText.sentences`, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class DocumentText:
    """One document as it was read. sentences are in reading order; the tail of one that goes over a page is not twice.

    markers has for each sentence what is printed before it on its line, such as "2.1" or "(a)"; mostly "".
    """

    card: DocumentCard
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    markers: tuple[str, ...]

    @cached_property
    def plain(self) -> tuple[Signs, list[int]]:
        """The signs of all sentences, and where each begins."""
        return joined_at([words_of(sentence.text) for sentence in self.sentences])

    @cached_property
    def numbered(self) -> tuple[Signs, list[int]]:
        """The same with the numbers that stand before the sentences."""
        return joined_at(
            [
                [*words_of(marker), *words_of(sentence.text)] if sentence.text else []
                for marker, sentence in zip(self.markers, self.sentences, strict=True)
            ]
        )

    def run_at(self, start: int, length: int, *, numbered: bool = False) -> Run:
        """The sentences that hold so many signs from a place on."""
        begins = (self.numbered if numbered else self.plain)[1]
        return Run(bisect_right(begins, start) - 1, bisect_right(begins, start + length - 1) - 1)

    def text_of(self, run: Run, *, numbered: bool = False) -> str:
        """The shown text of sentences, with the numbers before them where these are asked for."""
        parts = []
        for n in range(run.first, run.last + 1):
            parts += [self.markers[n]] if numbered and self.markers[n] else []
            parts.append(self.sentences[n].text)
        return " ".join(parts)

    def raw_of(self, run: Run) -> str:
        """The text of sentences as the pages have it, line ends too."""
        return "\n".join(join(self._parts(sentence)) for sentence in self.sentences[run.first : run.last + 1])

    def quote(self, run: Run) -> Quote | None:
        """The sentences as a quote, held against their pages; None where one of them does not stand there."""
        sentences = self.sentences[run.first : run.last + 1]
        if not all(self._stands(sentence) for sentence in sentences):
            return None
        card, spans = self.card, tuple(span for sentence in sentences for span in sentence.spans)
        pages = [self.pages[number - 1] for number in sorted({span.page for span in spans})]
        paragraphs = dict.fromkeys(sentence.paragraph for sentence in sentences if sentence.paragraph)
        bases = card.rests_on.get(next(iter(paragraphs), "").split(" ")[0], []) if not card.official else []
        text = " ".join(sentence.text for sentence in sentences)
        return Quote(
            text=text,
            spans=spans,
            document=card.id,
            title=card.title,
            issuer=card.issuer,
            symbol=card.symbol,
            applies_to=card.applies_to,
            document_status=card.status,
            official=card.official,
            file=card.file,
            sha256=card.sha256,
            page=spans[0].page,
            page_label=spans[0].page_label,
            paragraph=", ".join(paragraphs),
            url=card.official_url,
            recognised=any(page.read_by == "recognised" for page in pages),
            confidence=confidence_within(pages, spans),
            score=1.0,
            rests_on=tuple(Basis(document, url) for document, url in bases),
            parts=(text,),
        )

    def _stands(self, sentence: Sentence) -> bool:
        return bool(sentence.text) and fold(join(self._parts(sentence))) == fold(sentence.text)

    def _parts(self, sentence: Sentence) -> list[tuple[int, str]]:
        return [(span.page, self.pages[span.page - 1].raw[span.start : span.end]) for span in sentence.spans]


@dataclass(frozen=True)
class Shelf:
    """All documents of one index, in its order; name is the index's own, since when it was put in use."""

    name: str
    since: str
    documents: tuple[DocumentText, ...]
    on_file: Reaches

    @cached_property
    def by_id(self) -> dict[str, DocumentText]:
        """Each document by its id."""
        return {document.card.id: document for document in self.documents}

    @cached_property
    def vocabulary(self) -> dict[str, list[tuple[int, int]]]:
        """Each word, and where it stands: the number of the document and of the sentence, each once, in order."""
        found: dict[str, list[tuple[int, int]]] = {}
        for d, document in enumerate(self.documents):
            for s, sentence in enumerate(document.sentences):
                for word in dict.fromkeys(words_of(sentence.text)):
                    found.setdefault(word, []).append((d, s))
        return found

    def unconfirmed(self, text: str) -> tuple[str, ...]:
        """What in a text looks like a contact and stands in no reviewed file."""
        return unconfirmed(text, self.on_file)


def without_letter(text: str) -> str:
    """The text of a list item without its "(a)": it is another letter when an edition adds an item before it."""
    marker = marker_of(text)
    return text[marker.end :].lstrip() if marker and marker.kind != "paragraph" else text


def read_shelf(index_dir: Path, corpus_dir: Path) -> Shelf:
    """Read every document of the index in use into memory. Raises ShelfError."""
    try:
        published = current(index_dir)
        if published is None:
            raise ShelfError("There is no index yet. Run `make build`.")
        documents = _documents(published)
        return Shelf(published.folder.name, published.since, documents, _on_file(corpus_dir, documents))
    except DamagedError as error:
        raise ShelfError(f"The index is damaged: {error} Run `make build`.") from None


def read_previous(index_dir: Path) -> tuple[DocumentText, ...]:
    """The documents of the index before the one in use; none where there is none or it cannot be read."""
    published = previous(index_dir)
    try:
        return _documents(published) if published else ()
    except DamagedError:
        return ()


def _documents(published: Published) -> tuple[DocumentText, ...]:
    check_files(published.folder, {TEXTS: published.manifest["files"].get(TEXTS, "")})
    store = Store(published.folder / TEXTS)
    try:
        return tuple(_read(store, card) for card in store.documents.values())
    finally:
        store.close()


def _read(store: Store, card: DocumentCard) -> DocumentText:
    pages = tuple(page for n in range(1, card.pages + 1) if (page := store.page(card.id, n)))
    sentences = _once(store.all_sentences(card.id))
    return DocumentText(card, pages, tuple(sentences), tuple(_markers(pages, sentences)))


def _once(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Without what is there a second time: the tail, on the next page, of a sentence that has it already."""
    kept: list[Sentence] = []
    for sentence in sentences:
        tail = any(sentence.spans[0] in before.spans[1:] for before in kept[-40:])
        if sentence.whole or not tail:
            kept.append(sentence)
    return kept


def _markers(pages: Sequence[Page], sentences: Sequence[Sentence]) -> list[str]:
    """What is printed on the line before each sentence, where it is short enough to be its number."""
    markers, page, end = [], 0, 0
    for sentence in sentences:
        first, last = sentence.spans[0], sentence.spans[-1]
        raw = pages[first.page - 1].raw
        begins = raw.rfind("\n", 0, first.start) + 1
        if first.page == page and begins < end <= first.start:
            begins = end
        marker = tidy(raw[begins : first.start])
        markers.append(marker if len(marker) <= _LONGEST_MARKER else "")
        page, end = last.page, last.end
    return markers


def _on_file(corpus_dir: Path, documents: Sequence[DocumentText]) -> Reaches:
    """Every way to reach somebody that was reviewed: those of the contact files and of the catalogue."""
    files = read_contact_files(corpus_dir)
    lines = [line for file in files.files.values() for line in file.avenues]
    cards = [document.card for document in documents]
    links = {card.official_url for card in cards} | {
        url for card in cards for bases in card.rests_on.values() for _, url in bases
    }
    return reaches((*lines, *files.emergency), sorted(links - {""}), read_domains(corpus_dir))
