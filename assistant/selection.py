"""question and passages → the few sentences that answer; the only place where "good enough" is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.passages import applies, part_vectors
from assistant.quotes import Quote, list_after, make_quote, verify
from ingest.folding import fold
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.passages import Passage
    from ingest.index import AskedParagraph, Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard, StoredSentence

MOST_QUOTES = 4
MOST_PAGES = 3
# Below this the documents do not say. Set on 91 questions of evals/questions/varied.jsonl; not yet calibrated.
ENOUGH = 0.50
_ENOUGH_FOR_STRANGERS = 0.75  # the same for a question that names something which no document holds
_NEAR_BEST = 0.80  # a further quote must score at least this share of the best
_PASSAGES = 8
_MOST_SENTENCES = 8  # of a paragraph that is quoted whole
_SHORTEST, _LONGEST = 25, 900  # characters; less says nothing alone, more is no sentence but a table
_COSINE, _COVERAGE, _PASSAGE = 0.55, 0.25, 0.20
_ASKED_PARAGRAPHS = 6
_ASKED = 0.8  # how much the likeness to what people ask for a paragraph counts, beside the sentence's own score
_ASKED_FOR = frozenset(  # stems: who asks for these wants the paragraph that would otherwise frighten
    "duti oblig mandatori compulsori fals malici lie sanction disciplin disciplinari punish penalti dismiss "
    "misconduct consequ".split()
)
_ASKS_WHO_MUST = re.compile(
    r"\b(?:does|do|will|would) (?:he|she|they|(?:my|the|a|an) \w+)\b.{0,40}\bhave to\b"
    r"|\bmust (?!i\b)|\b(?:required|obliged) to\b",
    re.I,
)
_ASKS_FOR_TIME = re.compile(
    r"\bhow (long|often|soon|late|old)\b|\bdeadline|\btime limit"
    r"|\bhow (many|much) (\w+ )?(days|weeks|months|years|time)",
    re.I,
)
_NUMBERS = (  # what asks for a number, and what a sentence must then hold, once years and symbols are left out
    (
        _ASKS_FOR_TIME,
        re.compile(r"\b(hours?|days?|weeks?|months?|years?|time limits?|deadlines?|at once|immediately)\b", re.I),
    ),
    (
        re.compile(r"\bhow (many|much)\b", re.I),
        re.compile(r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|free)\b", re.I),
    ),
)
_YEAR_OR_SYMBOL = re.compile(r"\b[A-Z]+(?:/[\w.]+)+|\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][A-Za-z]{2,}")


@dataclass(frozen=True)
class _Candidate:
    """One sentence that may be quoted: row among all sentences, score 0..1, and its paragraph's reviewed flag."""

    stored: StoredSentence
    card: DocumentCard
    score: float
    flag: str

    @property
    def sentence(self) -> Sentence:
        return self.stored.sentence

    @property
    def place(self) -> tuple[str, int]:
        return self.stored.document, self.sentence.number

    @property
    def not_first(self) -> bool:
        return self.flag == "not_first"


def select_quotes(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    passages: Sequence[Passage],
    others: Sequence[str] = (),
    serves: Collection[str] | None = None,
) -> tuple[Quote, ...]:
    """The best exact sentences of the passages and of paragraphs that people ask for in such words.

    At most four from at most three pages; () when none is good enough.

    Sentences that follow each other in one paragraph become one quote. A paragraph flagged ``not_first`` never opens
    the answer, unless the question asks for such things. A paragraph flagged ``alone`` (it says that something is not
    known) is quoted whole and by itself, so that no other number seems to answer. A question for a number is answered
    with one, or not at all.
    others are names of organisations whose rules must not answer: paragraphs that begin with one are left out.
    serves are the ids of organisations whose documents may answer, or None for all.
    """
    asked = [
        paragraph
        for paragraph in index.asked_like(part_vectors(index, question, vector), _ASKED_PARAGRAPHS)
        if serves is None or applies(index.store.documents[paragraph.document], serves)
    ]
    ranked = [c for c in _ranked(index, question, vector, passages, asked) if not _about_others(index, c, others)]
    enough = _ENOUGH_FOR_STRANGERS if _names_a_stranger(index, question) else ENOUGH
    chosen = _chosen(ranked, enough, asked_for=_asks_for_rules(question))
    if chosen and chosen[0].flag == "alone":
        quotes = [make_quote(index, chosen[0].card, _paragraph(index, chosen[0]), chosen[0].score)]
    else:
        quotes = [
            make_quote(index, run[0].card, [candidate.sentence for candidate in run], max(c.score for c in run))
            for run in _runs(chosen)
        ]
    return tuple(quote for n, quote in enumerate(quotes) if verify(index, quote) and not _said(quote, quotes[:n]))


def asks_for_time(question: str) -> bool:
    """Whether a question asks how long or by when; another organisation's number would be a wrong answer to it."""
    return bool(_ASKS_FOR_TIME.search(question))


def _said(quote: Quote, before: Sequence[Quote]) -> bool:
    """Whether a quote before holds all of this one."""
    return any(
        earlier.document == quote.document
        and all(
            any(s.page == span.page and s.start <= span.start and span.end <= s.end for s in earlier.spans)
            for span in quote.spans
        )
        for earlier in before
    )


def _about_others(index: Index, candidate: _Candidate, others: Sequence[str]) -> bool:
    """Whether a paragraph, by its first sentence or the candidate itself, speaks of another organisation."""
    if not others:
        return False
    sentence, texts = candidate.sentence, [candidate.sentence.text]
    for number in range(sentence.number - 1, max(sentence.number - 6, -1), -1):
        before = index.store.sentences(candidate.card.id, [number])[0].sentence
        if before.block != sentence.block:
            break
        texts.append(before.text)
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, others))})\b")
    return any(named.search(text) for text in (texts[0], texts[-1]))


def _paragraph(index: Index, candidate: _Candidate) -> list[Sentence]:
    """All sentences of a candidate's paragraph."""
    sentence = candidate.sentence
    around = list(range(max(sentence.number - _MOST_SENTENCES, 0), sentence.number + _MOST_SENTENCES))
    found = (stored.sentence for stored in index.store.sentences(candidate.card.id, around))
    return [other for other in found if other.block == sentence.block]


def _asks_for_rules(question: str) -> bool:
    """Whether a question asks for duties or sanctions, also for what somebody else must do with what they hear."""
    return not _ASKED_FOR.isdisjoint(words(question)) or bool(_ASKS_WHO_MUST.search(question))


def _names_a_stranger(index: Index, question: str) -> bool:
    """Whether a question names a place, body or thing that no document holds."""
    return any(not index.lexical.holds(name) for name in _NAME.findall(question))


def _ranked(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    passages: Sequence[Passage],
    asked: Sequence[AskedParagraph],
) -> list[_Candidate]:
    needed = next((held for asks, held in _NUMBERS if asks.search(question)), None)
    likeness = {(paragraph.document, n): paragraph.similarity for paragraph in asked for n in paragraph.sentences}
    found = {  # passages first: of a sentence in both, the passage's score counts
        (p.chunk.document, n): p.score for p in reversed(passages[:_PASSAGES]) for n in p.chunk.sentences
    }
    candidates = []
    for document, number in {**dict.fromkeys(likeness, 0.0), **found}:
        stored, card = index.store.sentences(document, [number])[0], index.store.documents[document]
        flag = _flag(card, stored.sentence.paragraph)
        if flag != "not_quoted" and _quotable(index, stored) and _holds(stored.sentence.text, needed):
            place = (document, number)
            score = _score(index, question, vector, found.get(place, 0.0), stored)
            score = max(score, _ASKED * likeness.get(place, 0.0) + (1 - _ASKED) * score)
            candidates.append(_Candidate(stored, card, round(score, 6), flag))
    return sorted(candidates, key=lambda c: (-c.score, *c.place))


def _quotable(index: Index, stored: StoredSentence) -> bool:
    """Whether a sentence says something when it is quoted; one that ends in a colon does with its list."""
    sentence = stored.sentence
    if not sentence.whole or not _SHORTEST <= len(sentence.text) <= _LONGEST:
        return False
    return not sentence.text.endswith(":") or bool(list_after(index, stored.document, sentence))


def _holds(text: str, needed: re.Pattern[str] | None) -> bool:
    """Whether a sentence holds the kind of number that is asked for; any sentence does when none is."""
    return needed is None or bool(needed.search(_YEAR_OR_SYMBOL.sub("", text)))


def _score(
    index: Index, question: str, vector: NDArray[np.float32], passage_score: float, stored: StoredSentence
) -> float:
    """How near one sentence is to the question: its own cosine and words, and the score of its passage; 0 to 1."""
    cosine = float(index.sentence_vectors[stored.n].astype("float32") @ vector)
    covered = index.lexical.coverage(question, " ".join((*stored.sentence.heading, stored.sentence.text)))
    return round(_COSINE * max(cosine, 0.0) + _COVERAGE * covered + _PASSAGE * passage_score, 6)


def _flag(card: DocumentCard, paragraph: str) -> str:
    """The reviewed flag of a paragraph; that of "4" also holds for "4 (a)"."""
    return card.flags.get(paragraph) or card.flags.get(paragraph.split(" ")[0], "")


def _chosen(ranked: Sequence[_Candidate], enough: float, asked_for: bool) -> list[_Candidate]:
    """The candidates that are good enough, first the best that may stand first."""
    first = next((c for c in ranked if c.score >= enough and (asked_for or not c.not_first)), None)
    if first is None:
        return []
    chosen, pages, texts = (
        [first],
        {(first.card.id, first.sentence.spans[0].page)},
        {fold(first.sentence.text)},
    )
    for candidate in ranked:
        page, text = (candidate.card.id, candidate.sentence.spans[0].page), fold(candidate.sentence.text)
        near = candidate.score >= max(enough, _NEAR_BEST * ranked[0].score)
        if not near or len(chosen) == MOST_QUOTES or text in texts:
            continue
        if page in pages or len(pages) < MOST_PAGES:
            chosen.append(candidate)
            pages.add(page)
            texts.add(text)
    return chosen


def _runs(chosen: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Neighbours in one paragraph put together; grouped by document, the run of the first candidate first."""
    runs: list[list[_Candidate]] = []
    for candidate in sorted(chosen, key=lambda c: c.place):
        last = runs[-1][-1] if runs else None
        alike = last and last.card.id == candidate.card.id and last.not_first == candidate.not_first
        if last and alike and _adjoin(last.sentence, candidate.sentence):
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    order = {candidate.place: n for n, candidate in enumerate(chosen)}
    by_rank = sorted(runs, key=lambda run: min(order[c.place] for c in run))
    documents = list(dict.fromkeys(run[0].card.id for run in by_rank))
    return sorted(by_rank, key=lambda run: documents.index(run[0].card.id))


def _adjoin(first: Sentence, second: Sentence) -> bool:
    """Whether two sentences follow each other in one paragraph or list, so that one quote may hold both."""
    same_block = first.block == second.block
    same_list = first.stem is not None and first.stem == second.stem
    return second.number == first.number + 1 and (same_block or same_list or second.stem == first.number)
