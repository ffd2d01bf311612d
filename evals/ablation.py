"""Parts of the search on and off → how well each finds, how long it takes, how many bytes it needs; one table.

Plain BM25 and the plain recipe are asked in the same run. A search that leaves a part out orders the same candidates.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ir_measures
from ir_measures import AP, R, Success, nDCG
from tqdm import tqdm

from assistant.passages import WEIGHTS, Weights, question_vector, retrieve
from assistant.question import in_rule_words, plain
from evals import recipe, statistics
from evals.asking import build_index
from evals.beir import index_texts, read_beir
from evals.case import Known
from evals.gold import Finder
from evals.pdfqa_set import read_set
from evals.questions import DEVELOPMENT, read_sets
from ingest.build import BuildSettings
from ingest.offline import silence, silence_langsmith
from ingest.opening import open_index
from ingest.vector_store import CHROMA, VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ingest.index import Index

_FOUND: Final = 60  # passages, or chunks of the recipe; of their pages the ten best count
_MEASURES: Final = {
    "recall@10": R @ 10, "map@10": AP @ 10, "ndcg@10": nDCG @ 10, "success@3": Success @ 3,
    "success@4": Success @ 4,  # four passages are what the recipe shows
}  # fmt: skip
_SEARCHES: Final = {
    "all three": WEIGHTS,
    "without word vectors": Weights(0.6, 0.4, 0),
    "without BM25": Weights(0.4, 0, 0.6),
    "without vectors": Weights(0, 0.4, 0.6),
    "word vectors alone": Weights(0, 0, 1),
    "vectors alone": Weights(1, 0, 0),
    "BM25 alone": Weights(0, 1, 0),
}
_RECIPE: Final = "the plain recipe"
_MIB: Final = 2**20

Run = dict[str, dict[str, float]]  # question → page or text → score


@dataclass(frozen=True)
class _Task:
    """Questions by id, what is right for each, the index to look in, and the recipe's, made of the same texts.

    A unit is what counts as found: "file#page", or the name of a text.
    """

    queries: Mapping[str, str]
    right: Mapping[str, Mapping[str, int]]
    index: Index
    recipe_dir: Path
    paged: bool

    def unit(self, source: str, page: int) -> str:
        """The name of a page, counted from 1, or of a text."""
        return f"{source}#{page}" if self.paged else source


def ablation(folder: Path | None, corpus_dir: Path, index_dir: Path, half: str = DEVELOPMENT) -> int:
    """Ask all with each part on and off and print the table; 0. Raises EvalError.

    folder is one in BEIR's layout or that of `pdfqa`; without one, a half of our own sets is asked.
    """
    silence()
    silence_langsmith()
    with tempfile.TemporaryDirectory(prefix="avenues-ablation-") as scratch:
        task = _own(corpus_dir, index_dir, Path(scratch), half) if folder is None else _given(folder, Path(scratch))
        runs = {name: _run(task, _ours(task, weights), name) for name, weights in _SEARCHES.items()}
        runs[_RECIPE] = _run(task, _recipes(task), _RECIPE)
        _print_found(task, runs)
        _print_parts(task)
        task.index.close()
    return 0


def _own(corpus_dir: Path, index_dir: Path, scratch: Path, half: str) -> _Task:
    build_index(corpus_dir, index_dir)
    finder = Finder(corpus_dir, Known(corpus_dir).pdfs)
    questions = [q for q in read_sets((), half) if q.gold and q.language == "en" and not q.history]
    queries = {question.id: _searched(question.question) for question in questions}
    pages = {q.id: {page for need in finder.needs(q) for located in need for page in located.pages} for q in questions}
    return _of_pages(queries, pages, corpus_dir, index_dir, scratch)


def _given(folder: Path, scratch: Path) -> _Task:
    if (folder / "corpus.jsonl").is_file():
        texts, queries, right = read_beir(folder, "test")
        recipe.build_texts(
            {str(row["_id"]): f"{row.get('title') or ''}\n{row['text']}" for row in texts}, scratch / "r"
        )
        asked = {name: queries[name] for name in right}
        return _Task(asked, right, index_texts(texts, scratch), scratch / "r", paged=False)
    pdfs = folder / "pdfs"
    files = [path.relative_to(pdfs).as_posix() for path in sorted(pdfs.rglob("*")) if path.suffix.lower() == ".pdf"]
    questions = [asked for asked in read_set(folder / "questions.jsonl", files) if asked.pages and not asked.history]
    build_index(pdfs, scratch / "index")
    queries = {asked.id: _searched(asked.question) for asked in questions}
    return _of_pages(queries, {asked.id: asked.pages for asked in questions}, pdfs, scratch / "index", scratch)


def _of_pages(
    queries: Mapping[str, str],
    pages: Mapping[str, Iterable[tuple[str, int]]],
    corpus_dir: Path,
    index_dir: Path,
    scratch: Path,
) -> _Task:
    recipe.build(corpus_dir, scratch / "recipe")
    right = {name: {f"{file}#{page}": 1 for file, page in found} for name, found in pages.items()}
    return _Task(queries, right, open_index(BuildSettings(corpus_dir, index_dir)).index, scratch / "recipe", paged=True)


def _searched(question: str) -> str:
    """A question that comes first, as `Assistant.ask` looks for it."""
    return in_rule_words(plain(question))


def _ours(task: _Task, weights: Weights) -> Callable[[str], list[str]]:
    def search(question: str) -> list[str]:
        vector = question_vector(task.index, question)
        found = retrieve(task.index, question, lambda: vector.said, _FOUND, weights=weights)
        return [task.unit(passage.card.file, passage.place.page) for passage in found]

    return search


def _recipes(task: _Task) -> Callable[[str], list[str]]:
    search = recipe.searching(task.recipe_dir)
    return lambda question: [task.unit(source, page + 1) for source, page in search(question, _FOUND)]


def _run(task: _Task, search: Callable[[str], list[str]], name: str) -> Run:
    """What a search finds for each question, scored by its order; never the question itself."""
    run: Run = {}
    for asked, question in tqdm(task.queries.items(), desc=name, unit="question", leave=False, disable=None):
        units = [unit for unit in dict.fromkeys(search(question)) if unit != asked]
        run[asked] = {unit: -float(place) for place, unit in enumerate(units)}
    return run


def _print_found(task: _Task, runs: Mapping[str, Run]) -> None:
    print(f"{len(task.queries)} questions\n\n{'':<24}" + "".join(f"{name:<24}" for name in _MEASURES))
    for name, run in runs.items():
        print(f"{name:<24}" + "".join(f"{_figure(task, run, measure):<24}" for measure in _MEASURES.values()))


def _figure(task: _Task, run: Run, measure: ir_measures.measures.Measure) -> str:
    found = statistics.mean([metric.value for metric in ir_measures.iter_calc([measure], task.right, run)])
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _print_parts(task: _Task) -> None:
    """Milliseconds a question, half of them and 95 of 100, and the size of the files, of each part."""
    index, search = task.index, recipe.searching(task.recipe_dir)
    rows, vector = range(min(2 * _FOUND, index.size)), index.embedder.embed("a question")
    shutil.copytree(index.folder / CHROMA, task.recipe_dir.with_name("graph") / CHROMA)
    graph = VectorStore(task.recipe_dir.with_name("graph"))

    def word_vectors(question: str) -> None:
        asked = index.embedder.tokens(question)
        index.tokens.nearness(rows, asked.vectors, index.lexical.weights(asked.words))

    steps: dict[str, tuple[Callable[[str], object], Sequence[Path]]] = {
        "a question's vector": (lambda question: question_vector(index, question).said, ()),
        "vectors": (lambda _: index.nearest(vector, _FOUND), [index.folder / "chunks.npy"]),
        "vectors by Chroma": (lambda _: graph.nearest(vector, _FOUND, index.store.rows), [index.folder / CHROMA]),
        "BM25": (index.lexical.scores, [index.folder / "lexical"]),
        "word vectors": (word_vectors, list(index.folder.glob("token*"))),
        "all of the search": (_ours(task, WEIGHTS), ()),
        _RECIPE: (lambda question: search(question, _FOUND), [task.recipe_dir]),
    }
    print(f"\n{'':<24}{'ms, p50':>12}{'ms, p95':>12}{'MiB':>12}")
    for name, (step, places) in steps.items():
        taken = [_milliseconds(step, question) for question in list(task.queries.values())[:300]]
        size = sum(path.stat().st_size for place in places for path in (place, *place.rglob("*")) if path.is_file())
        p50, p95 = (statistics.percentile(taken, at) for at in (50, 95))
        print(f"{name:<24}{p50:>12}{p95:>12}" + (f"{size / _MIB:>12.1f}" if places else ""))
    graph.close()


def _milliseconds(step: Callable[[str], object], question: str) -> float:
    since = time.perf_counter()
    step(question)
    return (time.perf_counter() - since) * 1000
