"""question → Answer: the whole journey, and the only door to it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from assistant.answer import ANSWERED, MOST_NEAREST, NEAREST, Answer, Retrieved, Urgent
from assistant.bare import bare
from assistant.choices import (
    Choices,
    ForContracts,
    is_on_ways,
    may_answer_too,
    not_foreign,
    read_for_contracts,
    reports_elsewhere,
)
from assistant.differences import beside_each_other
from assistant.gate import Known, check, closed
from assistant.intent import needed_number
from assistant.language import detect
from assistant.options import differences_beside, option_quotes, side_by_side_with
from assistant.page_text import PageText, page_text, shares_of
from assistant.personal import LEFT_OUT, as_shown, without_personal
from assistant.question import LONGEST_QUESTION, both_ends, in_rule_words, plain, without_markup
from assistant.referral import Contacts, Referral, UnknownEntityError, read_contacts
from assistant.referral_words import referral_in_words
from assistant.situations import NEEDS, Situations, UnknownNeedError, read_situations, situation
from assistant.triage import KINDS, has_triage, languages_to_look_in, may_be_danger, read_triage, triage
from assistant.word_points import WordPoints, read_points
from assistant.word_rules import RulesError, WordRules
from assistant.wording import DEFAULT_LANGUAGE, Wording, WordingError, wording
from ingest.build import CORPUS_DIR, INDEX_DIR, BuildSettings, index_state
from ingest.catalogue import OWN_TABLE, SHIPPED_TABLE, CatalogueError, read_catalogue
from ingest.chosen import ChosenError, ChosenOptions, read_options
from ingest.contact_like import unconfirmed
from ingest.contacts import inherited
from ingest.domains import read_domains
from ingest.opening import NoIndexError, OpenedIndex, in_use, open_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from assistant.confidence import Confidence, Signals
    from assistant.conversation import LookedFor
    from assistant.looking_up import LookedUp
    from assistant.options import SideBySide
    from assistant.passages import Passage
    from assistant.placing import Placed
    from assistant.quotes import Basis, Quote
    from assistant.side_by_side import Cell
    from ingest.catalogue import Document
    from ingest.domains import Domains
    from ingest.store import Store

Read = TypeVar("Read")
_SEARCHABLE = frozenset({"en"})  # what the default embedding model was trained on
_NO_INDEX = {"missing": "error_no_index", "empty": "error_no_documents", "damaged": "error_index_damaged"}
MOST_WAITING = 30  # questions that may wait for their turn; whoever comes after them is told that many ask
_PATIENCE_S = 15.0  # for one's turn
_LOOKED_AT, _PAGES = 40, 10  # passages that are looked at, and pages that an answer lists of them
log = logging.getLogger(__name__)


@dataclass
class _Clock:
    """Milliseconds by step: load, retrieve, quote, total."""

    started: float
    steps: dict[str, float]

    def step(self, name: str, since: float) -> float:
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


class Assistant:
    """Answers questions from one corpus. Cheap to make; the index is opened at the first question.

    May be shared by threads: one question is answered at a time, thirty may wait, and any more are told that many ask.
    Nothing of a question is kept, logged or written; e-mails, numbers and names in it are not looked for either.
    opens is how the index is opened; whoever wants to ask an index with something left out gives another. hears is
    called with the signals of each question that was looked for; whoever sets their weights gives one.
    """

    def __init__(
        self,
        corpus_dir: Path = CORPUS_DIR,
        index_dir: Path = INDEX_DIR,
        opens: Callable[[BuildSettings], OpenedIndex] = open_index,
    ) -> None:
        self._settings, self._opens = BuildSettings(corpus_dir, index_dir), opens
        self.hears: Callable[[Signals], None] | None = None
        self._opened: OpenedIndex | None = None
        self._triage: dict[str, WordRules] = {}  # read when they are first needed, as the next ones are
        self._points: dict[str, WordPoints | None] = {}
        self._held: tuple[str, dict[str, dict[str, tuple[Quote, ...]]]] = ("", {})  # options of an index, by entity
        self._read_wording: tuple[object, dict[str, Wording]] = ((), {})
        self._sources = Known(self.wording, self._contacts, self._store, self._known, self._domains)
        self._read_known: tuple[object, tuple[Document, ...]] = ((), ())
        self._read_contacts: tuple[object, tuple[Contacts, tuple[str, ...]]] | None = None
        self._lock, self._places = Lock(), BoundedSemaphore(MOST_WAITING)

    @property
    def contacts(self) -> Contacts:
        """The contacts as the files stand now; lines that cannot be read are left out."""
        return self._contacts()[0]

    def _contacts(self) -> tuple[Contacts, tuple[str, ...]]:
        """Contacts and the problems of their files, read again when a file has changed."""
        corpus_dir = self._settings.corpus_dir
        corpus_dir = corpus_dir if (corpus_dir / "contacts").is_dir() else CORPUS_DIR
        files = sorted((corpus_dir / "contacts").rglob("*.toml"))
        marks = tuple(map(_mark, files))
        if self._read_contacts is None or self._read_contacts[0] != marks:
            self._read_contacts = (marks, read_contacts(corpus_dir, strict=False))
        return self._read_contacts[1]

    def wording(self, language: str) -> Wording:
        """The fixed words in a language, English where there are none; read again when a file has changed."""
        places = dict.fromkeys((self._settings.corpus_dir, CORPUS_DIR))
        files = [path for place in places for path in sorted((place / "wording").glob("*.toml"))]
        marks = tuple(map(_mark, files))
        if self._read_wording[0] != marks:
            self._read_wording = (marks, {})
        used = language if language in {path.stem for path in files} else DEFAULT_LANGUAGE
        read = self._read_wording[1]
        if used not in read:
            read[used] = self._own_or_shipped(lambda corpus_dir: wording(used, corpus_dir), WordingError)
        return read[used]

    def _own_or_shipped(self, read: Callable[[Path], Read], error: type[Exception]) -> Read:
        """What the corpus has, or, where it has none or a broken one, what comes with the program."""
        try:
            return read(self._settings.corpus_dir)
        except error:
            return read(CORPUS_DIR)

    def ask(
        self,
        question: str,
        entity: str | None = None,
        language: str | None = None,
        history: Sequence[str] = (),
        urgent_seen: bool = False,
        choices: Choices | None = None,
    ) -> Answer:
        """Answer one question with exact quotes, or say why not; the referral is on every answer.

        entity is an id of the contact files; language overrides detection; history holds the questions before, oldest
        first; urgent_seen says that the urgent text was shown and the person wants to go on; choices are what the
        person chose to say besides. Raises only
        UnknownEntityError; whatever else goes wrong becomes an answer of the family ``error_…``.
        """
        clock = _Clock(time.perf_counter(), {"load": 0.0, "retrieve": 0.0, "quote": 0.0})

        def answer(base: Answer) -> Answer:
            return self._tried(base, lambda: self._asked(base, question, history, urgent_seen, clock))

        try:
            base = self._base(question, entity, language, choices or Choices())
            found = self._in_turn(base, entity, history, answer)
        except UnknownEntityError:
            raise
        except Exception as error:  # noqa: BLE001  such as files of fixed words that cannot be read
            log.error("A question could not be answered: %s", type(error).__name__)
            found = closed(question, entity, self._sources, urgent=not urgent_seen and self._in_danger(question))
        clock.step("total", clock.started)
        return replace(found, timings_ms=clock.steps)

    def need(
        self,
        name: str,
        entity: str | None = None,
        language: str | None = None,
        choices: Choices | None = None,
    ) -> Answer:
        """Answer one of the ways in (`assistant.situations.NEEDS`), where nothing has to be typed, as `ask` does.

        The answer's question is the name of that way in the words of the language. Raises only UnknownNeedError and
        UnknownEntityError.
        """
        clock = _Clock(time.perf_counter(), {"load": 0.0, "retrieve": 0.0, "quote": 0.0})
        if name not in NEEDS:
            raise UnknownNeedError(name)

        def answer(base: Answer) -> Answer:
            return self._tried(base, lambda: self._needed(base, name, clock))

        try:
            spoken = language or DEFAULT_LANGUAGE
            base = self._framed(self.wording(spoken)[f"need.{name}"], entity, spoken, choices or Choices())
            found = self._in_turn(base, entity, (), answer)
        except UnknownEntityError:
            raise
        except Exception as error:  # noqa: BLE001  such as files of fixed words that cannot be read
            log.error("A need could not be answered: %s", type(error).__name__)
            found = closed("", entity, self._sources, urgent=False)
        clock.step("total", clock.started)
        return replace(found, timings_ms=clock.steps)

    def _in_danger(self, question: str) -> bool:
        """Whether a rule understands words of danger, when nothing else can be said."""
        try:
            looked_at = plain(both_ends(question))
            return any(triage(looked_at, rules) for _, rules in self._rules_for(looked_at))
        except Exception:  # noqa: BLE001  the contacts are shown without it
            return False

    def _passed(self, answer: Answer, entity: str | None, history: Sequence[str]) -> Answer:
        """The answer as the gate lets it pass; the last thing that is done to it."""
        return check(self._told_of_personal(answer, history), entity, self._sources)

    def _in_turn(
        self, base: Answer, entity: str | None, history: Sequence[str], answer: Callable[[Answer], Answer]
    ) -> Answer:
        """The answer, once those who asked before have theirs; the index stays open until it has passed."""
        busy = self._without_quotes(base, "error_busy")
        if not self._places.acquire(blocking=False):
            return self._passed(busy, entity, history)
        try:
            if not self._lock.acquire(timeout=_PATIENCE_S):
                return self._passed(busy, entity, history)
            try:
                return self._passed(answer(base), entity, history)
            finally:
                self._forget()
                self._lock.release()
        finally:
            self._places.release()

    def _forget(self) -> None:
        """Let go of what the index remembers of the question at hand."""
        if self._opened:
            self._opened.index.embedder.forget()

    def _asked(self, base: Answer, question: str, history: Sequence[str], urgent_seen: bool, clock: _Clock) -> Answer:
        """The answer to a question: urgent words before everything else."""
        if not urgent_seen:
            looked_at = plain(both_ends(question))
            urgent = self._urgent(base, looked_at)
            if urgent:
                return urgent
            base = replace(base, forewords=self._forewords(base.language, looked_at))
        return self._tried(base, lambda: self._answer(base, question, history, clock))

    def _tried(self, base: Answer, answer: Callable[[], Answer]) -> Answer:
        """The answer, or what is said when it cannot be given."""
        try:
            return answer()
        except NoIndexError as error:
            return self._without_quotes(base, _NO_INDEX[error.state])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  a panic inside Chroma is no Exception; the contacts must show
            log.error("A question could not be answered: %s", type(error).__name__)
            return self._without_quotes(base, "error_internal")

    def _told_of_personal(self, answer: Answer, history: Sequence[str]) -> Answer:
        """With kind words after it, once in a conversation, where names or numbers were left out of the question."""
        if LEFT_OUT not in answer.question or any(LEFT_OUT in earlier for earlier in history):
            return answer
        return replace(answer, afterwords=(self.wording(answer.language)["notice.personal_left_out"],))

    def referral(self, entity: str | None = None, language: str = "en") -> tuple[Referral, tuple[str, ...]]:
        """The fixed text and contacts for an organisation, and the notices that belong to them; needs no index.

        Raises UnknownEntityError.
        """
        contacts, problems = self._contacts()
        return referral_in_words(contacts, self.wording(language), entity, unreadable=bool(problems))

    def reports_elsewhere(self, entity: str | None, choices: Choices, language: str = "en") -> Referral | None:
        """The places to report where the other person works, None where that was not chosen; needs no index.

        Raises UnknownEntityError.
        """
        return reports_elsewhere(self.contacts, self.wording(language), entity or "", choices)

    @property
    def contracts(self) -> tuple[str, ...]:
        """The kinds of contract that can be chosen: those that some paragraph is for."""
        return tuple(self._for_contracts.chosen)

    def page_text(self, quote: Quote) -> PageText:
        """The text of the page that a quote begins on, what contacts in it are on no file, and where the quote is.

        Empty where another version of the document is read now, or none. Raises NoIndexError.
        """
        with self._lock:
            store = self._open().index.store
            card = store.documents.get(quote.document)
            if card is None or card.sha256 != quote.sha256:
                return PageText("", ())
            text = page_text(store, quote.document, quote.page)
            return PageText(
                text,
                unconfirmed(text, self._sources.reaches(self.contacts, store)),
                shares_of(store, quote.document, quote.page, quote.spans),
            )

    def side_by_side(self, question: str) -> tuple[Cell, ...]:
        """The best exact quote of each document on one question; e-mails, numbers and names are not looked for.

        Raises NoIndexError.
        """
        from assistant.side_by_side import side_by_side

        search = without_markup(without_personal(plain(question[:LONGEST_QUESTION])).text.replace(LEFT_OUT, " "))
        with self._lock:
            try:
                return side_by_side(self._open().index, search)
            finally:
                self._forget()

    def close(self) -> None:
        """Let the index go."""
        if self._opened:
            self._opened.index.close()
            self._opened = None

    def _base(self, question: str, entity: str | None, language: str | None, choices: Choices) -> Answer:
        """An answer with referral and notices and nothing else; the frame of every other."""
        spoken = language or detect(question[:LONGEST_QUESTION])
        return self._framed(as_shown(question), entity, spoken, choices)

    def _framed(self, question: str, entity: str | None, language: str, choices: Choices) -> Answer:
        words = self.wording(language)
        referral, notices = self.referral(entity, language)
        other = reports_elsewhere(self.contacts, words, referral.entity, choices)
        return Answer(
            question,
            "error_internal",
            language,
            words["lead.error_internal"],
            referral,
            notices,
            choices=choices,
            other=other,
        )

    def _without_quotes(self, base: Answer, status: str) -> Answer:
        return replace(base, status=status, lead=self.wording(base.language)[f"lead.{status}"], quotes=())

    def _answer(self, base: Answer, typed: str, history: Sequence[str], clock: _Clock) -> Answer:
        if len(typed) > LONGEST_QUESTION:
            return self._without_quotes(base, "clarification_too_long")
        search = without_markup(plain(base.question).replace(LEFT_OUT, " "))
        if not any(c.isalnum() for c in search):
            return self._without_quotes(base, "clarification_empty")
        if said := bare(search):
            status, other = said
            if other != DEFAULT_LANGUAGE and self.wording(base.language).language == DEFAULT_LANGUAGE:
                base = self._framed(base.question, base.referral.entity or None, other, base.choices)
            return self._without_quotes(base, status)
        if detect(search) not in _SEARCHABLE:
            return self._without_quotes(base, "unanswerable_language")
        return self._from_documents(base, search, [without_personal(plain(earlier)).text for earlier in history], clock)

    def _urgent(self, base: Answer, question: str) -> Answer | None:
        """The fixed words for somebody who may be in danger, in the language of the rule that speaks; else None."""
        found = [
            (language, rules, triage(question, rules, points=self._points_for(language)))
            for language, rules in self._rules_for(question)
        ]
        speaking = {language: rules for language, rules, kind in found if kind}
        kind = next((kind for kind in KINDS if kind in {spoken for _, _, spoken in found}), None)
        if kind is None:
            return None
        other = next((language for language in speaking if language != DEFAULT_LANGUAGE), None)
        if other and self.wording(base.language).language == DEFAULT_LANGUAGE:  # too short to tell its language
            base = self._framed(base.question, base.referral.entity or None, other, base.choices)
        words = self.wording(base.language)
        reviewed = words.reviewed and all(rules.reviewed_by for rules in speaking.values())
        beside = not reviewed and words.language != DEFAULT_LANGUAGE
        urgent = Urgent(
            kind,
            words[f"urgent.{kind}"],
            self.contacts.emergency(base.referral.entity),
            self.wording(DEFAULT_LANGUAGE)[f"urgent.{kind}"] if beside else "",
        )
        return replace(self._without_quotes(base, "referred_urgent"), urgent=urgent)

    def _forewords(self, language: str, question: str) -> tuple[str, ...]:
        """A line for somebody who may be in danger though no rule speaks; in English too while nobody reviewed it."""
        if not any(may_be_danger(question, self._points_for(one)) for one, _ in self._rules_for(question)):
            return ()
        words = self.wording(language)
        both = (words,) if words.reviewed else (words, self.wording(DEFAULT_LANGUAGE))
        return tuple(dict.fromkeys(each["urgent.perhaps"] for each in both))

    def _rules_for(self, question: str) -> Iterator[tuple[str, WordRules]]:
        """The rules of every language that a question may be in and that has some; each is read once."""
        places = (self._settings.corpus_dir, CORPUS_DIR)
        for language in languages_to_look_in(question):
            if language not in self._triage and any(has_triage(place, language) for place in places):
                self._triage[language] = self._triage_rules(language)
            if language in self._triage:
                yield language, self._triage[language]

    def _triage_rules(self, language: str) -> WordRules:
        return self._own_or_shipped(lambda corpus_dir: _read_rules(corpus_dir, language), RulesError)

    def _points_for(self, language: str) -> WordPoints | None:
        """The points of a language whose rules have been read; None where it has none."""
        if language not in self._points:
            spelling = self._triage[language].spelling
            self._points[language] = self._own_or_shipped(
                lambda corpus_dir: read_points(corpus_dir, language, spelling), RulesError
            )
        return self._points[language]

    @cached_property
    def _confidence(self) -> Confidence:
        from assistant.confidence import read_confidence

        return self._own_or_shipped(read_confidence, RulesError)

    @cached_property
    def _for_contracts(self) -> ForContracts:
        return self._own_or_shipped(read_for_contracts, ChosenError)

    @cached_property
    def _situations(self) -> Situations:
        return self._own_or_shipped(read_situations, RulesError)

    @cached_property
    def _options(self) -> ChosenOptions:
        return self._own_or_shipped(read_options, ChosenError)

    def _option_quotes(self, opened: OpenedIndex, entity: str) -> dict[str, tuple[Quote, ...]]:
        """The quotes of each option for an organisation; nothing in them hangs on a question, so they are kept."""
        if self._held[0] != opened.name:
            self._held = (opened.name, {})
        held = self._held[1]
        if entity not in held:
            held[entity] = option_quotes(opened.index, self._options, self._chain(entity))
        return held[entity]

    def _chain(self, entity: str) -> tuple[str, ...]:
        """An organisation and those whose rules it shares, nearest first; () where none is chosen."""
        return inherited(self.contacts.files, entity) if entity else ()

    def _needed(self, base: Answer, name: str, clock: _Clock) -> Answer:
        """What is shown for a way in: its paragraphs, and the options where it has them; nothing is searched."""
        now = time.perf_counter()
        opened = self._open()
        from assistant.chosen_quotes import chosen_quotes

        now, entity, needed = clock.step("load", now), base.referral.entity, self._situations.by_name[name]
        own = chosen_quotes(opened.index, needed.chosen.of(self._chain(entity)))
        quotes, options = self._beside_options(opened, base, (), own) if needed.options else (own, ())
        words, status = self.wording(base.language), ANSWERED if quotes else "unanswerable_not_in_documents"
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
        return side_by_side_with(held, before, after, self.wording(base.language))

    def _from_documents(self, base: Answer, search: str, history: Sequence[str], clock: _Clock) -> Answer:
        now = time.perf_counter()
        opened = self._open()
        from assistant.confidence import NOT_SAID
        from assistant.conversation import looked_for
        from assistant.looking_up import may_name
        from assistant.organisations import all_names

        now, entity = clock.step("load", now), base.referral.entity
        looked = self._look_up(opened, search, history, entity) if may_name(search) else None
        if looked and not looked.phrase_missing:
            clock.step("quote", now)
            return self._looked_up(base, opened, looked)
        tried, mended = list[_Found](), opened.index.spelling.mend(search)
        for asked in looked_for(opened.index, mended, history, all_names(self.contacts)):
            tried.append(self._find(opened, asked, mended, base, clock))
            if tried[-1].status == ANSWERED:
                break
        found = min(tried, key=lambda one: (ANSWERED, NEAREST, NOT_SAID).index(one.status))
        if self.hears:
            self.hears(found.signals)
        now = time.perf_counter()
        status, lead, quotes, options = self._placed(opened, base, search, found)
        sure = found.confidence if status == found.status else max(found.confidence, self._confidence.enough)
        missing = ["phrase_not_here"] if looked else []
        if status == NOT_SAID:
            look_in = self._look_in(opened, found.asked.text, entity, found.passages[:_PAGES])
        else:
            look_in = self._newer(opened, quotes)
        quotes, words = quotes if options else beside_each_other(quotes), self.wording(base.language)
        if status == ANSWERED and (theirs := self._for_contract(opened, base, quotes)):
            quotes, missing = (*quotes, *theirs), [*missing, "for_contract"]
        clock.add("quote", now)
        return replace(
            base,
            status=status,
            lead=words[lead],
            notices=(*self._notices(base.language, opened, quotes, missing), *base.notices),
            quotes=quotes,
            options=options,
            differences=differences_beside(quotes, options, words),
            confidence=sure,
            look_in=look_in,
            retrieved=_retrieved(found.passages),
        )

    def _placed(self, opened: OpenedIndex, base: Answer, search: str, found: _Found) -> Placed:
        """What is shown of what was found, and the options where they are asked for or nothing is."""
        from assistant.placing import Placed, placed

        def beside(before: Sequence[Quote], after: Sequence[Quote]) -> SideBySide:
            return self._beside_options(opened, base, before, after)

        return placed(
            opened.index,
            search,
            Placed(found.status, f"lead.{found.status}", found.quotes),
            None if needed_number(search) else situation(search, self._situations),
            self._options.asked_by,
            self._chain(base.referral.entity),
            beside,
        )

    def _for_contract(self, opened: OpenedIndex, base: Answer, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """The paragraphs for the kind of contract that was chosen, where quotes say where to get help or to report."""
        known = self._for_contracts
        if not base.choices.contract or not is_on_ways(quotes, known):
            return ()
        from assistant.chosen_quotes import chosen_quotes

        there = {(quote.document, quote.spans) for quote in quotes}
        theirs = chosen_quotes(opened.index, known.of(base.choices, self.contacts, base.referral.entity))
        return tuple(quote for quote in theirs if (quote.document, quote.spans) not in there)

    def _find(self, opened: OpenedIndex, asked: LookedFor, last: str, base: Answer, clock: _Clock) -> _Found:
        """The passages for what is looked for, their quotes, and how surely these answer what was asked last."""
        now = time.perf_counter()
        from assistant.confidence import signals
        from assistant.organisations import names, serves
        from assistant.passages import retrieve
        from assistant.selection import select_quotes

        index, entity, contacts = opened.index, base.referral.entity, self.contacts
        may_answer = may_answer_too(serves(contacts, entity, asked.text), contacts, base.choices)
        passages = retrieve(index, asked.text, asked.vector, k=_LOOKED_AT, serves=may_answer)
        now = clock.add("retrieve", now)
        named = not_foreign(names(contacts, entity, asked.text), contacts, base.choices)
        selected = select_quotes(index, asked.text, asked.vector, passages, named, may_answer)
        seen = signals(index, asked, last, passages, selected, names_somebody=LEFT_OUT in base.question)
        confidence = self._confidence.sure(seen)
        status = self._confidence.status(confidence, seen, selected, in_rule_words(last))
        quotes = {ANSWERED: selected.quotes, NEAREST: selected.quotes[:MOST_NEAREST]}.get(status, ())
        clock.add("quote", now)
        return _Found(asked, passages, quotes, seen, confidence, status)

    def _look_up(self, opened: OpenedIndex, question: str, history: Sequence[str], entity: str) -> LookedUp | None:
        from assistant.looking_up import look_up
        from assistant.organisations import serves

        return look_up(opened.index, question, history, self._known(), serves(self.contacts, entity, question))

    def _looked_up(self, base: Answer, opened: OpenedIndex, looked: LookedUp) -> Answer:
        """The answer with what was named, as it stands, or that it is not here; no other text takes its place."""
        status = "answered" if looked.quotes else "unanswerable_not_in_documents"
        missing = [] if looked.quotes else ["clause_not_here"]
        pages = {(quote.document, quote.page): quote for quote in looked.quotes}
        return replace(
            base,
            status=status,
            lead=self.wording(base.language)[f"lead.{status}"],
            notices=(*self._notices(base.language, opened, looked.quotes, missing), *base.notices),
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

        return replacing(opened.index.store, self._known(), quotes)

    def _open(self) -> OpenedIndex:
        """The index in use; opened anew when another was published meanwhile, or somebody touched its files."""
        known = self._opened and in_use(self._settings) == self._opened.name and self._opened.index.untouched()
        if self._opened is None or not known:
            opened = self._opens(self._settings)
            self.close()
            self._opened = opened
        elif self._opened.condition != "previous":
            state = index_state(self._settings).name
            self._opened = replace(self._opened, condition="ready" if state == "ready" else "stale")
        return self._opened

    def _look_in(
        self, opened: OpenedIndex, question: str, entity: str, passages: Sequence[Passage]
    ) -> tuple[Basis, ...]:
        """Official texts where a person can look, but for pages of organisations that are not theirs."""
        from assistant.organisations import others
        from assistant.pointers import pointers

        foreign = others(self.contacts, entity, question)
        return pointers(opened.index.store, self._known(), question, entity, passages, foreign)

    def _known(self) -> tuple[Document, ...]:
        """Every document of the catalogue, be its file here or not, read again when a table has changed.

        () when the catalogue cannot be read.
        """
        marks = tuple(_mark(self._settings.corpus_dir / name) for name in (SHIPPED_TABLE, OWN_TABLE))
        if self._read_known[0] != marks or not any(size for _, _, size in marks):  # without a table the files count
            try:
                self._read_known = (marks, read_catalogue(self._settings.corpus_dir).known)
            except CatalogueError:
                self._read_known = (marks, ())
        return self._read_known[1]

    def _store(self) -> Store | None:
        return self._opened.index.store if self._opened else None

    def _domains(self) -> Domains:
        return read_domains(self._settings.corpus_dir)

    def _notices(
        self, language: str, opened: OpenedIndex, quotes: Sequence[Quote], missing: Sequence[str]
    ) -> list[str]:
        words = self.wording(language)
        cards = opened.index.store.documents.values()
        wanted = {
            "index_not_current": opened.condition == "stale",
            "index_previous": opened.condition == "previous",
            "no_official_documents": not any(card.official for card in cards),
            "guide_quotes": any(not quote.official for quote in quotes) and any(card.official for card in cards),
            "superseded": any(quote.document_status == "superseded" for quote in quotes),
            "quotes_other_language": bool(quotes) and language not in _SEARCHABLE,
        }
        return [words[f"notice.{name}"] for name in (*missing, *(name for name, due in wanted.items() if due))]


def _mark(path: Path) -> tuple[str, int, int]:
    """What differs when a file has changed; an editor's lock is a link that leads nowhere, and changes nothing."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size


def _read_rules(corpus_dir: Path, language: str) -> WordRules:
    return _shipped_rules(language) if corpus_dir == CORPUS_DIR else read_triage(corpus_dir, language)


@cache
def _shipped_rules(language: str) -> WordRules:
    """What comes with the program does not change while it runs, and takes half a second to read."""
    return read_triage(CORPUS_DIR, language)


def _retrieved(passages: Sequence[Passage]) -> tuple[Retrieved, ...]:
    """The best passage of each page, best first, of at most ten pages."""
    best: dict[tuple[str, int], Retrieved] = {}
    for passage in passages:
        page = (passage.card.id, passage.chunk.page)
        best.setdefault(page, Retrieved(passage.card.id, passage.card.file, passage.chunk.page, passage.score))
    return tuple(best.values())[:_PAGES]
