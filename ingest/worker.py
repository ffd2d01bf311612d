"""Build settings → a finished, then verified, index folder; runs as a child process, so that a crash costs no more.

Speaks to its parent in JSON lines on standard output: {"progress": …} while it works, {"result": …} at the end.
"""

from __future__ import annotations

import json
import shutil
import sys
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.catalogue import Document, read_catalogue
from ingest.chunks import Splitter
from ingest.drawn import Drawing, NotDrawnError
from ingest.embeddings import DocumentEmbedder, ModelError, QueryEmbedder
from ingest.facts import read_asked, read_flags
from ingest.guide_text import rests_on
from ingest.identity import is_tombstone
from ingest.index import Index, write_index
from ingest.layout import read_blocks
from ingest.left_out import Screened, screen
from ingest.page_text import PageTexts, noted, read_pictures
from ingest.pages import UnreadableError, read_pages, sha256_of
from ingest.publish import DamagedError, check_files, hash_files
from ingest.sentences import Sentence, read_sentences
from ingest.store import AskedQuestion, DocumentCard, ReadDocument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.pages import Page

CANARIES = 20
_NO_PARAGRAPH = "No paragraph could be made of its text. It was not indexed. Look at it in a PDF viewer."
_NO_DOCUMENT = "It is only a notice that the document does not exist. It was not indexed. Get the document elsewhere."
_NOTHING_LEFT = (
    "Nothing of it can be quoted: a reader does not see its text, or it gives orders to a machine. It was not indexed. "
    "Look at it in a PDF viewer, and get it again from its publisher."
)
_NOT_DRAWN = (
    "Its pages cannot be drawn, so nobody can tell which of its text a reader sees. It was not indexed. "
    "Print it to a new PDF, or get it again from its publisher."
)
_NO_TEXT = "It has no text that can be read. It was not indexed. Look at it in a PDF viewer."


@dataclass
class Report:
    """What became of each document: indexed ones with their pages and chunks, unread ones with the reason."""

    indexed: list[dict[str, Any]] = field(default_factory=list)
    unread: list[dict[str, str]] = field(default_factory=list)


def _say(kind: str, **values: object) -> None:
    print(json.dumps({kind: values}), flush=True)  # noqa: T201  the line protocol with the parent


def build(corpus_dir: Path, folder: Path, models_dir: Path, model: str, allow_download: bool) -> None:
    """Read every document, write the index to `folder` and the exported model below `models_dir`."""
    report = Report()
    catalogue = read_catalogue(corpus_dir)
    _say("progress", stage="model", documents=[0, len(catalogue.documents)])
    embedder = DocumentEmbedder(model, allow_download)
    splitter = Splitter(embedder.count_tokens, embedder.card.max_tokens)
    with Drawing() as drawing:
        read = list(_read_all(corpus_dir, catalogue.documents, drawing, splitter, report))
    for missing in catalogue.missing:
        report.unread.append(
            {"file": missing.file, "reason": "The file is not there. Put it there, or remove its row."}
        )
    if not read:
        _say("result", report=asdict(report))
        return
    texts = sum(len(document.chunks) + len(_embedded_sentences(document)) for document in read)
    write_index(folder, read, embedder, lambda n: _say("progress", stage="embedding", texts=[n, texts]))
    model_folder = _export(embedder, models_dir)
    canaries = _ask_canaries(folder, model_folder, _canary_questions(read))
    _say(
        "result",
        report=asdict(report),
        chunks=sum(len(document.chunks) for document in read),
        model={**asdict(embedder.card), "folder": model_folder.name, "files": hash_files(model_folder)},
        canaries=canaries,
    )


def _embedded_sentences(document: ReadDocument) -> set[int]:
    asked = {number for asked in document.asked for number in asked.sentences}
    return {sentence.number for sentence in document.sentences if sentence.text} - asked


def _read_all(
    corpus_dir: Path, documents: Sequence[Document], drawing: Drawing, splitter: Splitter, report: Report
) -> Any:
    flags, bases, asked = read_flags(corpus_dir), rests_on(corpus_dir), read_asked(corpus_dir)
    pages = chunks = 0
    for n, document in enumerate(documents, 1):
        try:
            read, screened, texts = _read_one(document, drawing, splitter, flags, bases, asked)
        except UnreadableError as error:
            report.unread.append({"file": document.file, "reason": str(error)})
        else:
            pages, chunks = pages + len(read.pages), chunks + len(read.chunks)
            report.indexed.append(
                {"id": document.id, "file": document.file, "sha256": read.card.sha256, "pages": len(read.pages),
                 "chunks": len(read.chunks), "official": document.official, "left_out": screened.report,
                 "page_notes": texts.report, "languages": dict(Counter(page.language for page in read.pages))}
            )  # fmt: skip
            yield read
        _say("progress", stage="reading", documents=[n, len(documents)], pages=pages, chunks=chunks)


def _read_one(
    document: Document,
    drawing: Drawing,
    splitter: Splitter,
    flags: Mapping[tuple[str, str], str],
    bases: Mapping[tuple[str, str], Any],
    asked: Mapping[tuple[str, str], Sequence[str]],
) -> tuple[ReadDocument, Screened, PageTexts]:
    pages = read_pages(document.path)
    if len(pages) < 5 and is_tombstone(" ".join(page.raw for page in pages)):
        raise UnreadableError(_NO_DOCUMENT)
    texts = _texts(document, pages, drawing)
    pages = texts.pages
    if len(pages) < 5 and is_tombstone(" ".join(page.raw for page in pages)):  # as a scan
        raise UnreadableError(_NO_DOCUMENT)
    screened = screen(pages, texts.drawn, read_sentences(pages, read_blocks(pages), document.language or "en"))
    sentences = screened.sentences
    digest = sha256_of(document.path)
    # what stands outside the numbered paragraphs of a guide is about the guide: its cover, its list of sources
    searched = sentences if document.official else [s for s in sentences if s.paragraph]
    chunks = splitter.split(document.id, digest, document.title, searched)
    if not chunks:
        nothing = _NOTHING_LEFT if any(row.sentences for row in screened.left_out) else _NO_PARAGRAPH
        if any(page.raw.strip() for page in pages):
            raise UnreadableError(nothing)
        unread = [note for note in texts.notes if note.kind == "unread"]
        raise UnreadableError(f"It was not indexed: {' '.join(noted(unread))}" if unread else _NO_TEXT)
    known = {name: getattr(document, name) for name in DocumentCard.__dataclass_fields__ if hasattr(document, name)}
    card = DocumentCard(
        **{name: value for name, value in known.items() if isinstance(value, str)},
        sha256=digest,
        pages=len(pages),
        flags={paragraph: flag for (name, paragraph), flag in flags.items() if name == document.id},
        rests_on={
            paragraph: [(basis.document, basis.official_url) for basis in found]
            for (name, paragraph), found in bases.items()
            if name == document.id
        },
    )
    answers = [
        AskedQuestion(question, numbers)
        for (name, paragraph), questions in asked.items()
        if name == document.id and (numbers := _numbers(sentences, paragraph))
        for question in questions
    ]
    return ReadDocument(card, pages, sentences, tuple(chunks), tuple(answers)), screened, texts


def _texts(document: Document, pages: Sequence[Page], drawing: Drawing) -> PageTexts:
    """The pages with the text that they draw, or that a program reads on their pictures."""
    try:
        drawn = drawing.pages(document.path, {page.number: sorted(page.false_fonts) for page in pages})
    except NotDrawnError:
        raise UnreadableError(_NOT_DRAWN) from None
    return read_pictures(document.path, pages, drawn, document.language)


def _numbers(sentences: Sequence[Sentence], paragraph: str) -> tuple[int, ...]:
    """The numbers of the sentences of a paragraph; "4" has those of "4 (a)" too."""
    found = (s for s in sentences if s.paragraph == paragraph or s.paragraph.startswith(f"{paragraph} "))
    return tuple(s.number for s in found if s.text)


def _export(embedder: DocumentEmbedder, models_dir: Path) -> Path:
    """The exported model's folder; it is used again while its files are as they were written."""
    name = (embedder.card.weights_sha256 or "from-hub")[:16]
    folder, record = models_dir / name, models_dir / f"{name}.json"
    try:
        if embedder.card.weights_sha256:
            check_files(folder, json.loads(record.read_text(encoding="utf-8")))
            return folder
    except (OSError, ValueError, DamagedError):
        pass
    _say("progress", stage="export")
    embedder.export(folder)
    record.write_text(json.dumps(hash_files(folder)), encoding="utf-8")
    return folder


def _canary_questions(documents: Sequence[ReadDocument]) -> list[str]:
    """Up to twenty sentences spread evenly over the corpus; each should find its own page again."""
    sentences = [
        s.text for d in documents for s in d.sentences if s.whole and s.kind == "sentence" and len(s.text) > 40
    ]
    step = max(1, len(sentences) // CANARIES)
    return sentences[::step][:CANARIES]


def _ask_canaries(folder: Path, model_folder: Path, questions: Sequence[str]) -> list[dict[str, object]]:
    copy = folder.with_name("asked")  # opening changes files, and closing removes them
    shutil.copytree(folder, copy)
    index = Index(copy, QueryEmbedder(model_folder))
    try:
        return [{"question": question, "best": _best(index, question)} for question in questions]
    finally:
        index.close()


def _best(index: Index, question: str) -> str:
    """The id of the chunk that BM25 and cosine together put first."""
    scores = index.scores(question, index.embedder.embed(question), 10)
    ranked = sorted(range(len(scores.rows)), key=lambda n: (-(scores.cosine[n] + scores.bm25[n]), scores.rows[n]))
    return index.store.chunks([int(scores.rows[ranked[0]])])[0].id


def verify(folder: Path, model_folder: Path, expected: dict[str, Any]) -> None:
    """Say {"result": {"problems": […]}}: empty when count, vectors and canaries are what the builder recorded.

    Runs on a copy of the built folder, in a process of its own: a damaged index may end it with a signal.
    """
    problems = []
    index = Index(folder, QueryEmbedder(model_folder))
    ids = index.store.chunk_ids()
    if not index.count() == index.size == expected["chunks"]:
        problems.append(f"{index.count()} vectors and {index.size} chunks instead of {expected['chunks']}")
    lost = sum(not _finds_itself(index, row, name) for row, name in enumerate(ids))
    if lost:
        problems.append(f"{lost} chunks are not found by their own vectors")
    changed = sum(_best(index, canary["question"]) != canary["best"] for canary in expected["canaries"])
    if changed:
        problems.append(f"{changed} of {len(expected['canaries'])} canary questions find another page")
    index.close()
    _say("result", problems=problems)


def _finds_itself(index: Index, row: int, name: str) -> bool:
    vector = index.vector(name)
    found = index.nearest(vector, 4)
    return row in found or min(found.values()) > 0.9999  # the very same text may stand on several pages


def main(arguments: Sequence[str]) -> int:
    """Entry of the child process: one JSON object on standard input says what to do."""
    task = json.load(sys.stdin)
    try:
        if arguments == ["build"]:
            build(
                Path(task["corpus_dir"]), Path(task["folder"]), Path(task["models_dir"]), task["model"],
                task["allow_download"],
            )  # fmt: skip
        else:
            verify(Path(task["folder"]), Path(task["model_folder"]), task["expected"])
    except ModelError as error:
        _say("result", refused=str(error))
    except Exception as error:  # noqa: BLE001  said to the parent: the child's own output goes nowhere
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        _say("result", refused=f"The builder failed ({type(error).__name__} in {where}). The index in use stays.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
