"""index, what is asked → the answer from documents: what is found, looked up or chosen beforehand."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer import ANSWERED, MOST_NEAREST, NEAREST, NOT_SAID, WORDS_UNKNOWN, Retrieved
from assistant.choices import is_on_ways, may_answer_too, not_foreign
from assistant.differences import beside_each_other
from assistant.intent import few_words_known, needed_number
from assistant.options import differences_beside, option_quotes, side_by_side_with
from assistant.personal import LEFT_OUT
from assistant.question import in_rule_words
from assistant.situations import situation
from ingest.contacts import inherited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.answer import Answer
    from assistant.confidence import Signals
    from assistant.conversation import LookedFor
    from assistant.corpus_files import CorpusFiles
    from assistant.looking_up import LookedUp
    from assistant.options import SideBySide
    from assistant.passages import Passage
    from assistant.placing import Placed
    from assistant.quotes import Basis, Quote
    from assistant.referral import Contacts
    from assistant.situations import Situation
    from ingest.opening import OpenedIndex

SEARCHABLE = frozenset({"en"})  # what the default embedding model was trained on
_LOOKED_AT, _PAGES = 40, 10  # passages that are looked at, and pages that an answer lists of them


@dataclass
class Clock:
    """Milliseconds by step: load, retrieve, quote, total."""

    started: float
    steps: dict[str, float]

    def step(self, name: str, since: float) -> float:
        """Note what a step has taken since then; the time now."""
        now = time.perf_counter()
        self.steps[name] = round((now - since) * 1000, 1)
        return now

    def add(self, name: str, since: float) -> float:
        """Count on what a step has taken before."""
        before = self.steps[name]
        now = self.step(name, since)
        self.steps[name] = round(before + self.steps[name], 1)
        return now


class _Found(NamedTuple):
    """What was found for what was looked for, and what its quotes are: the answer, the nearest, or none."""

    asked: LookedFor
    passages: list[Passage]
    quotes: tuple[Quote, ...]
    signals: Signals
    confidence: float
    status: str


class Answering:
    """Answers from the documents of the index in use; every answer is made of the one that it is given.

    opens gives the index in use, or raises NoIndexError; hears is told the signals of what was looked for.
    """

    def __init__(self, files: CorpusFiles, opens: Callable[[], OpenedIndex], hears: Callable[[Signals], None]) -> None:
        self._files, self._open, self._hears = files, opens, hears
        self._held: tuple[str, dict[str, dict[str, tuple[Quote, ...]]]] = ("", {})  # options of an index, by entity

    @property
    def _contacts(self) -> Contacts:
        return self._files.contacts()[0]

    def _option_quotes(self, opened: OpenedIndex, entity: str) -> dict[str, tuple[Quote, ...]]:
        """The quotes of each option for an organisation; nothing in them hangs on a question, so they are kept."""
        if self._held[0] != opened.name:
            self._held = (opened.name, {})
        held = self._held[1]
        if entity not in held:
            held[entity] = option_quotes(opened.index, self._files.options, self._chain(entity))
        return held[entity]

    def _chain(self, entity: str) -> tuple[str, ...]:
        """An organisation and those whose rules it shares, nearest first; () where none is chosen."""
        return inherited(self._contacts.files, entity) if entity else ()

    def needed(self, base: Answer, name: str, clock: Clock) -> Answer:
        """What is shown for a way in: its paragraphs, and the options where it has them; nothing is searched.

        Raises NoIndexError.
        """
        now = time.perf_counter()
        opened = self._open()
        from assistant.chosen_quotes import chosen_quotes

        now, entity, needed = clock.step("load", now), base.referral.entity, self._files.situations.by_name[name]
        own = chosen_quotes(opened.index, needed.chosen.of(self._chain(entity)))
        quotes, options = self._beside_options(opened, base, (), own) if needed.options else (own, ())
        words, status = self._files.wording(base.language), ANSWERED if quotes else NOT_SAID
        theirs = self._for_contract(opened, base, quotes)
        quotes = (*quotes, *theirs)
        clock.step("quote", now)
        return replace(
            base,
            status=status,
            lead=words[needed.lead if quotes else f"lead.{status}"],
            notices=(*self._notices(base.language, opened, quotes, ["for_contract"] if theirs else []), *base.notices),
            quotes=quotes,
            options=options,
        )

    def _beside_options(
        self, opened: OpenedIndex, base: Answer, before: Sequence[Quote], after: Sequence[Quote]
    ) -> SideBySide:
        held = self._option_quotes(opened, base.referral.entity)
        return side_by_side_with(held, before, after, self._files.wording(base.language))

    def begin(self, opened: OpenedIndex, search: str) -> None:
        """Let the model begin to read what is looked for; what comes before that goes on meanwhile."""
        from assistant.conversation import read_ahead_alone

        read_ahead_alone(opened.index, opened.index.spelling.mend(search))

    def found(
        self, base: Answer, search: str, history: Sequence[str], clock: Clock, *, glossed: bool = False
    ) -> Answer:
        """The answer to what is looked for, after the questions before. Raises NoIndexError.

        glossed says that it is not in the words of the person (`assistant.gloss`).
        """
        now = time.perf_counter()
        opened = self._open()
        from assistant.conversation import looked_for
        from assistant.looking_up import may_name
        from assistant.organisations import all_names

        now, entity = clock.step("load", now), base.referral.entity
        looked = self._look_up(opened, search, history, entity) if may_name(search) else None
        if looked and not looked.phrase_missing:
            clock.step("quote", now)
            return self._looked_up(base, opened, looked)
        judged = None if needed_number(search) else situation(search, self._files.situations)  # while the model reads
        tried, mended = list[_Found](), opened.index.spelling.mend(search)
        for asked in looked_for(opened.index, mended, history, all_names(self._contacts)):
            tried.append(self._find(opened, asked, mended, base, clock, glossed=glossed))
            if tried[-1].status == ANSWERED:
                break
        found = min(tried, key=lambda one: (ANSWERED, NEAREST, NOT_SAID).index(one.status))
        self._hears(found.signals)
        now = time.perf_counter()
        status, lead, quotes, options = self._placed(opened, base, search, found, judged)
        sure = found.confidence
        if status == ANSWERED != found.status:
            sure = max(sure, self._files.confidence.enough)
        if status == NOT_SAID and not glossed and few_words_known(opened.index, mended):
            clock.add("quote", now)
            lead = self._files.wording(base.language)[f"lead.{WORDS_UNKNOWN}"]
            return replace(base, status=WORDS_UNKNOWN, lead=lead, confidence=sure)
        missing = ["phrase_not_here"] if looked else []
        if status == NOT_SAID:
            look_in = self._look_in(opened, found.asked.text, entity, found.passages[:_PAGES])
        else:
            look_in = self._newer(opened, quotes)
        quotes, words = quotes if options else beside_each_other(quotes), self._files.wording(base.language)
        if status == ANSWERED and (theirs := self._for_contract(opened, base, quotes)):
            quotes, missing = (*quotes, *theirs), [*missing, "for_contract"]
        clock.add("quote", now)
        return replace(
            base,
            status=status,
            lead=words.not_exactly(lead) if status == NEAREST else words[lead],
            notices=(*self._notices(base.language, opened, quotes, missing), *base.notices),
            quotes=quotes,
            options=options,
            differences=differences_beside(quotes, options, words),
            confidence=sure,
            look_in=look_in,
            retrieved=_retrieved(found.passages),
        )

    def _placed(
        self, opened: OpenedIndex, base: Answer, search: str, found: _Found, judged: Situation | None
    ) -> Placed:
        """What is shown of what was found, and the options where they are asked for or nothing is."""
        from assistant.placing import Placed, placed

        def beside(before: Sequence[Quote], after: Sequence[Quote]) -> SideBySide:
            return self._beside_options(opened, base, before, after)

        return placed(
            opened.index,
            search,
            Placed(found.status, f"lead.{found.status}", found.quotes),
            judged,
            self._files.options.asked_by,
            self._chain(base.referral.entity),
            beside,
        )

    def _for_contract(self, opened: OpenedIndex, base: Answer, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """The paragraphs for the kind of contract that was chosen, where quotes say where to get help or to report."""
        known = self._files.for_contracts
        if not base.choices.contract or not is_on_ways(quotes, known):
            return ()
        from assistant.chosen_quotes import chosen_quotes

        there = {(quote.document, quote.spans) for quote in quotes}
        theirs = chosen_quotes(opened.index, known.of(base.choices, self._contacts, base.referral.entity))
        return tuple(quote for quote in theirs if (quote.document, quote.spans) not in there)

    def _find(
        self, opened: OpenedIndex, asked: LookedFor, last: str, base: Answer, clock: Clock, *, glossed: bool
    ) -> _Found:
        """The passages for what is looked for, their quotes, and how surely these answer what was asked last."""
        now = time.perf_counter()
        from assistant.candidates import begin
        from assistant.confidence import signals
        from assistant.organisations import names, serves
        from assistant.passages import retrieve
        from assistant.selection import select_quotes

        index, entity, contacts = opened.index, base.referral.entity, self._contacts
        may_answer = may_answer_too(serves(contacts, entity, asked.text), contacts, base.choices)
        named = not_foreign(names(contacts, entity, asked.text), contacts, base.choices)
        begin(index, asked.text, asked.vector, named)  # beside the search for passages
        passages = retrieve(index, asked.text, lambda: asked.vector.said, k=_LOOKED_AT, serves=may_answer)
        now = clock.add("retrieve", now)
        selected = select_quotes(index, asked.text, asked.vector, passages, named, may_answer, asked.talk)
        seen = signals(index, asked, last, passages, selected, names_somebody=LEFT_OUT in base.question)
        confidence = self._files.confidence.sure(seen)
        status = self._files.confidence.status(confidence, seen, selected, in_rule_words(last), glossed=glossed)
        quotes = {ANSWERED: selected.quotes, NEAREST: selected.quotes[:MOST_NEAREST]}.get(status, ())
        clock.add("quote", now)
        return _Found(asked, passages, quotes, seen, confidence, status)

    def _look_up(self, opened: OpenedIndex, question: str, history: Sequence[str], entity: str) -> LookedUp | None:
        from assistant.looking_up import look_up
        from assistant.organisations import serves

        return look_up(opened.index, question, history, self._files.known(), serves(self._contacts, entity, question))

    def _looked_up(self, base: Answer, opened: OpenedIndex, looked: LookedUp) -> Answer:
        """The answer with what was named, as it stands, or that it is not here; no other text takes its place."""
        status = ANSWERED if looked.quotes else NOT_SAID
        told = (["clause_goes_on"] if looked.goes_on else []) if looked.quotes else ["clause_not_here"]
        pages = {(quote.document, quote.page): quote for quote in looked.quotes}
        return replace(
            base,
            status=status,
            lead=self._files.wording(base.language)[f"lead.{status}"],
            notices=(*self._notices(base.language, opened, looked.quotes, told), *base.notices),
            quotes=looked.quotes,
            confidence=1.0 if looked.quotes else 0.0,
            look_in=looked.look_in or self._newer(opened, looked.quotes),
            retrieved=tuple(Retrieved(q.document, q.file, q.page, q.score) for q in pages.values())[:_PAGES],
        )

    def _newer(self, opened: OpenedIndex, quotes: Sequence[Quote]) -> tuple[Basis, ...]:
        """What stands in the place of quoted texts that were replaced."""
        if not any(quote.document_status == "superseded" for quote in quotes):
            return ()
        from assistant.pointers import replacing

        return replacing(opened.index.store, self._files.known(), quotes)

    def _look_in(
        self, opened: OpenedIndex, question: str, entity: str, passages: Sequence[Passage]
    ) -> tuple[Basis, ...]:
        """Official texts where a person can look, but for pages of organisations that are not theirs."""
        from assistant.organisations import others
        from assistant.pointers import pointers

        foreign = others(self._contacts, entity, question)
        return pointers(opened.index.store, self._files.known(), question, entity, passages, foreign)

    def _notices(
        self, language: str, opened: OpenedIndex, quotes: Sequence[Quote], missing: Sequence[str]
    ) -> list[str]:
        words = self._files.wording(language)
        cards = opened.index.store.documents.values()
        wanted = {
            "index_not_current": opened.condition == "stale",
            "index_previous": opened.condition == "previous",
            "no_official_documents": not any(card.official for card in cards),
            "guide_quotes": any(not quote.official for quote in quotes) and any(card.official for card in cards),
            "superseded": any(quote.document_status == "superseded" for quote in quotes),
            "quotes_other_language": bool(quotes) and language not in SEARCHABLE,
        }
        return [words[f"notice.{name}"] for name in (*missing, *(name for name, due in wanted.items() if due))]


def _retrieved(passages: Sequence[Passage]) -> tuple[Retrieved, ...]:
    """The best passage of each page, best first, of at most ten pages."""
    best: dict[tuple[str, int], Retrieved] = {}
    for passage in passages:
        page = (passage.card.id, passage.place.page)
        best.setdefault(page, Retrieved(passage.card.id, passage.card.file, passage.place.page, passage.score))
    return tuple(best.values())[:_PAGES]
