"""passages → the exact sentences that answer, each verified on its page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.folding import fold, join, tidy
from ingest.pages import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.retriever import Passage
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard, StoredSentence

MOST_QUOTES = 4
MOST_PAGES = 3
# Below this the documents do not say. Set on questions whose answer was, and was not, in the guides; see docs.
ENOUGH = 0.50
_NEAR_BEST = 0.80  # a further quote must score at least this share of the best
_PASSAGES = 8
_SHORTEST, _LONGEST = 25, 900  # characters; less says nothing alone, more is no sentence but a table
_COSINE, _COVERAGE, _PASSAGE = 0.55, 0.25, 0.20
_ASKED_FOR = frozenset(  # stems: who asks for these wants the paragraph that would otherwise frighten
    "duti oblig mandatori compulsori fals malici lie lie sanction disciplin disciplinari punish punish penalti "
    "dismiss misconduct consequ".split()
)


_ANAPHORA = re.compile(
    r"(It|They|He|She|This|That|These|Those|Such|Its|Their|His|Her|The same|Otherwise|However|But|And|Also|Then|So|"
    r"In (this|that|such) (case|event|situation)|The (only )?exception|Neither|Both|If (so|not))\b"
)


@dataclass(frozen=True)
class Basis:
    """The binding document that a guide's paragraph rests on, and where to get it."""

    document: str
    url: str


@dataclass(frozen=True)
class Quote:
    """Exact words of one document, with everything that is needed to find them again.

    text is what the spans say, joined and tidied (`ingest.folding`). official is False for this project's own guides;
    rests_on then names the binding documents. score is in 0..1. page and page_label are those of the first span;
    paragraph is the printed paragraph number ("4", "2.4 (b)") or "" where the page has none.
    """

    text: str
    spans: tuple[Span, ...]
    document: str
    title: str
    issuer: str
    symbol: str
    applies_to: str
    document_status: str
    official: bool
    file: str
    sha256: str
    page: int
    page_label: str
    paragraph: str
    url: str
    recognised: bool
    score: float
    rests_on: tuple[Basis, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    """One sentence that may be quoted: row among all sentences, score 0..1, and whether it must not stand first."""

    stored: StoredSentence
    card: DocumentCard
    score: float
    not_first: bool

    @property
    def sentence(self) -> Sentence:
        return self.stored.sentence

    @property
    def place(self) -> tuple[str, int]:
        return self.stored.document, self.sentence.number


def select_quotes(
    index: Index, question: str, vector: NDArray[np.float32], passages: Sequence[Passage]
) -> tuple[Quote, ...]:
    """The best exact sentences of the passages, at most four from at most three pages; () when none is good enough.

    Sentences that follow each other in one paragraph become one quote; a list item comes with the sentence that it
    hangs on. A paragraph flagged ``not_first`` never opens the answer, unless the question asks for such things.
    """
    ranked = _ranked(index, question, vector, passages)
    chosen = _chosen(ranked, _asks_for_rules(question))
    quotes = [_quote(index, run) for run in _runs(chosen)]
    return tuple(quote for quote in quotes if verify(index, quote))


def verify(index: Index, quote: Quote) -> bool:
    """Whether a quote is exact: its spans on the pages, joined and folded, equal its text folded."""
    parts = []
    for span in quote.spans:
        page = index.store.page(quote.document, span.page)
        if page is None or not 0 <= span.start < span.end <= len(page.raw):
            return False
        parts.append((span.page, page.raw[span.start : span.end]))
    return bool(parts) and bool(fold(quote.text)) and fold(join(parts)) == fold(quote.text)


def _asks_for_rules(question: str) -> bool:
    from ingest.lexical import words

    return not _ASKED_FOR.isdisjoint(words(question))


def _ranked(
    index: Index, question: str, vector: NDArray[np.float32], passages: Sequence[Passage]
) -> list[_Candidate]:
    import numpy as np

    candidates = []
    for passage in passages[:_PASSAGES]:
        for stored in index.store.sentences(passage.chunk.document, passage.chunk.sentences):
            sentence = stored.sentence
            if not sentence.whole or not _SHORTEST <= len(sentence.text) <= _LONGEST or sentence.text.endswith((":", "?")):
                continue
            cosine = float(index.sentence_vectors[stored.n].astype(np.float32) @ vector)
            covered = index.lexical.coverage(question, " ".join((*sentence.heading, sentence.text)))
            score = _COSINE * max(cosine, 0.0) + _COVERAGE * covered + _PASSAGE * passage.score
            flagged = _flag(passage.card, sentence.paragraph) == "not_first"
            candidates.append(_Candidate(stored, passage.card, round(score, 6), flagged))
    return sorted(candidates, key=lambda c: (-c.score, *c.place))


def _flag(card: DocumentCard, paragraph: str) -> str:
    """The reviewed flag of a paragraph; that of "4" also holds for "4 (a)"."""
    return card.flags.get(paragraph) or card.flags.get(paragraph.split(" ")[0], "")


def _leans_back(sentence: Sentence) -> bool:
    """Whether a sentence means little without the one before it."""
    return sentence.kind == "sentence" and bool(_ANAPHORA.match(sentence.text))


def _chosen(ranked: Sequence[_Candidate], asked_for: bool) -> list[_Candidate]:
    """The candidates that are good enough, first the best that may stand first."""
    first = next((c for c in ranked if c.score >= ENOUGH and (asked_for or not c.not_first)), None)
    if first is None:
        return []
    chosen, pages, texts = [first], {(first.card.id, first.sentence.spans[0].page)}, {fold(first.sentence.text)}
    for candidate in ranked:
        page, text = (candidate.card.id, candidate.sentence.spans[0].page), fold(candidate.sentence.text)
        near = candidate.score >= max(ENOUGH, _NEAR_BEST * ranked[0].score)
        if not near or len(chosen) == MOST_QUOTES or text in texts:
            continue
        if page in pages or len(pages) < MOST_PAGES:
            chosen.append(candidate)
            pages.add(page)
            texts.add(text)
    return chosen


def _runs(chosen: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Neighbours in one paragraph put together; runs grouped by document, each in the order of its best."""
    runs: list[list[_Candidate]] = []
    for candidate in sorted(chosen, key=lambda c: c.place):
        last = runs[-1][-1] if runs else None
        if last and last.card.id == candidate.card.id and _adjoin(last.sentence, candidate.sentence):
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    order = {candidate.place: n for n, candidate in enumerate(chosen)}
    by_rank = sorted(runs, key=lambda run: min(order[c.place] for c in run))
    documents = list(dict.fromkeys(run[0].card.id for run in by_rank))
    return sorted(by_rank, key=lambda run: documents.index(run[0].card.id))


def _adjoin(first: Sentence, second: Sentence) -> bool:
    same_block = first.block == second.block
    same_list = first.stem is not None and first.stem == second.stem
    return second.number == first.number + 1 and (same_block or same_list)


def _quote(index: Index, run: Sequence[_Candidate]) -> Quote:
    card, sentences = run[0].card, [candidate.sentence for candidate in run]
    while _leans_back(sentences[0]) and sentences[0].number > 0:
        before = index.store.sentences(card.id, [sentences[0].number - 1])[0].sentence
        if before.block != sentences[0].block or not before.whole:
            break
        sentences = [before, *sentences]
    stem = sentences[0].stem
    if stem is not None:
        sentences = [index.store.sentences(card.id, [stem])[0].sentence, *sentences]
    spans = _bridged(index, card.id, [span for sentence in sentences for span in sentence.spans])
    paragraphs = list(dict.fromkeys(candidate.sentence.paragraph for candidate in run))
    bases = card.rests_on.get(paragraphs[0].split(" ")[0], []) if not card.official else []
    return Quote(
        text=_text(index, card.id, spans),
        spans=spans,
        document=card.id,
        title=card.title,
        issuer=card.issuer,
        symbol=card.symbol,
        applies_to=card.applies_to,
        document_status=card.status,
        official=card.official,
        file=card.file,
        sha256=card.sha256,
        page=spans[0].page,
        page_label=spans[0].page_label,
        paragraph=", ".join(paragraph for paragraph in paragraphs if paragraph),
        url=card.official_url,
        recognised=False,
        score=max(candidate.score for candidate in run),
        rests_on=tuple(Basis(document, url) for document, url in bases),
    )


def _bridged(index: Index, document: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans that hold the white space between them, so that joining them leaves words apart."""
    joined = [spans[0]]
    for before, after in pairwise(spans):
        page = index.store.page(document, before.page)
        if before.page != after.page or page is None or before.end > after.start:
            joined.append(after)
            continue
        gap = page.raw[before.end : after.start]
        if gap.isspace():
            joined[-1] = replace(joined[-1], end=after.end)
            continue
        if gap[:1].isspace():
            joined[-1] = replace(joined[-1], end=before.end + 1)
        joined.append(after)
    return tuple(joined)


def _text(index: Index, document: str, spans: Sequence[Span]) -> str:
    parts = []
    for span in spans:
        page = index.store.page(document, span.page)
        parts.append((span.page, page.raw[span.start : span.end] if page else ""))
    return tidy(join(parts))
