"""Paragraphs and what people ask of them ↔ a folder → how near a question comes to each; searched, never shown."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ingest.store import ReadDocument

_BEST = 3  # asked questions of a paragraph that count
_COVERED, _ASKED, _TEXT = 0.40, 0.35, 0.25  # set on evals/questions/presentation.jsonl


@dataclass(frozen=True)
class AskedParagraph:
    """A paragraph, by document and sentence numbers, and how near a question comes to it.

    score, 0 to 1, is for ranking, higher is nearer; likeness, −1 to 1, is the cosine of the question, or of its
    nearest part, with the nearest asked question. covered, 0 to 1, is the share of the question's weight that it holds.
    """

    document: str
    sentences: tuple[int, ...]
    score: float
    likeness: float
    covered: float = 0.0


@dataclass(frozen=True)
class _Paragraph:
    document: str
    sentences: tuple[int, ...]
    words: frozenset[str]
    questions: int


def asked_texts(document: ReadDocument) -> list[str]:
    """What is embedded of what people ask of a document: all questions, and each paragraph after its headings."""
    rows = list(_rows(document))
    return [question for _, questions, _ in rows for question in questions] + [text for _, _, text in rows]


def _rows(document: ReadDocument) -> Iterator[tuple[tuple[int, ...], list[str], str]]:
    """For each paragraph that people ask for: the numbers of its sentences, the questions, and its text."""
    asked: dict[tuple[int, ...], list[str]] = {}
    for one in document.asked:
        asked.setdefault(one.sentences, []).append(one.question)
    by_number = {sentence.number: sentence for sentence in document.sentences}
    for numbers, questions in asked.items():
        sentences = [by_number[number] for number in numbers]
        said = [document.card.title, *sentences[0].heading, *(s.text for s in sentences)]
        yield numbers, questions, "\n".join(said)


def write_asked(
    folder: Path, documents: Sequence[ReadDocument], vectors: Sequence[Mapping[str, NDArray[np.float32]]]
) -> None:
    """Write the vectors of all asked questions and of their paragraphs, and the words to look for in each.

    vectors has, for each document, the vector of each of its `asked_texts`.
    """
    import numpy as np

    folder.mkdir()
    paragraphs, embedded = [], {"questions": list[Any](), "paragraphs": list[Any]()}
    for document, vector_of in zip(documents, vectors, strict=True):
        for numbers, questions, text in _rows(document):
            held = sorted(set(words(" ".join([*text.split("\n"), *questions]))))
            paragraphs.append([document.card.id, numbers, held, len(questions)])
            embedded["questions"] += [vector_of[question] for question in questions]
            embedded["paragraphs"].append(vector_of[text])
    (folder / "paragraphs.json").write_text(json.dumps(paragraphs), encoding="utf-8")
    for name, rows in embedded.items():
        matrix = np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32)
        np.save(folder / f"{name}.npy", matrix.astype(np.float16))


class Asked:
    """What people ask, read from a folder.

    places are the paragraphs, as (document, numbers of its sentences); sentences are all of them, as (document,
    number).
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        rows = json.loads((folder / "paragraphs.json").read_text(encoding="utf-8"))
        self._paragraphs = [_Paragraph(name, tuple(numbers), frozenset(held), n) for name, numbers, held, n in rows]
        self._questions: NDArray[np.float32] = np.load(folder / "questions.npy").astype(np.float32)
        self._texts: NDArray[np.float32] = np.load(folder / "paragraphs.npy").astype(np.float32)
        self.places = tuple((p.document, p.sentences) for p in self._paragraphs)
        self.sentences = frozenset((p.document, number) for p in self._paragraphs for number in p.sentences)
        self._starts = [0]
        for paragraph in self._paragraphs:
            self._starts.append(self._starts[-1] + paragraph.questions)
        counted = Counter(word for paragraph in self._paragraphs for word in paragraph.words)
        total = len(self._paragraphs)
        self._weights = {word: _weight(n, total) for word, n in counted.items()}
        self._unseen = _weight(0, total)

    def holds(self, word: str) -> bool:
        """Whether any asked question, or a paragraph that people ask for, holds this word, in whatever form."""
        return all(stem in self._weights for stem in words(word))

    def likeness(self, vector: NDArray[np.float32]) -> float:
        """The cosine of a question's vector with the asked question that comes nearest; 0 where nothing is asked."""
        return float((self._questions @ vector).max()) if self._paragraphs else 0.0

    def nearest(self, question: str, vectors: NDArray[np.float32]) -> list[AskedParagraph]:
        """All paragraphs, those that a question comes nearest to first; ties in the order of the corpus.

        vectors, of shape (parts, dimensions), are those of the question and of its parts, the whole question first.
        The score is the weighted sum of three: the share of the question's words, each by its inverse document
        frequency, that the paragraph, its headings or its asked questions hold; the mean cosine of the question with
        the three asked questions that come nearest; and its cosine with the paragraph after its headings.
        """
        if not self._paragraphs:
            return []
        cosines = self._questions @ vectors.T
        texts = self._texts @ vectors[0]
        asked = sorted(set(words(question)))
        weights = {word: self._weights.get(word, self._unseen) for word in asked}
        total = sum(weights.values()) or 1.0
        found = []
        for n, paragraph in enumerate(self._paragraphs):
            rows = slice(self._starts[n], self._starts[n + 1])
            covered = sum(weight for word, weight in weights.items() if word in paragraph.words) / total
            best = sorted((float(cosine) for cosine in cosines[rows, 0]), reverse=True)[:_BEST]
            score = _COVERED * covered + _ASKED * sum(best) / len(best) + _TEXT * float(texts[n])
            found.append((-round(score, 6), n, min(round(float(cosines[rows].max()), 6), 1.0), covered))
        return [
            AskedParagraph(
                self._paragraphs[n].document, self._paragraphs[n].sentences, max(-score, 0.0), likeness, covered
            )
            for score, n, likeness, covered in sorted(found)
        ]


def _weight(paragraphs_with_word: int, total: int) -> float:
    return math.log(1 + (total - paragraphs_with_word + 0.5) / (paragraphs_with_word + 0.5))
