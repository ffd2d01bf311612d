"""question → Answer: the whole journey, and the only door to it."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from assistant.answer import ANSWERED, URGENT, URGENT_ANSWERED, WORDS_UNKNOWN, Answer, Urgent
from assistant.answering import Answering, Clock
from assistant.bare import bare
from assistant.choices import Choices, reports_elsewhere
from assistant.corpus_files import CorpusFiles
from assistant.danger import Danger, danger_in, understood_by_rules
from assistant.gate import Known, check, closed
from assistant.gloss import in_english
from assistant.intent import asks
from assistant.language import detect
from assistant.page_text import PageText, page_text, shares_of
from assistant.personal import LEFT_OUT, as_shown, without_personal
from assistant.question import LONGEST_QUESTION, both_ends, plain, without_markup
from assistant.referral import Contacts, Referral, UnknownEntityError
from assistant.referral_words import referral_in_words
from assistant.situations import NEEDS, UnknownNeedError
from assistant.triage import OVER
from assistant.wording import DEFAULT_LANGUAGE, Wording
from ingest.build import CORPUS_DIR, INDEX_DIR, BuildSettings, index_state
from ingest.contact_like import unconfirmed
from ingest.opening import NoIndexError, OpenedIndex, in_use, open_index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from assistant.confidence import Signals
    from assistant.quotes import Quote
    from assistant.side_by_side import Cell
    from ingest.store import Store

_NO_INDEX = {"missing": "error_no_index", "empty": "error_no_documents", "damaged": "error_index_damaged"}
MOST_WAITING = 30  # questions that may wait for their turn; whoever comes after them is told that many ask
_PATIENCE_S = 15.0  # for one's turn
log = logging.getLogger(__name__)


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
        self._begun: Future[OpenedIndex] | None = None
        self._files = files = CorpusFiles(corpus_dir, index_dir)
        self._answering = Answering(files, self._open, lambda signals: self.hears and self.hears(signals))
        self._sources = Known(files.wording, files.contacts, self._store, files.known, files.domains)
        self._lock, self._places = Lock(), BoundedSemaphore(MOST_WAITING)

    def begin(self) -> None:
        """Begin to open the index, in a thread, so that it is open by the time that somebody has asked."""
        if self._opened is None and self._begun is None:
            hands = ThreadPoolExecutor(1, thread_name_prefix="opening")
            self._begun = hands.submit(self._opens, self._settings)
            hands.shutdown(wait=False)

    @property
    def contacts(self) -> Contacts:
        """The contacts as the files stand now; lines that cannot be read are left out."""
        return self._files.contacts()[0]

    def wording(self, language: str) -> Wording:
        """The fixed words in a language, English where there are none; read again when a file has changed."""
        return self._files.wording(language)

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
        clock = Clock(time.perf_counter(), {"load": 0.0, "retrieve": 0.0, "quote": 0.0})

        def base() -> Answer:
            return self._framed(shown, entity, spoken, choices or Choices())

        def answer() -> Answer:
            self._begin_reading(shown, spoken)
            framed = base()
            return self._tried(framed, lambda: self._asked(framed, question, history, urgent_seen, clock))

        with self._files.as_they_stand():
            try:
                shown, spoken = as_shown(question), language or detect(question[:LONGEST_QUESTION])
                found = self._in_turn(base, entity, history, answer)
            except UnknownEntityError:
                raise
            except Exception as error:  # noqa: BLE001  such as files of fixed words that cannot be read
                log.error("A question could not be answered: %s", type(error).__name__)
                danger = not urgent_seen and understood_by_rules(question, self._files)
                found = closed(question, entity, self._sources, urgent=danger)
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
        clock = Clock(time.perf_counter(), {"load": 0.0, "retrieve": 0.0, "quote": 0.0})
        if name not in NEEDS:
            raise UnknownNeedError(name)

        def base() -> Answer:
            spoken = language or DEFAULT_LANGUAGE
            return self._framed(self.wording(spoken)[f"need.{name}"], entity, spoken, choices or Choices())

        def answer() -> Answer:
            framed = base()
            return self._tried(framed, lambda: self._answering.needed(framed, name, clock))

        with self._files.as_they_stand():
            try:
                found = self._in_turn(base, entity, (), answer)
            except UnknownEntityError:
                raise
            except Exception as error:  # noqa: BLE001  such as files of fixed words that cannot be read
                log.error("A need could not be answered: %s", type(error).__name__)
                found = closed("", entity, self._sources, urgent=False)
        clock.step("total", clock.started)
        return replace(found, timings_ms=clock.steps)

    def _passed(self, answer: Answer, entity: str | None, history: Sequence[str]) -> Answer:
        """The answer as the gate lets it pass; the last thing that is done to it."""
        return check(self._told_of_personal(answer, history), entity, self._sources)

    def _in_turn(
        self, base: Callable[[], Answer], entity: str | None, history: Sequence[str], answer: Callable[[], Answer]
    ) -> Answer:
        """The answer, once those who asked before have theirs; the index stays open until it has passed.

        base gives the frame of what is said to those who cannot wait.
        """
        if not self._places.acquire(blocking=False):
            return self._passed(self._without_quotes(base(), "error_busy"), entity, history)
        try:
            if not self._lock.acquire(timeout=_PATIENCE_S):
                return self._passed(self._without_quotes(base(), "error_busy"), entity, history)
            again = self._opened is not None
            try:
                return self._passed(answer(), entity, history)
            finally:
                self._forget()
                if again:
                    self._hold()
                self._lock.release()
        finally:
            self._places.release()

    def hold(self) -> None:
        """Read what nearly every question reads, and keep it; from the second answer on it is anyway."""
        with self._lock:
            self._hold()

    def _hold(self) -> None:
        if self._opened:
            with suppress(Exception):  # who asks for what cannot be read is told
                self._opened.index.hold()

    def _forget(self) -> None:
        """Let go of what the index remembers of the question at hand."""
        if self._opened:
            self._opened.index.forget()

    def _asked(self, base: Answer, question: str, history: Sequence[str], urgent_seen: bool, clock: Clock) -> Answer:
        """The answer to a question: urgent words before everything else."""
        if not urgent_seen:
            danger = danger_in(plain(both_ends(question)), self._files)
            if danger and danger.kind:
                urgent = self._urgent(base, danger)
                return urgent if danger.alone else self._beneath(urgent, danger, base, question, history, clock)
            if danger:
                base = replace(base, forewords=self._forewords(base.language))
        return self._tried(base, lambda: self._answer(base, question, history, clock))

    def _beneath(
        self, urgent: Answer, danger: Danger, base: Answer, question: str, history: Sequence[str], clock: Clock
    ) -> Answer:
        """Urgent words, and what was asked beneath them where the documents surely answer it; else they stand alone.

        Something must be asked, but for who tells in English of an assault: most situations are known there, and what
        is found for one helps. The options stand beneath where somebody asks after an assault, and nowhere else.
        """
        asked, over = in_english(_searched(base.question), self._files.lexicon), danger.kind == OVER
        something = asked is not None and asks(asked.text)
        if asked is None or not (something or (over and not asked.glossed)):
            return urgent
        found = self._tried(base, lambda: self._answer(base, question, history, clock))
        fits = not found.options or (over and something)
        if found.status != ANSWERED or not fits or found.language != urgent.language:
            return urgent
        lead = self.wording(found.language)[f"lead.{URGENT_ANSWERED}"]
        return replace(found, status=URGENT_ANSWERED, lead=lead, urgent=urgent.urgent)

    def _begin_reading(self, question: str, language: str) -> None:
        """Let the model begin to read a question in English, while it is looked at for danger; nothing hangs on it."""
        if self._opened and language == DEFAULT_LANGUAGE and len(question) <= LONGEST_QUESTION:
            with suppress(Exception):  # whatever goes wrong here goes wrong again where it is told
                self._answering.begin(self._opened, _searched(question))

    def _tried(self, base: Answer, answer: Callable[[], Answer]) -> Answer:
        """The answer, or what is said when it cannot be given."""
        try:
            return answer()
        except NoIndexError as error:
            return self._without_quotes(base, _NO_INDEX[error.state])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  a panic inside Chroma is no Exception; the contacts must show
            error.__traceback__ = None  # whoever holds the error would hold the question
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
        contacts, problems = self._files.contacts()
        return referral_in_words(contacts, self.wording(language), entity, unreadable=bool(problems))

    def reports_elsewhere(self, entity: str | None, choices: Choices, language: str = "en") -> Referral | None:
        """The places to report where the other person works, None where that was not chosen; needs no index.

        Raises UnknownEntityError.
        """
        return reports_elsewhere(self.contacts, self.wording(language), entity or "", choices)

    @property
    def contracts(self) -> tuple[str, ...]:
        """The kinds of contract that can be chosen: those that some paragraph is for."""
        return tuple(self._files.for_contracts.chosen)

    def page_text(self, quote: Quote) -> PageText:
        """The text of the page that a quote begins on, what contacts in it are on no file, and where the quote is.

        Empty where another version of the document is read now, or none. Raises NoIndexError.
        """
        with self._lock:
            store = self._open().index.store
            card = store.documents.get(quote.document)
            if card is None or card.sha256 != quote.sha256:
                return PageText("", ())
            try:
                text = page_text(store, quote.document, quote.page)
                return PageText(
                    text,
                    unconfirmed(text, self._sources.reaches(self.contacts, store)),
                    shares_of(store, quote.document, quote.page, quote.spans),
                )
            finally:
                self._forget()

    def side_by_side(self, question: str) -> tuple[Cell, ...]:
        """The best exact quote of each document on one question; e-mails, numbers and names are not looked for.

        Raises NoIndexError.
        """
        from assistant.side_by_side import side_by_side

        search = without_markup(without_personal(plain(question[:LONGEST_QUESTION])).text.replace(LEFT_OUT, " "))
        asked = in_english(search, self._files.lexicon)
        search = asked.text if asked else search
        with self._lock:
            try:
                return side_by_side(self._open().index, search)
            finally:
                self._forget()

    def close(self) -> None:
        """Let the index go."""
        if self._begun and not self._begun.exception():
            self._begun.result().index.close()
        self._begun = None
        if self._opened:
            self._opened.index.close()
            self._opened = None

    def _framed(self, question: str, entity: str | None, language: str, choices: Choices) -> Answer:
        """An answer with referral and notices and nothing else; the frame of every other."""
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

    def _answer(self, base: Answer, typed: str, history: Sequence[str], clock: Clock) -> Answer:
        if len(typed) > LONGEST_QUESTION:
            return self._without_quotes(base, "clarification_too_long")
        search = _searched(base.question)
        if not any(c.isalnum() for c in search):
            return self._without_quotes(base, "clarification_empty")
        if said := bare(search):
            status, other = said
            if other != DEFAULT_LANGUAGE and self.wording(base.language).language == DEFAULT_LANGUAGE:
                base = self._framed(base.question, base.referral.entity or None, other, base.choices)
            return self._without_quotes(base, status)
        before = [without_personal(plain(earlier)).text for earlier in history]
        asked = in_english(search, self._files.lexicon)
        if asked is None:
            return self._without_quotes(base, WORDS_UNKNOWN)
        earlier = [said.text for said in (in_english(one, self._files.lexicon) for one in before) if said]
        if asked.glossed:
            base = replace(base, notices=(self.wording(base.language)["notice.word_by_word"], *base.notices))
        return self._answering.found(base, asked.text, earlier, clock, glossed=asked.glossed)

    def _urgent(self, base: Answer, danger: Danger) -> Answer:
        """The fixed words for somebody who may be in danger, in the language of the rule that speaks."""
        if danger.language and self.wording(base.language).language == DEFAULT_LANGUAGE:  # too short to tell its own
            base = self._framed(base.question, base.referral.entity or None, danger.language, base.choices)
        words, english = self.wording(base.language), self.wording(DEFAULT_LANGUAGE)
        beside = words.language != DEFAULT_LANGUAGE and not (words.reviewed and danger.reviewed)
        urgent = Urgent(
            danger.kind,
            words[f"urgent.{danger.kind}"],
            self.contacts.emergency(base.referral.entity),
            english[f"urgent.{danger.kind}"] if beside else "",
        )
        return replace(self._without_quotes(base, URGENT), urgent=urgent)

    def _forewords(self, language: str) -> tuple[str, ...]:
        """A line for somebody of whom less speaks of danger; in English too while nobody reviewed it."""
        words = self.wording(language)
        both = (words,) if words.reviewed else (words, self.wording(DEFAULT_LANGUAGE))
        return tuple(dict.fromkeys(each["urgent.perhaps"] for each in both))

    def _open(self) -> OpenedIndex:
        """The index in use; opened anew when another was published meanwhile, or somebody touched its files."""
        if self._begun:
            begun, self._begun = self._begun, None
            self._opened = begun.result()
        known = self._opened and in_use(self._settings) == self._opened.name and self._opened.index.untouched()
        if self._opened is None or not known:
            opened = self._opens(self._settings)
            self.close()
            self._opened = opened
        elif self._opened.condition != "previous":
            state = index_state(self._settings).name
            self._opened = replace(self._opened, condition="ready" if state == "ready" else "stale")
        return self._opened

    def _store(self) -> Store | None:
        return self._opened.index.store if self._opened else None


def _searched(question: str) -> str:
    """The words of a question that are looked for: no markup, and nothing in place of what was left out."""
    return without_markup(plain(question).replace(LEFT_OUT, " "))
