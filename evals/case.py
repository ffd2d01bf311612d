"""One question and its answer, and what answers are held to; the types that every measure takes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evals.contacts import Files, read_files
from evals.errors import EvalError
from evals.exactness import Citations
from evals.pdf_text import Pdfs

if TYPE_CHECKING:
    from pathlib import Path

    from evals.gold import Located, Needs
    from evals.jsonl import Row
    from evals.questions import Question


class Known:
    """What answers are held to, read from a corpus without the assistant: PDFs, contact files, reviewed flags."""

    def __init__(self, corpus_dir: Path) -> None:
        self.pdfs = Pdfs(corpus_dir)
        self.citations = Citations(corpus_dir)
        self.contacts: Files = read_files(corpus_dir)
        flags = corpus_dir / "flags.csv"
        rows = csv.DictReader(flags.read_text(encoding="utf-8-sig").splitlines()) if flags.is_file() else ()
        try:
            self.frightening = {(row["document"], row["paragraph"]) for row in rows if row["flag"] == "not_first"}
        except KeyError as error:
            raise EvalError(f"{flags}: has no column {error}. `python -m ingest check` says more.") from None


@dataclass(frozen=True)
class Case:
    """One question, where its evidence stands, and its answer as `Answer.to_json` gives it; None when it broke."""

    question: Question
    needs: Needs
    answer: Row | None

    @property
    def family(self) -> str:
        """The family of the answer's status, "" when there is none or it broke."""
        return str((self.answer or {}).get("status", "")).split("_")[0]

    @property
    def marked(self) -> bool:
        """Whether the answer says that it may not be what was asked."""
        return (self.answer or {}).get("status") == "answered_nearest"

    @property
    def quotes(self) -> list[Row]:
        """What is quoted, best first."""
        return list((self.answer or {}).get("quotes", ()))

    @property
    def confidence(self) -> float:
        """How surely the best quote answers, 0 to 1; 0 where nothing was looked for."""
        return float((self.answer or {}).get("confidence") or 0.0)

    @cached_property
    def cited(self) -> list[tuple[str, int]]:
        """The pages that are cited, each as file and number, in the order of the quotes."""
        return list(
            dict.fromkeys((span_of["file"], span["page"]) for span_of in self.quotes for span in span_of["spans"])
        )

    @property
    def answerable(self) -> bool:
        """Whether it must be answered, and nothing else would be right."""
        return self.question.expect == ("answered",)

    @property
    def unanswerable(self) -> bool:
        """Whether it must be said that the documents do not say."""
        return self.question.expect == ("unanswerable",)

    @property
    def evidence(self) -> list[Located]:
        """All pieces of evidence of all needs."""
        return [located for need in self.needs for located in need]
