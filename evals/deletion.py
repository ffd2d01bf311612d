"""Questions → does an answer go when its evidence goes? What was cited is taken out, and it is asked again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from assistant import Assistant, UnknownEntityError
from evals.errors import EvalError
from ingest.folding import fold
from ingest.opening import OpenedIndex, open_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from assistant.answer import Answer
    from assistant.quotes import Quote
    from evals.questions import Question
    from ingest.asked import AskedParagraph
    from ingest.build import BuildSettings
    from ingest.index import Index, Scores
    from ingest.pages import Span
    from ingest.sentences import Sentence
    from ingest.store import StoredSentence

UNCHANGED, GOLD, OTHER, SILENT, BROKE = "unchanged", "other evidence", "other quotes", "nothing quoted", "broke"
_Sentences = frozenset[tuple[str, int]]  # document and number


@dataclass(frozen=True)
class Deletion:
    """What became of one answer when its evidence was gone."""

    id: str
    outcome: str


class _Without:
    """An index without some sentences: no chunk or asked paragraph that holds one is found, and none can be quoted."""

    def __init__(self, index: Index, gone: _Sentences) -> None:
        self._index, self._gone = index, gone
        self.store, self.asked = _StoreWithout(index.store, gone), _AskedWithout(index.asked, gone)

    def close(self) -> None:
        """Nothing: the index beneath is open for the next question too."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def scores(self, question: str, vector: Any, candidates: int) -> Scores:
        found = self._index.scores(question, vector, candidates)
        chunks = self._index.store.chunks([int(row) for row in found.rows])
        kept = [n for n, chunk in enumerate(chunks) if not self._holds_any(chunk.document, chunk.sentences)]
        return replace(found, **{name: getattr(found, name)[kept] for name in ("rows", "cosine", "bm25", "nearness")})

    def _holds_any(self, document: str, numbers: Iterable[int]) -> bool:
        return any((document, number) in self._gone for number in numbers)


class _StoreWithout:
    def __init__(self, store: Any, gone: _Sentences) -> None:
        self._store, self._gone = store, gone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def sentences(self, document: str, numbers: Sequence[int]) -> list[StoredSentence]:
        """A sentence that is gone leaves a hole that its neighbours can be counted by, and that is never quoted."""
        found: list[StoredSentence] = self._store.sentences(document, numbers)
        return [replace(stored, sentence=self._cut(document, stored.sentence)) for stored in found]

    def all_sentences(self, document: str) -> list[Sentence]:
        """As `sentences`."""
        return [self._cut(document, sentence) for sentence in self._store.all_sentences(document)]

    def _cut(self, document: str, sentence: Sentence) -> Sentence:
        return replace(sentence, whole=False) if (document, sentence.number) in self._gone else sentence


class _AskedWithout:
    def __init__(self, asked: Any, gone: _Sentences) -> None:
        self._asked, self._gone = asked, gone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._asked, name)

    def nearest(self, question: str, vectors: Any, whole: Any) -> list[AskedParagraph]:
        found: list[AskedParagraph] = self._asked.nearest(question, vectors, whole)
        return [p for p in found if not any((p.document, number) in self._gone for number in p.sentences)]


class _Opener:
    """Opens one index once and lends it, whole or without the sentences that are named in gone.

    By the name that it lends it under, an assistant holds it for replaced, and asks for it anew at each question.
    """

    def __init__(self) -> None:
        self.gone: _Sentences = frozenset()
        self._opened: OpenedIndex | None = None

    def __call__(self, settings: BuildSettings) -> OpenedIndex:
        if self._opened is None:
            self._opened = open_index(settings)
        opened = self._opened
        return replace(opened, index=_Without(opened.index, self.gone), name=f"{opened.name}-without-{len(self.gone)}")  # type: ignore[arg-type]  # stands in for an index

    @property
    def index(self) -> Index:
        """The index as it is on disk."""
        assert self._opened  # noqa: S101  asked only after the first question
        return self._opened.index

    def close(self) -> None:
        """Let the index go."""
        if self._opened:
            self._opened.index.close()


def delete_and_ask(questions: Sequence[Question], corpus_dir: Path, index_dir: Path) -> list[Deletion]:
    """Ask each question, take the cited passages out, ask again; those that were not answered are not in the list."""
    opener, found = _Opener(), []
    assistant = Assistant(corpus_dir, index_dir, opener)
    try:
        for question in tqdm(questions, desc="deleting", unit="question", leave=False, disable=None):
            opener.gone = frozenset()
            before = _ask(question, assistant)
            if before.status.startswith("error"):
                found.append(Deletion(question.id, BROKE))
            elif before.quotes:
                opener.gone = _cited(opener.index, before.quotes)
                after = _ask(question, assistant)
                found.append(Deletion(question.id, _outcome(question, after, opener.index, opener.gone)))
    finally:
        opener.close()
    return found


def _ask(question: Question, assistant: Assistant) -> Answer:
    try:
        return assistant.ask(question.question, entity=question.entity or None, history=question.history)
    except UnknownEntityError:
        raise EvalError(f"{question.id}: there is no entity {question.entity}.") from None


def _cited(index: Index, quotes: Sequence[Quote]) -> _Sentences:
    """Every sentence of which a quote holds some characters, and those that hang on one of them."""
    gone = set()
    for document in {quote.document for quote in quotes}:
        spans = [span for quote in quotes if quote.document == document for span in quote.spans]
        for sentence in _sentences(index, document):
            if (document, sentence.stem) in gone or any(
                _overlap(own, span) for own in sentence.spans for span in spans
            ):
                gone.add((document, sentence.number))
    return frozenset(gone)


def _sentences(index: Index, document: str) -> Iterator[Sentence]:
    for number in count():
        found = index.store.sentences(document, [number])
        if not found:
            return
        yield found[0].sentence


def _overlap(one: Span, other: Span) -> bool:
    return one.page == other.page and one.start < other.end and other.start < one.end


def _outcome(question: Question, after: Answer, index: Index, gone: _Sentences) -> str:
    if after.status.startswith("error"):
        return BROKE
    if not after.quotes:
        return SILENT
    if _cited(index, after.quotes) & gone:
        return UNCHANGED
    pieces = [evidence for need in question.gold for evidence in need]
    held = any(
        quote.document == e.document and fold(e.text) in fold(quote.text) for quote in after.quotes for e in pieces
    )
    return GOLD if held else OTHER


def print_deletions(found: Sequence[Deletion]) -> int:
    """Print how many answers went with their evidence; 1 when one did not, or none was asked for."""
    counts = Counter(deletion.outcome for deletion in found)
    print(f"{len(found)} answers, each asked again without the passages that it had cited:")
    for outcome, says in ((SILENT, "said then that the documents do not say"),
                          (GOLD, "quoted another piece of evidence"), (OTHER, "quoted something that is no evidence"),
                          (UNCHANGED, "still quoted what was gone"), (BROKE, "broke")):  # fmt: skip
        print(f"  {counts[outcome]:>5}  {says}")
    wrong = [deletion.id for deletion in found if deletion.outcome in {UNCHANGED, BROKE}]
    if wrong:
        print(f"WRONG: {', '.join(wrong)}")
    return int(bool(wrong) or not found)
