"""what a question names → exactly that clause, document or phrase, quoted whole, or that it is not here."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from assistant.clauses import Clause, Named, asks, named
from assistant.passages import applies
from assistant.pointers import basis_of
from assistant.quotes import make_quote, verify
from ingest.folding import searchable
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from assistant.quotes import Basis, Quote
    from ingest.catalogue import Document
    from ingest.chunks import Chunk
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard

MOST_QUOTES = 8  # of what was looked up; a long section is cut there, and that is said
_MOST_SAME = 4  # documents, or places of one, that have a clause of the same number
_LONGEST = 1500  # characters of one quote of a section
_OPENING = 700  # characters of a document that is named and nothing else
_PHRASE_ROWS = 300  # chunks that a phrase is looked for in, best first
_WITH_HEADINGS = {"section": "section", "article": "article", "rule": "(?:staff )?(?:rule|regulation)",
                  "chapter": "(?:chapter|part)", "annex": "(?:annex|appendix)"}  # fmt: skip
_LONGEST_LOOKED_UP = 400  # characters of a question that names something; longer ones tell, and ask
_MARKS = re.compile(r"\d|[/\"“«‘§¶]|\b[IVXL]{1,6}\b(?<!\bI)")
_ALSO_UNNAMED = frozenset({"section", "chapter"})  # "II. Reporting" is section II


class LookedUp(NamedTuple):
    """The quotes of what was looked up, () when it is not here; where to get it.

    phrase_missing says that only a phrase was missing, goes_on that there is more of it than the quotes hold.
    """

    quotes: tuple[Quote, ...]
    look_in: tuple[Basis, ...] = ()
    phrase_missing: bool = False
    goes_on: bool = False


def may_name(question: str) -> bool:
    """Whether a question may name something to look up: most ask in plain words, and need not be looked at closer."""
    return len(question) <= _LONGEST_LOOKED_UP and (bool(_MARKS.search(question)) or not asks(question))


def look_up(
    index: Index,
    question: str,
    history: Sequence[str],
    documents: Sequence[Document],
    serves: Collection[str] | None,
) -> LookedUp | None:
    """What a question names, as it stands; None when it asks something instead.

    documents are those of the catalogue, be they here or not; serves are the ids of organisations whose documents may
    answer when none is named, or None for all. A clause of a named document comes from that document or not at all.
    """
    cards = index.store.documents
    known: list[DocumentCard | Document] = [*cards.values()]
    known += (document for document in documents if document.id not in cards)
    found = named(question, known)
    if not (found.clauses or found.phrase or (found.alone and (found.documents or found.strange))):
        return None
    if found.clauses and not found.documents and not found.strange:
        found = _of_talk(found, history, known)
    return _Looking(index, found, documents, serves).look()


def _of_talk(found: Named, history: Sequence[str], known: Sequence[DocumentCard | Document]) -> Named:
    """A clause without a document belongs to the one that was named last."""
    for earlier in reversed(history):
        before = named(earlier[:_LONGEST_LOOKED_UP], known)
        if before.documents or before.strange:
            return replace(found, documents=before.documents, by_symbol=before.by_symbol, strange=before.strange)
    return found


class _Looking:
    """One look-up in one index."""

    def __init__(
        self, index: Index, found: Named, documents: Sequence[Document], serves: Collection[str] | None
    ) -> None:
        self._index, self._found, self._serves = index, found, serves
        self._catalogue = {document.id: document for document in documents}

    def look(self) -> LookedUp | None:
        found, here = self._found, self._here()
        if found.strange or (found.documents and not here):
            only_title = not (found.by_symbol or found.strange or found.clauses or found.phrase)
            return None if only_title else LookedUp((), self._where(found.documents))
        if found.clauses:
            return self._clauses(here)
        if found.phrase:
            quotes = tuple(self._with_phrase(found.phrase, here))
            return LookedUp(quotes, phrase_missing=not quotes)
        quotes = tuple(quote for card in here for quote in self._opening(card))[:MOST_QUOTES]
        return LookedUp(quotes, () if quotes else self._where(found.documents))

    def _here(self) -> list[DocumentCard]:
        """The cards of the documents that are named; of several with one title those that serve, and not replaced."""
        cards = [
            self._index.store.documents[name] for name in self._found.documents if name in self._index.store.documents
        ]
        if len(cards) < 2:
            return cards
        serving = [card for card in cards if self._serves is None or applies(card, self._serves)] or cards
        current = [card for card in serving if card.status != "superseded"]
        return current or serving

    def _where(self, names: Iterable[str]) -> tuple[Basis, ...]:
        """Where the texts that are named can be got, but for those that were withdrawn."""
        found = (self._catalogue.get(name) for name in names)
        return tuple(basis_of(one) for one in found if one and one.official_url and one.status != "withdrawn")

    def _clauses(self, here: Sequence[DocumentCard]) -> LookedUp | None:
        """The clauses, each whole; of no named document where a few have them and nothing else is asked."""
        cards = here or self._with_clauses()
        if not here and len(cards) > _MOST_SAME:
            return None if self._found.rest else LookedUp(())
        quotes = [quote for card in cards for clause in self._found.clauses for quote in self._clause(card, clause)]
        if not here and self._found.rest:  # "section 3 on reports": only where that section speaks of them
            quotes = [quote for quote in quotes if self._speaks(quote)]
            if not quotes:
                return None
        where = () if quotes else self._where(self._found.documents)
        return LookedUp(tuple(quotes[:MOST_QUOTES]), where, goes_on=len(quotes) > MOST_QUOTES)

    def _speaks(self, quote: Quote) -> bool:
        said = set(words(" ".join((quote.title, quote.text))))
        return self._found.rest <= said

    def _with_clauses(self) -> list[DocumentCard]:
        """The documents that serve and have one of the clauses, own and official ones first."""
        cards = [c for c in self._index.store.documents.values() if self._serves is None or applies(c, self._serves)]
        having = [card for card in cards if any(True for clause in self._found.clauses if self._runs(card, clause))]
        official = [card for card in having if card.official]
        having = official if len(having) > _MOST_SAME and official else having
        return sorted(having, key=lambda card: (not card.official, card.status == "superseded"))

    def _clause(self, card: DocumentCard, clause: Clause) -> Iterator[Quote]:
        """A clause with its stem and its items; of several of that number those whose headings are named, or all."""
        runs = self._runs(card, clause)
        near = [len(self._found.rest & set(words(" ".join(run[0].heading)))) for run in runs]
        best = max(near, default=0)
        chosen = [run for run, shared in zip(runs, near, strict=True) if shared == best]
        for run in chosen:
            yield from self._quoted(card, run)

    def _runs(self, card: DocumentCard, clause: Clause) -> list[list[Sentence]]:
        """The sentences of a clause: by heading where its kind has one, else by the number of paragraphs."""
        sentences = [s for s in self._index.store.all_sentences(card.id) if s.kind != "heading" and s.whole]
        if clause.kind in _WITH_HEADINGS:
            under = [s for s in sentences if any(_heads(title, clause) for title in s.heading)]
            if under or clause.kind in {"article", "annex"} or not clause.label[0].isdigit():
                return list(_pieces(under))
        numbered = [s for s in sentences if _is_of(s.paragraph, clause.label)]
        return list(_neighbours(numbered))

    def _with_phrase(self, phrase: str, here: Sequence[DocumentCard]) -> Iterator[Quote]:
        """At most four places where exact words stand, official texts first."""
        names = {card.id for card in here}
        wanted = searchable(" ".join(phrase.split()))
        found: list[tuple[bool, DocumentCard, list[Sentence]]] = []
        for chunk in _nearest_chunks(self._index, phrase):
            card = self._index.store.documents[chunk.document]
            serving = card.id in names if names else self._serves is None or applies(card, self._serves)
            if serving:
                stored = self._index.store.sentences(card.id, chunk.sentences)
                found += ((not card.official, card, run) for run in _holding([s.sentence for s in stored], wanted))
        for _, card, run in sorted(found, key=lambda one: one[0])[:_MOST_SAME]:
            yield from self._quoted(card, run)

    def _opening(self, card: DocumentCard) -> Iterator[Quote]:
        """How a document begins: its first numbered paragraphs, or its first sentences."""
        sentences = [s for s in self._index.store.all_sentences(card.id) if s.whole and s.kind != "heading"]
        numbered = [s for s in sentences if s.paragraph and not s.paragraph.startswith("note ")]
        run: list[Sentence] = []
        for sentence in numbered or sentences:
            after = run and sentence.number != run[-1].number + 1
            if run and (after or (sentence.block != run[-1].block and _length(run) + len(sentence.text) > _OPENING)):
                break
            run.append(sentence)
        if run:
            yield from self._quoted(card, run)

    def _quoted(self, card: DocumentCard, run: Sequence[Sentence]) -> Iterator[Quote]:
        """The quote of sentences that follow each other, where it may be shown and stands exactly."""
        if any(card.flag(sentence.paragraph) == "not_quoted" for sentence in run):
            return
        quote = make_quote(self._index, card, run, 1.0)
        if verify(self._index, quote):
            yield quote


def _nearest_chunks(index: Index, phrase: str) -> list[Chunk]:
    """The chunks that share most with a phrase, best first."""
    import numpy as np

    scores = index.lexical.scores(phrase)
    best = np.lexsort((np.arange(len(scores)), -scores))[:_PHRASE_ROWS]
    return index.store.chunks([int(row) for row in best if scores[row] > 0])


def _is_of(paragraph: str, label: str) -> bool:
    """Whether a paragraph is the one of a label or lies in it: "2.4 (b)" and "2.4.1" in "2.4", "24" not in "2"."""
    return paragraph == label or paragraph.startswith((f"{label} (", f"{label}."))


def _heads(title: str, clause: Clause) -> bool:
    """Whether a heading is that of a clause: "Section 3 Reporting", "Article 12", "II. Reporting"."""
    label = re.escape(clause.label)
    kind = f"(?:{_WITH_HEADINGS[clause.kind]})"
    named = rf"{kind}\s+{label}(?![\w(]|\.\d)"
    unnamed = rf"|{label}\.(?=\s)" if clause.kind in _ALSO_UNNAMED else ""
    return re.match(rf"\W*(?:{named}{unnamed})", title, re.I) is not None


def _neighbours(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Runs of sentences that follow each other, but for the parts of sentences that stand whole before."""
    run: list[Sentence] = []
    for sentence in sentences:
        if run and sentence.number > run[-1].number + 2:
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _pieces(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """The same, cut where a paragraph ends and a quote is long."""
    for run in _neighbours(sentences):
        piece: list[Sentence] = []
        for _, block in groupby(run, key=lambda sentence: sentence.block):
            told = list(block)
            hangs = piece and told[0].stem is not None
            if piece and not hangs and _length(piece) + _length(told) > _LONGEST:
                yield piece
                piece = []
            piece += told
        yield piece


def _length(run: Sequence[Sentence]) -> int:
    return sum(len(sentence.text) for sentence in run)


def _holding(sentences: Sequence[Sentence], wanted: str) -> Iterator[list[Sentence]]:
    """Each sentence that holds exact words, and each two that follow each other and hold them over their end."""
    whole = [sentence for sentence in sentences if sentence.whole]
    texts = [searchable(sentence.text) for sentence in whole]
    for n, text in enumerate(texts):
        if wanted in text:
            yield [whole[n]]
        elif n + 1 < len(texts) and wanted in f"{text} {texts[n + 1]}" and wanted not in texts[n + 1]:
            yield [whole[n], whole[n + 1]]
