"""Questions → answers as plain dicts, through the command line alone; the only module that starts the assistant."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = Path(__file__).resolve().parent / "questions" / "varied.jsonl"

Row = dict[str, Any]  # one JSON object: a question of the file, or an answer as `--json` prints it


class EvalError(Exception):
    """Nothing could be measured; the message says why and what to do."""


def read_questions(path: Path = QUESTIONS) -> list[Row]:
    """The questions of a file of JSON lines: id, question, answerable, note and what the assistant takes."""
    try:
        rows: list[Row] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, ValueError) as error:
        raise EvalError(f"{path}: cannot be read as JSON lines ({type(error).__name__}). Put the file back.") from None
    return rows


def build_index(corpus_dir: Path, index_dir: Path) -> None:
    """Build the index if it is not today's; returns quickly if it is. Raises EvalError with the builder's reason."""
    command = [sys.executable, "-m", "ingest", "build", "--quiet", "--corpus", str(corpus_dir.resolve())]
    built = subprocess.run(
        [*command, "--index", str(index_dir.resolve())], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if built.returncode:
        raise EvalError(f"The index could not be built.\n{built.stderr.strip()}")


def ask_all(questions: list[Row], corpus_dir: Path, index_dir: Path, hash_seed: int) -> list[Row]:
    """The answers to all questions, in order, from one new process with this PYTHONHASHSEED."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    asked = subprocess.run(
        batch_command(corpus_dir, index_dir), cwd=ROOT, input=lines, capture_output=True, encoding="utf-8",
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)}, check=False,
    )  # fmt: skip
    try:
        if not asked.stdout:
            raise ValueError
        return [json.loads(line) for line in asked.stdout.splitlines()]
    except ValueError:
        raise EvalError(f"The assistant printed no answers. {asked.stderr.strip()[-500:]}") from None


def batch_command(corpus_dir: Path, index_dir: Path) -> list[str]:
    """The command that reads questions from standard input and prints one answer a line."""
    places = ["--corpus", str(corpus_dir.resolve()), "--index", str(index_dir.resolve())]
    return [sys.executable, "-m", "assistant", "--batch", "-", *places]
