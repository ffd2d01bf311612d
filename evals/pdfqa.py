"""Any folder of PDFs and questions → figures as one JSON object; a public interface for sets that others bring."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ir_measures
from ir_measures import RR, R
from tqdm import tqdm

from assistant import Assistant
from evals import statistics
from evals.asking import build_index, lend_models, plain
from evals.errors import EvalError
from evals.exactness import quote_fault
from evals.jsonl import write_lines, write_text
from evals.pdf_text import Pdfs
from evals.pdfqa_set import Asked, Pages, read_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from evals.jsonl import Row
    from ingest.build import BuildReport

_MEASURES = {"recall@1": R @ 1, "recall@3": R @ 3, "recall@5": R @ 5, "recall@10": R @ 10, "mrr": RR}


@dataclass(frozen=True)
class Told:
    """Its answer, None when asking broke, and how many milliseconds it took."""

    asked: Asked
    answer: Row | None
    ms: float

    @property
    def answered(self) -> bool:
        """Whether something was quoted, and not marked as perhaps not what was asked."""
        return bool(self.answer and self.answer["status"] == "answered")

    @property
    def marked(self) -> bool:
        """Whether something was quoted and marked so."""
        return bool(self.answer and self.answer["status"] == "answered_nearest")

    @property
    def cited(self) -> Pages:
        """Every page that a quote stands on."""
        quotes = (self.answer or {}).get("quotes", ())
        return frozenset((quote["file"], span["page"]) for quote in quotes for span in quote["spans"])

    @property
    def retrieved(self) -> list[Row]:
        """The best pages, best first, ten at most."""
        return list((self.answer or {}).get("retrieved", ()))


def pdfqa(folder: Path, out: Path | None, report_file: Path | None = None) -> int:
    """Build an index of the PDFs in a scratch folder, ask everything, print the figures; 0. Raises EvalError.

    The PDFs are copied first, so that one that is a link, or whose folder holds other things, is read like any other.
    """
    pdfs = folder / "pdfs"
    files = {
        path.relative_to(pdfs).as_posix(): path
        for path in pdfs.rglob("*")
        if path.suffix.lower() == ".pdf" and path.is_file()
    }
    if not files:
        raise EvalError(f"There is no PDF in {pdfs}. Put the documents there.")
    questions = read_set(folder / "questions.jsonl", files)
    out = out / "lines.jsonl" if out and out.is_dir() else out
    for place in filter(None, (out, report_file)):
        write_lines(place, ())  # a place that cannot be written to is told before everything is asked
    with tempfile.TemporaryDirectory(prefix="avenues-pdfqa-") as scratch:
        corpus_dir, index_dir = Path(scratch) / "pdfs", Path(scratch) / "index"
        _copy(files, corpus_dir)
        since = time.perf_counter()
        lend_models(index_dir)
        report = build_index(corpus_dir, index_dir)
        seconds = time.perf_counter() - since
        _tell_unread(files, report, questions)
        told = _ask_all(questions, corpus_dir, index_dir)
        pages = sum(int(document["pages"]) for document in report.indexed)
        found = figures(told, Pdfs(corpus_dir), seconds, pages)
    print(json.dumps(found, ensure_ascii=False))
    if out:
        write_lines(out, map(_line, told))
    if report_file:
        from evals.pdfqa_report import html

        write_text(report_file, html(found, told))
    return 0


def _copy(files: Mapping[str, Path], corpus_dir: Path) -> None:
    for name, path in files.items():
        copied = corpus_dir / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copied)
        except OSError as error:
            print(f"not read: {name}: {error.strerror}", file=sys.stderr)


def _tell_unread(files: Iterable[str], report: BuildReport, questions: Sequence[Asked]) -> None:
    """Say which PDFs are not in the index, and which pages of evidence can therefore never be found."""
    pages = {document["file"]: int(document["pages"]) for document in report.indexed}
    reasons = {unread["file"]: unread["reason"] for unread in report.unread}
    for file in sorted(set(files) - set(pages)):
        print(f"not read: {file}: {reasons.get(file, 'its name or place keeps it out.')}", file=sys.stderr)
    for asked in questions:
        for file, page in sorted(asked.pages):
            if page > pages.get(file, 0):
                print(f"question {asked.id}: page {page} of {file} is not in the index.", file=sys.stderr)


def _ask_all(questions: Sequence[Asked], corpus_dir: Path, index_dir: Path) -> list[Told]:
    assistant = Assistant(corpus_dir, index_dir)
    try:
        assistant.ask("document")  # opens the index, so that it counts for no question
        return [
            _ask(assistant, asked)
            for asked in tqdm(questions, desc="asking", unit="question", leave=False, disable=None)
        ]
    finally:
        assistant.close()


def _ask(assistant: Assistant, asked: Asked) -> Told:
    """Ask one; where urgent words would come first, as somebody who is safe and goes on."""
    since = time.perf_counter()
    try:
        answer = assistant.ask(asked.question, history=asked.history)
        if answer.urgent:
            answer = assistant.ask(asked.question, history=asked.history, urgent_seen=True)
    except Exception as error:  # noqa: BLE001  one that breaks scores worst and must not end the run
        print(f"{asked.id}: asking broke ({type(error).__name__}).", file=sys.stderr)
        return Told(asked, None, (time.perf_counter() - since) * 1000)
    broke = answer.status.startswith("error")
    return Told(asked, None if broke else plain(answer.to_json()), (time.perf_counter() - since) * 1000)


def figures(told: Sequence[Told], pdfs: Pdfs, build_seconds: float, pages: int) -> Row:
    """The object that is printed; shares are over the questions that they can be told of, null where there is none.

    page_precision is over those for which something was cited, or asking broke; all else of pages is over those with
    pages.
    """
    paged = [one for one in told if one.asked.pages]
    citing = [one for one in paged if one.cited or one.answer is None]
    answered = [one for one in told if one.answered or one.marked]
    quotes = [quote for one in answered for quote in (one.answer or {})["quotes"]]
    return {
        "n": len(told),
        "build_seconds": round(build_seconds, 2),
        "pages_per_second": round(pages / build_seconds, 2),
        "retrieval": {name: _share(paged, _retrieval(measure)) for name, measure in _MEASURES.items()},
        "citations": {
            "page_recall": _share(paged, lambda one: len(one.cited & one.asked.pages) / len(one.asked.pages)),
            "page_precision": _share(citing, lambda one: len(one.cited & one.asked.pages) / max(len(one.cited), 1)),
            "any_page_rate": _share(paged, lambda one: float(bool(one.cited & one.asked.pages))),
            "mean_pages_cited": _share(answered, lambda one: float(len(one.cited))),
        },
        "quotes": {
            "exact_rate": _mean([float(not quote_fault(quote, pdfs)) for quote in quotes]),
            "mean_count": _share(answered, lambda one: float(len((one.answer or {})["quotes"]))),
        },
        "abstention": {
            "answered_when_answerable": _share(
                [t for t in told if t.asked.answerable], lambda one: float(one.answered)
            ),
            "answered_when_unanswerable": _share(
                [t for t in told if not t.asked.answerable], lambda one: float(one.answered or one.answer is None)
            ),
            "marked_when_answerable": _share([t for t in told if t.asked.answerable], lambda one: float(one.marked)),
            "marked_when_unanswerable": _share(
                [t for t in told if not t.asked.answerable], lambda one: float(one.marked)
            ),
            "auroc": statistics.auroc(
                [one.asked.answerable for one in told],
                [_sure(one) for one in told],
            ).value,
        },
        "latency_ms": {
            name: statistics.percentile([one.ms for one in told], at) for name, at in (("p50", 50), ("p95", 95))
        },
    }


def _sure(one: Told) -> float:
    """The confidence of an answer; one that broke was surely wrong."""
    return float(not one.asked.answerable) if one.answer is None else float(one.answer.get("confidence") or 0.0)


def _retrieval(measure: ir_measures.measures.Measure) -> Callable[[Told], float]:
    def score(one: Told) -> float:
        qrels = {"q": {f"{file}#{page}": 1 for file, page in one.asked.pages}}
        run = {"q": {f"{page['file']}#{page['page']}": -float(n) for n, page in enumerate(one.retrieved)}}
        return float(next(iter(ir_measures.iter_calc([measure], qrels, run))).value)

    return score


def _share(told: Sequence[Told], of: Callable[[Told], float]) -> float | None:
    return _mean([of(one) for one in told])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _line(one: Told) -> Row:
    answer = {name: value for name, value in (one.answer or {}).items() if name not in {"referral", "timings_ms"}}
    pages = [{"file": file, "page": page} for file, page in sorted(one.asked.pages)]
    cited = [{"file": file, "page": page} for file, page in sorted(one.cited)]
    return {
        "id": one.asked.id, "answerable": one.asked.answerable, "pages": pages, "cited": cited, "ms": round(one.ms, 1),
        "answer": answer or None,
    }  # fmt: skip
