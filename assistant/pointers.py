"""question that the documents do not answer → the official texts where a person can look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.quotes import Basis
from ingest.identity import NamesIn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.passages import Passage
    from assistant.quotes import Quote
    from ingest.catalogue import Document
    from ingest.store import DocumentCard, Store

MOST_POINTERS = 3
_NEAR = 0.35  # cosine of the best passage; below it the question is about something else altogether
_NEAREST = 3  # passages whose sources are named


def pointers(
    store: Store,
    documents: Iterable[Document],
    question: str,
    entity: str,
    passages: Sequence[Passage],
    foreign: Sequence[str] = (),
) -> tuple[Basis, ...]:
    """Name at most three official texts or pages, each with its address; () when the question is about other things.

    First those whose symbol the question names, then those of the chosen organisation, then what the nearest passages
    rest on. documents are those of the catalogue, be their files here or not; foreign are names of organisations whose
    pages would be of no use.
    """
    documents = list(documents)
    withdrawn = {document.id for document in documents if document.status == "withdrawn"}
    texts = [
        document
        for document in documents
        if document.official and document.official_url and document.id not in withdrawn
    ]
    asked = NamesIn(question)
    named = [document for document in texts if document.symbol and asked.symbol(document.symbol)]
    if not named and not any(passage.cosine >= _NEAR for passage in passages):
        return ()
    own = [document for document in texts if entity and entity in document.applies_to.replace(" ", "").split(";")]
    found = [basis_of(document) for document in (*named, *own)]
    near = [p for p in passages[:_NEAREST] if p.cosine >= _NEAR and p.card.id not in withdrawn]
    found += (basis for basis in _sources(store, texts, near) if not _mentions(basis, foreign))
    by_address = {basis.url: basis for basis in reversed(found)}
    return tuple(by_address[url] for url in dict.fromkeys(basis.url for basis in found))[:MOST_POINTERS]


def replacing(store: Store, documents: Iterable[Document], quotes: Iterable[Quote]) -> tuple[Basis, ...]:
    """What stands now in the place of each quoted text that was replaced, the newest of a row of editions."""
    known: dict[str, Document | DocumentCard] = {**store.documents, **{document.id: document for document in documents}}
    found = []
    for quote in quotes:
        newest, met = known.get(quote.document), set[str]()
        while newest and newest.replaced_by in known and newest.id not in met:
            met.add(newest.id)
            newest = known[newest.replaced_by]
        if newest and newest.id != quote.document and newest.status != "withdrawn":
            found.append(basis_of(newest))
    return tuple(dict.fromkeys(found))[:MOST_POINTERS]


def _sources(store: Store, texts: Sequence[Document], passages: Sequence[Passage]) -> Iterator[Basis]:
    """What passages rest on: the official text where the catalogue has it, else the page that was read."""
    for passage in passages:
        if passage.card.official:
            known = next((text for text in texts if text.id == passage.card.id), None)
            if known or passage.card.official_url:
                yield basis_of(known) if known else Basis(passage.card.title, passage.card.official_url)
            continue
        numbers = [s.sentence.paragraph for s in store.sentences(passage.place.document, passage.place.sentences)]
        for paragraph in dict.fromkeys(number.split(" ")[0] for number in numbers):
            for document, url in passage.card.rests_on.get(paragraph, ()):
                named = NamesIn(document)
                text = next((known for known in texts if _is_named(known, named)), None)
                if text or url:
                    yield basis_of(text) if text else Basis(document, url)


def _mentions(basis: Basis, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", basis.document) for name in names)


def _is_named(document: Document, names: NamesIn) -> bool:
    return names.symbol(document.symbol) if document.symbol else names.title(document.title)


def basis_of(document: Document | DocumentCard) -> Basis:
    """An official text by title and symbol, and where it can be got."""
    symbol = f" ({document.symbol})" if document.symbol else ""
    return Basis(f"{document.title}{symbol}", document.official_url)
