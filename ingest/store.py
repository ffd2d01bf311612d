"""Documents, pages, chunks and sentences ↔ one read-only SQLite file beside the vectors."""

from __future__ import annotations

import errno
import json
import sqlite3
from dataclasses import asdict, astuple, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.chunks import Chunk
from ingest.lexical import words
from ingest.pages import Page, Span
from ingest.recognition import RecognisedWord
from ingest.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

TEXTS = "texts.sqlite"  # its name in the folder of an index
_TABLES = """
CREATE TABLE document (id TEXT PRIMARY KEY, card TEXT NOT NULL);
CREATE TABLE page (document TEXT, number INTEGER, label TEXT, raw BLOB, read_by TEXT, confidence INTEGER, words TEXT,
                   language TEXT, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE chunk (n INTEGER PRIMARY KEY, id TEXT UNIQUE, document TEXT, page INTEGER, ordinal INTEGER, text TEXT,
                    embedded TEXT, heading TEXT, sentences TEXT);
CREATE TABLE sentence (n INTEGER PRIMARY KEY, document TEXT, number INTEGER, body TEXT, words TEXT,
                       UNIQUE (document, number));
"""

_SENTENCES = "SELECT number, n, body, words FROM sentence"
_MOST_ASKED = 500  # rows in one query
# Sentences and pages of the question at hand; whoever never forgets holds few more of them either.
_MOST_REMEMBERED, _MOST_PAGES = 5000, 50
_MOST_HELD = 20_000


@dataclass(frozen=True)
class DocumentCard:
    """What is known of an indexed document; the fields of its catalogue row, its hash and its number of pages.

    flags maps a paragraph to its reviewed flag (one of `ingest.facts.FLAGS`), and known_in one flagged ``alone`` to the
    paragraphs that are known of one organisation (`ingest.facts.Flag`); rests_on maps a paragraph of a guide to the
    binding documents behind it, each as (document, url).
    """

    id: str
    file: str
    title: str
    issuer: str
    applies_to: str
    symbol: str
    language: str
    published: str
    status: str
    replaced_by: str
    official_url: str
    sha256: str
    pages: int
    flags: dict[str, str] = field(default_factory=dict)
    known_in: dict[str, list[str]] = field(default_factory=dict)
    rests_on: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def official(self) -> bool:
        """False for this project's own guides."""
        return self.status != "guide"

    def flag(self, paragraph: str) -> str:
        """The reviewed flag of a paragraph, "" without one; that of "4" also holds for "4 (a)"."""
        return self.flags.get(paragraph) or self.flags.get(paragraph.split(" ")[0], "")


@dataclass(frozen=True)
class AskedQuestion:
    """A question in people's own words, and the numbers of the sentences of the paragraph that answers it."""

    question: str
    sentences: tuple[int, ...]


@dataclass(frozen=True)
class ReadDocument:
    """One document as it was read: its card, pages, sentences and chunks, and what people ask that it answers."""

    card: DocumentCard
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    asked: tuple[AskedQuestion, ...] = ()


class ChunkPlace(NamedTuple):
    """Where a chunk stands: its row, from 0, its document, page and ordinal (`ingest.chunks.Chunk`)."""

    row: int
    document: str
    page: int
    ordinal: int
    numbers: str

    @property
    def sentences(self) -> tuple[int, ...]:
        """The numbers of the sentences that begin in it."""
        return tuple(json.loads(self.numbers))


@dataclass(frozen=True)
class StoredSentence:
    """A sentence with n, its row among all sentences of the index (the row of its vector).

    words are those of its headings and its own (`ingest.lexical.words`), each once, with blanks between them.
    """

    n: int
    document: str
    sentence: Sentence
    words: str


def write_store(path: Path, documents: Iterable[ReadDocument]) -> None:
    """Write the store anew; rows are numbered in the order of documents."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN; {_TABLES}")
        for document in documents:
            _write_document(connection, document)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:  # no room, or no right
        raise OSError(errno.EIO, str(error), str(path)) from None
    finally:
        connection.close()


def _write_document(connection: sqlite3.Connection, document: ReadDocument) -> None:
    name = document.card.id
    connection.execute("INSERT INTO document VALUES (?, ?)", (name, json.dumps(asdict(document.card))))
    connection.executemany(
        "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(name, *_page_row(page)) for page in document.pages],
    )
    connection.executemany(
        "INSERT INTO chunk (id, document, page, ordinal, text, embedded, heading, sentences)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                c.id,
                name,
                c.page,
                c.ordinal,
                c.text,
                c.embedded,
                json.dumps(c.heading),
                json.dumps(c.sentences),
            )
            for c in document.chunks
        ],
    )
    connection.executemany(
        "INSERT INTO sentence (document, number, body, words) VALUES (?, ?, ?, ?)",
        [(name, sentence.number, _body(sentence), _words(sentence)) for sentence in document.sentences],
    )


class Store:
    """Reads a store; the file is never written to. Rows count from 1 in the file, from 0 here."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._remembered: dict[tuple[str, int], StoredSentence | None] = {}
        self._pages: dict[tuple[str, int], Page | None] = {}
        self._held: dict[str, dict[int, StoredSentence]] = {}
        self.documents = {
            name: _card(card) for name, card in self._connection.execute("SELECT id, card FROM document ORDER BY rowid")
        }

    def close(self) -> None:
        """Let the file go, and what is held of it."""
        self._held = {}
        self._connection.close()

    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self._connection.execute("SELECT count(*) FROM chunk").fetchone()[0])

    def chunks(self, rows: Sequence[int]) -> list[Chunk]:
        """The chunks of these rows, in the order asked for."""
        query = "SELECT n, id, document, page, ordinal, text, embedded, heading, sentences FROM chunk WHERE n"
        found = {n: _chunk(*row) for n, *row in self._of(query, [row + 1 for row in rows])}
        return [found[row + 1] for row in rows]

    def places(self, rows: Sequence[int]) -> list[ChunkPlace]:
        """Where the chunks of these rows stand, in the order asked for, in half of the time that their text takes."""
        query = "SELECT n, document, page, ordinal, sentences FROM chunk WHERE n"
        found = {n: ChunkPlace(n - 1, *place) for n, *place in self._of(query, [row + 1 for row in rows])}
        return [found[row + 1] for row in rows]

    def rows(self, ids: Sequence[str]) -> list[int]:
        """The rows of chunks by their ids, in the order asked for; KeyError names one that is not here."""
        found = dict(self._of("SELECT id, n FROM chunk WHERE id", ids))
        return [found[name] - 1 for name in ids]

    def chunk_ids(self) -> list[str]:
        """The ids of all chunks, by row."""
        return [row[0] for row in self._connection.execute("SELECT id FROM chunk ORDER BY n")]

    def sentences(self, document: str, numbers: Sequence[int]) -> list[StoredSentence]:
        """Sentences of a document by their numbers, in the order asked for; a number that it has not is passed over.

        Those of the question at hand are remembered until `forget`.
        """
        if document not in self._held:
            self.read_ahead((document, number) for number in numbers)
        if document in self._held:
            held = self._held[document]
            return [held[number] for number in numbers if number in held]
        found = (self._remembered[document, number] for number in numbers)
        return [sentence for sentence in found if sentence]

    def hold(self, documents: Iterable[str]) -> None:
        """Read all sentences of some documents, and keep them for `sentences` until `close`.

        The first are kept, until some 20,000 sentences are, about 20 MB.
        """
        count = sum(map(len, self._held.values()))
        for document in documents:
            if count < _MOST_HELD and document not in self._held:
                rows = self._connection.execute(f"{_SENTENCES} WHERE document = ?", (document,))
                self._held[document] = {number: _stored(document, number, *others) for number, *others in rows}
                count += len(self._held[document])

    def read_ahead(self, places: Iterable[tuple[str, int]]) -> None:
        """Read sentences, each by its document and number, that `sentences` will be asked for, all at once."""
        if len(self._remembered) > _MOST_REMEMBERED:
            self.forget()
        new = dict.fromkeys(place for place in places if place not in self._remembered and place[0] not in self._held)
        if new:
            self._remembered |= new
            by_document: dict[str, list[int]] = {}
            for document, number in new:
                by_document.setdefault(document, []).append(number)
            for document, numbers in by_document.items():
                for number, *others in self._of(f"{_SENTENCES} WHERE document = ? AND number", numbers, document):
                    self._remembered[document, number] = _stored(document, number, *others)

    def forget(self) -> None:
        """Let go of the sentences and pages that were read for the question at hand."""
        self._remembered, self._pages = {}, {}

    def _of(self, query: str, wanted: Sequence[object], *first: str) -> Iterator[Any]:
        """The rows of a query that ends in the name of a column, where that is one of wanted; first fills its marks."""
        for start in range(0, len(wanted), _MOST_ASKED):
            some = wanted[start : start + _MOST_ASKED]
            yield from self._connection.execute(f"{query} IN ({', '.join('?' * len(some))})", (*first, *some))

    def all_sentences(self, document: str) -> list[Sentence]:
        """Every sentence of a document, by number."""
        query = "SELECT number, body FROM sentence WHERE document = ? ORDER BY number"
        return [_sentence(*row) for row in self._connection.execute(query, (document,))]

    def sentences_of_page(self, document: str, page: int) -> list[Sentence]:
        """The sentences of a document that stand on one of its pages, whole or in part, in reading order."""
        return [one for one in self.all_sentences(document) if any(span.page == page for span in one.spans)]

    def page(self, document: str, number: int) -> Page | None:
        """One page with its raw text, or None when the document has no such page.

        Those of the question at hand are remembered until `forget`.
        """
        if len(self._pages) > _MOST_PAGES:
            self.forget()
        if (document, number) not in self._pages:
            query = (
                "SELECT label, raw, read_by, confidence, words, language FROM page WHERE document = ? AND number = ?"
            )
            row = self._connection.execute(query, (document, number)).fetchone()
            self._pages[document, number] = None if row is None else _page(number, *row)
        return self._pages[document, number]


def _card(card: str) -> DocumentCard:
    fields = json.loads(card)
    rests_on = {paragraph: [(d, u) for d, u in bases] for paragraph, bases in fields.pop("rests_on").items()}
    return DocumentCard(**fields, rests_on=rests_on)


def _page_row(page: Page) -> tuple[object, ...]:
    raw, words = page.raw.encode("utf-8", "surrogatepass"), json.dumps([astuple(word) for word in page.words])
    return page.number, page.label, raw, page.read_by, page.confidence, words, page.language


def _page(number: int, label: str, raw: bytes, read_by: str, confidence: int | None, words: str, language: str) -> Page:
    text = bytes(raw).decode("utf-8", "surrogatepass")
    read = tuple(RecognisedWord(*word) for word in json.loads(words))
    return Page(number, label, text, read_by=read_by, confidence=confidence, words=read, language=language)


def _chunk(
    name: str, document: str, page: int, ordinal: int, text: str, embedded: str, heading: str, sentences: str
) -> Chunk:
    return Chunk(
        name, document, page, ordinal, text, embedded, tuple(json.loads(heading)), tuple(json.loads(sentences))
    )


def _stored(document: str, number: int, n: int, body: str, held: str) -> StoredSentence:
    return StoredSentence(n - 1, document, _sentence(number, body), held)


def _words(sentence: Sentence) -> str:
    return " ".join(dict.fromkeys(words(" ".join((*sentence.heading, sentence.text)))))


def _body(sentence: Sentence) -> str:
    """All of a sentence but for its number, as a list; what stands on its page is left out where that is all of it."""
    s, here = sentence, None if sentence.here == sentence.text else sentence.here
    spans = [astuple(span) for span in s.spans]
    return json.dumps([s.block, s.kind, s.text, here, spans, s.paragraph, s.heading, s.whole, s.stem])


def _sentence(number: int, body: str) -> Sentence:
    block, kind, text, here, spans, paragraph, heading, whole, stem = json.loads(body)
    here, spans = text if here is None else here, tuple(Span(*span) for span in spans)
    return Sentence(number, block, kind, text, here, spans, paragraph, tuple(heading), whole, stem)
