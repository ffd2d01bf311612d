"""Questions → answers as plain rows, through `Assistant.ask` alone; the only module that asks."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from assistant import Assistant
from evals.errors import EvalError
from ingest.build import INDEX_DIR, BuildError, BuildSettings
from ingest.build import build as build_it
from ingest.catalogue import CatalogueError
from ingest.durable import LockedError
from ingest.embeddings import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.jsonl import Row
    from evals.questions import Question
    from ingest.build import BuildReport

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 1200.0  # seconds that a build by another process may take


def build_index(corpus_dir: Path, index_dir: Path) -> BuildReport:
    """Build the index if it is not today's; returns quickly if it is. Raises EvalError with the builder's reason.

    Where another process builds it, its end is waited for.
    """
    given_up = time.monotonic() + _PATIENCE_S
    with tqdm(desc="reading the documents", unit="", leave=False, disable=None) as bar:
        while True:
            try:
                return build_it(BuildSettings(corpus_dir, index_dir), lambda state: _show(bar, state))
            except (BuildError, CatalogueError, ModelError, LockedError) as error:
                if not isinstance(error, LockedError) or time.monotonic() > given_up:
                    raise EvalError(f"The index could not be built.\n{error}") from None
                time.sleep(0.2)


def lend_models(index_dir: Path) -> None:
    """Put the models that the project's own index has exported beside a new one, which need not export them again.

    Whoever uses them checks them first.
    """
    if (INDEX_DIR / "models").is_dir():
        shutil.copytree(INDEX_DIR / "models", index_dir / "models")


def _show(bar: tqdm[Any], state: Row) -> None:
    done, total = state.get("texts") or state.get("documents") or (0, None)
    bar.total = total
    bar.n = done
    bar.set_description(str(state.get("stage", "")))


def ask_all(questions: Sequence[Question], assistant: Assistant) -> tuple[list[Row | None], list[dict[str, float]]]:
    """Each question's answer without its timings, and the timings; None and {} where asking broke."""
    answers: list[Row | None] = []
    timings: list[dict[str, float]] = []
    for question in tqdm(questions, desc="asking", unit="question", leave=False, disable=None):
        answer = _ask(question, assistant)
        timings.append(dict(answer.pop("timings_ms")) if answer else {})
        answers.append(answer)
    return answers, timings


def ask_here(
    questions: Sequence[Question], corpus_dir: Path, index_dir: Path
) -> tuple[list[Row | None], list[dict[str, float]]]:
    """As `ask_all`, of the index in a folder."""
    assistant = Assistant(corpus_dir, index_dir)
    try:
        return ask_all(questions, assistant)
    finally:
        assistant.close()


def ask_in_parts(
    questions: Sequence[Question], corpus_dir: Path, index_dir: Path, parts: int
) -> tuple[list[Row | None], list[dict[str, float]]]:
    """As `ask_here`, by so many processes beside each other, each of which opens the index.

    The answers are the same; the times are those of a machine that has other work. Raises EvalError when one of them
    ends before its answers are there.
    """
    answers: list[Row | None] = [None] * len(questions)
    timings: list[dict[str, float]] = [{}] * len(questions)
    command = [sys.executable, "-m", "evals.apart", str(corpus_dir.resolve()), str(index_dir.resolve())]

    def ask(share: Sequence[Question]) -> tuple[list[Row | None], list[dict[str, float]]]:
        lines = "".join(json.dumps(question.to_row()) + "\n" for question in share)
        done = subprocess.run(command, cwd=_ROOT, input=lines, stdout=subprocess.PIPE, encoding="utf-8", check=False)
        if done.returncode:
            raise EvalError(f"A process that asked ended with {done.returncode} before it had asked everything.")
        said, took = json.loads(done.stdout)
        return said, took

    with ThreadPoolExecutor(parts) as hands:
        for part, (said, took) in enumerate(hands.map(ask, [questions[part::parts] for part in range(parts)])):
            answers[part::parts], timings[part::parts] = said, took
    return answers, timings


def _ask(question: Question, assistant: Assistant) -> Row | None:
    try:
        answer = assistant.ask(question.question, entity=question.entity or None, history=question.history)
    except Exception as error:  # noqa: BLE001  one that breaks scores worst and must not end the run
        print(f"{question.id}: asking broke ({type(error).__name__}).", file=sys.stderr)
        return None
    if answer.status.startswith("error"):
        print(f"{question.id}: asking broke ({answer.status}).", file=sys.stderr)
        return None
    return plain(answer.to_json())


def plain(row: Row) -> Row:
    """The same with lists for tuples and text for dates, as it comes back from JSON."""
    same: Row = json.loads(json.dumps(row, default=str))
    return same


def machine() -> Row:
    """What the times were taken on."""
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


def clock() -> str:
    """The time of day in UTC, for the file of times."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
