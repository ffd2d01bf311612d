"""Questions on standard input, a JSON object a line → answers and timings as one JSON list: a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from evals.asking import ask_here
from evals.questions import Question


def main() -> None:
    """Ask all of the index in the second folder, with the corpus in the first."""
    corpus_dir, index_dir = map(Path, sys.argv[1:])
    questions = [Question.from_row(json.loads(line)) for line in sys.stdin]
    print(json.dumps(ask_here(questions, corpus_dir, index_dir)))


if __name__ == "__main__":
    main()
