"""Raw texts → a published index folder that holds their sentences, made without a model in milliseconds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.shelf import Shelf, read_shelf
from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.publish import publish
from ingest.sentences import read_sentences
from ingest.store import TEXTS, DocumentCard, ReadDocument, write_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CARD = {
    "issuer": "Example Secretariat", "applies_to": "un-secretariat", "symbol": "", "language": "en",
    "published": "2099-01-01", "status": "in_force", "replaced_by": "", "official_url": "https://example.org/policy",
}  # fmt: skip


def a_document(identity: str, raws: Sequence[str], sha256: str = "", **card: str) -> ReadDocument:
    """A document whose pages have these raw texts; without a hash given, that of the texts."""
    pages = tuple(Page(n, str(n), raw.strip("\n")) for n, raw in enumerate(raws, 1))
    digest = sha256 or hashlib.sha256("\f".join(raws).encode()).hexdigest()
    known = {"title": identity.capitalize(), "file": f"documents/{identity}.pdf", **CARD, **card}
    sentences = tuple(read_sentences(pages, read_blocks(pages)))
    return ReadDocument(DocumentCard(id=identity, sha256=digest, pages=len(pages), **known), pages, sentences, ())


def put_in_use(index: Path, documents: Sequence[ReadDocument]) -> None:
    """Publish an index that holds these documents' texts and nothing else."""
    made = index / "made"
    made.mkdir(parents=True)
    write_store(made / TEXTS, documents)
    rows = [
        {"id": one.card.id, "file": one.card.file, "sha256": one.card.sha256, "pages": one.card.pages, "chunks": 0,
         "official": one.card.official, "left_out": [], "page_notes": [], "seconds": 0.0, "kept": False}
        for one in documents
    ]  # fmt: skip
    digest = hashlib.sha256(repr([one.card.sha256 for one in documents]).encode()).hexdigest()
    manifest = {"fingerprint": digest, "model": {"folder": "none"}, "report": {"indexed": rows, "unread": []}}
    publish(index, made, manifest)


def a_shelf(folder: Path, documents: Mapping[str, Sequence[str]] | Sequence[ReadDocument]) -> Shelf:
    """The shelf of a new index with these documents, given whole or as raw texts by id; the corpus folder is empty."""
    whole = [a_document(name, raws) for name, raws in documents.items()] if isinstance(documents, dict) else documents
    (folder / "corpus").mkdir(exist_ok=True)
    put_in_use(folder / "index", whole)
    return read_shelf(folder / "index", folder / "corpus")
