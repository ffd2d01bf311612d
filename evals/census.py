"""Question sets → how many of what there are, what words they share with their evidence, what is wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evals import statistics
from evals.evidence import shared_words
from evals.gold import Finder, evidence_problems
from evals.pdf_text import Pdfs
from evals.questions import TEST, read_sets, set_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.questions import Question


def census(names: Sequence[str], corpus_dir: Path) -> int:
    """Check every question of these sets, or of all, and print what there is; 1 when a piece of evidence is wrong.

    Nothing is asked, so both halves are counted. Raises EvalError for a set that cannot be read.
    """
    questions = read_sets(names or set_names())
    problems = evidence_problems(questions, corpus_dir, Finder(corpus_dir, Pdfs(corpus_dir)))
    print(
        f"{'set':<22}{'n':>5}{'test':>6}{'answered':>10}{'unanswer.':>10}{'referred':>10}{'other':>7}{'evidence':>10}{'shared':>8}"
    )
    for name in dict.fromkeys(question.set for question in questions):
        print(_row(name, [question for question in questions if question.set == name]))
    print(_row("all", questions))
    print("\nshared: share of a question's words, stemmed and without stop words, that its evidence has too, by style")
    for style in dict.fromkeys(question.style for question in questions):
        shared = [value for q in questions if q.style == style and (value := shared_words(q)) is not None]
        if shared:
            print(f"  {style:<10} {sum(shared) / len(shared):.2f} (n {len(shared)})")
    for problem in problems:
        print(f"WRONG: {problem}")
    print(
        f"\n{len(questions)} questions; "
        + (f"{len(problems)} problems" if problems else "all evidence stands in its document")
    )
    return int(bool(problems))


def _row(name: str, questions: Sequence[Question]) -> str:
    kinds = Counter(question.expect for question in questions)
    known = [kinds[(family,)] for family in ("answered", "unanswerable", "referred")]
    pieces = sum(len(need) for question in questions for need in question.gold)
    shared = statistics.mean([value for question in questions if (value := shared_words(question)) is not None]).value
    return (
        f"{name:<22}{len(questions):>5}{sum(q.half == TEST for q in questions):>6}"
        f"{known[0]:>10}{known[1]:>10}{known[2]:>10}"
        f"{len(questions) - sum(known):>7}{pieces:>10}" + (f"{shared:>8.2f}" if shared is not None else "")
    )
