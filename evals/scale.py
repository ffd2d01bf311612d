"""Corpora of growing size → time and memory of builds and whole answers, and what takes them: CSV, a page, plots."""

from __future__ import annotations

import csv
import dataclasses
import gc
import hashlib
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import get_ident
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import Assistant
from evals.asking import build_index, machine
from evals.errors import EvalError
from evals.plots import Plot, growth
from evals.questions import read_sets
from evals.results import ROOT
from ingest.build import BuildSettings, fingerprint
from ingest.chunks import Chunk
from ingest.compiled_rules import FOLDER as RULES
from ingest.compiled_rules import copy_rules
from ingest.durable import stat_of
from ingest.embeddings import DocumentEmbedder, QueryEmbedder
from ingest.index import DocumentVectors, Index, texts_of, write_index
from ingest.opening import open_index
from ingest.pages import Page, Span, sha256_of
from ingest.program import program, versions
from ingest.publish import FORMAT, build_lock, current, publish
from ingest.sentences import Sentence
from ingest.store import DocumentCard, ReadDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from evals.jsonl import Row

OUT = ROOT / "evals" / "scale"  # evals/retrieval.md shows what lies there
SIZES = (1000, 3000, 10_000, 30_000, 100_000)  # chunks
_CHUNKS_OF_PAGE, _PAGES, _SENTENCES = 2, 25, 4  # of a made-up document, of its pages, of a chunk
_QUESTIONS, _ROUNDS = 200, 3
_COLD = 3  # starts, of which the median is told
_MADE_WORDS = 60_000  # drawn like words of a language: few often, most seldom
_NEAR = 0.8  # how far a made-up text lies from the real one that it is made of, in lengths of its vector
_MIB = 2**20
COLUMNS = (
    "chunks", "documents", "sentences", "write_s", "embed_s", "peak_mib", "index_mib", "cold_s", "p50_ms", "p95_ms",
    "best_p50_ms", "best_p95_ms", "anonymous_mib", "files_mib", "shared_mib",
)  # fmt: skip
STAGES = (
    "index state", "corpus files", "danger", "embedding", "vectors", "lexical", "word vectors", "store",
    "asked paragraphs", "scoring", "quotes", "confidence", "looking up", "gate", "rest",
)  # fmt: skip


def scale(corpus_dir: Path, index_dir: Path, sizes: Sequence[int], out: Path) -> int:
    """Make an index of each size, ask it in a process of its own, and write scale.csv, README.md, plots; 0 when done.

    The documents of the corpus are in each; the rest is made up: sentences of its words and of invented ones, with
    vectors near theirs. embed_s is what embedding all texts would take, by the speed measured on some of them.
    """
    build_index(corpus_dir, index_dir)
    out.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="avenues-scale-") as scratch:
            rows.append(_measured(corpus_dir.resolve(), index_dir.resolve(), Path(scratch), size))
        print(json.dumps(rows[-1]), flush=True)
        _write(rows, out)
    return 0


def _measured(corpus_dir: Path, index_dir: Path, scratch: Path, size: int) -> Row:
    places = [str(scratch / "corpus"), str(scratch / "index")]
    made = _child("make", str(corpus_dir), str(index_dir), *places, str(size))
    cold = median(_cold(places) for _ in range(_COLD))
    return {**made, "cold_s": round(cold, 2), **_child("ask", *places)}


def _child(*arguments: str) -> Row:
    done = subprocess.run(
        [sys.executable, "-m", "evals.scale", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise EvalError(f"This step stopped: {arguments[0]}\n{done.stderr.strip()[-800:]}")
    said: Row = json.loads(done.stdout.splitlines()[-1])
    return said


def _cold(places: Sequence[str]) -> float:
    """Seconds from the start of a process to its printed answer."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "--json", "--corpus", places[0], "--index", places[1]],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as asked:  # fmt: skip
        if asked.stdin and asked.stdout:
            asked.stdin.write(b"Can I report without giving my name?")
            asked.stdin.close()
            asked.stdout.readline()
        taken = time.perf_counter() - started
    if asked.returncode:
        raise EvalError("A question in a process of its own was not answered.")
    return taken


def _write(rows: Sequence[Row], out: Path) -> None:
    with (out / "scale.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*COLUMNS, *STAGES], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    plots = {f"{name}.svg": plot for name, plot in _plots(rows).items()}
    for name, plot in plots.items():
        (out / name).write_text(plot.svg, encoding="utf-8")
    about = machine()
    said = [
        "# How time and memory grow",
        f"{time.strftime('%d %B %Y')}, {about['cores']} cores, {about['system']}, Python {about['python']}. Written by "
        "`python -m evals scale`. What is busy beside it is counted in: the times are upper bounds. So each question "
        "is asked three times, and of each the best time is told, too.",
        *(f"![{plot.title}: {plot.told}]({name})" for name, plot in plots.items()),
        _table(("chunks", *(name for name, _ in _SHOWN)), [[_number(r["chunks"]), *_cells(r)] for r in rows]),
        "What an answer spends its time on, in ms, with the watch beside it:",
        _table(
            ("", *(_number(row["chunks"]) for row in rows)),
            [[stage, *(f"{row[stage]:.1f}" for row in rows)] for stage in STAGES],
        ),
    ]
    (out / "README.md").write_text("\n\n".join(said) + "\n", encoding="utf-8")


_SHOWN = (  # what the page says of each size, and how
    ("documents", "{documents:,}"), ("embedding, s", "{embed_s:.0f}"), ("writing, s", "{write_s:.0f}"),
    ("memory of a build, MiB", "{peak_mib:,}"), ("index, MiB", "{index_mib:,}"),
    ("process start to answer, s", "{cold_s:.2f}"), ("p50 / p95, ms", "{p50_ms:.0f} / {p95_ms:.0f}"),
    ("each question's best of three, ms", "{best_p50_ms:.0f} / {best_p95_ms:.0f}"),
    ("own memory, MiB", "{anonymous_mib:,}"), ("mapped files, MiB", "{files_mib:,}"),
)  # fmt: skip


def _cells(row: Row) -> list[str]:
    return [form.format(**row) for _, form in _SHOWN]


def _number(chunks: int) -> str:
    return f"{chunks:,}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def _plots(rows: Sequence[Row]) -> dict[str, Plot]:
    sizes = [_number(row["chunks"]) for row in rows]
    shown = {
        "answers": (
            "Time of an answer",
            "ms",
            {"half of the answers": "p50_ms", "95 of 100": "p95_ms", "half, the best of three": "best_p50_ms"},
        ),
        "memory": ("Memory of the process", "MiB", {"its own": "anonymous_mib", "mapped files": "files_mib"}),
        "build": ("Time of a build", "s", {"embedding": "embed_s", "writing": "write_s"}),
    }
    return {
        name: growth(title, "chunks", unit, sizes, {what: [row[key] for row in rows] for what, key in lines.items()})
        for name, (title, unit, lines) in shown.items()
    }


# What the children do


def _make(corpus_dir: Path, index_dir: Path, corpus: Path, index: Path, size: int) -> Row:
    """Make a corpus of this many chunks, and publish its index as a build does."""
    published = current(index_dir)
    if published is None:
        raise EvalError("There is no index to start from.")
    shutil.copytree(corpus_dir, corpus, ignore=shutil.ignore_patterns("official", "local"))
    index.mkdir()
    copy_rules(corpus, index / RULES)  # as a build does
    (index / "models").symlink_to((index_dir / "models").resolve(), target_is_directory=True)
    model = index_dir / "models" / published.manifest["model"]["folder"]
    opened = open_index(BuildSettings(corpus_dir, index_dir))
    maker = _Maker(opened.index)
    documents = maker.documents(size)
    made = index / ".making"
    made.mkdir()
    since = time.perf_counter()
    write_index(made, documents, [maker.vectors(document) for document in documents])
    written = time.perf_counter() - since
    shutil.rmtree(made / "asked")
    shutil.copytree(published.folder / "asked", made / "asked")
    opened.index.close()
    with build_lock(index):
        settings = BuildSettings(corpus, index)
        sources = _sources(corpus, documents)
        chunks = sum(len(document.chunks) for document in documents)
        told = [{"file": d.card.file, "id": d.card.id, "sha256": d.card.sha256, "pages": d.card.pages,
                 "chunks": len(d.chunks), "official": d.card.official, "left_out": [], "page_notes": [],
                 "seconds": 0.1, "kept": False} for d in documents]  # fmt: skip
        manifest = {
            "format": FORMAT, "fingerprint": fingerprint(settings), "program": program(), "versions": versions(),
            "report": {"indexed": told, "unread": []}, "chunks": chunks, "canaries": [], "unlisted": [],
            "model": published.manifest["model"], "sources": sources,
        }  # fmt: skip
        folder = publish(index, made, manifest).folder
    texts = sum(len(texts_of(document)[0]) for document in documents)
    return {
        "chunks": chunks, "documents": len(documents), "sentences": sum(len(d.sentences) for d in documents),
        "write_s": round(written, 1), "embed_s": round(texts / _embedded_a_second(model, documents), 1),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "index_mib": round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MIB),
    }  # fmt: skip


def _sources(corpus: Path, documents: Sequence[ReadDocument]) -> Row:
    """Stand-ins for the PDFs of made-up documents, their rows in the catalogue, and what a build notes of all files."""
    rows = [document.card for document in documents if document.card.file.startswith("documents/made/")]
    (corpus / "documents" / "made").mkdir(parents=True)
    with (corpus / "catalogue.csv").open("a", encoding="utf-8", newline="") as file:
        header = (corpus / "catalogue.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        for card in rows:
            (corpus / card.file).write_bytes(b"%PDF-1.4\n" + card.id.encode())
            told = {**dataclasses.asdict(card), "checked_on": "", "licence_note": "", "pdf_url": ""}
            csv.writer(file, lineterminator="\n").writerow([told.get(name, "") for name in header])
    files = [path for path in corpus.rglob("*") if path.is_file()]
    return {
        path.relative_to(corpus).as_posix(): {
            "stat": stat_of(path), "sha256": sha256_of(path),
        }
        for path in files
    }  # fmt: skip


def _embedded_a_second(model: Path, documents: Sequence[ReadDocument]) -> float:
    texts = [chunk.embedded for document in documents[-2:] for chunk in document.chunks]
    embedder, since = DocumentEmbedder(model), time.perf_counter()
    embedder.embed_with_parts(texts, [()] * len(texts))
    return len(texts) / (time.perf_counter() - since)


class _Maker:
    """Makes documents out of those of an index: the same again, and others of their words with vectors near theirs."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._real = [self._as_read(card) for card in index.store.documents.values()]
        self._random = random.Random(7)  # noqa: S311  the same texts again
        self._sentences = [s.text for document in self._real for s in document.sentences if s.kind != "heading"]
        rows = np.asarray(index.sentence_vectors[:], dtype=np.float32)
        self._pieces = [index.tokens.of(row) for row in range(index.size)]
        self._near = rows[np.linalg.norm(rows, axis=1) > 0]
        weights = 1 / np.arange(1, _MADE_WORDS + 1)
        self._often = np.cumsum(weights / weights.sum())

    def _as_read(self, card: DocumentCard) -> ReadDocument:
        store = self._index.store
        pages = tuple(filter(None, (store.page(card.id, number) for number in range(1, card.pages + 1))))
        chunks = tuple(c for c in store.chunks(range(store.chunk_count())) if c.document == card.id)
        return ReadDocument(card, pages, tuple(store.all_sentences(card.id)), chunks)

    def documents(self, size: int) -> list[ReadDocument]:
        """The real documents and as many made-up ones as give this many chunks."""
        documents = list(self._real)
        missing = size - sum(len(document.chunks) for document in documents)
        for number in range(-(-missing // (_PAGES * _CHUNKS_OF_PAGE))):
            documents.append(self._made(f"made-{number}"))
        return documents

    def vectors(self, document: ReadDocument) -> DocumentVectors:
        """The vectors of a document; those of word pieces, and all of one that is made up, are drawn from the real."""
        index, pieces = self._index, self._pieces
        tokens = {chunk.embedded: pieces[self._random.randrange(len(pieces))] for chunk in document.chunks}
        if document.card.id.startswith("made-"):
            near = _Near(self._near)
            sentences = np.stack([near[sentence.text].astype(np.float16) for sentence in document.sentences])
            return DocumentVectors(near, {}, tokens, sentences)
        stored = index.store.sentences(document.card.id, [sentence.number for sentence in document.sentences])
        rows = index.store.rows([chunk.id for chunk in document.chunks])
        texts = {c.embedded: index.chunk_vectors[row] for c, row in zip(document.chunks, rows, strict=True)}
        return DocumentVectors(texts, {}, tokens, np.asarray(index.sentence_vectors[[one.n for one in stored]]))

    def _made(self, name: str) -> ReadDocument:
        title = f"Instruction {name} on {self._word()} and {self._word()}"
        card = DocumentCard(
            name, f"documents/made/{name}.pdf", title, "Made up", "", f"MADE/{name}", "en", "2020", "in_force", "", "",
            hashlib.sha256(name.encode()).hexdigest(), _PAGES,
        )  # fmt: skip
        pages, sentences, chunks = [], list[Sentence](), []
        for page in range(1, _PAGES + 1):
            raw = ""
            for ordinal in range(_CHUNKS_OF_PAGE):
                own = []
                for _ in range(_SENTENCES):
                    text, start = self._sentence(), len(raw)
                    raw += f"{text}\n"
                    spans = (Span(page, str(page), start, start + len(text)),)
                    block, label = len(sentences) // 2, str(len(sentences) // 2 + 1)
                    own.append(Sentence(len(sentences), block, "sentence", text, text, spans, label, (title,)))
                    sentences.append(own[-1])
                said = "\n".join(sentence.text for sentence in own)
                numbers = tuple(sentence.number for sentence in own)
                identity = f"{name}-{page}-{ordinal}"
                chunks.append(Chunk(identity, name, page, ordinal, said, f"{title}\n{said}", (title,), numbers))
            pages.append(Page(page, str(page), raw))
        return ReadDocument(card, tuple(pages), tuple(sentences), tuple(chunks))

    def _sentence(self) -> str:
        found = self._random.choice(self._sentences).split()
        return " ".join(self._word() if self._random.random() < 0.3 else word for word in found)

    def _word(self) -> str:
        return f"word{int(np.searchsorted(self._often, self._random.random()))}"


class _Near(dict[str, Any]):
    """A unit vector for any text, drawn by the text itself near one of some real vectors."""

    def __init__(self, real: NDArray[np.float32]) -> None:
        super().__init__()
        self._real = real

    def __missing__(self, text: str) -> NDArray[np.float32]:
        drawn = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
        away = drawn.normal(size=self._real.shape[1])
        found = self._real[drawn.integers(len(self._real))] + _NEAR * away / np.linalg.norm(away)
        return np.asarray(found / np.linalg.norm(found), dtype=np.float32)


def _ask(corpus: Path, index: Path) -> Row:
    """Times and memory of whole answers in this process, and then what takes the time."""
    questions = [question.question for question in read_sets(("lay", "formal", "keyword"), "development")]
    questions = (questions * (_QUESTIONS // len(questions) + 1))[:_QUESTIONS]
    assistant = Assistant(corpus, index)
    for question in questions[:20]:
        assistant.ask(question)
    gc.collect()
    gc.freeze()  # as the page does once its index is open
    rounds = [[_milliseconds(assistant, question) for question in questions] for _ in range(_ROUNDS)]
    cuts = quantiles([time for times in rounds for time in times], n=20, method="inclusive")
    best = quantiles(map(min, *rounds), n=20, method="inclusive")  # what is busy beside it only adds
    memory = _memory()
    watch = _Watch()
    with watch.watching():
        for question in questions:
            assistant.ask(question)
    spent = {stage: round(watch.spent[stage] * 1000 / len(questions), 2) for stage in STAGES}
    assistant.close()
    of_all, of_best = ([round(found[9], 1), round(found[18], 1)] for found in (cuts, best))
    told = dict(zip(("p50_ms", "p95_ms", "best_p50_ms", "best_p95_ms"), (*of_all, *of_best), strict=True))
    return {**told, **memory, **spent}


def _milliseconds(assistant: Assistant, question: str) -> float:
    since = time.perf_counter()
    assistant.ask(question)
    return (time.perf_counter() - since) * 1000


def _memory() -> Row:
    """What this process holds in memory: its own, of mapped files, and of files that lie in memory; 0 if unknown."""
    told = Counter[str]()
    status = Path("/proc/self/status")
    for line in status.read_text(encoding="ascii").splitlines() if status.is_file() else ():
        name, _, value = line.partition(":")
        if name in {"RssAnon", "RssFile", "RssShmem"}:
            told[name] = int(value.split()[0])
    kinds = {"anonymous_mib": "RssAnon", "files_mib": "RssFile", "shared_mib": "RssShmem"}
    return {key: round(told[kind] / 1024) for key, kind in kinds.items()}


class _Watch:
    """Seconds spent in each stage, without those inside it that are a stage of their own."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._inner: list[float] = []
        self._asking = get_ident()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the stages of all answers given meanwhile."""
        import assistant.assistant as door
        from assistant import confidence, danger, passages, selection
        from assistant.answering import Answering
        from assistant.corpus_files import CorpusFiles
        from ingest.asked import Asked
        from ingest.lexical import Lexical
        from ingest.store import Store
        from ingest.token_vectors import TokenVectors

        places: list[tuple[Any, str, str]] = [
            (door, "index_state", "index state"), (danger, "heard", "danger"),
            (passages, "_mean", "embedding"),
            (QueryEmbedder, "tokens", "word vectors"), (TokenVectors, "nearness", "word vectors"),
            (Index, "nearest", "vectors"), (Index, "_cosines", "vectors"), (Lexical, "scores", "lexical"),
            (CorpusFiles, "contacts", "corpus files"), (CorpusFiles, "wording", "corpus files"),
            (CorpusFiles, "known", "corpus files"), (Answering, "_look_up", "looking up"),
            (selection, "make_quote", "quotes"), (selection, "verify", "quotes"), (confidence, "signals", "confidence"),
            (Store, "rows", "store"), (Store, "chunks", "store"),
            (Store, "sentences", "store"), (Store, "page", "store"),
            (Asked, "nearest", "asked paragraphs"), (selection, "rank_candidates", "scoring"),
            (door, "check", "gate"), (Assistant, "ask", "rest"),
        ]  # fmt: skip
        before = [getattr(owner, name) for owner, name, _ in places]
        for (owner, name, stage), function in zip(places, before, strict=True):
            setattr(owner, name, self._timed(function, stage))
        try:
            yield
        finally:
            for (owner, name, _), function in zip(places, before, strict=True):
                setattr(owner, name, function)

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            if get_ident() != self._asking:  # what goes on beside is not waited for
                return function(*arguments, **named)
            self._inner.append(0.0)
            since = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                taken = time.perf_counter() - since
                self.spent[stage] += taken - self._inner.pop()
                if self._inner:
                    self._inner[-1] += taken

        return timed


def _main() -> int:
    given = sys.argv[2:]
    corpus, index, *places = (Path(place) for place in given[:4])
    print(json.dumps(_make(corpus, index, places[0], places[1], int(given[4])) if places else _ask(corpus, index)))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
