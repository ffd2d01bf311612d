"""Build settings → a finished, then verified, index folder; runs as a child process, so that a crash costs no more.

It opens no PDF itself: `ingest.reading` does, each in a child of its own. Speaks to its parent in JSON lines on
standard output: {"progress": …} while it works, {"result": …} at the end.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.catalogue import CatalogueError, Document, read_catalogue
from ingest.chunks import CHUNK_TOKENS
from ingest.classifier import ClassifierError, read_classifier
from ingest.embeddings import (
    DocumentEmbedder,
    ModelError,
    QueryEmbedder,
    embedded_from,
    read_card,
    to_bytes,
)
from ingest.facts import read_asked, read_flags
from ingest.guide_text import rests_on
from ingest.index import Index, texts_of, vectors_of, write_index
from ingest.kept import Kept, key_of
from ingest.limits import cores, end_with_parent
from ingest.model_export import export_model
from ingest.pages import UnreadableError, sha256_of
from ingest.pdf_files import passed_over
from ingest.program import program
from ingest.publish import hash_files
from ingest.reading import STRAINED, Readers, Reading, StrainError, Wanted, reading_of
from ingest.recognition import find_recogniser
from ingest.store import AskedQuestion, DocumentCard, ReadDocument
from ingest.vector_store import GRAPH_FROM, VectorStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.index import DocumentVectors
    from ingest.sentences import Sentence

CANARIES = 20
_ODD = "Taking it in failed in a way that was not foreseen"


@dataclass
class Report:
    """What became of each document, in the order of the catalogue.

    indexed has the read ones with their pages and chunks, unread the others with the reason. seconds is how long
    reading and embedding took, kept says that nothing of it had to be read again.
    """

    indexed: list[dict[str, Any]] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Taken:
    """A document with its vectors, what was left out and what is to be said of its pages; or why it was not read."""

    document: ReadDocument | None
    vectors: DocumentVectors | None
    left_out: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    reason: str
    seconds: float
    kept: bool


def _say(kind: str, **values: object) -> None:
    print(json.dumps({kind: values}), flush=True)  # noqa: T201  the line protocol with the parent


def build(corpus_dir: Path, folder: Path, kept_dir: Path, model_folder: Path) -> None:
    """Read every document that was not read before, and write the index to `folder`."""
    report = Report()
    known = read_classifier(read_card(model_folder).weights_sha256)
    documents = read_catalogue(corpus_dir)
    taken = _take_all(corpus_dir, documents.documents, Kept(kept_dir), model_folder)
    for document, one in zip(documents.documents, taken, strict=True):
        told = {"file": document.file, "seconds": one.seconds, "kept": one.kept}
        if one.document is None:
            report.unread.append({**told, "reason": one.reason})
        else:
            card, chunks = one.document.card, one.document.chunks
            report.indexed.append(
                {**told, "id": document.id, "sha256": card.sha256, "pages": card.pages, "chunks": len(chunks),
                 "official": document.official, "left_out": one.left_out, "page_notes": one.notes}
            )  # fmt: skip
    unread = [
        (missing.file, "The file is not there. Put it there, or remove its row.") for missing in documents.missing
    ]
    unread += [(path.relative_to(corpus_dir).as_posix(), why) for path, why in passed_over(corpus_dir)]
    report.unread += [{"file": file, "reason": why, "seconds": 0.0, "kept": False} for file, why in unread]
    read = [one for one in taken if one.document]
    if not read:
        _say("result", report=asdict(report))
        return
    _say("progress", stage="writing")
    documents_read = [one.document for one in read if one.document]
    write_index(folder, documents_read, [one.vectors for one in read if one.vectors], known)
    _say(
        "result",
        report=asdict(report),
        chunks=sum(len(document.chunks) for document in documents_read),
        canaries=_ask_canaries(folder, model_folder, _canary_questions(documents_read)),
    )


def _take_all(corpus_dir: Path, documents: Sequence[Document], kept: Kept, model_folder: Path) -> list[_Taken]:
    """Every document, in the order given; the largest files are begun with, so that none is waited for at the end."""
    _say("progress", stage="model")
    taker = _Taker(corpus_dir, kept, model_folder)
    order = sorted(range(len(documents)), key=lambda n: -documents[n].path.stat().st_size)
    pages = chunks = done = 0
    lock, found = threading.Lock(), {}

    def take(n: int) -> None:
        nonlocal pages, chunks, done
        one = taker.take(documents[n])
        with lock:
            found[n], done = one, done + 1
            if one.document:
                pages, chunks = pages + len(one.document.pages), chunks + len(one.document.chunks)
            _say("progress", stage="reading", documents=[done, len(documents)], pages=pages, chunks=chunks)

    with taker.readers, ThreadPoolExecutor(cores()) as hands:
        list(hands.map(take, order))
    kept.sweep()
    return [found[n] for n in range(len(documents))]


class _Taker:
    """Takes documents in: reads and embeds those that were not kept; may be asked from several threads."""

    def __init__(self, corpus_dir: Path, kept: Kept, model_folder: Path) -> None:
        self._kept = kept
        self._embedder = DocumentEmbedder(model_folder)
        card = self._embedder.card
        tokenizer = model_folder / "tokenizer.json"
        self._reads_by = key_of(program(), sha256_of(tokenizer), card.max_tokens, CHUNK_TOKENS, _reader_of_pictures())
        self._embeds_by = key_of(program(), hash_files(model_folder), self._embedder.probe())
        self.readers = Readers(tokenizer, card.max_tokens)
        self._flags, self._bases, self._asked = read_flags(corpus_dir), rests_on(corpus_dir), read_asked(corpus_dir)

    def take(self, document: Document) -> _Taken:
        """Read and embed one document, or say why it cannot be read."""
        started = time.perf_counter()

        def taken(reason: str, kept: bool, read: ReadDocument | None = None, **found: Any) -> _Taken:
            left_out, notes = found.get("left_out", []), found.get("notes", [])
            return _Taken(read, found.get("vectors"), left_out, notes, reason, _since(started), kept)

        try:
            wanted = _wanted(document)
            said, kept = self._said(wanted)
            reading = reading_of(said, wanted)
            read = self._with_row(document, wanted.sha256, reading)
            vectors, embedded_before = self._vectors(read)
        except StrainError as error:
            return taken(str(error), kept=False)
        except UnreadableError as error:
            return taken(str(error), kept)
        except OSError as error:
            return taken(f"The file cannot be opened ({error.strerror}). Check its name and rights.", kept=False)
        except Exception as error:  # noqa: BLE001  one document must never cost the others
            return taken(f"{_ODD} ({type(error).__name__}). It was not indexed.", kept=False)
        rows = {
            "left_out": [asdict(row) for row in reading.left_out],
            "notes": [asdict(note) for note in reading.notes],
        }
        return taken("", kept and embedded_before, read, vectors=vectors, **rows)

    def _said(self, wanted: Wanted) -> tuple[bytes, bool]:
        """What a child says of a document, or said when it was read before, and which of the two it is.

        Raises StrainError.
        """
        decisive = (wanted.sha256, wanted.id, wanted.title, wanted.language, wanted.official)
        key = key_of("reading", self._reads_by, *decisive)
        said = self._kept.get(key)
        if said is not None:
            return said, True
        said = self.readers.read(wanted)
        if not said.startswith(STRAINED):  # that may be otherwise on another day
            self._kept.put(key, said)
        return said, False

    def _with_row(self, document: Document, digest: str, reading: Reading) -> ReadDocument:
        """A reading with all that the tables of the corpus say of its document."""
        known = {name: getattr(document, name) for name in DocumentCard.__dataclass_fields__ if hasattr(document, name)}
        flags = [(paragraph, said) for (name, paragraph), said in self._flags.items() if name == document.id]
        card = DocumentCard(
            **{name: value for name, value in known.items() if isinstance(value, str)},
            sha256=digest,
            pages=len(reading.pages),
            flags={paragraph: said.flag for paragraph, said in flags},
            known_in={paragraph: list(said.known_in) for paragraph, said in flags if said.known_in},
            rests_on={
                paragraph: [(basis.document, basis.official_url) for basis in found]
                for (name, paragraph), found in self._bases.items()
                if name == document.id
            },
        )
        answers = [
            AskedQuestion(question, numbers)
            for (name, paragraph), questions in self._asked.items()
            if name == document.id and (numbers := _numbers(reading.sentences, paragraph))
            for question in questions
        ]
        return ReadDocument(card, reading.pages, reading.sentences, reading.chunks, tuple(answers))

    def _vectors(self, document: ReadDocument) -> tuple[DocumentVectors, bool]:
        """The vectors of a document, and whether they were kept.

        The texts of one document are embedded together and with no others: what else is in the corpus changes no bit.
        """
        texts, starts = texts_of(document)
        key, parts = key_of("vectors", self._embeds_by, texts, starts), [len(own) for own in starts]
        embedded = embedded_from(self._kept.get(key), len(texts), parts, self._embedder.card)
        kept = embedded is not None
        if embedded is None:
            embedded = self._embedder.embed_with_parts(texts, starts)
            self._kept.put(key, to_bytes(embedded))
        return vectors_of(document, embedded), kept


def _reader_of_pictures() -> list[str]:
    """What reads pages that are pictures, with its version and languages; nothing where it is not installed."""
    found = find_recogniser()
    return [found.version, *sorted(found.packs)] if found else []


def _wanted(document: Document) -> Wanted:
    path = document.path.resolve()
    return Wanted(str(path), sha256_of(path), document.id, document.title, document.language, document.official)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 2)


def _numbers(sentences: Sequence[Sentence], paragraph: str) -> tuple[int, ...]:
    """The numbers of the sentences of a paragraph; "4" has those of "4 (a)" too."""
    found = (s for s in sentences if s.paragraph == paragraph or s.paragraph.startswith(f"{paragraph} "))
    return tuple(s.number for s in found if s.text)


def export(model: str, folder: Path, allow_download: bool) -> None:
    """Write a model to a folder in the form that documents and questions are embedded with."""
    _say("progress", stage="export")
    export_model(model, folder, allow_download)
    _say("result", model={**asdict(read_card(folder)), "files": hash_files(folder)})


def _canary_questions(documents: Sequence[ReadDocument]) -> list[str]:
    """Up to twenty sentences spread evenly over the corpus; each should find its own page again."""
    sentences = [
        s.text for d in documents for s in d.sentences if s.whole and s.kind == "sentence" and len(s.text) > 40
    ]
    step = max(1, len(sentences) // CANARIES)
    return sentences[::step][:CANARIES]


def _ask_canaries(folder: Path, model_folder: Path, questions: Sequence[str]) -> list[dict[str, object]]:
    index = Index(folder, QueryEmbedder(model_folder))
    try:
        return [{"question": question, "best": _best(index, question)} for question in questions]
    finally:
        index.close()


def _best(index: Index, question: str) -> str:
    """The id of the chunk that BM25 and cosine together put first."""
    scores = index.scores(question, index.embedder.said_later(question), 10)
    ranked = sorted(range(len(scores.rows)), key=lambda n: (-(scores.cosine[n] + scores.bm25[n]), scores.rows[n]))
    return index.store.chunks([int(scores.rows[ranked[0]])])[0].id


def verify(folder: Path, model_folder: Path, expected: dict[str, Any]) -> None:
    """Say {"result": {"problems": […]}}: empty when count, vectors and canaries are what the builder recorded.

    Runs on a copy of the built folder, in a process of its own: a damaged index may end it with a signal.
    """
    problems = []
    kept = VectorStore(folder)
    index = Index(folder, QueryEmbedder(model_folder), kept if expected["chunks"] >= GRAPH_FROM else None)
    if not kept.count() == len(index.chunk_vectors) == index.size == expected["chunks"]:
        problems.append(f"{kept.count()} vectors and {index.size} chunks instead of {expected['chunks']}")
    lost = kept.lost(index.store.chunk_ids(), index.chunk_vectors)
    if lost:
        problems.append(f"{lost} chunks are not found by their own vectors")
    changed = sum(_best(index, canary["question"]) != canary["best"] for canary in expected["canaries"])
    if changed:
        problems.append(f"{changed} of {len(expected['canaries'])} canary questions find another page")
    index.close()
    if not index.graph:
        kept.close()
    _say("result", problems=problems)


def main(arguments: Sequence[str]) -> int:
    """Entry of the child process: one JSON object on standard input says what to do."""
    end_with_parent()
    task = json.load(sys.stdin)
    try:
        if arguments == ["export"]:
            export(task["model"], Path(task["folder"]), task["allow_download"])
        elif arguments == ["build"]:
            build(*(Path(task[name]) for name in ("corpus_dir", "folder", "kept_dir", "model_folder")))
        else:
            verify(Path(task["folder"]), Path(task["model_folder"]), task["expected"])
    except (ModelError, ClassifierError, CatalogueError) as error:
        _say("result", refused=str(error))
    except OSError as error:
        what = f"{error.strerror or 'A file cannot be used'}: {error.filename or 'the folder of the index'}."
        rest = "The index in use was not touched. Check the room on the disk and the rights, and build again."
        _say("result", refused=f"{what} {rest}")
    except Exception as error:  # noqa: BLE001  said to the parent: the child's own output goes nowhere
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        _say(
            "result",
            refused=f"The builder failed ({type(error).__name__} in {where}). The index in use was not touched.",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
