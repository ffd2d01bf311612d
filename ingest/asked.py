"""Paragraphs and what people ask of them ↔ a folder → how near a question comes to each; searched, never shown."""

from __future__ import annotations

import json
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.classifier import Classifier, paragraph_digest
from ingest.lexical import spoken, words
from ingest.limits import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ingest.classifier import Known
    from ingest.store import ReadDocument

_BEST = 3  # asked questions of a paragraph that count
# Held against the development half (decision 0047); with the model as it is, words counted more (decision 0019).
_COVERED, _ASKED, _TEXT, _DOCUMENT = 0.15, 0.60, 0.15, 0.10
_LIKELY = 0.04  # how much the logarithm of what the classifier says counts beside them (decision 0050)
_MOST_REMEMBERED = 16  # vectors of the question at hand; whoever never forgets holds no more of them either


class AskedParagraph(NamedTuple):
    """A paragraph, by document and sentence numbers, and how near a question comes to it.

    score, 0 to 1, is for ranking, higher is nearer; likeness, −1 to 1, is the cosine of the question with the nearest
    asked question. covered, 0 to 1, is the share of the question's weight that it holds.
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
    words: Sequence[str]
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
    folder: Path,
    documents: Sequence[ReadDocument],
    vectors: Sequence[Mapping[str, NDArray[np.float32]]],
    known: Known | None = None,
) -> None:
    """Write the vectors of all asked questions and of their paragraphs, and the words to look for in each.

    vectors has, for each document, the vector of each of its `asked_texts`. Of the classifier that knows paragraphs,
    what it says of those that are here is written beside.
    """
    import numpy as np

    folder.mkdir()
    paragraphs, counts, digests = list[Any](), Counter[str](), list[str]()
    embedded = {"questions": list[Any](), "paragraphs": list[Any]()}
    for document, vector_of in zip(documents, vectors, strict=True):
        by_number = {sentence.number: sentence for sentence in document.sentences}
        for numbers, questions, text in _rows(document):
            said = " ".join([*text.split("\n"), *questions])
            counts.update(word for word in spoken(said) if word.isalpha())
            paragraphs.append([document.card.id, numbers, sorted(set(words(said))), len(questions)])
            digests.append(paragraph_digest(document.card.id, [by_number[number].text for number in numbers]))
            embedded["questions"] += [vector_of[question] for question in questions]
            embedded["paragraphs"].append(vector_of[text])
    classified = [n for n, digest in enumerate(digests) if known and digest in known.outputs]
    if known and classified:
        known.classifier.of([known.outputs[digests[n]] for n in classified]).save(folder)
    found = {"paragraphs": paragraphs, "counts": dict(sorted(counts.items())), "classified": classified}
    (folder / "paragraphs.json").write_text(json.dumps(found), encoding="utf-8")
    for name, rows in embedded.items():
        matrix = (np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32)).astype(np.float16)
        # Those of questions by dimension: a product with them all takes half of the time (docs/decisions/0061).
        np.save(folder / f"{name}.npy", np.ascontiguousarray(matrix.T) if name == "questions" else matrix)


class Asked:
    """What people ask, read from a folder.

    documents are those that people ask of, places the paragraphs, as (document, numbers of its sentences), and numbers
    says which each is; sentences are all of them, as (document, number), and told those that the classifier knows.
    counts says how often each word, in small letters, stands in the paragraphs and in what is asked of them.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        said = json.loads((folder / "paragraphs.json").read_text(encoding="utf-8"))
        paragraphs = [_Paragraph(name, tuple(numbers), held, n) for name, numbers, held, n in said["paragraphs"]]
        self.counts: dict[str, int] = said["counts"]
        self._questions: NDArray[np.float32] = np.load(folder / "questions.npy").astype(np.float32)
        self._remembered: dict[bytes, NDArray[np.float32]] = {}  # vector → what `_against` gives
        self._begun: list[Future[tuple[bytes, NDArray[np.float32]]]] = []  # the same, of those that are not waited for
        self._hands = ThreadPoolExecutor(cores(), thread_name_prefix="asked")
        self._texts: NDArray[np.float32] = np.load(folder / "paragraphs.npy").astype(np.float32)
        self.places = tuple((p.document, p.sentences) for p in paragraphs)
        self.documents = tuple(dict.fromkeys(p.document for p in paragraphs))
        self.numbers = {place: n for n, place in enumerate(self.places)}
        self.sentences = frozenset((p.document, number) for p in paragraphs for number in p.sentences)
        self._paragraph = np.repeat(np.arange(len(paragraphs)), [p.questions for p in paragraphs])
        self._slots = _slots([p.questions for p in paragraphs])
        numbers = {document: n for n, document in enumerate(self.documents)}
        self._document = np.array([numbers[p.document] for p in paragraphs], dtype=np.intp)  # each one's stand together
        self._first_of_document = np.searchsorted(self._document, np.arange(len(numbers)))
        self._holding: dict[str, NDArray[np.bool_]] = {}
        for n, paragraph in enumerate(paragraphs):
            for word in paragraph.words:
                self._holding.setdefault(word, np.zeros(len(paragraphs), dtype=bool))[n] = True
        self._weights = {word: _weight(int(held.sum()), len(paragraphs)) for word, held in self._holding.items()}
        self._unseen = _weight(0, len(paragraphs))
        self._classified = np.array(said["classified"], dtype=np.intp)
        self._classifier = Classifier.load(folder) if said["classified"] else None
        told = (paragraphs[n] for n in said["classified"])
        self.told = frozenset((p.document, number) for p in told for number in p.sentences)

    def learned_from(self) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """The vectors of all asked questions, shape (questions, dimensions), and the number of each one's paragraph."""
        import numpy as np

        return np.ascontiguousarray(self._questions.T), self._paragraph

    def holds(self, word: str) -> bool:
        """Whether any asked question, or a paragraph that people ask for, holds this word, in whatever form."""
        return all(stem in self._weights for stem in words(word))

    def forget(self) -> None:
        """Let go of the vectors of the question at hand, and of how near they come to what people ask."""
        self._remembered, begun, self._begun = {}, self._begun, []
        for against in begun:
            against.cancel()

    def likeness(self, vector: NDArray[np.float32]) -> float:
        """The cosine of a question's vector with the asked question that comes nearest; 0 where nothing is asked."""
        return float(self._best(vector).max()) if self.places else 0.0

    def nearest(
        self, question: str, vector: NDArray[np.float32], whole: NDArray[np.float32] | None
    ) -> Iterator[AskedParagraph]:
        """All paragraphs, those that a question comes nearest to first; ties in the order of the corpus.

        vector is that of the question, in which the sentence that asks counts for more; whole is that of the question
        as it stands, which the classifier is asked of, or None.
        The score is the weighted sum of four: the share of the question's words, each by its inverse document
        frequency, that the paragraph, its headings or its asked questions hold; the mean cosine of the question with
        the three asked questions that come nearest; its cosine with the paragraph after its headings; and the highest
        cosine with any question that is asked of the document. Of the paragraphs that the classifier knows, the
        likelier ones fall less behind the best (`_likelier`).
        """
        import numpy as np

        if not self.places:
            return iter(())
        covered, best = self._covered(question), self._best(vector)
        likeness = best[:, 0]
        likeness = np.minimum(np.round(likeness.astype(np.float64), 6), 1.0)
        score = self._likelier(self._score(covered, best, vector), whole)
        order = np.argsort(-score, kind="stable")
        values = (each[order].tolist() for each in (score, likeness, covered))
        return (AskedParagraph(*self.places[n], *each) for n, *each in zip(order.tolist(), *values, strict=True))

    def scores(self, question: str, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """The score that `nearest` gives each paragraph without the classifier, in the order of places."""
        return self._score(self._covered(question), self._best(vector), vector)

    def begin(self, vector: Callable[[], NDArray[np.float32]]) -> None:
        """Begin to hold a vector of the question at hand against what people ask, as soon as it is there."""
        if self.places and len(self._begun) < _MOST_REMEMBERED:
            self._begun.append(self._hands.submit(_against_once_there, self._against, vector))

    def _best(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """What `_against` gives, remembered until `forget`."""
        key = vector.tobytes()
        while key not in self._remembered and self._begun:
            against = self._begun.pop(0)
            if against.exception() is None:  # else it fails again where it is wanted
                self._remember(*against.result())
        if key not in self._remembered:
            self._remember(key, self._against(vector))
        return self._remembered[key]

    def _remember(self, key: bytes, found: NDArray[np.float32]) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered = {}
        self._remembered[key] = found

    def _against(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each paragraph the highest cosines of a vector with its asked questions, at most three, highest first.

        Shape (paragraphs, 3) or less; where a paragraph has fewer questions, −∞.
        """
        import numpy as np

        each = np.append(vector @ self._questions, -np.inf)[self._slots]  # (paragraphs, most questions of one)
        return -np.sort(np.partition(-each, min(_BEST, each.shape[1]) - 1, axis=1)[:, :_BEST], axis=1)

    def _score(
        self, covered: NDArray[np.float64], best: NDArray[np.float32], vector: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """The weighted sum of `nearest`; best are those of `_best`."""
        import numpy as np

        counted = np.isfinite(best)
        asked = np.where(counted, best, 0.0).sum(axis=1, dtype=np.float64) / counted.sum(axis=1)
        score = (
            _COVERED * covered
            + _ASKED * asked
            + _TEXT * (self._texts @ vector)
            + _DOCUMENT * np.maximum.reduceat(best[:, 0], self._first_of_document)[self._document]
        )
        return np.asarray(np.round(np.clip(score, 0.0, 1.0), 6))

    def _likelier(self, score: NDArray[np.float64], whole: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Scores with what the classifier says of the paragraphs that it knows, the best of them as high as before.

        So what is told by how high the best score is stays as it was, and paragraphs that it does not know, such as
        those of an office's own documents, stand beside these on the same scale.
        """
        import numpy as np

        if self._classifier is None or whole is None:
            return score
        before, likelier = score[self._classified], score.copy()
        after = before + _LIKELY * self._classifier.likelihood(whole)
        likelier[self._classified] = after - after.max() + before.max()
        return np.asarray(np.round(np.maximum(likelier, 0.0), 6))

    def _covered(self, question: str) -> NDArray[np.float64]:
        """For each paragraph the share of the weight of a question's words that it holds, 0 to 1."""
        import numpy as np

        total, held = 0.0, np.zeros(len(self.places))
        for word in sorted(set(words(question))):
            total += self._weights.get(word, self._unseen)
            if word in self._holding:
                held += self._weights[word] * self._holding[word]
        return held / (total or 1.0)


def _against_once_there(
    against: Callable[[NDArray[np.float32]], NDArray[np.float32]], vector: Callable[[], NDArray[np.float32]]
) -> tuple[bytes, NDArray[np.float32]]:
    found = vector()
    return found.tobytes(), against(found)


def _slots(counts: Sequence[int]) -> NDArray[np.intp]:
    """The rows of each paragraph's questions, side by side; where it has fewer than others, −1."""
    import numpy as np

    columns = np.arange(max(counts, default=0))
    starts = np.cumsum([0, *counts])[:-1]
    return np.where(columns < np.array(counts, dtype=np.intp)[:, None], starts[:, None] + columns, -1)


def _weight(paragraphs_with_word: int, total: int) -> float:
    return math.log(1 + (total - paragraphs_with_word + 0.5) / (paragraphs_with_word + 0.5))
