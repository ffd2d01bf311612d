"""Corpus → a table of scores: every answer to the varied questions held to the rules, from outside.

Quotes are looked up again in the PDF files with pypdf alone; nothing of the index is trusted.
"""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles

from pypdf import PdfReader

from evals import scores as score_of
from evals.asking import EvalError, Row, ask_all, build_index, read_questions
from evals.scores import Pdf, Score

_HASH_SEEDS = (1, 2)
_FEWEST = 2  # timings that a percentile can be told from


def check(corpus_dir: Path, index_dir: Path, out: Path | None) -> int:
    """Ask everything twice, score it and print the table; 1 when a required score failed, else 0."""
    questions = read_questions()
    build_index(corpus_dir, index_dir)
    first, second = (ask_all(questions, corpus_dir, index_dir, seed) for seed in _HASH_SEEDS)
    scores = score(questions, first, second, read_pdfs(corpus_dir, _files(first + second)), _contacts(corpus_dir))
    statuses = Counter(str(answer.get("status", "error")) for answer in first)
    timings = _timings((first, second))
    _print(scores, statuses, timings)
    if out:
        report = {"scores": [asdict(s) for s in scores], "statuses": statuses, "timings_ms": timings, "answers": first}
        write_json(out, report)
    return int(any(score.failed for score in scores))


def score(
    questions: Sequence[Row], first: Sequence[Row], second: Sequence[Row], pdfs: dict[str, Pdf], contacts: Sequence[Row]
) -> list[Score]:
    """Every score of two runs over the same questions; contacts are the contact files as they are parsed."""
    return [
        score_of.all_answered(questions, first),
        score_of.quotes_exact(first, pdfs),
        score_of.files_right(first, pdfs),
        score_of.repeated(first, second),
        score_of.referrals_present(first, contacts),
        score_of.contacts_on_file(first, contacts),
        score_of.share("answered, of the answerable", questions, first, answerable=True),
        score_of.share("not answered, of the others", questions, first, answerable=False),
    ]


def read_pdfs(corpus_dir: Path, files: Iterable[str]) -> dict[str, Pdf]:
    """What pypdf alone reads in the quoted files; a file that is not there is left out."""
    pdfs = {}
    for file in files:
        path = corpus_dir / file
        if path.is_file():
            reader = PdfReader(path)
            pages = tuple(page.extract_text() for page in reader.pages)
            pdfs[file] = Pdf(hashlib.sha256(path.read_bytes()).hexdigest(), pages, tuple(reader.page_labels))
    return pdfs


def _files(answers: Iterable[Row]) -> list[str]:
    return sorted({quote["file"] for answer in answers for quote in answer.get("quotes", ())})


def _contacts(corpus_dir: Path) -> list[Row]:
    files = sorted((corpus_dir / "contacts").rglob("*.toml"))
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]


def _timings(runs: Sequence[Sequence[Row]]) -> dict[str, float]:
    """Milliseconds: the middle and slow end of all searched questions but the first of a run, which opens the index."""
    searched = [[answer["timings_ms"] for answer in run if answer.get("retrieved")] for run in runs]
    warm = [timing["total"] for run in searched for timing in run[1:]]
    if len(warm) < _FEWEST:
        return {}
    cuts = quantiles(warm, n=20, method="inclusive")
    first = max(run[0]["total"] for run in searched if run)
    return {"first": first, "p50": round(cuts[9], 1), "p95": round(cuts[18], 1), "n": len(warm)}


def _print(scores: Sequence[Score], statuses: Counter[str], timings: dict[str, float]) -> None:
    for score in scores:
        verdict = "" if not score.required else "FAILED" if score.failed else "ok"
        print(f"{score.name:<32} {score.passed:>5} of {score.n:<5} {verdict}")
    print("\nstatuses")
    for status, n in sorted(statuses.items()):
        print(f"  {status:<36} {n:>4}")
    for score in scores:
        if score.faults:
            print(f"\nnot counted in “{score.name}”")
            print("\n".join(f"  {fault}" for fault in score.faults))
    if timings:
        print("\ntimings, milliseconds (n = {n}): p50 {p50}, p95 {p95}; the first question {first}".format(**timings))


def write_json(out: Path, report: object) -> None:
    """Write a report to a file; raises EvalError when it cannot be written."""
    try:
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{out}: {error.strerror}. Give another file with --out.") from None
