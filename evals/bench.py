"""Corpus → time, memory and disk of this program beside the plain recipe, taken in turns on one machine."""

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import psutil

from evals.errors import EvalError
from evals.jsonl import write_json
from evals.questions import read_sets
from evals.results import ROOT
from ingest.build import CORPUS_DIR

_WARM = 60  # questions
_MIB = 2**20
_OURS, _RECIPE = "avenues", "recipe"
_UNITS = {
    "build": "s", "build, processor time": "s", "first answer": "s", "first answer, processor time": "s",
    "a question, p50": "ms", "a question, p95": "ms", "a question, processor time": "ms",
    "memory, build": "MiB", "memory, asking": "MiB", "index": "MiB", "index without its model": "MiB",
}  # fmt: skip
_FOOTNOTE = """
Median (least–most) over the repeats; ratio = avenues / recipe, less than 1 is in our favour.
The recipe gives four raw chunks: it checks no quote, cannot say that the documents do not say, and shows no referral;
avenues does all of that in the time shown, and a build is verified in another process. The index of avenues holds the
exported model, the recipe loads the installed one. Memory is the peak of the largest process. Both start from
the same environment, in turns; one asking session of each came before and was not counted."""

_ENDED = "A process ended before it had answered. Try the same corpus with `python -m assistant`."

Figures = dict[str, dict[str, list[float]]]  # what was measured → who → one value for each repeat


def bench(corpus_dir: Path, repeats: int, out: Path | None) -> int:
    """Measure both in turns, print the table and write the figures; 0 when all went through."""
    figures: Figures = {what: {_OURS: [], _RECIPE: []} for what in _UNITS}
    with tempfile.TemporaryDirectory(prefix="avenues-bench-") as scratch:
        corpus, indexes = _corpus(corpus_dir.resolve(), Path(scratch)), {}
        for repeat in range(max(repeats, 1)):
            for name in (_OURS, _RECIPE):
                indexes[name] = Path(scratch) / f"{name}-{repeat}"
                _add(figures, name, _build(_building(name, corpus, indexes[name]), indexes[name]))
        for repeat in range(max(repeats, 1) + 1):
            for name in (_OURS, _RECIPE):
                found = _session(_asking(name, corpus, indexes[name]))
                if repeat:
                    _add(figures, name, found)
    _print(figures)
    if out:
        machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
        write_json(out, {"machine": machine, "units": _UNITS, "figures": figures})
    return 0


def _corpus(given: Path, scratch: Path) -> Path:
    """The folder as given, or a copy with this project's fixed words where it is nothing but PDFs."""
    if (given / "triage").is_dir():
        return given
    corpus = scratch / "corpus"
    shutil.copytree(given, corpus)
    for name in ("contacts", "triage", "wording"):
        shutil.copytree(CORPUS_DIR / name, corpus / name, dirs_exist_ok=True)
    return corpus


def _building(name: str, corpus: Path, index: Path) -> list[str]:
    if name == _RECIPE:
        return [sys.executable, "-m", "evals.recipe", "build", str(corpus), str(index)]
    return [sys.executable, "-m", "ingest", "build", "--quiet", "--corpus", str(corpus), "--index", str(index)]


def _asking(name: str, corpus: Path, index: Path) -> list[str]:
    if name == _RECIPE:
        return [sys.executable, "-m", "evals.recipe", "ask", str(index)]
    return [sys.executable, "-m", "assistant", "--batch", "-", "--corpus", str(corpus), "--index", str(index)]


def _add(figures: Figures, name: str, found: dict[str, float]) -> None:
    for what, value in found.items():
        figures[what][name].append(round(value, 3))


def _build(command: list[str], index: Path) -> dict[str, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8")
    said = process.stderr.read() if process.stderr else ""
    used = _ended(process)
    if process.returncode:
        raise EvalError(f"This build failed: {' '.join(command)}\n{said.strip()[-500:]}")
    return {
        "build": time.perf_counter() - started, "build, processor time": used.ru_utime + used.ru_stime,
        "memory, build": _mib(used), "index": _size(index), "index without its model": _size(index, but="models"),
    }  # fmt: skip


def _ended(process: subprocess.Popen[str]) -> resource.struct_rusage:
    """Wait for a process; what it and the children that it waited for have used."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used


def _mib(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (_MIB if sys.platform == "darwin" else 1024)


def _size(folder: Path, but: str = "") -> float:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.relative_to(folder).parts[0] != but) / _MIB


def _session(command: list[str]) -> dict[str, float]:
    """One process: the first answer counted from its start, the others from their question."""
    questions = [question for question in read_sets(["varied"]) if question.expect == ("answered",)][:_WARM]
    lines = [json.dumps({"question": question.question}) + "\n" for question in questions]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    )
    _answer(process, lines[0])
    first, used_first = time.perf_counter() - started, sum(psutil.Process(process.pid).cpu_times()[:2])
    warm = [_answer(process, line) * 1000 for line in lines]
    used_warm = (sum(psutil.Process(process.pid).cpu_times()[:2]) - used_first) * 1000 / len(lines)
    if process.stdin:
        process.stdin.close()
    cuts = quantiles(warm, n=20, method="inclusive")
    return {
        "first answer": first, "first answer, processor time": used_first, "a question, p50": cuts[9],
        "a question, p95": cuts[18], "a question, processor time": used_warm, "memory, asking": _mib(_ended(process)),
    }  # fmt: skip


def _answer(process: subprocess.Popen[str], line: str) -> float:
    """Seconds from a question written to its answer read."""
    assert process.stdin  # noqa: S101  PIPE was asked for
    assert process.stdout  # noqa: S101
    since = time.perf_counter()
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except BrokenPipeError:
        raise EvalError(_ENDED) from None
    if not process.stdout.readline().strip():
        raise EvalError(_ENDED)
    return time.perf_counter() - since


def _print(figures: Figures) -> None:
    print(f"{'':<32} {_OURS:>26} {_RECIPE:>26} {'ratio':>7}")
    for what, unit in _UNITS.items():
        ours, recipe = figures[what][_OURS], figures[what][_RECIPE]
        ratio = median(ours) / median(recipe)
        print(f"{f'{what}, {unit}':<32} {_spread(ours):>26} {_spread(recipe):>26} {ratio:>7.2f}")
    print(_FOOTNOTE)


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
